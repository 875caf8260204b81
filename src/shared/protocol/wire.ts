import { z } from 'zod';
import { CallId } from '../identity/call-id.ts';
import { ParticipantId } from '../identity/participant-id.ts';
import { sources } from '../identity/source.ts';
import { fromBase64Url, toBase64Url, type Bytes } from '../support/bytes.ts';

/** Base64url text on the wire, at most `most` bytes in the program. */
export function bytesField(most: number, least = 0): z.ZodType<Bytes, string> {
  const longest = Math.ceil((most * 4) / 3);
  // Checked on encoding, too: a union tries its members one after the other.
  return z.codec(
    z.string().max(longest),
    z.custom<Bytes>((value) => value instanceof Uint8Array),
    {
      decode: (text, context) => {
        const bytes = fromBase64Url(text);
        if (bytes !== undefined && bytes.length >= least && bytes.length <= most) return bytes;
        context.issues.push({ code: 'custom', message: 'bytes', input: text });
        return z.NEVER;
      },
      encode: toBase64Url,
    },
  );
}

/** An id class on the wire: base64url of its bytes. */
function idField<Id extends { readonly key: string }>(
  size: number,
  from: (bytes: Uint8Array) => Id | undefined,
): z.ZodType<Id, string> {
  return z.codec(z.string().max(Math.ceil((size * 4) / 3)), z.custom<Id>(), {
    decode: (text, context) => {
      const bytes = fromBase64Url(text);
      const id = bytes === undefined ? undefined : from(bytes);
      if (id !== undefined) return id;
      context.issues.push({ code: 'custom', message: 'id', input: text });
      return z.NEVER;
    },
    encode: (id) => id.key,
  });
}

export const participantId = idField(ParticipantId.size, (bytes) => ParticipantId.from(bytes));
export const callId = idField(CallId.size, (bytes) => CallId.from(bytes));
export const source = z.enum(sources);
/** Zero-based layers of a video: the size (simulcast or SVC) and the frame rate, each with all below it. */
export const layers = z.strictObject({ spatial: z.int().min(0).max(4), temporal: z.int().min(0).max(4) });
/** Why a receiver gets what it gets of a source (PROTOCOL section 8, `subscription.changed`). */
export const deliveries = ['sent', 'bandwidth', 'not-sent', 'paused'] as const;
/** An id that mediasoup made (a UUID): transports, producers, consumers. */
export const mediaId = z.string().max(40);
