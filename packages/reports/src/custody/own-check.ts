// Whether an own ledger holds: the chain, every record against its commitment, every promise and proof under the
// keys that the file names, and what each record became.

import {
  canonicalJson,
  fromBase64,
  fromHex,
  isVitrineError,
  parseTime,
  parseVkey,
  sha256 as pureSha256,
  statementIdOf,
  toHex,
  utf8,
  type Envelope,
  type Json,
  type Sha256,
  type TrustPolicy,
  type VerifySignature,
} from '@vitrine/evidence';
import { fail } from '../codes.ts';
import { consentKind, readConsent } from '../consent/receipt.ts';
import type { Residency } from '../residency/policy.ts';
import { contentOf } from '../signed.ts';
import { readConfirmation, requestIn } from '../subject/confirmation.ts';
import { requestKind } from '../subject/request.ts';
import { parseAccess, readCommitment } from './access.ts';
import { requireChain, requireCommitted, type OwnEntry, type SharedRecord } from './own-entry.ts';
import { ownLedgerKeys, rulesOfKeys, type OwnLedger, type OwnLedgerKeys } from './own-ledger.ts';
import { promisedEntriesOf, readPromise, type CustodyPromise } from './promise.ts';
import {
  provesLate,
  readLedgerHead,
  verifyProof,
  type LedgerHead,
  type LedgerRules,
  type VerifiedReceipt,
} from './receipt.ts';

/**
 * `unanswered`: sent, and no promise came. `overdue`: promised, and no proof came by the deadline. `refused`:
 * nothing of it was kept. `in-doubt`: not sent again, and whether it was stored is not known; an export settles
 * that as `kept` or `absent`.
 */
export type RecordStanding =
  | 'unanswered'
  | 'waiting'
  | 'proven'
  | 'overdue'
  | 'refused'
  | 'in-doubt'
  | 'kept'
  | 'absent'
  | 'erased';

export interface CheckedRecord {
  /** The entry that says it was shared, and when. */
  readonly seq: number;
  readonly at: string;
  readonly report: string;
  /** Which record of the report. */
  readonly position: number;
  readonly center: string;
  readonly country: string;
  readonly shared: SharedRecord;
  readonly standing: RecordStanding;
  /** RFC 3339, of the promise. */
  readonly deadline?: string;
  /** Hex leaf hash, once it is promised. */
  readonly leaf?: string;
  /** Place in the ledger of the data center, once it is proven or found; witness time of the proof in seconds. */
  readonly index?: number;
  readonly time?: number;
}

export interface CheckedReading {
  readonly center: string;
  /** Place in the access ledger. */
  readonly index: number;
  /** Place in the custody ledger of the record that was read. */
  readonly record: number;
  /** Statement identifier of the grant in the public log. */
  readonly grant: string;
  readonly at: string;
}

/** What the owner should know. A finding of the ledger itself has no report. */
export interface OwnFinding {
  readonly code: string;
  readonly seq: number;
  readonly report?: string;
  readonly center?: string;
  readonly message: string;
}

export interface OwnLedgerCheck {
  readonly first: number;
  readonly entries: number;
  /** Hash of the last entry. */
  readonly head: string;
  readonly records: readonly CheckedRecord[];
  readonly readings: readonly CheckedReading[];
  readonly findings: readonly OwnFinding[];
}

export interface OwnLedgerQuestion {
  /** Seconds since 1970. */
  readonly now: number;
  /** What is published: keys of the file that are not among these are a finding. */
  readonly published?: { readonly policy: TrustPolicy; readonly residencies: readonly Residency[] };
  readonly verify?: VerifySignature;
  readonly sha256?: Sha256;
}

/**
 * chain → keys → for each report: records → promise → proof; then what was erased and read. Throws only where
 * the chain is broken; what else does not hold is a finding, and the rest is still told.
 */
export async function verifyOwnLedger(
  { ledgers, first, entries }: Pick<OwnLedger, 'ledgers' | 'first' | 'entries'>,
  { now, published, verify, sha256 = pureSha256 }: OwnLedgerQuestion,
): Promise<OwnLedgerCheck> {
  const head = requireChain(entries, first, sha256);
  const check = new Check(ledgers, now, verify, sha256);
  if (published !== undefined) check.compareKeys(published.policy, published.residencies);
  for (const entry of entries) await check.follow(entry);
  return { first, entries: entries.length, head, ...check.result() };
}

interface Followed {
  readonly seq: number;
  readonly at: string;
  readonly center: string;
  readonly country: string;
  readonly records: readonly SharedRecord[];
  promise?: CustodyPromise | undefined;
  proofs?: readonly VerifiedReceipt[];
  late?: { readonly seq: number; readonly head: LedgerHead };
  refused?: boolean;
  inDoubt?: boolean;
  /** By record: its place, as an export has it. */
  found?: ReadonlyMap<number, number>;
}

