// After some errors memory and disk may disagree (a failed fsync, a tile with other bytes, a witness
// that has seen more than we hold): the only safe way on is to stop and to start again from the disk.
// This mark, and nothing else, decides it.

import { isVitrineError } from '@vitrine/evidence';

const marked = new WeakSet<object>();

export function fatal<E extends Error>(error: E): E {
  marked.add(error);
  return error;
}

export function isFatal(error: unknown): boolean {
  return typeof error === 'object' && error !== null && marked.has(error);
}

/**
 * For errors of a write. A full disk leaves everything as it was before: the same write can be tried
 * again. After any other error nobody can say what the disk holds.
 */
export function fatalUnlessFull(error: unknown): unknown {
  if (isVitrineError(error, 'file.no-space') || !(error instanceof Error)) return error;
  return fatal(error);
}
