// Rebuilds, holds and withdrawals.

import {
  commitTo,
  expectKind,
  formatTime,
  order,
  provenance,
  rebuild,
  release,
  resolution,
  statementIdOf,
  statementOf,
  withdrawal,
  type Rebuild,
  type TrustPolicyDocument,
} from '@vitrine/evidence';
import { worldTime, type World, type WorldOptions } from '../world.ts';
import { accepted, digestOf, envelopeAt, given, log, refused, type Asked, type Draft } from './case.ts';

const outputsOf = (world: World): string =>
  statementOf(world.envelopes.provenance).subject[0]?.digest.sha256 ?? '';
const otherOutputs = digestOf('other outputs');
const issuedAt = formatTime(worldTime - 40);

const vote = (
  world: World,
  operator: string,
  result: Rebuild['result'],
  outputs = outputsOf(world),
): Promise<number> =>
  log(
    world,
    rebuild,
    result === 'cannot-build' ? ['order', world.orderId] : ['outputs', outputs],
    { order: world.orderId, result, isolation: 'bubblewrap', finishedOn: issuedAt },
    { operator },
  );
const resolve = (world: World, differs: number, outcome: 'cleared' | 'upheld'): Promise<number> =>
  log(world, resolution, ['order', world.orderId], {
    differs,
    outcome,
    explanation: commitTo(new Uint8Array(32), new Uint8Array(0), 'supervisor-a'),
    issuedAt,
  });
const withdraw = (world: World, artifact: string): Promise<number> =>
  log(world, withdrawal, ['artifact', artifact], {
    product: 'verifier',
    channel: 'stable',
    sequence: 7,
    reason: 'defect',
    issuedAt,
  });

const withRebuilds = (rebuilds: TrustPolicyDocument['rebuilds']): WorldOptions => ({
  policy: (document) => ({ ...document, rebuilds }),
});
const blind = withRebuilds({ threshold: 2, blind: true });
const one = withRebuilds({ threshold: 1, blind: false });
const oneBlind = withRebuilds({ threshold: 1, blind: true });

/** The same order, but with a sandbox demanded; its provenance and votes are logged anew. */
async function sandboxed(world: World, isolation: Rebuild['isolation']): Promise<Partial<Asked>> {
  const ordered = expectKind(statementOf(world.envelopes.order), order);
  const tree = ordered.subject[0]?.digest.sha256 ?? '';
  const predicate = {
    ...ordered.predicate,
    environment: { ...ordered.predicate.environment, sandbox: true },
  };
  const index = await log(world, order, ['tree', tree], predicate);
  const orderId = statementIdOf(envelopeAt(world, index));
  const built = expectKind(statementOf(world.envelopes.provenance), provenance).predicate;
  const definition = { ...built.buildDefinition, externalParameters: { order: orderId } };
  await log(world, provenance, ['outputs', outputsOf(world)], { ...built, buildDefinition: definition });
  for (const operator of ['supervisor-a', 'supervisor-b']) {
    const result = { order: orderId, result: 'reproduced', isolation, finishedOn: issuedAt } as const;
    await log(world, rebuild, ['outputs', outputsOf(world)], result, { operator });
  }
  const released = expectKind(statementOf(world.envelopes.release), release).predicate;
  await log(world, release, ['artifact', world.artifact.sha256], {
    ...released,
    sequence: 8,
    order: orderId,
  });
  return {};
}

