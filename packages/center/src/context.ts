// What every area of the Center is given. One process owns all of it; areas share nothing else.

import type { DatabaseSync } from 'node:sqlite';
import type { Statement, TrustPolicy } from '@vitrine/evidence';
import type { Clock } from '@vitrine/host';
import type { Following } from './follow/index.ts';
import type { AccessControl } from './access/access.ts';
import type { Accounts } from './accounts/accounts.ts';
import type { Session } from './accounts/sessions.ts';
import type { Ledger } from './releases/ledger.ts';
import type { Blobs } from './repository/blobs.ts';
import type { RepositoryWatch } from './repository/watch.ts';
import type { CustodyLog } from './residency/logged.ts';
import type { ResidencyWatch } from './residency/watch.ts';
import type { CenterSettings } from './settings.ts';
import type { Trees } from './source/trees.ts';
import type { PublicAnswers } from './twin.ts';

/** An entry below a witnessed checkpoint, its statement parsed. */
export interface LoggedEntry {
  readonly index: number;
  readonly kind: string;
  /** The statement identifier: hex SHA-256 of what was signed (D9). */
  readonly id: string;
  readonly keyid: string;
  readonly operator: string | undefined;
  /** Whether its key was valid for this kind at its place in the log (D10). */
  readonly counts: boolean;
  readonly statement: Statement;
  readonly envelope: Uint8Array;
  /** The witnesses' time of the first checkpoint that this Center saw it in, in seconds. */
  readonly seenAt: number;
}

export interface EntryQuery {
  /** Only entries that count, or only those that do not. Default: both; decide nothing by those that do not. */
  readonly counts?: boolean | undefined;
  readonly kind?: string | undefined;
  /** Hex digest of any subject. */
  readonly about?: string | undefined;
  readonly keyid?: string | undefined;
  readonly operator?: string | undefined;
  readonly product?: string | undefined;
  readonly channel?: string | undefined;
  /** Entries [from, to). */
  readonly from?: number | undefined;
  readonly to?: number | undefined;
  readonly newestFirst?: boolean | undefined;
  readonly limit?: number | undefined;
}

export interface Trouble {
  readonly code: string;
  readonly message: string;
  /** Seconds. */
  readonly since: number;
  /** `ours`: this machine fails, not the log. */
  readonly kind: 'down' | 'lies' | 'ours';
}

/** One witness key of the policy. */
export interface WitnessState {
  readonly operator: string;
  readonly name: string;
  readonly scheme: string;
  readonly vkey: string;
  /** The key counts from this index on, and below `until`. */
  readonly from: number;
  readonly until: number | undefined;
  /** Of its latest cosignature that was seen, in seconds, and the size of the tree that it vouches for. */
  readonly time: number | undefined;
  readonly size: number | undefined;
}

export interface LogState {
  readonly origin: string;
  readonly size: number;
  /** Hex. */
  readonly root: string | undefined;
  /** What the witness quorum attests as the time of the newest checkpoint, in seconds. */
  readonly witnessTime: number | undefined;
  readonly checkpoint: Uint8Array | undefined;
  /** When the log was last looked at, in seconds. */
  readonly checkedAt: number | undefined;
  readonly witnesses: readonly WitnessState[];
  /** D5: policies and roots that the log holds and that are newer than those in force here. */
  readonly newer: readonly { readonly kind: string; readonly index: number; readonly version: number }[];
  readonly trouble?: Trouble | undefined;
}

export interface LogIndex {
  state(): LogState;
  entry(index: number): LoggedEntry | undefined;
  entries(query: EntryQuery): readonly LoggedEntry[];
  /** Grows whenever anything that a page shows may have changed: the key of what is cached. */
  readonly version: number;
  inclusion(index: number, size: number): Promise<readonly Uint8Array[]>;
  consistency(from: number, to: number): Promise<readonly Uint8Array[]>;
}

/** Who asks. */
export interface Reader {
  /** Undefined for whoever has not signed in. */
  readonly account: string | undefined;
  readonly name: string | undefined;
  readonly groups: readonly string[];
}

