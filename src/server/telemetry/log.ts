import pino, { type DestinationStream, type Logger } from 'pino';
import { z } from 'zod';
import { stages, transports } from '../self-call/result.ts';

export type LogLevel = 'info' | 'warn' | 'error' | 'silent';

const count = z.int().min(0);

/**
 * All that this program can log. Fields are numbers and words of closed sets: there is no way in for free text,
 * addresses or ids. Info: a step in a life. Warn: recovered by itself. Error: gave up.
 */
const vocabulary = {
  listening: { level: 'info', fields: z.strictObject({ encrypted: z.boolean(), pageBuilt: z.boolean() }) },
  'call-started': { level: 'info', fields: z.strictObject({ running: count }) },
  'call-ended': {
    level: 'info',
    fields: z.strictObject({ reason: z.enum(['empty', 'media-failed', 'router-stopping']), running: count }),
  },
  'media-process-died': { level: 'warn', fields: z.strictObject({ running: count }) },
  'certificate-renewed': { level: 'info', fields: z.strictObject({ daysLeft: count }) },
  'certificate-kept': {
    level: 'warn',
    fields: z.strictObject({ why: z.enum(['certificate-unreadable', 'key-unreadable', 'not-a-pair', 'expired']) }),
  },
  'region-list-renewed': { level: 'info', fields: z.strictObject({ routers: count }) },
  'region-list-kept': { level: 'warn', fields: z.strictObject({}) },
  'memory-scrubbed': { level: 'info', fields: z.strictObject({ pauseMs: count }) },
  'memory-not-scrubbed': { level: 'error', fields: z.strictObject({}) },
  'memory-kept': {
    level: 'warn',
    fields: z.strictObject({ why: z.enum(['off', 'unsupported', 'found', 'swap', 'core-dumps']) }),
  },
  'self-call-failed': {
    level: 'warn',
    fields: z.strictObject({ over: z.enum(transports), at: z.enum(stages) }),
  },
  'self-call-passed': { level: 'info', fields: z.strictObject({}) },
  'session-failed': { level: 'error', fields: z.strictObject({}) },
  draining: { level: 'info', fields: z.strictObject({ running: count, seconds: count }) },
  stopping: { level: 'info', fields: z.strictObject({ running: count }) },
  stopped: { level: 'info', fields: z.strictObject({}) },
} as const;

export type LogEvent = keyof typeof vocabulary;
export type LogFields<E extends LogEvent> = z.output<(typeof vocabulary)[E]['fields']>;

/** The program's log: one JSON object a line, with time, level, event and the event's fields. */
export class Log {
  readonly #pino: Logger;

  /** Writes to `destination`, by default standard error; standard output is for people. */
  constructor(level: LogLevel, destination: DestinationStream = pino.destination({ fd: 2, sync: true })) {
    const formatters = { level: (label: string) => ({ level: label }) };
    this.#pino = pino({ level, base: null, timestamp: pino.stdTimeFunctions.isoTime, formatters }, destination);
  }

  /** Writes one event. What is not in the vocabulary, or has other fields, is not written: TypeError, without its text. */
  write<E extends LogEvent>(event: E, fields: LogFields<E>): void {
    if (!Object.hasOwn(vocabulary, event)) throw new TypeError('not in the log vocabulary');
    const { level, fields: schema } = vocabulary[event];
    const parsed = schema.safeParse(fields);
    if (!parsed.success) throw new TypeError('not in the log vocabulary');
    this.#pino[level]({ event, ...parsed.data });
  }
}
