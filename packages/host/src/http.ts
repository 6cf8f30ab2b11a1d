import { createServer, type IncomingMessage, type OutgoingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { isVitrineError, quote } from '@vitrine/evidence';
import { fail } from './codes.ts';
import { errnoOf } from './fault.ts';

/** `true`, or nothing, when the request was answered; `false` leaves the answer 404 to `listen`. */
export type Handler = (
  request: IncomingMessage,
  response: ServerResponse,
) => Promise<boolean | void> | boolean | void;

export interface ListenOptions {
  /** Default 127.0.0.1. */
  readonly host?: string | undefined;
  /** 0 takes any free port. */
  readonly port: number;
  readonly maxHeaderBytes?: number | undefined;
  /** For the whole request, head and body. */
  readonly requestTimeoutMs?: number | undefined;
  readonly maxConnections?: number | undefined;
  /** How long `close` lets running requests finish. */
  readonly graceMs?: number | undefined;
  /** Told about errors of the handler that are not the client's fault. */
  readonly onError?: ((error: unknown) => void) | undefined;
}

export interface Listener {
  readonly url: string;
  readonly port: number;
  /** Takes no new request, lets running ones finish for `graceMs`, then cuts them. */
  close(): Promise<void>;
}

export async function listen(handler: Handler, options: ListenOptions): Promise<Listener> {
  const host = options.host ?? '127.0.0.1';
  const requestTimeout = options.requestTimeoutMs ?? 30_000;
  const server = createServer(
    {
      maxHeaderSize: options.maxHeaderBytes ?? 16_384,
      requestTimeout,
      headersTimeout: Math.min(requestTimeout, 10_000),
      keepAliveTimeout: 5_000,
      connectionsCheckingInterval: Math.min(requestTimeout, 5_000),
    },
    (request, response) => void answer(handler, request, response, options.onError),
  );
  server.maxConnections = options.maxConnections ?? 1_000;
  // A reader that takes nothing for this long is cut; requestTimeout does not cover the answer.
  server.timeout = Math.max(requestTimeout, 30_000);
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error) => reject(listenFault(host, options.port, error)));
    server.listen(options.port, host, resolve);
  });
  // Accept errors (too many open files) concern one connection, not the server.
  server.on('error', (error) => options.onError?.(error));

  const { port, address, family } = server.address() as AddressInfo;
  const url = `http://${family === 'IPv6' ? `[${address}]` : address}:${port}`;
  let closed: Promise<void> | undefined;
  const close = async (): Promise<void> => {
    // A connection that falls idle after its last answer would otherwise stay for its keep-alive time.
    const idle = setInterval(() => server.closeIdleConnections(), 20);
    const cut = setTimeout(() => server.closeAllConnections(), options.graceMs ?? 5_000);
    await new Promise<void>((resolve) => {
      server.close(() => resolve());
    });
    clearInterval(idle);
    clearTimeout(cut);
  };
  return { url, port, close: () => (closed ??= close()) };
}

async function answer(
  handler: Handler,
  request: IncomingMessage,
  response: ServerResponse,
  onError: ((error: unknown) => void) | undefined,
): Promise<void> {
  try {
    if ((await handler(request, response)) === false) respond(response, 404, 'not found\n');
  } catch (error) {
    const status = statusOf(error);
    if (status === 500) onError?.(error);
    if (response.headersSent) response.destroy();
    else respond(response, status, status === 500 ? 'internal error\n' : `${(error as Error).message}\n`);
  }
}

function statusOf(error: unknown): number {
  if (isVitrineError(error, 'http.body-too-large')) return 413;
  if (isVitrineError(error, 'http.body-slow')) return 408;
  if (isVitrineError(error, 'http.body-cut')) return 400;
  return 500;
}

function listenFault(host: string, port: number, error: Error): Error {
  const errno = errnoOf(error) ?? error.message;
  const code = errno === 'EADDRINUSE' ? 'http.port-in-use' : 'http.address';
  return fail(code, `couldn't listen on ${quote(`${host}:${port}`)}: ${errno}`, { cause: error });
}

export interface BodyLimits {
  readonly maxBytes: number;
  readonly timeoutMs: number;
}

/** The whole request body. On refusal the request is paused, so that an answer can still be sent. */
export function readBody(request: IncomingMessage, { maxBytes, timeoutMs }: BodyLimits): Promise<Uint8Array> {
  const announced = Number(request.headers['content-length'] ?? 0);
  if (announced > maxBytes) return Promise.reject(tooLarge(maxBytes));
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let length = 0;
    const settle = (error: Error | undefined): void => {
      clearTimeout(timer);
      request.off('data', onData).off('end', onEnd).off('error', onCut).off('close', onCut);
      if (error === undefined) return resolve(new Uint8Array(Buffer.concat(chunks, length)));
      request.pause();
      // A later reset of the connection must not become an uncaught error.
      request.on('error', () => {});
      reject(error);
    };
    const onData = (chunk: Buffer): void => {
      length += chunk.length;
      if (length > maxBytes) return settle(tooLarge(maxBytes));
      chunks.push(chunk);
    };
    const onEnd = (): void => settle(undefined);
    const onCut = (): void => settle(fail('http.body-cut', `the client broke off after ${length} bytes`));
    const timer = setTimeout(() => {
      settle(fail('http.body-slow', `the request body took longer than ${timeoutMs} ms`));
    }, timeoutMs);
    request.on('data', onData).on('end', onEnd).on('error', onCut).on('close', onCut);
  });
}

function tooLarge(maxBytes: number): Error {
  return fail('http.body-too-large', `the request body is longer than ${maxBytes} bytes`);
}

/** A complete answer. Where the request body was not read to its end, the connection is closed after it. */
export function respond(
  response: ServerResponse,
  status: number,
  body: string | Uint8Array = '',
  headers: OutgoingHttpHeaders = {},
): void {
  const bytes = typeof body === 'string' ? Buffer.from(body) : body;
  const bodiless = status === 204 || status === 304;
  response.writeHead(status, {
    ...(bodiless
      ? {}
      : {
          'content-type': typeof body === 'string' ? 'text/plain; charset=utf-8' : 'application/octet-stream',
          'content-length': bytes.length,
        }),
    'x-content-type-options': 'nosniff',
    ...headers,
    ...(response.req.complete ? {} : { connection: 'close' }),
  });
  response.end(bodiless || response.req.method === 'HEAD' ? undefined : bytes);
}
