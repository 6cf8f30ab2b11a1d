// What the two databases hold, as Kysely sees it. Both answer the same types: bytes are Uint8Array,
// numbers are safe integers, flags are 0 and 1, identifiers are lower-case hex.

export type LedgerName = 'custody' | 'access';

/** Made once with the store: a store belongs to one data center for ever. */
export interface CenterTable {
  readonly one: number;
  readonly id: string;
  /** How often it was taken over: whoever did so last writes. */
  readonly epoch: number;
}

/**
 * How many leaves each ledger has. Whoever writes leaves takes their numbers from here first and holds the
 * row until it commits: numbers have no gaps, and their order is that of the commits.
 */
export interface LedgerTable {
  readonly name: LedgerName;
  readonly size: number;
}

/** Leaves of one ledger (D17): written with what they are about, never changed or deleted. */
export interface LeafTable {
  readonly idx: number;
  readonly data: Uint8Array;
}

/** One key of one subject's day (D18). Destroyed by erasure and by retention. */
export interface DayKeyTable {
  /** `keyRef`. */
  readonly ref: string;
  readonly subject: string;
  readonly day: string;
  readonly part: number;
  /** The center's half, wrapped under its master key, which stands in no database. */
  readonly half: Uint8Array;
  /** `SealedHalves`: the supervisors' half, and the whole key for the subject. */
  readonly sealed: Uint8Array;
}

/** One report: what its records have in common. */
export interface ReportTable {
  /** Index of its first record in the custody ledger; the others follow it. */
  readonly first: number;
  readonly count: number;
  /** `replayMark` under the salt of its sealing key. */
  readonly mark: string;
  readonly sealing_key: string;
  /** Null once its subject had it erased; the mark stays until the sealing key is dead (D20). */
  readonly subject: string | null;
  readonly day_key: string | null;
  readonly country: string;
  readonly day: string;
  /** Seconds since 1970. */
  readonly at: number;
  readonly deadline: number;
}

/** What is known of a subject besides its records. Erasure leaves it: it says why there were any. */
export interface SubjectTable {
  readonly pseudonym: string;
  /**
   * Its consent receipt in force, signed by both sides. After a restore perhaps an older one, or none (empty):
   * then `digest` is another, and nothing is taken of this subject until it sends the one in force again.
   */
  readonly consent: Uint8Array;
  /** Statement identifier of the receipt in force. */
  readonly digest: string;
  /** 1: its records are kept, but neither read nor processed. */
  readonly restricted: number;
}

/** Requests that changed something, and the sealed answer, for whoever did not receive it. */
export interface RequestTable {
  /** The request's digest. */
  readonly id: string;
  readonly act: string;
  /** Seconds since 1970. */
  readonly at: number;
  readonly answer: Uint8Array;
}

/** Readings of single records (D11): which one, and the salt behind which the access ledger has it. */
export interface ReadingTable {
  /** In the access ledger. */
  readonly idx: number;
  /** In the custody ledger. */
  readonly record: number;
  readonly salt: Uint8Array;
}

/** One record at rest. Its row goes; its leaf stays. */
export interface RecordTable {
  /** In the custody ledger. */
  readonly idx: number;
  readonly report: number;
  readonly kind: string;
  /** The first day on which it may no longer be here. */
  readonly expires: string;
  /** Fields that are not personal: all that the pipeline ever reads. */
  readonly projection: Uint8Array;
  readonly ciphertext: Uint8Array;
}

/** Per sealing key: the secret salt of the marks, and when both go. */
export interface SealingKeyTable {
  readonly id: string;
  readonly salt: Uint8Array;
  /** Seconds since 1970. */
  readonly grace_until: number;
}

/** What opens a tombstone of expired records: the proof of retention. Those of an erasure are its subject's. */
export interface TombstoneTable {
  /** In the custody ledger. */
  readonly idx: number;
  readonly salt: Uint8Array;
  /** Indices, each as 8 bytes, ascending. */
  readonly covers: Uint8Array;
}

/** Refusals, counted by day and code and by nothing else. */
export interface RefusalTable {
  readonly day: string;
  readonly code: string;
  readonly count: number;
}

export interface Tables {
  readonly center: CenterTable;
  readonly ledger: LedgerTable;
  readonly custody_leaf: LeafTable;
  readonly access_leaf: LeafTable;
  readonly day_key: DayKeyTable;
  readonly report: ReportTable;
  readonly record: RecordTable;
  readonly subject: SubjectTable;
  readonly request: RequestTable;
  readonly reading: ReadingTable;
  readonly sealing_key: SealingKeyTable;
  readonly tombstone: TombstoneTable;
  readonly refusal: RefusalTable;
}
