import assert from 'node:assert/strict';
import { cpSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test, { type TestContext } from 'node:test';
import fc from 'fast-check';
import { formatVkey, isVitrineError, noteSigner, noteTypes, type VitrineError } from '@vitrine/evidence';
import {
  fsck,
  initLog,
  isFatal,
  openForeignLog,
  openLogWriter,
  type LogWriter,
  type StepName,
  type WriterOptions,
} from '@vitrine/log';
import { temporaryDirectory, testSigner } from '@vitrine/testkit';
import {
  admissionFor,
  entry,
  logSigner,
  mlDsaSigner,
  newLog,
  origin,
  startLog,
  statement,
} from './helpers.ts';
import { Ledger } from './ledger.ts';
import { referenceRoot } from './tree.ts';

const code =
  (wanted: string) =>
  (error: unknown): boolean =>
    isVitrineError(error, wanted);
const vkey = formatVkey(logSigner.key);

async function requireSound(dir: string): Promise<void> {
  assert.deepEqual((await fsck(dir)).problems, []);
}

test('any pattern of appends, rounds and restarts gives the tree of the entries in their order', async (t) => {
  const step = fc.oneof(
    { weight: 6, arbitrary: fc.record({ append: fc.integer({ min: 1, max: 300 }) }) },
    { weight: 3, arbitrary: fc.constant('publish' as const) },
    { weight: 1, arbitrary: fc.constant('restart' as const) },
  );
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 12 }), async (steps) => {
      const dir = await newLog(t);
      const open = (): Promise<LogWriter> => openLogWriter({ dir, signers: [logSigner], intervalMs: 1 });
      let log = await open();
      const entries: Uint8Array[] = [];
      for (const one of steps) {
        if (one === 'publish') await log.publishNow();
        else if (one === 'restart') {
          await log.close();
          log = await open();
        } else {
          const more = Array.from({ length: one.append }, (_, i) => entry(entries.length + i));
          const indices = await Promise.all(more.map((bytes) => log.append(bytes)));
          assert.deepEqual(
            indices.map(({ index }) => index),
            more.map((_, i) => entries.length + i),
          );
          entries.push(...more);
        }
      }
      const head = await log.publishNow();
      await log.close();
      assert.equal(head.size, entries.length);
      assert.deepEqual(Buffer.from(head.root), Buffer.from(referenceRoot(entries)));
      await requireSound(dir);
    }),
    { numRuns: 20 },
  );
});

const steps: readonly StepName[] = [
  'numbered',
  'staged',
  'committed',
  'applied',
  'cosigned',
  'published',
  'shown',
];

for (const step of steps) {
  for (const before of [0, 1, 256, 300]) {
    test(`stopped when "${step}", with ${before} entries before, a log goes on where it was`, async (t) => {
      const dir = await newLog(t);
      const quiet = { dir, intervalMs: 60_000, retryMs: 60_000 };
      const first = await startLog(t, quiet);
      await appendMany(first, 0, before);
      await first.publishNow();
      await first.close();

      let isArmed = false;
      const second = await startLog(t, {
        ...quiet,
        testingOnlyAt(at) {
          if (isArmed && at === step) throw new Error('pulled the plug');
        },
      });
      await second.publishNow();
      await appendMany(second, before, 400);
      isArmed = true;
      await assert.rejects(second.publishNow(), /pulled the plug/);
      await second.close();
      await requireSound(dir);

      const third = await startLog(t, quiet);
      assert.equal(third.size(), before + 400);
      await appendMany(third, before + 400, 10);
      const head = await third.publishNow();
      const all = Array.from({ length: before + 410 }, (_, i) => entry(i));
      assert.deepEqual(Buffer.from(head.root), Buffer.from(referenceRoot(all)));
      await third.close();
      await requireSound(dir);
    });
  }
}

async function appendMany(log: LogWriter, from: number, count: number): Promise<void> {
  await Promise.all(Array.from({ length: count }, (_, i) => log.append(entry(from + i))));
}

