import { CodedError } from '../../shared/protocol/errors.ts';
import type { CallErrorCode } from './types.ts';

/** Each code in words, for who has no words of their own. */
const words: Readonly<Record<CallErrorCode, string>> = {
  'invitation-damaged': 'This invitation is incomplete or changed.',
  'invitation-newer': 'This invitation is of a newer version of Sotto.',
  'regions-refused': 'This is no list of routers that its operator has signed, or it was changed.',
  'regions-expired': 'This list of routers is too old to be believed.',
  'browser-cannot-encrypt': 'This browser cannot encrypt calls, so it cannot join.',
  'router-unreachable': 'The router does not answer.',
  'router-not-pinned': 'This is not the router of the invitation: it has another key.',
  'router-refused': 'The router refused what this client asked for.',
  'version-unknown': 'The router speaks another version of the protocol.',
  'call-full': 'This call is full.',
  'router-full': 'The router is at its limit and takes no more calls or participants.',
  'token-needed': 'This router lets in by tokens only, and none was to be had.',
  'token-refused': 'The router did not take the tokens that this client had.',
  'issuer-unreachable': 'The issuer of tokens for this router does not answer.',
  'issuer-refused': 'The issuer of tokens did not make them as this router and the protocol want it.',
  'media-unreachable': 'The router answers, but no sound or video gets through.',
  'device-denied': 'The microphone, camera or screen was not allowed.',
  'device-missing': 'There is no such microphone or camera.',
  'device-busy': 'Something else is using the microphone or camera.',
  'not-https': 'Calls need https, except on this computer itself.',
  aborted: 'It was called off.',
  ended: 'The call has ended.',
};

/** The one error that the SDK's functions throw or reject with. `code` for programs, `message` for people. */
export class CallError extends CodedError<CallErrorCode> {
  constructor(code: CallErrorCode, options?: ErrorOptions) {
    super(code, options);
    this.name = 'CallError';
    this.message = words[code];
  }
}
