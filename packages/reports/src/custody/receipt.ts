// The second step of a receipt (D17b): the promise, the place of the leaf in the ledger, and a checkpoint by
// the ledger and its witnesses. It is checked offline, and in a browser without being uploaded.

import {
  canonicalJson,
  envelopeSchema,
  equal,
  fields,
  fromBase64,
  fromHex,
  isVitrineError,
  noteText,
  noteTypes,
  parseCanonicalJson,
  parseJson,
  parseSignedCheckpoint,
  parseTime,
  schema,
  sha256 as pureSha256,
  toHex,
  utf8,
  verifyInclusion,
  verifySignatureBy,
  type Checkpoint,
  type Envelope,
  type Json,
  type Schema,
  type Sha256,
  type VerifierKey,
  type VerifySignature,
} from '@vitrine/evidence';
import { fail } from '../codes.ts';
import { observationsAtOnce, type Report } from '../report.ts';
import type { RecordEntry } from './entry.ts';
import { promisedEntries, readPromise, type CustodyPromise } from './promise.ts';

export interface Receipt {
  readonly v: 1;
  readonly promise: Envelope;
  /** Which of the promised records this proves. */
  readonly record: number;
  /** Its place in the ledger. */
  readonly index: number;
  /** Inclusion path, base64, from the leaf's sibling to the root's child. */
  readonly path: readonly string[];
  /** The signed checkpoint as text. */
  readonly checkpoint: string;
}

export const receiptSchema: Schema<Receipt> = schema.object({
  v: schema.oneOf(1),
  promise: envelopeSchema,
  record: schema.integer(0, observationsAtOnce - 1),
  index: fields.index,
  path: schema.list(fields.hash32, { most: 63 }),
  checkpoint: noteText,
});

export function formatReceipt(receipt: Receipt): Uint8Array {
  return canonicalJson(receipt as unknown as Json);
}

export function parseReceipt(bytes: Uint8Array): Receipt {
  try {
    return receiptSchema.check(parseCanonicalJson(bytes, { bytes: 1 << 17, depth: 8 }));
  } catch (cause) {
    if (!isVitrineError(cause)) throw cause;
    throw fail('custody.receipt', cause.message, { at: cause.at, cause });
  }
}

/** Whose signatures a checkpoint of this ledger needs. */
export interface LedgerRules {
  /** The ledger's own key; its name is the ledger's origin. */
  readonly ledger: VerifierKey;
  /** Distinct operators count, not keys (D4). */
  readonly witnesses: readonly { readonly operator: string; readonly key: VerifierKey }[];
  readonly quorum: number;
}

export interface LedgerHead {
  readonly checkpoint: Checkpoint;
  /** Seconds: the latest time that a quorum attests (D7); undefined where no witness is asked for. */
  readonly time: number | undefined;
}

/** Throws `custody.checkpoint` unless the ledger and enough witnesses signed. */
export async function readLedgerHead(
  text: string,
  { ledger, witnesses, quorum }: LedgerRules,
  verify?: VerifySignature,
): Promise<LedgerHead> {
  try {
    const { note, checkpoint } = parseSignedCheckpoint(utf8(text));
    if (checkpoint.origin !== ledger.name || checkpoint.extensions.length > 0)
      throw fail('custody.checkpoint', `not a plain checkpoint of the ledger ${ledger.name}`);
    if (ledger.type !== noteTypes.log || (await verifySignatureBy(note, ledger, verify)) === undefined)
      throw fail('custody.checkpoint', `the ledger ${ledger.name} did not sign this checkpoint`);
    const times = new Map<string, number>();
    for (const { operator, key } of witnesses) {
      const time = (await verifySignatureBy(note, key, verify))?.time;
      // One operator, one voice: of two keys the earlier time counts.
      if (time !== undefined) times.set(operator, Math.min(time, times.get(operator) ?? time));
    }
    if (times.size < quorum)
      throw fail(
        'custody.checkpoint',
        `${times.size} of ${quorum} witnesses cosigned size ${checkpoint.size}`,
      );
    return { checkpoint, time: [...times.values()].sort((a, b) => b - a)[quorum - 1] };
  } catch (cause) {
    if (!isVitrineError(cause) || cause.code === 'signature.platform' || cause.code === 'custody.checkpoint')
      throw cause;
    throw fail('custody.checkpoint', cause.message, { at: cause.at, cause });
  }
}

export interface VerifiedReceipt {
  readonly promise: CustodyPromise;
  /** Hex leaf hash of the record. */
  readonly leaf: string;
  readonly index: number;
  /** Size of the ledger under the checkpoint. */
  readonly size: number;
  /** Seconds, by the witnesses. */
  readonly time: number | undefined;
  /** A quorum of witnesses saw it by the deadline. A proof that was fetched later need not show that. */
  readonly inTime: boolean;
  /** Of this report, where one was given. */
  readonly entry: RecordEntry | undefined;
}

