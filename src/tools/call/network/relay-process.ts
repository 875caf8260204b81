import { constants, setPriority } from 'node:os';
import { systemClock } from '../../../server/support/system-clock.ts';
import { unreachable } from '../../../shared/support/unreachable.ts';
import { order, type Answers, type Order } from './relay-messages.ts';
import { Relays } from './relays.ts';

/**
 * The relays, in a process of their own: nothing else that the tool does may hold up a packet. `DialledNetwork` starts it with
 * the router's address and a seed, gives orders, and ends it by going away.
 */
const [router = '', seed = ''] = process.argv.slice(2);
const relays = new Relays(router, seed, systemClock);

try {
  setPriority(constants.priority.PRIORITY_HIGH);
} catch {
  // Not allowed for this user. Packets are then late when the browsers keep all cores busy; the report says how late.
}

process.on('message', (message) => {
  const { id, what } = order.parse(message);
  void carryOut(what).then((result) => process.send?.({ id, result }));
});
process.on('disconnect', () => process.exit());

async function carryOut(what: Order): Promise<Answers[Order['does']]> {
  switch (what.does) {
    case 'line':
      return { routerUrl: (await relays.line(what.number, what.network)).routerUrl };
    case 'port':
      return { port: await relays.of(what.number).portFor(what.address, what.port) };
    case 'dial':
      relays.of(what.number).dial(what.network);
      return {};
    case 'begin':
      relays.begin();
      return {};
    case 'report':
      return relays.report();
    default:
      return unreachable(what);
  }
}
