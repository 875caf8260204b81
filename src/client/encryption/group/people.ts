import type { Person } from '../messages.ts';
import { likenessOf } from './name.ts';
import type { Peer } from './peer.ts';

/** Everybody but oneself as the page may show them, in the order given. Names are those of the authenticated only. */
export function peopleOf(peers: readonly Peer[], ownName: string): Person[] {
  const names = new Map([[likenessOf(ownName), 1]]);
  for (const peer of peers)
    if (peer.standing === 'authenticated') names.set(peer.likeness, (names.get(peer.likeness) ?? 0) + 1);
  return peers.map((peer) => {
    if (peer.standing !== 'authenticated') return unauthenticated(peer);
    return {
      participant: peer.id.key,
      standing: 'authenticated',
      name: peer.name,
      nameTaken: (names.get(peer.likeness) ?? 0) > 1,
      keyHeld: peer.keys.newest !== undefined,
      capturing: peer.capturing,
      decodes: peer.decodes,
      muted: peer.muted,
      missed: peer.missed,
    };
  });
}

function unauthenticated({ id, standing }: Exclude<Peer, { standing: 'authenticated' }>): Person {
  return {
    participant: id.key,
    standing: standing === 'refused' ? 'refused' : 'arriving',
    name: undefined,
    nameTaken: false,
    keyHeld: false,
    capturing: [],
    decodes: [],
    muted: false,
    missed: 0,
  };
}
