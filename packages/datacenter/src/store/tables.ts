// What the two databases hold, as Kysely sees it. Both answer the same types: bytes are Uint8Array,
// numbers are safe integers, flags are 0 and 1, identifiers are lower-case hex.

import type { Generated } from 'kysely';

export type LedgerName = 'custody' | 'access';

/** Made once with the store: a store belongs to one data center for ever. */
export interface CenterTable {
  readonly one: number;
  readonly id: string;
}

/** Rows of the ledgers (D17). Written with what they are about, numbered later, never changed or deleted. */
export interface LeafTable {
  readonly id: Generated<number>;
  readonly ledger: LedgerName;
  /** Null until the integrator numbers it. */
  readonly idx: number | null;
  /** Hex RFC 6962 leaf hash: what a promise names. */
  readonly hash: string;
  readonly data: Uint8Array;
}

/** One key of one subject's day (D18). Destroyed by erasure and by retention. */
export interface DayKeyTable {
  readonly id: string;
  readonly subject: string;
  readonly day: string;
  /** The center's half, wrapped under its master key, which stands in no database. */
  readonly half: Uint8Array;
  /** The other half, sealed to the supervisors. */
  readonly supervisors: Uint8Array;
  /** The whole key, sealed to the subject. */
  readonly whole: Uint8Array;
}

/** One report at rest. */
export interface RecordTable {
  /** Its leaf. */
  readonly leaf: number;
  readonly day_key: string;
  readonly subject: string;
  readonly kind: string;
  readonly country: string;
  readonly retention: string;
  readonly day: string;
  /** The first day on which it may no longer be here. */
  readonly expires: string;
  /** Seconds since 1970 by which the inclusion proof was promised. */
  readonly deadline: number;
  readonly restricted: number;
  /** Fields that are not personal: all that the pipeline ever reads. */
  readonly projection: Uint8Array;
  readonly ciphertext: Uint8Array;
}

/** Report ids already taken, salted (D20); forgotten with the salt when the sealing key is dead. */
export interface SeenTable {
  readonly report: string;
  readonly sealing_key: string;
  readonly leaf: number;
}

/** Per sealing key: the secret salt of `seen`, and when both may go. */
export interface SealingKeyTable {
  readonly id: string;
  readonly salt: Uint8Array;
  /** Seconds since 1970. */
  readonly grace_until: number;
}

/** Refusals, counted by day and code and by nothing else. */
export interface RefusalTable {
  readonly day: string;
  readonly code: string;
  readonly count: number;
}

/** What became of a subject's requests: the signed confirmation can be asked for again. */
export interface RequestTable {
  /** Hex SHA-256 of the signed request. */
  readonly id: string;
  readonly kind: string;
  readonly at: number;
  readonly leaf: number | null;
  readonly answer: Uint8Array;
}

export interface Tables {
  readonly center: CenterTable;
  readonly leaf: LeafTable;
  readonly day_key: DayKeyTable;
  readonly record: RecordTable;
  readonly seen: SeenTable;
  readonly sealing_key: SealingKeyTable;
  readonly refusal: RefusalTable;
  readonly request: RequestTable;
}
