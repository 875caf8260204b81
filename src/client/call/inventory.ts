import type { Inventory } from '../../shared/protocol/inventory.ts';
import type { Ask } from '../signalling/router-connection.ts';
import { CallError } from './call-error.ts';

/**
 * Asks the router for all that it holds on us (PROTOCOL section 7, "Inventory"), as often as it takes to hear of every
 * subscription. Rejects with CallError: `router-refused`, or why the connection ended.
 */
export async function askInventory(ask: Ask): Promise<Inventory> {
  try {
    let inventory = await ask('inventory', { from: 0 });
    for (;;) {
      const from = inventory.subscriptions.length;
      if (from >= inventory.subscriptionsInAll) return inventory;
      const { subscriptions } = await ask('inventory', { from });
      if (subscriptions.length === 0) return inventory; // some have ended meanwhile
      inventory = { ...inventory, subscriptions: [...inventory.subscriptions, ...subscriptions] };
    }
  } catch (error) {
    throw error instanceof CallError ? error : new CallError('router-refused', { cause: error });
  }
}
