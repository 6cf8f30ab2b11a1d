// The check that a reader's browser makes, run here against a real log: nothing that the server of the page
// could alter gets through it.

import assert from 'node:assert/strict';
import test, { type TestContext } from 'node:test';
import { fromHex, leafHash, toHex, utf8 } from '@vitrine/evidence';
import { tilePath as referencePath } from '@vitrine/log';
import { makeWorld, worldTime } from '@vitrine/testkit';
import { checkEntry, type Found, type Step, type StepName } from '../web/src/log/check.ts';
import { shelfMemory, type HeadMemory } from '../web/src/log/head-memory.ts';
import { BrowserTiles, type ReadFile } from '../web/src/log/tiles.ts';
import { makeLogWorld, type LogWorld } from './log-world.ts';

function newMemory(): HeadMemory & { readonly kept: Map<string, string> } {
  const kept = new Map<string, string>();
  const shelf = shelfMemory({
    getItem: (key) => kept.get(key) ?? null,
    setItem: (key, value) => void kept.set(key, value),
    removeItem: (key) => void kept.delete(key),
  });
  return { ...shelf, kept };
}

function reader(all: LogWorld, alter: (path: string, bytes: Uint8Array) => Uint8Array = (_, b) => b): ReadFile {
  return async (path) => {
    const own = { 'policy.json': all.world.policyBytes, 'root.json': all.world.root }[path];
    if (own !== undefined) return alter(path, own);
    const response = await fetch(all.url + path);
    if (response.status === 404) return undefined;
    return alter(path, new Uint8Array(await response.arrayBuffer()));
  };
}

interface Checked {
  readonly held: boolean;
  readonly steps: readonly Step[];
  found<Name extends StepName>(name: Name): Found[Name];
  readonly failed: { readonly name: StepName; readonly code: string; readonly isFork: boolean } | undefined;
}

async function check(read: ReadFile, memory: HeadMemory = newMemory(), index = 2): Promise<Checked> {
  let steps: readonly Step[] = [];
  const held = await checkEntry({
    index,
    read,
    memory,
    now: () => worldTime,
    onSteps: (all) => {
      steps = all;
    },
  });
  const failed = steps.find((step) => step.state === 'failed');
  return {
    held,
    steps,
    found: (name) => {
      const step = steps.find((one) => one.name === name);
      assert.equal(step?.state, 'held', name);
      return (step as unknown as { found: Found[typeof name] }).found;
    },
    failed:
      failed?.state === 'failed'
        ? { name: failed.name, code: failed.code, isFork: failed.fork !== undefined }
        : undefined,
  };
}

async function published(t: TestContext, extra = 0): Promise<LogWorld> {
  const all = await makeLogWorld(t);
  await all.log.append(...all.world.log.entries);
  for (let i = 0; i < extra; i++) await all.log.append(utf8(`more ${i}`));
  await all.log.publish();
  return all;
}

test('each step of the check shows what it rests on', async (t) => {
  const all = await published(t, 600);
  const size = all.world.log.entries.length + 600;
  const done = await check(reader(all));
  assert.equal(done.held, true);
  assert.equal(done.found('policy').digest, all.world.policy.digest);
  assert.equal(done.found('policy').pinned, 'none');
  assert.deepEqual([done.found('checkpoint').size, done.found('witnesses').cosigned], [size, 2]);
  assert.equal(done.found('witnesses').time, worldTime);
  assert.equal(done.found('entry').leaf, toHex(leafHash(all.world.log.entries[2] as Uint8Array)));
  // The path that is shown ends at the root that was signed.
  assert.equal(done.found('path').nodes.at(-1)?.hash, done.found('checkpoint').root);
  assert.deepEqual([done.found('signature').counts, done.found('signature').operator], [true, 'supervisor-a']);
  assert.equal(done.found('history').how, 'first');
});

test('the paths that are shown end at the root for every place in trees of many sizes', async (t) => {
  const all = await makeLogWorld(t);
  let size = 0;
  for (const next of [1, 2, 3, 7, 8, 9, 255, 256, 257, 300]) {
    for (; size < next; size++) await all.log.append(utf8(`entry ${size}`));
    await all.log.publish();
    for (const index of new Set([0, size >> 1, size - 1])) {
      const done = await check(reader(all), newMemory(), index);
      // These entries are no statements: everything up to the path holds.
      assert.equal(done.failed?.name, 'signature');
      const { nodes, root } = done.found('path');
      assert.equal(nodes.at(-1)?.hash ?? done.found('entry').leaf, root);
    }
  }
});

const altered: readonly {
  readonly what: string;
  readonly step: StepName;
  readonly alter: (path: string, bytes: Uint8Array) => Uint8Array;
}[] = [
  { what: 'the policy', step: 'policy', alter: on(/^policy/, 900) },
  { what: 'what the root says', step: 'policy', alter: on(/^root/, -60) },
  { what: 'the size in the checkpoint', step: 'checkpoint', alter: on(/^checkpoint/, 20) },
  { what: 'a hash tile', step: 'path', alter: on(/^tile\/0/, 32) },
  { what: 'the tile’s own hash of the entry’s neighbour', step: 'path', alter: on(/^tile\/0/, 96) },
  { what: 'the entry', step: 'path', alter: on(/^tile\/entries/, -40) },
  { what: 'a tile cut short', step: 'path', alter: (path, bytes) => (/^tile\/0/.test(path) ? bytes.subarray(0, 32) : bytes) },
  { what: 'an empty bundle', step: 'entry', alter: (path, bytes) => (/entries/.test(path) ? new Uint8Array() : bytes) },
];