export const tiers = ['none', 'overview', 'critical', 'everything'] as const;
export type Tier = (typeof tiers)[number];

/**
 * What one reader may read of one tree now. `everything` says that each path is allowed, `critical` that
 * some may be; `overview` opens recipe, materials and numbers; `none` does not even tell that the tree is
 * there.
 */
export interface PathFilter {
  readonly tier: Tier;
  /** `path` in the form of tree listings (docs/spec/tree.md). */
  allows(path: string): boolean;
}

export interface SourceRead {
  readonly what: 'file' | 'raw' | 'blame' | 'history' | 'compare' | 'search' | 'symbols' | 'proof';
  /** Hex tree digest. */
  readonly tree: string;
  readonly path: string;
  readonly product: string;
}

export interface Access {
  /**
   * What the reader may see of a tree that is of these products, now: ask again at each request, for
   * grants end with time and the table may have been replaced.
   */
  filter(reader: Reader, products: readonly string[]): PathFilter;
  /**
   * Records reads of restricted source, before any byte of them is answered: when this returns they are
   * durable, and when it throws nothing may be answered. What `anyone` may read is not recorded. Many at
   * once are as quick as one.
   */
  record(reader: Reader, read: SourceRead | readonly SourceRead[]): void;
}

export interface SupervisorAddress {
  readonly operator: string;
  readonly url: string;
}

export interface CenterOptions {
  /** The Center's own folder: center.db, and what can be rebuilt. */
  readonly folder: string;
  /** As browsers see it: scheme, host and port. Passkeys are bound to it. */
  readonly origin: string;
  /** The pinned root file, as bytes. */
  readonly root: Uint8Array;
  /** The pinned trust policy: the envelope as bytes, and as it was loaded under that root. */
  readonly policyFile: Uint8Array;
  readonly policy: TrustPolicy;
  /** Addresses, with a slash at the end. */
  readonly log: string;
  readonly repository: string;
  readonly supervisors: readonly SupervisorAddress[];
  /** Tree listings and files of released sources by SHA-256; opened for reading alone. */
  readonly sourceStore: string;
  /** The vendor's git repositories by product, for history and blame. */
  readonly git: Readonly<Record<string, string>>;
  /** The built pages. */
  readonly web: string;
  /** The file by which the log learns of reviewers (docs/spec/admission.md). Default: reviewers.json in the folder. */
  readonly reviewers?: string | undefined;
  /** Who runs this Center and holds what is sealed here, as in the policy. Default: its vendor. */
  readonly operator?: string | undefined;
  readonly clock?: Clock | undefined;
  readonly settings?: CenterSettings | undefined;
  /** What the operator should see: faults of ours, by the id of the request. Default: lines on stderr. */
  readonly report?: ((line: string) => void) | undefined;
}

export interface CenterContext {
  readonly options: CenterOptions;
  readonly origin: URL;
  readonly database: DatabaseSync;
  readonly clock: Clock;
  readonly log: LogIndex;
  /** The same view with all that the log explorer shows, and what supervisors publish (D8). */
  readonly following: Following;
  readonly access: Access;
  /** The same as `access`, with the table and the record themselves: for `src/access` and `/account`. */
  readonly control: AccessControl;
  readonly accounts: Accounts;
  /** The source that the log names, with its files from the vendor's store. */
  readonly trees: Trees;
  /** Releases, builds and votes, as the counted statements of the log have them. */
  readonly ledger: Ledger;
  /** What an endpoint would make of the repository now. */
  readonly repository: RepositoryWatch;
  readonly blobs: Blobs;
  /** Where data is kept, as the repository proves it, and what data centers say of themselves. */
  readonly residency: ResidencyWatch;
  /** What the log holds about custody. */
  readonly custody: CustodyLog;
  readonly answers: PublicAnswers;
}

/** What a request carries once the middlewares have run. */
export interface CenterEnv {
  Variables: { reader: Reader; requestId: string; session: Session | undefined };
}
