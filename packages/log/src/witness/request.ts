// The body of add-checkpoint (C2SP tlog-witness): "old <size>", up to 63 hashes, an empty line, and the
// checkpoint. It is read in two steps, because the answers have an order: who signed is judged (404,
// 403) before the rest of what was sent (400).

import {
  fromBase64,
  fromUtf8,
  parseDecimal,
  parseSignedCheckpoint,
  quote,
  toBase64,
  utf8,
  type SignedCheckpoint,
} from '@vitrine/evidence';
import { fail } from '../codes.ts';

/**
 * The old size, 63 hashes and a checkpoint with an origin of 255 bytes and the log's two signatures
 * (Ed25519 and ML-DSA-44) are 7.3 KB; the rest is room for a few signatures that we do not know.
 */
export const requestLimit = 16_384;

export interface AddCheckpoint {
  readonly old: number;
  readonly proof: readonly Uint8Array[];
  readonly signed: SignedCheckpoint;
}

/** The checkpoint, and the lines before it as they came. */
export interface UnreadRequest {
  readonly lines: string;
  readonly signed: SignedCheckpoint;
}

export function splitAddCheckpoint(bytes: Uint8Array): UnreadRequest {
  if (bytes.length > requestLimit)
    throw fail('witness.request', `a request of ${bytes.length} bytes; at most ${requestLimit}`);
  const whole = fromUtf8(bytes);
  const blank = whole.indexOf('\n\n');
  if (blank < 0) throw fail('witness.request', 'no empty line before the checkpoint');
  return { lines: whole.slice(0, blank), signed: parseSignedCheckpoint(utf8(whole.slice(blank + 2))) };
}

export function parseProofLines(lines: string): Pick<AddCheckpoint, 'old' | 'proof'> {
  const [first = '', ...hashes] = lines.split('\n');
  const old = first.startsWith('old ') ? parseDecimal(first.slice('old '.length)) : undefined;
  if (old === undefined) throw fail('witness.request', `not "old <size>": ${quote(first)}`, { at: 1 });
  if (hashes.length > 63)
    throw fail('witness.request', `a proof of ${hashes.length} hashes; at most 63 are possible`);
  const proof = hashes.map((line, i) => {
    const hash = fromBase64(line);
    if (hash.length !== 32) throw fail('witness.request', `a hash of ${hash.length} bytes`, { at: i + 2 });
    return hash;
  });
  return { old, proof };
}

export function parseAddCheckpoint(bytes: Uint8Array): AddCheckpoint {
  const { lines, signed } = splitAddCheckpoint(bytes);
  return { ...parseProofLines(lines), signed };
}

export function formatAddCheckpoint(old: number, proof: readonly Uint8Array[], note: Uint8Array): string {
  return `old ${old}\n${proof.map((hash) => `${toBase64(hash)}\n`).join('')}\n${fromUtf8(note)}`;
}
