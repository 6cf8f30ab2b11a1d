import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { fileURLToPath } from 'node:url';
import {
  finding,
  parseCheckpoint,
  parseNote,
  policyDigest,
  signStatement,
  trustPolicy,
  utf8,
  type Envelope,
  type Signer,
} from '@vitrine/evidence';
import { hostErrors, sha256Hex } from '@vitrine/host';
import { eventually, makeWorld, testSigner, worldTime, type World } from '@vitrine/testkit';
import { makeLogWorld, type LogWorld } from './log-world.ts';

async function findingAbout(world: World, text: string, signer?: Signer): Promise<Envelope> {
  return signStatement(
    finding,
    [{ name: 'about', digest: { sha256: sha256Hex(utf8(text)) } }],
    {
      commitment: sha256Hex(utf8(`sealed ${text}`)),
      heldBy: 'supervisor-a',
      issuedAt: '2026-11-24T09:00:00Z',
      severity: 'minor',
    },
    signer ?? world.signer('supervisor'),
  );
}

/** The statements of the world's first release, as they stand in its own log. */
function releaseEntries({ log }: World): readonly Uint8Array[] {
  return log.entries;
}

async function published(t: Parameters<typeof makeLogWorld>[0]): Promise<LogWorld> {
  const all = await makeLogWorld(t);
  await all.log.append(...releaseEntries(all.world));
  await all.log.publish();
  return all;
}

function sizeOf(note: Uint8Array): number {
  return parseCheckpoint(parseNote(note).text).size;
}

test('every entry is verified, judged, and found by all that it is about', async (t) => {
  const all = await published(t);
  const { world } = all;
  const { log } = await all.following();
  assert.equal(log.state().size, 0);
  await log.advance();
  const state = log.state();
  assert.equal(state.trouble, undefined);
  assert.equal(state.size, world.log.entries.length);
  assert.equal(state.witnessTime, worldTime);
  assert.deepEqual(
    state.witnesses.map(({ operator, time, size }) => [operator, time, size]),
    ['supervisor-a', 'supervisor-b'].map((operator) => [operator, worldTime, state.size]),
  );
  const entries = log.entries({});
  assert.deepEqual(
    entries.map(({ envelope }) => Buffer.from(envelope)),
    world.log.entries.map((bytes) => Buffer.from(bytes)),
  );
  assert.ok(entries.every(({ counts }) => counts));
  // A provenance and the rebuilds belong to the product of their order.
  assert.equal(log.entries({ product: 'verifier' }).length, entries.length);
  const [release] = log.entries({ kind: 'release', product: 'verifier', channel: 'stable' });
  assert.equal(release?.statement.subject[0]?.digest.sha256, world.artifact.sha256);
  assert.deepEqual(
    log.entries({ about: world.artifact.sha256 }).map(({ index }) => index),
    [release?.index],
  );
  assert.deepEqual(
    log.rows.find({ digest: world.orderId, newestFirst: true }).map(({ kind }) => kind),
    log
      .entries({ newestFirst: true })
      .filter(({ kind }) => ['order', 'provenance', 'rebuild', 'release'].includes(kind))
      .map(({ kind }) => kind),
  );
});

test('a statement by a stranger is shown, and counts for nothing', async (t) => {
  const all = await makeLogWorld(t);
  const { world, log: history } = all;
  const honest = await findingAbout(world, 'one');
  const forged: Envelope = {
    ...(await findingAbout(world, 'two')),
    signatures: honest.signatures,
  };
  await history.append(
    await findingAbout(world, 'one', testSigner('nobody')),
    await findingAbout(world, 'one', world.signer('publisher')),
    forged,
    utf8('no statement at all'),
    utf8('{}'),
    honest,
  );
  await history.publish();
  const { log } = await all.following();
  await log.advance();
  assert.deepEqual(
    log.rows.find({}).map(({ kind, objection }) => [kind, objection]),
    [
      ['finding', 'unlisted-key'],
      ['finding', 'wrong-role'],
      ['finding', 'bad-signature'],
      ['unreadable', 'not-an-envelope'],
      ['unreadable', 'not-an-envelope'],
      ['finding', undefined],
    ],
  );
  assert.deepEqual(
    log.entries({ kind: 'finding' }).map(({ index, counts }) => [index, counts]),
    [
      [0, false],
      [1, false],
      [2, false],
      [5, true],
    ],
  );
  assert.deepEqual(
    log.entries({ counts: true }).map(({ index }) => index),
    [5],
  );
  assert.equal(log.entry(3), undefined);
  assert.equal(log.rows.at(3)?.leaf.length, 64);
});

