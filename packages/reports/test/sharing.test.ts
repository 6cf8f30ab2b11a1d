// The sharing file (D19–D21, D35): whoever serves it can be late with it, and nothing else.

import assert from 'node:assert/strict';
import test from 'node:test';
import {
  canonicalJson,
  fromUtf8,
  joinSignatures,
  parseEnvelope,
  parseJson,
  payloadOf,
  signEnvelope,
  statementIdOf,
  parseTime,
  type Json,
  type JsonObject,
} from '@vitrine/evidence';
import {
  buildResidency,
  centerOf,
  chooseSealingKey,
  milestonesAt,
  readSharing,
  rememberSharing,
  residencyAt,
  schemaDigest,
  type LoggedResidency,
  type ReportsCode,
  type SharingMemory,
} from '@vitrine/reports';
import { everyAsyncParserRefuses, testSigner } from '@vitrine/testkit';
import { rejects } from './refusal.ts';
import { policyOf } from './residency-world.ts';
import { identityOf, keyOf, sharingTime, sharingWorld } from './sharing-world.ts';

const week = 7 * 86_400;
const world = await sharingWorld();
const trust = { policy: world.policy, root: world.policy.root };
const done = world.logEntry(parseEnvelope(world.log.entries.at(-1) as Uint8Array));
const releaseId = statementIdOf(done.envelope);
const first = await world.logPolicy(
  policyOf({ milestones: [{ id: 'a', what: 'conveyor', due: '2026-11-20T00:00:00Z', done: releaseId }] }),
);
const key = await world.logKey(keyOf('zurich'));
const small = await world.checkpoint();
const second = await world.logPolicy(
  policyOf({ version: 2, issuedAt: '2026-11-20T00:00:00Z', effective: '2026-12-01T00:00:00Z' }),
);
const next = await world.logKey(keyOf('frankfurt', { policy: 2 }));
const both = { policies: [first, second], sealingKeys: [key, next], milestones: [done] };

test('a file says where each country belongs now and from when elsewhere, and which key to seal to', async () => {
  const sharing = await readSharing(await world.file(both), trust);
  assert.equal(sharing.time, sharingTime);
  assert.equal(sharing.size, world.log.entries.length);
  assert.deepEqual(
    sharing.residencies.map(({ policy, index }) => [policy.version, index]),
    [
      [1, first.index],
      [2, second.index],
    ],
  );
  const inForce = residencyAt(sharing.residencies, sharing.time);
  assert.equal(inForce.policy.version, 1);
  assert.equal(residencyAt(sharing.residencies, Date.parse('2026-12-01') / 1000).policy.version, 2);
  const center = centerOf(inForce, 'LI');
  const wanted = { center: center.id, policy: 1, consent: schemaDigest() };
  assert.deepEqual(chooseSealingKey(sharing.sealingKeys, wanted, sharing.time), keyOf('zurich'));
});

test('a milestone that is done by a statement of the log is done; without its proof it is overdue', async () => {
  for (const [milestones, state] of [
    [[done], 'done'],
    [[], 'overdue'],
  ] as const) {
    const sharing = await readSharing(await world.file({ ...both, milestones }), trust);
    const { policy } = residencyAt(sharing.residencies, sharing.time);
    const states = milestonesAt(policy, sharing.time, (id) => sharing.logged.has(id));
    assert.deepEqual(
      states.map((one) => one.state),
      [state],
    );
  }
});

test('a data center that the trust policy does not list is sealed to by nobody', async () => {
  const strangers = await sharingWorld(['frankfurt']);
  const policies = [await strangers.logPolicy(policyOf())];
  const sealingKeys = [await strangers.logKey(keyOf('zurich')), await strangers.logKey(keyOf('frankfurt'))];
  const sharing = await readSharing(await strangers.file({ policies, sealingKeys }), {
    policy: strangers.policy,
    root: strangers.policy.root,
  });
  assert.deepEqual(
    sharing.sealingKeys.map(({ center }) => center),
    ['frankfurt'],
  );
});

/** What a stranger would change by hand. */
interface Open {
  checkpoint: string;
  policies: {
    keyid: string;
    path: string[];
    document: { signatures: { keyid: string; sig: string }[] };
  }[];
  sealingKeys: { index: number }[];
  milestones: { index: number }[];
}

