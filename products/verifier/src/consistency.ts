// A consistency proof as a file: the body of add-checkpoint (C2SP tlog-witness), which is what a witness
// was sent. "old <size>", up to 63 hashes, an empty line, the checkpoint that extends the old one. Nothing
// in it is believed: the verdict judges the hashes against the roots of the checkpoints that it sees.

import {
  fromBase64,
  fromUtf8,
  isVitrineError,
  parseDecimal,
  parseSignedCheckpoint,
  utf8,
  type ConsistencyProof,
} from '@vitrine/evidence';
import { fail } from './codes.ts';

/** 63 hashes and a checkpoint with a dozen ML-DSA-44 cosignatures. */
export const consistencyLimit = 65_536;

export function parseConsistency(bytes: Uint8Array): ConsistencyProof {
  if (bytes.length > consistencyLimit)
    throw fail('verifier.consistency', `couldn't read a proof of more than ${consistencyLimit} bytes`);
  try {
    const text = fromUtf8(bytes);
    const end = text.indexOf('\n\n');
    if (end < 0) throw fail('verifier.consistency', 'no empty line before the checkpoint');
    const { checkpoint } = parseSignedCheckpoint(utf8(text.slice(end + 2)));
    const [first = '', ...hashes] = text.slice(0, end).split('\n');
    const from = first.startsWith('old ') ? parseDecimal(first.slice('old '.length)) : undefined;
    if (from === undefined) throw fail('verifier.consistency', 'the first line is not "old <size>"');
    if (hashes.length > 63)
      throw fail('verifier.consistency', `${hashes.length} hashes; at most 63 are possible`);
    return { from, to: checkpoint.size, path: hashes.map(hashOf) };
  } catch (cause) {
    if (!isVitrineError(cause)) throw cause;
    throw fail('verifier.consistency', `couldn't read the consistency proof: ${cause.message}`, { cause });
  }
}

function hashOf(line: string): Uint8Array {
  const hash = fromBase64(line);
  if (hash.length !== 32) throw fail('verifier.consistency', `a hash of ${hash.length} bytes`);
  return hash;
}
