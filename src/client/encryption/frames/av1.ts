import { concat, type Bytes } from '../../../shared/support/bytes.ts';
import type { FrameRule } from './frame-rule.ts';
import { encodeObus, obuTypes, parseObus, type Obu } from './obu.ts';

/** The header of the OBU that holds what is sealed: a frame, without extension and without length, since it is the last. */
const sealedHeader = obuTypes.frame * 8;

/** What tells packetisers that a coded video sequence starts. They look at its type only, so that it need not be the true one. */
const startMark: Bytes = encodeObus([
  { type: obuTypes.sequenceHeader, extension: undefined, payload: new Uint8Array(1) },
]);

/** A sealed frame of AV1 is one OBU of type frame, with a mark before it where a sequence starts (ENCRYPTION "Clear bytes"). */
export const av1: FrameRule = {
  split(frame) {
    const obus = parseObus(frame)?.filter(({ type }) => type !== obuTypes.temporalDelimiter) ?? [];
    return obus.length === 0 ? undefined : { clear: clearOf(isStart(obus)), plaintext: encodeObus(obus) };
  },
  take(frame) {
    const obus = parseObus(frame) ?? [];
    const starts = isStart(obus);
    const [sealed, ...others] = starts ? obus.slice(1) : obus;
    if (sealed?.type !== obuTypes.frame || sealed.extension !== undefined || others.length > 0) return undefined;
    return { clear: clearOf(starts), sealed: sealed.payload };
  },
  join: (_, plaintext) => plaintext,
  isKeyFrame: (frame) => isStart(parseObus(frame) ?? []),
};

function isStart([first]: readonly Obu[]): boolean {
  return first?.type === obuTypes.sequenceHeader;
}

function clearOf(starts: boolean): Bytes {
  return concat(starts ? startMark : new Uint8Array(), Uint8Array.of(sealedHeader));
}
