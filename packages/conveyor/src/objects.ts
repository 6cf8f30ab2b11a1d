// Source and blobs between machines: static files named by their digest, `blob/<sha256>` for what anyone
// may fetch (D12) and `source/<sha256>` for the files of a tree (D15).

import { join } from 'node:path';
import { link } from 'node:fs/promises';
import { quote } from '@vitrine/evidence';
import {
  errnoOf,
  fetchBytes,
  fileFault,
  hashFile,
  makeDurableDirectory,
  syncDirectory,
  writeDurable,
  type Store,
} from '@vitrine/host';
import type { Produced } from './conveyor.ts';
import { sourceLimits, type SourceTree } from './source.ts';

/** Where a rebuilder gets objects from. The bytes answered have the digest that was asked for. */
export interface ObjectFetcher {
  blob(sha256: string, maxBytes: number): Promise<Uint8Array>;
  source(sha256: string, maxBytes: number): Promise<Uint8Array>;
}

/** Objects below a web address; each is bounded and hashed before it is believed. */
export function httpObjects(
  base: string,
  { timeoutMs = 120_000 }: { readonly timeoutMs?: number } = {},
): ObjectFetcher {
  const prefix = base.endsWith('/') ? base : `${base}/`;
  const get = async (kind: string, sha256: string, maxBytes: number): Promise<Uint8Array> =>
    (await fetchBytes(`${prefix}${kind}/${sha256}`, { maxBytes, timeoutMs, sha256 })).bytes;
  return {
    blob: (sha256, maxBytes) => get('blob', sha256, maxBytes),
    source: (sha256, maxBytes) => get('source', sha256, maxBytes),
  };
}

/** Makes a tree fetchable: its listing and its files, by digest, in `folder`. */
export async function publishSource(tree: SourceTree, store: Store, folder: string): Promise<void> {
  const digests = tree.listing.files.map(({ sha256 }) => sha256);
  await publishObjects(store, [tree.listingObject.sha256, ...digests], folder);
}

/** Makes all fetchable that a rebuilder needs and a supervisor must hold: below `folder`, blob/ and source/. */
export async function publishProduced(
  produced: Produced,
  stores: { readonly source: Store; readonly blobs: Store },
  folder: string,
): Promise<void> {
  const { order, materials, result } = produced;
  const blobs = [
    order.materials.sha256,
    ...materials.map(({ sha256 }) => sha256),
    result.digest,
    ...result.manifest.outputs.map(({ sha256 }) => sha256),
  ];
  await publishSource(produced.tree, stores.source, join(folder, 'source'));
  await publishObjects(stores.blobs, blobs, join(folder, 'blob'));
}

/** Durable when it resolves. An object that is already there in sound bytes is left alone. */
export async function publishObjects(
  store: Store,
  digests: readonly string[],
  folder: string,
): Promise<void> {
  await makeDurableDirectory(folder);
  for (const sha256 of new Set(digests)) {
    await store.check(sha256);
    await publishOne(store, sha256, join(folder, sha256));
  }
  await syncDirectory(folder);
}

async function publishOne(store: Store, sha256: string, target: string): Promise<void> {
  try {
    await link(store.path(sha256), target);
  } catch (error) {
    if (errnoOf(error) === undefined) throw fileFault('publish', quote(target), error);
    // Already there, or on another file system, where no second name can be given.
    if (errnoOf(error) === 'EEXIST' && (await hashFile(target)).sha256 === sha256) return;
    await writeDurable(target, await store.get(sha256, { maxBytes: sourceLimits.fileBytes * 2 }), {
      mode: 0o444,
    });
  }
}
