import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test, type TestContext } from 'node:test';
import {
  canonicalJson,
  expectKind,
  fromHex,
  openCommitment,
  order as orderKind,
  provenance as provenanceKind,
  rebuild as rebuildKind,
  signStatement,
  source as sourceKind,
  statementIdOf,
  statementOf,
  subjectOf,
  type Envelope,
  type Json,
  type Order,
  type Rebuild,
} from '@vitrine/evidence';
import { temporaryDirectory, testSigner } from '@vitrine/testkit';
import {
  chooseSandbox,
  rebuild,
  varySandbox,
  type LogEntry,
  type ObjectFetcher,
  type Produced,
  type Rebuilding,
  type Rebuilt,
} from '../src/index.ts';
import {
  digestOf,
  everybody,
  makeRepository,
  makeVendor,
  memoryLog,
  nodeRecipe,
  objectsOf,
  produceTiny,
  refusal,
  type MemoryLog,
  type Vendor,
} from './helpers.ts';

const { sandbox } = await chooseSandbox('none');

interface Setting {
  readonly folder: string;
  readonly vendor: Vendor;
  readonly log: MemoryLog;
  readonly produced: Produced;
  readonly keep: string;
  readonly run: (change?: Partial<Rebuilding>) => Promise<Rebuilt>;
}

async function setting(t: TestContext, program = `fs.copyFileSync('in.txt', out)`): Promise<Setting> {
  const folder = temporaryDirectory(t);
  makeRepository(join(folder, 'repository'), { 'conveyor.toml': nodeRecipe(program), 'in.txt': 'input\n' });
  const vendor = makeVendor(join(folder, 'vendor'));
  const log = memoryLog();
  const produced = await produceTiny(join(folder, 'repository'), vendor, log, sandbox);
  const own = makeVendor(join(folder, 'rebuilder'));
  const keep = join(folder, 'rebuilder/keep');
  const run: Setting['run'] = (change) =>
    rebuild({
      orderId: produced.statements.order.id,
      log,
      authority: everybody,
      objects: objectsOf(vendor),
      source: own.source,
      blobs: own.blobs,
      sandbox,
      signer: testSigner('rebuilder'),
      operator: 'supervisor',
      keep,
      wait: { timeoutMs: 0, pollMs: 10 },
      ...change,
    });
  return { folder, vendor, log, produced, keep, run };
}

function read({ envelope }: { readonly envelope: Envelope }): Rebuild {
  return expectKind(statementOf(envelope), rebuildKind).predicate;
}

/** Signs a provenance like the real one, for other outputs. */
async function otherProvenance(
  { produced }: Setting,
  outputs: string,
  builder = 'https://vendor.example/conveyor',
): Promise<Envelope> {
  const { predicate } = expectKind(statementOf(produced.statements.provenance.envelope), provenanceKind);
  const runDetails = { ...predicate.runDetails, builder: { id: builder } };
  return signStatement(
    provenanceKind,
    [{ name: 'outputs', digest: { sha256: outputs } }],
    { ...predicate, runDetails },
    testSigner('builder'),
  );
}