test('a restart goes on where it was, and another policy judges everything again', async (t) => {
  const all = await published(t);
  const folder = join(all.folder, 'center');
  const first = await all.following({ folder });
  await first.log.advance();
  const { version } = first.log;
  await first.close();
  all.answer = () => {
    throw new Error('down');
  };
  all.clock.advance(1_000);
  const second = await all.following({ folder });
  assert.equal(second.log.state().size, all.world.log.entries.length);
  assert.ok(second.log.version > version, 'what was cached before is not taken for what is now');
  await second.close();

  // The same log under a policy that lists no rebuilder of the second supervisor any more.
  const { policy } = await makeWorld({
    policy: (document) => ({
      ...document,
      version: 2,
      rebuilds: { ...document.rebuilds, threshold: 1 },
      keys: document.keys.filter(({ role, operator }) => role !== 'rebuilder' || operator !== 'supervisor-b'),
    }),
  });
  const third = await all.following({ folder, policy });
  assert.deepEqual(
    third.log.rows.find({ counts: false }).map(({ kind, objection }) => [kind, objection]),
    [['rebuild', 'unlisted-key']],
  );
  assert.equal(third.log.entries({ kind: 'rebuild', counts: true }).length, 1);
});

test('a log that is down is said to be, and everything read before stays', async (t) => {
  const all = await published(t);
  const reported: string[] = [];
  const { log } = await all.following({ report: (line) => reported.push(line) });
  await log.advance();
  const good = log.state();
  all.answer = () => {
    throw new Error('down');
  };
  all.clock.advance(60_000);
  await log.advance();
  const since = worldTime + 60;
  assert.deepEqual(
    { code: log.state().trouble?.code, kind: log.state().trouble?.kind, since: log.state().trouble?.since },
    { code: 'fetch.unreachable', kind: 'down', since },
  );
  all.clock.advance(60_000);
  await log.advance();
  // Readers are told the rule, and the operator what failed where, once.
  assert.equal(log.state().trouble?.message, hostErrors['fetch.unreachable'].meaning);
  assert.deepEqual(
    reported.map((line) => line.includes(`${all.url}checkpoint`)),
    [true],
  );
  assert.equal(log.state().trouble?.since, since);
  assert.equal(log.state().root, good.root);
  assert.equal(log.entries({}).length, good.size);
  all.answer = undefined;
  await log.advance();
  assert.equal(log.state().trouble, undefined);
});

test('a log that is down when the Center starts is followed once it is there', async (t) => {
  const all = await makeLogWorld(t);
  const { log } = await all.following();
  await log.advance();
  assert.equal(log.state().trouble?.code, 'reader.missing');
  assert.deepEqual(log.entries({}), []);
  await all.log.append(...releaseEntries(all.world));
  await all.log.publish();
  await log.advance();
  assert.equal(log.state().trouble, undefined);
  assert.equal(log.entries({}).length, all.world.log.entries.length);
});

const lies: readonly {
  readonly what: string;
  readonly code: string;
  readonly answer: (path: string, honest: Uint8Array | undefined) => Uint8Array | undefined;
}[] = [
  {
    what: 'a signature that does not verify',
    code: 'note.signature',
    answer: (path, honest) => (path === 'checkpoint' ? altered(honest, 'last line') : honest),
  },
  {
    what: 'a checkpoint that is none',
    code: 'note.syntax',
    answer: (path, honest) => (path === 'checkpoint' ? utf8('<html>') : honest),
  },
  {
    what: 'a tile that leads to another root',
    code: 'reader.tile',
    answer: (path, honest) => (path.startsWith('tile/0/') ? altered(honest, 'first byte') : honest),
  },
  {
    what: 'another entry than the one in the tree',
    code: 'reader.entry',
    answer: (path, honest) => (path.startsWith('tile/entries/') ? altered(honest, 'first entry') : honest),
  },
];

