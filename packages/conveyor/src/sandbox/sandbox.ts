import type { Isolation } from '@vitrine/evidence';

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
  readonly timeoutMs: number;
  readonly logBytes: number;
}

export interface StepResult {
  readonly code: number | null;
  readonly signal: string | null;
  /** Lines of both streams as they came, cut at `logBytes`. */
  readonly log: string;
  readonly logTruncated: boolean;
}

/** Runs the steps of a build apart from the machine, as far as its `isolation` says. */
export interface Sandbox {
  readonly isolation: Isolation;
  /** How the folders are called inside: fixed paths where there is a sandbox. */
  inside(folders: BuildFolders): BuildFolders;
  /**
   * Runs a command to its end; when this settles, nothing it started is left (without a sandbox: nothing
   * in its process group). Throws `process.timeout`, `process.not-found`, `sandbox.failed`.
   */
  run(folders: BuildFolders, step: Step): Promise<StepResult>;
}

/** sh sets the umask, which is inherited, and gives way to the command. */
export function withUmask(command: readonly string[]): readonly string[] {
  return ['/bin/sh', '-c', 'umask 0022; exec "$@"', 'sh', ...command];
}
