// A witness over HTTP: POST /add-checkpoint for logs, GET /<hex sha256(origin)>/checkpoint for monitors.

import { isVitrineError, utf8, type VitrineError } from '@vitrine/evidence';
import { readBody, respond, sha256Hex, type Handler } from '@vitrine/host';
import { requestLimit } from './request.ts';
import { conflictSize, type Witness } from './witness.ts';

export interface WitnessHandlerOptions {
  /** For the body of one request. Default 10,000. */
  readonly bodyMs?: number | undefined;
}

export function witnessHandler(witness: Witness, { bodyMs = 10_000 }: WitnessHandlerOptions = {}): Handler {
  const origins = new Map(witness.logs.map(({ origin }) => [sha256Hex(utf8(origin)), origin]));
  return async (request, response) => {
    const address = URL.parse(request.url ?? '/', 'http://witness.invalid');
    if (address === null) return respond(response, 400, 'not an address\n');
    const { pathname } = address;
    if (pathname === '/add-checkpoint') {
      if (request.method !== 'POST') return respond(response, 405, 'method not allowed\n', { allow: 'POST' });
      try {
        const body = await readBody(request, { maxBytes: requestLimit, timeoutMs: bodyMs });
        return respond(response, 200, await witness.addCheckpoint(body));
      } catch (error) {
        if (!isVitrineError(error)) throw error;
        const size = conflictSize(error);
        if (size !== undefined)
          return respond(response, 409, `${size}\n`, { 'content-type': 'text/x.tlog.size' });
        return respond(response, statusOf(error), `${error.message}\n`);
      }
    }
    if (request.method !== 'GET' && request.method !== 'HEAD')
      return respond(response, 405, 'method not allowed\n', { allow: 'GET, HEAD' });
    const [, id = '', name] = pathname.split('/');
    const origin = name === 'checkpoint' ? origins.get(id) : undefined;
    const seen = origin === undefined ? undefined : witness.checkpoint(origin);
    if (seen === undefined || pathname !== `/${id}/checkpoint`) return false;
    respond(response, 200, seen.note, {
      'content-type': 'text/plain; charset=utf-8',
      'cache-control': 'no-cache',
    });
  };
}

function statusOf({ code, exit }: VitrineError): number {
  switch (code) {
    case 'witness.origin':
      return 404;
    case 'witness.signature':
      return 403;
    case 'witness.proof':
      return 422;
    case 'witness.rate':
      return 429;
    case 'http.body-too-large':
      return 413;
    case 'http.body-slow':
      return 408;
    case 'http.body-cut':
      return 400;
    default:
      return exit === 3 ? 400 : 500;
  }
}