/** Older versions wrote this, without `answered`, also where an answer to it may have been lost. */
function isOlderDoubt({ status, answered }: Extract<OwnEntry, { readonly type: 'refused' }>): boolean {
  return (status === 421 || status === 0) && answered !== true;
}

/** Goes through the entries in order; owns what it has learned so far. */
class Check {
  readonly #ledgers: readonly OwnLedgerKeys[];
  readonly #now: number;
  readonly #verify: VerifySignature | undefined;
  readonly #sha256: Sha256;
  readonly #reports = new Map<string, Followed>();
  readonly #requests = new Map<string, { readonly envelope: Envelope; readonly center: string }>();
  /** By center: places that a tombstone covers. */
  readonly #erased = new Map<string, Set<number>>();
  readonly #readings: CheckedReading[] = [];
  readonly #findings: OwnFinding[] = [];

  constructor(
    ledgers: readonly OwnLedgerKeys[],
    now: number,
    verify: VerifySignature | undefined,
    sha256: Sha256,
  ) {
    this.#ledgers = ledgers;
    this.#now = now;
    this.#verify = verify;
    this.#sha256 = sha256;
  }

  compareKeys(policy: TrustPolicy, residencies: readonly Residency[]): void {
    const known = new Set(
      residencies.flatMap(({ policy: { centers } }) =>
        centers.map((center) => textOf(ownLedgerKeys(policy, center))),
      ),
    );
    for (const keys of this.#ledgers)
      if (!known.has(textOf(keys)))
        this.#find('own-ledger.keys', 0, `the keys of ${keys.center} are not the published ones`, {
          center: keys.center,
        });
  }

  async follow(entry: OwnEntry): Promise<void> {
    const report = 'report' in entry ? entry.report : undefined;
    try {
      await this.#take(entry);
    } catch (error) {
      if (!isVitrineError(error) || error.code === 'signature.platform') throw error;
      const followed = report === undefined ? undefined : this.#reports.get(report);
      this.#find(error.code, entry.seq, error.message, {
        ...(report === undefined ? {} : { report }),
        ...(followed === undefined ? {} : { center: followed.center }),
      });
    }
  }

  async #take(entry: OwnEntry): Promise<void> {
    switch (entry.type) {
      case 'report': {
        const { seq, at, report, center, country, records } = entry;
        this.#reports.set(report, { seq, at, center, country, records });
        for (const record of records) requireCommitted(record, this.#sha256);
        return;
      }
      case 'promise': {
        const of = this.#reports.get(entry.report);
        if (of === undefined) return; // Its report lies before the first entry of this file.
        of.promise = await this.#promise(entry.report, of, entry.promise);
        return;
      }
      case 'proof': {
        const of = this.#reports.get(entry.report);
        if (of?.promise === undefined) return;
        of.proofs = await this.#proof(of.promise, entry);
        return;
      }
      case 'late': {
        const of = this.#reports.get(entry.report);
        if (of?.promise === undefined) return;
        const head = await this.#under(of.promise.ledger, (rules) =>
          readLedgerHead(entry.checkpoint, rules, this.#verify),
        );
        of.late = { seq: entry.seq, head }; // Its proof comes after it, and shows whether it reaches the record.
        return;
      }
      case 'refused': {
        const of = this.#reports.get(entry.report);
        if (of !== undefined && isOlderDoubt(entry)) of.inDoubt = true;
        else if (of !== undefined) of.refused = true;
        if (entry.status === 421) return;
        this.#find('own-ledger.refused', entry.seq, `not taken: ${entry.code}, status ${entry.status}`, {
          report: entry.report,
          ...(of === undefined ? {} : { center: of.center }),
        });
        return;
      }
      case 'in-doubt': {
        const of = this.#reports.get(entry.report);
        if (of !== undefined) of.inDoubt = true;
        return;
      }
      case 'settled': {
        const of = this.#reports.get(entry.report);
        if (of?.inDoubt !== true) return;
        of.found = new Map(entry.found.map(({ record, index }) => [record, index]));
        return;
      }
      case 'request': {
        const { center } = contentOf(requestKind, entry.request);
        const digest = statementIdOf(entry.request, this.#sha256);
        this.#requests.set(digest, { envelope: entry.request, center });
        return;
      }
      case 'confirmation':
        return this.#confirm(entry.confirmation);
      case 'export': {
        const { seq, center, missing } = entry;
        if (missing.length > 0)
          this.#find('own-ledger.missing', seq, `${missing.length} promised records are in no export`, {
            center,
          });
        return;
      }
      case 'reading': {
        const { center, index, record, salt, entry: text } = entry;
        const read = parseAccess(utf8(text));
        if (readCommitment(fromBase64(salt), record, this.#sha256) !== read.record)
          throw fail('own-ledger.record', `the reading at ${index} is not of the record at ${record}`);
        this.#readings.push({ center, index, record, grant: read.grant, at: read.at });
        return;
      }
      case 'countersigned': {
        const { controller } = contentOf(consentKind, entry.consent);
        await this.#underCenter(controller.center, ({ ledger }) =>
          readConsent(entry.consent, ledger.spki, this.#verify, this.#sha256),
        );
        return;
      }
      case 'consent':
      case 'resent': // What is promised is the same, whichever consent was in force.
    }
  }

  async #promise(report: string, of: Followed, envelope: Envelope): Promise<CustodyPromise> {
    const promise = await this.#underCenter(of.center, ({ ledger }) =>
      readPromise(envelope, ledger, this.#verify, this.#sha256),
    );
    const records = of.records.map(({ kind, commitment }) => ({ kind, commitment: fromHex(commitment) }));
    promisedEntriesOf(promise, { id: report, center: of.center, country: of.country, records }, this.#sha256);
    return promise;
  }

  #proof(
    promise: CustodyPromise,
    entry: Extract<OwnEntry, { readonly type: 'proof' }>,
  ): Promise<readonly VerifiedReceipt[]> {
    return this.#under(promise.ledger, (rules) =>
      verifyProof(entry, promise, rules, this.#verify, this.#sha256),
    );
  }

  async #confirm(envelope: Envelope): Promise<void> {
    const asked = this.#requests.get(requestIn(envelope));
    if (asked === undefined) return;
    const { envelope: request, center } = asked;
    const { erased } = await this.#underCenter(center, ({ ledger }) =>
      readConfirmation(envelope, { ledger, request }, this.#verify, this.#sha256),
    );
    const gone = this.#erased.get(center) ?? new Set<number>();
    for (const { indices } of erased) for (const index of indices) gone.add(index);
    this.#erased.set(center, gone);
  }

  #underCenter<T>(center: string, read: (rules: LedgerRules) => Promise<T>): Promise<T> {
    return firstOf(
      this.#ledgers.filter((keys) => keys.center === center),
      center,
      read,
    );
  }

  #under<T>(origin: string, read: (rules: LedgerRules) => Promise<T>): Promise<T> {
    return firstOf(
      this.#ledgers.filter(({ ledger }) => parseVkey(ledger).name === origin),
      origin,
      read,
    );
  }

  #find(code: string, seq: number, message: string, about: Pick<OwnFinding, 'report' | 'center'> = {}): void {
    this.#findings.push({ code, seq, message, ...about });
  }

  result(): Pick<OwnLedgerCheck, 'records' | 'readings' | 'findings'> {
    const records = [...this.#reports].flatMap(([report, of]) => this.#recordsOf(report, of));
    return { records, readings: this.#readings, findings: this.#findings };
  }

  #recordsOf(report: string, of: Followed): readonly CheckedRecord[] {
    const { seq, at, center, country, promise, proofs } = of;
    const gone = this.#erased.get(center);
    const isOverdue =
      promise !== undefined && proofs === undefined && this.#now > parseTime(promise.deadline);
    if (isOverdue)
      this.#find('own-ledger.overdue', seq, `promised by ${promise.deadline}, and no proof is here`, {
        report,
        center,
      });
    const { late } = of;
    if (late !== undefined && (proofs ?? []).some((proof) => provesLate(proof, late.head)))
      this.#find('own-ledger.late', late.seq, 'the witnesses saw the ledger without it after its deadline', {
        report,
        center,
      });
    return of.records.map((shared, position): CheckedRecord => {
      const proof = proofs?.[position];
      const index = proof?.index ?? (promise === undefined ? of.found?.get(position) : undefined);
      const standing = ((): RecordStanding => {
        if (index !== undefined && gone?.has(index) === true) return 'erased';
        if (proof !== undefined) return 'proven';
        if (promise !== undefined) return isOverdue ? 'overdue' : 'waiting';
        if (of.found !== undefined) return index === undefined ? 'absent' : 'kept';
        if (of.inDoubt === true) return 'in-doubt';
        return of.refused === true ? 'refused' : 'unanswered';
      })();
      const leaf = promise?.records[position]?.leaf;
      return {
        seq,
        at,
        report,
        position,
        center,
        country,
        shared,
        standing,
        ...(promise === undefined ? {} : { deadline: promise.deadline }),
        ...(leaf === undefined ? {} : { leaf }),
        ...(index === undefined ? {} : { index }),
        ...(proof?.time === undefined ? {} : { time: proof.time }),
      };
    });
  }
}

/** With the first of these keys that it can be read with: a center's keys change, its older receipts stay. */
async function firstOf<T>(
  keys: readonly OwnLedgerKeys[],
  what: string,
  read: (rules: LedgerRules) => Promise<T>,
): Promise<T> {
  let refusal: unknown = fail('own-ledger.keys', `the ledger knows no keys of ${what}`);
  for (const one of keys) {
    try {
      return await read(rulesOfKeys(one));
    } catch (error) {
      if (!isVitrineError(error) || error.code === 'signature.platform') throw error;
      refusal = error;
    }
  }
  throw refusal;
}

function textOf(keys: OwnLedgerKeys): string {
  return toHex(canonicalJson(keys as unknown as Json));
}
