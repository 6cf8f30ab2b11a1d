// What a ceremony signed of residency goes out once, in time, and under the root that stands.

import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test, { type TestContext } from 'node:test';
import { formatTime, isVitrineError, loadRoot, parseDocument, signRoot } from '@vitrine/evidence';
import type { Publisher } from '@vitrine/conveyor';
import { signResidency } from '@vitrine/reports';
import { makeWorld, temporaryDirectory, testSigner, worldTime, type World } from '@vitrine/testkit';
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

const ready = (vendor: VendorFolder): string => join(vendor.drafts, 'ready', 'residency.json');

test('each signature becomes an entry, then the document is published and the draft is gone', async (t) => {
  const vendor = makeVendor(t);
  const { log } = await makeWorld();
  assert.equal(await settleResidency(vendor, publisherOf(log, worldTime)), undefined, 'nothing is ready');
  await writePlannedResidency(vendor, first);
  const document = await signResidency(first, holders);
  writeFileSync(ready(vendor), document);
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
  writeFileSync(ready(vendor), await signResidency(second, holders));
  await refused('residency-draft.missing');
  await publishResidencyFile(vendor, 1, await signResidency(first, holders));
  await refused('residency-draft.late', worldTime + 2 * 86_400);
  writeFileSync(ready(vendor), await signResidency(second, holders.slice(0, 4)));
  await refused('residency.signature');
  writeFileSync(ready(vendor), await signResidency({ ...first, notice: 1 }, holders));
  await refused('residency-draft.late');
  assert.equal(log.entries.length, size, 'the log saw nothing of it');
  writeFileSync(ready(vendor), await signResidency(second, holders));
  assert.equal(await settleResidency(vendor, publisherOf(log, worldTime)), 'residency 2');
});

test('under a new root a version stands with the keys that are left, and falls with too few of them', async (t) => {
  const vendor = makeVendor(t);
  await publishResidencyFile(vendor, 1, await signResidency(first, holders));
  const renewed = async (count: number): ReturnType<typeof loadRoot> => {
    const keys = world.rootKeys.map((holder, i) =>
      i < count ? { ...holder, signer: testSigner(`renewed root ${i}`) } : holder,
    );
    const plan = { version: 2, expires: '2036-01-01T00:00:00Z', threshold: 5, vendor: 'vendor', keys };
    return loadRoot(await signRoot(plan));
  };
  const [one] = await publishedResidencies(vendor, await renewed(1));
  assert.equal(parseDocument(one?.document ?? new Uint8Array()).signatures.length, 5);
  const two = await renewed(2);
  await assert.rejects(publishedResidencies(vendor, two), (error) =>
    isVitrineError(error, 'residency.signature'),
  );
});
