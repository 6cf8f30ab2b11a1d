// The artifact and the chain from it back to its source.

import {
  canonicalJson,
  expectKind,
  order,
  provenance,
  release,
  signEnvelope,
  source,
  statementIdOf,
  statementOf,
  utf8,
  type Order,
  type Provenance,
  type Release,
} from '@vitrine/evidence';
import type { World } from '../world.ts';
import {
  accepted,
  digestOf,
  envelopeAt,
  evidenceWith,
  given,
  log,
  refused,
  remembered,
  undecided,
  type Draft,
} from './case.ts';

const released = (world: World): Release =>
  expectKind(statementOf(world.envelopes.release), release).predicate;
const ordered = (world: World): Order => expectKind(statementOf(world.envelopes.order), order).predicate;
const built = (world: World): Provenance =>
  expectKind(statementOf(world.envelopes.provenance), provenance).predicate;
const outputsOf = (world: World): string =>
  statementOf(world.envelopes.provenance).subject[0]?.digest.sha256 ?? '';

const releaseAgain = (world: World, change: Partial<Release>): Promise<number> =>
  log(world, release, ['artifact', world.artifact.sha256], { ...released(world), ...change });
const buildAgain = (
  world: World,
  change: Partial<Provenance['buildDefinition']>,
  builder = built(world).runDetails.builder,
  outputs = outputsOf(world),
): Promise<number> => {
  const { buildDefinition, runDetails } = built(world);
  return log(world, provenance, ['outputs', outputs], {
    buildDefinition: { ...buildDefinition, ...change },
    runDetails: { ...runDetails, builder },
  });
};
/** Another order and a release by it; answers the order's identifier. */
async function orderAgain(world: World, change: Partial<Order>): Promise<string> {
  const tree = statementOf(world.envelopes.order).subject[0]?.digest.sha256 ?? '';
  const index = await log(world, order, ['tree', tree], { ...ordered(world), ...change });
  const id = statementIdOf(envelopeAt(world, index));
  await releaseAgain(world, { order: id });
  return id;
}

