import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readdirSync, renameSync, utimesSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { fileURLToPath } from 'node:url';
import { utf8 } from '@vitrine/evidence';
import { acquireLease, openStore, startPiped, sweepStore, type Store } from '@vitrine/host';
import { temporaryDirectory } from '@vitrine/testkit';

const limit = { maxBytes: 1_000 };
const hour = 3_600_000;
const content = (i: number): Uint8Array => utf8(`object ${i}`);

interface Fixture {
  readonly folder: string;
  readonly store: Store;
  /** Names of objects that nobody has wanted for a day. */
  readonly old: readonly string[];
}

async function fixture(t: TestContext, count = 6): Promise<Fixture> {
  const folder = temporaryDirectory(t);
  const store = openStore(folder);
  const old: string[] = [];
  for (let i = 0; i < count; i++) old.push(await store.put(content(i)));
  for (const sha256 of old) age(store.path(sha256));
  return { folder, store, old };
}

function age(path: string): void {
  const yesterday = new Date(Date.now() - 24 * hour);
  utimesSync(path, yesterday, yesterday);
}

/** As a sweep leaves it that was killed between taking and removing. */
function take(folder: string, store: Store, sha256: string): void {
  mkdirSync(join(folder, '.trash'), { recursive: true });
  renameSync(store.path(sha256), join(folder, '.trash', sha256));
}

const before = (): number => Date.now() - hour;

test('a sweep removes what is old and not kept, and nothing else', async (t) => {
  const { folder, store, old } = await fixture(t);
  const young = await store.put(utf8('young'));
  const kept = new Set(old.slice(0, 2));
  const keep = (sha256: string): boolean => kept.has(sha256);
  const removed = { removed: 4, removedBytes: 4 * 8 };
  const dry = await sweepStore(folder, { keep, before: before(), dryRun: true });
  assert.deepEqual(dry, { objects: 7, kept: 2, young: 1, ...removed });
  assert.equal((await store.list()).length, 7, 'a dry run removes nothing');
  assert.deepEqual(await sweepStore(folder, { keep, before: before(), dryRun: false }), dry);
  assert.deepEqual(await store.list(), [...kept, young].toSorted());
  assert.deepEqual(readdirSync(join(folder, '.trash')), []);
  await assert.rejects(store.get(old[5] as string, limit), { code: 'store.missing' });
});

test('whoever puts or renews an object keeps it for a while', async (t) => {
  const { folder, store, old } = await fixture(t, 3);
  const [put = '', renewed = '', left = ''] = old;
  assert.equal(await store.put(content(0)), put);
  assert.equal(await store.renew(renewed), true);
  assert.equal(await store.renew('0'.repeat(64)), false);
  const swept = await sweepStore(folder, { keep: () => false, before: before(), dryRun: false });
  assert.deepEqual([swept.young, swept.removed], [2, 1]);
  assert.deepEqual(await store.list(), [put, renewed].toSorted());
  assert.ok(!existsSync(store.path(left)));
});

test('an object that a sweep has taken is found by whoever asks for it, and stays', async (t) => {
  const { folder, store, old } = await fixture(t, 5);
  for (const sha256 of old) take(folder, store, sha256);
  const [got = '', checked = '', opened = '', had = '', renewed = ''] = old;
  assert.deepEqual(await store.get(got, limit), content(0));
  assert.equal(await store.check(checked), 8);
  await (await store.open(opened))[Symbol.asyncDispose]();
  assert.equal(await store.has(had), true);
  assert.equal(await store.renew(renewed), true);
  const swept = await sweepStore(folder, { keep: () => false, before: before(), dryRun: false });
  assert.equal(swept.removed, 0);
  assert.deepEqual(await store.list(), old.toSorted());
});

test('the next sweep settles what a killed one has taken', async (t) => {
  const { folder, store, old } = await fixture(t, 4);
  for (const sha256 of old) take(folder, store, sha256);
  const [kept = '', touched = '', again = '', left = ''] = old;
  const now = new Date();
  utimesSync(join(folder, '.trash', touched), now, now); // Renewed just before it was taken.
  await store.put(content(2)); // Put again since.
  writeFileSync(join(folder, '.trash', 'something else'), '');
  await sweepStore(folder, { keep: (name) => name === kept, before: before(), dryRun: false });
  assert.deepEqual(await store.list(), [kept, touched, again].toSorted());
  await assert.rejects(store.get(left, limit), { code: 'store.missing' });
  assert.deepEqual(readdirSync(join(folder, '.trash')), ['something else']);
});

test('a sweep that is killed at any object loses nothing that is kept', async (t) => {
  const { folder, store, old } = await fixture(t, 8);
  const kept = old.slice(0, 3);
  const child = fileURLToPath(new URL('./sweep-child.ts', import.meta.url));
  for (let alive = 1; alive <= 8; alive += 2) {
    const sweep = await startPiped(process.execPath, [child, folder, String(before()), ...kept], { env: {} });
    let lines = 0;
    for await (const chunk of sweep.output as AsyncIterable<Buffer>) {
      lines += chunk.toString().split('\n').length - 1;
      if (lines >= alive) sweep.kill();
      else sweep.input.write('x');
    }
    await sweep.exited;
    for (const sha256 of kept) await store.check(sha256);
  }
  await sweepStore(folder, { keep: (name) => kept.includes(name), before: before(), dryRun: false });
  assert.deepEqual(await store.list(), kept.toSorted());
});

test('what is put while sweeps run is there when put says so', async (t) => {
  const { folder, store, old } = await fixture(t, 30);
  for (let round = 0; round < 5; round++) {
    for (const sha256 of await store.list()) age(store.path(sha256));
    // Both meet somewhere in the middle: the sweep goes by name, the puts backwards.
    const contents = new Map(old.map((sha256, i) => [sha256, content(i)]));
    const putting = (async () => {
      for (const sha256 of old.toSorted().toReversed())
        await openStore(folder).put(contents.get(sha256) ?? content(0));
    })();
    await sweepStore(folder, { keep: () => false, before: before(), dryRun: false });
    await putting;
    for (const sha256 of old) await store.check(sha256);
  }
});

test('two sweeps exclude each other', async (t) => {
  const { folder } = await fixture(t, 1);
  using _ = acquireLease(folder, 'sweep');
  await assert.rejects(sweepStore(folder, { keep: () => false, before: 0, dryRun: true }), {
    code: 'lease.held',
  });
});

test('what killed writers left goes when it is old', async (t) => {
  const { folder, store, old } = await fixture(t, 1);
  const [leftover, fresh] = [
    join(folder, '.incoming.tmp'),
    join(dirname(store.path(old[0] ?? '')), '.x.tmp'),
  ];
  writeFileSync(leftover, 'half');
  writeFileSync(fresh, 'half');
  age(leftover);
  await sweepStore(folder, { keep: () => true, before: before(), dryRun: false });
  assert.deepEqual([existsSync(leftover), existsSync(fresh)], [false, true]);
});
