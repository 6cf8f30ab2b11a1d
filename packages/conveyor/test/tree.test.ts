import assert from 'node:assert/strict';
import { existsSync, lstatSync, mkdirSync, readFileSync, readlinkSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test, type TestContext } from 'node:test';
import {
  encodePath,
  formatTreeListing,
  type FileMode,
  type TreeFile,
  type TreeListing,
} from '@vitrine/evidence';
import { openStore, type Store } from '@vitrine/host';
import { temporaryDirectory } from '@vitrine/testkit';
import { describeTree, exportTree } from '../src/index.ts';
import { digestOf, refusal } from './helpers.ts';

interface Fixture {
  readonly store: Store;
  readonly target: string;
  readonly outside: string;
}

function fixture(t: TestContext): Fixture {
  const folder = temporaryDirectory(t);
  const target = join(folder, 'target');
  mkdirSync(target);
  return { store: openStore(join(folder, 'store')), target, outside: folder };
}

async function file(
  store: Store,
  mode: FileMode,
  path: string | Uint8Array,
  content: string,
): Promise<TreeFile> {
  const sha256 = await store.put(Buffer.from(content));
  return { mode, path: encodePath(Buffer.from(path)), sha256, size: Buffer.byteLength(content) };
}

const time = 1_600_000_000;

