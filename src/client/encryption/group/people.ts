import type { Person } from '../messages.ts';
import { likenessOf } from './name.ts';
import type { Peer } from './peer.ts';

/** Everybody but oneself as the page may show them, in the order given. Names are those of the authenticated only. */
export function peopleOf(peers: readonly Peer[], ownName: string): Person[] {
  const names = peers.flatMap((peer) => (peer.standing === 'authenticated' ? [likenessOf(peer.name)] : []));
  names.push(likenessOf(ownName));
  return peers.map((peer) => {
    if (peer.standing !== 'authenticated') return unauthenticated(peer);
    const alike = likenessOf(peer.name);
    return {
      participant: peer.id.key,
      standing: 'authenticated',
      name: peer.name,
      nameTaken: names.filter((name) => name === alike).length > 1,
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