function altered(
  bytes: Uint8Array | undefined,
  where: 'first byte' | 'first entry' | 'last line',
): Uint8Array {
  const copy = new Uint8Array(bytes ?? []);
  // Before the newline and the padding of base64, a bit that is used.
  const at = { 'first byte': 0, 'first entry': 60, 'last line': copy.length - 12 }[where];
  // A letter of base64 becomes another one: still a note, and no longer a signature.
  copy[at] = where === 'last line' ? (copy[at] === 0x41 ? 0x42 : 0x41) : (copy[at] ?? 0) ^ 1;
  return copy;
}

for (const { what, code, answer } of lies) {
  test(`${what} is a lie that is named, and nothing of it is taken`, async (t) => {
    const all = await published(t);
    const { log } = await all.following();
    all.answer = answer;
    await log.advance();
    assert.deepEqual([log.state().trouble?.code, log.state().trouble?.kind], [code, 'lies']);
    assert.equal(log.entries({}).length, 0);
    all.answer = undefined;
    await log.advance();
    assert.equal(log.state().trouble, undefined);
    assert.equal(log.entries({}).length, all.world.log.entries.length);
  });
}

test('too few witnesses: the log cannot be told from one that lies, and nothing of it is taken', async (t) => {
  const all = await published(t);
  await all.log.publish({ witnesses: ['supervisor-a'] });
  const { log } = await all.following();
  await log.advance();
  assert.equal(log.state().trouble?.code, 'reader.cosignatures');
  assert.equal(log.state().size, 0);
});

test('a fork is named, both checkpoints are kept, and the first history stays', async (t) => {
  const all = await published(t);
  const folder = join(all.folder, 'center');
  const first = await all.following({ folder });
  await first.log.advance();
  const ours = first.log.state().checkpoint;
  const other = await all.fork();
  for (let i = 0; i < 10; i++) await other.append(await findingAbout(all.world, `other ${i}`));
  const theirs = await other.publish();
  await first.log.advance();
  assert.deepEqual(
    [first.log.state().trouble?.code, first.log.state().trouble?.kind],
    ['reader.fork', 'lies'],
  );
  assert.deepEqual(first.log.state().checkpoint, ours);
  const check = (found: readonly { readonly code: string; ours: Uint8Array; theirs: Uint8Array }[]): void => {
    assert.equal(found.length, 1);
    assert.equal(found[0]?.code, 'reader.fork');
    assert.deepEqual(Buffer.from(found[0]?.ours ?? []), Buffer.from(ours ?? []));
    assert.deepEqual(Buffer.from(found[0]?.theirs ?? []), Buffer.from(theirs));
  };
  check(first.log.contradictions());
  await first.log.advance();
  check(first.log.contradictions());
  await first.close();

  // The evidence, and the memory of the first history, outlive even the index.
  for (const end of ['', '-wal', '-shm']) rmSync(join(folder, `log.db${end}`), { force: true });
  const second = await all.following({ folder });
  check(second.log.contradictions());
  await second.log.advance();
  assert.equal(second.log.state().trouble?.code, 'reader.fork');
  assert.equal(second.log.entries({}).length, 0);
});

test('an older checkpoint than before is named, also after a restart', async (t) => {
  const all = await published(t);
  const old = await all.log.publish();
  const folder = join(all.folder, 'center');
  await all.log.append(await findingAbout(all.world, 'later'));
  await all.log.publish();
  const first = await all.following({ folder });
  await first.log.advance();
  const { size } = first.log.state();
  assert.equal(size, sizeOf(old) + 1);
  all.answer = (path, honest) => (path === 'checkpoint' ? old : honest);
  await first.log.advance();
  assert.deepEqual([first.log.state().trouble?.code, first.log.state().size], ['reader.rollback', size]);
  await first.close();
  const second = await all.following({ folder });
  await second.log.advance();
  assert.deepEqual([second.log.state().trouble?.code, second.log.state().size], ['reader.rollback', size]);
});