export const chainCases: readonly Draft[] = [
  given('an artifact with its evidence and a fresh publication', accepted()),
  given('every expectation met', accepted(), () => ({
    expected: { product: 'verifier', channel: 'stable', platform: 'any', minSequence: 7 },
  })),
  given('another artifact', refused('evidence', 'verdict.artifact'), () => ({
    artifact: utf8('another artifact\n'),
  })),
  given('an artifact with one byte more', refused('evidence', 'verdict.artifact'), ({ artifact }) => ({
    artifact: Uint8Array.of(...artifact.bytes, 10),
  })),
  given('no evidence', undecided('evidence', 'verdict.no-evidence'), () => ({ evidence: undefined })),
  given('evidence that is not JSON', refused('evidence', 'json.syntax'), () => ({
    evidence: utf8('<html>404</html>'),
  })),
  given('evidence that was reformatted', refused('evidence', 'json.not-canonical'), async (world) => {
    await world.publish();
    const text = new TextDecoder().decode(await world.evidence());
    return { evidence: utf8(JSON.stringify(JSON.parse(text), null, 2)) };
  }),
  given('evidence with a member of its own', refused('evidence', 'schema.mismatch'), async (world) => ({
    evidence: utf8(new TextDecoder().decode(await world.evidence()).replace(/\}$/, ',"x":1}')),
  })),

  given('a release of another product', refused('release', 'verdict.expected'), () => ({
    expected: { product: 'agent' },
  })),
  given('a release of another channel', refused('release', 'verdict.expected'), () => ({
    expected: { channel: 'beta' },
  })),
  given('a release for another platform', refused('release', 'verdict.expected'), () => ({
    expected: { platform: 'linux-x64' },
  })),
  given('a release below the wanted sequence', refused('release', 'verdict.sequence'), () => ({
    expected: { minSequence: 8 },
  })),
  given('a release below an accepted sequence', refused('release', 'verdict.sequence'), () => ({
    state: remembered({ sequences: { 'verifier/stable': 8 } }),
  })),
  given('an accepted sequence of another channel', accepted(), () => ({
    state: remembered({ sequences: { 'verifier/beta': 8 } }),
  })),
  given('an artifact that was released again', accepted(), async (world) => {
    await releaseAgain(world, { sequence: 9 });
    return { expected: { minSequence: 9 } };
  }),
  given('an artifact that was released to two channels', accepted(), async (world) => {
    await releaseAgain(world, { channel: 'beta' });
    return { expected: { channel: 'stable' } };
  }),

  given('no release statement', refused('release', 'verdict.claim'), async (world) => ({
    evidence: await world.evidence({ indices: [0, 1, 2, 3, 4] }),
    publication: undefined,
  })),
  given('no order statement', refused('order', 'verdict.claim'), async (world) => ({
    evidence: await world.evidence({ indices: [0, 2, 3, 4, 5] }),
    publication: undefined,
  })),
  given('no source statement', refused('source', 'verdict.claim'), async (world) => ({
    evidence: await world.evidence({ indices: [1, 2, 3, 4, 5] }),
    publication: undefined,
  })),
  given('no provenance statement', refused('provenance', 'verdict.claim'), async (world) => ({
    evidence: await world.evidence({ indices: [0, 1, 2, 4, 5] }),
    publication: undefined,
  })),
  given('a release by the key of the builder', refused('release', 'verdict.claim'), async (world) => {
    world.log.entries.pop();
    await log(world, release, ['artifact', world.artifact.sha256], released(world), { role: 'builder' });
    return {};
  }),
  given('a release by an unlisted key', refused('release', 'verdict.claim'), async (world) => {
    world.log.entries.pop();
    const by = { operator: 'nobody' };
    await log(world, release, ['artifact', world.artifact.sha256], released(world), by);
    return {};
  }),
  given('an order for another product', refused('order', 'verdict.chain'), async (world) => {
    await orderAgain(world, { product: 'agent' });
    return {};
  }),
  given('an order for another version', refused('order', 'verdict.chain'), async (world) => {
    await orderAgain(world, { version: '0.2.0' });
    return {};
  }),
  given('an order from another source', refused('source', 'verdict.claim'), async (world) => {
    await orderAgain(world, { source: digestOf('another source') });
    return {};
  }),
  given('a source statement about another tree', refused('source', 'verdict.claim'), async (world) => {
    const { predicate } = expectKind(statementOf(world.envelopes.source), source);
    const index = await log(world, source, ['tree', digestOf('another tree')], predicate);
    await orderAgain(world, { source: statementIdOf(envelopeAt(world, index)) });
    return {};
  }),
  given('a provenance about other outputs', refused('provenance', 'verdict.chain'), async (world) => {
    await buildAgain(world, {}, undefined, digestOf('other outputs'));
    return {};
  }),
  given('a provenance with other materials', refused('provenance', 'verdict.chain'), async (world) => {
    const [materials, tree] = built(world).buildDefinition.resolvedDependencies;
    if (materials === undefined || tree === undefined) throw new Error('the world has no dependencies');
    const other = { ...materials, digest: { sha256: digestOf('other materials') } };
    await buildAgain(world, { resolvedDependencies: [other, tree] });
    return {};
  }),
  given('a provenance from another tree', refused('provenance', 'verdict.chain'), async (world) => {
    const [materials, tree] = built(world).buildDefinition.resolvedDependencies;
    if (materials === undefined || tree === undefined) throw new Error('the world has no dependencies');
    const other = { ...tree, digest: { sha256: digestOf('another tree') } };
    await buildAgain(world, { resolvedDependencies: [materials, other] });
    return {};
  }),
  given('a provenance by another builder', refused('provenance', 'verdict.builder'), async (world) => {
    await buildAgain(world, {}, { id: 'https://elsewhere.example/conveyor' });
    return {};
  }),
  given(
    'a build without the sandbox that was ordered',
    refused('provenance', 'verdict.isolation'),
    async (world) => {
      const id = await orderAgain(world, {
        environment: { platform: 'linux-x64', root: 'host', sandbox: true },
      });
      await buildAgain(world, {
        externalParameters: { order: id },
        internalParameters: { isolation: 'none' },
      });
      return {};
    },
  ),
  given('an output released under another name', refused('provenance', 'verdict.chain'), async (world) => {
    await releaseAgain(world, { output: 'agent.mjs' });
    return {};
  }),
  given('a manifest of other outputs', refused('provenance', 'verdict.chain'), async (world) => {
    const [only] = world.outputs.outputs;
    if (only === undefined) throw new Error('the world has no output');
    const evidence = await evidenceWith(world, { outputs: { outputs: [only, { ...only, path: 'z' }] } });
    return { evidence, publication: undefined };
  }),

  given('a statement of an unknown kind', accepted(), async (world) => {
    const payload = utf8(
      JSON.stringify({
        _type: 'https://in-toto.io/Statement/v1',
        subject: [{ name: 'artifact', digest: { sha256: world.artifact.sha256 } }],
        predicateType: 'https://example.com/mood/v1',
        predicate: { mood: 'good' },
      }),
    );
    world.log.append(await signEnvelope(payload, world.signer('builder')));
    return {};
  }),
  given('a foreign payload by an unlisted key', accepted(), async (world) => {
    world.log.append(await signEnvelope(utf8('[]'), world.signer('order', 'nobody'), 'text/plain'));
    return {};
  }),
  given(
    'a foreign payload by a listed key',
    refused('signatures', 'statement.payload-type'),
    async (world) => {
      world.log.append(await signEnvelope(utf8('[]'), world.signer('order'), 'text/plain'));
      return {};
    },
  ),
  given(
    'a statement of a known kind in a wrong form',
    refused('signatures', 'schema.mismatch'),
    async (world) => {
      const payload = canonicalJson({
        _type: 'https://in-toto.io/Statement/v1',
        subject: [{ name: 'artifact', digest: { sha256: world.artifact.sha256 } }],
        predicateType: release.predicateType,
        predicate: { purl: 'pkg:generic/verifier@0.1.0' },
      });
      world.log.append(await signEnvelope(payload, world.signer('releaser')));
      return {};
    },
  ),
  given('a statement under a borrowed keyid', refused('signatures', 'signature.invalid'), async (world) => {
    const forged = await signEnvelope(utf8('{}'), world.signer('order', 'nobody'));
    const { keyid } = world.signer('order');
    world.log.append({ ...forged, signatures: forged.signatures.map((one) => ({ ...one, keyid })) });
    return {};
  }),
];
