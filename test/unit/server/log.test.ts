import { describe, expect, test } from 'vitest';
import { Log, type LogEvent, type LogFields, type LogLevel } from '../../../src/server/telemetry/log.ts';

const hostile = ['203.0.113.77', 'Mozilla/5.0', 'a\n{"event":"forged"}', 'VXc3N0c2s3bW9yZXNlY3JldA', '💥'.repeat(50)];

function recorded(level: LogLevel = 'info'): { log: Log; lines: string[] } {
  const lines: string[] = [];
  return { log: new Log(level, { write: (line) => void lines.push(line) }), lines };
}

/** As JavaScript would call it, past the compiler. */
function writeAnything(log: Log, event: string, fields: object): void {
  log.write(event as LogEvent, fields as LogFields<LogEvent>);
}

describe('the log', () => {
  test('writes time, level, event and its fields, and nothing of the machine', () => {
    const { log, lines } = recorded();
    log.write('call-ended', { reason: 'empty', running: 3 });
    expect(lines).toHaveLength(1);
    const line = JSON.parse(lines[0] ?? '') as Record<string, unknown>;
    expect(Object.keys(line).sort()).toEqual(['event', 'level', 'reason', 'running', 'time']);
    expect(line).toMatchObject({ level: 'info', event: 'call-ended', reason: 'empty', running: 3 });
  });

  test.each(hostile)('has no way in for text: %j', (text) => {
    const { log, lines } = recorded();
    const attempts: [string, object][] = [
      [text, {}],
      ['toString', {}],
      ['session-failed', { message: text }],
      ['session-failed', { [text]: 1 }],
      ['call-ended', { reason: text, running: 1 }],
      ['call-started', { running: text }],
      ['call-started', { running: 1, address: text }],
      ['call-started', { running: { toJSON: () => text } }],
      ['call-started', { running: -1 }],
    ];
    for (const [event, fields] of attempts) {
      expect(() => {
        writeAnything(log, event, fields);
      }).toThrow(new TypeError('not in the log vocabulary'));
    }
    expect(lines).toEqual([]);
  });

  test('leaves out what is below its level', () => {
    const { log, lines } = recorded('warn');
    log.write('stopped', {});
    log.write('media-process-died', { running: 0 });
    expect(lines.map((line) => (JSON.parse(line) as { event: string }).event)).toEqual(['media-process-died']);
  });
});
