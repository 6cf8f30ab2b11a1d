// Drafting a trust policy: the vendor's own keys and the public files of the others. The first version
// lists them from entry 0. A next version is the one before with keys added and ended at a log index
// (D10); nothing that the log holds is judged anew.

import {
  fromBase64,
  keyidOf,
  quote,
  trustPolicy,
  type DataCenter,
  type Json,
  type NoteKey,
  type Operator,
  type Position,
  type StatementKey,
  type TrustPolicyDocument,
  type Validity,
} from '@vitrine/evidence';
import { sha256 } from '@vitrine/host';
import { fail } from '../codes.ts';
import type { OperatorFile } from '../operator/file.ts';
import type { VendorConfig } from '../vendor/config.ts';

export interface DraftParts {
  readonly config: VendorConfig;
  readonly vendor: OperatorFile;
  /** Supervisors, further witnesses and rebuilders, trustees. */
  readonly others: readonly OperatorFile[];
  /** Their identity keys sign sealing keys and roots of ledgers. */
  readonly centers: readonly DataCenter[];
}

export interface Change {
  readonly current: TrustPolicyDocument;
  /** From here on new keys count and ended ones do not: by default the size of the log. */
  readonly at: number;
  /** Keys that end: a keyid or a verifier key, or the beginning of one. */
  readonly end: readonly string[];
}

/** `change`: absent for the first version. */
export function draftPolicy(parts: DraftParts, change?: Change): TrustPolicyDocument {
  const listed = listKeys(parts, { origin: parts.config.log.origin, index: change?.at ?? 0 });
  const keys = change === undefined ? listed : merge(listed, change);
  const { policy = {} } = parts.config;
  const witnesses = new Set(
    keys.witnesses.filter(({ until }) => until === undefined).map(({ operator }) => operator),
  ).size;
  const faulty = policy.faulty ?? (witnesses > 1 ? 1 : 0);
  const document: TrustPolicyDocument = {
    version: (change?.current.version ?? 0) + 1,
    operators: mergeOperators(parts, change?.current.operators ?? []),
    log: {
      ...(change?.current.log ?? { frozen: [] }),
      origin: parts.config.log.origin,
      keys: keys.log,
    },
    witnesses: {
      // The smallest quorum of which any two share more than the faulty (D6).
      quorum: policy.quorum ?? Math.floor((witnesses + faulty) / 2) + 1,
      faulty,
      keys: keys.witnesses,
    },
    keys: keys.statements,
    rebuilds: { threshold: policy.rebuilds ?? 1, blind: policy.blind ?? false },
    freshness: {
      maxAge: policy['max-age'] ?? 86_400,
      offlineMaxAge: policy['offline-max-age'] ?? 2_592_000,
    },
    resolutionDeadline: policy['resolution-deadline'] ?? 604_800,
  };
  return trustPolicy.schema.check(document as unknown as Json);
}

interface Keys {
  readonly log: readonly NoteKey[];
  readonly witnesses: readonly NoteKey[];
  readonly statements: readonly StatementKey[];
}

function listKeys({ vendor, others, centers }: DraftParts, from: Position): Keys {
  const all = [vendor, ...others];
  const note = (vkey: string, operator: string): NoteKey => ({ vkey, operator, from });
  return {
    log: (vendor.log?.vkeys ?? []).map((vkey) => note(vkey, vendor.operator.id)).sort(byVkey),
    witnesses: others
      .flatMap(({ operator, witness }) => (witness?.vkeys ?? []).map((vkey) => note(vkey, operator.id)))
      .sort(byVkey),
    statements: [
      ...all.flatMap(({ operator, keys }) =>
        keys.map((key) => statementKey({ ...key, operator: operator.id, from })),
      ),
      ...centers.map(({ identity, operator }) =>
        statementKey({ role: 'datacenter', publicKey: identity, operator, from }),
      ),
    ].sort(byKeyid),
  };
}

function statementKey(key: Omit<StatementKey, 'keyid'>): StatementKey {
  return { ...key, keyid: keyidOf(fromBase64(key.publicKey), sha256) };
}

const byVkey = (a: NoteKey, b: NoteKey): number => (a.vkey < b.vkey ? -1 : 1);
const byKeyid = (a: StatementKey, b: StatementKey): number => (a.keyid < b.keyid ? -1 : 1);

/** Keys that were listed keep their place; new ones begin at `at`; the named ones end there. */
function merge(listed: Keys, { current, at, end }: Change): Keys {
  const until: Position = { origin: current.log.origin, index: at };
  const ended = new Set<string>();
  const add = <Key extends Validity>(
    old: readonly Key[],
    fresh: readonly Key[],
    id: (key: Key) => string,
  ): Key[] => {
    const known = new Set(old.map(id));
    const kept = old.map((key) => {
      const word = end.find((one) => id(key).startsWith(one));
      if (word === undefined || key.until !== undefined) return key;
      if (ended.has(word)) throw fail('policy-draft.end', `${quote(word)} is the beginning of several keys`);
      ended.add(word);
      return { ...key, until };
    });
    return [...kept, ...fresh.filter((key) => !known.has(id(key)))];
  };
  const keys = {
    log: add(current.log.keys, listed.log, ({ vkey }) => vkey).sort(byVkey),
    witnesses: add(current.witnesses.keys, listed.witnesses, ({ vkey }) => vkey).sort(byVkey),
    statements: add(current.keys, listed.statements, ({ keyid }) => keyid).sort(byKeyid),
  };
  const missing = end.find((word) => !ended.has(word));
  if (missing !== undefined)
    throw fail('policy-draft.end', `no key that counts now begins with ${quote(missing)}`);
  return keys;
}

function mergeOperators({ vendor, others }: DraftParts, current: readonly Operator[]): Operator[] {
  const byId = new Map(current.map((operator) => [operator.id, operator]));
  for (const { operator } of [vendor, ...others]) byId.set(operator.id, operator);
  return [...byId.values()].sort((a, b) => (a.id < b.id ? -1 : 1));
}
