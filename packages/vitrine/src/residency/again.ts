// A residency policy is judged by the root that its reader pins (D5, D35), also one of years ago: what a new root has too
// few keys for is signed again by those who hold both, and is the same policy with the same digest.

import { formatEnvelope, parseDocument, type Root } from '@vitrine/evidence';
import type { PublishedResidency } from './folder.ts';

/** Those that readers who pin `root` could not read. */
export function signedTooLittle(
  published: readonly PublishedResidency[],
  { keys, threshold }: Root,
): readonly PublishedResidency[] {
  return published.filter(({ document }) => {
    const { signatures } = parseDocument(document);
    return signatures.filter(({ keyid }) => keys.some((key) => key.keyid === keyid)).length < threshold;
  });
}

/**
 * The document as it was signed again. Who signed before keeps that signature: it is the one that the log has an entry
 * for (D9), and a second one of the same key would get none.
 */
export function keepingSignatures(again: Uint8Array, before: Uint8Array): Uint8Array {
  const old = new Map(parseDocument(before).signatures.map((one) => [one.keyid, one]));
  const { signatures, ...statement } = parseDocument(again);
  return formatEnvelope({
    ...statement,
    signatures: signatures.map((one) => old.get(one.keyid) ?? one),
  });
}
