// Source and blobs between machines: files named by their digest, `blob/<sha256>` for what anyone may
// fetch (D12) and `source/<sha256>` for the files of a tree, given to holders of a policy key (D15).

import { join } from 'node:path';
import { link } from 'node:fs/promises';
import { isVitrineError, quote, type Signer } from '@vitrine/evidence';
import {
  errnoOf,
  fetchBytes,
  fileFault,
  hashFile,
  makeDurableDirectory,
  syncDirectory,
  systemClock,
  writeDurable,
  type Clock,
  type Store,
} from '@vitrine/host';
import { fail } from './codes.ts';
import type { Produced } from './conveyor.ts';
import { authorizeSource } from './source-request.ts';
import { sourceLimits, type SourceTree } from './source.ts';

/** Where a rebuilder gets objects from. The bytes answered have the digest that was asked for. */
export interface ObjectFetcher {
  blob(sha256: string, maxBytes: number): Promise<Uint8Array>;
  source(sha256: string, maxBytes: number): Promise<Uint8Array>;
}

export interface HttpObjectsOptions {
  /** Signs the requests for source; without it only a server that gives source to everyone answers. */
  readonly signer?: Signer | undefined;
  readonly timeoutMs?: number | undefined;
  readonly clock?: Clock | undefined;
}

/** Objects below a web address; each is bounded and hashed before it is believed. */
export function httpObjects(base: string, options: HttpObjectsOptions = {}): ObjectFetcher {
  const { signer, timeoutMs = 120_000, clock = systemClock } = options;
  const prefix = base.endsWith('/') ? base : `${base}/`;
  const get = async (
    address: string,
    sha256: string,
    maxBytes: number,
    headers?: Readonly<Record<string, string>>,
  ): Promise<Uint8Array> => (await fetchBytes(address, { maxBytes, timeoutMs, sha256, headers })).bytes;
  return {
    blob: (sha256, maxBytes) => get(`${prefix}blob/${sha256}`, sha256, maxBytes),
    async source(sha256, maxBytes) {
      const address = `${prefix}source/${sha256}`;
      try {
        return await get(address, sha256, maxBytes, await signed(address, signer, clock));
      } catch (error) {
        if (!isVitrineError(error, 'fetch.status') || error.at !== 401) throw error;
        throw fail('source-request.refused', error.message, { cause: error });
      }
    },
  };
}

/** Each request is signed when it is sent: a rebuild may last longer than a signature is taken. */
async function signed(
  address: string,
  signer: Signer | undefined,
  clock: Clock,
): Promise<Readonly<Record<string, string>> | undefined> {
  const url = URL.parse(address);
  if (signer === undefined || url === null) return undefined; // The fetch says what is wrong with the address.
  const target = { method: 'GET', host: url.host, path: url.pathname };
  return { authorization: await authorizeSource(target, clock.now() / 1000, signer) };
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
