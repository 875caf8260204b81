import { CallSigner } from '../../client/encryption/call-key/call-signature.ts';
import { SeatKey } from '../../client/encryption/call-key/seat-key.ts';
import type { Result } from '../../shared/protocol/requests.ts';
import type { Bytes } from '../../shared/support/bytes.ts';
import { RouterClient } from './router-client.ts';
import type { Reach } from './router-socket.ts';

/** Connects to a router and joins the call of that key under a new seat key (PROTOCOL 7, `call.join`). Rejects with CodedError when refused. */
export async function takeSeat(
  reach: Reach,
  callKey: Bytes,
): Promise<{ readonly client: RouterClient; readonly joined: Result<'call.join'> }> {
  const client = await RouterClient.connect(reach);
  const { own, peer } = client.channel.cookies;
  const signed = await (await CallSigner.of(callKey)).signJoin(reach.routerKey, own, peer);
  const seat = await SeatKey.create();
  const channel = { routerKey: reach.routerKey, clientCookie: own, routerCookie: peer };
  const joined = await client.request('call.join', {
    ...signed,
    seatKey: seat.publicKey,
    seatSignature: await seat.sign(channel, signed.callId),
    profile: 'opus-vp8-vp9-av1',
  });
  return { client, joined };
}
