import type { CallErrorCode } from '../../client/index.ts';

/** What can take up the whole page: everything that ends or prevents a call, not what a device says. */
export type FailureCode = Exclude<
  CallErrorCode,
  'regions-refused' | 'regions-expired' | 'device-denied' | 'device-missing' | 'device-busy' | 'aborted' | 'ended'
>;

export interface Failure {
  /** Said to a help desk. */
  readonly label: string;
  readonly title: string;
  readonly body: string;
  /** `again`: join anew with the same invitation. `reload`: fetch the page anew. `none`: trying again cannot help. */
  readonly remedy: 'again' | 'reload' | 'none';
}

export const failures: Readonly<Record<FailureCode, Failure>> = {
  'invitation-damaged': {
    label: 'E-INVITATION',
    title: 'This invitation is incomplete.',
    body: 'Part of it was lost when it was copied. Ask for it again.',
    remedy: 'none',
  },
  'invitation-newer': {
    label: 'E-NEWER',
    title: 'This invitation is for a newer version of the page.',
    body: 'Reload the page and open the invitation once more.',
    remedy: 'reload',
  },
  'browser-cannot-encrypt': {
    label: 'E-BROWSER',
    title: 'This browser cannot encrypt calls, so it cannot join.',
    body: 'Chrome 141, Firefox 130, Safari 17 or later can. On iPhone and iPad, update the system to update the browser.',
    remedy: 'none',
  },
  'router-unreachable': {
    label: 'E-ROUTER',
    title: 'The router does not answer.',
    body: 'Are you online? If other pages open, the router may be down: try again in a minute.',
    remedy: 'again',
  },
  'router-not-pinned': {
    label: 'E-ROUTER-KEY',
    title: 'This is not the router of your invitation.',
    body: 'It has another key than the invitation names, so nothing was sent to it. It may have been set up anew, or somebody stands between you and it. Ask for a new invitation over something that you trust.',
    remedy: 'none',
  },
  'router-refused': {
    label: 'E-REFUSED',
    title: 'The router refused.',
    body: 'It did not accept what this page asked for. Try again; if it happens once more, tell whoever runs this router the code below.',
    remedy: 'again',
  },
  'version-unknown': {
    label: 'E-VERSION',
    title: 'This page and the router speak different versions.',
    body: 'Reload the page to get the one that belongs to the router.',
    remedy: 'reload',
  },
  'call-full': {
    label: 'E-FULL',
    title: 'This call is full.',
    body: 'Nobody else can join until somebody leaves.',
    remedy: 'again',
  },
  'router-full': {
    label: 'E-ROUTER-FULL',
    title: 'The router is at its limit.',
    body: 'It refused this call so that running calls stay good. Try again in a minute.',
    remedy: 'again',
  },
  'token-needed': {
    label: 'E-PASS',
    title: 'This router lets in with a pass only.',
    body: 'This page has none. Ask whoever runs the router for an access code, then try again.',
    remedy: 'again',
  },
  'token-refused': {
    label: 'E-PASS-REFUSED',
    title: 'The router did not take your pass.',
    body: 'It may have become too old, or the router was set up anew. Try again with a new one.',
    remedy: 'again',
  },
  'issuer-unreachable': {
    label: 'E-ISSUER',
    title: 'There are no passes to be had at the moment.',
    body: 'This router lets in with a pass only, and the server that makes them does not answer. Are you online? Try again in a minute.',
    remedy: 'again',
  },
  'issuer-refused': {
    label: 'E-ISSUER-FAULT',
    title: 'The passes for this router are not made as they should be.',
    body: 'The server that makes them used a key that this router does not name, or made them wrong, so none was used. Tell whoever runs this router the code below.',
    remedy: 'again',
  },
  'media-unreachable': {
    label: 'E-ICE',
    title: 'Signalling works, but no sound or video can get through.',
    body: 'Your network, often an office network or a VPN, blocks it. Try another network, or turn the VPN off.',
    remedy: 'again',
  },
  'not-https': {
    label: 'E-HTTPS',
    title: 'Browsers only allow calls on https.',
    body: 'The address of this page should begin with https://.',
    remedy: 'none',
  },
};

/** The failure that a code stands for, or undefined when it is none for a whole page. */
export function asFailure(code: CallErrorCode): FailureCode | undefined {
  return code in failures ? (code as FailureCode) : undefined;
}
