// A trust policy in words and tables, for its reader.

import {
  noteTypes,
  parseVkey,
  quorumClaim,
  type TrustPolicyDocument,
  type Validity,
} from '@vitrine/evidence';
import { columns } from '../terminal.ts';

const seconds: readonly (readonly [number, string])[] = [
  [86_400, 'day'],
  [3_600, 'hour'],
  [60, 'minute'],
  [1, 'second'],
];

export function describePolicy(document: TrustPolicyDocument): readonly string[] {
  const { operators, log, witnesses, keys, rebuilds, freshness } = document;
  return [
    `version    ${document.version}`,
    `log        ${log.origin}`,
    `witnesses  ${claimOf(document)}`,
    `rebuilds   ${rebuilds.threshold} operator${rebuilds.threshold === 1 ? '' : 's'} must have rebuilt the same bytes${rebuilds.blind ? ', before our provenance' : ''}`,
    `freshness  a publication counts for ${duration(freshness.maxAge)}, carried offline for ${duration(freshness.offlineMaxAge)}`,
    `holds      a supervisor answers within ${duration(document.resolutionDeadline)}`,
    '',
    ...columns([
      ['operator', 'part', 'country', 'name'],
      ...operators.map(({ id, part, jurisdiction, name }) => [id, part, jurisdiction, name]),
    ]),
    '',
    ...columns([
      ['key', 'operator', 'signs', 'counts'],
      ...log.keys.map((key) => [noteName(key.vkey), key.operator, 'checkpoints', span(key)]),
      ...witnesses.keys.map((key) => [noteName(key.vkey), key.operator, 'cosignatures', span(key)]),
      ...keys.map((key) => [key.keyid.slice(0, 16), key.operator, key.role, span(key)]),
    ]),
  ];
}

/** D6: what the quorum supports, never "one is honest". */
export function claimOf({ witnesses }: TrustPolicyDocument): string {
  const n = new Set(witnesses.keys.filter(({ until }) => until === undefined).map(({ operator }) => operator))
    .size;
  return `${witnesses.quorum} of ${n} must cosign: ${quorumClaim({ size: witnesses.quorum, faulty: witnesses.faulty }, n)}`;
}

function span({ from, until }: Validity): string {
  return until === undefined ? `from ${from.index}` : `from ${from.index} until ${until.index}`;
}

function noteName(vkey: string): string {
  const { name, type } = parseVkey(vkey);
  return type === noteTypes.mlDsaCosignature ? `${name} (ML-DSA-44)` : name;
}

function duration(value: number): string {
  const [unit, name] = seconds.find(([one]) => value % one === 0) as readonly [number, string];
  const count = value / unit;
  return `${count} ${name}${count === 1 ? '' : 's'}`;
}
