import assert from 'node:assert/strict';
import {
  appendFileSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  chmodSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { test } from 'node:test';
import { utf8 } from '@vitrine/evidence';
import { hashFile, openStore, sha256Hex } from '@vitrine/host';
import { temporaryDirectory } from '@vitrine/testkit';

const limit = { maxBytes: 1_000_000 };
const hello = utf8('hello');
const helloDigest = '2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824';

function chunks(...parts: readonly Uint8Array[]): Readable {
  return Readable.from(parts);
}

test('what is put is got again under its digest', async (t) => {
  const folder = join(temporaryDirectory(t), 'new', 'store');
  const store = openStore(folder);
  assert.deepEqual(await store.list(), []);
  assert.equal(await store.put(hello), helloDigest);
  assert.equal(await store.put(hello), helloDigest);
  assert.deepEqual(await store.get(helloDigest, limit), hello);
  assert.equal(await store.check(helloDigest), 5);
  assert.ok(await store.has(helloDigest));
  assert.equal(store.path(helloDigest), join(folder, '2c', helloDigest));
  assert.equal(statSync(store.path(helloDigest)).mode & 0o777, 0o444);
  assert.deepEqual(await openStore(folder).list(), [helloDigest]);
});

test('a stream is stored under its digest, whatever its chunks', async (t) => {
  const folder = temporaryDirectory(t);
  const store = openStore(folder);
  assert.deepEqual(await store.putStream(chunks(utf8('he'), new Uint8Array(0), utf8('llo')), limit), {
    sha256: helloDigest,
    size: 5,
  });
  assert.deepEqual(await store.get(helloDigest, limit), hello);
  const web = new Response('hello').body as ReadableStream<Uint8Array>;
  assert.equal((await store.putStream(web, { maxBytes: 5 })).sha256, helloDigest);
  assert.deepEqual(readdirSync(folder), ['2c']);
});

test('concurrent streams do not disturb each other', async (t) => {
  const folder = temporaryDirectory(t);
  const store = openStore(folder);
  const contents = Array.from({ length: 12 }, (_, i) => utf8(`object ${i % 6} `.repeat(1000)));
  const stored = await Promise.all(
    contents.map((bytes) => store.putStream(chunks(bytes.subarray(0, 50), bytes.subarray(50)), limit)),
  );
  assert.deepEqual(
    stored.map(({ sha256 }) => sha256),
    contents.map(sha256Hex),
  );
  assert.equal((await store.list()).length, 6);
  for (const name of await store.list()) await store.check(name);
});

test('a stream over its limit, or one that breaks, leaves nothing', async (t) => {
  const folder = temporaryDirectory(t);
  const store = openStore(folder);
  await assert.rejects(store.putStream(chunks(hello, hello), { maxBytes: 9 }), { code: 'store.too-large' });
  const broken = Readable.from(
    (function* () {
      yield hello;
      throw new Error('the line went dead');
    })(),
  );
  await assert.rejects(store.putStream(broken, limit), { message: 'the line went dead' });
  assert.deepEqual(readdirSync(folder), []);
});

test('an altered object is refused on every read, and put again heals it', async (t) => {
  const store = openStore(temporaryDirectory(t));
  await store.put(hello);
  const path = store.path(helloDigest);
  const damages: readonly (() => void)[] = [
    () => writeFileSync(path, 'hellO'),
    () => appendFileSync(path, '!'),
    () => truncateSync(path, 4),
    () => truncateSync(path, 0),
  ];
  for (const damage of damages) {
    chmodSync(path, 0o644);
    damage();
    await assert.rejects(store.get(helloDigest, limit), { code: 'store.altered', exit: 3 });
    await assert.rejects(store.check(helloDigest), { code: 'store.altered' });
    await store.put(hello);
    assert.deepEqual(await store.get(helloDigest, limit), hello);
  }
});

test('an absent object, one too large and a folder in its place are three different refusals', async (t) => {
  const store = openStore(temporaryDirectory(t));
  await assert.rejects(store.get(helloDigest, limit), { code: 'store.missing', exit: 5 });
  await assert.rejects(store.check(helloDigest), { code: 'store.missing' });
  assert.equal(await store.has(helloDigest), false);
  await store.put(hello);
  await assert.rejects(store.get(helloDigest, { maxBytes: 4 }), { code: 'store.too-large' });
  rmSync(store.path(helloDigest));
  mkdirSync(store.path(helloDigest));
  await assert.rejects(store.get(helloDigest, limit), { code: 'file.io' });
});

for (const name of [
  '',
  'abc',
  '../../etc/passwd',
  helloDigest.toUpperCase(),
  `${helloDigest}0`,
  `${helloDigest}\n`,
  helloDigest.replace('2', '/'),
]) {
  test(`${JSON.stringify(name)} is no object name`, async (t) => {
    const store = openStore(temporaryDirectory(t));
    assert.throws(() => store.path(name), { code: 'store.name' });
    await assert.rejects(store.get(name, limit), { code: 'store.name' });
    await assert.rejects(store.has(name), { code: 'store.name' });
  });
}

test('a list holds objects only, in order', async (t) => {
  const folder = temporaryDirectory(t);
  const store = openStore(folder);
  for (let i = 0; i < 10; i++) await store.put(Uint8Array.of(i));
  writeFileSync(join(folder, 'README'), '');
  mkdirSync(join(folder, 'zz'));
  mkdirSync(join(folder, 'ff'), { recursive: true });
  writeFileSync(join(folder, 'ff', helloDigest), '');
  const names = await store.list();
  assert.equal(names.length, 10);
  assert.deepEqual(names, names.toSorted());
});

test('a file is hashed as a stream', async (t) => {
  const path = join(temporaryDirectory(t), 'large');
  const bytes = Buffer.alloc(3_000_001, 'vitrine');
  writeFileSync(path, bytes);
  assert.deepEqual(await hashFile(path), { sha256: sha256Hex(readFileSync(path)), size: 3_000_001 });
  await assert.rejects(hashFile(`${path}.absent`), { code: 'file.missing' });
});
