// When a new policy takes effect (D5). Policies are never compared as stronger or weaker; the one thing
// that can be decided is whether the next one only ends keys.

import { canonicalJson } from '../canonical.ts';
import { fromUtf8 } from '../bytes.ts';
import type { Json } from '../json.ts';
import type { StatementKey, TrustPolicyDocument, Validity } from './document.ts';

/** Seconds of witness time between a policy's entry in the log and its effect: a customer can look, and object. */
export const policyDelay = 604_800;

/**
 * Whether `next` differs from `before` in nothing but its version and keys that get an end they had not.
 * `index`: of the policy's own entry. A rebuilder or supervisor whose key ends below it loses what it has
 * said already, a hold among it: that is more than an end.
 */
export function onlyEndsKeys(before: TrustPolicyDocument, next: TrustPolicyDocument, index: number): boolean {
  if (next.keys.some((key, i) => isSilenced(before.keys[i], key, before.log.origin, index))) return false;
  const expected: TrustPolicyDocument = {
    ...before,
    version: next.version,
    log: { ...before.log, keys: withEnds(before.log.keys, next.log.keys) },
    witnesses: { ...before.witnesses, keys: withEnds(before.witnesses.keys, next.witnesses.keys) },
    keys: withEnds(before.keys, next.keys),
  };
  return textOf(expected) === textOf(next);
}

function isSilenced(
  before: StatementKey | undefined,
  { role, until }: StatementKey,
  origin: string,
  index: number,
): boolean {
  if (until === undefined || before?.until !== undefined) return false;
  return (role === 'rebuilder' || role === 'supervisor') && (until.origin !== origin || until.index < index);
}

function withEnds<Key extends Validity>(before: readonly Key[], next: readonly Key[]): readonly Key[] {
  return before.map((key, i) => {
    const until = next[i]?.until;
    return key.until === undefined && until !== undefined ? { ...key, until } : key;
  });
}

function textOf(document: TrustPolicyDocument): string {
  return fromUtf8(canonicalJson(document as unknown as Json));
}
