/** Length of a stamp at the end of a payload: ns of the monotonic clock, which all processes of a machine share. */
const stampBytes = 8;

/** Writes the time into the end of a payload. */
export function stamp(payload: Buffer): void {
  payload.writeBigUInt64BE(process.hrtime.bigint(), payload.length - stampBytes);
}

/** How long ago a payload was stamped, in ms. */
export function sinceStamp(payload: Buffer): number {
  return Number(process.hrtime.bigint() - payload.readBigUInt64BE(payload.length - stampBytes)) / 1e6;
}
