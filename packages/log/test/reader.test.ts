import assert from 'node:assert/strict';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test, { before, type TestContext } from 'node:test';
import {
  emptyRoot,
  formatVkey,
  fromUtf8,
  isVitrineError,
  leafHash,
  noteSigner,
  noteTypes,
  verifyConsistency,
  verifyInclusion,
} from '@vitrine/evidence';
import {
  atLeast,
  initLog,
  openLog,
  openLogWriter,
  type LogReader,
  type LogWriter,
  type ReaderOptions,
} from '@vitrine/log';
import { cosignAnything } from '@vitrine/log/testing';
import { temporaryDirectory, testSigner } from '@vitrine/testkit';
import { entry, flipped, logSigner, newLog, origin, startLog, startServer } from './helpers.ts';
import { referenceRoot } from './tree.ts';

const rules: ReaderOptions = { origin, logKeys: [logSigner.key] };
const size = 66_000;

/** A log of 66,000 entries, three tile levels: made once, read by all. */
let master: string;
before(async (t) => {
  master = join(temporaryDirectory(t as unknown as TestContext), 'log');
  await initLog(master, { origin, vkeys: [formatVkey(logSigner.key)], mode: 'raw' });
  const log = await openLogWriter({
    dir: master,
    signers: [logSigner],
    limits: { entries: 100_000, bytes: 1 << 30 },
  });
  await append(log, size);
  await log.publishNow();
  await log.close();
});

async function append(
  log: LogWriter,
  count: number,
  of = (i: number): Uint8Array => entry(i),
): Promise<void> {
  const from = log.size();
  await Promise.all(Array.from({ length: count }, (_, i) => log.append(of(from + i))));
}

function copyOfMaster(t: TestContext): string {
  const dir = mkdtempSync(join(temporaryDirectory(t), 'log-'));
  cpSync(join(master, 'checkpoint'), join(dir, 'checkpoint'));
  cpSync(join(master, 'tile'), join(dir, 'tile'), { recursive: true });
  return dir;
}

test('proofs of a reader verify, at every size', async () => {
  const reader = await openLog(master, rules);
  const { root } = reader.head().checkpoint;
  for (const index of [0, 1, 255, 256, 65_535, 65_536, size - 1]) {
    verifyInclusion(await reader.inclusion(index), index, size, leafHash(await reader.entry(index)), root);
  }
  for (const smaller of [0, 1, 2, 255, 256, 257, 65_536, 65_537, size]) {
    const root1 = await reader.root(smaller);
    if (smaller <= 300)
      assert.deepEqual(
        Buffer.from(root1),
        Buffer.from(
          smaller === 0 ? emptyRoot() : referenceRoot(Array.from({ length: smaller }, (_, i) => entry(i))),
        ),
      );
    verifyConsistency(await reader.consistency(smaller), smaller, size, root1, root);
  }
  await assert.rejects(reader.entry(size), (error) => isVitrineError(error, 'reader.range'));
  await assert.rejects(reader.inclusion(5, size + 1), (error) => isVitrineError(error, 'reader.range'));
});

test('all entries are read in order', async () => {
  const reader = await openLog(master, rules);
  let next = 0;
  for await (const { index, entry: bytes } of reader.entries(0, size)) {
    assert.equal(index, next);
    if (index % 1_000 === 0) assert.equal(fromUtf8(bytes), `entry ${index}`);
    next++;
  }
  assert.equal(next, size);
});

function files(dir: string, path = 'tile'): readonly string[] {
  return readdirSync(join(dir, path), { withFileTypes: true }).flatMap((file) =>
    file.isDirectory() ? files(dir, `${path}/${file.name}`) : [`${path}/${file.name}`],
  );
}

/** What a reader of the whole log uses at least: entries of every kind of bundle, with their paths. */
async function readSome(reader: LogReader): Promise<void> {
  for (const index of [0, 256 * 3, 65_535, 65_536, size - 1]) {
    await reader.entry(index);
    await reader.inclusion(index);
  }
}

const altered: readonly { readonly what: string; readonly alter: (bytes: Buffer) => Uint8Array }[] = [
  {
    what: 'one bit',
    alter: (bytes) => flipped(bytes, bytes.length >> 1),
  },
  { what: 'the last byte cut', alter: (bytes) => bytes.subarray(0, -1) },
  { what: 'a byte more', alter: (bytes) => Buffer.concat([bytes, Buffer.of(0)]) },
  { what: 'everything', alter: () => Buffer.alloc(0) },
];

