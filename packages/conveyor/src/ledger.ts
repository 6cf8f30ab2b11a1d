// The log as its vendor reads it: every statement, once, in order. What was released, ordered, rebuilt
// and taken back is never kept anywhere else, so that nothing can disagree with the log.

import {
  activeNegatives,
  expectKind,
  isVitrineError,
  parseEnvelope,
  statementIdOf,
  statementOf,
  type Envelope,
  type Kind,
  type Negative,
  type Statement,
  type TrustPolicy,
} from '@vitrine/evidence';
import { sha256, verifySignature } from '@vitrine/host';
import type { LogReader } from '@vitrine/log';

export interface Entry {
  readonly index: number;
  readonly envelope: Envelope;
  readonly id: string;
  readonly statement: Statement;
}

export type EntryOf<Predicate> = Entry & { readonly predicate: Predicate };

/** A pass over the log that can be continued: a long-lived process reads each entry once. */
export interface Ledger {
  /** Reads what the log holds now. */
  refresh(): Promise<void>;
  /** How many entries were read: those below this index. */
  readonly size: number;
  readonly entries: readonly Entry[];
  of<Predicate>(kind: Kind<Predicate>): readonly EntryOf<Predicate>[];
  /** What a publication as of `size` must list (D2). */
  active(policy: TrustPolicy): Promise<readonly Negative[]>;
}

/** Everything that the log holds now. */
export async function readWholeLog(log: LogReader): Promise<Ledger> {
  await log.refresh();
  return readLedger(log);
}

/** Up to the reader's head. Begins at `from`; `active` is only right from 0. */
export async function readLedger(log: LogReader, from = 0): Promise<Ledger> {
  const entries: Entry[] = [];
  let size = from;
  const readTo = async (end: number): Promise<void> => {
    for await (const { index, entry } of log.entries(Math.min(size, end), end)) {
      const found = entryOf(index, entry);
      if (found !== undefined) entries.push(found);
    }
    size = Math.max(size, end);
  };
  await readTo(log.head().checkpoint.size);
  return {
    refresh: async () => readTo((await log.refresh()).checkpoint.size),
    get size() {
      return size;
    },
    entries,
    of: (kind) => ofKind(entries, kind),
    active: (policy) => activeNegatives(entries, policy, verifySignature, sha256),
  };
}

function entryOf(index: number, entry: Uint8Array): Entry | undefined {
  try {
    const envelope = parseEnvelope(entry);
    return { index, envelope, id: statementIdOf(envelope, sha256), statement: statementOf(envelope) };
  } catch (error) {
    if (isVitrineError(error)) return undefined; // A raw log may hold anything; it is no statement.
    throw error;
  }
}

export function ofKind<Predicate>(
  entries: readonly Entry[],
  kind: Kind<Predicate>,
): readonly EntryOf<Predicate>[] {
  return entries.flatMap((one) => {
    if (one.statement.predicateType !== kind.predicateType) return [];
    return [{ ...one, predicate: expectKind(one.statement, kind).predicate }];
  });
}
