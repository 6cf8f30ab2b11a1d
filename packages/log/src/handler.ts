// A log over HTTP: POST /add, and the files of tlog-tiles as far as the published checkpoint covers them.

import type { IncomingMessage, ServerResponse } from 'node:http';
import { join } from 'node:path';
import { entryLimit, isVitrineError, VitrineError } from '@vitrine/evidence';
import { immutable, readBody, readBounded, respond, type Handler } from '@vitrine/host';
import { bundleLimit, parseBundle, formatBundle } from './bundle.ts';
import { fail } from './codes.ts';
import { covers, parseTilePath, tilePath, tileWidth, type TilePath } from './path.ts';
import type { LogWriter } from './writer.ts';

export interface HandlerOptions {
  /** For the body of one request. Default 10,000. */
  readonly bodyMs?: number | undefined;
  /** The longest `?wait=` that is honoured. Default 60,000. */
  readonly mostWaitMs?: number | undefined;
}

export function logHandler(log: LogWriter, options: HandlerOptions = {}): Handler {
  return async (request, response) => {
    const address = URL.parse(request.url ?? '/', 'http://log.invalid');
    if (address === null) return respond(response, 400, 'not an address\n');
    const { pathname, searchParams } = address;
    if (pathname === '/add') return add(log, request, response, searchParams, options);
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      return respond(response, 405, 'method not allowed\n', { allow: 'GET, HEAD' });
    }
    if (pathname === '/checkpoint') return checkpoint(log, response);
    if (pathname === '/admission.json') return admissionList(log, response);
    if (pathname === '/metrics') return metrics(log, request, response);
    if (pathname.startsWith('/tile/')) return tile(log, response, pathname.slice(1));
    return false;
  };
}

/**
 * 202: durable and numbered. 200: a published checkpoint covers it, at once for an entry that was
 * there before, or within `?wait=`. A raw log answers the decimal index, once covered.
 */
async function add(
  log: LogWriter,
  request: IncomingMessage,
  response: ServerResponse,
  parameters: URLSearchParams,
  { bodyMs = 10_000, mostWaitMs = 60_000 }: HandlerOptions,
): Promise<void> {
  if (request.method !== 'POST') return respond(response, 405, 'method not allowed\n', { allow: 'POST' });
  try {
    const isRaw = log.mode === 'raw';
    const waitMs = Math.min(parseWait(parameters) ?? (isRaw ? mostWaitMs : 0), mostWaitMs);
    const { index, statementId } = await log.append(
      await readBody(request, { maxBytes: entryLimit, timeoutMs: bodyMs }),
    );
    const size = await coveringSize(log, index, waitMs);
    const status = size === undefined ? 202 : 200;
    if (isRaw) return respond(response, status, String(index));
    const url = tilePath({ level: 'entries', index: Math.floor(index / tileWidth), width: tileWidth });
    respondJson(response, status, { index, url, statementId, ...(size === undefined ? {} : { size }) });
  } catch (error) {
    if (!isVitrineError(error)) throw error;
    const { code, message, at, remedy } = error;
    respondJson(response, statusOf(error), { code, message, ...(at === undefined ? {} : { at }), remedy });
  }
}

function parseWait(parameters: URLSearchParams): number | undefined {
  const [name, second] = parameters.keys();
  if (name === undefined) return undefined;
  const wait = parameters.get('wait');
  if (second !== undefined || wait === null || !/^[0-9]{1,6}$/.test(wait)) {
    throw fail('request.body', 'the only parameter of /add is "wait", in milliseconds');
  }
  return Number(wait);
}

/** The size of a published checkpoint that covers the entry, if there is one in time. */
async function coveringSize(log: LogWriter, index: number, waitMs: number): Promise<number | undefined> {
  const published = log.published();
  if (published !== undefined && index < published.size) return published.size;
  if (waitMs === 0) return undefined;
  try {
    return (await log.wait(index, waitMs)).size;
  } catch {
    return undefined; // It is durable all the same: 202 says just that.
  }
}

/** 400 for bytes that are not an admissible statement, 403 for a signer who may not, 503 for our own trouble. */
function statusOf({ code, exit }: VitrineError): number {
  switch (code) {
    case 'http.body-too-large':
    case 'entry.size':
      return 413;
    case 'http.body-slow':
      return 408;
    case 'http.body-cut':
    case 'request.body':
      return 400;
    case 'admission.signer':
    case 'admission.kind':
    case 'signature.invalid':
    case 'signature.webauthn':
      return 403;
    default:
      return exit === 3 ? 400 : 503;
  }
}

function respondJson(response: ServerResponse, status: number, body: unknown): void {
  respond(response, status, `${JSON.stringify(body)}\n`, {
    'content-type': 'application/json',
    'cache-control': 'no-store',
    ...(status === 503 ? { 'retry-after': '1' } : {}),
  });
}

function checkpoint(log: LogWriter, response: ServerResponse): false | void {
  const head = log.published();
  if (head === undefined) return false;
  respond(response, 200, head.note, {
    'content-type': 'text/plain; charset=utf-8',
    'cache-control': 'no-cache',
  });
}

function admissionList(log: LogWriter, response: ServerResponse): false | void {
  const list = log.admission();
  if (list === undefined) return false;
  respond(response, 200, list.bytes, { 'content-type': 'application/json', 'cache-control': 'no-cache' });
}

/** For the operator, on the machine itself. */
function metrics(log: LogWriter, request: IncomingMessage, response: ServerResponse): false | void {
  const from = request.socket.remoteAddress ?? '';
  if (!/^(::ffff:)?127\.|^::1$/.test(from)) return false;
  respond(response, 200, log.metrics.text(), { 'content-type': 'text/plain; version=0.0.4' });
}

/** The file, or the beginning of the full tile where a partial one is no longer kept. */
async function tile(log: LogWriter, response: ServerResponse, path: string): Promise<false | void> {
  let wanted: TilePath;
  try {
    wanted = parseTilePath(path);
  } catch {
    return false;
  }
  if (!covers(log.published()?.size ?? 0, wanted)) return false;
  const bytes = (await readFile(log, wanted)) ?? (await beginningOf(log, wanted));
  if (bytes === undefined) return false;
  respond(response, 200, bytes, { 'content-type': 'application/octet-stream', 'cache-control': immutable });
}

async function beginningOf(log: LogWriter, wanted: TilePath): Promise<Uint8Array | undefined> {
  const full = await readFile(log, { ...wanted, width: tileWidth });
  if (full === undefined || wanted.level !== 'entries') return full?.subarray(0, wanted.width * 32);
  return formatBundle(parseBundle(full).slice(0, wanted.width));
}

async function readFile(log: LogWriter, wanted: TilePath): Promise<Uint8Array | undefined> {
  try {
    return await readBounded(join(log.dir, tilePath(wanted)), bundleLimit);
  } catch (error) {
    if (isVitrineError(error, 'file.missing')) return undefined;
    throw error;
  }
}