test('a reader refuses each altered tile and bundle that it needs', async (t) => {
  const dir = copyOfMaster(t);
  const needed = [
    'tile/2/000.p/1',
    'tile/1/000',
    'tile/1/001.p/1',
    'tile/0/257.p/208',
    'tile/0/000',
    'tile/0/003',
    'tile/0/255',
    'tile/0/256',
    'tile/entries/000',
    'tile/entries/003',
    'tile/entries/255',
    'tile/entries/256',
    'tile/entries/257.p/208',
  ];
  for (const path of needed) {
    const original = readFileSync(join(dir, path));
    for (const { what, alter } of altered) {
      writeFileSync(join(dir, path), alter(original));
      await assert.rejects(
        openLog(dir, rules).then(readSome),
        (error) =>
          isVitrineError(error) &&
          ['reader.tile', 'reader.entry', 'bundle.syntax', 'file.too-large'].includes(error.code),
        `${what} of ${path}`,
      );
    }
    rmSync(join(dir, path));
    await assert.rejects(
      openLog(dir, rules).then(readSome),
      (error) => isVitrineError(error, 'reader.missing'),
      path,
    );
    writeFileSync(join(dir, path), original);
  }
  await readSome(await openLog(dir, rules));
});

test('whatever single file is altered, no wrong entry is ever read', async (t) => {
  const dir = copyOfMaster(t);
  const all = files(dir).filter((path) => statSync(join(dir, path)).size > 0);
  for (let i = 0; i < all.length; i += 61) {
    const path = all[i] as string;
    const original = readFileSync(join(dir, path));
    const changed = flipped(original, (i * 7_919) % original.length, 0x10);
    writeFileSync(join(dir, path), changed);
    const reader = await openLog(dir, rules);
    for (const index of [0, 300, 20_000, 65_000, 65_600]) {
      const bytes = await reader.entry(index).catch((error: unknown) => assert.ok(isVitrineError(error)));
      if (bytes !== undefined) assert.equal(fromUtf8(bytes), `entry ${index}`);
    }
    writeFileSync(join(dir, path), original);
  }
});

test('partial tiles that are gone are read from the full ones', async (t) => {
  const log = await startLog(t, { dir: await newLog(t), intervalMs: 60_000 });
  await append(log, 100);
  const old = (await log.publishNow()).note;
  await append(log, 200);
  await log.publishNow();
  writeFileSync(join(log.dir, 'checkpoint'), old);
  assert.deepEqual(readdirSync(join(log.dir, 'tile/0')).sort(), ['000', '001.p']);
  const reader = await openLog(log.dir, rules);
  assert.equal(reader.head().checkpoint.size, 100);
  assert.equal(fromUtf8(await reader.entry(99)), 'entry 99');
  verifyInclusion(await reader.inclusion(99), 99, 100, leafHash(entry(99)), reader.head().checkpoint.root);
});

const wrongHeads: readonly {
  readonly what: string;
  readonly code: string;
  readonly options: ReaderOptions;
}[] = [
  { what: 'another origin', code: 'reader.signature', options: { ...rules, origin: 'other.example/log' } },
  {
    what: 'another key',
    code: 'reader.signature',
    options: { ...rules, logKeys: [noteSigner(origin, noteTypes.log, testSigner('other')).key] },
  },
  {
    what: 'too few cosignatures',
    code: 'reader.cosignatures',
    options: { ...rules, enough: (keys) => keys.length > 0 },
  },
];
for (const { what, code, options } of wrongHeads) {
  test(`a checkpoint with ${what} is refused`, async () => {
    await assert.rejects(openLog(master, options), (error) => isVitrineError(error, code));
  });
}

test('a checkpoint that is altered anywhere is refused', async (t) => {
  const dir = mkdtempSync(join(temporaryDirectory(t), 'log-'));
  const original = readFileSync(join(master, 'checkpoint'));
  for (let i = 0; i < original.length; i++) {
    writeFileSync(join(dir, 'checkpoint'), flipped(original, i));
    await assert.rejects(openLog(dir, rules), (error) => isVitrineError(error), `byte ${i}`);
  }
});

