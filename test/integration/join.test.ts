import { describe, expect, test } from 'vitest';
import { testCall, TestClient } from '../support/test-client.ts';
import { startTestRouter } from '../support/test-router.ts';

describe('joining and leaving', () => {
  test('each one in a call hears of the next one, who is told of all before', async () => {
    await using router = await startTestRouter();
    const call = testCall();
    using anna = await TestClient.connect(router);
    const annas = await anna.join(call);
    expect(annas.others).toEqual([]);
    using ben = await TestClient.connect(router);
    const bens = await ben.join(call);
    expect(bens.others).toEqual([{ participantId: annas.participantId, sources: [] }]);
    const told = await anna.notice('participant.joined');
    expect(told.participantId.key).toBe(bens.participantId.key);
    await ben.request('call.leave', {});
    expect(await ben.closed).toEqual({ code: 4000, reason: 'left' });
    const gone = await anna.notice('participant.left');
    expect(gone.participantId.key).toBe(bens.participantId.key);
  });
});