test('a round that failed for a reason that passes is repeated from where it stopped', async (t) => {
  const toFail = new Set<StepName>();
  const log = await startLog(t, {
    dir: await newLog(t),
    retryMs: 10,
    testingOnlyAt(at) {
      if (toFail.delete(at)) throw new Error(`not now: ${at}`);
    },
  });
  await log.publishNow();
  for (const step of steps) toFail.add(step);
  await appendMany(log, 0, 300);
  await appendMany(log, 300, 300);
  assert.equal((await log.wait(599, 5_000)).size, 600);
  while (toFail.size > 0) await log.publishNow().catch(() => {});
  await log.close();
  await requireSound(log.dir);
});

test('a tile with other bytes stops the log for good', async (t) => {
  const log = await startLog(t, { dir: await newLog(t), intervalMs: 60_000 });
  await log.publishNow();
  mkdirSync(join(log.dir, 'tile/entries/000.p'), { recursive: true });
  writeFileSync(join(log.dir, 'tile/entries/000.p/3'), 'something else');
  await appendMany(log, 0, 3);
  await assert.rejects(log.publishNow(), code('log.tree'));
  assert.ok(isFatal(await log.stopped));
  await assert.rejects(log.append(entry(3)), code('log.stopped'));
  await assert.rejects(log.wait(0, 1_000), code('log.stopped'));
  assert.equal(log.published()?.size, 0);
});

test('a log does not open on a database that is older than its files', async (t) => {
  const log = await startLog(t, { dir: await newLog(t) });
  await appendMany(log, 0, 3);
  await log.publishNow();
  await log.close();
  for (const name of readdirSync(log.dir).filter((file) => file.startsWith('log.db')))
    cpSync(join(log.dir, name), join(log.dir, `old-${name}`));
  const later = await startLog(t, { dir: log.dir });
  await appendMany(later, 3, 3);
  await later.publishNow();
  await later.close();
  for (const name of readdirSync(log.dir).filter((file) => file.startsWith('log.db')))
    rmSync(join(log.dir, name));
  for (const name of readdirSync(log.dir).filter((file) => file.startsWith('old-')))
    cpSync(join(log.dir, name), join(log.dir, name.slice(4)));
  await assert.rejects(
    openLogWriter({ dir: log.dir, signers: [logSigner] }),
    (error) => code('log.tree')(error) && isFatal(error),
  );
});

test('partial tiles are dropped once the full tile is published, and the log stays sound', async (t) => {
  const log = await startLog(t, { dir: await newLog(t), intervalMs: 60_000 });
  for (const size of [5, 100, 255]) {
    await appendMany(log, log.size(), size - log.size());
    await log.publishNow();
  }
  assert.deepEqual(readdirSync(join(log.dir, 'tile/0/000.p')).sort(), ['100', '255', '5']);
  await appendMany(log, 255, 1);
  await log.publishNow();
  assert.deepEqual(readdirSync(join(log.dir, 'tile/0')), ['000']);
  await log.close();
  await requireSound(log.dir);
});

test('one statement by one key has one number, for ever; another key makes it another entry', async (t) => {
  const [alice, bob] = [testSigner('alice'), testSigner('bob', 'ecdsa-p256')];
  const admission = admissionFor([alice, bob]);
  const log = await startLog(t, { dir: await newLog(t, 'admission'), admission });
  const again = await statement(bob);
  const [first, second, third] = await Promise.all([
    log.append(await statement(alice)),
    log.append(again),
    log.append(await statement(alice)),
  ]);
  // Admitted side by side: which of the two comes first is not decided by the order of the calls.
  assert.deepEqual(
    [first.index, second.index].toSorted((a, b) => a - b),
    [0, 1],
  );
  assert.equal(third.index, first.index);
  assert.equal(first.statementId, second.statementId);
  const otherSignature = await statement(bob);
  assert.notDeepEqual(otherSignature, again);
  assert.equal((await log.append(otherSignature)).index, second.index);
  await log.publishNow();
  await log.close();
  const reopened = await startLog(t, { dir: log.dir });
  assert.equal((await reopened.append(await statement(alice))).index, first.index);
  assert.equal((await reopened.append(await statement(alice, 1))).index, 2);
  await reopened.close();
  await requireSound(log.dir);
});

