// The counted statements of the log by kind, as far as pages of releases and rebuilds need them. Read once:
// the log only grows, so a page after a new entry costs that entry.

import {
  activeNegatives,
  expectKind,
  finding,
  order,
  parseEnvelope,
  provenance,
  publication,
  rebuild,
  release,
  resolution,
  review,
  source,
  subjectOf,
  withdrawal,
  type Kind,
  type LoggedStatement,
  type Negative,
  type Statement,
  type TrustPolicy,
} from '@vitrine/evidence';
import type { LogIndex, LoggedEntry } from '../context.ts';

/** A statement that counts (D10): its key was valid for its kind at its place. */
export interface Said<Predicate> {
  readonly index: number;
  readonly id: string;
  readonly operator: string;
  readonly keyid: string;
  readonly seenAt: number;
  readonly predicate: Predicate;
  readonly statement: Statement<Predicate>;
}

const read = [
  source,
  order,
  provenance,
  rebuild,
  release,
  resolution,
  withdrawal,
  publication,
  review,
  finding,
] as const;
/** Of which holds and withdrawals are a pure function (D2). */
const deciding: ReadonlySet<string> = new Set([provenance, rebuild, resolution, withdrawal].map(kindName));

const step = 1_000;

export class Ledger {
  readonly #log: LogIndex;
  readonly #policy: TrustPolicy;
  /** Entries below it have been read. */
  #size = 0;
  readonly #byKind = new Map<string, Said<unknown>[]>(read.map((kind) => [kind.kind, []]));
  readonly #deciding: LoggedStatement[] = [];
  /** By how many deciding entries it was computed from. */
  #active: { readonly of: number; readonly negatives: Promise<readonly Negative[]> } | undefined;

  constructor(log: LogIndex, policy: TrustPolicy) {
    this.#log = log;
    this.#policy = policy;
  }

  /** As the log is now. */
  of<Predicate>(kind: Kind<Predicate>): readonly Said<Predicate>[] {
    this.#readOn();
    return (this.#byKind.get(kind.kind) ?? []) as readonly Said<Predicate>[];
  }

  size(): number {
    this.#readOn();
    return this.#size;
  }

  /** Holds and withdrawals in force now. */
  active(): Promise<readonly Negative[]> {
    this.#readOn();
    if (this.#active?.of !== this.#deciding.length)
      this.#active = { of: this.#deciding.length, negatives: this.activeBelow(this.#size) };
    return this.#active.negatives;
  }

  /** What a publication as of this size has to list. Signatures were verified when the entries were read. */
  activeBelow(size: number): Promise<readonly Negative[]> {
    this.#readOn();
    return activeNegatives(
      this.#deciding.filter(({ index }) => index < size),
      this.#policy,
      () => Promise.resolve(true),
    );
  }

  #readOn(): void {
    const { size } = this.#log.state();
    // A log index that was rebuilt from nothing reads the same entries again, from 0 on.
    while (this.#size < size) {
      const to = Math.min(size, this.#size + step);
      for (const entry of this.#log.entries({ from: this.#size, to, limit: step })) this.#take(entry);
      this.#size = to;
    }
  }

  #take(entry: LoggedEntry): void {
    const kind = read.find((one) => one.kind === entry.kind);
    if (kind === undefined || !entry.counts || entry.operator === undefined) return;
    const { index, id, operator, keyid, seenAt } = entry;
    const statement = expectKind(entry.statement, kind as Kind<unknown>);
    this.#byKind.get(kind.kind)?.push({
      index,
      id,
      operator,
      keyid,
      seenAt,
      predicate: statement.predicate,
      statement,
    });
    if (deciding.has(kind.kind)) this.#deciding.push({ envelope: parseEnvelope(entry.envelope), index });
  }
}

function kindName({ kind }: { readonly kind: string }): string {
  return kind;
}

/** Hex digest of the subject of that name. */
export function subject({ statement }: Said<unknown>, name: string): string {
  return subjectOf(statement, name) ?? '';
}
