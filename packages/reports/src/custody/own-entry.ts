// The endpoint's own ledger: each thing that it ever shared, and what came back, as one chain of entries. It is
// its owner's, stays on the endpoint, and needs nobody to be read. Nothing leaves before its entry is durable.

import {
  canonicalJson,
  concat,
  documentSchema,
  envelopeSchema,
  equal,
  fields,
  fromBase64,
  fromHex,
  isVitrineError,
  noteText,
  schema,
  sha256 as pureSha256,
  toHex,
  utf8,
  type Envelope,
  type Json,
  type JsonObject,
  type Schema,
  type Sha256,
} from '@vitrine/evidence';
import { fail } from '../codes.ts';
import { objectOfFields } from '../consent/field.ts';
import { profileNames, type ProfileName } from '../consent/profile.ts';
import {
  isObservationKind,
  observationKinds,
  type AnyKind,
  type Observation,
  type ObservationKindName,
} from '../observation/kinds.ts';
import { recordBytes } from '../observation/observation.ts';
import { observationsAtOnce, reportId } from '../report.ts';
import { recordCommitment } from './entry.ts';
import { proofMembers, type ReportProof } from './receipt.ts';

/** One record that was shared. Of a piece of a sample its content is left out; the commitment stands for it. */
export interface SharedRecord {
  readonly kind: ObservationKindName;
  readonly facts: JsonObject;
  readonly personal: JsonObject;
  /** 32 bytes, base64: as it was sent. */
  readonly salt: string;
  /** `recordCommitment` in hex. */
  readonly commitment: string;
}

interface Bodies {
  /** What the owner decided. */
  readonly consent: {
    readonly center: string;
    readonly act: 'given' | 'withdrawn';
    readonly profile: ProfileName;
    readonly country: string;
    /** Statement identifier of the consent receipt. */
    readonly receipt: string;
    readonly generation: number;
  };
  /** The same receipt with the signature of the data center, too. */
  readonly countersigned: { readonly consent: Envelope };
  /** Written before the report is sent for the first time. */
  readonly report: {
    readonly center: string;
    readonly report: string;
    readonly country: string;
    readonly consent: string;
    readonly generation: number;
    readonly records: readonly SharedRecord[];
  };
  /** The same report, id and salts, once more: its answer may have been lost, and another consent is in force. */
  readonly resent: { readonly report: string; readonly consent: string };
  readonly promise: { readonly report: string; readonly promise: Envelope };
  readonly proof: { readonly report: string } & ReportProof;
  /** Seen after the deadline of a promise: a signed checkpoint that may not reach the record. */
  readonly late: { readonly report: string; readonly checkpoint: string };
  /**
   * Not taken by the data center, which kept nothing of it. Status 421: it goes to another one, as another
   * report; `answered`: each sending of it was answered so.
   */
  readonly refused: {
    readonly report: string;
    readonly status: number;
    readonly code: string;
    readonly answered?: boolean;
  };
  /**
   * Not sent again, and an answer to it may have been lost: whether it was stored is not known here. Status and
   * code say why it is left: what was answered last, or status 0.
   */
  readonly 'in-doubt': { readonly report: string; readonly status: number; readonly code: string };
  /** What a whole export, by its request, shows of a report in doubt: which of its records are there, and where. */
  readonly settled: {
    readonly report: string;
    readonly request: string;
    readonly found: readonly { readonly record: number; readonly index: number }[];
  };
  /** A right that was used: the request, as it was signed. */
  readonly request: { readonly request: Envelope };
  readonly confirmation: { readonly confirmation: Envelope };
  /** How an export ended. `missing`: leaves that were promised, and are not there. */
  readonly export: {
    readonly center: string;
    readonly request: string;
    readonly records: number;
    readonly missing: readonly string[];
  };
  /** That somebody read a record under a grant, as the export says it. */
  readonly reading: {
    readonly center: string;
    readonly index: number;
    readonly entry: string;
    readonly record: number;
    readonly salt: string;
  };
}

export type OwnEntryType = keyof Bodies;

/** What an entry says, without its place in the chain. */
export type OwnBody = {
  readonly [Type in OwnEntryType]: { readonly type: Type } & Bodies[Type];
}[OwnEntryType];

export type OwnEntry<Type extends OwnEntryType = OwnEntryType> = OwnBody & { readonly type: Type } & {
  /** From 0, without a gap. */
  readonly seq: number;
  /** `entryHash` of the one before in hex; 64 zeros before the first. */
  readonly previous: string;
  /** By the endpoint's clock. */
  readonly at: string;
};

const place = { seq: fields.index, previous: fields.sha256Hex, at: fields.time };
const left = {
  report: reportId,
  status: schema.integer(0, 599),
  code: schema.text(/^[a-z-]+\.[a-z-]+$/, 64, 'a code'),
};
const leaves = schema.list(fields.sha256Hex, { most: 10_000 });

