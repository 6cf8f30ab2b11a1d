// What a holder is asked to sign, in words, read from the very bytes.

import {
  canonicalJson,
  expectKind,
  formatTime,
  parseStatement,
  policyDigest,
  residencyPolicy,
  trustPolicy,
  type Root,
} from '@vitrine/evidence';
import { sha256 } from '@vitrine/host';
import { buildResidency } from '@vitrine/reports';
import { claimOf } from '../policy/describe.ts';
import { describeResidency } from '../residency/describe.ts';
import { rootOfDraft } from '../vendor/root.ts';
import { targetsOfDraft } from '../vendor/targets.ts';
import type { PlannedDocument } from './plan.ts';

/** Throws where the document breaks a rule of its own: nobody should sign such a one. */
export function describeDocument({ name, signed }: PlannedDocument): readonly string[] {
  const bytes = canonicalJson(signed);
  switch (name) {
    case 'root':
      return describeRoot(rootOfDraft(bytes));
    case 'policy':
      return describePolicyStatement(bytes);
    case 'targets':
      return describeTargets(bytes);
    case 'residency':
      return describeResidencyStatement(bytes);
  }
}

function describeRoot({ version, expires, threshold, keys, vendor }: Root): readonly string[] {
  const held = countBy(keys.map(({ operator }) => operator));
  return [
    `root version ${version}, valid until ${expires}`,
    `  ${threshold} of ${keys.length} keys must sign: ${held}; the vendor is ${vendor}`,
    '  nobody reaches that alone, and nobody but the vendor can block it',
  ];
}

function describePolicyStatement(bytes: Uint8Array): readonly string[] {
  const { predicate } = expectKind(parseStatement(bytes), trustPolicy);
  return [
    `trust policy version ${predicate.version}, digest ${policyDigest(predicate, sha256)}`,
    `  ${predicate.operators.map(({ id, part }) => `${id} (${part})`).join(', ')}`,
    `  ${claimOf(predicate)}`,
  ];
}

function describeResidencyStatement(bytes: Uint8Array): readonly string[] {
  const { predicate } = expectKind(parseStatement(bytes), residencyPolicy);
  const { digest } = buildResidency(predicate, sha256);
  return [
    `residency policy version ${predicate.version}, digest ${digest}`,
    ...describeResidency(predicate).map((line) => (line === '' ? line : `  ${line}`)),
  ];
}

function describeTargets(bytes: Uint8Array): readonly string[] {
  const { version, expires, targets, delegations, operators } = targetsOfDraft(bytes).signed;
  return [
    `targets version ${version}, valid until ${formatTime(expires)}`,
    ...[...targets].map(([path, { sha256: digest }]) => `  ${path} is ${digest}`),
    ...delegations.map(({ name, threshold, keys }) => {
      const who = countBy(keys.map(({ tufKeyid }) => operators.get(tufKeyid) ?? 'nobody'));
      return `  ${name}: ${threshold} of ${keys.length} must sign: ${who}`;
    }),
  ];
}

function countBy(operators: readonly string[]): string {
  return [...Map.groupBy(operators, (one) => one)].map(([one, all]) => `${one} ${all.length}`).join(', ');
}
