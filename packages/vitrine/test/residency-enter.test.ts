// A log ends and another one takes its place (D24): what the repository serves of residency goes on in it.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import {
  formatCheckpoint,
  formatNote,
  formatTime,
  formatVkey,
  fromUtf8,
  loadPolicy,
  noteSigner,
  noteTypes,
  parseDocument,
  parseEnvelope,
  sha256,
  signCheckpoint,
  signPolicy,
  statementIdOf,
  statementKeyOf,
  toBase64,
  utf8,
  type Envelope,
  type TrustPolicyDocument,
} from '@vitrine/evidence';
import { readLedger } from '@vitrine/conveyor';
import {
  milestonesAt,
  readSharing,
  rememberSharing,
  schemaDigest,
  signResidency,
  signSealingKey,
} from '@vitrine/reports';
import {
  makeWorld,
  MemoryLog,
  temporaryDirectory,
  testSigner,
  worldOrigin,
  worldTime,
  type World,
} from '@vitrine/testkit';
import { fail } from '../src/codes.ts';
import { draftResidency } from '../src/residency/draft.ts';
import { enterResidency } from '../src/residency/enter.ts';
import { publishResidencyFile } from '../src/residency/folder.ts';
import { writeSharing } from '../src/residency/served.ts';
import { testCenter } from './make-datacenters.ts';
import { memoryReader } from './memory-reader.ts';

const centers = [testCenter('frankfurt', 'DE'), testCenter('zurich', 'CH')];
const listing = (document: TrustPolicyDocument): TrustPolicyDocument => ({
  ...document,
  keys: [
    ...document.keys,
    ...centers.map(({ id }) => ({
      ...statementKeyOf(testSigner(`identity ${id}`)),
      operator: 'vendor',
      role: 'datacenter' as const,
      from: { origin: worldOrigin, index: 0 },
    })),
  ].sort((a, b) => (a.keyid < b.keyid ? -1 : 1)),
});

/** The same vendor, root and witnesses, with an empty log under a policy that pins the one before. */
async function replaceLog(world: World): Promise<Pick<World, 'log' | 'policy' | 'checkpoint'>> {
  const origin = 'log.example/next';
  const signer = noteSigner(origin, noteTypes.log, testSigner('next log'));
  const { document } = world.policy;
  const next = await signPolicy(
    {
      ...document,
      version: 2,
      log: {
        origin,
        keys: [{ vkey: formatVkey(signer.key), operator: 'vendor', from: { origin, index: 0 } }],
        frozen: [
          { origin: worldOrigin, size: world.log.entries.length, root: toBase64(await world.log.root()) },
        ],
      },
    },
    world.rootKeys.map((holder) => holder.signer),
  );
  const log = new MemoryLog();
  return {
    log,
    policy: await loadPolicy(next, world.root),
    checkpoint: async () => {
      const size = log.entries.length;
      const text = formatCheckpoint({ origin, size, root: await log.root(), extensions: [] });
      const signers = [signer, ...world.witnessSigners.values()];
      const signatures = await Promise.all(signers.map((one) => signCheckpoint(text, one, worldTime + 60)));
      return fromUtf8(formatNote({ text, signatures }));
    },
  };
}

