// What a file of bench/ or soak/ exports, and what it is handed.

/** One measured number against its goal. Measure ratios against a floor taken in the same run. */
export interface Measurement {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  /** Null for a floor or another number that is shown for comparison only. */
  readonly goal: number | null;
  readonly better: 'higher' | 'lower';
}

export type Report = (row: Measurement) => void;

/** The default export of `bench/NAME.ts`. */
export type Benchmark = (report: Report) => Promise<void>;

export interface SoakOptions {
  /** How long to go on; the soak's own default where it is absent. */
  readonly minutes?: number;
  /** How often to repeat; the soak's own default where it is absent. */
  readonly count?: number;
  /** Shows a line of progress. */
  readonly log: (line: string) => void;
}

/** The default export of `soak/NAME.ts`. Rejects when what it watches broke. */
export type Soak = (options: SoakOptions) => Promise<void>;
