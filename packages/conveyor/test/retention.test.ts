import assert from 'node:assert/strict';
import { chmodSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test, type TestContext } from 'node:test';
import {
  expectKind,
  provenance as provenanceKind,
  rebuild as rebuildKind,
  release,
  signStatement,
  statementOf,
} from '@vitrine/evidence';
import { fakeClock, sweepStore } from '@vitrine/host';
import { temporaryDirectory, testSigner } from '@vitrine/testkit';
import {
  chooseSandbox,
  findReferences,
  openMaterialCache,
  sweepMaterialNotes,
  withBuildLog,
  type Produced,
} from '../src/index.ts';
import {
  commitAll,
  digestOf,
  makeRepository,
  makeVendor,
  memoryLog,
  produceTiny,
  refusal,
  shellRecipe,
  writeFiles,
  type MemoryLog,
  type Vendor,
} from './helpers.ts';

interface Setting {
  readonly folder: string;
  readonly vendor: Vendor;
  readonly log: MemoryLog;
  readonly build: (text: string) => Promise<Produced>;
}

async function setting(t: TestContext): Promise<Setting> {
  const folder = temporaryDirectory(t);
  const repository = join(folder, 'r');
  makeRepository(repository, { 'conveyor.toml': shellRecipe('cat a > $OUT/tiny.txt') });
  const vendor = makeVendor(join(folder, 'vendor'));
  const log = memoryLog();
  const { sandbox } = await chooseSandbox('none');
  return {
    folder,
    vendor,
    log,
    async build(text) {
      writeFiles(repository, { a: text });
      commitAll(repository);
      return produceTiny(repository, vendor, log, sandbox);
    },
  };
}

/** Says in the log that the build's one output is released. */
async function releaseOf({ order, statements, result }: Produced, log: MemoryLog): Promise<void> {
  const [output] = result.manifest.outputs;
  assert.ok(output);
  const predicate = {
    purl: 'pkg:generic/tiny@1.0.0',
    product: order.product,
    channel: 'stable',
    platform: 'any',
    version: order.version,
    sequence: 1,
    order: statements.order.id,
    output: output.path,
  };
  const subject = [{ name: 'artifact', digest: { sha256: output.sha256 } }];
  await log.append(await signStatement(release, subject, predicate, testSigner('releaser')));
}

/** Everything that a build put into the stores. */
function objectsOf({ tree, materials, order, result }: Produced): readonly string[] {
  return [
    tree.listingObject.sha256,
    ...tree.listing.files.map(({ sha256 }) => sha256),
    order.materials.sha256,
    ...materials.map(({ sha256 }) => sha256),
    result.digest,
    ...result.manifest.outputs.map(({ sha256 }) => sha256),
  ];
}

const farFuture = Date.parse('2999-01-01T00:00:00Z') / 1000;

describe('what the stores must hold', () => {
  test('is everything that the log names, and what that lists; a build that failed is nothing', async (t) => {
    const { vendor, log, build } = await setting(t);
    const first = await build('one');
    const stranger = await vendor.blobs.put(Buffer.from('left by a build that failed'));
    const references = await findReferences(log, vendor);
    for (const sha256 of objectsOf(first)) assert.ok(references.has(sha256), sha256);
    assert.equal(references.has(stranger), false);
    assert.deepEqual([references.statements, references.dropped, references.absent], [3, 0, []]);
  });

  test('stays when it is old and never released, unless that is asked for', async (t) => {
    const { vendor, log, build } = await setting(t);
    const [released, unreleased] = [await build('one'), await build('two')];
    await releaseOf(released, log);
    assert.equal((await findReferences(log, vendor)).dropped, 0);
    const references = await findReferences(log, vendor, { unreleasedBefore: farFuture });
    assert.equal(references.dropped, 3, 'source, order and provenance of the second');
    for (const sha256 of objectsOf(released)) assert.ok(references.has(sha256));
    const shared = new Set(objectsOf(released));
    const gone = objectsOf(unreleased).filter((sha256) => !shared.has(sha256));
    assert.ok(gone.length >= 3);
    for (const sha256 of gone) assert.equal(references.has(sha256), false);
  });

  test('stays as long as nothing later in the log says that time has passed', async (t) => {
    const { vendor, log, build } = await setting(t);
    await build('one');
    const finishedOn = Date.parse(
      expectKind(statementOf(log.envelopes[2] as (typeof log.envelopes)[0]), provenanceKind).predicate
        .runDetails.metadata.finishedOn,
    );
    const dropped = async (seconds: number): Promise<number> =>
      (await findReferences(log, vendor, { unreleasedBefore: finishedOn / 1000 + seconds })).dropped;
    assert.deepEqual([await dropped(0), await dropped(1)], [0, 3]);
    log.envelopes.pop(); // A build that is running, or was killed: the log tells no time.
    assert.equal(await dropped(1_000_000), 0);
    // Nor does what a rebuilder claims about it.
    const predicate = {
      order: 'f'.repeat(64),
      result: 'built',
      isolation: 'none',
      finishedOn: '1999-01-01T00:00:00Z',
    } as const;
    const subject = [{ name: 'outputs', digest: { sha256: digestOf('none') } }];
    await log.append(await signStatement(rebuildKind, subject, predicate, testSigner('rebuilder')));
    assert.equal(await dropped(1_000_000), 0);
  });

  test('cannot be told where a listing or a manifest is absent or altered', async (t) => {
    const { vendor, log, build } = await setting(t);
    const { tree, order } = await build('one');
    rmSync(vendor.source.path(tree.listingObject.sha256));
    assert.deepEqual((await findReferences(log, vendor)).absent, [tree.listingObject.sha256]);
    const manifest = vendor.blobs.path(order.materials.sha256);
    chmodSync(manifest, 0o600);
    writeFileSync(manifest, '{}');
    await assert.rejects(findReferences(log, vendor), refusal('store.altered'));
  });

  test('does not depend on what others call a manifest', async (t) => {
    const { vendor, log, build } = await setting(t);
    const { result } = await build('one');
    const artifact = result.manifest.outputs[0]?.sha256 ?? '';
    for (const outputs of [artifact, digestOf('only the rebuilder has it')]) {
      const predicate = {
        order: 'f'.repeat(64),
        result: 'built',
        isolation: 'none',
        finishedOn: '2026-11-24T09:00:00Z',
      } as const;
      const subject = [{ name: 'outputs', digest: { sha256: outputs } }];
      await log.append(await signStatement(rebuildKind, subject, predicate, testSigner('rebuilder')));
    }
    const { absent, has } = await findReferences(log, vendor);
    assert.deepEqual(absent, []);
    assert.ok(has(artifact));
  });

  test('is what a sweep leaves, and what a rebuild can be made from', async (t) => {
    const { folder, vendor, log, build } = await setting(t);
    const produced = await build('one');
    const stranger = await vendor.source.put(Buffer.from('nobody wants it'));
    for (const store of [vendor.source, vendor.blobs])
      for (const sha256 of await store.list()) utimesSync(store.path(sha256), 1, 1);
    const { has } = await findReferences(log, vendor);
    const before = Date.now() - 1000;
    const swept = await sweepStore(join(folder, 'vendor', 'source'), { keep: has, before, dryRun: false });
    await sweepStore(join(folder, 'vendor', 'blobs'), { keep: has, before, dryRun: false });
    assert.equal(swept.removed, 1);
    assert.equal(await vendor.source.has(stranger), false);
    for (const sha256 of objectsOf(produced))
      assert.ok((await vendor.source.has(sha256)) || (await vendor.blobs.has(sha256)), sha256);
  });
});

