// The index thread: the only one that writes search.db. It is told of trees, indexes what is new, then looks
// for symbols, and says after each step how far it is.

import { parentPort, workerData } from 'node:worker_threads';
import type { TreeFile } from '@vitrine/evidence';
import { dirname } from 'node:path';
import { acquireLease, openStore } from '@vitrine/host';
import { SymbolWriter } from '../symbols/store.ts';
import { IndexWriter, type IndexProgress, type TreeToIndex } from './writer.ts';

export interface IndexJob {
  /** search.db */
  readonly path: string;
  /** The folder of the source store. */
  readonly store: string;
  readonly careful: boolean;
}

export type ToIndexer =
  | { readonly kind: 'trees'; readonly trees: readonly TreeToIndex[] }
  | { readonly kind: 'tree'; readonly tree: TreeToIndex; readonly files: readonly TreeFile[] }
  | { readonly kind: 'close' };

export type FromIndexer =
  /** These trees are not known yet: their files are wanted. */
  | { readonly kind: 'unknown'; readonly trees: readonly string[] }
  | { readonly kind: 'progress'; readonly progress: IndexProgress }
  /** Nothing is left to do. */
  | { readonly kind: 'idle'; readonly progress: IndexProgress };

async function main(port: NonNullable<typeof parentPort>, { path, store, careful }: IndexJob): Promise<void> {
  // One writer: a Center that runs and a command that indexes would get in each other's way.
  using _lease = acquireLease(dirname(path), 'search');
  const objects = openStore(store);
  using writer = await IndexWriter.open(path, (sha256, maxBytes) => objects.get(sha256, { maxBytes }));
  const symbols = new SymbolWriter(writer.database, careful);
  const inbox: ToIndexer[] = [];
  let wake = Promise.withResolvers<void>();
  port.on('message', (message: ToIndexer) => {
    inbox.push(message);
    wake.resolve();
  });
  const say = (message: FromIndexer): void => port.postMessage(message);
  say({ kind: 'progress', progress: writer.progress() });
  for (;;) {
    const message = inbox.shift();
    if (message?.kind === 'close') break;
    if (message !== undefined) {
      await take(writer, message, say);
      continue;
    }
    // Text before symbols: a word can be looked for as soon as it can be.
    if ((await writer.indexBatch()) || (await symbols.step())) {
      say({ kind: 'progress', progress: writer.progress() });
      // Lets messages in.
      await new Promise(setImmediate);
      continue;
    }
    say({ kind: 'idle', progress: writer.progress() });
    if (inbox.length === 0) await wake.promise;
    wake = Promise.withResolvers<void>();
  }
  port.close();
}

async function take(
  writer: IndexWriter,
  message: Exclude<ToIndexer, { kind: 'close' }>,
  say: (message: FromIndexer) => void,
): Promise<void> {
  if (message.kind === 'tree') {
    writer.addTree(message.tree, message.files);
    return;
  }
  writer.keepOnly(new Set(message.trees.map(({ digest }) => digest)));
  writer.describe(message.trees);
  await writer.retryMissing();
  const known = new Set(writer.knownTrees());
  say({
    kind: 'unknown',
    trees: message.trees.map(({ digest }) => digest).filter((digest) => !known.has(digest)),
  });
}

if (parentPort !== null) await main(parentPort, workerData as IndexJob);
