// The check that a reader's browser makes, run here against a real log: nothing that the server of the page
// could alter gets through it, neither in the files of the log nor in what the page shows of an entry.

import assert from 'node:assert/strict';
import test, { type TestContext } from 'node:test';
import {
  canonicalJson,
  commitTo,
  finding,
  formatEnvelope,
  fromBase64,
  fromHex,
  leafHash,
  review,
  signStatement,
  statementOf,
  toBase64,
  toHex,
  utf8,
  type Envelope,
  type Json,
  type Signer,
} from '@vitrine/evidence';
import { tilePath as referencePath } from '@vitrine/log';
import { makeAdmissionList } from '@vitrine/log/admission';
import { makeWorld, testSigner, worldOrigin, worldTime } from '@vitrine/testkit';
import { contentOf } from '../src/contract/entry-content.ts';
import type { EntryDetail } from '../src/contract/log.ts';
import {
  checkEntry,
  warningOf,
  type Found,
  type Shown,
  type Step,
  type StepName,
  type Warning,
} from '../web/src/log/check.ts';
import { shelfMemory, type HeadMemory } from '../web/src/log/head-memory.ts';
import { BrowserTiles, type ReadFile } from '../web/src/log/tiles.ts';
import { shelfOver } from '../web/src/ui/shelf.ts';
import { makeLogWorld, type LogWorld } from './log-world.ts';

/** Storage as a browser gives it. */
function storageOf(kept: Map<string, string>) {
  return {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => void kept.set(key, value),
    removeItem: (key: string) => void kept.delete(key),
  };
}

function newMemory(): HeadMemory & { readonly kept: Map<string, string> } {
  const kept = new Map<string, string>();
  return { ...shelfMemory(shelfOver(() => storageOf(kept))), kept };
}

function reader(
  all: LogWorld,
  alter: (path: string, bytes: Uint8Array) => Uint8Array = (_, b) => b,
): ReadFile {
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
  /** What is to be said of the steps that held. */
  readonly warned: readonly Warning[];
  found<Name extends StepName>(name: Name): Found[Name];
  readonly failed: { readonly name: StepName; readonly code: string; readonly isFork: boolean } | undefined;
}

interface Asked {
  readonly memory?: HeadMemory;
  readonly index?: number;
  /** Default: the entry of the world, and nothing about its signer. */
  readonly shown?: Shown;
  readonly now?: number;
}

