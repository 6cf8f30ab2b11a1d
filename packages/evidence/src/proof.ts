// C2SP tlog-proof (draft): an index, an inclusion path and the checkpoint it leads to, as text.

import { fromBase64, fromUtf8, quote, toBase64, utf8 } from './bytes.ts';
import { parseDecimal, parseSignedCheckpoint, type SignedCheckpoint } from './checkpoint.ts';
import { fail } from './codes.ts';
import { hashSize } from './merkle.ts';
import { formatNote } from './note.ts';

const header = 'c2sp.org/tlog-proof@v1';

export interface TlogProof {
  readonly index: number;
  /** From the leaf's sibling to the root's child, at most 63. */
  readonly path: readonly Uint8Array[];
  readonly head: SignedCheckpoint;
  /** Application data; authenticated by nothing. */
  readonly extra: Uint8Array | undefined;
}

export function parseTlogProof(bytes: Uint8Array): TlogProof {
  if (bytes.length > 1 << 20) throw fail('proof.syntax', `a proof of ${bytes.length} bytes`);
  const whole = fromUtf8(bytes);
  const blank = whole.indexOf('\n\n');
  if (blank < 0) throw fail('proof.syntax', 'no empty line before the checkpoint');
  const lines = whole.slice(0, blank).split('\n');
  if (lines.shift() !== header)
    throw fail('proof.syntax', `the first line is not ${quote(header)}`, { at: 1 });
  let extra: Uint8Array | undefined;
  if (lines[0]?.startsWith('extra ') === true)
    extra = fromBase64((lines.shift() as string).slice('extra '.length));
  const indexLine = lines.shift() ?? '';
  const index = indexLine.startsWith('index ') ? parseDecimal(indexLine.slice('index '.length)) : undefined;
  if (index === undefined) throw fail('proof.syntax', `not an index line: ${quote(indexLine)}`);
  if (lines.length > 63)
    throw fail('proof.syntax', `a path of ${lines.length} hashes; at most 63 are possible`);
  const path = lines.map((line) => {
    const hash = fromBase64(line);
    if (hash.length !== hashSize) throw fail('proof.syntax', `a hash of ${hash.length} bytes in the path`);
    return hash;
  });
  return { index, path, extra, head: parseSignedCheckpoint(utf8(whole.slice(blank + 2))) };
}

export function formatTlogProof({ index, path, head, extra }: TlogProof): Uint8Array {
  const lines = [
    header,
    ...(extra === undefined ? [] : [`extra ${toBase64(extra)}`]),
    `index ${index}`,
    ...path.map(toBase64),
  ];
  return utf8(`${lines.join('\n')}\n\n${fromUtf8(formatNote(head.note))}`);
}
