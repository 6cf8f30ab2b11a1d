// The processes of the tour: each with its own folder, key files, environment and log file.

import { fileURLToPath } from 'node:url';
import { join } from 'node:path';
import { run, startDaemon, type Daemon, type RunResult } from '@vitrine/host';
import { fail } from '../codes.ts';

const main = fileURLToPath(new URL('../start.mjs', import.meta.url));

/** What a process may see of ours: where programs are. */
function environment(home: string): Record<string, string> {
  const kept = ['PATH', 'TMPDIR', 'NODE_COMPILE_CACHE'];
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

/** A long-lived part of the tour that can be killed and started again at the same address. */
export class Service {
  readonly name: string;
  readonly #args: readonly string[];
  readonly #home: string;
  readonly #logs: string;
  #daemon: Daemon | undefined;
  #address = '127.0.0.1:0';

  constructor(name: string, args: readonly string[], home: string, logs: string) {
    this.name = name;
    this.#args = args;
    this.#home = home;
    this.#logs = logs;
  }

  /** Answers the address it serves at. */
  async start(): Promise<string> {
    this.#daemon = await startDaemon(process.execPath, [main, ...this.#args, '--listen', this.#address], {
      env: environment(this.#home),
      cwd: this.#home,
      ready: /serves at http:\/\//,
      timeoutMs: 30_000,
      logFile: join(this.#logs, `${this.name}.log`),
    });
    const url = /serves at (http:\/\/[^\s,]+)/.exec(this.#daemon.line)?.[1];
    if (url === undefined) throw fail('tour.step', `${this.name} did not say where it serves`);
    this.#address = new URL(url).host;
    return url.replace(/\/$/, '');
  }

  async kill9(): Promise<void> {
    await this.#daemon?.kill9();
  }

  async stop(): Promise<void> {
    await this.#daemon?.stop();
    this.#daemon = undefined;
  }
}
