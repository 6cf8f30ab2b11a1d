// What the log holds about custody, by kind and in order: heads of data centers' ledgers, sealing keys, grants of
// access, versions of the residency policy. Read once: the log only grows.

import {
  accessGrant,
  custodyRoot,
  expectKind,
  residencyPolicy,
  sealingKey,
  subjectOf,
  type CustodyRoot,
  type Kind,
  type ResidencyPolicy,
  type Sealed,
  type SealingKey,
} from '@vitrine/evidence';
import type { LogIndex, LoggedEntry } from '../context.ts';
import type { HeadView } from '../contract/residency.ts';

/** A statement whose key was valid for it at its place (D10). */
export interface Logged<Predicate> {
  readonly index: number;
  readonly operator: string;
  readonly keyid: string;
  readonly seenAt: number;
  readonly envelope: Uint8Array;
  readonly predicate: Predicate;
}

export interface LoggedHead extends HeadView {
  readonly seenAt: number;
}

const step = 1_000;

export class CustodyLog {
  readonly #log: LogIndex;
  /** Entries below it have been read. */
  #size = 0;
  /** By keyid and ledger: what another data center says of a ledger is not about it. */
  readonly #heads = new Map<string, LoggedHead[]>();
  readonly #sealingKeys: Logged<SealingKey>[] = [];
  readonly #grants: Logged<Sealed>[] = [];
  /** The highest version that is logged, and its first entry. */
  #newest: { readonly version: number; readonly index: number } | undefined;

  constructor(log: LogIndex) {
    this.#log = log;
  }

  /** Oldest first, as these keys signed them of one ledger. */
  heads(keyids: ReadonlySet<string>, ledger: string): readonly LoggedHead[] {
    this.#readOn();
    const [only = [], ...more] = [...keyids].map((keyid) => this.#heads.get(`${keyid} ${ledger}`) ?? []);
    return more.length === 0 ? only : [only, ...more].flat().toSorted((a, b) => a.index - b.index);
  }

  sealingKeys(): readonly Logged<SealingKey>[] {
    this.#readOn();
    return this.#sealingKeys;
  }

  grants(): readonly Logged<Sealed>[] {
    this.#readOn();
    return this.#grants;
  }

  newestPolicy(): { readonly version: number; readonly index: number } | undefined {
    this.#readOn();
    return this.#newest;
  }

  #readOn(): void {
    const { size } = this.#log.state();
    while (this.#size < size) {
      const to = Math.min(size, this.#size + step);
      const within = { from: this.#size, to, counts: true };
      for (const entry of this.#of(custodyRoot, within)) this.#takeHead(entry);
      this.#sealingKeys.push(...this.#of(sealingKey, within));
      this.#grants.push(...this.#of(accessGrant, within));
      for (const { predicate, index } of this.#of<ResidencyPolicy>(residencyPolicy, within)) {
        if (predicate.version > (this.#newest?.version ?? 0))
          this.#newest = { version: predicate.version, index };
      }
      this.#size = to;
    }
  }

  #of<Predicate>(
    kind: Kind<Predicate>,
    within: { readonly from: number; readonly to: number },
  ): readonly (Logged<Predicate> & { readonly entry: LoggedEntry })[] {
    return this.#log.entries({ ...within, kind: kind.kind, counts: true }).map((entry) => {
      const { index, operator = '', keyid, seenAt, envelope } = entry;
      const { predicate } = expectKind(entry.statement, kind);
      return { index, operator, keyid, seenAt, envelope, predicate, entry };
    });
  }

  #takeHead({
    index,
    keyid,
    seenAt,
    predicate: { ledger, size, issuedAt },
    entry,
  }: Logged<CustodyRoot> & { readonly entry: LoggedEntry }): void {
    const key = `${keyid} ${ledger}`;
    const root = subjectOf(entry.statement, 'root') ?? '';
    const all = this.#heads.get(key) ?? [];
    all.push({ index, size, root, issuedAt, seenAt });
    this.#heads.set(key, all);
  }
}
