/**
 * Every way a socket can end, with the code of its WebSocket close frame (RFC 6455 section 7.4.2: 4000 to 4999 are the
 * application's). PROTOCOL.md section 6 says of each what it means and what a client does next.
 */
export const closeCodes = {
  left: 4000,
  malformed: 4001,
  'version-unknown': 4002,
  'cookie-wrong': 4003,
  'public-key-refused': 4004,
  'not-opened': 4005,
  'message-too-large': 4006,
  'message-invalid': 4007,
  'request-unknown': 4008,
  'request-repeated': 4009,
  'handshake-too-slow': 4010,
  'silent-too-long': 4011,
  'too-many': 4012,
  'reads-too-slowly': 4013,
  'router-stopping': 4014,
  'media-failed': 4015,
  internal: 4016,
  'signature-wrong': 4017,
  'already-joined': 4018,
  'not-joined': 4019,
  'taken-over': 4020,
} as const;
export type CloseReason = keyof typeof closeCodes;

/** Why a request was refused; the socket and the call go on. PROTOCOL.md section 7 has a line for each. */
export const requestErrors = [
  'call-full',
  'router-full',
  'router-busy',
  'ticket-refused',
  'seat-refused',
  'media-renewed',
  'transport-exists',
  'transport-missing',
  'transport-refused',
  'source-exists',
  'source-missing',
  'source-refused',
  'participant-missing',
  'relay-too-often',
  'subscription-too-often',
  'token-missing',
  'token-refused',
  'token-spent',
] as const;
export type RequestError = (typeof requestErrors)[number];

/** What only the client's side of the sealed channel can find wrong. */
type ClientOnly = 'router-not-pinned';

export type ErrorCode = CloseReason | RequestError | ClientOnly;

/** An expected failure: a code that PROTOCOL.md documents, and nothing that could tell about anybody. */
export class CodedError<Code extends string = ErrorCode> extends Error {
  readonly code: Code;

  constructor(code: Code, options?: ErrorOptions) {
    super(code, options);
    this.name = 'CodedError';
    this.code = code;
  }
}
