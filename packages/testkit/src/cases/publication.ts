// Publication, freshness, memory: what is judged against a clock and against what was seen before.

import {
  consistencyProof,
  formatPublicationFile,
  fromUtf8,
  publication,
  expectKind,
  statementOf,
  toBase64,
  utf8,
  type ConsistencyProof,
  type Head,
  type PublicationFile,
  type State,
} from '@vitrine/evidence';
import { worldOrigin, worldTime, type World } from '../world.ts';
import {
  accepted,
  digestOf,
  given,
  log,
  refused,
  remembered,
  undecided,
  type Asked,
  type Draft,
} from './case.ts';
import { threeOfFour } from './heads.ts';

const day = 86_400;
const year = 365 * day;

/** What was remembered when publication 5 of snapshot 3 was accepted; `sha256` as world.publish names it. */
const accepted5: NonNullable<State['publication']> = {
  seq: 5,
  snapshot: 3,
  sha256: digestOf('snapshot 3'),
  index: 0,
  asOf: 1,
};

async function headOfWorld(world: World, size: number): Promise<Head> {
  return { origin: worldOrigin, size, root: toBase64(await world.log.root(size)) };
}

async function proof(world: World, from: number, to: number): Promise<ConsistencyProof> {
  return { from, to, path: await consistencyProof(from, to, world.log.read) };
}

/** The publication file of a statement that is not quite a publication, or not by the publisher. */
async function publicationBy(world: World, role: 'publisher' | 'releaser'): Promise<Uint8Array> {
  const file = JSON.parse(fromUtf8(await world.publish())) as PublicationFile;
  const { predicate, subject } = expectKind(statementOf(file.statement.envelope), publication);
  const snapshot = subject[0]?.digest.sha256 ?? '';
  world.log.entries.pop();
  const index = await log(world, publication, ['snapshot', snapshot], predicate, { role });
  const envelope = JSON.parse(
    fromUtf8(world.log.entries[index] as Uint8Array),
  ) as typeof file.statement.envelope;
  return formatPublicationFile({
    checkpoint: await world.checkpoint(),
    statement: { envelope, index, path: await world.log.path(index) },
  });
}

/** Evidence under one head, then a publication under a head that does not extend it: the witnesses signed both. */
async function forkedLog(world: World, entries: number): Promise<Partial<Asked>> {
  world.log.append(world.envelopes.source);
  const evidence = await world.evidence();
  world.log.entries.pop();
  for (let i = 1; i < entries; i++) world.log.append(world.envelopes.order);
  return { evidence, publication: await world.publish() };
}

