import { expect, test } from 'vitest';
import { NativeKeyPair } from '../../../src/client/encryption/call-key/native-key-pair.ts';
import { Group } from '../../../src/client/encryption/group/group.ts';
import type { FromWorker, Person, Relayed } from '../../../src/client/encryption/messages.ts';
import { callIdOf } from '../../support/call-id.ts';
import { FakeClock } from '../../support/fake-clock.ts';
import { newId, random } from '../../support/fake-relay.ts';

/** Somebody whose pairs are WebCrypto's, as in a browser's worker, and all that they have to relay. */
async function participant(callKey: Uint8Array, id: string, others: string[]) {
  const clock = new FakeClock();
  const pairs = { ephemeral: await NativeKeyPair.create(), identity: await NativeKeyPair.create() };
  const relayed: Relayed[] = [];
  const told: { people: readonly Person[] }[] = [];
  const emit = (message: FromWorker): void => {
    if (message.type === 'people') told.push(message);
    if (message.type !== 'relay') return;
    const all = 'toAll' in message ? [message.toAll] : message.list.map(({ bytes }) => bytes);
    relayed.push(...all.map((bytes) => ({ from: id, bytes })));
  };
  const group = new Group({
    clock,
    random,
    emit,
    pairs,
    start: {
      type: 'start',
      callKey: callKey.slice(),
      callId: callIdOf(callKey).bytes,
      participant: id,
      name: 'Somebody',
      others,
      decodes: ['vp8'],
    },
  });
  return { id, group, pairs, told, take: (): Relayed[] => relayed.splice(0) };
}

test('two whose pairs answer later authenticate each other and hold each other’s keys, and each list is told once', async () => {
  const callKey = random(32);
  const [early, late] = [newId(), newId()];
  const ada = await participant(callKey, early, []);
  ada.take(); // nobody heard it
  const ben = await participant(callKey, late, [early]);
  ada.group.handle({ type: 'participant-joined', participant: late });
  await ada.group.takeRelays(ben.take());
  await ben.group.takeRelays(ada.take()); // hello and auth in one list
  expect(ben.told.map(({ people }) => people[0]?.standing)).toEqual(['arriving', 'authenticated']);
  await ada.group.takeRelays(ben.take());
  await ben.group.takeRelays(ada.take());
  expect(ada.group.receiving(late)?.newest).toBeDefined();
  expect(ben.group.receiving(early)?.newest).toBeDefined();

  // What was worked out was used up, and nothing is worked out by a pair that has ended.
  expect(() => ada.pairs.ephemeral.agreeWith(ben.pairs.ephemeral.publicKey)).toThrow('public-key-refused');
  ada.group.leave();
  await ada.pairs.ephemeral.prepare(ben.pairs.ephemeral.publicKey);
  expect(() => ada.pairs.ephemeral.agreeWith(ben.pairs.ephemeral.publicKey)).toThrow('public-key-refused');
});

test('what is relayed while it leaves changes nothing', async () => {
  const callKey = random(32);
  const [early, late] = [newId(), newId()];
  const ada = await participant(callKey, early, []);
  const ben = await participant(callKey, late, [early]);
  ada.group.handle({ type: 'participant-joined', participant: late });
  ada.take();
  const taking = ada.group.takeRelays(ben.take());
  ada.group.leave();
  await taking;
  expect(ada.take()).toEqual([]);
  expect(ada.group.receiving(late)).toBeUndefined();
});
