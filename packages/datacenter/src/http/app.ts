// The addresses of a data center (docs/spec/intake-http.md). Nothing here reads or sets a cookie, or keeps an
// address; bodies are bytes, answers are bytes or JSON, and every refusal has a code.

import { getRequestListener, RequestError, type HttpBindings } from '@hono/node-server';
import { formatEnvelope, fromUtf8, isVitrineError, toBase64 } from '@vitrine/evidence';
import { immutable, readBody, type Handler } from '@vitrine/host';
import { sealedLimit } from '@vitrine/reports';
import { Hono, type Context } from 'hono';
import { fail } from '../codes.ts';
import type { DataCenter } from '../datacenter.ts';
import { Rate, Readers, type RateLimits } from '../intake/rate.ts';
import { answerTo, isTrouble } from './answers.ts';
import { isAuditor, type Auditors } from './auditors.ts';
import { countsReader } from './counts.ts';

export interface HttpOptions {
  /** For the body of one message. Default 20,000. */
  readonly bodyMs?: number | undefined;
  /** Messages of one network address. Default 50 a second, 200 at once. */
  readonly rate?: RateLimits | undefined;
  /** Messages of one address that are read at once. Default 32. */
  readonly readersEach?: number | undefined;
  /** Who may read the entries of the ledgers. */
  readonly auditors: Auditors;
  /** Told of failures of the data center itself. */
  readonly onTrouble?: ((error: unknown) => void) | undefined;
}

interface Env {
  readonly Bindings: HttpBindings;
}
type Call = Context<Env>;

