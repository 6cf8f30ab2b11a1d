// A checkpoint as a reader takes it: of the expected log, signed by its key, cosigned by enough.

import {
  noteTypes,
  parseSignedCheckpoint,
  quote,
  verifySignatureBy,
  type Checkpoint,
  type Note,
  type ValidSignature,
  type VerifierKey,
} from '@vitrine/evidence';
import { verifySignature } from '@vitrine/host';
import { fail } from '../codes.ts';
import type { Enough } from '../witnesses.ts';

export interface HeadRules {
  readonly origin: string;
  /** The keys of the log. Its Ed25519 signature must be there and valid; others of these keys must be valid where they are. */
  readonly logKeys: readonly VerifierKey[];
  /** Keys of witnesses. Cosignatures by other keys are ignored. */
  readonly witnessKeys?: readonly VerifierKey[] | undefined;
  /** Whether these witnesses suffice. Default: none are needed. */
  readonly enough?: Enough | undefined;
}

export interface VerifiedHead {
  readonly checkpoint: Checkpoint;
  readonly note: Note;
  /** As it came. */
  readonly bytes: Uint8Array;
  readonly signatures: readonly ValidSignature[];
}

export async function verifyHead(bytes: Uint8Array, rules: HeadRules): Promise<VerifiedHead> {
  const { origin, logKeys, witnessKeys = [], enough } = rules;
  const { checkpoint, note } = parseSignedCheckpoint(bytes);
  if (checkpoint.origin !== origin) {
    throw fail(
      'reader.signature',
      `a checkpoint of ${quote(checkpoint.origin, 255)}, not of ${quote(origin, 255)}`,
    );
  }
  const checked = await Promise.all(
    [...logKeys, ...witnessKeys].map((key) => verifySignatureBy(note, key, verifySignature)),
  );
  const signatures = checked.filter((signature) => signature !== undefined);
  if (!signatures.some(({ key }) => key.type === noteTypes.log && logKeys.includes(key))) {
    throw fail(
      'reader.signature',
      `the checkpoint of ${quote(origin, 255)} carries no signature of its log key`,
    );
  }
  const cosigners = signatures.map(({ key }) => key).filter((key) => witnessKeys.includes(key));
  if (enough !== undefined && !enough(cosigners)) {
    throw fail(
      'reader.cosignatures',
      `the checkpoint of size ${checkpoint.size} is cosigned by ${cosigners.length} known witnesses: not enough`,
    );
  }
  return { checkpoint, note, bytes, signatures };
}
