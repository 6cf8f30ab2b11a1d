// POST /access, GET /access/<digest> (docs/spec/supervisor-http.md). Nobody is told what was asked or
// decided: what is not a state is sealed to the key that the request names.

import type { IncomingMessage, ServerResponse } from 'node:http';
import { entryLimit, isVitrineError, type Json, type VitrineError } from '@vitrine/evidence';
import { readBody, respond } from '@vitrine/host';
import { fail } from '../codes.ts';
import type { Desk } from './desk.ts';

export interface DeskHttp {
  readonly desk: Desk;
  readonly admit: (request: IncomingMessage) => boolean;
  readonly bodyMs: number;
  readonly answer: (response: ServerResponse, status: number, body: Json) => void;
}

/** Answers false where the path is none of the desk's. */
export async function serveDesk(
  { desk, admit, bodyMs, answer }: DeskHttp,
  request: IncomingMessage,
  response: ServerResponse,
  path: string,
): Promise<boolean> {
  const [, digest] = /^\/access(?:\/([0-9a-f]{64}))?$/.exec(path) ?? [];
  if (path !== '/access' && digest === undefined) return false;
  const method = digest === undefined ? 'POST' : 'GET';
  if (request.method !== method) {
    respond(response, 405, 'method not allowed\n', { allow: method });
    return true;
  }
  try {
    if (!admit(request)) throw fail('desk.busy', 'too many questions from this address');
    if (digest === undefined) {
      const body = await readBody(request, { maxBytes: entryLimit, timeoutMs: bodyMs });
      answer(response, 202, await desk.take(body));
      return true;
    }
    const found = await desk.answer(digest);
    if (found === undefined) return false;
    answer(response, 200, found);
  } catch (error) {
    if (!isVitrineError(error)) throw error;
    const { code, message } = error;
    answer(response, statusOf(error), { error: { code, message } });
  }
  return true;
}

function statusOf({ code }: VitrineError): number {
  switch (code) {
    case 'http.body-too-large':
      return 413;
    case 'http.body-slow':
      return 408;
    case 'desk.busy':
      return 429;
    case 'access.form':
    case 'http.body-cut':
      return 400;
    case 'access.signature':
    case 'access.time':
    case 'desk.ledger':
    case 'desk.requester':
    case 'desk.share':
      return 403;
    default:
      return 503;
  }
}
