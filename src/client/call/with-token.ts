import { CodedError } from '../../shared/protocol/errors.ts';
import { limits } from '../../shared/protocol/limits.ts';
import type { Bytes } from '../../shared/support/bytes.ts';
import type { Lifetime } from '../../shared/support/lifetime.ts';
import { CallError } from './call-error.ts';
import type { CallErrorCode, JoinOptions } from './types.ts';

export type Tokens = NonNullable<JoinOptions['tokens']>;

/** What is added to a request that may cost a token. */
export interface GivenToken {
  readonly token?: Bytes;
}

/**
 * Asks without a token, and with one after the other while the router wants another (PROTOCOL section 7, "Admission").
 * `connection`: of the channel that the tokens are for. Rejects like `ask`, except with CallError `token-needed` for want of
 * tokens and `token-refused` when none was taken; with what `tokens` rejects with if that is a CallError; or why the connection
 * ended meanwhile.
 */
export async function withToken<T>(
  connection: Lifetime<CallErrorCode>,
  tokens: Tokens | undefined,
  ask: (given: GivenToken) => Promise<T>,
): Promise<T> {
  let given: GivenToken = {};
  let missing: CallErrorCode = 'token-needed';
  for (let tried = 0; ; tried += 1) {
    try {
      return await ask(given);
    } catch (error) {
      if (!wantsToken(error)) throw error;
      if (error.code !== 'token-missing') missing = 'token-refused';
      if (tokens === undefined || tried === limits.tokenTries) throw new CallError(missing, { cause: error });
    }
    const token = await next(connection, tokens);
    if (token === undefined) throw new CallError(missing);
    if (token.length !== limits.tokenBytes) throw new CallError('token-refused');
    given = { token: new Uint8Array(token) };
  }
}

function wantsToken(error: unknown): error is CodedError<'token-missing' | 'token-refused' | 'token-spent'> {
  const codes: readonly string[] = ['token-missing', 'token-refused', 'token-spent'];
  // A CallError of the same name is the caller's own and final.
  return error instanceof CodedError && !(error instanceof CallError) && codes.includes(error.code as string);
}

/** The next token, unless the connection ends while it is looked for: somebody may be typing an access code. */
async function next(connection: Lifetime<CallErrorCode>, tokens: Tokens): Promise<Uint8Array | undefined> {
  const ended = Promise.withResolvers<never>();
  const stopListening = connection.onEnd((code) => {
    ended.reject(new CallError(code));
  });
  try {
    return await Promise.race([tokens(), ended.promise]);
  } catch (error) {
    throw error instanceof CallError ? error : new CallError('token-needed', { cause: error });
  } finally {
    stopListening();
  }
}
