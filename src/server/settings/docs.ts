import { z } from 'zod';

/** A value as the file has it. */
export type Value = string | number | boolean | readonly string[];

/** What the reference and the messages about mistakes say of a setting. */
export interface Docs {
  /** What it is, in sentences. */
  readonly is: string;
  /** What its values are: goes after "not" and "give". Numbers, switches and choices say that by themselves. */
  readonly form?: string;
  readonly unit?: string;
  /** What raising it does, in a sentence. */
  readonly raising?: string;
  /** A value to learn from, where there is no default. */
  readonly example?: Value;
  /** The default in words, where the file cannot say it. */
  readonly otherwise?: string;
  /** What has to be known before any file is read. */
  readonly environmentOnly?: true;
}

/** What is said of each setting of the schema. */
export const docs = z.registry<Docs>();
