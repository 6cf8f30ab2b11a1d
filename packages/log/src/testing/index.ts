// For tests and the tour alone: what no server of ours will do.

import { formatNote, parseNote, signCheckpoint, type NoteSigner } from '@vitrine/evidence';

/**
 * Cosigns any checkpoint, asking for no proof and remembering nothing: a witness that was corrupted,
 * or whose key was stolen. With the real keys it makes forks whose two heads both carry a quorum.
 */
export async function cosignAnything(
  note: Uint8Array,
  signers: readonly NoteSigner[],
  time: number,
): Promise<Uint8Array> {
  const { text, signatures } = parseNote(note);
  const cosignatures = await Promise.all(signers.map((signer) => signCheckpoint(text, signer, time)));
  return formatNote({ text, signatures: [...signatures, ...cosignatures] });
}
