// The seam of D17. A sequencer owns the rows; the integrator reads them; the tree is a pure function
// of that table and of nothing else. A caller that must bind its leaf to its own data (a custody
// ledger) writes the leaf in its own store's transaction and offers the store as a sequencer.

export interface Sequencer {
  /**
   * Gives the next indices, in the order of commits, to at most `limit` committed rows that have
   * none, and answers how many rows are numbered: [0, size). Durable when it resolves. A number is
   * given once, to one row, for ever; an uncommitted row never gets one. Where rows are numbered as
   * they are written there is nothing to give. Only the integrator calls it, never twice at once.
   */
  number(limit: number): Promise<number>;

  /** The rows [start, end), numbered and unchanged since: the same bytes in every call. */
  read(start: number, end: number): Promise<readonly Uint8Array[]>;

  /**
   * The rows below `size`, a multiple of 256, now stand in durable bundles. A store that keeps rows
   * only for the log may drop them; a ledger that needs its own does nothing.
   */
  release(size: number): Promise<void>;
}

export interface Row {
  readonly data: Uint8Array;
  /** 32 bytes: the second row with the same key is not written, the first one's index answers for it. */
  readonly key?: Uint8Array | undefined;
}

/** A sequencer that takes rows from us, in one transaction for all of a batch. */
export interface Appender extends Sequencer {
  /** The index of each row, all durable when it resolves. All are written or, if it rejects, none is acknowledged. */
  append(rows: readonly Row[]): Promise<readonly number[]>;

  /** Rows so far, numbered and durable. */
  size(): number;
}