describe('a listed tree', () => {
  test('is written with its modes, links, names and one time', async (t) => {
    const { store, target } = fixture(t);
    const odd = Uint8Array.of(0xfe, 0x0a);
    const files = await Promise.all([
      file(store, '100644', 'd/e/a.txt', 'a'),
      file(store, '100755', 'd/run', 'r'),
      file(store, '120000', 'd/up', '../top'),
      file(store, '120000', 'dangling', './d//e/nothing/'),
      file(store, '100644', odd, 'odd'),
    ]);
    const before = process.umask(0o077);
    t.after(() => process.umask(before));
    const { listing } = await describeTree(formatTreeListing(files), store);
    await exportTree(listing, store, target, { time });
    const stat = (path: string): readonly [number, number] => {
      const { mode, mtimeMs } = lstatSync(join(target, path));
      return [mode & 0o777, mtimeMs / 1000];
    };
    assert.deepEqual(stat('d/e/a.txt'), [0o644, time], 'whatever the umask');
    assert.deepEqual(stat('d/run'), [0o755, time]);
    assert.equal(stat('d/e')[1], time);
    assert.equal(stat('d/up')[1], time);
    assert.equal(readlinkSync(join(target, 'd/up')), '../top');
    assert.ok(readdirSync(target, { encoding: 'buffer' }).some((name) => name.equals(odd)));
  });

  test('is not written into a folder that holds something', async (t) => {
    const { store, target } = fixture(t);
    const listing = { files: [await file(store, '100644', 'a', 'a')] };
    await exportTree(listing, store, target, { time });
    await assert.rejects(exportTree(listing, store, target, { time }), refusal('tree.unpack'));
  });

  const links = [
    '/etc/passwd',
    '..',
    '../x',
    'a/../../x',
    'a/..',
    './../x',
    '../../../../etc',
    '',
    'x\\y',
    'C:/x',
    'a\0b',
  ];
  for (const link of links) {
    test(`with a link to ${JSON.stringify(link)} is refused`, async (t) => {
      const { store, target, outside } = fixture(t);
      const listing = { files: [await file(store, '120000', 'link', link)] };
      await assert.rejects(exportTree(listing, store, target, { time }), refusal('source.symlink', 'link'));
      assert.deepEqual(readdirSync(target), []);
      assert.ok(!existsSync(join(outside, 'x')));
    });
  }

  test('cannot write through a link: a parsed listing has no file that is also a folder', async (t) => {
    const { store } = fixture(t);
    const files = await Promise.all([file(store, '120000', 'd', 'e'), file(store, '100644', 'd/x', 'x')]);
    assert.throws(() => formatTreeListing(files), refusal('schema.mismatch'));
  });

  test('cannot write through a link even when the listing was not parsed', async (t) => {
    const { store, target, outside } = fixture(t);
    const listing: TreeListing = {
      files: await Promise.all([file(store, '120000', 'd', '../outside'), file(store, '100644', 'd/x', 'x')]),
    };
    mkdirSync(join(outside, 'outside'));
    await assert.rejects(exportTree(listing, store, target, { time }), refusal('source.symlink'));
    assert.deepEqual(readdirSync(join(outside, 'outside')), []);
  });

  test('stops at a file that the store lacks, or holds in another size or with other bytes', async (t) => {
    const { store, target } = fixture(t);
    const good = await file(store, '100644', 'a', 'abc');
    const attempt = (changed: Partial<TreeFile>): Promise<void> =>
      exportTree({ files: [{ ...good, ...changed }] }, store, target, { time });
    await assert.rejects(attempt({ sha256: digestOf('absent') }), refusal('store.missing'));
    await assert.rejects(attempt({ size: 2 }), refusal('store.too-large'));
    await assert.rejects(attempt({ size: 4 }), refusal('tree.unpack', 'a'));
    await exportTree({ files: [good] }, store, target, { time });
    assert.equal(readFileSync(join(target, 'a'), 'utf8'), 'abc');
  });

  test('with names too long for the file system is refused', async (t) => {
    const { store, target } = fixture(t);
    const listing = { files: [await file(store, '100644', 'x'.repeat(300), 'a')] };
    await assert.rejects(exportTree(listing, store, target, { time }), refusal('tree.unpack'));
  });

  test('with names that collide on some file systems is not described', async (t) => {
    const { store } = fixture(t);
    const files = await Promise.all([file(store, '100644', 'D/a', 'a'), file(store, '100644', 'd/b', 'b')]);
    await assert.rejects(describeTree(formatTreeListing(files), store), refusal('source.case-collision'));
  });

  test('of any shape is described in time that goes with its length', async (t) => {
    const { store } = fixture(t);
    const object = await file(store, '100644', 'x', 'x');
    const at = (path: string): TreeFile => ({ ...object, path });
    const deep = Buffer.from(
      JSON.stringify({
        files: Array.from({ length: 8 }, (_, i) => ({
          mode: '100644',
          path: `${i}/${'a/'.repeat(1999)}b`,
          sha256: object.sha256,
          size: 1,
        })),
      }),
    );
    await assert.rejects(
      describeTree(deep, store),
      /\/files\/0\/path: expected a path of at most 64 segments/,
    );
    // 50,000 files in folders 20 deep, each of which would be looked up by its whole path.
    const many = Array.from({ length: 50_000 }, (_, i) => at(`${'folder/'.repeat(20)}${i % 100}/file-${i}`));
    assert.equal((await describeTree(formatTreeListing(many), store)).listing.files.length, 50_000);
  });

  test('with folders that collide is not described, whatever stands between them', async (t) => {
    const { store } = fixture(t);
    const object = await file(store, '100644', 'x', 'x');
    const attempt = (...paths: readonly string[]): Promise<unknown> =>
      describeTree(formatTreeListing(paths.map((path) => ({ ...object, path }))), store);
    await attempt('d/a/x', 'd/b/x', 'd-a/x', 'e/A/x', 'e/%FF', 'e/%FE', 'f/%C3%A9/x', 'f/e');
    for (const [paths, at] of [
      [['D/z/z', 'M', 'a-', 'd-x/q', 'd/a/a'], /^[Dd]$/],
      [['a/B/1', 'a/C', 'a/b/2'], /^a\/[Bb]$/],
      [['a/B', 'a/C', 'a/b-', 'a/b/2'], /^a\/[Bb]$/],
      [['f/%C3%A9/x', 'f/e', 'f/e%CC%81/y'], /^f\//],
      [['%FF/D/x', '%FF/d/y'], /^%FF\/[Dd]$/],
    ] as const) {
      await assert.rejects(attempt(...paths), (error: unknown) => {
        assert.match(String((error as { at?: unknown }).at), at);
        return refusal('source.case-collision')(error);
      });
    }
  });
});
