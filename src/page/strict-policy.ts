import { config } from 'zod';

/**
 * To be imported before the SDK, whose message table is made of schemas: zod would try whether it may compile them with
 * `new Function`, which the page's policy forbids and the browser reports.
 */
config({ jitless: true });
