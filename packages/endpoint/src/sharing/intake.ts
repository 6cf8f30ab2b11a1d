// A data center over http (docs/spec/intake-http.md). A request is a sealed message and nothing else: no cookie,
// no identifier, no header of our own (D21). What it answers is not believed: it is parsed, and verified by
// whoever asked.

import {
  canonicalJson,
  fromUtf8,
  isVitrineError,
  parseEnvelope,
  parseJson,
  type DataCenter,
  type Envelope,
  type Json,
  type JsonObject,
} from '@vitrine/evidence';
import { fetchBytes, type Fetched } from '@vitrine/host';
import { answerLimit } from '@vitrine/reports';
import { fail } from '../codes.ts';
import { locate, requestFrom, type Limits } from '../repository.ts';

/** Promise, proof or refusal. */
const replyLimit = 1 << 20;
/** Seconds that a data center may ask to wait. */
const longestWait = 3_600;

/** What becomes of a message. */
export type Reply<T> =
  | { readonly kind: 'done'; readonly value: T }
  /** Not its country, or not its key: fetch policy and key, and seal again. */
  | { readonly kind: 'elsewhere'; readonly code: string }
  | { readonly kind: 'later'; readonly seconds: number; readonly code: string }
  /** Never sent again. */
  | { readonly kind: 'refused'; readonly status: number; readonly code: string };

export function postReport(
  center: DataCenter,
  message: Uint8Array,
  limits: Limits,
): Promise<Reply<Envelope>> {
  return ask(center, 'v1/reports', { body: message, limits, maxBytes: replyLimit }, ({ status, bytes }) => {
    if (status === 201) return parseEnvelope(bytes);
    // It was taken before, and the answer was lost: the promise is in this one.
    const promise = status === 409 ? memberOf(bytes, 'promise') : undefined;
    return promise === undefined ? undefined : parseEnvelope(canonicalJson(promise));
  });
}

/** The answer is sealed to the subject. */
export function postSealed(
  center: DataCenter,
  path: string,
  message: Uint8Array,
  limits: Limits,
): Promise<Reply<Uint8Array>> {
  const asked = { body: message, limits, maxBytes: answerLimit };
  return ask(center, path, asked, ({ status, bytes }) => (status === 200 ? bytes : undefined));
}

/** The proof of a report; undefined while there is none, `unknown` where the data center has no such report. */
export function getProof(
  center: DataCenter,
  report: string,
  limits: Limits,
): Promise<Reply<Uint8Array | 'unknown' | undefined>> {
  const asked = { limits, maxBytes: replyLimit };
  return ask(center, `v1/receipts/${report}`, asked, ({ status, bytes }) => {
    if (status === 200) return { value: bytes };
    if (status === 202) return { value: undefined };
    return status === 404 && codeIn(bytes) === 'intake.path' ? { value: 'unknown' as const } : undefined;
  }).then((reply) => (reply.kind === 'done' ? { kind: 'done', value: reply.value.value } : reply));
}

/** The newest checkpoint of its custody ledger, as text. */
export function getCheckpoint(center: DataCenter, limits: Limits): Promise<Reply<string>> {
  const asked = { limits, maxBytes: 65_536 };
  return ask(center, 'ledgers/custody/checkpoint', asked, ({ status, bytes }) =>
    status === 200 ? fromUtf8(bytes) : undefined,
  );
}

interface Asked {
  readonly body?: Uint8Array;
  readonly limits: Limits;
  readonly maxBytes: number;
}

/** At the first of its addresses that answers. `read` answers undefined for what is no success. */
async function ask<T>(
  { id, intake }: DataCenter,
  path: string,
  { body, limits, maxBytes }: Asked,
  read: (answer: Fetched) => T | undefined,
): Promise<Reply<T>> {
  let unreachable: unknown;
  for (const address of intake) {
    try {
      const answer = await requestFrom(limits, address, (request) =>
        fetchBytes(locate(address, path), {
          maxBytes,
          timeoutMs: limits.requestMs,
          expectStatus: 'any',
          ...(body === undefined ? {} : { method: 'POST', body }),
          ...request,
        }),
      );
      return replyOf(id, answer, read);
    } catch (error) {
      if (!isVitrineError(error) || error.exit !== 5) throw error;
      unreachable ??= error;
    }
  }
  throw unreachable;
}

function replyOf<T>(center: string, answer: Fetched, read: (answer: Fetched) => T | undefined): Reply<T> {
  const { status, bytes, headers } = answer;
  const value = readable(center, () => read(answer));
  if (value !== undefined) return { kind: 'done', value };
  const code = codeIn(bytes);
  switch (status) {
    case 421:
      return { kind: 'elsewhere', code: code ?? 'report.center' };
    case 408:
    case 429:
    case 503:
      return { kind: 'later', seconds: waitIn(headers), code: code ?? 'endpoint.center-busy' };
    case 400:
    case 409:
    case 413:
    case 422:
      // A proxy has no code of ours: what it refuses was refused by nobody who may.
      if (code !== undefined) return { kind: 'refused', status, code };
  }
  throw fail('endpoint.answer', `the data center ${center} answers ${status}, as no data center does`);
}

/** What cannot be read is no answer: it is told, and holds up no other data center. */
function readable<T>(center: string, read: () => T): T {
  try {
    return read();
  } catch (cause) {
    if (!isVitrineError(cause)) throw cause;
    throw fail('endpoint.answer', `what the data center ${center} answers cannot be read: ${cause.message}`, {
      cause,
    });
  }
}

function codeIn(bytes: Uint8Array): string | undefined {
  const code = memberOf(bytes, 'code');
  return typeof code === 'string' &&
    /^[a-z]+(?:-[a-z]+)*\.[a-z]+(?:-[a-z]+)*$/.test(code) &&
    code.length <= 64
    ? code
    : undefined;
}

function memberOf(bytes: Uint8Array, name: string): Json | undefined {
  try {
    const value = parseJson(bytes, { bytes: replyLimit, depth: 8 });
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as JsonObject)[name]
      : undefined;
  } catch {
    return undefined;
  }
}

/** In seconds; a date, or nothing, is half a minute. */
function waitIn(headers: Headers): number {
  const text = headers.get('retry-after') ?? '';
  const seconds = /^[0-9]{1,6}$/.test(text) ? Number(text) : 30;
  return Math.min(Math.max(seconds, 1), longestWait);
}
