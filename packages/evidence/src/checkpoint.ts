// C2SP tlog-checkpoint: origin, decimal size, base64 root, optional extension lines.

import { fromBase64, quote, toBase64, utf8 } from './bytes.ts';
import { fail } from './codes.ts';
import { hashSize } from './merkle.ts';
import { parseNote, type Note } from './note.ts';

export interface Checkpoint {
  /** At most 255 bytes, non-empty. */
  readonly origin: string;
  /** Entries in the tree; a safe integer. */
  readonly size: number;
  /** 32 bytes. */
  readonly root: Uint8Array;
  /** Lines after the root, none by default: ML-DSA cosignatures do not cover them. */
  readonly extensions: readonly string[];
}

export interface SignedCheckpoint {
  readonly checkpoint: Checkpoint;
  readonly note: Note;
}

/** A decimal without sign, leading zero or fraction, at most 2^53 − 1. */
export function parseDecimal(text: string): number | undefined {
  if (!/^(0|[1-9][0-9]{0,15})$/.test(text)) return undefined;
  const value = Number(text);
  return Number.isSafeInteger(value) ? value : undefined;
}

export function parseCheckpoint(text: string): Checkpoint {
  const lines = text.split('\n');
  if (lines.pop() !== '') throw fail('checkpoint.syntax', 'the checkpoint does not end in a newline');
  const [origin, decimal, encoded, ...extensions] = lines;
  if (origin === undefined || decimal === undefined || encoded === undefined) {
    throw fail('checkpoint.syntax', `a checkpoint has origin, size and root; found ${lines.length} lines`);
  }
  const originBytes = utf8(origin).length;
  if (originBytes === 0 || originBytes > 255)
    throw fail('checkpoint.syntax', `an origin of ${originBytes} bytes`, { at: 1 });
  const size = parseDecimal(decimal);
  if (size === undefined) throw fail('checkpoint.syntax', `not a tree size: ${quote(decimal)}`, { at: 2 });
  const root = fromBase64(encoded);
  if (root.length !== hashSize)
    throw fail('checkpoint.syntax', `a root of ${root.length} bytes, not ${hashSize}`, { at: 3 });
  const empty = extensions.indexOf('');
  if (empty >= 0) throw fail('checkpoint.syntax', 'an empty extension line', { at: 4 + empty });
  return { origin, size, root, extensions };
}

export function formatCheckpoint({ origin, size, root, extensions }: Checkpoint): string {
  return [origin, String(size), toBase64(root), ...extensions, ''].join('\n');
}

export function parseSignedCheckpoint(bytes: Uint8Array): SignedCheckpoint {
  const note = parseNote(bytes);
  return { note, checkpoint: parseCheckpoint(note.text) };
}
