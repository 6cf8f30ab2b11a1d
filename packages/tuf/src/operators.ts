// Operators, not keys (D4): stock clients count keys, ours counts who holds them.

import type { Root } from '@vitrine/evidence';
import { fail } from './codes.ts';
import type { DelegationKey } from './roles/delegations.ts';
import type { Targets } from './roles/targets.ts';

export interface Parties {
  readonly vendor: string;
  /** Operators that are supervisors under the trust policy in force. */
  readonly supervisors: ReadonlySet<string>;
}

/**
 * The rule of our client for a delegated role of threshold t: t operators, of whom one is the vendor and
 * all others are supervisors. With t = 1 the vendor signs alone.
 */
export function requireOperators(
  name: string,
  operators: readonly string[],
  threshold: number,
  { vendor, supervisors }: Parties,
): void {
  const signed = new Set(operators.filter((one) => one === vendor || supervisors.has(one)));
  if (signed.has(vendor) && signed.size >= threshold) return;
  const who = signed.size === 0 ? 'nobody who counts' : [...signed].sort().join(', ');
  const wanted = threshold === 1 ? 'the vendor' : `the vendor and ${threshold - 1} of the supervisors`;
  throw fail('tuf.operators', `${name} is signed by ${who}; it takes ${wanted}`, { at: name });
}

/**
 * The operators of `keys` as top-level targets name them, for nested delegations too: a delegator does not
 * say who is who.
 */
export function operatorsOf({ operators }: Targets, keys: readonly DelegationKey[]): readonly string[] {
  return keys.map(({ tufKeyid }) => {
    const operator = operators.get(tufKeyid);
    if (operator === undefined)
      throw fail('tuf.operators', `top-level targets name no operator for the key ${tufKeyid}`);
    return operator;
  });
}

/** Every delegation key of top-level targets has an operator and is no key of the root: a key per role. */
export function requireDelegationKeys(targets: Targets, root: Root): void {
  const ofRoot = new Set(root.allKeys.map(({ keyid }) => keyid));
  for (const { name, keys } of targets.delegations) {
    operatorsOf(targets, keys);
    const shared = keys.find(({ keyid }) => ofRoot.has(keyid));
    if (shared !== undefined)
      throw fail('tuf.key-twice', `the key ${shared.keyid} of ${name} is also a key of the root`, {
        at: name,
      });
  }
}
