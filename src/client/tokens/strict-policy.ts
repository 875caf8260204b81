import { config } from 'zod';

/** To be imported first in the worker: zod would try `new Function`, which the policy of a careful page forbids and the browser reports. */
config({ jitless: true });
