// The supervisor's own address (docs/spec/supervisor-http.md): roles to be co-signed come in, everything
// that it ever said or signed can be read.

import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { pipeline } from 'node:stream/promises';
import {
  canonicalJson,
  formatEnvelope,
  formatTime,
  isVitrineError,
  type Json,
  type VitrineError,
} from '@vitrine/evidence';
import { errnoOf, immutable, readBody, respond, type Handler, type Store } from '@vitrine/host';
import { RateLimiter, type RateLimit } from '@vitrine/log/witness';
import { fail } from './codes.ts';
import { roleLimit, type Cosigner } from './cosign.ts';
import { serveDesk } from './desk/http.ts';
import type { Desk } from './desk/desk.ts';
import type { Outbox } from './outbox.ts';
import type { SignedRoles } from './signed-roles.ts';

export interface HandlerParts {
  readonly cosigner: Cosigner;
  readonly desk: Desk;
  readonly outbox: Outbox;
  readonly signed: SignedRoles;
  readonly blobs: Store;
  /** The newest checkpoint that was read. */
  readonly checkpoint: () => Uint8Array | undefined;
  readonly status: () => Json;
  /** For the body of one request. */
  readonly bodyMs: number;
  /** For roles, and for questions about access, by address of the client. */
  readonly rate: RateLimit;
}

const statementsAtOnce = 500;
/** Addresses that the rate is remembered for; beyond it everyone starts anew. */
const mostAddresses = 4_096;

export function supervisorHandler(parts: HandlerParts): Handler {
  const admit = limiter(parts.rate);
  const desk = {
    desk: parts.desk,
    admit: limiter(parts.rate),
    bodyMs: parts.bodyMs,
    answer: respondJson,
  };
  return async (request, response) => {
    const address = URL.parse(request.url ?? '/', 'http://supervisor.invalid');
    if (address === null) return respond(response, 400, 'not an address\n');
    const { pathname, searchParams } = address;
    if (pathname.startsWith('/access')) return serveDesk(desk, request, response, pathname);
    if (pathname === '/role') return role(parts, admit, request, response, searchParams);
    if (request.method !== 'GET' && request.method !== 'HEAD')
      return respond(response, 405, 'method not allowed\n', { allow: 'GET, HEAD' });
    switch (pathname) {
      case '/status':
        return respondJson(response, 200, parts.status());
      case '/signed':
        return respondJson(response, 200, signedList(parts.signed));
      case '/statements':
        return statements(parts.outbox, response, searchParams);
      case '/checkpoint':
        return checkpoint(parts, response);
      default:
        return named(parts, request, response, pathname);
    }
  };
}

/** 200 with the signature; 409 not yet; 403 refused; 400 not a role; 429 too often. */
async function role(
  { cosigner, bodyMs }: HandlerParts,
  admit: (request: IncomingMessage) => boolean,
  request: IncomingMessage,
  response: ServerResponse,
  parameters: URLSearchParams,
): Promise<void> {
  if (request.method !== 'POST') return respond(response, 405, 'method not allowed\n', { allow: 'POST' });
  try {
    if (!admit(request)) throw fail('cosign.busy', 'too many roles from this address');
    const file = await readBody(request, { maxBytes: roleLimit, timeoutMs: bodyMs });
    const name = parameters.get('name') ?? undefined;
    const { keyid, sig } = await cosigner.cosign(file, name, () => !response.destroyed);
    return respondJson(response, 200, { keyid, sig });
  } catch (error) {
    if (!isVitrineError(error)) throw error;
    const { code, message, at } = error;
    const status = statusOf(error);
    const body = { error: { code, message, ...(at === undefined ? {} : { at }) } };
    return respondJson(response, status, body, status === 429 ? { 'retry-after': '5' } : {});
  }
}

function statusOf({ code, exit }: VitrineError): number {
  switch (code) {
    case 'http.body-too-large':
      return 413;
    case 'http.body-slow':
      return 408;
    case 'http.body-cut':
      return 400;
    case 'cosign.busy':
      return 429;
    default:
      if (code.startsWith('cosign.') || code.startsWith('delegation.')) return exit === 5 ? 409 : 403;
      return exit === 3 ? 400 : 503;
  }
}

function limiter(rate: RateLimit): (request: IncomingMessage) => boolean {
  let buckets = new RateLimiter(rate);
  const known = new Set<string>();
  return (request) => {
    const address = request.socket.remoteAddress ?? '';
    if (!known.has(address) && known.size >= mostAddresses) {
      buckets = new RateLimiter(rate);
      known.clear();
    }
    known.add(address);
    return buckets.take(address, performance.now());
  };
}

function signedList(signed: SignedRoles): Json {
  return signed.list().map(({ role: name, version, sha256, at }) => ({
    role: name,
    version,
    sha256,
    at: formatTime(at / 1000),
  }));
}

/** `?from=N`: from place N on; an empty page is the end. */
function statements(outbox: Outbox, response: ServerResponse, parameters: URLSearchParams): void {
  const from = parameters.get('from') ?? '1';
  if (!/^[0-9]{1,15}$/.test(from)) return respond(response, 400, 'from is a whole number\n');
  const listed = outbox.list(Number(from), statementsAtOnce).map(({ n, id, kind, index, made }) => ({
    n,
    id,
    kind,
    made: formatTime(made / 1000),
    index: index ?? null,
  }));
  respondJson(response, 200, { statements: listed });
}

function checkpoint({ checkpoint: newest }: HandlerParts, response: ServerResponse): false | void {
  const note = newest();
  if (note === undefined) return false;
  respond(response, 200, note, { 'content-type': 'text/plain; charset=utf-8', 'cache-control': 'no-cache' });
}

async function named(
  { outbox, blobs }: HandlerParts,
  request: IncomingMessage,
  response: ServerResponse,
  path: string,
): Promise<boolean | void> {
  const [, kind, digest = ''] = /^\/(statement|blob)\/([0-9a-f]{64})$/.exec(path) ?? [];
  if (kind === 'blob') return serveBlob(blobs, digest, request, response);
  const statement = kind === 'statement' ? outbox.find(digest) : undefined;
  if (statement === undefined) return false;
  respond(response, 200, formatEnvelope(statement.envelope), {
    'content-type': 'application/json',
    'cache-control': immutable,
  });
}

/** Streams, so that the size does not matter; the reader compares the digest. */
async function serveBlob(
  blobs: Store,
  sha256: string,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<boolean> {
  if (!(await blobs.has(sha256))) return false;
  const { size } = await stat(blobs.path(sha256));
  response.writeHead(200, {
    'content-type': 'application/octet-stream',
    'content-length': size,
    'cache-control': immutable,
    'x-content-type-options': 'nosniff',
  });
  if (request.method === 'HEAD') response.end();
  else
    await pipeline(createReadStream(blobs.path(sha256)), response).catch((error: unknown) => {
      if (errnoOf(error) !== 'ERR_STREAM_PREMATURE_CLOSE') throw error; // The reader went away.
    });
  return true;
}

function respondJson(
  response: ServerResponse,
  status: number,
  body: Json,
  headers: Readonly<Record<string, string>> = {},
): void {
  respond(response, status, canonicalJson(body), {
    'content-type': 'application/json',
    'cache-control': 'no-store',
    ...headers,
  });
}
