// What a ceremony signed of residency goes out once, in time, and under the root that stands.

import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import test, { type TestContext } from 'node:test';
import {
  canonicalJson,
  formatTime,
  isVitrineError,
  loadRoot,
  parseDocument,
  signRoot,
  toBase64,
  type Json,
  type Signer,
} from '@vitrine/evidence';
import type { Publisher } from '@vitrine/conveyor';
import { signResidency } from '@vitrine/reports';
import { makeWorld, temporaryDirectory, testSigner, worldTime, type World } from '@vitrine/testkit';
import { assemble } from '../src/ceremony/assemble.ts';
import { draftDocuments } from '../src/ceremony/draft.ts';
import { formatPlan, parsePlan, planDigest } from '../src/ceremony/plan.ts';
import { parseSignatureFile, signPlan } from '../src/ceremony/signature.ts';
import { tally } from '../src/ceremony/tally.ts';
import { draftResidency } from '../src/residency/draft.ts';
import {
  publishedResidencies,
  publishResidencyFile,
  readPlannedResidency,
  writePlannedResidency,
} from '../src/residency/folder.ts';
import { settleResidency } from '../src/residency/settle.ts';
import type { VendorFolder } from '../src/vendor/folder.ts';
import { testCenter } from './make-datacenters.ts';

const centers = [testCenter('frankfurt', 'DE'), testCenter('zurich', 'CH')];
const now = worldTime - 3_600;
const first = draftResidency({ notice: '7d', default: 'frankfurt' }, centers, undefined, now);
const effective = formatTime(worldTime + 8 * 86_400);
const second = draftResidency({ notice: '7d', default: 'zurich', effective }, centers, first, now);
const world = await makeWorld();
const holders = world.rootKeys.map(({ signer }) => signer);

function makeVendor(t: TestContext): VendorFolder {
  const folder = temporaryDirectory(t);
  const vendor = { folder, public: join(folder, 'public'), drafts: join(folder, 'drafts') } as VendorFolder;
  mkdirSync(join(vendor.drafts, 'ready'), { recursive: true });
  mkdirSync(vendor.public);
  writeFileSync(join(vendor.public, 'root.json'), world.root);
  return vendor;
}

/** A log that breaks after `most` entries. */
function publisherOf(log: World['log'], seconds: number, most = Infinity): Publisher {
  let taken = 0;
  return {
    clock: { now: () => seconds * 1000 },
    appender: {
      append: async (envelope) => {
        if (++taken > most) throw new Error('the log is gone');
        return Promise.resolve({ index: log.append(envelope) });
      },
    },
  } as Partial<Publisher> as Publisher;
}

const ready = (vendor: VendorFolder, version: number): string =>
  join(vendor.drafts, 'ready', `residency-${version}.json`);

test('each signature becomes an entry, then the document is published and the draft is gone', async (t) => {
  const vendor = makeVendor(t);
  const { log } = await makeWorld();
  assert.equal(await settleResidency(vendor, publisherOf(log, worldTime)), undefined, 'nothing is ready');
  await writePlannedResidency(vendor, first);
  const document = await signResidency(first, holders);
  writeFileSync(ready(vendor, 1), document);
  await assert.rejects(settleResidency(vendor, publisherOf(log, worldTime, 2)), /the log is gone/);
  assert.ok(!existsSync(join(vendor.public, 'residency')), 'nothing is shown before all of it is logged');
  const size = log.entries.length;
  assert.equal(await settleResidency(vendor, publisherOf(log, worldTime)), 'residency 1');
  assert.equal(log.entries.length - size, parseDocument(document).signatures.length);
  assert.deepEqual(readFileSync(join(vendor.public, 'residency', '1.json')), Buffer.from(document));
  assert.equal(await readPlannedResidency(vendor), undefined);
  assert.equal(await settleResidency(vendor, publisherOf(log, worldTime)), undefined);
});

test('what comes too late, out of turn, or in place of another is not published', async (t) => {
  const vendor = makeVendor(t);
  const { log } = await makeWorld();
  const size = log.entries.length;
  const refused = async (code: string, seconds = worldTime): Promise<void> =>
    assert.rejects(settleResidency(vendor, publisherOf(log, seconds)), (error) =>
      isVitrineError(error, code),
    );
  writeFileSync(ready(vendor, 2), await signResidency(second, holders));
  await refused('residency-draft.missing');
  await publishResidencyFile(vendor, 1, await signResidency(first, holders));
  await refused('residency-draft.late', worldTime + 2 * 86_400);
  writeFileSync(ready(vendor, 2), await signResidency(second, holders.slice(0, 4)));
  await refused('residency.signature');
  await rm(ready(vendor, 2));
  writeFileSync(ready(vendor, 1), await signResidency({ ...first, notice: 1 }, holders));
  await refused('residency-draft.late');
  await rm(ready(vendor, 1));
  assert.equal(log.entries.length, size, 'the log saw nothing of it');
  writeFileSync(ready(vendor, 2), await signResidency(second, holders));
  assert.equal(await settleResidency(vendor, publisherOf(log, worldTime)), 'residency 2');
});

