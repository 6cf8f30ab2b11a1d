// The vendor as a supervisor reaches it: its log, and its repository. Nothing that comes from there is
// believed; what is sent there is signed.

import { formatEnvelope, parseJson, quote, schema, isVitrineError } from '@vitrine/evidence';
import { fetchBytes } from '@vitrine/host';
import type { Fetcher } from '@vitrine/tuf';
import { fail } from './codes.ts';
import type { Submit } from './outbox.ts';

const timeoutMs = 30_000;

/** Files below a web address. Undefined only where the server says that there is none. */
export function httpRepository(base: string): Fetcher {
  const prefix = base.endsWith('/') ? base : `${base}/`;
  return {
    async fetch(path, maxBytes) {
      const { status, bytes } = await fetchBytes(prefix + path, {
        maxBytes,
        timeoutMs,
        expectStatus: [200, 404],
      });
      return status === 404 ? undefined : bytes;
    },
  };
}

const refused = schema.object(
  { code: schema.text(/^[a-z.-]+$/, 64, 'a code'), message: schema.text(/^[^\0]*$/, 4_096, 'a message') },
  {},
  { open: true },
);

/** Resolves once the log says that the statement is durable; that it is there, only its tree can show. */
export function httpSubmit(log: string): Submit {
  return async (envelope, waitMs = 0) => {
    const { status, bytes } = await fetchBytes(`${log.replace(/\/$/, '')}/add?wait=${waitMs}`, {
      method: 'POST',
      body: formatEnvelope(envelope),
      maxBytes: 65_536,
      timeoutMs: timeoutMs + waitMs,
      expectStatus: 'any',
    });
    if (status !== 200 && status !== 202)
      throw fail('supervisor.refused', `the log answered ${status}: ${reasonOf(bytes)}`);
  };
}

function reasonOf(bytes: Uint8Array): string {
  try {
    const { code, message } = refused.check(parseJson(bytes));
    return `${code}, ${quote(message, 300)}`;
  } catch (error) {
    if (!isVitrineError(error)) throw error;
    return 'no reason that can be read';
  }
}
