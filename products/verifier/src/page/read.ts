// Files as the browser hands them over, bounded. A file may change or vanish between choice and reading.

import { quote, toHex, type VitrineError } from '@vitrine/evidence';
import type { Artifact } from '../answer.ts';
import { fail } from '../codes.ts';

/** Evidence, publication, policy and root are at most 1 MiB; their parsers refuse one byte more. */
export const documentLimit: number = 1 << 20;

/** WebCrypto hashes only what lies in memory as a whole, and copies it once more. */
const artifactLimit = 512 << 20;

const sliceSize = 8 << 20;

/** At most one byte more than a document may have: what is larger is refused by its own parser. */
export async function readDocument(file: File): Promise<Uint8Array> {
  try {
    return new Uint8Array(await file.slice(0, documentLimit + 1).arrayBuffer());
  } catch (error) {
    throw unreadable(file, error);
  }
}

/** SHA-256 and size. Reads in slices and tells how far it is; ends with the signal's reason when aborted. */
export async function digestOf(
  file: File,
  onProgress: (read: number) => void,
  signal: AbortSignal,
): Promise<Artifact> {
  const { size } = file;
  if (size > artifactLimit)
    throw fail(
      'verifier.too-large',
      `${quote(file.name)} has ${size} bytes; this page hashes at most ${artifactLimit}`,
    );
  try {
    const bytes = new Uint8Array(size);
    for (let offset = 0; offset < size; offset += sliceSize) {
      const slice = await file.slice(offset, Math.min(offset + sliceSize, size)).arrayBuffer();
      signal.throwIfAborted();
      // A file that shrank meanwhile: some browsers hand over what is left of it without a word.
      if (slice.byteLength !== Math.min(sliceSize, size - offset)) throw new Error('it changed');
      bytes.set(new Uint8Array(slice), offset);
      onProgress(offset + slice.byteLength);
    }
    const digest = await crypto.subtle.digest('SHA-256', bytes);
    signal.throwIfAborted();
    return { sha256: toHex(new Uint8Array(digest)), size };
  } catch (error) {
    throw signal.aborted ? error : unreadable(file, error);
  }
}

function unreadable(file: File, cause: unknown): VitrineError {
  const why = cause instanceof Error ? `${cause.name}, ${cause.message}` : 'unknown error';
  return fail('verifier.unreadable', `couldn't read ${quote(file.name)}: ${why}`, { cause });
}