/** The root with the last `count` keys replaced. */
function renewed(count: number, version = 2): Promise<Uint8Array> {
  const keys = world.rootKeys.map((holder, i) =>
    i >= world.rootKeys.length - count ? { ...holder, signer: testSigner(`renewed root ${i}`) } : holder,
  );
  return signRoot({ version, expires: '2036-01-01T00:00:00Z', threshold: 5, vendor: 'vendor', keys });
}

test('under a new root a version stands with the keys that are left, and falls with too few of them', async (t) => {
  const vendor = makeVendor(t);
  await publishResidencyFile(vendor, 1, await signResidency(first, holders));
  const [one] = await publishedResidencies(vendor, await loadRoot(await renewed(1)));
  assert.equal(parseDocument(one?.document ?? new Uint8Array()).signatures.length, 5);
  const two = await loadRoot(await renewed(2));
  await assert.rejects(publishedResidencies(vendor, two), (error) =>
    isVitrineError(error, 'residency.signature'),
  );
});

test('a new root that too few signers of an old version are left in asks for them again, in its own ceremony', async (t) => {
  const vendor = makeVendor(t);
  const { log } = await makeWorld();
  // Version 1 by all, version 2 by five, and now one of these five goes.
  const before = [await signResidency(first, holders), await signResidency(second, holders.toSpliced(4, 1))];
  for (const [i, document] of before.entries()) {
    writeFileSync(ready(vendor, i + 1), document);
    await settleResidency(vendor, publisherOf(log, worldTime));
  }
  const inLog = (): number => new Set(log.entries.map((entry) => toBase64(entry))).size;
  const size = inLog();
  const next = await renewed(1);
  writeFileSync(join(vendor.drafts, 'ready', 'root.json'), next);
  const documents = await draftDocuments(vendor, ['residency'], worldTime);
  assert.deepEqual(
    documents.map(({ name, version, quorums }) => [name, version, quorums.length]),
    [['residency', 2, 2]],
    'version 1 has five keys left, and version 2 is needed again',
  );

  // A root that keeps as few keys can be signed, and what it would leave behind cannot.
  writeFileSync(join(vendor.drafts, 'ready', 'root.json'), await renewed(2));
  await assert.rejects(draftDocuments(vendor, ['residency'], worldTime), {
    code: 'ceremony.overlap',
    message:
      /root 2 keeps 4 of the 6 keys of root 1, and 5 that are in both must sign residency 1, residency 2/,
  });

  const bytes = formatPlan({ ceremony: 1, vendor: 'vendor', createdAt: formatTime(worldTime), documents });
  const files = await Promise.all(
    holders.map(async (signer) => ({
      name: signer.keyid,
      bytes: await signPlan(parsePlan(bytes), bytes, signer),
    })),
  );
  const counted = await tally(parsePlan(bytes), planDigest(bytes), [
    ...files,
    {
      name: 'the new one',
      bytes: await signPlan(parsePlan(bytes), bytes, testSigner('renewed root 5')),
    },
  ]);
  for (const { version, bytes: document } of (await assemble(counted, world.root)).values())
    writeFileSync(ready(vendor, version), document);
  assert.equal(await settleResidency(vendor, publisherOf(log, worldTime)), 'residency 2');
  assert.equal(inLog(), size + 1, 'who signed before, also with a P-256 key, keeps that signature');
  for (const root of [world.root, next])
    assert.deepEqual(
      (await publishedResidencies(vendor, await loadRoot(root))).map(({ policy }) => policy),
      [first, second],
      'clients on either side of the change read both',
    );
});

test('several versions are signed again in one ceremony, each under its own digest', async (t) => {
  const vendor = makeVendor(t);
  const { log } = await makeWorld();
  for (const [i, policy] of [first, second].entries()) {
    writeFileSync(ready(vendor, i + 1), await signResidency(policy, holders.slice(1)));
    await settleResidency(vendor, publisherOf(log, worldTime));
  }
  writeFileSync(join(vendor.drafts, 'ready', 'root.json'), await renewed(1));
  const documents = await draftDocuments(vendor, ['residency'], worldTime);
  assert.deepEqual(
    documents.map(({ version }) => version),
    [1, 2],
  );
  const bytes = formatPlan({ ceremony: 1, vendor: 'vendor', createdAt: formatTime(worldTime), documents });
  const plan = parsePlan(bytes);
  const signed = await signPlan(plan, bytes, holders[1] as Signer);
  assert.equal((await tally(plan, planDigest(bytes), [{ name: 'one', bytes: signed }])).rejected.length, 0);
  // The signature on one version is not taken for the other.
  const file = parseSignatureFile(signed);
  const [a, b] = file.signatures;
  const swapped = [
    { ...a, sig: b?.sig },
    { ...b, sig: a?.sig },
  ];
  const { rejected } = await tally(plan, planDigest(bytes), [
    { name: 'swapped', bytes: canonicalJson({ ...file, signatures: swapped } as unknown as Json) },
  ]);
  assert.equal(rejected.length, 1);
});
