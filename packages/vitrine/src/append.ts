// Adding statements to a log over HTTP. What it answers is the log's word; log-access.ts checks it.

import { formatEnvelope, isVitrineError, parseJson, schema, type Envelope } from '@vitrine/evidence';
import { fetchBytes } from '@vitrine/host';
import { fail } from './codes.ts';

export interface Appender {
  /** Resolves once a published checkpoint covers the statement; the same statement again gives the first index. */
  append(envelope: Envelope): Promise<{ readonly index: number }>;
}

const accepted = schema.object({ index: schema.integer(0) }, {}, { open: true });
const refused = schema.object(
  { code: schema.text(/^[a-z.-]+$/, 64, 'a code'), message: schema.text(/^[^\0]*$/, 4096, 'a message') },
  {},
  { open: true },
);

/** `waitMs`: how long the log may take to publish; a durable but unpublished entry is an error here. */
export function httpAppender(url: string, waitMs = 60_000): Appender {
  return {
    async append(envelope) {
      const { status, bytes } = await fetchBytes(`${url.replace(/\/$/, '')}/add?wait=${waitMs}`, {
        method: 'POST',
        body: formatEnvelope(envelope),
        maxBytes: 65_536,
        timeoutMs: waitMs + 15_000,
        expectStatus: 'any',
      });
      if (status === 200) return { index: accepted.check(parseJson(bytes)).index };
      throw fail('log-client.refused', `the log answered ${status}: ${reasonOf(status, bytes)}`);
    },
  };
}

/** The log read the statement and does not take it, so that asking again does not help: all else may pass. */
export function isJudged(error: unknown): boolean {
  return isVitrineError(error, 'log-client.refused') && /^the log answered 40[03]:/.test(error.message);
}

function reasonOf(status: number, bytes: Uint8Array): string {
  if (status === 202) return 'durable, but not published in time';
  try {
    const { code, message } = refused.check(parseJson(bytes));
    return `${message} (${code})`;
  } catch (error) {
    if (!isVitrineError(error)) throw error;
    return 'an answer that is not of a Vitrine log';
  }
}