/** Two logs under one key that agree on the first 300 entries, both with enough cosignatures. */
async function fork(
  t: TestContext,
): Promise<{ readonly heads: readonly LogWriter[]; readonly options: ReaderOptions }> {
  const cosigner = noteSigner('w.example', noteTypes.cosignature, testSigner('w'));
  const heads = await Promise.all(
    ['left', 'right'].map(async (side) => {
      const log = await startLog(t, { dir: await newLog(t), intervalMs: 60_000 });
      await append(log, 300);
      await append(log, 100, (i) => entry(side === 'left' ? i : -i));
      const { note } = await log.publishNow();
      writeFileSync(join(log.dir, 'checkpoint'), await cosignAnything(note, [cosigner], 1_000));
      return log;
    }),
  );
  const witness = { url: '', key: cosigner.key, operator: 'w' };
  return { heads, options: { ...rules, witnessKeys: [cosigner.key], enough: atLeast(1, [witness]) } };
}

test('two heads that both carry enough cosignatures: who saw one does not take the other', async (t) => {
  const {
    heads: [left, right],
    options,
  } = await fork(t);
  const trusted = (await openLog(left?.dir ?? '', options)).head();
  await openLog(right?.dir ?? '', options);
  await assert.rejects(openLog(right?.dir ?? '', { ...options, trusted }), (error) =>
    isVitrineError(error, 'reader.fork'),
  );
  await append(right as LogWriter, 50, (i) => entry(-i));
  const { note } = await (right as LogWriter).publishNow();
  writeFileSync(
    join(right?.dir ?? '', 'checkpoint'),
    await cosignAnything(note, [noteSigner('w.example', noteTypes.cosignature, testSigner('w'))], 1_000),
  );
  await assert.rejects(openLog(right?.dir ?? '', { ...options, trusted }), (error) =>
    isVitrineError(error, 'reader.fork'),
  );
});

test('a log that shows an older checkpoint than before is refused', async (t) => {
  const log = await startLog(t, { dir: await newLog(t), intervalMs: 60_000 });
  await append(log, 3);
  const { note } = await log.publishNow();
  await append(log, 3);
  await log.publishNow();
  const reader = await openLog(log.dir, rules);
  writeFileSync(join(log.dir, 'checkpoint'), note);
  await assert.rejects(reader.refresh(), (error) => isVitrineError(error, 'reader.rollback'));
  assert.equal(reader.head().checkpoint.size, 6);
  assert.equal(fromUtf8(await reader.entry(5)), 'entry 5');
});

test('tailing hands out every entry once, in order, as it is published', async (t) => {
  const log = await startLog(t, { dir: await newLog(t), intervalMs: 2 });
  await append(log, 10);
  await log.publishNow();
  const reader = await openLog(log.dir, rules);
  const controller = new AbortController();
  const writing = (async () => {
    for (let i = 0; i < 20; i++) {
      await append(log, 37);
      await log.publishNow();
    }
  })();
  const seen: number[] = [];
  for await (const { index, entry: bytes } of reader.tail(3, { signal: controller.signal, pollMs: 1 })) {
    assert.equal(fromUtf8(bytes), `entry ${index}`);
    seen.push(index);
    if (index === 749) controller.abort();
  }
  await writing;
  assert.deepEqual(
    seen,
    Array.from({ length: 747 }, (_, i) => i + 3),
  );
});

test('tailing outlives a log that is away for a while', async (t) => {
  const log = await startLog(t, { dir: await newLog(t), intervalMs: 60_000 });
  await append(log, 3);
  await log.publishNow();
  let isUp = true;
  const url = await startServer(t, (request, response) => {
    if (!isUp) return void response.destroy();
    try {
      response.end(readFileSync(join(log.dir, request.url ?? '')));
    } catch {
      response.writeHead(404).end();
    }
  });
  const reader = await openLog(url, rules);
  const troubles: string[] = [];
  const controller = new AbortController();
  const tail = reader.tail(0, {
    signal: controller.signal,
    pollMs: 5,
    onTrouble: ({ code }) => void (troubles.push(code), (isUp = true)),
  });
  for (let i = 0; i < 3; i++) assert.equal((await tail.next()).value?.index, i);
  isUp = false;
  await append(log, 1);
  await log.publishNow();
  assert.equal((await tail.next()).value?.index, 3);
  assert.deepEqual(troubles, ['fetch.unreachable']);
  controller.abort();
  assert.equal((await tail.next()).done, true);
});
