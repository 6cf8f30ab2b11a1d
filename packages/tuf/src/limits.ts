/** Bounds that hold before any signature is looked at, and those of a whole run. */
export interface Limits {
  /** Bytes per file. */
  readonly root: number;
  readonly timestamp: number;
  readonly snapshot: number;
  readonly targets: number;
  /** Roles in a snapshot. */
  readonly roles: number;
  /** Targets in one file. */
  readonly entries: number;
  /** Keys, and as many roles, in one delegating file. */
  readonly delegations: number;
  /** New root versions in one run (TUF 5.3.2). */
  readonly rotations: number;
  /** Roles followed in one search (TUF 5.6.7.1). */
  readonly visits: number;
}

export const defaultLimits: Limits = {
  root: 512_000,
  timestamp: 16_384,
  snapshot: 2_000_000,
  targets: 8_000_000,
  roles: 16_384,
  entries: 65_536,
  delegations: 1_024,
  rotations: 1_024,
  visits: 32,
};
