// The first step of a receipt (D17b): at the moment at which a report is stored, the ledger's key signs which
// leaves it will contain, and by when. A promise without its proof by the deadline is a breach that anyone
// can be shown.

import {
  fields,
  formatTime,
  fromBase64,
  fromHex,
  leafHash,
  parseTime,
  schema,
  sha256 as pureSha256,
  toHex,
  type Envelope,
  type Schema,
  type Sha256,
  type Signer,
  type VerifierKey,
  type VerifySignature,
} from '@vitrine/evidence';
import { fail } from '../codes.ts';
import { day, dayOf } from '../observation/forms.ts';
import type { ObservationKindName } from '../observation/kinds.ts';
import { recordBytes, retentionOf } from '../observation/observation.ts';
import { observationsAtOnce, reportId, type Report } from '../report.ts';
import { contentOf, requireSignedBy, signDocument, type DocumentKind } from '../signed.ts';
import { digestOf, formatEntry, recordCommitment, type RecordEntry } from './entry.ts';

export interface PromisedRecord {
  /** Leaf hash of the ledger entry, hex. */
  readonly leaf: string;
  /** SHA-256 of the ciphertext that is stored, hex. */
  readonly ciphertext: string;
}

export interface CustodyPromise {
  readonly v: 1;
  readonly center: string;
  /** Origin of the custody ledger. */
  readonly ledger: string;
  /** The report's id. */
  readonly report: string;
  /** The day that stands in the entries. */
  readonly day: string;
  readonly at: string;
  /** By when a witnessed checkpoint covers every leaf. */
  readonly deadline: string;
  /** In the order of the report's observations. */
  readonly records: readonly PromisedRecord[];
}

export const promiseSchema: Schema<CustodyPromise> = schema.object({
  v: schema.oneOf(1),
  center: fields.name,
  ledger: fields.origin,
  report: reportId,
  day,
  at: fields.time,
  deadline: fields.time,
  records: schema.list(schema.object({ leaf: fields.sha256Hex, ciphertext: fields.sha256Hex }), {
    least: 1,
    most: observationsAtOnce,
  }),
});

const promiseKind: DocumentKind<CustodyPromise> = {
  payloadType: 'application/vnd.vitrine.promise+json',
  schema: promiseSchema,
  name: 'promise',
  form: 'custody.promise',
  signature: 'custody.promise',
};

/** The entry of one record. The data center and the endpoint compute it each on its own. */
export function recordEntry(
  report: Pick<Report, 'country' | 'observations'>,
  position: number,
  arrival: { readonly day: string; readonly ciphertext: string },
  sha256: Sha256 = pureSha256,
): RecordEntry {
  const salted = report.observations[position];
  if (salted === undefined) throw fail('custody.record', `the report has no observation ${position}`);
  const { observation, salt } = salted;
  const commitment = recordCommitment(fromBase64(salt), recordBytes(observation), sha256);
  const digest = digestOf(commitment, fromHex(arrival.ciphertext), sha256);
  return entryOf({ country: report.country, day: arrival.day, digest, kind: observation.kind });
}

/** Members in order: their canonical form is then what the engine writes. */
function entryOf({
  country,
  day: on,
  digest,
  kind,
}: Pick<RecordEntry, 'country' | 'day' | 'digest' | 'kind'>): RecordEntry {
  return { country, day: on, digest, kind, retention: retentionOf(kind), type: 'record', v: 1 };
}

/** What the data center is about to store, as it will promise it. `at` and `deadline` in seconds. */
export function promiseFor(
  report: Report,
  stored: { ledger: string; at: number; deadline: number; ciphertexts: readonly Uint8Array[] },
  sha256: Sha256 = pureSha256,
): { readonly promise: CustodyPromise; readonly entries: readonly Uint8Array[] } {
  const { ledger, at, deadline, ciphertexts } = stored;
  if (ciphertexts.length !== report.observations.length)
    throw fail(
      'custody.promise',
      `${ciphertexts.length} ciphertexts of ${report.observations.length} records`,
    );
  const on = dayOf(at);
  const digests = ciphertexts.map((bytes) => toHex(sha256(bytes)));
  const entries = digests.map((ciphertext, i) =>
    formatEntry(recordEntry(report, i, { day: on, ciphertext }, sha256)),
  );
  const records = entries.map((entry, i) => ({
    leaf: toHex(leafHash(entry, sha256)),
    ciphertext: digests[i] as string,
  }));
  const promise: CustodyPromise = {
    v: 1,
    center: report.center,
    ledger,
    report: report.id,
    day: on,
    at: formatTime(at),
    deadline: formatTime(deadline),
    records,
  };
  return { promise, entries };
}

