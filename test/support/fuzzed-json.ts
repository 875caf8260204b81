import fc from 'fast-check';

type Json = string | number | boolean | null | Json[] | { [name: string]: Json };

const bytes = 'AAAAAAAAAAAAAAAAAAAAAA';
const rtpParameters = {
  mid: '0',
  codecs: [{ mimeType: 'video/VP8', payloadType: 96, clockRate: 90_000 }],
  headerExtensions: [{ uri: 'urn:ietf:params:rtp-hdrext:sdes:mid', id: 1 }],
  encodings: [{ ssrc: 1 }],
};
const dtlsParameters = { role: 'auto', fingerprints: [{ algorithm: 'sha-256', value: 'AB' }] };
const of = { participantId: bytes, source: 'camera' };

/** One good request of every kind. */
const requests: Json[] = [
  {
    id: 1,
    request: 'call.join',
    params: {
      callId: 'B'.repeat(43),
      signature: 'A'.repeat(86),
      seatKey: 'A'.repeat(43),
      seatSignature: 'A'.repeat(86),
      lastRun: bytes,
      profile: 'opus-vp8-vp9-av1',
    },
  },
  { id: 1, request: 'transport.restart-ice', params: { direction: 'send' } },
  { id: 1, request: 'call.peek', params: { callId: 'B'.repeat(43), signature: 'A'.repeat(86) } },
  { id: 1, request: 'router.info', params: { nonce: bytes } },
  { id: 1, request: 'call.leave', params: {} },
  { id: 1, request: 'transport.create', params: { direction: 'send' } },
  { id: 1, request: 'transport.connect', params: { direction: 'send', dtlsParameters } },
  { id: 1, request: 'producer.create', params: { source: 'camera', rtpParameters } },
  { id: 1, request: 'producer.pause', params: { source: 'camera' } },
  { id: 1, request: 'producer.resume', params: { source: 'camera' } },
  { id: 1, request: 'producer.close', params: { source: 'camera' } },
  {
    id: 1,
    request: 'subscription.set',
    params: { ...of, wanted: { height: 720, framesPerSecond: 30 }, priority: 1 },
  },
  { id: 1, request: 'consumer.resume', params: of },
  { id: 1, request: 'consumer.request-key-frame', params: of },
  { id: 1, request: 'relay.send', params: { list: [{ to: bytes, bytes }] } },
  { id: 1, request: 'state.update', params: { state: bytes } },
  { id: 1, request: 'inventory', params: { from: 0 } },
];

const anyValue = fc.oneof(
  fc.jsonValue().map((value) => value as Json),
  fc.constantFrom<Json>(-1, 0, 1.5, 1e308, '', 'toString', '__proto__', 'x'.repeat(300), [], {}, null, true),
);

/** Where to change, by what, and how. */
const anyChange = fc.tuple(fc.nat(), anyValue, fc.constantFrom('put', 'remove', 'add'), fc.string({ maxLength: 12 }));

export const FuzzedJson = {
  /** JSON text: any at all, or of a good request with one to three changes. */
  arbitrary: fc.oneof(
    { weight: 1, arbitrary: fc.json({ maxDepth: 6 }) },
    { weight: 1, arbitrary: fc.string({ maxLength: 300 }) },
    {
      weight: 8,
      arbitrary: fc
        .tuple(fc.constantFrom(...requests), fc.array(anyChange, { minLength: 1, maxLength: 3 }))
        .map(([request, changes]) => JSON.stringify(changes.reduce(change, structuredClone(request)))),
    },
  ),
};

function change(root: Json, [place, value, how, name]: [number, Json, string, string]): Json {
  const places = objectsIn(root);
  const parent = places[place % Math.max(1, places.length)];
  if (parent === undefined) return structuredClone(value);
  const names = Object.keys(parent);
  const chosen = names[place % Math.max(1, names.length)];
  if (how === 'add' || chosen === undefined) Object.assign(parent, { [name]: structuredClone(value) });
  else if (how === 'put') Object.assign(parent, { [chosen]: structuredClone(value) });
  else Reflect.deleteProperty(parent, chosen);
  return root;
}

/** All objects and arrays, the outermost first. */
function objectsIn(value: Json): object[] {
  if (typeof value !== 'object' || value === null) return [];
  return [value, ...Object.values(value).flatMap(objectsIn)];
}
