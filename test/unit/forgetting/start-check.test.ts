import { describe, expect, test } from 'vitest';
import { checkForgetting, ForgettingError } from '../../../src/server/forgetting/start-check.ts';
import { settingsFrom, type SettingValues } from '../../../src/server/settings/settings.ts';

const goodHost = { canSwap: false, coreDumpsOff: true };
const swapping = { canSwap: true, coreDumpsOff: true };
const dumping = { canSwap: false, coreDumpsOff: false };
const open: SettingValues = { host: '192.0.2.1' };

describe('what speaks against forgetting', () => {
  test('is named for a router on loopback, which starts all the same', () => {
    expect(checkForgetting(settingsFrom({}), 'forgets', goodHost)).toEqual([]);
    expect(checkForgetting(settingsFrom({}), 'found', goodHost)).toEqual(['found']);
    const worst = { canSwap: true, coreDumpsOff: false };
    expect(checkForgetting(settingsFrom({ forgetting: 'off' }), 'unsupported', worst)).toEqual([
      'off',
      'swap',
      'core-dumps',
    ]);
  });

  test('keeps a router that others can reach from starting, with the reason', () => {
    expect(checkForgetting(settingsFrom(open), 'forgets', goodHost)).toEqual([]);
    expect(() => checkForgetting(settingsFrom(open), 'unsupported', goodHost)).toThrow('cannot forget');
    expect(() => checkForgetting(settingsFrom(open), 'found', goodHost)).toThrow('does not forget');
    expect(() => checkForgetting(settingsFrom(open), 'forgets', swapping)).toThrow('swapoff -a');
    expect(() => checkForgetting(settingsFrom(open), 'forgets', dumping)).toThrow('core file');
    expect(() => checkForgetting(settingsFrom(open), 'forgets', swapping)).toThrow(ForgettingError);
  });

  test('is accepted where the operator said so, and nothing else with it', () => {
    const accepting = settingsFrom({ ...open, forgetting: 'off', allowSwap: true });
    expect(checkForgetting(accepting, 'unsupported', swapping)).toEqual(['off', 'swap']);
    expect(() => checkForgetting(accepting, 'unsupported', dumping)).toThrow('core file');
  });
});