/** By the member `type`. */
const ownEntrySchemas: { readonly [Type in OwnEntryType]: Schema<OwnEntry> } = {
  consent: entry('consent', {
    center: fields.name,
    act: schema.oneOf('given', 'withdrawn'),
    profile: schema.oneOf(...profileNames),
    country: fields.country,
    receipt: fields.statementId,
    generation: schema.integer(1, 65_535),
  }),
  countersigned: entry('countersigned', { consent: documentSchema }),
  report: entry('report', {
    center: fields.name,
    report: reportId,
    country: fields.country,
    consent: fields.statementId,
    generation: schema.integer(1, 65_535),
    records: schema.list(sharedRecord(), { least: 1, most: observationsAtOnce }),
  }),
  resent: entry('resent', { report: reportId, consent: fields.statementId }),
  promise: entry('promise', { report: reportId, promise: envelopeSchema }),
  proof: entry('proof', { report: reportId, ...proofMembers }),
  late: entry('late', { report: reportId, checkpoint: noteText }),
  refused: entry('refused', left, { answered: schema.flag }),
  'in-doubt': entry('in-doubt', left),
  settled: entry('settled', {
    report: reportId,
    request: fields.statementId,
    found: schema.list(
      schema.object({ record: schema.integer(0, observationsAtOnce - 1), index: fields.index }),
      { most: observationsAtOnce, sortedBy: ({ record }: { readonly record: number }) => record },
    ),
  }),
  request: entry('request', { request: envelopeSchema }),
  confirmation: entry('confirmation', { confirmation: envelopeSchema }),
  export: entry('export', {
    center: fields.name,
    request: fields.statementId,
    records: fields.size,
    missing: leaves,
  }),
  reading: entry('reading', {
    center: fields.name,
    index: fields.index,
    entry: schema.text(/^\{[ -~]{1,1000}\}$/, 1002, 'a ledger entry'),
    record: fields.index,
    salt: fields.hash32,
  }),
};

export const ownEntrySchema: Schema<OwnEntry> = {
  json: { anyOf: Object.values(ownEntrySchemas).map(({ json }) => json) },
  check(value, at = '') {
    const type = (value as JsonObject | null)?.['type'];
    if (typeof type !== 'string' || !Object.hasOwn(ownEntrySchemas, type))
      throw fail('own-ledger.form', `${at}/type: an entry of no known type`, { at });
    return ownEntrySchemas[type as OwnEntryType].check(value, at);
  },
};

function entry<Type extends OwnEntryType>(
  type: Type,
  members: { readonly [Name in keyof Bodies[Type]]?: Schema<NonNullable<Bodies[Type][Name]>> },
  optional: Readonly<Record<string, Schema<unknown>>> = {},
): Schema<OwnEntry> {
  const required = members as Readonly<Record<string, Schema<unknown>>>;
  return schema.object(
    { type: schema.oneOf(type), ...place, ...required },
    optional,
  ) as unknown as Schema<OwnEntry>;
}

/** By kind, and as strict as what is sent, but for the content of a sample. */
function sharedRecord(): Schema<SharedRecord> {
  const kinds = Object.entries<AnyKind>(observationKinds).map(([kind, { facts, personal }]) => {
    const { data: _left, ...kept } = personal;
    const form = schema.object({
      kind: schema.oneOf(kind),
      facts: objectOfFields(facts),
      personal: objectOfFields(kept),
      salt: fields.hash32,
      commitment: fields.sha256Hex,
    });
    return [kind, form as unknown as Schema<SharedRecord>] as const;
  });
  const byKind = Object.fromEntries(kinds);
  return {
    json: { anyOf: kinds.map(([, { json }]) => json) },
    check(value, at = '') {
      const kind = (value as JsonObject | null)?.['kind'];
      if (!isObservationKind(kind))
        throw fail('own-ledger.form', `${at}/kind: no kind of observation`, { at });
      return (byKind[kind] as Schema<SharedRecord>).check(value, at);
    },
  };
}

/** What the own ledger keeps of an observation that is sent with this salt. */
export function sharedRecordOf(
  observation: Observation,
  salt: string,
  sha256: Sha256 = pureSha256,
): SharedRecord {
  const { kind, facts, personal } = observation as unknown as {
    readonly kind: ObservationKindName;
    readonly facts: JsonObject;
    readonly personal: JsonObject;
  };
  const { data: _left, ...kept } = personal;
  const commitment = recordCommitment(fromBase64(salt), recordBytes(observation), sha256);
  return { kind, facts, personal: kept, salt, commitment: toHex(commitment) };
}

/** Throws `own-ledger.record` unless the record is what its commitment says; a piece of a sample stands by it. */
export function requireCommitted(record: SharedRecord, sha256: Sha256 = pureSha256): void {
  const { kind, facts, personal, salt, commitment } = record;
  if (kind === 'sample') return;
  const bytes = canonicalJson({ kind, facts, personal });
  if (!equal(recordCommitment(fromBase64(salt), bytes, sha256), fromHex(commitment)))
    throw fail('own-ledger.record', `a ${kind} is not the one that was shared`);
}

export const noEntry: string = '0'.repeat(64);
const tag = utf8('vitrine own entry v1\n');

/** Hex SHA-256(tag ‖ the entry in canonical JSON): what the next entry names. */
export function entryHash(of: OwnEntry, sha256: Sha256 = pureSha256): string {
  return toHex(sha256(concat(tag, canonicalJson(of as unknown as Json))));
}

/** Throws `own-ledger.chain` unless these entries follow each other. Answers the hash of the last one. */
export function requireChain(
  entries: readonly OwnEntry[],
  first: number,
  sha256: Sha256 = pureSha256,
): string {
  let head: string | undefined = first === 0 ? noEntry : undefined;
  entries.forEach((one, i) => {
    if (one.seq !== first + i || (head !== undefined && one.previous !== head))
      throw fail('own-ledger.chain', `the entry ${one.seq} does not follow the one before it`, {
        at: one.seq,
      });
    head = entryHash(one, sha256);
  });
  return head ?? noEntry;
}

/** A mismatch of any schema, as this format's own code. */
export function asForm<T>(read: () => T): T {
  try {
    return read();
  } catch (cause) {
    if (!isVitrineError(cause) || cause.code === 'own-ledger.form') throw cause;
    throw fail('own-ledger.form', cause.message, { at: cause.at, cause });
  }
}