/** Where all records of one report stand, under one checkpoint: what a data center answers for a report. */
export interface ReportProof {
  /** The signed checkpoint as text. */
  readonly checkpoint: string;
  /** In the order of the promise. */
  readonly records: readonly Pick<Receipt, 'index' | 'path'>[];
}

export const proofMembers: {
  readonly checkpoint: Schema<string>;
  readonly records: Schema<ReportProof['records']>;
} = {
  checkpoint: noteText,
  records: schema.list(
    schema.object({ index: fields.index, path: schema.list(fields.hash32, { most: 63 }) }),
    { least: 1, most: observationsAtOnce },
  ),
};

const proofSchema: Schema<ReportProof> = schema.object(proofMembers);

/** From the answer of a data center, which need not be canonical. */
export function parseProof(bytes: Uint8Array): ReportProof {
  try {
    return proofSchema.check(parseJson(bytes, { bytes: 1 << 20, depth: 6 }));
  } catch (cause) {
    if (!isVitrineError(cause)) throw cause;
    throw fail('custody.receipt', cause.message, { at: cause.at, cause });
  }
}

/** As `verifyReceipt`, for all records of a promise that was verified: each signature is looked at once. */
export async function verifyProof(
  { checkpoint, records }: ReportProof,
  promise: CustodyPromise,
  rules: LedgerRules,
  verify?: VerifySignature,
  sha256: Sha256 = pureSha256,
): Promise<readonly VerifiedReceipt[]> {
  if (records.length !== promise.records.length || promise.ledger !== rules.ledger.name)
    throw fail('custody.receipt', `places for ${records.length} of ${promise.records.length} records`);
  const head = await readLedgerHead(checkpoint, rules, verify);
  return records.map((place, record) => placed(promise, record, place, head, sha256));
}

function placed(
  promise: CustodyPromise,
  record: number,
  { index, path }: Pick<Receipt, 'index' | 'path'>,
  { checkpoint, time }: LedgerHead,
  sha256: Sha256,
): VerifiedReceipt {
  const promised = promise.records[record];
  if (promised === undefined)
    throw fail('custody.receipt', `record ${record} of ${promise.records.length} promised`);
  const { leaf } = promised;
  try {
    verifyInclusion(path.map(fromBase64), index, checkpoint.size, fromHex(leaf), checkpoint.root, sha256);
  } catch (cause) {
    throw fail('custody.receipt', 'the promised leaf is not at this place of the ledger', { cause });
  }
  const inTime = time !== undefined && time <= parseTime(promise.deadline);
  return { promise, leaf, index, size: checkpoint.size, time, inTime, entry: undefined };
}

/** The whole check: promise → ledger → witnesses → inclusion → (with the report at hand) the record itself. */
export async function verifyReceipt(
  receipt: Receipt,
  rules: LedgerRules,
  {
    report,
    verify,
    sha256 = pureSha256,
  }: { readonly report?: Report; readonly verify?: VerifySignature; readonly sha256?: Sha256 } = {},
): Promise<VerifiedReceipt> {
  const promise = await readPromise(receipt.promise, rules.ledger, verify, sha256);
  const head = await readLedgerHead(receipt.checkpoint, rules, verify);
  const proven = placed(promise, receipt.record, receipt, head, sha256);
  const entry = report === undefined ? undefined : promisedEntries(promise, report, sha256)[receipt.record];
  return { ...proven, entry };
}

/** What an endpoint says of a promise; `overdue` is a finding for its owner to see. */
export function judgePromise(
  promise: CustodyPromise,
  proofs: readonly VerifiedReceipt[],
  now: number,
): 'waiting' | 'kept' | 'overdue' {
  const proven = new Set(proofs.map(({ leaf }) => leaf));
  if (promise.records.every(({ leaf }) => proven.has(leaf))) return 'kept';
  return now > parseTime(promise.deadline) ? 'overdue' : 'waiting';
}

/**
 * Whether these two together prove a breach to anyone: the witnesses saw the ledger after the deadline, and it
 * ended before the record.
 */
export function provesLate({ promise, index }: VerifiedReceipt, { checkpoint, time }: LedgerHead): boolean {
  return (
    promise.ledger === checkpoint.origin &&
    time !== undefined &&
    time > parseTime(promise.deadline) &&
    checkpoint.size <= index
  );
}

/** Throws unless a `custody-root` in the public log says the same of this ledger as a checkpoint of equal size. */
export function requireSameRoot(
  logged: { readonly ledger: string; readonly size: number; readonly root: string },
  { checkpoint }: LedgerHead,
): void {
  if (logged.ledger !== checkpoint.origin || logged.size !== checkpoint.size)
    throw fail('custody.checkpoint', `the logged root is of ${logged.ledger} at size ${logged.size}`);
  if (!equal(fromHex(logged.root), checkpoint.root))
    throw fail(
      'custody.checkpoint',
      `two roots of ${logged.ledger} at size ${logged.size}: ${logged.root} is logged, ${toHex(checkpoint.root)} was signed`,
    );
}