test('notes about archives that are gone go too', async (t) => {
  const folder = temporaryDirectory(t);
  const { blobs } = makeVendor(folder);
  const notes = join(folder, 'notes');
  const cache = openMaterialCache(blobs, notes);
  const integrity = (i: number): string => `sha512-${Buffer.alloc(64, i).toString('base64')}`;
  const kept = await cache.keep(integrity(1), Buffer.from('kept'));
  const gone = await cache.keep(integrity(2), Buffer.from('gone'));
  rmSync(blobs.path(gone.sha256));
  assert.equal(await sweepMaterialNotes(blobs, notes), 1);
  assert.deepEqual(readdirSync(notes).length, 1);
  assert.ok(await blobs.has(kept.sha256));
  assert.equal(await sweepMaterialNotes(blobs, join(folder, 'absent')), 0);
});

describe('the log of a build', () => {
  test('is kept however the build ends; the oldest go by number and by age', async (t) => {
    const folder = join(temporaryDirectory(t), 'logs');
    const clock = fakeClock(Date.parse('2026-11-24T09:00:00Z'));
    const faults: unknown[] = [];
    const logs = (most: number, days: number) => ({
      folder,
      about: 'build',
      retention: { most, days },
      clock,
      onFault: (error: unknown) => faults.push(error),
    });
    const names = (): readonly string[] => readdirSync(folder).filter((name) => name.endsWith('.log'));
    for (let i = 0; i < 4; i++) {
      const answer = await withBuildLog(logs(3, 90), (onLog) => {
        onLog('step one\n');
        onLog(`number ${i}\n`);
        return Promise.resolve(i);
      });
      assert.equal(answer, i);
      clock.advance(86_400_000);
    }
    assert.deepEqual(
      names().map((name) => name.slice(0, 26)),
      ['2026-11-25T09-00-00Z-build', '2026-11-26T09-00-00Z-build', '2026-11-27T09-00-00Z-build'],
    );
    assert.equal(readFileSync(join(folder, names()[2] ?? ''), 'utf8'), 'step one\nnumber 3\n');
    writeFileSync(join(folder, 'notes.txt'), 'not a build log');
    const failing = withBuildLog(logs(100, 2), (onLog) => {
      onLog('it broke\n');
      return Promise.reject(new Error('broken'));
    });
    await assert.rejects(failing, /broken/);
    assert.deepEqual(
      names().map((name) => name.slice(0, 10)),
      ['2026-11-26', '2026-11-27', '2026-11-28'],
    );
    assert.ok(readdirSync(folder).includes('notes.txt'));
    assert.deepEqual(faults, []);
  });

  test('that cannot be kept does not lose the build', async (t) => {
    const folder = temporaryDirectory(t);
    writeFileSync(join(folder, 'logs'), 'in the way');
    const faults: string[] = [];
    const answer = await withBuildLog(
      {
        folder: join(folder, 'logs'),
        about: 'build',
        retention: { most: 1, days: 1 },
        onFault: ({ code }) => faults.push(code),
      },
      () => Promise.resolve('built'),
    );
    assert.equal(answer, 'built');
    assert.deepEqual(faults, ['file.exists']);
  });
});