export const publicationCases: readonly Draft[] = [
  given(
    'a publication as of a time before the release, with nothing to list',
    refused('active', 'verdict.publication'),
    async (world) => ({ publication: await world.publish({ asOf: 0 }) }),
  ),
  given(
    'a publication that covers less than the one accepted before',
    refused('published', 'verdict.rollback'),
    async (world) => ({
      publication: await world.publish({ seq: 6, snapshot: 3 }),
      state: remembered({ publication: { ...accepted5, asOf: 7 } }),
    }),
  ),
  given(
    'a publication that does not follow the one accepted before',
    refused('published', 'verdict.publication'),
    async (world) => ({
      publication: await world.publish({ seq: 6, snapshot: 3, previous: 1 }),
      state: remembered({ publication: { ...accepted5, index: 3 } }),
    }),
  ),
  given('no publication', accepted('unknown', { publication: 'skipped' }), () => ({
    publication: undefined,
  })),
  given('no publication where one is demanded', undecided('publication', 'verdict.no-publication'), () => ({
    publication: undefined,
    demand: ['publication'],
  })),
  given('a publication that is not JSON', refused('publication', 'json.syntax'), () => ({
    publication: utf8('not found\n'),
  })),
  given(
    'a publication with one cosignature of two',
    refused('publication', 'verdict.quorum'),
    async (world) => {
      const file = JSON.parse(fromUtf8(await world.publish())) as PublicationFile;
      const checkpoint = await world.checkpoint({ witnesses: ['supervisor-b'] });
      return {
        publication: formatPublicationFile({ ...file, checkpoint }),
        evidence: await world.evidence(),
      };
    },
  ),
  given('a publication outside the log', refused('published', 'merkle.inclusion'), async (world) => {
    const file = JSON.parse(fromUtf8(await world.publish())) as PublicationFile;
    const statement = { ...file.statement, path: file.statement.path.slice(1) };
    return { publication: formatPublicationFile({ ...file, statement }), evidence: await world.evidence() };
  }),
  given('a publication by the releaser', refused('published', 'verdict.claim'), async (world) => ({
    publication: await publicationBy(world, 'releaser'),
    evidence: await world.evidence(),
  })),
  given(
    'a publication that speaks of entries to come',
    refused('published', 'verdict.publication'),
    async (world) => ({
      publication: await world.publish({ asOf: 7 }),
      evidence: await world.evidence(),
    }),
  ),
  given(
    'a publication that leaves out what came before its last',
    refused('published', 'verdict.publication'),
    async (world) => ({
      publication: await world.publish({ seq: 2, previous: 4, asOf: 4 }),
      evidence: await world.evidence(),
    }),
  ),
  given(
    'a second publication without a first',
    refused('published', 'verdict.publication'),
    async (world) => ({
      publication: await world.publish({ seq: 2, previous: null }),
      evidence: await world.evidence(),
    }),
  ),
  given('a publication under another root', refused('published', 'verdict.publication'), async (world) => ({
    publication: await world.publish({ root: { version: 1, sha256: digestOf('another root') } }),
    evidence: await world.evidence(),
  })),
  given('a publication under a later root', accepted(), async (world) => ({
    publication: await world.publish({ root: { version: 2, sha256: digestOf('the next root') } }),
    evidence: await world.evidence(),
  })),
  given(
    'a publication issued after its witnesses saw it',
    refused('published', 'verdict.publication'),
    async (world) => ({
      publication: await world.publish({ issuedAt: worldTime + 301 }),
      evidence: await world.evidence(),
    }),
  ),
  given('a publication issued within the skew of the clocks', accepted(), async (world) => ({
    publication: await world.publish({ issuedAt: worldTime + 300 }),
    evidence: await world.evidence(),
  })),

  given('a publication of yesterday', accepted('stale', { freshness: 'unknown' }), () => ({
    now: worldTime + day,
  })),
  given('a publication just within its age', accepted(), () => ({ now: worldTime - 30 + day })),
  given('a publication of yesterday, imported offline', accepted(), () => ({
    now: worldTime + day,
    offline: true,
  })),
  given(
    'a publication issued long before it was witnessed',
    accepted('stale', { freshness: 'unknown' }),
    async (world) => ({
      publication: await world.publish({ issuedAt: worldTime - day }),
      evidence: await world.evidence(),
    }),
  ),
  given('a machine without a clock', accepted('unknown', { freshness: 'unknown' }), () => ({
    now: undefined,
  })),
  given('a clock behind the witnesses', undecided('freshness', 'verdict.clock'), () => ({
    now: worldTime - 301,
  })),
  given('a clock slightly behind the witnesses', accepted(), () => ({ now: worldTime - 300 })),
  given('a clock behind what was remembered', undecided('freshness', 'verdict.clock'), () => ({
    state: remembered({ floor: worldTime + 1000 }),
  })),
  given('a remembered time that is later than the clock', accepted(), () => ({
    state: remembered({ floor: worldTime + 300 }),
  })),
  given(
    'a remembered time that makes a publication stale',
    accepted('stale', { freshness: 'unknown' }),
    () => ({
      state: remembered({ floor: worldTime + day }),
      now: worldTime + day - 300,
    }),
  ),
  given('one witness of four whose clock runs a year ahead', accepted(), undefined, {
    ...threeOfFour,
    cosignedAt: { union: worldTime + year },
  }),
  given('one witness of four whose clock runs a year behind', accepted(), undefined, {
    ...threeOfFour,
    cosignedAt: { union: worldTime - year },
  }),
  given('two witnesses of four whose clocks run a year ahead', accepted(), undefined, {
    ...threeOfFour,
    cosignedAt: { union: worldTime + year, trustee: worldTime + year },
  }),
  given(
    'a quorum that only clocks a year behind complete',
    refused('published', 'verdict.publication'),
    undefined,
    {
      ...threeOfFour,
      cosignedAt: { union: worldTime - year, trustee: worldTime - year },
    },
  ),

  given('the publication that was accepted before', accepted(), async (world) => ({
    publication: await world.publish({ seq: 5, snapshot: 3 }),
    evidence: await world.evidence(),
    state: remembered({ publication: accepted5 }),
  })),
  given('a heartbeat of the same snapshot', accepted(), async (world) => ({
    publication: await world.publish({ seq: 6, snapshot: 3 }),
    evidence: await world.evidence(),
    state: remembered({ publication: accepted5 }),
  })),
  given('an older publication', refused('published', 'verdict.rollback'), async (world) => ({
    publication: await world.publish({ seq: 4, snapshot: 3 }),
    evidence: await world.evidence(),
    state: remembered({ publication: accepted5 }),
  })),
  given(
    'a later publication of an older snapshot',
    refused('published', 'verdict.rollback'),
    async (world) => ({
      publication: await world.publish({ seq: 6, snapshot: 2 }),
      evidence: await world.evidence(),
      state: remembered({ publication: accepted5 }),
    }),
  ),
  given(
    'another snapshot under the same version',
    refused('published', 'verdict.rollback'),
    async (world) => ({
      publication: await world.publish({ seq: 6, snapshot: 3 }),
      evidence: await world.evidence(),
      state: remembered({ publication: { ...accepted5, sha256: digestOf('another snapshot 3') } }),
    }),
  ),
  given(
    'another publication under the same number',
    refused('published', 'verdict.rollback'),
    async (world) => ({
      publication: await world.publish({ seq: 5, snapshot: 4 }),
      evidence: await world.evidence(),
      state: remembered({ publication: accepted5 }),
    }),
  ),

  given('the same head as remembered', accepted(), async (world) => {
    const announced = await world.publish();
    const state = remembered({ head: await headOfWorld(world, 7) });
    return { publication: announced, evidence: await world.evidence(), state };
  }),
  given('growth since the remembered head', accepted('fresh', { history: 'unknown' }), async (world) => ({
    state: remembered({ head: await headOfWorld(world, 5) }),
  })),
  given('growth since the remembered head, proven', accepted(), async (world) => {
    const announced = await world.publish();
    return {
      publication: announced,
      evidence: await world.evidence(),
      state: remembered({ head: await headOfWorld(world, 5) }),
      consistency: [await proof(world, 5, 7)],
      demand: ['consistency'],
    };
  }),
  given('growth that must be proven and is not', undecided('history', 'verdict.unproven'), async (world) => ({
    state: remembered({ head: await headOfWorld(world, 5) }),
    demand: ['consistency'],
  })),
  given('heads older than the remembered one, proven', accepted(), async (world) => {
    const announced = await world.publish();
    const evidence = await world.evidence();
    world.log.append(world.envelopes.order);
    return {
      publication: announced,
      evidence,
      state: remembered({ head: await headOfWorld(world, 8) }),
      consistency: [await proof(world, 7, 8)],
    };
  }),
  given('another root than remembered for the same size', refused('history', 'verdict.fork'), () => ({
    state: remembered({ head: { origin: worldOrigin, size: 7, root: toBase64(new Uint8Array(32)) } }),
  })),
  given('a forked log, both heads cosigned, at one size', refused('history', 'verdict.fork'), (world) =>
    forkedLog(world, 1),
  ),
  given(
    'a forked log, both heads cosigned, with a proof of the fork',
    refused('history', 'verdict.fork'),
    async (world) => ({
      ...(await forkedLog(world, 2)),
      consistency: [await proof(world, 7, 8)],
    }),
  ),
  given(
    'a forked log, seen with a clock behind the witnesses',
    refused('history', 'verdict.fork'),
    async (world) => ({
      ...(await forkedLog(world, 1)),
      now: worldTime - year,
    }),
  ),
];
