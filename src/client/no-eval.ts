import { config } from 'zod';

// Pages that keep strangers' code out allow no eval (Content-Security-Policy), and where it is allowed, compiling the form of
// every message takes longer than a join has.
config({ jitless: true });
