import type { BuildLimits, Isolation, VitrineError } from '@vitrine/evidence';
import type { Surroundings, Variation } from './surroundings.ts';
import type { Written } from './written.ts';

/** The folders of one build: fresh, empty but for what the conveyor put there, gone afterwards. */
export interface BuildFolders {
  /** The unpacked source; the build may write into it. */
  readonly tree: string;
  /** Archives by digest, read-only. */
  readonly materials: string;
  /** The unpacked toolchain, read-only. */
  readonly tools: string;
  /** Where the build writes its outputs. */
  readonly out: string;
  readonly home: string;
  readonly temporary: string;
}

export interface Step {
  readonly command: readonly string[];
  /** Relative to the tree; empty for its root. */
  readonly folder: string;
  /** The whole environment. */
  readonly env: Readonly<Record<string, string>>;
  readonly limits: BuildLimits;
  /** When the time of the whole build is over, as `performance.now()` counts. */
  readonly endBy: number;
  /** What the conveyor itself put into the folders: it does not count. */
  readonly placed: Written;
}

export interface StepResult {
  readonly code: number | null;
  readonly signal: string | null;
  /** Lines of both streams as they came, cut at `limits.logBytes`. */
  readonly log: string;
  /** Why the step was ended, or did not end well although its command did: a limit, or something left running. */
  readonly stopped: VitrineError | undefined;
}

/** Runs the steps of a build apart from the machine, as far as its `isolation` says. */
export interface Sandbox {
  readonly isolation: Isolation;
  readonly surroundings: Surroundings;
  /** In what the surroundings are not those of an order; empty for a build as ordered. */
  readonly varied: readonly Variation[];
  /** The same sandbox with other surroundings. Use `varySandbox`, which knows what is possible here. */
  with(surroundings: Surroundings, varied: readonly Variation[]): Sandbox;
  /** How the folders are called inside: fixed paths where there is a sandbox. */
  inside(folders: BuildFolders): BuildFolders;
  /**
   * Runs a command to its end; when this settles, nothing it started is left (without a sandbox: nothing
   * that can be found). Throws `process.not-found` and `sandbox.failed`.
   */
  run(folders: BuildFolders, step: Step): Promise<StepResult>;
}