describe('a rebuild', () => {
  test('of what the vendor built reproduces it, from the log and the objects alone', async (t) => {
    const { log, produced, run } = await setting(t);
    const rebuilt = await run();
    assert.equal(rebuilt.result, 'reproduced');
    assert.equal(rebuilt.blind, false, 'the provenance was there before');
    assert.equal(rebuilt.outcome.digest, produced.result.digest);
    const [entry, ...more] = rebuilt.logged;
    assert.deepEqual(more, []);
    assert.ok(entry);
    assert.deepEqual(log.envelopes.at(-1), entry.envelope);
    assert.equal(subjectOf(statementOf(entry.envelope), 'outputs'), produced.result.digest);
    const { order, result, isolation } = read(entry);
    assert.deepEqual([order, result, isolation], [produced.statements.order.id, 'reproduced', 'none']);
  });

  test('logs its own digest first where there is no provenance, waits for one, then compares', async (t) => {
    const { log, produced, run } = await setting(t);
    const [provenance] = log.envelopes.splice(2);
    assert.ok(provenance);
    const waiting = run({ wait: { timeoutMs: 20_000, pollMs: 10 } });
    while (log.envelopes.length < 3) await new Promise((resolve) => setTimeout(resolve, 10));
    assert.equal(read({ envelope: log.envelopes[2] as Envelope }).result, 'built');
    log.envelopes.push(provenance);
    const rebuilt = await waiting;
    assert.equal(rebuilt.result, 'reproduced');
    assert.equal(rebuilt.blind, true);
    assert.deepEqual(rebuilt.provenance, {
      id: produced.statements.provenance.id,
      index: 3,
      outputs: produced.result.digest,
    });
    assert.deepEqual(
      rebuilt.logged.map((entry) => [entry.index, read(entry).result]),
      [
        [2, 'built'],
        [4, 'reproduced'],
      ],
    );
  });

  test('stays with its own digest when no provenance comes in time', async (t) => {
    const { log, run } = await setting(t);
    log.envelopes.splice(2);
    const rebuilt = await run({ wait: { timeoutMs: 50, pollMs: 10 } });
    assert.equal(rebuilt.result, 'built');
    assert.deepEqual(
      rebuilt.logged.map((entry) => read(entry).result),
      ['built'],
    );
  });

  test('that differs says the word in the log and seals what differs', async (t) => {
    const made = await setting(t);
    const { log, keep, run, produced, vendor } = made;
    const theirs = canonicalJson({ outputs: [{ path: 'tiny.txt', sha256: digestOf('backdoor'), size: 8 }] });
    await vendor.blobs.put(Buffer.from('backdoor'));
    log.envelopes[2] = await otherProvenance(made, await vendor.blobs.put(theirs));
    const rebuilt = await run();
    assert.equal(rebuilt.result, 'differs');
    const { difference, result } = read(rebuilt.logged.at(-1) as { envelope: Envelope });
    assert.equal(result, 'differs');
    assert.ok(difference);
    assert.equal(difference.heldBy, 'supervisor');
    assert.deepEqual(readdirSync(keep), [
      `comparison-${difference.commitment}.json`,
      `differs-${difference.commitment}.json`,
    ]);
    const kept = JSON.parse(readFileSync(join(keep, `differs-${difference.commitment}.json`), 'utf8')) as {
      salt: string;
      body: Json;
    };
    openCommitment(difference, fromHex(kept.salt), canonicalJson(kept.body));
    assert.deepEqual(kept.body, {
      order: produced.statements.order.id,
      provenance: rebuilt.provenance.id,
      varied: [],
      own: [{ path: 'tiny.txt', sha256: digestOf('input\n'), size: 6 }],
      theirs: [{ path: 'tiny.txt', sha256: digestOf('backdoor'), size: 8 }],
      differing: ['tiny.txt'],
    });
    const compared = readFileSync(join(keep, `comparison-${difference.commitment}.json`), 'utf8');
    assert.match(compared, /"line":\{"a":"input","b":"backdoor","number":1\}/);
    const logged = JSON.stringify(log.envelopes.map((envelope) => statementOf(envelope)));
    assert.ok(!logged.includes('backdoor') && !logged.includes('tiny.txt'), 'none of it is in the log');
  });

  test('differs also where the builder does not serve the outputs that it lists', async (t) => {
    const made = await setting(t);
    const theirs = canonicalJson({ outputs: [{ path: 'tiny.txt', sha256: digestOf('backdoor'), size: 8 }] });
    made.log.envelopes[2] = await otherProvenance(made, await made.vendor.blobs.put(theirs));
    assert.equal((await made.run()).result, 'differs');
    const [name = ''] = readdirSync(made.keep);
    assert.match(
      readFileSync(join(made.keep, name), 'utf8'),
      /"refused":"couldn't find object.*store\.missing/,
    );
  });

  test('by a rebuilder that varies its surroundings says so, and keeps it with what differs', async (t) => {
    const varied = await varySandbox(sandbox, ['directory', 'umask']);
    const stable = await setting(t);
    assert.equal((await stable.run({ sandbox: varied })).result, 'reproduced');
    const made = await setting(t, 'fs.writeFileSync(out, String(process.umask()))');
    assert.equal((await made.run({ sandbox: varied })).result, 'differs');
    const name = readdirSync(made.keep).find((one) => one.startsWith('differs-'));
    const { body } = JSON.parse(readFileSync(join(made.keep, name ?? ''), 'utf8')) as {
      body: { varied: unknown };
    };
    assert.deepEqual(body.varied, ['directory', 'umask']);
  });

  test('differs also where the builder does not serve its manifest', async (t) => {
    const made = await setting(t);
    made.log.envelopes[2] = await otherProvenance(made, digestOf('nothing'));
    const rebuilt = await made.run();
    assert.equal(rebuilt.result, 'differs');
    const name = readdirSync(made.keep).find((one) => one.startsWith('differs-'));
    const { body } = JSON.parse(readFileSync(join(made.keep, name ?? ''), 'utf8')) as {
      body: { theirs: unknown };
    };
    assert.equal(body.theirs, null);
  });

  test('differs as soon as one of several provenances contradicts it', async (t) => {
    const made = await setting(t);
    made.log.envelopes.push(await otherProvenance(made, digestOf('nothing')));
    assert.equal((await made.run()).result, 'differs');
  });

  test('does not hear provenances of unlisted keys, of other builders, or for other orders', async (t) => {
    const made = await setting(t);
    const [, , good] = made.log.envelopes;
    made.log.envelopes.splice(2);
    const other = expectKind(statementOf(good as Envelope), provenanceKind).predicate;
    const elsewhere = {
      ...other,
      buildDefinition: { ...other.buildDefinition, externalParameters: { order: digestOf('x') } },
    };
    made.log.envelopes.push(
      await signStatement(
        provenanceKind,
        [{ name: 'outputs', digest: { sha256: digestOf('a') } }],
        elsewhere,
        testSigner('builder'),
      ),
      await otherProvenance(made, digestOf('b'), 'https://other.example/builder'),
    );
    const listed = {
      require: ({ index }: LogEntry, role: string) =>
        index === 4
          ? Promise.reject(new Error('not asked'))
          : Promise.resolve(role === 'builder' ? { builder: 'https://vendor.example/conveyor' } : {}),
    };
    assert.equal((await made.run({ authority: listed })).result, 'built');
  });

  test('that cannot build abstains, and keeps the reason to itself', async (t) => {
    const made = await setting(
      t,
      `if (process.env.SOURCE_DATE_EPOCH === '1700000123') fs.writeFileSync(out, 'x'); else process.exit(1)`,
    );
    const { predicate } = expectKind(statementOf(made.produced.statements.order.envelope), orderKind);
    const orderId = await orderAgain(made, { ...predicate, clock: 1_700_000_124 });
    const rebuilt = await made.run({ orderId });
    assert.equal(rebuilt.result, 'cannot-build');
    assert.equal(rebuilt.reason.code, 'build.command');
    const [entry] = rebuilt.logged;
    assert.ok(entry);
    assert.equal(read(entry).result, 'cannot-build');
    assert.equal(subjectOf(statementOf(entry.envelope), 'order'), orderId);
    const kept = JSON.parse(readFileSync(join(made.keep, `cannot-build-${orderId}.json`), 'utf8')) as {
      code: string;
    };
    assert.equal(kept.code, 'build.command');
    assert.ok(!JSON.stringify(statementOf(entry.envelope)).includes('build.command'));
    const otherwise = await orderAgain(made, { ...predicate, parameters: { BACKDOOR: 'on' } });
    const refused = await made.run({ orderId: otherwise });
    assert.ok(refused.result === 'cannot-build' && refused.reason.code === 'order.mismatch');
  });
});

