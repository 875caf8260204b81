import { seated } from './handler.ts';

/** PROTOCOL 7, "Inventory": read where it lives, sent, and not kept. */
export const takeInventory = seated<'inventory'>(async (seat, { from }, caller) => ({
  ...(await seat.inventory(from)),
  ...caller.inventory(),
  rejoinTicketHashHeld: caller.calls.hasTicketFor(seat),
}));
