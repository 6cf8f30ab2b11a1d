// The processes of the tour: each with its own folder, key files, environment and log file.

import { fileURLToPath } from 'node:url';
import { join } from 'node:path';
import { run, startDaemon, type Daemon, type RunResult } from '@vitrine/host';
import { fail } from '../codes.ts';

const main = fileURLToPath(new URL('../start.mjs', import.meta.url));

/** What a process may see of ours: where programs are. */
export function environment(home: string): Record<string, string> {
  const kept = ['PATH', 'TMPDIR', 'NODE_COMPILE_CACHE', 'VITRINE_SANDBOX'];
  const env: Record<string, string> = { HOME: home };
  for (const name of kept) {
    const value = process.env[name];
    if (value !== undefined) env[name] = value;
  }
  return env;
}

/** Runs `vitrine …` to its end. */
export function vitrine(
  args: readonly string[],
  home: string,
  more: Readonly<Record<string, string>> = {},
): Promise<RunResult> {
  return run(process.execPath, [main, ...args], {
    env: { ...environment(home), ...more },
    cwd: home,
    timeoutMs: 300_000,
    maxOutputBytes: 1 << 20,
  });
}

export interface ServiceOptions {
  readonly home: string;
  /** Where its output goes: a file by its name. */
  readonly logs: string;
  /** Default: the Node that runs the tour. */
  readonly node?: string | undefined;
  readonly env?: Readonly<Record<string, string>> | undefined;
}

/** A long-lived part of the tour that can be killed and started again; its configuration says where it serves. */
export class Service {
  readonly name: string;
  readonly #args: readonly string[];
  readonly #options: ServiceOptions;
  #daemon: Daemon | undefined;

  constructor(name: string, args: readonly string[], options: ServiceOptions) {
    this.name = name;
    this.#args = args;
    this.#options = options;
  }

  /** Answers the address it serves at. */
  async start(): Promise<string> {
    const { home, logs, node = process.execPath, env } = this.#options;
    this.#daemon = await startDaemon(node, [main, ...this.#args], {
      env: { ...environment(home), ...env },
      cwd: home,
      ready: /serves at http:\/\//,
      timeoutMs: 60_000,
      logFile: join(logs, `${this.name}.log`),
    });
    const url = /serves at (http:\/\/[^\s,]+)/.exec(this.#daemon.line)?.[1];
    if (url === undefined) throw fail('tour.step', `${this.name} did not say where it serves`);
    return url.replace(/\/$/, '');
  }

  async kill9(): Promise<void> {
    await this.#daemon?.kill9();
    this.#daemon = undefined;
  }

  async stop(): Promise<void> {
    await this.#daemon?.stop();
    this.#daemon = undefined;
  }
}