async function orderAgain({ log, produced }: Setting, order: Order): Promise<string> {
  const envelope = await signStatement(
    orderKind,
    [{ name: 'tree', digest: { sha256: produced.tree.digest } }],
    order,
    testSigner('order'),
  );
  await log.append(envelope);
  return statementIdOf(envelope);
}

describe('a rebuild stops, and logs nothing,', () => {
  test('when the log has no such order, or another statement of that name', async (t) => {
    const { run, produced, log } = await setting(t);
    await assert.rejects(run({ orderId: digestOf('x') }), refusal('order.missing'));
    await assert.rejects(run({ orderId: produced.statements.source.id }), refusal('statement.kind'));
    assert.equal(log.envelopes.length, 3);
  });

  test('when order or source are not signed by listed keys', async (t) => {
    const { run, log } = await setting(t);
    for (const refused of ['order', 'source']) {
      const error = new Error(`no ${refused} key`);
      const authority = {
        require: (_: LogEntry, role: string) =>
          role === refused ? Promise.reject(error) : Promise.resolve({}),
      };
      await assert.rejects(run({ authority }), error);
    }
    assert.equal(log.envelopes.length, 3);
  });

  test('when the order names a source that is not logged before it, or of another tree', async (t) => {
    const made = await setting(t);
    const { predicate } = expectKind(statementOf(made.produced.statements.order.envelope), orderKind);
    const absent = await orderAgain(made, { ...predicate, source: digestOf('x') });
    await assert.rejects(made.run({ orderId: absent }), refusal('order.missing'));
    const { predicate: source } = expectKind(
      statementOf(made.produced.statements.source.envelope),
      sourceKind,
    );
    const envelope = await signStatement(
      sourceKind,
      [{ name: 'tree', digest: { sha256: digestOf('x') } }],
      source,
      testSigner('source'),
    );
    await made.log.append(envelope);
    const crossed = await orderAgain(made, { ...predicate, source: statementIdOf(envelope) });
    await assert.rejects(made.run({ orderId: crossed }), refusal('order.mismatch'));
  });

  test('when an object cannot be fetched', async (t) => {
    const { run, vendor, log } = await setting(t);
    const without = (missing: string): ObjectFetcher => {
      const all = objectsOf(vendor);
      const lost = (): Promise<Uint8Array> => vendor.blobs.get(digestOf('lost'), { maxBytes: 1 });
      return {
        blob: (digest, most) => (missing === 'blob' ? lost() : all.blob(digest, most)),
        source: (digest, most) => (missing === digest ? lost() : all.source(digest, most)),
      };
    };
    await assert.rejects(run({ objects: without(digestOf('input\n')) }), refusal('store.missing'));
    await assert.rejects(run({ objects: without('blob') }), refusal('store.missing'));
    assert.equal(log.envelopes.length, 3);
  });
});

