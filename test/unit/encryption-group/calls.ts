import type { Agreement } from '../../../src/client/encryption/messages.ts';
import { FakeRelay, type Delivery, type Seat } from '../../support/fake-relay.ts';
import { known } from '../../support/insider.ts';

/** A call of people who have authenticated each other and been told one code. */
export async function callOf<const Names extends readonly string[]>(
  ...names: Names
): Promise<{ relay: FakeRelay; seats: { [Index in keyof Names]: Seat } }> {
  const relay = new FakeRelay();
  const seats = names.map((name) => relay.join(name));
  relay.run(1_000);
  await Promise.all(seats.map((seat) => seat.code()));
  return { relay, seats: seats as unknown as { [Index in keyof Names]: Seat } };
}

/** What must stay as it is when somebody unproven does something. */
export function stateOf(seat: Seat): { key: unknown; agreement: Agreement | undefined; authenticated: unknown } {
  return {
    key: seat.group.sending.current,
    agreement: seat.agreement,
    authenticated: seat.people.filter(({ standing }) => standing === 'authenticated'),
  };
}

/** The number of a pair message among those from its sender to its receiver; undefined for other types. */
export function pairCounter({ bytes }: Delivery): number | undefined {
  return bytes[0] === 2 ? known(bytes[1]) + 256 * known(bytes[2]) : undefined;
}

/** How often the page of a seat was told that people see different participants. */
export function alarms(seat: Seat): number {
  return seat.told.filter((message) => message.type === 'agreement' && message.agreement.state === 'disagreed').length;
}
