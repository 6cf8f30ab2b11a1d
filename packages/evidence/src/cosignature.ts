// What a log and its witnesses sign (C2SP signed-note, tlog-cosignature v1.1.0-rc.1).
//   01  log signature, Ed25519, over the note text
//   04  cosignature/v1, Ed25519, over a header with the time and the note text
//   06  ML-DSA-44, over the subtree/v1 structure, which also binds the cosigner's name

import { concat, u64, utf8 } from './bytes.ts';
import { parseCheckpoint, type Checkpoint } from './checkpoint.ts';
import { fail } from './codes.ts';
import { isVitrineError } from './errors.ts';
import type { Note, NoteSignature } from './note.ts';
import { describeSignature, signaturesBy } from './note.ts';
import { requireSignature, type VerifySignature } from './signature.ts';
import type { Signer } from './signer.ts';
import { parseSpki } from './spki.ts';
import { noteTypes, verifierKey, type NoteType, type VerifierKey } from './vkey.ts';

/** A note key that can sign. */
export interface NoteSigner {
  readonly key: VerifierKey;
  readonly signer: Signer;
}

export function noteSigner(name: string, type: NoteType, signer: Signer): NoteSigner {
  return { key: verifierKey(name, type, parseSpki(signer.publicKey).raw), signer };
}

/** Signs the text of a checkpoint. `time` in whole seconds since 1970; log signatures carry none. */
export async function signCheckpoint(
  text: string,
  { key, signer }: NoteSigner,
  time: number,
): Promise<NoteSignature> {
  const signature = await signer.sign(signedMessage(key, text, parseCheckpoint(text), time));
  const blob = key.type === noteTypes.log ? signature : concat(u64(time), signature);
  return { name: key.name, id: key.id, blob };
}

function signedMessage(key: VerifierKey, text: string, checkpoint: Checkpoint, time: number): Uint8Array {
  switch (key.type) {
    case noteTypes.log:
      return utf8(text);
    case noteTypes.cosignature:
      return utf8(`cosignature/v1\ntime ${time}\n${text}`);
    case noteTypes.mlDsaCosignature:
      return subtreeMessage(key.name, checkpoint, time);
  }
}

function subtreeMessage(
  cosigner: string,
  { origin, size, root, extensions }: Checkpoint,
  time: number,
): Uint8Array {
  // subtree/v1 does not cover extension lines, so a note with any is never signed or accepted.
  if (extensions.length > 0)
    throw fail('cosignature.extensions', 'ML-DSA-44 cosignatures do not cover extension lines');
  const name = utf8(cosigner);
  const log = utf8(origin);
  return concat(
    utf8('subtree/v1\n\0'),
    Uint8Array.of(name.length),
    name,
    u64(time),
    Uint8Array.of(log.length),
    log,
    u64(0),
    u64(size),
    root,
  );
}

/** A valid signature on a checkpoint. `time` is in seconds; log signatures (01) have none. */
export interface ValidSignature {
  readonly key: VerifierKey;
  readonly time: number | undefined;
}

/**
 * The valid signature by `key`, or undefined if the note has no line of that (name, ID).
 * A line of a known key that does not verify spoils the note (signed-note: "SHOULD reject"),
 * and so does a second line of the same key: one key, one voice.
 */
export async function verifySignatureBy(
  note: Note,
  key: VerifierKey,
  verify?: VerifySignature,
): Promise<ValidSignature | undefined> {
  const [line, second] = signaturesBy(note, key);
  if (line === undefined) return undefined;
  if (second !== undefined) throw fail('note.duplicate', `two signature lines by ${describeSignature(line)}`);
  const time = cosignatureTime(key, line);
  const message = signedMessage(key, note.text, parseCheckpoint(note.text), time ?? 0);
  const signature = time === undefined ? line.blob : line.blob.subarray(8);
  try {
    await requireSignature(key.spki, message, signature, verify);
  } catch (cause) {
    // Only a judgement on the signature is one on the note; a platform without the scheme cannot tell.
    if (!isVitrineError(cause) || cause.code === 'signature.platform') throw cause;
    throw fail('note.signature', `the signature line by ${describeSignature(line)} is not valid`, { cause });
  }
  return { key, time };
}

function cosignatureTime(key: VerifierKey, { blob }: NoteSignature): number | undefined {
  if (key.type === noteTypes.log) return undefined;
  if (blob.length < 9) throw fail('cosignature.time', 'a cosignature too short to hold its time');
  const time = new DataView(blob.buffer, blob.byteOffset, 8).getBigUint64(0);
  if (time > BigInt(Number.MAX_SAFE_INTEGER)) throw fail('cosignature.time', `a cosignature time of ${time}`);
  return Number(time);
}