test('a damaged index is thrown away and read again', async (t) => {
  const all = await published(t);
  const folder = join(all.folder, 'center');
  const first = await all.following({ folder });
  await first.log.advance();
  await first.close();
  const path = join(folder, 'log.db');
  const bytes = readFileSync(path);
  writeFileSync(path, bytes.fill(0x55, 100, bytes.length));
  const second = await all.following({ folder });
  await second.log.advance();
  assert.equal(second.log.entries({}).length, all.world.log.entries.length);
});

test('a witness that stops cosigning falls behind, and its last cosignature stays', async (t) => {
  const world = await makeWorld({
    witnesses: ['supervisor-a', 'supervisor-b', 'trustee'],
    policy: (document) => ({ ...document, witnesses: { ...document.witnesses, quorum: 2, faulty: 0 } }),
  });
  const all = await makeLogWorld(t, world);
  await all.log.append(...releaseEntries(world));
  await all.log.publish();
  const { log } = await all.following();
  await log.advance();
  await all.log.append(await findingAbout(world, 'later'));
  await all.log.publish({ witnesses: ['supervisor-a', 'trustee'], time: worldTime + 100 });
  await log.advance();
  const { size, witnesses } = log.state();
  assert.deepEqual(
    witnesses.map(({ operator, time, size: covered }) => [operator, time, covered]),
    [
      ['supervisor-a', worldTime + 100, size],
      ['supervisor-b', worldTime, size - 1],
      ['trustee', worldTime + 100, size],
    ],
  );
});

test('a newer policy in the log is said to be there', async (t) => {
  const all = await makeLogWorld(t);
  const { world } = all;
  const document = { ...world.policy.document, version: 2 };
  await all.log.append(
    await signStatement(
      trustPolicy,
      [{ name: 'trust-policy', digest: { sha256: policyDigest(document) } }],
      document,
      world.rootKeys[1]?.signer as Signer,
    ),
  );
  await all.log.publish();
  const { log } = await all.following();
  await log.advance();
  assert.deepEqual(log.state().newer, [{ kind: 'trust-policy', index: 0, version: 2 }]);
});

test('two that follow one log into one index write each entry once', async (t) => {
  const all = await makeLogWorld(t);
  const folder = join(all.folder, 'center');
  for (let i = 0; i < 700; i++) await all.log.append(utf8(`entry ${i}`));
  await all.log.publish();
  const [one, two] = [await all.following({ folder }), await all.following({ folder })];
  await Promise.all([one.log.advance(), two.log.advance()]);
  assert.deepEqual([one.log.state().trouble, two.log.state().trouble], [undefined, undefined]);
  assert.equal(one.log.rows.count({}), 700);
  assert.equal(two.log.state().size, 700);
});

test('killed at any moment, it goes on without a gap, and nothing stands twice', async (t) => {
  const all = await makeLogWorld(t);
  const folder = join(all.folder, 'center');
  mkdirSync(folder);
  const [policy, root] = [join(all.folder, 'policy.json'), join(all.folder, 'root.json')];
  writeFileSync(policy, all.world.policyBytes);
  writeFileSync(root, all.world.root);
  const child = fileURLToPath(new URL('follow-child.ts', import.meta.url));
  let logged = 0;
  for (const entries of [600, 900, 300]) {
    for (let i = 0; i < entries; i++) await all.log.append(utf8(`entry ${logged++}`));
    await all.log.publish();
    all.asked.length = 0;
    const running = spawn(process.execPath, [child, folder, all.url, policy, root], { stdio: 'ignore' });
    const ended = once(running, 'exit');
    // In the middle of its reading: it has asked for a bundle, and what it makes of it is not waited for.
    await eventually(() => all.asked.some((path) => path.startsWith('tile/entries/')));
    running.kill('SIGKILL');
    await ended;
  }
  const { log } = await all.following({ folder });
  await log.advance();
  const rows = log.rows.find({});
  assert.deepEqual(
    rows.map(({ index, bytes }) => [index, Buffer.from(bytes).toString()]),
    Array.from({ length: logged }, (_, i) => [i, `entry ${i}`]),
  );
  assert.equal(log.state().size, logged);
});
