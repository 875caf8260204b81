/** The version of PROTOCOL.md and ENCRYPTION.md that this code speaks; the first byte of every hello and invite. */
export const protocolVersion = 1;
