// That a request was done, signed by the ledger's key (D17b). Of an erasure it opens each tombstone to its
// subject, and to nobody else.

import {
  documentSchema,
  fields,
  formatEnvelope,
  fromBase64,
  isVitrineError,
  parseCanonicalJson,
  schema,
  sha256 as pureSha256,
  statementIdOf,
  toHex,
  utf8,
  type Envelope,
  type Schema,
  type Sha256,
  type Signer,
  type VerifySignature,
} from '@vitrine/evidence';
import { fail } from '../codes.ts';
import { entryLeaf, parseEntry, type TombstoneEntry } from '../custody/entry.ts';
import { openTombstone, tombstoneLimit } from '../custody/tombstone.ts';
import { contentOf, requireSignedBy, signDocument, type DocumentKind } from '../signed.ts';
import { requestKind, type RequestAct } from './request.ts';

/** Which records are gone: what opens one tombstone. */
export interface Erasure {
  /** The tombstone's ledger entry as text. */
  readonly entry: string;
  /** 32 bytes, base64. */
  readonly salt: string;
  /** Ascending, none twice. */
  readonly indices: readonly number[];
}

interface Outcome {
  readonly v: 1;
  readonly center: string;
  /** Origin of the custody ledger. */
  readonly ledger: string;
  /** `digest` of the request. */
  readonly request: string;
  readonly act: RequestAct;
  readonly at: string;
  /** Records that it was done to. */
  readonly records: number;
  /** Of `erase`: by when no backup can hold it any more. */
  readonly finalAt?: string;
}

export interface Confirmation extends Outcome {
  /** Of `erase`: one for each tombstone; none where nothing was there. */
  readonly erasures: readonly Erasure[];
}

/**
 * Runs that one confirmation lists: each takes up to 37 bytes, so that the envelope, which has them in base64,
 * stays below the 1 MiB that a reader takes.
 */
const runsLimit = 20_000;

/** Records of one report stand side by side, so most sets are a few runs. */
interface Run {
  readonly first: number;
  readonly count: number;
}

interface WrittenConfirmation extends Outcome {
  readonly erasures: readonly (Omit<Erasure, 'indices'> & { readonly runs: readonly Run[] })[];
}

const run: Schema<Run> = schema.object({ first: fields.index, count: schema.integer(1, tombstoneLimit) });

export const confirmationSchema: Schema<WrittenConfirmation> = schema.object(
  {
    v: schema.oneOf(1),
    center: fields.name,
    ledger: fields.origin,
    request: fields.statementId,
    act: schema.oneOf('export', 'erase', 'restrict', 'unrestrict'),
    at: fields.time,
    records: fields.size,
    erasures: schema.list(
      schema.object({
        entry: schema.text(/^\{[ -~]{1,1000}\}$/, 1002, 'a ledger entry'),
        salt: fields.hash32,
        runs: schema.where(
          schema.list(run, { least: 1, most: tombstoneLimit, sortedBy: ({ first }: Run) => first }),
          objectionToRuns,
        ),
      }),
      { most: 1000 },
    ),
  },
  { finalAt: fields.time },
);

/** One set, one list of runs: they do not touch. Their number is bounded before they are written out. */
function objectionToRuns(runs: readonly Run[]): string | undefined {
  let total = 0;
  let end = -1;
  for (const { first, count } of runs) {
    if (first <= end || !Number.isSafeInteger(first + count)) return 'runs that do not touch';
    end = first + count;
    total += count;
  }
  return total > tombstoneLimit ? `at most ${tombstoneLimit} entries` : undefined;
}

function runsOf(indices: readonly number[]): readonly Run[] {
  const runs: { first: number; count: number }[] = [];
  for (const index of indices) {
    const last = runs.at(-1);
    if (last !== undefined && index === last.first + last.count) last.count++;
    else runs.push({ first: index, count: 1 });
  }
  return runs;
}

