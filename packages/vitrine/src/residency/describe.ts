// Residency in words: what a policy says, what the next one changes and for whom, what was promised by when.

import { parseTime, type ResidencyPolicy } from '@vitrine/evidence';
import { drainedCenters, planMoves, type MilestoneState, type Move, type Sharing } from '@vitrine/reports';
import { columns, wrapped } from '../terminal.ts';
import type { CenterCounts } from './counts.ts';

export function describeResidency(policy: ResidencyPolicy): readonly string[] {
  const { issuedAt, effective, notice, milestones } = policy;
  return [
    `issued ${issuedAt}`,
    `in force from ${effective} of the witnesses' time`,
    `the next version is announced ${noticeWords(notice)} ahead`,
    ...policy.centers.flatMap(({ id, country, operator }) => [
      ...fitting(`${id} in ${country}, run by ${operator}: ${shareOf(policy, id)}`),
      ...listed(countriesOf(policy, id)),
    ]),
    ...milestones.flatMap(({ id, what, due, done }) =>
      fitting(`milestone ${id} (${what}), due ${due}${done === undefined ? '' : `, done by ${done}`}`),
    ),
  ];
}

/** A ceremony's plan indents all of it by two. */
const width = 78;

const fitting = (text: string): readonly string[] => wrapped(text, '  ', width);

/** The one that has most is not enumerated: it has all that stands at no other. */
const listedMost = 120;

function listed(codes: readonly string[]): readonly string[] {
  return codes.length === 0 || codes.length > listedMost ? [] : wrapped(`  ${codes.join(' ')}`, '', width);
}

/** In the largest unit that it is a whole number of, as a draft says it. */
function noticeWords(seconds: number): string {
  const [name, length] =
    (
      [
        ['day', 86_400],
        ['hour', 3_600],
        ['minute', 60],
      ] as const
    ).find(([, of]) => seconds >= of && seconds % of === 0) ?? (['second', 1] as const);
  const count = seconds / length;
  return `${count} ${name}${count === 1 ? '' : 's'}`;
}

function countriesOf({ countries }: ResidencyPolicy, id: string): readonly string[] {
  return Object.keys(countries)
    .filter((code) => countries[code] === id)
    .sort();
}

function shareOf(policy: ResidencyPolicy, id: string): string {
  const own = countriesOf(policy, id).length;
  return own === 0 ? 'no country' : `${own} of ${Object.keys(policy.countries).length} countries`;
}

export function describeSharing({ residencies, sealingKeys }: Sharing): string {
  const version = residencies.at(-1)?.policy.version ?? 0;
  const centers = new Set(sealingKeys.map(({ center }) => center)).size;
  return `residency policy up to version ${version}, ${sealingKeys.length} sealing keys of ${centers} data centers`;
}

/** Countries that move together, from one center to another. */
interface Group {
  readonly moves: readonly Move[];
  readonly countries: readonly string[];
}

function groupMoves(moves: readonly Move[]): readonly Group[] {
  return [...Map.groupBy(moves, ({ from, to }) => `${from} ${to}`).values()].map((group) => ({
    moves: group,
    countries: group.map(({ country }) => country),
  }));
}

export interface PlannedMove {
  readonly from: string;
  readonly to: string;
  readonly countries: readonly string[];
  /** Of these countries at `from`; undefined where it did not answer. */
  readonly records: number | undefined;
  readonly bytes: number | undefined;
  readonly jurisdictionFrom: string;
  readonly jurisdictionTo: string;
}

export interface ResidencyPlan {
  readonly moves: readonly PlannedMove[];
  /** Serve nobody any more: they drain, and then declare their keys destroyed (D19). */
  readonly drained: readonly string[];
  /** Promises that the next version takes back or puts off. */
  readonly loosened: readonly string[];
}

/** `counts`: of the data centers that answered. */
export function planOf(
  before: ResidencyPolicy,
  after: ResidencyPolicy,
  counts: ReadonlyMap<string, CenterCounts>,
): ResidencyPlan {
  const moves = groupMoves(planMoves(before, after)).map(({ moves: group, countries }): PlannedMove => {
    const [first] = group as readonly [Move, ...Move[]];
    const held = counts.get(first.from)?.records.filter(({ country }) => countries.includes(country));
    return {
      from: first.from,
      to: first.to,
      countries,
      records: held?.reduce((sum, { count }) => sum + count, 0),
      bytes: held?.reduce((sum, { bytes }) => sum + bytes, 0),
      jurisdictionFrom: first.jurisdictionFrom,
      jurisdictionTo: first.jurisdictionTo,
    };
  });
  return { moves, drained: drainedCenters(before, after), loosened: loosened(before, after) };
}

function loosened(before: ResidencyPolicy, after: ResidencyPolicy): readonly string[] {
  return before.milestones.flatMap(({ id, due, done }) => {
    const next = after.milestones.find((one) => one.id === id);
    if (next === undefined) return [`milestone ${id}, due ${due}, is taken back`];
    if (parseTime(next.due) > parseTime(due))
      return [`milestone ${id} is put off from ${due} to ${next.due}`];
    return done !== undefined && next.done !== done ? [`milestone ${id} is done by another statement`] : [];
  });
}

export function describePlan({ moves, drained, loosened: taken }: ResidencyPlan): readonly string[] {
  const moving = moves.flatMap((move) => [
    ...describeMove(move),
    ...fitting(`  ${amountOf(move)}`),
    ...fitting(
      move.jurisdictionFrom === move.jurisdictionTo
        ? `  stays in ${move.jurisdictionTo}: endpoints go on under a new subject, without a question`
        : `  leaves ${move.jurisdictionFrom} for ${move.jurisdictionTo}: sharing stops until each owner has agreed`,
    ),
  ]);
  return [
    ...(moves.length === 0 ? ['no country moves'] : moving),
    ...drained.flatMap((id) =>
      fitting(`${id} serves no country any more: it drains, and then declares its keys destroyed`),
    ),
    ...taken.flatMap(fitting),
  ];
}

/** From where to where, and which countries. */
export function describeMove({ from, to, countries }: PlannedMove): readonly string[] {
  return [...fitting(`${from} -> ${to}: ${countriesWord(countries.length)}`), ...listed(countries)];
}

function countriesWord(count: number): string {
  return count === 1 ? '1 country' : `${count} countries`;
}

function amountOf({ from, records, bytes }: PlannedMove): string {
  return records === undefined
    ? `records and bytes unknown: ${from} did not answer`
    : `${records} records, ${bytes ?? 0} bytes`;
}

export function describeMilestones(states: readonly MilestoneState[]): readonly string[] {
  if (states.length === 0) return ['no milestone is promised'];
  const [head = '', ...rows] = columns([
    ['state', 'due', 'of', 'milestone'],
    ...states.map(({ id, what, due, state }) => [state, due, what, id]),
  ]);
  return [
    head,
    ...rows.flatMap((row, i) => {
      const { state, done } = states[i] as MilestoneState;
      if (done === undefined) return [row];
      return [row, state === 'done' ? `  by ${done}` : `  not in the log: ${done.slice(0, 32)}…`];
    }),
  ];
}
