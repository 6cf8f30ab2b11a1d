import { quote, VitrineError } from '@vitrine/evidence';
import { fail } from './codes.ts';
import { errnoOf } from './fault.ts';
import { sha256Hex } from './platform.ts';

export interface FetchOptions {
  /** Of the decoded body; enforced while it streams. */
  readonly maxBytes: number;
  /** From the first byte sent to the last byte received. */
  readonly timeoutMs: number;
  /** Statuses that are answers; default 200 alone. All others are `fetch.status`. */
  readonly expectStatus?: number | readonly number[] | 'any' | undefined;
  readonly method?: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'DELETE' | undefined;
  readonly body?: Uint8Array | string | undefined;
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /** Lower-case hex digest that the body must have. */
  readonly sha256?: string | undefined;
  /** Told of every answer, whether or not its status is expected. */
  readonly onAnswer?: ((status: number, headers: Headers) => void) | undefined;
  /** Gives the request up early (`fetch.aborted`). */
  readonly signal?: AbortSignal | undefined;
}

export interface Fetched {
  readonly status: number;
  readonly headers: Headers;
  readonly bytes: Uint8Array;
}

/** One request, one bounded answer, no redirects, no credentials in the address. */
export async function fetchBytes(url: string | URL, options: FetchOptions): Promise<Fetched> {
  const address = parseAddress(url);
  const timeout = AbortSignal.timeout(options.timeoutMs);
  const signal = options.signal === undefined ? timeout : AbortSignal.any([timeout, options.signal]);
  try {
    const response = await fetch(address, {
      method: options.method ?? 'GET',
      redirect: 'manual',
      signal,
      ...(options.headers === undefined ? {} : { headers: options.headers }),
      ...(options.body === undefined ? {} : { body: options.body as string | Uint8Array<ArrayBuffer> }),
    });
    options.onAnswer?.(response.status, response.headers);
    await requireStatus(response, address, options.expectStatus ?? 200);
    const bytes = await readLimited(response, address, options.maxBytes);
    if (options.sha256 !== undefined && sha256Hex(bytes) !== options.sha256) {
      throw fail(
        'fetch.digest',
        `couldn't accept ${shown(address)}: its SHA-256 is ${sha256Hex(bytes)}, expected ${options.sha256}`,
      );
    }
    return { status: response.status, headers: response.headers, bytes };
  } catch (error) {
    if (error instanceof VitrineError) throw error;
    if (timeout.aborted) {
      throw fail('fetch.timeout', `couldn't fetch ${shown(address)} within ${options.timeoutMs} ms`, {
        cause: error,
      });
    }
    if (signal.aborted) throw fail('fetch.aborted', `gave up fetching ${shown(address)}`, { cause: error });
    throw fail('fetch.unreachable', `couldn't reach ${shown(address)}: ${reason(error)}`, { cause: error });
  }
}

function parseAddress(url: string | URL): URL {
  const address = URL.parse(String(url));
  if (address === null || (address.protocol !== 'http:' && address.protocol !== 'https:')) {
    throw fail('fetch.url', `couldn't fetch ${quote(String(url), 200)}: not an http or https address`);
  }
  if (address.username !== '' || address.password !== '') {
    throw fail(
      'fetch.url',
      `couldn't fetch from ${quote(address.host)}: the address holds a user name or password`,
    );
  }
  return address;
}

async function requireStatus(
  response: Response,
  address: URL,
  expected: number | readonly number[] | 'any',
): Promise<void> {
  const { status } = response;
  const isExpected =
    expected === 'any' || (typeof expected === 'number' ? status === expected : expected.includes(status));
  if (isExpected && (status < 300 || status > 399 || status === 304)) return;
  if (status >= 300 && status < 400 && response.headers.has('location')) {
    await response.body?.cancel();
    const location = quote(response.headers.get('location') ?? '', 200);
    throw fail('fetch.redirect', `couldn't fetch ${shown(address)}: it redirects to ${location}`, {
      at: status,
    });
  }
  const said = await readReason(response);
  throw fail('fetch.status', `couldn't fetch ${shown(address)}: status ${status}${said}`, { at: status });
}

const reasonBytes = 512;

/** The first line of a refusal, quoted: a server's own reason saves its operator a question. */
async function readReason(response: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  try {
    for await (const chunk of (response.body ?? []) as AsyncIterable<Uint8Array>) {
      chunks.push(chunk.subarray(0, reasonBytes - length));
      length += chunk.length;
      if (length >= reasonBytes) break; // Which cancels the rest.
    }
  } catch {
    // Cut or too slow: the status is the answer, with or without its reason.
  }
  const line = Buffer.concat(chunks).toString('utf8').split('\n', 1)[0]?.trim() ?? '';
  return line === '' || /\p{Cc}/u.test(line) ? '' : `, ${quote(line, 300)}`;
}

async function readLimited(response: Response, address: URL, maxBytes: number): Promise<Uint8Array> {
  if (response.body === null) return new Uint8Array(0);
  const chunks: Uint8Array[] = [];
  let length = 0;
  // Leaving the loop by an error cancels the stream and closes the connection.
  for await (const chunk of response.body as AsyncIterable<Uint8Array>) {
    length += chunk.length;
    if (length > maxBytes)
      throw fail('fetch.too-large', `couldn't fetch ${shown(address)}: more than ${maxBytes} bytes`);
    chunks.push(chunk);
  }
  return new Uint8Array(Buffer.concat(chunks, length));
}

function shown(address: URL): string {
  return quote(`${address.origin}${address.pathname}`, 200);
}

/** undici says "fetch failed" and keeps what happened in the cause. */
function reason(error: unknown): string {
  const cause = error instanceof Error ? error.cause : undefined;
  return (
    errnoOf(cause) ??
    (cause instanceof Error ? cause.message : error instanceof Error ? error.message : 'unknown error')
  );
}
