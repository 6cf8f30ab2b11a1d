// What an endpoint exports of its own ledger, as one file: what was shared, promises, proofs, and the keys that
// verify them. Its owner checks it anywhere, offline, or on a page that uploads nothing.

import {
  canonicalJson,
  fields,
  formatVkey,
  parseCanonicalJson,
  parseVkey,
  schema,
  type DataCenter,
  type Json,
  type Schema,
  type TrustPolicy,
} from '@vitrine/evidence';
import { asForm, ownEntrySchema, type OwnEntry } from './own-entry.ts';
import type { LedgerRules } from './receipt.ts';
import { ledgerRulesOf } from './rules.ts';

const format = 'urn:vitrine:own-ledger:v1';

/** The ledgers of one data center, and who witnessed them. One center has several after its keys changed. */
export interface OwnLedgerKeys {
  readonly center: string;
  readonly name: string;
  readonly operator: string;
  readonly country: string;
  /** Verifier keys of its custody ledger and its access ledger. */
  readonly ledger: string;
  readonly access: string;
  readonly witnesses: readonly { readonly operator: string; readonly key: string }[];
  readonly quorum: number;
}

export interface OwnLedger {
  readonly format: typeof format;
  /** When it was exported, by the endpoint's clock. */
  readonly at: string;
  readonly ledgers: readonly OwnLedgerKeys[];
  /** Number of the first entry: not 0 where an older part of a long ledger is left out. */
  readonly first: number;
  readonly entries: readonly OwnEntry[];
}

export const ownLedgerLimits: { readonly bytes: number; readonly entries: number } = {
  bytes: 64 << 20,
  entries: 100_000,
};

const vkey = schema.where(schema.text(/^[^\p{Cc}\s]{1,4096}$/u, 4096, 'a verifier key'), (text) => {
  try {
    parseVkey(text);
    return undefined;
  } catch {
    return 'a verifier key';
  }
});

const keysSchema: Schema<OwnLedgerKeys> = schema.object({
  center: fields.name,
  name: fields.organisation,
  operator: fields.name,
  country: fields.country,
  ledger: vkey,
  access: vkey,
  witnesses: schema.list(schema.object({ operator: fields.name, key: vkey }), { most: 64 }),
  quorum: schema.integer(0, 64),
});

/** For whoever keeps them between two exports. */
export const ownLedgerKeysSchema: Schema<readonly OwnLedgerKeys[]> = schema.list(keysSchema, { most: 256 });

export const ownLedgerSchema: Schema<OwnLedger> = schema.object({
  format: schema.oneOf(format),
  at: fields.time,
  ledgers: ownLedgerKeysSchema,
  first: fields.index,
  entries: schema.list(ownEntrySchema, { most: ownLedgerLimits.entries }),
});

export function formatOwnLedger(ledger: OwnLedger): Uint8Array {
  const bytes = canonicalJson(ledger as unknown as Json);
  parseOwnLedger(bytes); // Nothing is exported that would be refused.
  return bytes;
}

/** Canonical to the byte; the chain is checked by `verifyOwnLedger`. */
export function parseOwnLedger(bytes: Uint8Array): OwnLedger {
  const limits = { bytes: ownLedgerLimits.bytes, depth: 12 };
  return asForm(() => ownLedgerSchema.check(parseCanonicalJson(bytes, limits)));
}

/** The keys of a center, as the trust policy and the residency policy publish them. */
export function ownLedgerKeys(policy: TrustPolicy, center: DataCenter): OwnLedgerKeys {
  const { id, name, operator, country, ledger, access } = center;
  const { witnesses, quorum } = ledgerRulesOf(policy, center);
  const listed = witnesses.map(({ operator: by, key }) => ({ operator: by, key: formatVkey(key) }));
  return { center: id, name, operator, country, ledger, access, witnesses: listed, quorum };
}

/** Whose signatures a checkpoint of this ledger needs, as these keys have it. */
export function rulesOfKeys(
  { ledger, access, witnesses, quorum }: OwnLedgerKeys,
  which: 'ledger' | 'access' = 'ledger',
): LedgerRules {
  return {
    ledger: parseVkey(which === 'ledger' ? ledger : access),
    witnesses: witnesses.map(({ operator, key }) => ({ operator, key: parseVkey(key) })),
    quorum,
  };
}
