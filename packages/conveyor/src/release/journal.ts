// What is under way, as one file that is there before anything of it is shown to anybody, and gone when
// all of it is done. Whoever was killed in between continues from it with the very same bytes.

import { canonicalJson, parseCanonicalJson, type Json, type Schema, isVitrineError } from '@vitrine/evidence';
import { readBounded, removeDurable, writeDurable } from '@vitrine/host';

export interface Journal<T> {
  read(): Promise<T | undefined>;
  /** Durable when it resolves. */
  write(value: T): Promise<void>;
  clear(): Promise<void>;
}

const mostBytes = 16 << 20;

export function openJournal<T>(path: string, form: Schema<T>): Journal<T> {
  return {
    async read() {
      try {
        return form.check(
          parseCanonicalJson(await readBounded(path, mostBytes), { bytes: mostBytes, depth: 16 }),
        );
      } catch (error) {
        if (isVitrineError(error, 'file.missing')) return undefined;
        throw error;
      }
    },
    write: (value) => writeDurable(path, canonicalJson(value as unknown as Json), { mode: 0o600 }),
    clear: () => removeDurable(path),
  };
}
