import type { JsonObject } from '@vitrine/evidence';
import { fail } from './codes.ts';
import { requireTargetPath } from './names.ts';
import { operatorsOf, requireOperators } from './operators.ts';
import { matchesPattern } from './pattern.ts';
import type { Refreshed } from './refresh.ts';
import { loadRole } from './role.ts';
import type { Delegation } from './roles/delegations.ts';
import type { Targets } from './roles/targets.ts';

export interface Target {
  readonly path: string;
  readonly length: number;
  readonly sha256: string;
  readonly custom: JsonObject | undefined;
  /** The role that lists it. */
  readonly role: string;
}

interface Visit {
  readonly name: string;
  readonly role: Targets;
  /** From `targets` down to this role. */
  readonly chain: readonly string[];
}

interface Step {
  readonly from: Visit;
  readonly delegation: Delegation;
}

/**
 * TUF 5.6.7: pre-order depth first, in the order of the delegations. Only delegations whose paths match are
 * followed, so the target lies in a trusted path of every role from `targets` down. Roles are fetched when
 * they are met. Undefined where no trusted role lists the target.
 */
export async function findTarget(refreshed: Refreshed, path: string): Promise<Target | undefined> {
  requireTargetPath(path);
  let visit: Visit = { name: 'targets', role: refreshed.targets, chain: ['targets'] };
  let steps: Step[] = [];
  const visited = new Set<string>();
  for (;;) {
    const found = visit.role.targets.get(path);
    if (found !== undefined) return { path, ...found, role: visit.name };
    const { matching, isFinal } = stepsFrom(visit, path);
    // 5.6.7.2.1: after a terminating delegation nothing that was left to visit is visited any more.
    steps = isFinal ? matching : [...matching, ...steps];
    const step = nextStep(steps, visited);
    if (step === undefined) return undefined;
    if (visited.size > refreshed.session.limits.visits)
      throw fail('tuf.delegations', `the search for ${path} led through ${visited.size} delegations`);
    const { name } = step.delegation;
    visit = { name, role: await follow(refreshed, step), chain: [...step.from.chain, name] };
  }
}

function stepsFrom(from: Visit, path: string): { readonly matching: Step[]; readonly isFinal: boolean } {
  const matching: Step[] = [];
  for (const delegation of from.role.delegations) {
    if (!delegation.paths.some((pattern) => matchesPattern(pattern, path))) continue;
    if (from.chain.includes(delegation.name)) {
      const chain = [...from.chain, delegation.name].join(' → ');
      throw fail('tuf.cycle', `the delegations go in a circle: ${chain}`, { at: delegation.name });
    }
    matching.push({ from, delegation });
    if (delegation.terminating) return { matching, isFinal: true };
  }
  return { matching, isFinal: false };
}

/**
 * 5.6.7.1, by delegator and role: a role that was verified under one delegator's keys is verified again
 * under another's.
 */
function nextStep(steps: Step[], visited: Set<string>): Step | undefined {
  for (;;) {
    const step = steps.shift();
    if (step === undefined) return undefined;
    const pair = `${step.from.name} ${step.delegation.name}`;
    if (visited.has(pair)) continue;
    visited.add(pair);
    return step;
  }
}

function follow({ root, snapshot, targets, session }: Refreshed, { delegation }: Step): Promise<Targets> {
  const { name, threshold } = delegation;
  const parties = { vendor: root.vendor, supervisors: session.options.supervisors };
  return loadRole(session, snapshot, name, delegation, (signers) =>
    requireOperators(name, operatorsOf(targets, signers), threshold, parties),
  );
}

/** Where the bytes of a target are, relative to the repository (consistent snapshots, TUF 5.7). */
export function targetPath({ path, sha256 }: Pick<Target, 'path' | 'sha256'>): string {
  const slash = path.lastIndexOf('/') + 1;
  return `targets/${path.slice(0, slash)}${sha256}.${path.slice(slash)}`;
}
