/** Numbers that both sides must agree on. Each says its unit, why, and what turning it does. */
export const limits = {
  /** Largest padded message in a sealed channel, in bytes, both ways. A join answer of 200 people fits. */
  messageBytes: 65_536,
  /** Largest WebSocket message, in bytes: the above and the box's 16. */
  frameBytes: 65_536 + 16,
  /** Smallest padded message, in bytes: what most messages fit, so that sizes do not tell types. */
  smallestMessageBytes: 256,
  /** How long the handshake may take from the socket's opening, in ms. Lower frees sockets sooner; higher tolerates slow phones. */
  handshakeMs: 10_000,
  /** How often the router pings each socket (RFC 6455 ping, which browsers answer even for sleeping pages), in ms. */
  pingMs: 4_000,
  /** How long a socket may leave pings unanswered, in ms. Lower notices the dead sooner; higher tolerates tunnels. */
  silenceMs: 10_000,
  /** How long a seat is held whose socket was lost, in ms. Lower frees it sooner and tells the others sooner; higher bears longer gaps. Below the 20 s after which the others take it for gone (ENCRYPTION "Gone"). */
  seatHeldMs: 10_000,
  /** Length of a rejoin ticket, in bytes: beyond guessing. */
  ticketBytes: 32,
  /** Length of what names one run of a call on one router, in bytes: no two are alike. */
  runBytes: 16,
  /** Length of what `router.info` is asked with, in bytes: beyond guessing. */
  nonceBytes: 16,
  /** Length of an admission token, in bytes: RFC 9578 section 6.3, token type 2. */
  tokenBytes: 354,
  /** Most tokens that one channel may try. */
  tokenTries: 3,
  /** Largest relay to all, in bytes. */
  relayToAllBytes: 4_096,
  /** Largest relay to one, in bytes. */
  relayToOneBytes: 16_384,
  /** Relays a second that a participant may send. */
  relaysPerSecond: 50,
  /** Relays that may come at once: this many for each participant in the call. */
  relayBurstPerParticipant: 4,
  /** How long the router gathers relays for one receiver before they go out together, in ms, at most: while many come. */
  relayGatherMs: 50,
  /** And at first, doubled while more come. Higher delays every step of the handshakes of whoever joins, lower sends more messages. */
  relayGatherFirstMs: 10,
  /** Most unsent bytes towards one socket; a receiver that has more waiting is closed. */
  backlogBytes: 1_048_576,
  /** Most requests that may be unanswered on one socket at once. */
  openRequests: 64,
  /**
   * Key-frame requests that a source gets, at most one in this time, in ms; more are gathered into one. Higher spares senders more and
   * shows later what somebody has just begun to receive. Asked in a loop, Chromium 156 sends as many pictures as else (measured).
   */
  keyFrameMs: 500,
  /** Key frames that a participant may ask for of one source at once, by request. More than one: a page that starts anew asks several times. */
  keyFrameBurst: 3,
  /** After which time one more may be asked for, in ms. What comes sooner waits until then, and only one does. Higher spares senders more, and leaves a broken picture longer. */
  keyFrameRegainedMs: 5_000,
  /** Subscriptions that may be set at once: this many for each participant in the call, so that a page can turn all its tiles over. */
  subscriptionBurstPerParticipant: 4,
  /** Subscriptions a second that a participant may set after that. Higher follows a window's size more closely and costs the router more. */
  subscriptionsPerSecond: 20,
  /** A participant hears of changes to one subscription at most once in this time, in ms: a layer that flaps costs little, and the last state is always told. */
  subscriptionToldMs: 500,
  /** A sender hears that more of a source is wanted at most once in this time, in ms. Lower shows large pictures sooner; higher spares its encoder. */
  wantedMoreMs: 1_000,
  /** And that less is, at most once in this time, in ms: encoders take long to start and nothing to go on. Lower saves bandwidth sooner. */
  wantedLessMs: 5_000,
  /** Largest sealed call state, in bytes: so much that every answer to a peek fits the smallest message and none tells more by its size. */
  callStateBytes: 96,
  /** How long the router keeps the call state after it came, in ms. Lower forgets a call that has lost everybody sooner; senders repeat it every 10 s. */
  callStateKeptMs: 30_000,
  /** Most subscriptions in one answer to `inventory`; whoever has more asks again for the rest. */
  inventorySubscriptions: 100,
  /** Most routers in one list of regions: each is asked by everybody who starts a call, and named in the policy of the page. */
  listedRouters: 64,
  /** Longest address of a router in such a list, in characters: all of them fit a header together. */
  listedUrlLength: 100,
  /** Largest list as a file, in bytes: the above, written with room. */
  regionListBytes: 32_768,
  /** Most participants in one call that version 1 can carry (PROTOCOL section 9); settings may allow fewer. */
  participants: 200,
} as const;