export const voteCases: readonly Draft[] = [
  given('rebuilds in a sandbox, as the order demands', accepted(), (world) => sandboxed(world, 'bubblewrap')),
  given(
    'rebuilds without the sandbox that the order demands',
    refused('rebuilds', 'verdict.rebuilds'),
    (world) => sandboxed(world, 'none'),
  ),
  given(
    'copied rebuilds made blind by logging the provenance again',
    refused('rebuilds', 'verdict.rebuilds'),
    async (world) => {
      await vote(world, 'supervisor-b', 'built');
      const again = expectKind(statementOf(world.envelopes.provenance), provenance).predicate;
      const metadata = { ...again.runDetails.metadata, finishedOn: formatTime(worldTime - 30) };
      await log(world, provenance, ['outputs', outputsOf(world)], {
        ...again,
        runDetails: { ...again.runDetails, metadata },
      });
      return {};
    },
    withRebuilds({ threshold: 2, blind: true }),
  ),
  given('a rebuilder of the operator that built', refused('rebuilds', 'verdict.rebuilds'), undefined, {
    policy: (document) => ({
      ...document,
      keys: document.keys.map((key) => (key.role === 'builder' ? { ...key, operator: 'supervisor-b' } : key)),
    }),
  }),
  given(
    'an operator whose latest word is that it cannot build',
    refused('rebuilds', 'verdict.rebuilds'),
    async (world) => {
      await vote(world, 'supervisor-b', 'cannot-build');
      return {};
    },
  ),
  given(
    'a difference under a resolution that names an agreeing entry',
    refused('rebuilds', 'verdict.differs'),
    async (world) => {
      await vote(world, 'supervisor-b', 'differs', otherOutputs);
      await resolve(world, await vote(world, 'supervisor-b', 'reproduced'), 'cleared');
      return {};
    },
    one,
  ),
  given('a single rebuild of two', refused('rebuilds', 'verdict.rebuilds'), async (world) => ({
    evidence: await world.evidence({ indices: [0, 1, 2, 3, 5] }),
    publication: undefined,
  })),
  given('two rebuilds by one operator', refused('rebuilds', 'verdict.rebuilds'), async (world) => {
    const again = await vote(world, 'supervisor-a', 'reproduced');
    return {
      evidence: await world.evidence({ indices: [0, 1, 2, 3, 5, again] }),
      publication: undefined,
    };
  }),
  given('a rebuild that gave other bytes', refused('rebuilds', 'verdict.differs'), async (world) => {
    await vote(world, 'supervisor-b', 'differs', otherOutputs);
    return {};
  }),
  given('other bytes under the word "reproduced"', refused('rebuilds', 'verdict.differs'), async (world) => {
    await vote(world, 'supervisor-b', 'reproduced', otherOutputs);
    return {};
  }),
  given('the word "differs" over equal bytes', refused('rebuilds', 'verdict.differs'), async (world) => {
    await vote(world, 'supervisor-b', 'differs');
    return {};
  }),
  given(
    'a difference that its rebuilder takes back',
    refused('rebuilds', 'verdict.differs'),
    async (world) => {
      await vote(world, 'supervisor-b', 'differs', otherOutputs);
      await vote(world, 'supervisor-b', 'reproduced');
      return {};
    },
  ),
  given(
    'a difference that a supervisor cleared',
    accepted(),
    async (world) => {
      await resolve(world, await vote(world, 'supervisor-b', 'differs', otherOutputs), 'cleared');
      return {};
    },
    one,
  ),
  given('a cleared difference is no vote', refused('rebuilds', 'verdict.rebuilds'), async (world) => {
    await resolve(world, await vote(world, 'supervisor-b', 'differs', otherOutputs), 'cleared');
    return {};
  }),
  given(
    'a difference that a supervisor upheld',
    refused('rebuilds', 'verdict.differs'),
    async (world) => {
      await resolve(world, await vote(world, 'supervisor-b', 'differs', otherOutputs), 'upheld');
      return {};
    },
    one,
  ),
  given(
    'a hold upheld after it was cleared',
    refused('holds', 'verdict.differs'),
    async (world) => {
      const differs = await vote(world, 'supervisor-b', 'differs', otherOutputs);
      await resolve(world, differs, 'cleared');
      await resolve(world, differs, 'upheld');
      return {};
    },
    one,
  ),
  given(
    'a resolution before the difference that it names',
    refused('rebuilds', 'verdict.differs'),
    async (world) => {
      await resolve(world, 7, 'cleared');
      await vote(world, 'supervisor-b', 'differs', otherOutputs);
      return {};
    },
    one,
  ),
  given(
    'a resolution by the vendor',
    refused('rebuilds', 'verdict.differs'),
    async (world) => {
      const differs = await vote(world, 'supervisor-b', 'differs', otherOutputs);
      const explanation = commitTo(new Uint8Array(32), new Uint8Array(0), 'vendor');
      const predicate = { differs, outcome: 'cleared', explanation, issuedAt } as const;
      await log(world, resolution, ['order', world.orderId], predicate, { role: 'releaser' });
      return {};
    },
    one,
  ),
  given(
    'a rebuilder that cannot build abstains',
    accepted(),
    async (world) => {
      await vote(world, 'supervisor-b', 'cannot-build');
      return {};
    },
    one,
  ),
  given(
    'two rebuilds, one of them blind, of two blind ones',
    refused('rebuilds', 'verdict.rebuilds'),
    () => ({}),
    blind,
  ),
  given('a blind rebuild where one is asked', accepted(), () => ({}), oneBlind),

  given('a withdrawn artifact', refused('holds', 'verdict.withdrawn'), async (world) => {
    await withdraw(world, world.artifact.sha256);
    return {};
  }),
  given('a withdrawal of another artifact', accepted(), async (world) => {
    await withdraw(world, digestOf('another artifact'));
    return {};
  }),
  given(
    'a withdrawal that only the publication lists',
    refused('active', 'verdict.withdrawn'),
    async (world) => {
      const index = await withdraw(world, world.artifact.sha256);
      const active = [{ kind: 'withdrawal', index, about: world.artifact.sha256 }] as const;
      return { publication: await world.publish({ active }), evidence: await world.evidence() };
    },
  ),
  given('a hold that only the publication lists', refused('active', 'verdict.held'), async (world) => {
    const index = await vote(world, 'supervisor-b', 'differs', otherOutputs);
    const active = [{ kind: 'hold', index, about: world.orderId }] as const;
    return { publication: await world.publish({ active }), evidence: await world.evidence() };
  }),
  given('holds and withdrawals of others', accepted(), async (world) => {
    const active = [
      { kind: 'hold', index: 1, about: digestOf('another order') },
      { kind: 'withdrawal', index: 2, about: digestOf('another artifact') },
      { kind: 'hold', index: 3, about: world.artifact.sha256 },
    ] as const;
    return { publication: await world.publish({ active }), evidence: await world.evidence() };
  }),
];