test('a log that took the place of another gets what is served of residency, once, and readers go on', async (t) => {
  const vendor = { public: temporaryDirectory(t) };
  const world = await makeWorld({ policy: listing });
  const done = statementIdOf(parseEnvelope(world.log.entries[0] as Uint8Array));
  const issued = worldTime - 3_600;
  const milestone = [{ id: 'a', what: 'conveyor' as const, due: formatTime(issued), done }];
  const policy = draftResidency(
    { notice: '0s', default: 'frankfurt', center: [{ id: 'zurich', countries: ['CH'] }], milestone },
    centers,
    undefined,
    issued,
  );
  const document = await signResidency(
    policy,
    world.rootKeys.map(({ signer }) => signer),
  );
  await publishResidencyFile(vendor, 1, document);
  const { signatures, ...statement } = parseDocument(document);
  for (const signature of signatures) world.log.append({ ...statement, signatures: [signature] });
  for (const [center, notAfter] of [
    ['zurich', '2026-11-27T00:00:00Z'],
    ['frankfurt', formatTime(worldTime + 30)],
  ] as const)
    world.log.append(
      await signSealingKey(
        {
          center,
          suite: 'x25519-sha256-aes256gcm',
          publicKey: toBase64(sha256(utf8(center))),
          policy: 1,
          consent: schemaDigest(),
          notBefore: '2026-11-20T00:00:00Z',
          notAfter,
          graceUntil: '2026-11-28T00:00:00Z',
        },
        testSigner(`identity ${center}`),
      ),
    );
  const oldReader = await memoryReader(world);
  const old = await writeSharing(
    vendor,
    { log: oldReader, policy: world.policy },
    await readLedger(oldReader),
  );
  assert.ok(old !== undefined && old.logged.has(done));
  const memory = rememberSharing(old);
  const served = (): Buffer => readFileSync(join(vendor.public, 'sharing.json'));
  const before = served();

  const next = await replaceLog(world);
  const log = await memoryReader(next);
  const ledger = await readLedger(log);
  const reading = { log, policy: next.policy };
  /** The log is gone after `most` entries. */
  const enter = async (
    most = Infinity,
    gone = 'the log answered 503: the log is gone',
  ): ReturnType<typeof enterResidency> => {
    let taken = 0;
    const append = async (envelope: Envelope): Promise<{ readonly index: number }> => {
      if (++taken > most) throw fail('log-client.refused', gone);
      return Promise.resolve({ index: next.log.append(envelope) });
    };
    const publisher = { ...reading, appender: { append }, clock: { now: () => (worldTime + 60) * 1000 } };
    await ledger.refresh();
    return enterResidency(vendor, publisher, ledger);
  };
  assert.equal(await writeSharing(vendor, reading, ledger), undefined, 'the new log has nothing of it');

  await assert.rejects(enter(1), /the log is gone/);
  assert.equal(next.log.entries.length, 1);
  await ledger.refresh();
  await writeSharing(vendor, reading, ledger);
  assert.deepEqual(served(), before, 'what is still to be entered is not lost with the file it stands in');
  const judged = await enter(1, 'the log answered 403: nobody is listed (admission.key)');
  assert.equal(judged.refused.length, signatures.length, 'what the log does not take stops nothing else');
  const { entered, refused } = await enter();
  assert.deepEqual(refused, []);
  assert.equal(next.log.entries.length, 2 + signatures.length, 'what was entered before stands once');
  assert.equal(entered.length, next.log.entries.length - 2);
  assert.deepEqual((await enter()).entered, []);

  await ledger.refresh();
  const sharing = await writeSharing(vendor, reading, ledger);
  assert.ok(sharing !== undefined);
  assert.deepEqual(
    await readSharing(served(), { policy: next.policy, root: next.policy.root }),
    sharing,
    'it is proven by the new log alone',
  );
  assert.deepEqual(
    sharing.sealingKeys,
    old.sealingKeys.filter(({ center }) => center === 'zurich'),
    'a key that is over is not needed any more',
  );
  assert.equal(milestonesAt(policy, sharing.time, (id) => sharing.logged.has(id))[0]?.state, 'done');
  assert.ok(sharing.size < old.size);
  const after = rememberSharing(sharing, memory);
  assert.equal(after.origin, 'log.example/next');
  assert.throws(() => rememberSharing({ ...sharing, time: old.time - 1 }, memory), { code: 'sharing.older' });
  assert.throws(() => rememberSharing({ ...sharing, size: sharing.size - 1 }, after), {
    code: 'sharing.older',
  });
});
