// Promises become proofs (D17b): where each record stands in the ledger of its data center, under a checkpoint
// that the witnesses signed. One that does not come by its deadline is a finding, and what the ledger shows
// instead is kept: together with a later proof it shows the delay to anyone.

import { isVitrineError, parseTime, type DataCenter } from '@vitrine/evidence';
import {
  ledgerRulesOf,
  parseProof,
  readLedgerHead,
  readPromise,
  verifyProof,
  type CheckedRecord,
  type CustodyPromise,
  type ReportProof,
} from '@vitrine/reports';
import { fail } from '../codes.ts';
import { CustodyTiles } from './custody-tiles.ts';
import { getCheckpoint, getProof } from './intake.ts';
import { readOwnLedger } from './ledger.ts';
import type { Promised } from './outbox.ts';
import { checkEntries } from './own.ts';
import { centerNamed, type Known } from './residency.ts';
import type { SharingSession } from './session.ts';
import { waitingFor, type Waiting } from './settle.ts';

export interface Proofs {
  /** Records that were proven in this run. */
  readonly proven: number;
  /** Reports with a promise that wait for their proof. */
  readonly unproven: number;
  /** Those of them whose deadline is over. */
  readonly overdue: readonly string[];
}

export async function fetchProofs(
  session: SharingSession,
  known: Known,
  waiting: Waiting[],
): Promise<Proofs> {
  let proven = 0;
  let unproven = 0;
  const overdue: string[] = [];
  /** Data centers that did not answer: whoever waits for one of them does not wait once for each report. */
  const away = new Set<string>();
  const search = new Search(session);
  for (const promised of await session.promised.all()) {
    let isProven = false;
    try {
      isProven = !away.has(promised.center) && (await proveOne(session, known, promised, search));
    } catch (error) {
      // A false proof is no proof: the promise stays, and becomes overdue.
      if (!isVitrineError(error) || (error.exit !== 5 && !/^(?:custody|reader)\./.test(error.code)))
        throw error;
      waiting.push(waitingFor(error));
      if (error.code.startsWith('fetch.') || unasked.includes(error.code)) away.add(promised.center);
    }
    if (isProven) {
      proven += promised.records;
      continue;
    }
    unproven++;
    if (isOverdue(promised, session.now)) overdue.push(promised.report);
  }
  return { proven, unproven, overdue };
}

/** Nothing was sent, and nothing would be for the next one. */
const unasked: readonly string[] = ['endpoint.gives-way', 'endpoint.host-rests'];

export function isOverdue({ deadline }: Promised, now: number): boolean {
  return now > parseTime(deadline);
}

/** ask, or search → verify against promise, ledger and witnesses → keep → done. */
async function proveOne(
  session: SharingSession,
  known: Known,
  promised: Promised,
  search: Search,
): Promise<boolean> {
  const { platform, limits } = session.agent;
  const { report } = promised;
  const center = centerNamed(known, promised.center);
  const rules = ledgerRulesOf(session.trust.policy, center);
  const reply = await getProof(center, report, limits);
  const isUnknown = reply.kind === 'done' && reply.value === 'unknown';
  // It is due to answer until its key is dead, which is long after the deadline.
  if (isUnknown && !isOverdue(promised, session.now))
    throw fail('endpoint.answer', `the data center ${center.id} promised the report ${report}, and has none`);
  if (reply.kind === 'done' && reply.value !== undefined) {
    const promise = await readPromise(
      promised.promise,
      rules.ledger,
      platform.verifySignature,
      platform.sha256,
    );
    const proof =
      reply.value === 'unknown'
        ? await searchOne(session, center, promised, promise, search)
        : parseProof(reply.value);
    if (proof === undefined) return false;
    await verifyProof(proof, promise, rules, platform.verifySignature, platform.sha256);
    await session.ledger.append(session.now, { type: 'proof', report, ...proof });
    await session.promised.remove(report);
    return true;
  }
  if (isOverdue(promised, session.now) && !promised.late) {
    const head = await getCheckpoint(center, limits);
    if (head.kind === 'done') {
      const { time } = await readLedgerHead(head.value, rules, platform.verifySignature);
      // One that the witnesses saw earlier says nothing of the deadline.
      if (time === undefined || time <= parseTime(promised.deadline)) return false;
      await session.ledger.append(session.now, { type: 'late', report, checkpoint: head.value });
      await session.promised.write(report, { ...promised, late: true });
    }
  }
  return false;
}

/**
 * The data center has forgotten the report, with the key to which it was sealed or with its records (D20); its ledger
 * forgets nothing. What is not found yet is searched for from there on in the next run.
 */
async function searchOne(
  session: SharingSession,
  center: DataCenter,
  promised: Promised,
  promise: CustodyPromise,
  search: Search,
): Promise<ReportProof | undefined> {
  const tiles = await search.tilesOf(center);
  const from = promised.searched ?? (await search.startOf(center.id, promise));
  const found = await tiles.find(promise, from);
  if ('checkpoint' in found) return found;
  let { late } = promised;
  const { time } = tiles.head;
  // The witnesses saw all of the ledger without the record.
  if (!late && found.isWhole && time !== undefined && time > parseTime(promised.deadline)) {
    await session.ledger.append(session.now, {
      type: 'late',
      report: promised.report,
      checkpoint: tiles.text,
    });
    late = true;
  }
  await session.promised.write(promised.report, { ...promised, late, searched: found.next });
  return undefined;
}

/** What the searches of one run have in common: each is asked for once, and only where something is searched for. */
class Search {
  readonly #session: SharingSession;
  #records: Promise<readonly CheckedRecord[]> | undefined;
  readonly #tiles = new Map<string, Promise<CustodyTiles>>();

  constructor(session: SharingSession) {
    this.#session = session;
  }

  tilesOf(center: DataCenter): Promise<CustodyTiles> {
    const tiles = this.#tiles.get(center.id) ?? CustodyTiles.open(this.#session, center);
    this.#tiles.set(center.id, tiles);
    return tiles;
  }

  /** Behind what is proven, and was due before this was promised. */
  async startOf(center: string, promise: CustodyPromise): Promise<number> {
    this.#records ??= this.#read();
    const at = parseTime(promise.at);
    let start = 0;
    for (const one of await this.#records)
      if (one.center === center && one.standing !== 'kept' && one.index !== undefined)
        if (one.deadline !== undefined && parseTime(one.deadline) < at)
          start = Math.max(start, one.index + 1);
    return start;
  }

  async #read(): Promise<readonly CheckedRecord[]> {
    const entries = await readOwnLedger(this.#session.paths.ledger);
    return (await checkEntries(this.#session, entries, this.#session.now)).records;
  }
}
