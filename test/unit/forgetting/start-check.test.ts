import { describe, expect, test } from 'vitest';
import { checkForgetting, ForgettingError } from '../../../src/server/forgetting/start-check.ts';
import { settingsFrom, type SettingValues } from '../../../src/server/settings/settings.ts';

const goodHost = { canSwap: false, coreDumpsOff: true };
const swapping = { canSwap: true, coreDumpsOff: true };
const dumping = { canSwap: false, coreDumpsOff: false };
/** Tests run in a process that cannot forget, so that "off" is the only way to leave that doubt out. */
const open: SettingValues = { host: '192.0.2.1', forgetting: 'off' };

describe('what speaks against forgetting', () => {
  test('is named for a router on loopback, which starts all the same', async () => {
    expect(await checkForgetting(settingsFrom({}), goodHost)).toEqual(['unsupported']);
    expect(await checkForgetting(settingsFrom({ forgetting: 'off' }), { canSwap: true, coreDumpsOff: false })).toEqual([
      'off',
      'swap',
      'core-dumps',
    ]);
  });

  test('keeps a router that others can reach from starting, with the reason', async () => {
    await expect(checkForgetting(settingsFrom({ host: '192.0.2.1' }), goodHost)).rejects.toThrow('cannot forget');
    await expect(checkForgetting(settingsFrom(open), swapping)).rejects.toThrow('swapoff -a');
    await expect(checkForgetting(settingsFrom(open), dumping)).rejects.toThrow('core file');
    await expect(checkForgetting(settingsFrom(open), swapping)).rejects.toThrow(ForgettingError);
  });

  test('is accepted where the operator said so, and nothing else with it', async () => {
    expect(await checkForgetting(settingsFrom({ ...open, allowSwap: true }), swapping)).toEqual(['off', 'swap']);
    await expect(checkForgetting(settingsFrom({ ...open, allowSwap: true }), dumping)).rejects.toThrow('core file');
  });
});