async function altered(change: (file: Open) => void): Promise<Uint8Array> {
  const file = structuredClone(parseJson(await world.file(both))) as unknown as Open;
  change(file);
  return canonicalJson(file as unknown as Json);
}

interface Hostile {
  readonly what: string;
  readonly code: ReportsCode;
  readonly file: () => Promise<Uint8Array>;
}

const hostile: readonly Hostile[] = [
  {
    what: 'a forged root signature',
    code: 'residency.signature',
    file: () =>
      altered(({ policies: [one] }) => {
        const [a, b] = one?.document.signatures ?? [];
        if (a !== undefined && b !== undefined) a.sig = b.sig;
      }),
  },
  {
    what: 'fewer root signatures than the threshold',
    code: 'residency.signature',
    file: () => altered(({ policies: [one] }) => void one?.document.signatures.splice(1, 1)),
  },
  {
    what: 'a signature by a stranger beside the threshold',
    code: 'residency.signature',
    file: async () => {
      const signers = [...world.rootKeys.map(({ signer }) => signer), testSigner('stranger')];
      return world.file({ ...both, policies: [await world.logPolicy(policyOf(), signers)] });
    },
  },
  {
    what: 'a version that is missing before the last',
    code: 'sharing.form',
    file: () => world.file({ ...both, policies: [second], milestones: [] }),
  },
  {
    what: 'a version that stands twice',
    code: 'sharing.form',
    file: () => world.file({ ...both, policies: [first, first, second] }),
  },
  {
    what: 'a proven signature that is not on the document',
    code: 'sharing.form',
    file: () =>
      altered(({ policies: [one] }) => {
        if (one !== undefined) one.keyid = testSigner('stranger').keyid;
      }),
  },
  {
    what: 'a policy without the notice that the one before it promised',
    code: 'residency.succession',
    file: async () => {
      const hasty = policyOf({
        version: 2,
        issuedAt: '2026-11-20T00:00:00Z',
        effective: '2026-11-20T00:00:01Z',
      });
      return world.file({ ...both, policies: [first, await world.logPolicy(hasty)], sealingKeys: [] });
    },
  },
  {
    what: 'a policy that forgets a country',
    code: 'residency.form',
    file: async () => {
      const statement = parseJson(payloadOf(first.document)) as JsonObject;
      const predicate = statement['predicate'] as JsonObject;
      const { CH, ...countries } = predicate['countries'] as JsonObject;
      assert.equal(CH, 'zurich');
      const payload = canonicalJson({ ...statement, predicate: { ...predicate, countries } });
      const signed = await Promise.all(world.rootKeys.map(({ signer }) => signEnvelope(payload, signer)));
      const [one] = signed.map((envelope) => world.logEntry(envelope));
      const keyid = one?.envelope.signatures[0]?.keyid ?? '';
      const document = joinSignatures(signed);
      return world.file({ policies: [{ document, keyid, index: one?.index ?? 0 }] });
    },
  },
  {
    what: 'a path to another root',
    code: 'sharing.proof',
    file: () =>
      altered(({ policies: [one] }) => {
        one?.path.reverse();
      }),
  },
  {
    what: 'a policy that is not in the tree of the checkpoint',
    code: 'sharing.proof',
    file: () =>
      altered((file) => {
        file.checkpoint = small;
        file.milestones = [];
        file.sealingKeys = [];
      }),
  },
  {
    what: 'a checkpoint that too few witnesses cosigned',
    code: 'sharing.checkpoint',
    file: async () =>
      world.file({ ...both, checkpoint: await world.checkpoint({ witnesses: ['supervisor-a'] }) }),
  },
  {
    what: 'a checkpoint with another root',
    code: 'sharing.checkpoint',
    file: () =>
      altered((file) => {
        file.checkpoint = file.checkpoint.replace(/^(.*\n\d+\n)..../, '$1AAAA');
      }),
  },
  {
    what: 'a sealing key by the identity key of another center',
    code: 'sealing-key.invalid',
    file: async () => {
      const foreign = await world.logKey(keyOf('zurich'), identityOf('frankfurt'));
      return world.file({ ...both, sealingKeys: [foreign] });
    },
  },
  {
    what: 'a sealing key of a center that no version has',
    code: 'sharing.form',
    file: async () => world.file({ ...both, sealingKeys: [await world.logKey(keyOf('geneva'))] }),
  },
  {
    what: 'a sealing key under a version that is not there',
    code: 'sharing.form',
    file: async () =>
      world.file({ ...both, sealingKeys: [await world.logKey(keyOf('zurich', { policy: 3 }))] }),
  },
  {
    what: 'a sealing key that was never logged',
    code: 'sharing.proof',
    file: () =>
      altered(({ sealingKeys: [one] }) => {
        if (one !== undefined) one.index += 1;
      }),
  },
  {
    what: 'a statement that no milestone names',
    code: 'sharing.form',
    file: () => world.file({ ...both, milestones: [key] }),
  },
  {
    what: 'the statement of a milestone at a place where it is not',
    code: 'sharing.proof',
    file: () =>
      altered(({ milestones: [one] }) => {
        if (one !== undefined) one.index += 1;
      }),
  },
];

