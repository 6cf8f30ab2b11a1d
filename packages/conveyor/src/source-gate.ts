// Who may read source (D15): whoever signs the request with a statement key of the trust policy that has
// no end. The policy's entry is the account; there is nothing else to create, leak or revoke.
//
// A request can be repeated for five minutes by whoever saw it. It is a GET of bytes that its sender was
// entitled to, and it names host and path, so that it opens nothing else and nowhere else; who can read
// the connection reads the answer anyway. Remembering requests would add state and take nothing away.

import type { IncomingMessage, ServerResponse } from 'node:http';
import {
  isValidAt,
  isVitrineError,
  parseTime,
  quote,
  requireSignature,
  type PolicyKey,
  type TrustPolicy,
  type VitrineError,
} from '@vitrine/evidence';
import { respond, systemClock, verifySignature, type Clock } from '@vitrine/host';
import { fail } from './codes.ts';
import { parseAuthorization, sourceRequestText } from './source-request.ts';

export interface SourceGateOptions {
  /** The policy in force; asked at each request. */
  policy(): TrustPolicy;
  /** The names under which this server is addressed, as in its web address: `source.example`, `127.0.0.1:7400`. */
  hosts(): readonly string[];
  readonly clock?: Clock | undefined;
}

/** True when the request may be answered; otherwise it has been, with 401 and one line of JSON. */
export type SourceGate = (request: IncomingMessage, response: ServerResponse) => Promise<boolean>;

/** Seconds by which the clocks of the two sides may differ. */
const window = 300;

export function sourceGate(options: SourceGateOptions): SourceGate {
  return async (request, response) => {
    try {
      await requireReader(request, options);
      return true;
    } catch (error) {
      if (!isVitrineError(error)) throw error;
      refuse(response, error);
      return false;
    }
  };
}

/** Cheapest check first: who is not listed costs one look-up, and only a listed key costs a verification. */
async function requireReader(request: IncomingMessage, options: SourceGateOptions): Promise<void> {
  const { keyid, time, signature } = parseAuthorization(request.headers.authorization);
  const host = ownHost(request.headers.host, options.hosts());
  const now = (options.clock ?? systemClock).now() / 1000;
  // Written so that a time that is none (NaN) is outside of the window.
  if (!(Math.abs(now - parseTime(time)) <= window))
    throw fail('source-request.time', `signed at ${time}, more than ${window} seconds from now`);
  const key = currentKey(options.policy(), keyid);
  const target = { method: request.method ?? '', host, path: request.url ?? '' };
  try {
    await requireSignature(key.spki, sourceRequestText(target, time), signature, verifySignature);
  } catch (cause) {
    if (!isVitrineError(cause, 'signature.invalid')) throw cause;
    throw fail('source-request.signature', cause.message, { cause });
  }
}

/** Never taken from the request: a signature made for another server would open this one. */
function ownHost(asked: string | undefined, hosts: readonly string[]): string {
  const host = (asked ?? '').toLowerCase();
  if (!hosts.includes(host)) throw fail('source-request.host', `this server is not ${quote(host, 100)}`);
  return host;
}

/** Any role may read: whoever signs about the source must be able to see it. An ended key reads no more. */
function currentKey(policy: TrustPolicy, keyid: string): PolicyKey {
  const key = policy.keys.get(keyid);
  const now = { origin: policy.document.log.origin, index: Number.MAX_SAFE_INTEGER };
  if (key === undefined || key.until !== undefined || !isValidAt(key, now, policy.place))
    throw fail('source-request.key', `no current key of the trust policy is ${keyid}`);
  return key;
}

function refuse(response: ServerResponse, { code, message }: VitrineError): void {
  respond(response, 401, `${JSON.stringify({ error: { code, message } })}\n`, {
    'content-type': 'application/json',
    'www-authenticate': 'Vitrine',
    'cache-control': 'no-store',
  });
}
