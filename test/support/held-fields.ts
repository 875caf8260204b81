import { Session as Inspector, type Runtime } from 'node:inspector/promises';

type Value = Runtime.RemoteObject;

/** What of an object is in Node's own EventEmitter: who listens to it. */
const ofEmitters = new Set(['_events', '_eventsCount', '_maxListeners', 'Symbol(shapeMode)', 'Symbol(kCapture)']);
const collections = new Set(['Map', 'Set', 'Array']);

/**
 * The name of every field of what this process holds, private ones included, as V8 tells a debugger: of all living
 * instances of `root`, and of what their fields refer to, as far as `inside` says to go on. `Session.#state.seat` is in
 * the object that `Session.#state` holds, `Participant.sources[].paused` in those of a collection; what
 * an instance of a class holds begins with that class's name, however it was reached.
 */
export async function heldFields(
  root: { readonly name: string; readonly prototype: object },
  inside: (field: string) => boolean,
): Promise<ReadonlySet<string>> {
  const inspector = new Inspector();
  inspector.connect();
  try {
    const fields = new Set<string>();
    const seen = new Set<unknown>();
    const enter = async (label: string, object: Value): Promise<void> => {
      for (const [name, value] of await partsOf(inspector, object)) {
        const field = `${label}${name}`;
        fields.add(field);
        if (value.type !== 'object' || value.objectId === undefined || !inside(field)) continue;
        const kind = value.className ?? 'Object';
        const next = kind === 'Object' || collections.has(kind) ? field : kind;
        const visit = `${next} ${await identityOf(inspector, value)}`;
        if (seen.has(visit)) continue;
        seen.add(visit);
        await enter(next, value);
      }
    };
    for (const instance of await instancesOf(inspector, root.prototype)) await enter(root.name, instance);
    return fields;
  } finally {
    inspector.disconnect();
    Reflect.deleteProperty(globalThis, 'heldFieldsOf');
    Reflect.deleteProperty(globalThis, 'heldFieldsSeen');
  }
}

async function instancesOf(inspector: Inspector, prototype: object): Promise<Value[]> {
  Object.assign(globalThis, { heldFieldsOf: prototype });
  const { result } = await inspector.post('Runtime.evaluate', { expression: 'globalThis.heldFieldsOf' });
  const { objects } = await inspector.post('Runtime.queryObjects', { prototypeObjectId: result.objectId ?? '' });
  return elements(await propertiesOf(inspector, objects));
}

/** Its fields, or what a collection holds, all under the one name `[]`. */
async function partsOf(inspector: Inspector, object: Value): Promise<[name: string, value: Value][]> {
  const { own, hidden } = await fieldsOf(inspector, object);
  if (object.className === 'Array') return elements(own).map((value) => ['[]', value]);
  if (!collections.has(object.className ?? '')) return own.map(([name, value]) => [`.${name}`, value]);
  const entries = hidden.find(({ name }) => name === '[[Entries]]')?.value;
  if (entries === undefined) return [];
  const parts: [string, Value][] = [];
  for (const entry of elements(await propertiesOf(inspector, entries)))
    for (const [name, value] of await propertiesOf(inspector, entry)) if (name === 'value') parts.push(['[]', value]);
  return parts;
}

async function propertiesOf(inspector: Inspector, object: Value): Promise<[string, Value][]> {
  return (await fieldsOf(inspector, object)).own;
}

/** Methods and getters are no fields. */
async function fieldsOf(
  inspector: Inspector,
  { objectId = '' }: Value,
): Promise<{ own: [string, Value][]; hidden: Runtime.InternalPropertyDescriptor[] }> {
  const found = await inspector.post('Runtime.getProperties', { objectId, ownProperties: true });
  // Chrome DevTools Protocol, Runtime.getProperties; not in the types.
  const { privateProperties = [] } = found as { privateProperties?: { name: string; value?: Value }[] };
  const own = [...found.result, ...privateProperties].flatMap(({ name, value }): [string, Value][] =>
    value === undefined || ofEmitters.has(name) || isMethod(name, value) ? [] : [[name, value]],
  );
  return { own, hidden: found.internalProperties ?? [] };
}

function elements(properties: readonly [string, Value][]): Value[] {
  return properties.flatMap(([name, value]) => (/^\d+$/u.test(name) ? [value] : []));
}

/** Told from a function in a field by how its source begins. */
function isMethod(name: string, { type, description = '' }: Value): boolean {
  return type === 'function' && (description.startsWith(`${name}(`) || description.startsWith(`async ${name}(`));
}

/** The same for the same object, however it was reached. */
async function identityOf(inspector: Inspector, { objectId = '' }: Value): Promise<number> {
  const functionDeclaration = `function () {
    const seen = (globalThis.heldFieldsSeen ??= new Map());
    if (!seen.has(this)) seen.set(this, seen.size);
    return seen.get(this);
  }`;
  const { result } = await inspector.post('Runtime.callFunctionOn', {
    objectId,
    functionDeclaration,
    returnByValue: true,
  });
  return result.value as number;
}
