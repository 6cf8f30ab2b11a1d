// How an operator's commands reach a daemon that runs: HTTP over a Unix socket in its folder, for its owner
// alone. POST /VERB with a JSON body is answered 200 with JSON, or 400 with the refusal in its parts.

import { createServer, request as httpRequest, type IncomingMessage, type ServerResponse } from 'node:http';
import { join } from 'node:path';
import {
  canonicalJson,
  isVitrineError,
  parseJson,
  quote,
  schema,
  VitrineError,
  type Exit,
  type Json,
  type Schema,
} from '@vitrine/evidence';
import { errnoOf, readBody, respond } from '@vitrine/host';
import { fail } from '../codes.ts';
import { listenPrivately } from '../private-socket.ts';

export type Verbs = Readonly<Record<string, (body: Json) => Promise<Json>>>;

export interface Control {
  /** Takes no more; what was asked is answered within two seconds, or cut. */
  close(): Promise<void>;
}

/** A sealed request in base64 is the largest. */
const bodyBytes = 1 << 20;
/** A page of an export, or a record with a sample. */
const answerBytes = 64 << 20;
const depth = 32;
/** A stop waits so long for what was asked; a backup takes longer, and leaves nothing where it is cut. */
const graceMs = 2_000;

const socketOf = (folder: string): string => join(folder, 'control.sock');

export async function serveControl(
  folder: string,
  verbs: Verbs,
  onFault: (error: unknown) => void = () => {},
): Promise<Control> {
  const server = createServer((request, response) => {
    answer(verbs, request, response).catch((error: unknown) => {
      onFault(error);
      refuse(response, fail('control.failed', 'the daemon failed; it printed why'));
    });
  });
  server.maxConnections = 64;
  await listenPrivately(server, socketOf(folder));
  return {
    close: async () => {
      const cut = setTimeout(() => server.closeAllConnections(), graceMs);
      await new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeIdleConnections();
      });
      clearTimeout(cut);
    },
  };
}

async function answer(verbs: Verbs, request: IncomingMessage, response: ServerResponse): Promise<void> {
  try {
    const name = (request.url ?? '').slice(1);
    const verb = Object.hasOwn(verbs, name) ? verbs[name] : undefined;
    if (request.method !== 'POST' || verb === undefined)
      throw fail('control.verb', `the daemon has no verb ${quote(name, 60)}`);
    const body = parseJson(await readBody(request, { maxBytes: bodyBytes, timeoutMs: 20_000 }), {
      bytes: bodyBytes,
      depth,
    });
    respond(response, 200, canonicalJson(await verb(body)), { 'content-type': 'application/json' });
  } catch (error) {
    if (!isVitrineError(error)) throw error;
    refuse(response, error);
  }
}

function refuse(response: ServerResponse, { code, message, remedy, exit }: VitrineError): void {
  const body = { code, message: message.slice(0, 4_000), remedy, exit };
  respond(response, 400, canonicalJson(body), { 'content-type': 'application/json', connection: 'close' });
}

/** What a verb takes, checked as every other input. */
export function verbBody<T>(form: Schema<T>, body: Json): T {
  try {
    return form.check(body);
  } catch (cause) {
    if (!isVitrineError(cause)) throw cause;
    throw fail('control.verb', cause.message, { at: cause.at, cause });
  }
}

/** Asks the daemon of this folder; its refusal is thrown as if it had been met here. */
export async function askControl(folder: string, verb: string, body: Json = {}): Promise<Json> {
  const { status, bytes } = await post(socketOf(folder), verb, canonicalJson(body), folder);
  const value = parseJson(bytes, { bytes: answerBytes, depth });
  if (status === 200) return value;
  throw readRefusal(value);
}

function post(
  socketPath: string,
  verb: string,
  body: Uint8Array,
  folder: string,
): Promise<{ readonly status: number; readonly bytes: Uint8Array }> {
  return new Promise((resolve, reject) => {
    const lost = (cause: unknown): void =>
      reject(
        fail(
          'control.not-running',
          `no daemon answers for ${quote(folder, 400)} (${errnoOf(cause) ?? 'cut'})`,
          {
            at: folder,
            cause,
          },
        ),
      );
    const request = httpRequest({ socketPath, method: 'POST', path: `/${verb}` }, (response) => {
      const chunks: Buffer[] = [];
      let length = 0;
      response.on('data', (chunk: Buffer) => {
        length += chunk.length;
        if (length > answerBytes) response.destroy();
        else chunks.push(chunk);
      });
      response.once('error', lost);
      response.once('close', () => lost(undefined)); // After the end nobody hears it.
      response.once('end', () =>
        resolve({ status: response.statusCode ?? 0, bytes: new Uint8Array(Buffer.concat(chunks, length)) }),
      );
    });
    request.once('error', lost);
    request.end(body);
  });
}

const refusal = schema.object({
  code: schema.text(/^[a-z][a-z0-9.-]*$/, 64, 'a code'),
  message: schema.text(/^[^\0]*$/, 4_096, 'a message'),
  remedy: schema.text(/^[^\0]*$/, 1_024, 'a remedy'),
  exit: schema.integer(1, 5),
});

function readRefusal(value: Json): VitrineError {
  try {
    const { code, message, remedy, exit } = refusal.check(value);
    return new VitrineError(code, { exit: exit as Exit, meaning: message, remedy }, message);
  } catch (cause) {
    return fail('control.verb', 'the daemon gave a reason that cannot be read', { cause });
  }
}
