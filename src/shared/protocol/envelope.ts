import { z } from 'zod';
import { fromUtf8, toUtf8, type Bytes } from '../support/bytes.ts';
import { CodedError, requestErrors, type RequestError } from './errors.ts';
import { notices, type Notice, type NoticeName } from './notices.ts';
import { requests, type Params, type RequestName, type Result } from './requests.ts';

/** What a client sends: one request. Told apart by `request`. */
export type Request = {
  [N in RequestName]: { readonly id: number; readonly request: N; readonly params: Params<N> };
}[RequestName];

/** What the router sends: the one answer to a request, or a notice. `undefined`: a notice of a newer version. */
export type FromRouter =
  | { readonly id: number; readonly result: unknown }
  | { readonly id: number; readonly error: RequestError }
  | Notice
  | undefined;

const requestId = z.int().min(1);
const requestEnvelope = z.strictObject({ id: requestId, request: z.string().max(64), params: z.unknown() });
const fromRouterEnvelope = z.union([
  z.strictObject({ id: requestId, result: z.unknown() }),
  z.strictObject({ id: requestId, error: z.enum(requestErrors) }),
  z.strictObject({ notice: z.string().max(64), params: z.unknown() }),
]);

/** Opened bytes to a request. Throws CodedError `message-invalid` or `request-unknown`. */
export function parseRequest(bytes: Uint8Array): Request {
  const { id, request, params } = parse(requestEnvelope, fromJson(bytes));
  if (!isOwn(requests, request)) throw new CodedError('request-unknown');
  return { id, request, params: parse<unknown>(requests[request].params, params) } as Request;
}

/** Opened bytes to what the router says. Throws CodedError `message-invalid`. */
export function parseFromRouter(bytes: Uint8Array): FromRouter {
  const message = parse(fromRouterEnvelope, fromJson(bytes));
  if (!('notice' in message)) return message;
  const { notice, params } = message;
  if (!isOwn(notices, notice)) return undefined;
  return { notice, params: parse<unknown>(notices[notice], params) } as Notice;
}

/** The result of a request named `request`, from what `parseFromRouter` left unparsed. Throws CodedError `message-invalid`. */
export function parseResult<N extends RequestName>(request: N, result: unknown): Result<N> {
  return parse<unknown>(requests[request].result, result) as Result<N>;
}

/** A request as bytes to seal. */
export function encodeRequest<N extends RequestName>(id: number, request: N, params: Params<N>): Bytes {
  return toJson({ id, request, params: encode(requests[request].params, params) });
}

/** The result of a request as bytes to seal. */
export function encodeResult<N extends RequestName>(id: number, request: N, result: Result<N>): Bytes {
  return toJson({ id, result: encode(requests[request].result, result) });
}

/** The refusal of a request as bytes to seal. */
export function encodeError(id: number, error: RequestError): Bytes {
  return toJson({ id, error });
}

/** A notice as bytes to seal. */
export function encodeNotice(notice: Notice): Bytes {
  return toJson({ notice: notice.notice, params: encode(notices[notice.notice], notice.params) });
}

function isOwn<T extends object>(table: T, name: string): name is Extract<keyof T, RequestName | NoticeName> {
  return Object.hasOwn(table, name);
}

function encode(schema: z.ZodType, value: unknown): unknown {
  return z.encode(schema, value);
}

function parse<T>(schema: z.ZodType<T>, value: unknown): T {
  const parsed = schema.safeParse(value);
  if (!parsed.success) throw new CodedError('message-invalid'); // zod's own words may quote the message
  return parsed.data;
}

function fromJson(bytes: Uint8Array): unknown {
  const text = fromUtf8(bytes);
  if (text === undefined) throw new CodedError('message-invalid');
  try {
    return JSON.parse(text) as unknown;
  } catch {
    throw new CodedError('message-invalid');
  }
}

function toJson(message: unknown): Bytes {
  return toUtf8(JSON.stringify(message));
}