export function datacenterHandler(center: DataCenter, options: HttpOptions): Handler {
  const app = datacenterApp(center, options);
  const listener = getRequestListener((request, bindings) => app.fetch(request, bindings), {
    overrideGlobalObjects: false,
    // What is HTTP and no address of anything (no Host, a path that is none) comes to no route.
    errorHandler: (error) => {
      const refusal = error instanceof RequestError ? fail('intake.path', 'no such address') : error;
      if (isTrouble(refusal)) options.onTrouble?.(refusal);
      const answer = answerTo(refusal);
      center.counts.add(answer.code, center.intake.now());
      const headers = { 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' };
      return Response.json(withoutStatus(answer), { status: answer.status, headers });
    },
  });
  return async (request, response) => {
    await listener(request, response);
    return true;
  };
}

function datacenterApp(center: DataCenter, options: HttpOptions): Hono<Env> {
  const rate = new Rate(options.rate ?? { perSecond: 50, burst: 200 });
  // Half a megabyte each at most.
  const readers = new Readers(512, options.readersEach ?? 32);
  const message = async ({ env: { incoming } }: Call): Promise<Uint8Array> => {
    const address = incoming.socket.remoteAddress ?? '';
    const wait = rate.take(address);
    if (wait > 0) throw fail('intake.rate', 'too many messages from one address', { at: wait });
    return readers.read(address, () =>
      readBody(incoming, { maxBytes: sealedLimit, timeoutMs: options.bodyMs ?? 20_000 }),
    );
  };

  const app = new Hono<Env>();
  app.post('/v1/reports', async (call) => {
    const { replay, promise } = await center.intake.take(await message(call));
    // A replay within an answer that was lost: whoever can seal it again gets its promise again.
    if (!replay && promise !== undefined) return json(call, 201, fromUtf8(formatEnvelope(promise)));
    const refusal = answerTo(fail('intake.replay', 'taken before'));
    center.counts.add(refusal.code, center.intake.now());
    const known = promise === undefined ? {} : { promise };
    return json(call, 409, JSON.stringify({ ...withoutStatus(refusal), ...known }));
  });
  app.post('/v1/consents', async (call) => bytes(call, await center.intake.takeConsent(await message(call))));
  app.post('/v1/requests', async (call) => {
    const asked = {
      page: number(call, 'page', 0),
      after: number(call, 'after', -1),
      read: number(call, 'read', -1),
    };
    return bytes(call, await center.rights.take(await message(call), asked));
  });
  app.get('/v1/receipts/:report', (call) => receipts(center, call));
  const counts = countsReader(center);
  app.get('/v1/counts', async (call) => json(call, 200, JSON.stringify(await counts())));
  app.get('/ledgers/:ledger/*', (call) => ledgerFile(center, call, options.auditors));
  app.notFound((call) => refuse(call, center, fail('intake.path', 'no such address')));
  app.onError((error, call) => {
    if (isTrouble(error)) options.onTrouble?.(error);
    return refuse(call, center, error);
  });
  return app;
}

async function receipts(center: DataCenter, call: Call): Promise<Response> {
  const report = call.req.param('report') ?? '';
  const proofs = /^[0-9a-f]{32}$/.test(report) ? await center.intake.proofs(report) : undefined;
  if (proofs === undefined || proofs.state === 'unknown') throw fail('intake.path', 'no such report');
  if (proofs.state === 'waiting') {
    call.header('retry-after', '2');
    return json(call, 202, JSON.stringify({ deadline: proofs.deadline }));
  }
  const records = proofs.records.map(({ index, path }) => ({ index, path: path.map(toBase64) }));
  return json(call, 200, JSON.stringify({ checkpoint: fromUtf8(proofs.checkpoint), records }));
}

async function ledgerFile(center: DataCenter, call: Call, auditors: Auditors): Promise<Response> {
  const name = call.req.param('ledger') ?? '';
  const ledger = name === 'custody' ? center.custody : name === 'access' ? center.access : undefined;
  const path = call.req.path.slice(`/ledgers/${name}/`.length);
  if (ledger === undefined) throw fail('intake.path', 'no such ledger');
  const asked = { origin: ledger.origin, path, now: center.intake.now() };
  const entries =
    path.startsWith('tile/entries/') && (await isAuditor(call.req.header('authorization'), asked, auditors));
  const file = await ledger.file(path, { entries });
  if (file === undefined) throw fail('intake.path', 'no such file');
  if (path === 'checkpoint')
    return bytes(call, file, { cache: 'no-cache', type: 'text/plain; charset=utf-8' });
  return bytes(call, file, { cache: entries ? 'no-store' : immutable });
}

function number(call: Call, name: string, otherwise: number): number {
  const text = call.req.query(name);
  if (text === undefined) return otherwise;
  if (!/^(?:0|[1-9][0-9]{0,14})$/.test(text)) throw fail('intake.path', `not a number: ${name}`);
  return Number(text);
}

function refuse(call: Call, center: DataCenter, error: unknown): Response {
  const answer = answerTo(error);
  center.counts.add(answer.code, center.intake.now());
  if (answer.status === 429 && isVitrineError(error)) call.header('retry-after', String(error.at ?? 1));
  if (answer.status === 503) call.header('retry-after', '5');
  // What was not read of a body is not waited for.
  if (!call.env.incoming.complete) call.header('connection', 'close');
  return json(call, answer.status, JSON.stringify(withoutStatus(answer)));
}

function withoutStatus({ code, meaning, remedy }: ReturnType<typeof answerTo>): object {
  return { code, meaning, remedy };
}

function json(
  call: Call,
  status: 200 | 201 | 202 | 400 | 404 | 408 | 409 | 413 | 421 | 422 | 429 | 503,
  text: string,
): Response {
  call.header('cache-control', 'no-store');
  call.header('x-content-type-options', 'nosniff');
  call.header('content-type', 'application/json');
  return call.body(text, status);
}

function bytes(
  call: Call,
  body: Uint8Array,
  {
    cache = 'no-store',
    type = 'application/octet-stream',
  }: { readonly cache?: string; readonly type?: string } = {},
): Response {
  call.header('cache-control', cache);
  call.header('x-content-type-options', 'nosniff');
  call.header('content-type', type);
  return call.body(new Uint8Array(body), 200);
}