test('a statement is known after thousands of others, and after a restart', async (t) => {
  const alice = testSigner('alice');
  const log = await startLog(t, { dir: await newLog(t, 'admission'), admission: admissionFor([alice]) });
  const statements = await Promise.all(Array.from({ length: 4_500 }, (_, i) => statement(alice, i)));
  const places = async (writer: LogWriter): Promise<readonly number[]> =>
    (await Promise.all(statements.map((bytes) => writer.append(bytes)))).map(({ index }) => index);
  const first = await places(log);
  await log.publishNow(); // Files the keys, and drops rows.
  assert.deepEqual(await places(log), first);
  await log.close();
  const reopened = await startLog(t, { dir: log.dir });
  assert.deepEqual(await places(reopened), first);
  assert.equal(reopened.size(), 4_500);
  await reopened.close();
  await requireSound(log.dir);
});

test('what is not on the admission list is not logged, until the list is replaced', async (t) => {
  const [alice, bob] = [testSigner('alice'), testSigner('bob')];
  const log = await startLog(t, { dir: await newLog(t, 'admission'), admission: admissionFor([alice]) });
  await assert.rejects(log.append(await statement(bob)), code('admission.signer'));
  await log.replaceAdmission(admissionFor([alice, bob]));
  assert.equal((await log.append(await statement(bob))).index, 0);
  await log.close();
  const reopened = await startLog(t, { dir: log.dir });
  assert.equal(reopened.admission()?.keys.size, 2);
});

test('what waits for the disk is bounded by number and by bytes; the rest is refused at once', async (t) => {
  const log = await startLog(t, { dir: await newLog(t), limits: { entries: 10, bytes: 1_000 } });
  const outcomes = await Promise.allSettled(Array.from({ length: 30 }, (_, i) => log.append(entry(i))));
  const refused = outcomes.filter(({ status }) => status === 'rejected');
  assert.equal(refused.length, 20);
  for (const outcome of refused) assert.ok(code('log.overloaded')((outcome as PromiseRejectedResult).reason));
  const large = await Promise.allSettled([log.append(new Uint8Array(600)), log.append(new Uint8Array(600))]);
  assert.deepEqual(
    large.map(({ status }) => status),
    ['fulfilled', 'rejected'],
  );
  await appendMany(log, 0, 10);
  assert.equal(log.size(), 21);
});

test('an entry of 65,535 bytes goes in, one of 65,536 does not', async (t) => {
  const log = await startLog(t, { dir: await newLog(t) });
  assert.equal((await log.append(new Uint8Array(65_535))).index, 0);
  assert.equal((await log.append(new Uint8Array(0))).index, 1);
  await assert.rejects(log.append(new Uint8Array(65_536)), code('entry.size'));
  await log.publishNow();
  await log.close();
  await requireSound(log.dir);
});

test('a log has one writer', async (t) => {
  const log = await startLog(t, { dir: await newLog(t) });
  await assert.rejects(openLogWriter({ dir: log.dir, signers: [logSigner] }), code('lease.held'));
  await assert.rejects(fsck(log.dir), code('lease.held'));
});

test('init makes a log in a new or empty folder and nowhere else', async (t) => {
  const dir = temporaryDirectory(t);
  const newLogIn = (path: string): Promise<void> => initLog(join(dir, path), { origin, vkeys: [vkey] });
  await newLogIn('new');
  await assert.rejects(newLogIn('new'), code('log.exists'));
  mkdirSync(join(dir, 'empty'));
  await newLogIn('empty');
  mkdirSync(join(dir, 'full'));
  writeFileSync(join(dir, 'full', 'letter.txt'), 'hello');
  await assert.rejects(newLogIn('full'), code('log.not-empty'));
  await assert.rejects(newLogIn('no/parent'), code('file.missing'));
  await assert.rejects(newLogIn('full/letter.txt'), (error: VitrineError) => isVitrineError(error));
});

