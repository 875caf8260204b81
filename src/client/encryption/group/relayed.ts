/** The first byte of everything that is relayed (ENCRYPTION "Relayed bytes"). */
export const relayedTypes = { hello: 1, pair: 2, broadcast: 3, greeting: 4 } as const;