function on(pattern: RegExp, at: number) {
  return (path: string, bytes: Uint8Array): Uint8Array => {
    if (!pattern.test(path)) return bytes;
    const copy = new Uint8Array(bytes);
    const place = at < 0 ? copy.length + at : at;
    copy[place] = (copy[place] ?? 0) ^ 1;
    return copy;
  };
}

for (const { what, step, alter } of altered) {
  test(`the check fails at the step "${step}" when ${what} is altered`, async (t) => {
    const all = await published(t);
    const last = all.world.log.entries.length - 1;
    const memory = newMemory();
    const done = await check(reader(all, alter), memory, /entry$/.test(what) ? last : 2);
    assert.equal(done.held, false);
    assert.equal(done.failed?.name, step, JSON.stringify(done.failed));
    assert.equal(memory.kept.size, 0, 'nothing is remembered of it');
  });
}

test('fewer cosignatures than the quorum are too few', async (t) => {
  const all = await published(t);
  await all.log.publish({ witnesses: ['supervisor-b'] });
  assert.deepEqual((await check(reader(all))).failed, {
    name: 'witnesses',
    code: 'reader.cosignatures',
    isFork: false,
  });
});

test('a policy that the reader pinned is the only one', async (t) => {
  const all = await published(t);
  const memory = newMemory();
  memory.pin(all.world.policy.digest);
  assert.equal((await check(reader(all), memory)).found('policy').pinned, 'this');
  const other = await makeWorld({ policy: (document) => ({ ...document, version: 2 }) });
  const read = reader(all);
  const done = await check(
    (path, most) => (path === 'policy.json' ? Promise.resolve(other.policyBytes) : read(path, most)),
    memory,
  );
  assert.deepEqual(done.failed, { name: 'policy', code: 'policy.pinned', isFork: false });
});

test('a log that grew is shown to continue what this browser saw', async (t) => {
  const all = await published(t);
  const memory = newMemory();
  await check(reader(all), memory);
  assert.equal((await check(reader(all), memory)).found('history').how, 'same');
  const before = all.world.log.entries.length;
  for (let i = 0; i < 400; i++) await all.log.append(utf8(`later ${i}`));
  const old = await fetch(`${all.url}checkpoint`).then((answer) => answer.arrayBuffer());
  await all.log.publish();
  const grown = await check(reader(all), memory);
  assert.deepEqual([grown.found('history').how, grown.found('history').before?.size], ['extends', before]);
  assert.ok(grown.found('history').hashes > 0);
  // An old copy is of the same history, and is said to be old; it does not make the browser forget.
  const stale = await check(
    reader(all, (path, bytes) => (path === 'checkpoint' ? new Uint8Array(old) : bytes)),
    memory,
  );
  assert.equal(stale.found('history').how, 'older');
  assert.equal((await check(reader(all), memory)).found('history').how, 'same');
});

test('another history than this browser saw is a fork, with both checkpoints, and is not remembered', async (t) => {
  const all = await published(t);
  for (const extra of [0, 5]) {
    const memory = newMemory();
    const first = await check(reader(all), memory);
    const kept = new Map(memory.kept);
    const other = await all.fork();
    for (const entry of all.world.log.entries.slice(0, 3)) await other.append(entry);
    const count = first.found('checkpoint').size - 3 + extra;
    for (let i = 0; i < count; i++) await other.append(utf8(`other ${i}`));
    await other.publish();
    const done = await check(reader(all), memory);
    assert.deepEqual([done.failed?.name, done.failed?.isFork], ['history', true]);
    assert.deepEqual(memory.kept, kept);
    await all.log.publish();
  }
});

test('what somebody else wrote into the storage is no memory', () => {
  const memory = newMemory();
  for (const text of ['', '{', '{"size":1}', '{"note":"","root":"zz","seenAt":0,"size":0}']) {
    memory.kept.set('vitrine.head log.example', text);
    assert.equal(memory.head('log.example'), undefined);
  }
  memory.kept.set('vitrine.policy', 'not a digest');
  assert.equal(memory.pinned(), undefined);
  memory.remember('log.example', { size: 1, root: fromHex('a'.repeat(64)), note: utf8('x'), seenAt: 5 });
  assert.equal(memory.head('log.example')?.size, 1);
});

test('the browser asks for tiles under the names that the log gives them', async () => {
  const asked: string[] = [];
  const size = 256 ** 2 * 1_001 + 300;
  const tiles = new BrowserTiles((path) => {
    asked.push(path);
    return Promise.resolve(new Uint8Array(256 * 32));
  }, size);
  const wanted = [
    { level: 0, index: 0 },
    { level: 0, index: 256 * 256 * 1_001 - 1 },
    { level: 0, index: size - 1 },
    { level: 8, index: 256 * 1_000 },
    { level: 16, index: 1_000 },
  ];
  await tiles.nodes(wanted);
  const width = (level: number, index: number): number =>
    Math.min(256, Math.floor(size / 256 ** level) - index * 256);
  const expected = wanted.map(({ level, index }) => {
    const at = { level: level / 8, index: Math.floor(index / 256) };
    return referencePath({ ...at, width: width(at.level, at.index) });
  });
  assert.deepEqual(asked, expected);
});
