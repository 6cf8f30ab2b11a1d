// What a policy changes, and what was promised by when (D35): the same lists on the command line, in the
// Center, and on an endpoint that tells its owner.

import { parseTime, type Milestone, type ResidencyPolicy } from '@vitrine/evidence';

export interface Move {
  readonly country: string;
  /** Identifiers of data centers. */
  readonly from: string;
  readonly to: string;
  /** Countries in which the two stand. Unequal: its endpoints ask their owners before they share again. */
  readonly jurisdictionFrom: string;
  readonly jurisdictionTo: string;
}

/** Which countries move, in alphabetical order. */
export function planMoves(before: ResidencyPolicy, after: ResidencyPolicy): readonly Move[] {
  const place = (policy: ResidencyPolicy, id: string): string =>
    policy.centers.find((center) => center.id === id)?.country ?? '';
  return Object.keys(after.countries)
    .sort()
    .flatMap((country) => {
      const from = before.countries[country];
      const to = after.countries[country] as string;
      if (from === undefined || from === to) return [];
      return [
        {
          country,
          from,
          to,
          jurisdictionFrom: place(before, from),
          jurisdictionTo: place(after, to),
        },
      ];
    });
}

/** Data centers that serve no country any more: they drain, and then declare their keys destroyed (D19). */
export function drainedCenters(before: ResidencyPolicy, after: ResidencyPolicy): readonly string[] {
  const serving = new Set(Object.values(after.countries));
  return [...new Set(Object.values(before.countries))].filter((id) => !serving.has(id)).sort();
}

export interface MilestoneState extends Milestone {
  readonly state: 'done' | 'due' | 'overdue';
}

/**
 * `now` in seconds, witness time. Done is what names a statement that was found in the log: `isLogged` says so,
 * because a number alone proves nothing.
 */
export function milestonesAt(
  { milestones }: ResidencyPolicy,
  now: number,
  isLogged: (statementId: string) => boolean,
): readonly MilestoneState[] {
  return milestones
    .map((milestone): MilestoneState => {
      if (milestone.done !== undefined && isLogged(milestone.done)) return { ...milestone, state: 'done' };
      return { ...milestone, state: now > parseTime(milestone.due) ? 'overdue' : 'due' };
    })
    .toSorted((a, b) => parseTime(a.due) - parseTime(b.due));
}