/** `signer` holds the ledger's own key. */
export function signPromise(promise: CustodyPromise, signer: Signer): Promise<Envelope> {
  return signDocument(promiseKind, promise, signer);
}

/** Verifies the signature by the ledger's key, and that it is this ledger that promises. */
export async function readPromise(
  envelope: Envelope,
  ledger: VerifierKey,
  verify?: VerifySignature,
  sha256: Sha256 = pureSha256,
): Promise<CustodyPromise> {
  const promise = contentOf(promiseKind, envelope);
  await requireSignedBy(promiseKind, envelope, ledger.spki, verify, sha256);
  if (promise.ledger !== ledger.name)
    throw fail('custody.promise', `a promise of ${promise.ledger}, signed by ${ledger.name}`);
  return promise;
}

/** Seconds from a promise to its deadline, at most: one that is never due binds nobody. */
const longestPromise = 86_400;

/** What an endpoint still knows of a report that it sent. */
export interface SentReport {
  readonly id: string;
  readonly center: string;
  readonly country: string;
  /** In the order of the report; `commitment` as `recordCommitment` has it. */
  readonly records: readonly { readonly kind: ObservationKindName; readonly commitment: Uint8Array }[];
}

/** Seconds by which the clock of a data center may be ahead: a promise of a later day is not due for as long. */
const promiseAhead = 3600;

/**
 * On the endpoint, `now` in seconds by its clock: is everything promised that was sent, and nothing else, and
 * from now on? Answers the ledger entries.
 */
export function requirePromised(
  promise: CustodyPromise,
  report: Report,
  now: number,
  sha256: Sha256 = pureSha256,
): readonly RecordEntry[] {
  if (parseTime(promise.at) > now + promiseAhead)
    throw fail('custody.promise', `a promise of ${promise.at}, which is not yet`);
  return promisedEntries(promise, report, sha256);
}

/** Of a promise that was taken: the ledger entries of this report. */
export function promisedEntries(
  promise: CustodyPromise,
  report: Report,
  sha256: Sha256 = pureSha256,
): readonly RecordEntry[] {
  const { id, center, country, observations } = report;
  const records = observations.map(({ salt, observation }) => ({
    kind: observation.kind,
    commitment: recordCommitment(fromBase64(salt), recordBytes(observation), sha256),
  }));
  return promisedEntriesOf(promise, { id, center, country, records }, sha256);
}

/** The same, where of each record only its commitment was kept. */
export function promisedEntriesOf(
  promise: CustodyPromise,
  report: SentReport,
  sha256: Sha256 = pureSha256,
): readonly RecordEntry[] {
  if (promise.report !== report.id || promise.center !== report.center)
    throw fail('custody.promise', 'the promise is for another report');
  const wait = parseTime(promise.deadline) - parseTime(promise.at);
  if (wait < 0 || wait > longestPromise || !promise.at.startsWith(promise.day))
    throw fail('custody.promise', `a promise of ${promise.at} until ${promise.deadline}, for ${promise.day}`);
  if (promise.records.length !== report.records.length)
    throw fail(
      'custody.promise',
      `${promise.records.length} records promised of ${report.records.length} sent`,
    );
  return promise.records.map(({ leaf, ciphertext }, i) => {
    const { kind, commitment } = report.records[i] as SentReport['records'][number];
    const digest = digestOf(commitment, fromHex(ciphertext), sha256);
    const entry = entryOf({ country: report.country, day: promise.day, digest, kind });
    if (toHex(leafHash(formatEntry(entry), sha256)) !== leaf)
      throw fail('custody.promise', 'the promised leaf is not that of the record that was sent', { at: i });
    return entry;
  });
}