async function check(all: LogWorld, read: ReadFile, asked: Asked = {}): Promise<Checked> {
  const { memory = newMemory(), index = 2, now = worldTime } = asked;
  const { shown = { bytes: all.world.log.entries[index] ?? new Uint8Array() } } = asked;
  let steps: readonly Step[] = [];
  const held = await checkEntry({
    index,
    shown,
    read,
    memory,
    now: () => now,
    onSteps: (each) => {
      steps = each;
    },
  });
  const failed = steps.find((step) => step.state === 'failed');
  return {
    held,
    steps,
    warned: steps.flatMap((step) => warningOf(step) ?? []),
    found: (name) => {
      const step = steps.find((one) => one.name === name);
      assert.equal(step?.state, 'held', `${name}: ${JSON.stringify(failed)}`);
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
  const done = await check(all, reader(all));
  assert.equal(done.held, true);
  assert.deepEqual(done.warned, []);
  assert.equal(done.found('policy').digest, all.world.policy.digest);
  assert.equal(done.found('policy').pinned, 'none');
  assert.deepEqual([done.found('checkpoint').size, done.found('witnesses').cosigned], [size, 2]);
  assert.equal(done.found('witnesses').time, worldTime);
  assert.equal(done.found('entry').leaf, toHex(leafHash(all.world.log.entries[2] as Uint8Array)));
  // The path that is shown ends at the root that was signed.
  assert.equal(done.found('path').nodes.at(-1)?.hash, done.found('checkpoint').root);
  assert.deepEqual(
    [done.found('signature').counts, done.found('signature').operator],
    [true, 'supervisor-a'],
  );
  assert.equal(done.found('history').how, 'first');
});

test('the paths that are shown end at the root for every place in trees of many sizes', async (t) => {
  const all = await makeLogWorld(t);
  let size = 0;
  for (const next of [1, 2, 3, 7, 8, 9, 255, 256, 257, 300]) {
    for (; size < next; size++) await all.log.append(utf8(`entry ${size}`));
    await all.log.publish();
    for (const index of new Set([0, size >> 1, size - 1])) {
      const done = await check(all, reader(all), { index, shown: { bytes: utf8(`entry ${index}`) } });
      // These entries are no statements: each is in the log, and says nothing.
      assert.deepEqual([done.held, done.warned], [true, ['idle']]);
      assert.equal(done.found('signature').objection, 'not-an-envelope');
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
  { what: 'the entry', step: 'entry', alter: on(/^tile\/entries/, -40) },
  {
    what: 'a tile cut short',
    step: 'path',
    alter: (path, bytes) => (path.startsWith('tile/0') ? bytes.subarray(0, 32) : bytes),
  },
  {
    what: 'an empty bundle',
    step: 'entry',
    alter: (path, bytes) => (/entries/.test(path) ? new Uint8Array() : bytes),
  },
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
    const index = what.endsWith('entry') ? last : 2;
    const done = await check(all, reader(all, alter), { memory, index });
    assert.equal(done.held, false);
    assert.equal(done.failed?.name, step, JSON.stringify(done.failed));
    assert.equal(memory.kept.size, 0, 'nothing is remembered of it');
  });
}

test('a page that shows what an altered file of the log says is refused by the path', async (t) => {
  const all = await published(t);
  const index = all.world.log.entries.length - 1;
  const alter = on(/^tile\/entries/, -40);
  const bytes = on(/./, -40)('entry', all.world.log.entries[index] ?? new Uint8Array());
  const done = await check(all, reader(all, alter), { index, shown: { bytes } });
  assert.deepEqual(done.failed, { name: 'path', code: 'merkle.inclusion', isFork: false });
});

const sealedSalt = new Uint8Array(32).fill(7);

/** A log whose newest entry is a critical finding, and the Center's own twin of it. */
async function criticalFinding(t: TestContext): Promise<{ all: LogWorld; index: number; twin: EntryDetail }> {
  const all = await makeLogWorld(t);
  await all.log.append(...all.world.log.entries);
  const about = [{ name: 'about', digest: { sha256: all.world.orderId } }];
  const body: Json = { code: 'rebuild-differs' };
  await all.log.append(
    await signStatement(
      finding,
      about,
      {
        ...commitTo(sealedSalt, canonicalJson(body), 'supervisor-a'),
        issuedAt: '2026-11-24T09:00:00Z',
        severity: 'critical',
      },
      all.world.signer('supervisor'),
    ),
  );
  await all.log.publish();
  const index = all.world.log.entries.length;
  const center = await all.center();
  const response = await center.app.request(`/log/entries/${index}.json`);
  return { all, index, twin: (await response.json()) as EntryDetail };
}

/** As the page makes it of a twin. */
function shownBy({ raw, entry, key, log }: EntryDetail): Shown {
  return { bytes: utf8(raw.text), signer: { ...entry, key }, vkeys: log.vkeys };
}

function withPredicate(twin: EntryDetail, change: Readonly<Record<string, Json>>): EntryDetail {
  const envelope = JSON.parse(twin.raw.text) as Envelope;
  const statement = statementOf(envelope);
  const predicate = { ...(statement.predicate as Readonly<Record<string, Json>>), ...change };
  const payload = toBase64(canonicalJson({ ...statement, predicate } as unknown as Json));
  const text = new TextDecoder().decode(formatEnvelope({ ...envelope, payload }));
  return { ...twin, predicate, raw: { encoding: 'utf8', text } };
}

const lies: readonly {
  readonly what: string;
  readonly step: StepName;
  readonly lie: (twin: EntryDetail) => EntryDetail;
}[] = [
  {
    what: 'calls a critical finding a note',
    step: 'entry',
    lie: (twin) => withPredicate(twin, { severity: 'note' }),
  },
  {
    what: 'shows another commitment, which opens to what the Center likes',
    step: 'entry',
    lie: (twin) =>
      withPredicate(twin, { commitment: commitTo(sealedSalt, utf8('{}'), 'supervisor-a').commitment }),
  },
  {
    what: 'names another signer',
    step: 'signature',
    lie: (twin) => ({ ...twin, entry: { ...twin.entry, operator: 'supervisor-b' } }),
  },
  {
    what: 'gives the key another role',
    step: 'signature',
    lie: (twin) => ({ ...twin, entry: { ...twin.entry, role: 'rebuilder' } }),
  },
  {
    what: 'says that the entry does not count',
    step: 'signature',
    lie: (twin) => ({ ...twin, entry: { ...twin.entry, counts: false, objection: 'unlisted-key' } }),
  },
  {
    what: 'says that the key is not in the policy',
    step: 'signature',
    lie: (twin) => ({ ...twin, key: null }),
  },
  {
    what: 'lets the key count from a later entry on',
    step: 'signature',
    lie: (twin) => ({ ...twin, key: twin.key === null ? null : { ...twin.key, from: 999 } }),
  },
  {
    what: 'calls the organisation by another name',
    step: 'signature',
    lie: (twin) => ({ ...twin, key: twin.key === null ? null : { ...twin.key, organisation: 'Vendor' } }),
  },
  {
    what: 'has the command line believe another key of the log',
    step: 'checkpoint',
    lie: (twin) => ({ ...twin, log: { ...twin.log, vkeys: ['other+00000000+AAAA'] } }),
  },
];

test('what an honest Center shows of an entry is what the log and the policy say', async (t) => {
  const { all, index, twin } = await criticalFinding(t);
  const done = await check(all, reader(all), { index, shown: shownBy(twin) });
  assert.equal(done.held, true, JSON.stringify(done.failed));
  assert.deepEqual(done.warned, []);
  // What the page derives is what the twin says of the same bytes.
  const { kind, id, keyid, leaf, subjects, predicate, sealed } = contentOf(utf8(twin.raw.text));
  const { entry } = twin;
  assert.deepEqual([kind, id, keyid, leaf], [entry.kind, entry.id, entry.keyid, entry.leaf]);
  assert.deepEqual([subjects, predicate], [entry.subjects, twin.predicate]);
  assert.deepEqual(
    sealed.map(({ commitment }) => commitment),
    twin.sealed.map(({ commitment }) => commitment),
  );
});

for (const { what, step, lie } of lies) {
  test(`a page that ${what} fails at the step "${step}"`, async (t) => {
    const { all, index, twin } = await criticalFinding(t);
    const done = await check(all, reader(all), { index, shown: shownBy(lie(twin)) });
    assert.equal(done.held, false);
    assert.deepEqual(done.failed, { name: step, code: 'check.shown', isFork: false });
  });
}

test('a page that shows another entry under a number is refused', async (t) => {
  const all = await published(t);
  const bytes = all.world.log.entries[3] ?? new Uint8Array();
  const done = await check(all, reader(all), { index: 2, shown: { bytes } });
  assert.deepEqual(done.failed, { name: 'entry', code: 'check.shown', isFork: false });
});

/** A log with one review by this key as its newest entry, and its admission list. */
async function reviewed(t: TestContext, signer: Signer, list: Uint8Array | undefined) {
  const all = await makeLogWorld(t);
  await all.log.append(...all.world.log.entries);
  const envelope = await signStatement(
    review,
    [{ name: 'tree', digest: { sha256: 'a'.repeat(64) } }],
    { ...commitTo(sealedSalt, utf8('text'), 'center'), issuedAt: '2026-11-24T09:00:00Z' },
    signer,
  );
  await all.log.append(envelope);
  await all.log.publish();
  const honest = reader(all);
  const read: ReadFile = (path, most) =>
    path === 'admission.json' ? Promise.resolve(list) : honest(path, most);
  return { all, read, index: all.world.log.entries.length, shown: { bytes: formatEnvelope(envelope) } };
}

const admittedAs = (publicKey: Uint8Array, kinds: readonly string[] = ['review'], origin = worldOrigin) =>
  makeAdmissionList(origin, [{ publicKey, operator: 'reviewer-0a1b2c3d', kinds }]).bytes;

test('a key that the policy does not name is checked by the admission list, and counts for nothing', async (t) => {
  const signer = testSigner('a reviewer');
  const memory = newMemory();
  const { all, read, ...asked } = await reviewed(t, signer, admittedAs(signer.publicKey));
  const done = await check(all, read, { ...asked, memory });
  assert.equal(done.held, true, JSON.stringify(done.failed));
  const { by, operator, counts, objection } = done.found('signature');
  assert.deepEqual(
    [by, operator, counts, objection],
    ['admission', 'reviewer-0a1b2c3d', false, 'unlisted-key'],
  );
  assert.deepEqual(done.warned, ['idle']);
  assert.notEqual(memory.head(worldOrigin), undefined, 'the log is remembered all the same');
});

for (const [what, list] of [
  ['that names nobody', makeAdmissionList(worldOrigin, []).bytes],
  ['that admits the key for something else', admittedAs(testSigner('a reviewer').publicKey, ['order'])],
  ['that is not there', undefined],
] as const) {
  test(`by a list ${what} no signature is said to be checked`, async (t) => {
    const { all, read, ...asked } = await reviewed(t, testSigner('a reviewer'), list);
    const { by, operator, counts } = (await check(all, read, asked)).found('signature');
    assert.deepEqual([by, operator, counts], ['nobody', undefined, false]);
  });
}

test('a signature that the admitted key did not make is refused, and so is the list of another log', async (t) => {
  const honest = testSigner('a reviewer');
  const forger = testSigner('a forger');
  const forged: Signer = { ...forger, keyid: honest.keyid, sign: (message) => forger.sign(message) };
  const memory = newMemory();
  const { all, read, ...asked } = await reviewed(t, forged, admittedAs(honest.publicKey));
  const done = await check(all, read, { ...asked, memory });
  assert.equal(done.failed?.name, 'signature');
  assert.notEqual(memory.head(worldOrigin), undefined, 'history was compared before');
  const other = await reviewed(t, honest, admittedAs(honest.publicKey, ['review'], 'log.example/other'));
  const { all: elsewhere, read: readOther, ...rest } = other;
  assert.equal((await check(elsewhere, readOther, rest)).failed?.code, 'admission.origin');
});

test('a signature that a key of the policy did not make is refused', async (t) => {
  const all = await makeLogWorld(t);
  const [first] = all.world.log.entries;
  const envelope = JSON.parse(new TextDecoder().decode(first)) as Envelope;
  const sig = new Uint8Array(fromBase64(envelope.signatures[0]?.sig ?? ''));
  sig[5] = (sig[5] ?? 0) ^ 1;
  const keyid = envelope.signatures[0]?.keyid ?? '';
  const bytes = formatEnvelope({ ...envelope, signatures: [{ keyid, sig: toBase64(sig) }] });
  await all.log.append(bytes);
  await all.log.publish();
  const done = await check(all, reader(all), { index: 0, shown: { bytes } });
  assert.deepEqual(done.failed, { name: 'signature', code: 'envelope.signature', isFork: false });
});

test('witnesses whose time is older than the policy calls fresh are said to be', async (t) => {
  const all = await published(t);
  const { maxAge } = all.world.policy.document.freshness;
  assert.deepEqual((await check(all, reader(all), { now: worldTime + maxAge })).warned, []);
  const late = await check(all, reader(all), { now: worldTime + maxAge + 1 });
  assert.deepEqual([late.held, late.warned], [true, ['stale']]);
});

const refused = (): never => {
  throw new Error('refused');
};

for (const [what, storage] of [
  ['is forbidden', refused],
  ['is not there', () => null],
  ['takes nothing', () => ({ ...storageOf(new Map()), setItem: refused })],
  ['forgets at once', () => storageOf(new Map())],
] as const) {
  test(`where storage ${what}, the check says that nothing is remembered`, async (t) => {
    const all = await published(t);
    const memory = shelfMemory(shelfOver(storage));
    for (const how of ['first', 'same'] as const) {
      const done = await check(all, reader(all), { memory });
      assert.deepEqual([done.held, done.found('history').how, done.warned], [true, how, ['forgotten']]);
    }
    memory.pin(all.world.policy.digest);
    assert.deepEqual([memory.pinned(), memory.keepsPin()], [all.world.policy.digest, false]);
  });
}

test('storage that became full still has what it remembered', async (t) => {
  const all = await published(t);
  const kept = new Map<string, string>();
  const full = (): ReturnType<typeof storageOf> => ({ ...storageOf(kept), setItem: refused });
  await check(all, reader(all), { memory: shelfMemory(shelfOver(() => storageOf(kept))) });
  const memory = shelfMemory(shelfOver(full));
  const again = await check(all, reader(all), { memory });
  assert.deepEqual([again.found('history').how, again.warned], ['same', []]);
  await all.log.append(utf8('one more'));
  await all.log.publish();
  const grown = await check(all, reader(all), { memory });
  assert.deepEqual([grown.found('history').how, grown.warned], ['extends', ['forgotten']]);
});

test('fewer cosignatures than the quorum are too few', async (t) => {
  const all = await published(t);
  await all.log.publish({ witnesses: ['supervisor-b'] });
  assert.deepEqual((await check(all, reader(all))).failed, {
    name: 'witnesses',
    code: 'reader.cosignatures',
    isFork: false,
  });
});

test('a policy that the reader pinned is the only one', async (t) => {
  const all = await published(t);
  const memory = newMemory();
  memory.pin(all.world.policy.digest);
  assert.equal((await check(all, reader(all), { memory })).found('policy').pinned, 'this');
  const other = await makeWorld({ policy: (document) => ({ ...document, version: 2 }) });
  const read = reader(all);
  const done = await check(
    all,
    (path, most) => (path === 'policy.json' ? Promise.resolve(other.policyBytes) : read(path, most)),
    { memory },
  );
  assert.deepEqual(done.failed, { name: 'policy', code: 'policy.pinned', isFork: false });
});

test('a log that grew is shown to continue what this browser saw', async (t) => {
  const all = await published(t);
  const memory = newMemory();
  await check(all, reader(all), { memory });
  assert.equal((await check(all, reader(all), { memory })).found('history').how, 'same');
  const before = all.world.log.entries.length;
  for (let i = 0; i < 400; i++) await all.log.append(utf8(`later ${i}`));
  const old = await fetch(`${all.url}checkpoint`).then((answer) => answer.arrayBuffer());
  await all.log.publish();
  const grown = await check(all, reader(all), { memory });
  assert.deepEqual([grown.found('history').how, grown.found('history').before?.size], ['extends', before]);
  assert.ok(grown.found('history').hashes > 0);
  // An old copy is of the same history, and is said to be old; it does not make the browser forget.
  const stale = await check(
    all,
    reader(all, (path, bytes) => (path === 'checkpoint' ? new Uint8Array(old) : bytes)),
    { memory },
  );
  assert.equal(stale.found('history').how, 'older');
  assert.deepEqual(stale.warned, ['older']);
  assert.equal((await check(all, reader(all), { memory })).found('history').how, 'same');
});

test('another history than this browser saw is a fork, with both checkpoints, and is not remembered', async (t) => {
  const all = await published(t);
  for (const extra of [0, 5]) {
    const memory = newMemory();
    const first = await check(all, reader(all), { memory });
    const kept = new Map(memory.kept);
    const other = await all.fork();
    for (const entry of all.world.log.entries.slice(0, 3)) await other.append(entry);
    const count = first.found('checkpoint').size - 3 + extra;
    for (let i = 0; i < count; i++) await other.append(utf8(`other ${i}`));
    await other.publish();
    const done = await check(all, reader(all), { memory });
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
