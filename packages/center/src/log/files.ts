// The log's own files through the Center, for browsers that check proofs: the same bytes that anyone may fetch
// from the log itself. What may be asked for is a closed set of paths; nothing of a request reaches the log but
// one of them.

import { noteLimits } from '@vitrine/evidence';
import { fetchBytes } from '@vitrine/host';
import { parseTilePath } from '@vitrine/log';
import { admissionLimits } from '@vitrine/log/admission';
import { fail } from '../codes.ts';

export interface LogFile {
  readonly type: string;
  /** For how many seconds a browser may keep it. */
  readonly seconds: number;
  readonly maxBytes: number;
}

const bundleBytes = 256 * (2 + 65_535);

/** Throws `center.not-found` for every path that is none of a log. */
export function logFileOf(path: string): LogFile {
  if (path === 'checkpoint')
    return { type: 'text/plain; charset=utf-8', seconds: 0, maxBytes: noteLimits.bytes };
  if (path === 'admission.json')
    return { type: 'application/json', seconds: 0, maxBytes: admissionLimits.published };
  let level;
  try {
    ({ level } = parseTilePath(path));
  } catch (cause) {
    throw fail('center.not-found', 'the log has no file of this name', { cause });
  }
  // Never "for ever": what a log serves wrongly once is not to stay in a browser.
  return {
    type: 'application/octet-stream',
    seconds: 300,
    maxBytes: level === 'entries' ? bundleBytes : 8_192,
  };
}

export async function fetchLogFile(log: string, path: string, maxBytes: number): Promise<Uint8Array> {
  const { status, bytes } = await fetchBytes(`${log.replace(/\/$/, '')}/${path}`, {
    maxBytes,
    timeoutMs: 10_000,
    expectStatus: [200, 404],
    headers: { 'accept-encoding': 'gzip, identity' },
  });
  if (status === 404) throw fail('center.not-found', `the log has no ${path}`);
  return bytes;
}
