import { CodedError, type RequestError } from '../../shared/protocol/errors.ts';

/** Waits for the engine. Its own words about what a client sent stay here; what goes on is CodedError `code`. */
export async function orRefuse<T>(code: RequestError, doing: Promise<T>): Promise<T> {
  try {
    return await doing;
  } catch {
    throw new CodedError(code);
  }
}
