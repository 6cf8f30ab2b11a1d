// Where an archive of a known integrity lies in the store: `DIR/<hex of SHA-512>` holds its SHA-256.
// A note to save downloads, not a source of truth: the bytes are hashed again at every use.

import { hash } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fromBase64, isVitrineError, toHex, utf8 } from '@vitrine/evidence';
import {
  errnoOf,
  fileFault,
  makeDurableDirectory,
  readBounded,
  removeDurable,
  writeDurable,
  type Store,
} from '@vitrine/host';

export const materialBytes = 536_870_912;

export interface MaterialCache {
  /** The store that holds the archives. */
  readonly store: Store;
  /** The digest and size of the archive of this integrity, if the store has its sound bytes. */
  find(integrity: string): Promise<{ readonly sha256: string; readonly size: number } | undefined>;
  /** Keeps an archive whose integrity the caller has checked. */
  keep(integrity: string, bytes: Uint8Array): Promise<{ readonly sha256: string; readonly size: number }>;
}

export function openMaterialCache(store: Store, folder: string): MaterialCache {
  const note = (integrity: string): string =>
    join(folder, toHex(fromBase64(integrity.slice('sha512-'.length))));
  return {
    store,
    async find(integrity) {
      try {
        const sha256 = Buffer.from(await readBounded(note(integrity), 64)).toString('latin1');
        const bytes = await store.get(sha256, { maxBytes: materialBytes });
        if (integrityOf(bytes) !== integrity) return undefined;
        await store.renew(sha256); // An order will name it: no sweep may take it before.
        return { sha256, size: bytes.length };
      } catch (error) {
        if (absent.some((code) => isVitrineError(error, code))) return undefined;
        throw error;
      }
    },
    async keep(integrity, bytes) {
      const sha256 = await store.put(bytes);
      await makeDurableDirectory(folder);
      await writeDurable(note(integrity), utf8(sha256));
      return { sha256, size: bytes.length };
    },
  };
}

/** Removes notes about archives that the store does not hold any more; answers how many. */
export async function sweepMaterialNotes(store: Store, folder: string): Promise<number> {
  let removed = 0;
  for (const name of await notesIn(folder)) {
    const path = join(folder, name);
    const sha256 = Buffer.from(await readBounded(path, 64)).toString('latin1');
    if (/^[0-9a-f]{64}$/.test(sha256) && (await store.has(sha256))) continue;
    await removeDurable(path);
    removed++;
  }
  return removed;
}

async function notesIn(folder: string): Promise<readonly string[]> {
  try {
    return (await readdir(folder)).filter((name) => /^[0-9a-f]{128}$/.test(name));
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return [];
    throw fileFault('list', folder, error);
  }
}

/** A damaged note or archive counts as absent: it is fetched again. */
const absent = [
  'file.missing',
  'file.too-large',
  'store.name',
  'store.missing',
  'store.altered',
  'store.too-large',
];

/** As npm writes it: sha512- and base64. */
export function integrityOf(bytes: Uint8Array): string {
  return `sha512-${hash('sha512', bytes, 'base64')}`;
}