describe('a rebuilder is not deceived', () => {
  test('by a source statement whose listing gives another tree', async (t) => {
    const made = await setting(t);
    const { predicate: source } = expectKind(
      statementOf(made.produced.statements.source.envelope),
      sourceKind,
    );
    const listing = canonicalJson({
      files: [{ mode: '100644', path: 'evil', sha256: digestOf('evil'), size: 4 }],
    });
    const changed = {
      ...source,
      listing: { sha256: await made.vendor.source.put(listing), size: listing.length },
    };
    const envelope = await signStatement(
      sourceKind,
      [{ name: 'tree', digest: { sha256: made.produced.tree.digest } }],
      changed,
      testSigner('source'),
    );
    await made.log.append(envelope);
    const { predicate } = expectKind(statementOf(made.produced.statements.order.envelope), orderKind);
    const orderId = await orderAgain(made, { ...predicate, source: statementIdOf(envelope) });
    const rebuilt = await made.run({ orderId });
    assert.equal(rebuilt.result, 'cannot-build');
    assert.equal(rebuilt.reason.code, 'source.digest');
  });

  test('by a materials manifest that the lockfile does not ask for, or whose bytes have another integrity', async (t) => {
    const made = await setting(t);
    const { predicate } = expectKind(statementOf(made.produced.statements.order.envelope), orderKind);
    const bytes = Buffer.from('archive');
    const material = (integrity: string): Json => ({
      id: 'npm:x@1.0.0',
      integrity,
      kind: 'npm',
      name: 'x',
      opaque: false,
      sha256: digestOf(bytes),
      size: 7,
      version: '1.0.0',
    });
    await made.vendor.blobs.put(bytes);
    const sound = `sha512-${(await import('node:crypto')).hash('sha512', bytes, 'base64')}`;
    for (const [integrity, code] of [
      [sound, 'material.mismatch'],
      [`sha512-${'A'.repeat(86)}==`, 'material.integrity'],
    ] as const) {
      const manifest = canonicalJson({ materials: [material(integrity)] });
      const materials = { sha256: await made.vendor.blobs.put(manifest), size: manifest.length };
      const rebuilt = await made.run({ orderId: await orderAgain(made, { ...predicate, materials }) });
      assert.equal(rebuilt.result, 'cannot-build');
      assert.equal(rebuilt.reason.code, code);
    }
  });

  test('by its own store: an altered file there stops the build', async (t) => {
    const { run, folder } = await setting(t);
    await run();
    const { chmodSync, writeFileSync } = await import('node:fs');
    const own = makeVendor(join(folder, 'rebuilder'));
    const path = own.source.path(digestOf('input\n'));
    chmodSync(path, 0o600);
    writeFileSync(path, 'INPUT\n');
    await assert.rejects(run(), refusal('store.altered'));
  });
});
