import type { z } from 'zod';

/** The engine's dictionary in the form that crosses the wire: without its undefined members, and checked. */
export function wireForm<T>(schema: z.ZodType<T>, dictionary: unknown): T {
  return schema.parse(JSON.parse(JSON.stringify(dictionary)));
}