for (const { what, code, file } of hostile)
  test(`refused: ${what} (${code})`, async () => {
    const bytes = await file();
    await rejects(code, () => readSharing(bytes, trust));
  });

test('an older file, one that takes a version back, and one that puts another in its place are refused', async () => {
  const now = await readSharing(await world.file(both), trust);
  const memory = rememberSharing(now);
  assert.deepEqual(memory, {
    version: 2,
    digest: now.residencies[1]?.digest,
    origin: now.origin,
    size: now.size,
    time: now.time,
  });
  assert.deepEqual(rememberSharing(now, memory), memory);
  const before = await readSharing(
    await world.file({ policies: [first], sealingKeys: [key], milestones: [done], checkpoint: small }),
    trust,
  );
  await rejects('sharing.older', () => rememberSharing(before, memory));
  assert.equal(rememberSharing(now, { ...rememberSharing(before), time: sharingTime - week }).version, 2);
  const taken = await readSharing(
    await world.file({ ...both, policies: [first], sealingKeys: [key] }),
    trust,
  );
  await rejects('sharing.older', () => rememberSharing(taken, memory));
  const smaller = await readSharing(await world.file({ ...both, size: now.size }), trust);
  await rejects('sharing.older', () => rememberSharing(smaller, { ...memory, size: now.size + 1 }));
  const other = buildResidency(policyOf({ notice: 1 }));
  await rejects('sharing.older', () => rememberSharing(now, { version: 1, digest: other.digest, size: 1 }));
});

test('notice cannot be claimed backwards: what was logged after the last file was announced after it', async () => {
  const now = await readSharing(await world.file(both), trust);
  const one = await readSharing(await world.file({ policies: [first], checkpoint: small }), trust);
  const [{ policy: promised }, { policy: late }] = now.residencies as [LoggedResidency, LoggedResidency];
  const latest = parseTime(late.effective) - promised.notice + 3_600;
  const seenAt = (time: number): SharingMemory => ({ ...rememberSharing(one), time });
  assert.equal(rememberSharing(now, seenAt(latest)).version, 2);
  await rejects('residency.succession', () => rememberSharing(now, seenAt(latest + 1)));
  // What the log held then may have been announced in time, and a memory without a time says nothing.
  assert.equal(rememberSharing(now, { ...seenAt(latest + 1), size: second.index + 1 }).version, 2);
  const { time: _, ...older } = seenAt(latest + 1);
  assert.equal(rememberSharing(now, older).version, 2);
  // Time does not go back, whatever a checkpoint says.
  assert.equal(rememberSharing(now, { ...rememberSharing(now), time: now.time + 9 }).time, now.time + 9);
});

test('nothing but the file itself is taken, and every other text gets a typed refusal', async () => {
  const sound = await world.file(both);
  await rejects('sharing.form', () => readSharing(new TextEncoder().encode(`${fromUtf8(sound)}\n`), trust));
  const members = parseJson(sound) as JsonObject;
  await rejects('sharing.form', () => readSharing(canonicalJson({ ...members, more: 1 }), trust));
  const { refused } = await everyAsyncParserRefuses(
    async (bytes) => {
      await readSharing(bytes, trust);
      assert.deepEqual(bytes, sound);
    },
    [sound],
    60,
  );
  assert.ok(refused > 40);
});