/** As many of these ascending indices, from the first, as one confirmation can list. */
export function confirmable(indices: readonly number[]): readonly number[] {
  let runs = 0;
  let end = 0;
  for (; end < indices.length && end < tombstoneLimit; end++) {
    const follows = end > 0 && indices[end] === (indices[end - 1] as number) + 1;
    if (!follows && ++runs > runsLimit) break;
  }
  return indices.slice(0, end);
}

function indicesOf(runs: readonly Run[]): readonly number[] {
  return runs.flatMap(({ first, count }) => Array.from({ length: count }, (_, i) => first + i));
}

const confirmationKind: DocumentKind<WrittenConfirmation> = {
  payloadType: 'application/vnd.vitrine.confirmation+json',
  schema: confirmationSchema,
  name: 'confirmation',
  form: 'subject.confirmation',
  signature: 'subject.confirmation',
};

/** `signer` holds the ledger's own key, as for promises. */
export function signConfirmation(confirmation: Confirmation, signer: Signer): Promise<Envelope> {
  const erasures = confirmation.erasures.map(({ indices, ...rest }) => ({ ...rest, runs: runsOf(indices) }));
  return signDocument(confirmationKind, { ...confirmation, erasures }, signer);
}

export function formatConfirmation(envelope: Envelope): Uint8Array {
  return formatEnvelope(envelope);
}

/** From an opened answer; its signature is `readConfirmation`'s. Larger than an entry of the log may be. */
export function parseConfirmation(bytes: Uint8Array): Envelope {
  try {
    return documentSchema.check(parseCanonicalJson(bytes));
  } catch (cause) {
    if (!isVitrineError(cause)) throw cause;
    throw fail('subject.confirmation', cause.message, { at: cause.at, cause });
  }
}

/** Digest of the request that it says it is about; nothing is verified. */
export function requestIn(envelope: Envelope): string {
  return contentOf(confirmationKind, envelope).request;
}

export interface ConfirmedErasure {
  readonly entry: TombstoneEntry;
  /** Hex leaf hash, to be found in the ledger. */
  readonly leaf: string;
  readonly indices: readonly number[];
}

export interface Confirmed {
  readonly confirmation: Outcome;
  readonly erased: readonly ConfirmedErasure[];
}

/** At the subject: signed by the ledger, about this request, and every tombstone opens to what it says. */
export async function readConfirmation(
  envelope: Envelope,
  asked: {
    readonly ledger: { readonly name: string; readonly spki: Uint8Array };
    readonly request: Envelope;
  },
  verify?: VerifySignature,
  sha256: Sha256 = pureSha256,
): Promise<Confirmed> {
  const { erasures, ...outcome } = contentOf(confirmationKind, envelope);
  await requireSignedBy(confirmationKind, envelope, asked.ledger.spki, verify, sha256);
  const { act, center } = contentOf(requestKind, asked.request);
  if (
    outcome.ledger !== asked.ledger.name ||
    outcome.center !== center ||
    outcome.act !== act ||
    outcome.request !== statementIdOf(asked.request, sha256)
  )
    throw fail('subject.confirmation', 'a confirmation of another request');
  const erased = erasures.map(({ runs, ...rest }) =>
    openErasure({ ...rest, indices: indicesOf(runs) }, sha256),
  );
  const count = erased.reduce((sum, { indices }) => sum + indices.length, 0);
  // One record in two tombstones would be counted twice.
  const distinct = new Set(erased.flatMap(({ indices }) => indices)).size;
  if (distinct !== count || (act === 'erase' ? count !== outcome.records : count > 0))
    throw fail('subject.confirmation', `${outcome.records} records, ${distinct} in tombstones`);
  return { confirmation: outcome, erased };
}

function openErasure({ entry: text, salt, indices }: Erasure, sha256: Sha256): ConfirmedErasure {
  const entry = parseEntry(utf8(text));
  if (entry.type !== 'tombstone' || entry.reason !== 'erased')
    throw fail('subject.confirmation', 'an erasure without a tombstone for it');
  openTombstone(entry, fromBase64(salt), indices, sha256);
  return { entry, leaf: toHex(entryLeaf(entry, sha256)), indices };
}
