import assert from 'node:assert/strict';
import test from 'node:test';
import {
  consistencyProof,
  freshState,
  sha256,
  toBase64,
  toHex,
  utf8,
  verify,
  verifyPublication,
  type PublicationOutcome,
  type PublicationQuestion,
  type State,
} from '@vitrine/evidence';
import { makeWorld, nodePlatform, worldOrigin, worldTime, type World } from '@vitrine/testkit';

const snapshot = { version: 1, sha256: toHex(sha256(utf8('snapshot 1'))) };

function ask(world: World, question: Partial<PublicationQuestion>): Promise<PublicationOutcome> {
  const root = { version: 1, sha256: world.policy.root.sha256 };
  return verifyPublication(
    { publication: undefined, snapshot, root, policy: world.policy, now: worldTime + 60, ...question },
    nodePlatform,
  );
}

const last = { seq: 5, snapshot: 1, sha256: snapshot.sha256, index: 3, asOf: 3 };
const otherDigest = toHex(sha256(utf8('another')));
const day = 86_400;

interface Case {
  readonly name: string;
  readonly answer: string;
  readonly ask: (world: World) => Partial<PublicationQuestion> | Promise<Partial<PublicationQuestion>>;
}

const publish =
  (options: Parameters<World['publish']>[0], question: Partial<PublicationQuestion> = {}): Case['ask'] =>
  async (world) => ({ publication: await world.publish(options), ...question });

const withState = (state: Partial<State>): Partial<PublicationQuestion> => ({
  state: { ...freshState, ...state },
});

const cases: readonly Case[] = [
  { name: 'the publication of the snapshot', answer: 'accepted fresh', ask: publish({}) },
  {
    name: 'the heartbeat after one that was accepted',
    answer: 'accepted fresh',
    ask: publish({ seq: 6, previous: 3 }, withState({ publication: last })),
  },
  {
    name: 'a root of the repository that is younger than the publication',
    answer: 'accepted fresh',
    ask: publish({}, { root: { version: 2, sha256: otherDigest } }),
  },
  { name: 'no publication', answer: 'verdict.no-publication', ask: () => ({}) },
  {
    name: 'the publication of another snapshot of this version',
    answer: 'verdict.snapshot',
    ask: publish({ sha256: otherDigest }),
  },
  {
    name: 'the publication of another version of the snapshot',
    answer: 'verdict.snapshot',
    ask: publish({}, { snapshot: { ...snapshot, version: 2 } }),
  },
  {
    name: 'a root that the repository keeps back',
    answer: 'verdict.snapshot',
    ask: publish({ root: { version: 2, sha256: otherDigest } }),
  },
  {
    name: 'another root of this version in the repository',
    answer: 'verdict.snapshot',
    ask: publish({}, { root: { version: 1, sha256: otherDigest } }),
  },
  {
    name: 'a lower sequence than was accepted',
    answer: 'verdict.rollback',
    ask: publish({ seq: 4, previous: 2 }, withState({ publication: last })),
  },
  {
    name: 'a lower snapshot than was accepted',
    answer: 'verdict.rollback',
    ask: publish({ seq: 6, previous: 3 }, withState({ publication: { ...last, snapshot: 2 } })),
  },
  {
    name: 'a publication as of a time before the last one',
    answer: 'verdict.rollback',
    ask: publish({ seq: 6, previous: 3, asOf: 4 }, withState({ publication: { ...last, asOf: 5 } })),
  },
  {
    name: 'too few witnesses',
    answer: 'verdict.quorum',
    ask: publish({ witnesses: ['supervisor-a'] }),
  },
  {
    name: 'a publication that nobody renewed for longer than maxAge',
    answer: 'accepted stale verdict.stale',
    ask: publish({}, { now: worldTime + 2 * day }),
  },
  {
    name: 'the same under the longer limit for offline import',
    answer: 'accepted fresh',
    ask: publish({}, { now: worldTime + 2 * day, offline: true }),
  },
  {
    name: 'a clock before the time that was accepted last',
    answer: 'verdict.clock',
    ask: publish({}, { now: worldTime, ...withState({ floor: worldTime + 2 * day }) }),
  },
  {
    name: 'a clock before the witnesses',
    answer: 'verdict.clock',
    ask: publish({}, { now: worldTime - day }),
  },
  { name: 'no clock', answer: 'accepted unknown', ask: publish({}, { now: undefined }) },
  {
    name: 'another root for the remembered size',
    answer: 'verdict.fork',
    ask: async (world) => {
      const publication = await world.publish();
      const head = {
        origin: worldOrigin,
        size: world.log.entries.length,
        root: toBase64(new Uint8Array(32)),
      };
      return { publication, ...withState({ head }) };
    },
  },
  {
    name: 'a head that does not extend the remembered one',
    answer: 'verdict.fork',
    ask: async (world) => {
      const publication = await world.publish();
      const path = await consistencyProof(6, 7, world.log.read);
      const head = { origin: worldOrigin, size: 6, root: toBase64(new Uint8Array(32)) };
      return { publication, consistency: [{ from: 6, to: 7, path }], ...withState({ head }) };
    },
  },
  {
    name: 'growth without a proof, where one is demanded',
    answer: 'verdict.unproven',
    ask: async (world) => {
      const head = { origin: worldOrigin, size: 6, root: toBase64(await world.log.root()) };
      return { publication: await world.publish(), demand: ['consistency'], ...withState({ head }) };
    },
  },
  {
    name: 'an older policy than was accepted',
    answer: 'verdict.policy',
    ask: publish({}, withState({ policy: { version: 2, sha256: otherDigest } })),
  },
];

for (const one of cases) {
  test(`${one.name}: ${one.answer}`, async () => {
    const world = await makeWorld();
    const outcome = await ask(world, await one.ask(world));
    const { verdict, freshness, code, checks } = outcome;
    const open = checks.find((check) => check.name === 'freshness')?.code;
    const said =
      verdict === 'accepted'
        ? ['accepted', freshness, ...(open === undefined ? [] : [open])].join(' ')
        : code;
    assert.equal(said, one.answer, JSON.stringify(checks, null, 1));
    assert.equal(outcome.state !== undefined, verdict === 'accepted');
    assert.equal(outcome.publication !== undefined, verdict === 'accepted');
  });
}

test('what is remembered is what verify remembers of the same publication', async () => {
  const world = await makeWorld();
  const head = { origin: worldOrigin, size: 6, root: toBase64(await world.log.root()) };
  const state: State = { ...freshState, head, sequences: { 'verifier/stable': 7 } };
  const publication = await world.publish();
  const path = await consistencyProof(6, 7, world.log.read);
  const consistency = [{ from: 6, to: 7, path }];
  const alone = await ask(world, { publication, state, consistency });
  const whole = await verify(
    {
      artifact: world.artifact,
      evidence: await world.evidence(),
      publication,
      policy: world.policy,
      state,
      consistency,
      now: worldTime + 60,
    },
    nodePlatform,
  );
  assert.deepEqual(alone.state, whole.state);
  assert.equal(alone.state?.head?.size, 7);
  assert.deepEqual(
    { seq: alone.publication?.seq, index: alone.publication?.index, time: alone.publication?.time },
    { seq: 1, index: 6, time: worldTime },
  );
});

test('any byte of the file changed is refused', async () => {
  const world = await makeWorld();
  const publication = await world.publish();
  for (let i = 0; i < publication.length; i += 7) {
    const changed = publication.slice();
    changed[i] = (changed[i] as number) ^ 1;
    const { verdict } = await ask(world, { publication: changed });
    assert.equal(verdict, 'refused', `byte ${i}`);
  }
});
