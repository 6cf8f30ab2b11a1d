import assert from 'node:assert/strict';
import test from 'node:test';
import {
  loadPolicy,
  type Provenance,
  type Rebuild,
  type Resolution,
  type TrustPolicy,
} from '@vitrine/evidence';
import { makeWorld } from '@vitrine/testkit';
import { votesOn, type Ballot } from '../src/rebuilds/votes.ts';
import type { Said } from '../src/releases/ledger.ts';

const world = await makeWorld();
const policy: TrustPolicy = await loadPolicy(world.policyBytes, world.root);
const order = 'a'.repeat(64);
const ours = '1'.repeat(64);
const theirs = '2'.repeat(64);

interface Line {
  readonly at: number;
  readonly by: string;
  readonly says: Rebuild['result'];
  readonly outputs?: string;
  readonly isolation?: Rebuild['isolation'];
}

const head = { id: '', keyid: '', seenAt: 0 };

function said<P>(index: number, operator: string, name: string, sha256: string, predicate: P): Said<P> {
  const statement = { subject: [{ name, digest: { sha256 } }], predicate } as unknown as Said<P>['statement'];
  return { ...head, index, operator, predicate, statement };
}

function rebuild({ at, by, says, outputs = ours, isolation = 'bubblewrap' }: Line): Said<Rebuild> {
  return said(at, by, says === 'cannot-build' ? 'order' : 'outputs', outputs, {
    order,
    result: says,
    isolation,
    finishedOn: '2026-11-24T09:00:00Z',
  });
}

const provenance = (index: number, outputs: string = ours): Said<Provenance> =>
  said(index, 'vendor', 'outputs', outputs, {
    buildDefinition: { externalParameters: { order } },
  } as unknown as Provenance);

const answer = (index: number, differs: number, outcome: Resolution['outcome']): Said<Resolution> =>
  said(index, 'supervisor-b', 'order', order, { differs, outcome } as unknown as Resolution);

const a = 'supervisor-a';

interface Case {
  readonly name: string;
  readonly ballot: Partial<Ballot>;
  /** Of supervisor-a. */
  readonly result: string;
  readonly blind?: boolean;
  readonly agreeing?: number;
}

const made = [provenance(10)];
const cases: readonly Case[] = [
  { name: 'nothing said', ballot: { provenances: made }, result: 'waiting' },
  {
    name: 'built before there is anything to compare with',
    ballot: { rebuilds: [rebuild({ at: 1, by: a, says: 'built' })] },
    result: 'built',
  },
  {
    name: 'the same digest, logged before the provenance',
    ballot: { provenances: made, rebuilds: [rebuild({ at: 1, by: a, says: 'built' })] },
    result: 'reproduced',
    blind: true,
    agreeing: 1,
  },
  {
    name: 'the same digest, logged after it',
    ballot: { provenances: made, rebuilds: [rebuild({ at: 11, by: a, says: 'reproduced' })] },
    result: 'reproduced',
    agreeing: 1,
  },
  {
    name: 'blind is what lies below the first provenance, not below a repeated one',
    ballot: {
      provenances: [provenance(10), provenance(20)],
      rebuilds: [rebuild({ at: 15, by: a, says: 'reproduced' })],
    },
    result: 'reproduced',
    agreeing: 1,
  },
  {
    name: 'the word "reproduced" with another digest',
    ballot: {
      provenances: made,
      rebuilds: [rebuild({ at: 11, by: a, says: 'reproduced', outputs: theirs })],
    },
    result: 'differs',
  },
  {
    name: 'the word "differs" with the same digest',
    ballot: { provenances: made, rebuilds: [rebuild({ at: 11, by: a, says: 'differs' })] },
    result: 'differs',
  },
  {
    name: 'a difference is not undone by the same operator’s next word',
    ballot: {
      provenances: made,
      rebuilds: [
        rebuild({ at: 11, by: a, says: 'differs', outputs: theirs }),
        rebuild({ at: 12, by: a, says: 'reproduced' }),
      ],
    },
    result: 'differs',
  },
  {
    name: 'a difference that a supervisor cleared, and no word since',
    ballot: {
      provenances: made,
      rebuilds: [rebuild({ at: 11, by: a, says: 'differs', outputs: theirs })],
      resolutions: [answer(12, 11, 'cleared')],
    },
    result: 'cleared',
  },
  {
    name: 'a difference that was cleared, and then the same bytes',
    ballot: {
      provenances: made,
      rebuilds: [
        rebuild({ at: 11, by: a, says: 'differs', outputs: theirs }),
        rebuild({ at: 13, by: a, says: 'reproduced' }),
      ],
      resolutions: [answer(12, 11, 'cleared')],
    },
    result: 'reproduced',
    agreeing: 1,
  },
  {
    name: 'an answer to a later difference answers the earlier ones of that operator, too',
    ballot: {
      provenances: made,
      rebuilds: [
        rebuild({ at: 9, by: a, says: 'built', outputs: theirs }),
        rebuild({ at: 11, by: a, says: 'differs', outputs: theirs }),
      ],
      resolutions: [answer(12, 11, 'cleared')],
    },
    result: 'cleared',
  },
  {
    name: 'an answer given before the difference answers nothing',
    ballot: {
      provenances: made,
      rebuilds: [rebuild({ at: 12, by: a, says: 'differs', outputs: theirs })],
      resolutions: [answer(11, 12, 'cleared')],
    },
    result: 'differs',
  },
  {
    name: 'a difference that was upheld',
    ballot: {
      provenances: made,
      rebuilds: [rebuild({ at: 11, by: a, says: 'differs', outputs: theirs })],
      resolutions: [answer(12, 11, 'upheld')],
    },
    result: 'differs',
  },
  {
    name: 'no outputs any more withdraws the agreement',
    ballot: {
      provenances: made,
      rebuilds: [
        rebuild({ at: 1, by: a, says: 'built' }),
        rebuild({ at: 11, by: a, says: 'cannot-build', outputs: order }),
      ],
    },
    result: 'cannot-build',
    blind: true,
  },
  {
    name: 'no sandbox where the order asks for one',
    ballot: {
      sandbox: true,
      provenances: made,
      rebuilds: [rebuild({ at: 11, by: a, says: 'reproduced', isolation: 'none' })],
    },
    result: 'no-sandbox',
  },
];

for (const { name, ballot, result, blind = false, agreeing = 0 } of cases) {
  test(`a rebuilder’s vote: ${name}`, () => {
    const found = votesOn(
      { orderId: order, sandbox: false, rebuilds: [], resolutions: [], provenances: [], ...ballot },
      policy,
    );
    const vote = found.votes.find(({ operator }) => operator === a);
    assert.equal(vote?.result, result);
    assert.equal(vote?.blind, blind);
    assert.equal(found.agreeing, agreeing);
  });
}

test('the operator that built has no vote on its own build', () => {
  const { votes, agreeing } = votesOn(
    {
      orderId: order,
      sandbox: false,
      rebuilds: [rebuild({ at: 1, by: 'vendor', says: 'reproduced' })],
      resolutions: [],
      provenances: made,
    },
    policy,
  );
  assert.deepEqual(
    votes.map(({ operator }) => operator),
    ['supervisor-a', 'supervisor-b'],
  );
  assert.equal(agreeing, 0);
});
