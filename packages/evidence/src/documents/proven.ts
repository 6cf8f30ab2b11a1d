// Statements proven by one witnessed checkpoint: what evidence and publication files are made of.

import { fromBase64, utf8 } from '../bytes.ts';
import { parseSignedCheckpoint, type SignedCheckpoint } from '../checkpoint.ts';
import { fail } from '../codes.ts';
import { envelopeSchema, formatEnvelope, type Envelope } from '../dsse.ts';
import * as field from '../fields.ts';
import { leafHash, verifyInclusion } from '../merkle.ts';
import { list, object, text, type Schema } from '../schema.ts';
import { sha256 as pureSha256, type Sha256 } from '../sha256.ts';

/** An entry with its place: `path` are base64 hashes from the leaf's sibling to the root's child. */
export interface ProvenStatement {
  readonly envelope: Envelope;
  readonly index: number;
  readonly path: readonly string[];
}

export const provenStatement: Schema<ProvenStatement> = object({
  envelope: envelopeSchema,
  index: field.index,
  path: list(field.hash32, { most: 63 }),
});

/** The text of a signed checkpoint, up to 64 KiB: a dozen ML-DSA-44 cosignatures. */
export const noteText: Schema<string> = text(/^[^\0]*\n$/, 65_536, 'a signed checkpoint');

export function headOf(checkpoint: string): SignedCheckpoint {
  return parseSignedCheckpoint(utf8(checkpoint));
}

/** Throws unless the entry stands at its index in the tree of the head. */
export function requireIncluded(
  { envelope, index, path }: ProvenStatement,
  { checkpoint }: SignedCheckpoint,
  sha256: Sha256 = pureSha256,
): void {
  const entry = formatEnvelope(envelope);
  if (entry.length > 65_535)
    throw fail('envelope.size', `the statement at ${index} is larger than an entry can be`);
  verifyInclusion(
    path.map(fromBase64),
    index,
    checkpoint.size,
    leafHash(entry, sha256),
    checkpoint.root,
    sha256,
  );
}
