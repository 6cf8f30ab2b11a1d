import assert from 'node:assert/strict';
import { chmodSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import test, { type TestContext } from 'node:test';
import {
  formatTreeListing,
  isVitrineError,
  toHex,
  treeDigest,
  type Statement,
  type TreeFile,
} from '@vitrine/evidence';
import { openStore, sha256 } from '@vitrine/host';
import { temporaryDirectory } from '@vitrine/testkit';
import type { LoggedEntry } from '../src/context.ts';
import { openTrees } from '../src/source/trees.ts';

const hex = (letter: string): string => letter.repeat(64);
const commit = 'c'.repeat(40);

interface Shelf {
  readonly folder: string;
  readonly entries: LoggedEntry[];
  readonly log: {
    version: number;
    entries: (query: { kind?: string; from?: number }) => readonly LoggedEntry[];
  };
  readonly files: readonly TreeFile[];
  readonly digest: string;
  readonly listing: { readonly sha256: string; readonly size: number };
  add(kind: string, subject: string, name: string, predicate: unknown, change?: Partial<LoggedEntry>): string;
}

async function shelf(t: TestContext): Promise<Shelf> {
  const folder = temporaryDirectory(t);
  const store = openStore(folder);
  const files: TreeFile[] = [];
  for (const [path, text] of [
    ['README', 'hello\n'],
    ['src/a.ts', 'export {};\n'],
    ['src/%FF%0A', 'x'],
  ] as const) {
    const bytes = Buffer.from(text);
    files.push({ mode: '100644', path, sha256: await store.put(bytes), size: bytes.length });
  }
  const bytes = formatTreeListing(files);
  const listing = { sha256: await store.put(bytes), size: bytes.length };
  const digest = toHex(treeDigest({ files }, sha256));
  const entries: LoggedEntry[] = [];
  const log = {
    version: 0,
    entries: ({ kind, from = 0 }: { kind?: string; from?: number }) =>
      entries.filter((entry) => entry.kind === kind && entry.index >= from),
  };
  return {
    folder,
    entries,
    log,
    files,
    digest,
    listing,
    add(kind, subject, name, predicate, change = {}) {
      const index = entries.length;
      const id = toHex(sha256(Buffer.from(`${kind} ${index}`)));
      const types: Readonly<Record<string, string>> = {
        provenance: 'https://slsa.dev/provenance/v1',
        release: 'https://in-toto.io/attestation/release/v0.2',
      };
      const statement = {
        _type: 'https://in-toto.io/Statement/v1',
        subject: [{ name, digest: { sha256: subject } }],
        predicateType: types[kind] ?? `urn:vitrine:attestation:${kind}:v1`,
        predicate,
      } as unknown as Statement;
      const entry = { index, kind, id, keyid: hex('k'), operator: 'vendor', counts: true, seenAt: 5 };
      entries.push({ ...entry, statement, envelope: new Uint8Array(0), ...change });
      log.version++;
      return id;
    },
  };
}

const sourceOf = (own: Shelf, product = 'sample'): object => ({
  product,
  listing: own.listing,
  files: 3,
  bytes: 18,
  gitCommit: commit,
  gitTree: commit,
});
const limits = {
  seconds: 9,
  outputBytes: 9,
  logBytes: 9,
  memoryBytes: 9,
  processes: 9,
  files: 9,
  diskBytes: 9,
};
const orderOf = (source: string): object => ({
  product: 'sample',
  version: '1.0.0',
  source,
  environment: { platform: 'linux-x64', root: 'host', sandbox: true },
  recipe: { path: 'conveyor.toml', sha256: hex('a') },
  materials: { sha256: hex('b'), size: 3 },
  parameters: {},
  clock: 1,
  limits,
});
const releaseOf = (order: string): object => ({
  purl: 'pkg:generic/sample@1.0.0',
  product: 'sample',
  channel: 'stable',
  platform: 'any',
  version: '1.0.0',
  sequence: 1,
  order,
  output: 'sample.mjs',
});

test('a tree is what source statements name, joined with its orders and releases', async (t) => {
  const own = await shelf(t);
  const source = own.add('source', own.digest, 'tree', sourceOf(own));
  own.add('source', own.digest, 'tree', sourceOf(own, 'another'));
  const order = own.add('order', own.digest, 'tree', orderOf(source));
  own.add('order', own.digest, 'tree', orderOf(hex('0')));
  own.add('release', hex('e'), 'artifact', releaseOf(order));
  own.add('release', hex('f'), 'artifact', releaseOf(hex('0')));

  const trees = openTrees({ log: own.log, store: own.folder });
  const [tree] = trees.all();
  assert.deepEqual(tree?.products, ['another', 'sample']);
  assert.deepEqual(
    tree.orders.map(({ id }) => id),
    [order],
  );
  assert.deepEqual(
    tree.releases.map(({ artifact }) => artifact),
    [hex('e')],
  );
  const read = await trees.tree(own.digest);
  assert.deepEqual(read?.files, own.files);
  assert.equal(read.file('src/%FF%0A')?.size, 1);
  assert.equal(Buffer.from(await trees.readBlob(read.files[0]?.sha256 ?? '')).toString(), 'hello\n');
});

test('a statement that does not count, or is of another form, names no tree', async (t) => {
  const own = await shelf(t);
  own.add('source', own.digest, 'tree', sourceOf(own), { counts: false });
  own.add('source', own.digest, 'tree', { ...sourceOf(own), surprise: 1 });
  own.add('source', own.digest, 'other', sourceOf(own));
  const trees = openTrees({ log: own.log, store: own.folder });
  assert.deepEqual(trees.all(), []);
  assert.equal(await trees.tree(own.digest), undefined);
});

test('what the log gains appears without opening the trees again', async (t) => {
  const own = await shelf(t);
  const trees = openTrees({ log: own.log, store: own.folder });
  assert.deepEqual(trees.all(), []);
  own.add('source', own.digest, 'tree', sourceOf(own));
  assert.equal(trees.all().length, 1);
});

test('a store that lacks an object is said, and is asked again once it is mended', async (t) => {
  const own = await shelf(t);
  own.add('source', own.digest, 'tree', sourceOf(own));
  const trees = openTrees({ log: own.log, store: own.folder });
  const path = openStore(own.folder).path(own.listing.sha256);
  rmSync(path);
  await refuses('source.store-missing', trees.tree(own.digest));
  await refuses('source.store-missing', trees.readBlob(hex('1')));
  await openStore(own.folder).put(formatTreeListing(own.files));
  assert.equal((await trees.tree(own.digest))?.files.length, 3);
});

test('a store that holds other bytes under a name lies, and none of them are answered', async (t) => {
  const own = await shelf(t);
  own.add('source', own.digest, 'tree', sourceOf(own));
  const trees = openTrees({ log: own.log, store: own.folder });
  const blob = own.files[0]?.sha256 ?? '';
  for (const name of [blob, own.listing.sha256]) {
    const path = join(dirname(openStore(own.folder).path(name)), name);
    chmodSync(path, 0o644);
    writeFileSync(path, 'other');
  }
  await refuses('source.store-lies', trees.readBlob(blob));
  await refuses('source.store-lies', trees.tree(own.digest));
});

test('a listing that is whole but gives another tree digest than was signed is a lie', async (t) => {
  const own = await shelf(t);
  own.add('source', hex('d'), 'tree', sourceOf(own));
  const trees = openTrees({ log: own.log, store: own.folder });
  await refuses('source.store-lies', trees.tree(hex('d')));
});

test('a file above the limit of its reader is refused before it is read', async (t) => {
  const own = await shelf(t);
  const trees = openTrees({ log: own.log, store: own.folder });
  await refuses('source.too-large', trees.readBlob(own.files[0]?.sha256 ?? '', 3));
});

async function refuses(code: string, promise: Promise<unknown>): Promise<void> {
  await assert.rejects(promise, (error) => isVitrineError(error, code) || assert.fail(String(error)));
}
