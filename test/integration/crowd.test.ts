import { expect, test } from 'vitest';
import { createInvitation } from '../../src/client/call/invitation.ts';
import { toBase64Url } from '../../src/shared/support/bytes.ts';
import { CrowdMember } from '../../src/tools/peers/crowd-member.ts';
import { rekeying } from '../../src/tools/bench/crowd/rekeying.ts';
import { startTestRouter } from '../support/test-router.ts';

const size = 12;
/** A packet of sound with nothing in it that matters: the router and the keys are what is looked at. */
const recording = { sound: [new Uint8Array(80).fill(4)], picture: [] };

test('twelve who join at once get to know each other, and when one leaves all the rest change their keys', async () => {
  await using router = await startTestRouter();
  await using stack = new AsyncDisposableStack();
  const { address, routerKey } = router;
  const invitation = createInvitation({ routerUrl: address, routerKey: toBase64Url(routerKey) });
  const link = invitation.link(address);
  const fromMs = performance.now();
  const members = await Promise.all(
    Array.from({ length: size }, async (_, index) => {
      const member = await CrowdMember.join(
        { address, routerKey, from: `127.12.0.${index + 1}` },
        link,
        `${index + 1}`,
      );
      return stack.use(member);
    }),
  );
  await Promise.all(members.map((member) => member.holdsKeysOf(size - 1, fromMs)));
  const [listener, speaker, leaver] = members;
  if (listener === undefined || speaker === undefined || leaver === undefined) throw new Error('too few');
  for (const member of members) await member.send('microphone', recording);
  const next = await listener.hear(speaker);
  const before = await next();

  const rest = members.filter((member) => member !== leaver);
  const { sealed } = await rekeying(rest, () => leaver.leave());
  // ENCRYPTION "Rotate on a leave": in use 2 s after it was given, so that everybody has it by then.
  expect(Math.min(...sealed)).toBeGreaterThan(1_500);
  let after = await next();
  while (after <= before) after = await next();
  for (const { participant } of rest) {
    expect(participant.people).toHaveLength(size - 2);
    for (const { missed, standing } of participant.people)
      expect({ missed, standing }).toEqual({ missed: 0, standing: 'authenticated' });
  }
}, 60_000);
