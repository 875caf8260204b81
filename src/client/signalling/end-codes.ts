import { closeCodes, type CloseReason, type RequestError } from '../../shared/protocol/errors.ts';
import { unreachable } from '../../shared/support/unreachable.ts';
import type { CallErrorCode } from '../call/types.ts';

const reasons = new Map<number, CloseReason>(
  Object.entries(closeCodes).map(([reason, code]) => [code, reason as CloseReason]),
);

/** What the code of the router's close frame (PROTOCOL section 6) means to whoever is in the call. */
export function fromCloseCode(code: number): CallErrorCode {
  const reason = reasons.get(code);
  switch (reason) {
    case undefined: // the network's, a proxy's or the browser's own
    case 'handshake-too-slow':
    case 'silent-too-long':
    case 'reads-too-slowly':
    case 'router-stopping':
    case 'internal':
      return 'router-unreachable';
    case 'media-failed':
      return 'media-unreachable';
    case 'version-unknown':
      return 'version-unknown';
    case 'too-many':
      return 'router-full';
    case 'left':
      return 'ended';
    case 'malformed':
    case 'cookie-wrong':
    case 'public-key-refused':
    case 'not-opened':
    case 'message-too-large':
    case 'message-invalid':
    case 'request-unknown':
    case 'request-repeated':
    case 'signature-wrong':
    case 'already-joined':
    case 'not-joined':
    case 'taken-over':
      return 'router-refused';
    default:
      return unreachable(reason);
  }
}

/** What the refusal of a join means to whoever wanted to. */
export function fromRefusedJoin(error: RequestError): CallErrorCode {
  if (error === 'router-busy') return 'router-full';
  return error === 'call-full' || error === 'router-full' ? error : 'router-refused';
}
