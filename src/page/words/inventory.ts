import type { Inventory } from '../../client/index.ts';
import { sinceWords } from './inside.ts';

/** One heading and what belongs under it, a sentence each. */
export interface Topic {
  readonly title: string;
  readonly lines: readonly string[];
}

/** Everything that a router says it holds on oneself, in plain words and with its values. `now` decides how to name days. */
export function inventoryWords(inventory: Inventory, now: Date): readonly Topic[] {
  return [
    { title: 'Where you are', lines: addresses(inventory) },
    { title: 'Who you are to it', lines: identity(inventory, now) },
    { title: 'What you send', lines: sent(inventory) },
    { title: 'What you receive', lines: received(inventory) },
    { title: 'Keys', lines: keys(inventory) },
    { title: 'What it counts', lines: counts(inventory) },
  ];
}

function addresses({ socket, transports }: Inventory): string[] {
  const of = { send: 'you send', receive: 'you receive' };
  return [
    socket.address === null
      ? 'Your connection for messages has just ended.'
      : `For messages: ${place(socket.address)}.`,
    ...transports.map(({ direction, address }) =>
      address === null
        ? `For the sound and video that ${of[direction]}: no path yet.`
        : `For the sound and video that ${of[direction]}: ${place(address)}, ${address.protocol.toUpperCase()}.`,
    ),
    socket.handshakesCounted
      ? 'It counts connections from this address at the moment, under a scrambled form of it, for some seconds.'
      : 'It counts no connections from this address at the moment.',
  ];
}

function identity({ participantId, call }: Inventory, now: Date): string[] {
  const start = sinceWords(new Date(call.startedAt * 60_000), now);
  return [
    `A random number for this stay: ${participantId}.`,
    `The number of this call: ${call.callId}. It runs since ${start}, with ${count(call.participants, 'person', 'people')}.`,
    'No name, no account, nothing about your browser.',
  ];
}

const sourceWords = {
  microphone: 'Microphone',
  camera: 'Camera',
  screen: 'Screen',
  'screen-audio': 'Sound of your screen',
} as const;

function sent({ sources }: Inventory): string[] {
  if (sources.length === 0) return ['Nothing.'];
  return sources.map(({ source, paused, rtpParameters, scores, receivers, wantedTold }) => {
    const number = sizesOf(rtpParameters.encodings ?? []);
    const sizes = number > 1 ? ` in ${number} sizes` : '';
    return `${sourceWords[source]}${paused ? ', paused' : ''}: one encrypted stream${sizes}, sent on to ${count(receivers, 'person', 'people')}${wantedTold === null ? '' : `, who want size ${wantedTold.spatial + 1} at most`}. How well it arrives: ${marks(scores)}.`;
  });
}

/** How many sizes a video comes in: one in each stream, or several in one (`L3T3_KEY` has 3). */
function sizesOf(encodings: readonly { readonly scalabilityMode?: string }[]): number {
  const inOne = /^L(\d)/u.exec(encodings[0]?.scalabilityMode ?? '')?.[1] ?? 1;
  return encodings.length * Number(inOne);
}

/** The media process's judgement of each layer. */
function marks(scores: readonly number[]): string {
  return scores.length === 0 ? 'not known yet' : `${scores.join(', ')} of 10`;
}

function received({ subscriptions, relays }: Inventory): string[] {
  const people = new Set(subscriptions.map(({ participantId }) => participantId)).size;
  return [
    subscriptions.length === 0
      ? 'No sound and no video.'
      : `${count(subscriptions.length, 'encrypted stream', 'encrypted streams')} of ${count(people, 'person', 'people')}, by their random numbers, and for each which size you asked for, which you get, and what you were told of it.`,
    relays.waiting === 0
      ? 'No encrypted messages wait for you.'
      : `${count(relays.waiting, 'encrypted message waits', 'encrypted messages wait')} for you, ${count(relays.bytes, 'byte', 'bytes')}.`,
  ];
}

function keys(inventory: Inventory): string[] {
  const { session, transports } = inventory;
  const prints = new Set(
    transports.map(({ clientFingerprint }) => clientFingerprint).filter((print) => print !== null),
  );
  return [
    ...(session.channelKeysHeld ? ['The key of the connection between you and it.'] : []),
    ...[...prints].map((print) => `The fingerprint of a certificate that your browser made for this stay: ${print}.`),
    ...(transports.length > 0 ? ['Passwords and keys of the packets between you and it.'] : []),
    ...(inventory.rejoinTicketHashHeld
      ? ['The hash of a ticket with which your browser can come back if the connection breaks.']
      : []),
    'None of the keys of this call: those never reach it.',
  ];
}

function counts({ socket, session, transports, relays, subscriptionAllowance }: Inventory): string[] {
  const bytes = (pick: 'bytesReceived' | 'bytesSent'): number =>
    transports.reduce((sum, transport) => sum + transport[pick], 0);
  return [
    `Sound and video: ${size(bytes('bytesReceived'))} from you, ${size(bytes('bytesSent'))} to you.`,
    ...transports.flatMap(({ lineBitrate }) =>
      lineBitrate === null
        ? []
        : [`It thinks that your connection can take ${(lineBitrate / 1e6).toFixed(1)} Mbit/s of video.`],
    ),
    `Your last message came ${(socket.lastHeardMs / 1_000).toFixed(1)} s before it answered. It was number ${session.lastRequest}; ${count(session.unanswered, 'was', 'were')} not yet answered.`,
    `Waiting to be sent to you: ${size(socket.unsentBytes)}, and ${count(session.noticesHeldBack, 'notice', 'notices')}.`,
    `You may send ${count(relays.allowance, 'encrypted message', 'encrypted messages')} to the others at once, and change what you receive ${count(subscriptionAllowance, 'time', 'times')}.`,
  ];
}

function place({ ip, port }: { readonly ip: string; readonly port: number }): string {
  return `address ${ip}, port ${port}`;
}

function count(number: number, one: string, many: string): string {
  return `${number} ${number === 1 ? one : many}`;
}

function size(bytes: number): string {
  if (bytes < 1_000) return count(bytes, 'byte', 'bytes');
  return bytes < 1_000_000 ? `${(bytes / 1_000).toFixed(0)} kB` : `${(bytes / 1_000_000).toFixed(1)} MB`;
}