const keys: readonly { readonly what: string; readonly code: string; readonly vkeys: readonly string[] }[] = [
  { what: 'no key', code: 'log.key', vkeys: [] },
  { what: 'an ML-DSA-44 key alone', code: 'log.key', vkeys: [formatVkey(mlDsaSigner.key)] },
  { what: 'two log keys', code: 'log.key', vkeys: [vkey, vkey] },
  {
    what: 'the key of a witness',
    code: 'log.key',
    vkeys: [vkey, formatVkey(noteSigner(origin, noteTypes.cosignature, testSigner('w')).key)],
  },
  {
    what: 'a key of another name',
    code: 'log.origin',
    vkeys: [formatVkey(noteSigner('x.example', noteTypes.log, testSigner('x')).key)],
  },
  { what: 'a malformed key', code: 'vkey.syntax', vkeys: ['x'] },
];
for (const { what, code: wanted, vkeys } of keys) {
  test(`a log is not made with ${what}`, async (t) => {
    const dir = join(temporaryDirectory(t), 'log');
    await assert.rejects(initLog(dir, { origin, vkeys }), code(wanted));
    assert.throws(() => readdirSync(dir), { code: 'ENOENT' });
  });
}

const opens: readonly {
  readonly what: string;
  readonly code: string;
  readonly options: (t: TestContext) => Promise<WriterOptions>;
}[] = [
  {
    what: 'a missing folder',
    code: 'log.missing',
    options: async (t) => ({ dir: `${await newLog(t)}-none`, signers: [logSigner] }),
  },
  {
    what: 'a folder without a log',
    code: 'log.missing',
    options: (t) => Promise.resolve({ dir: temporaryDirectory(t), signers: [logSigner] }),
  },
  {
    what: 'another key',
    code: 'log.key',
    options: async (t) => ({
      dir: await newLog(t),
      signers: [noteSigner(origin, noteTypes.log, testSigner('other'))],
    }),
  },
  {
    what: 'a key too few',
    code: 'log.key',
    options: async (t) => ({ dir: await newLog(t, 'raw', [logSigner, mlDsaSigner]), signers: [logSigner] }),
  },
  {
    what: 'no admission list',
    code: 'log.mode',
    options: async (t) => ({ dir: await newLog(t, 'admission'), signers: [logSigner] }),
  },
  {
    what: 'an admission list for a raw log',
    code: 'log.mode',
    options: async (t) => ({ dir: await newLog(t), signers: [logSigner], admission: admissionFor([]) }),
  },
  {
    what: 'rows of its own for a foreign log',
    code: 'log.mode',
    options: async (t) => ({ dir: await newLog(t, 'foreign'), signers: [logSigner] }),
  },
];
for (const { what, code: wanted, options } of opens) {
  test(`a log does not open with ${what}, and holds no lease after that`, async (t) => {
    const wrong = await options(t);
    await assert.rejects(openLogWriter(wrong), code(wanted));
    await assert.rejects(openLogWriter(wrong), code(wanted));
  });
}

test('a caller writes leaves in its own transactions, and the log numbers what was committed, in order', async (t) => {
  const ledger = new Ledger(join(temporaryDirectory(t), 'ledger.db'));
  t.after(() => ledger.close());
  const dir = await newLog(t, 'foreign');
  const options = { dir, signers: [logSigner], intervalMs: 5, sequencer: ledger };
  const log = await openForeignLog(options);
  const leaves: Uint8Array[] = [];
  for (let i = 0; i < 300; i++) {
    try {
      ledger.transfer(`account ${i % 7}`, i % 3 === 2 ? -1_000 : 5, entry(i));
      leaves.push(entry(i));
    } catch (error) {
      assert.ok(error instanceof RangeError);
    }
    if (i % 100 === 50) await log.publishNow();
  }
  const head = await log.wait(leaves.length - 1);
  assert.equal(head.size, leaves.length);
  assert.deepEqual(Buffer.from(head.root), Buffer.from(referenceRoot(leaves)));
  await log.close();
  assert.deepEqual((await fsck(dir, { sequencer: ledger })).problems, []);
  await requireSound(dir);

  ledger.transfer('late', 1, entry(1_000));
  const again = await openForeignLog(options);
  assert.equal((await again.publishNow()).size, leaves.length + 1);
  await again.close();
  ledger.forget(leaves.length - 5);
  await assert.rejects(openForeignLog(options), (error) => code('log.rows')(error) && isFatal(error));
});
