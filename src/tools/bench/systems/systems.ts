import { Janus } from './janus.ts';
import { JanusMember } from './janus-member.ts';
import { BareMediasoup, MediasoupMember } from './mediasoup.ts';
import { Sotto, SottoMember } from './sotto.ts';
import type { Member, System, SystemAddress, SystemName } from './system.ts';

/** Starts one; undefined when this machine does not have it. */
export async function startSystem(name: SystemName): Promise<System | undefined> {
  switch (name) {
    case 'ours':
      return Sotto.start();
    case 'mediasoup':
      return BareMediasoup.start();
    case 'janus':
      return Janus.isInstalled ? Janus.start() : undefined;
  }
}

/** Somebody new there. `from`: the loopback address that it comes from, where that may be chosen. */
export async function join(address: SystemAddress, from: string): Promise<Member> {
  switch (address.name) {
    case 'ours':
      return SottoMember.join(address, from);
    case 'mediasoup':
      return new MediasoupMember(address, from);
    case 'janus':
      return JanusMember.join(address);
  }
}
