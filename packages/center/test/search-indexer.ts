// A process that indexes one tree, to be killed by a test at any moment.

import type { TreeFile } from '@vitrine/evidence';
import { openStore } from '@vitrine/host';
import { IndexWriter } from '../src/search/writer.ts';
import { SymbolWriter } from '../src/symbols/store.ts';

interface Job {
  readonly path: string;
  readonly store: string;
  readonly tree: { readonly digest: string; readonly files: readonly TreeFile[] };
}

const { path, store, tree } = JSON.parse(process.argv[2] ?? '') as Job;
const objects = openStore(store);
using writer = await IndexWriter.open(path, (sha256, maxBytes) => objects.get(sha256, { maxBytes }));
process.stdout.write('open\n');
if (!writer.knownTrees().includes(tree.digest))
  writer.addTree({ digest: tree.digest, meta: { products: ['p'], releases: [] }, age: 1 }, tree.files);
while (await writer.indexBatch());
const symbols = new SymbolWriter(writer.database, false);
while (await symbols.step());
