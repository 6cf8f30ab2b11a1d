// Whoever follows docs/first-product.md: writes its files and runs its commands in a folder, on free ports.

import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { dirname, join } from 'node:path';
import type { TestContext } from 'node:test';
import { fileURLToPath } from 'node:url';
import { requireSandbox } from '@vitrine/conveyor';
import { isVitrineError } from '@vitrine/evidence';
import { run, startDaemon } from '@vitrine/host';
import { compileCache, temporaryDirectory } from '@vitrine/testkit';
import type { Piece } from './document.ts';

const at = (path: string): string => fileURLToPath(new URL(path, import.meta.url));
export const page: string = at('../../../docs/first-product.md');
export const programs: Readonly<Record<string, readonly string[]>> = {
  vitrine: [process.execPath, at('../src/start.mjs')],
  'vitrine-agent': [process.execPath, at('../../../products/agent/src/main.ts')],
  git: ['git'],
};
/** The ports on the page: the log's and the repository's, and two of each supervisor. */
const pagePorts = [7400, 7410, 7420] as const;

export class Newcomer {
  readonly folder: string;
  readonly env: Readonly<Record<string, string>>;
  readonly #t: TestContext;
  readonly #ports: ReadonlyMap<number, number>;
  /** What commands printed under these names, for the words in capitals. */
  readonly #said = new Map<string, string>();

  constructor(
    t: TestContext,
    folder: string,
    env: Readonly<Record<string, string>>,
    ports: ReadonlyMap<number, number>,
  ) {
    this.#t = t;
    this.folder = folder;
    this.env = env;
    this.#ports = ports;
  }

  write(path: string, content: string): void {
    mkdirSync(dirname(join(this.folder, path)), { recursive: true });
    writeFileSync(join(this.folder, path), content);
  }

  /** Answers what the command printed. */
  async command({ words, background, line }: Piece & { readonly kind: 'command' }): Promise<string> {
    const [name = '', ...args] = words.map((word) => this.#filledIn(word));
    const [program = '', ...first] = programs[name] ?? [];
    assert.notEqual(program, '', `nobody knows the program of: ${line}`);
    if (background) {
      const daemon = await startDaemon(program, [...first, ...args], {
        cwd: this.folder,
        env: this.env,
        ready: /serves at http/,
        timeoutMs: 60_000,
      });
      this.#t.after(() => daemon.stop());
      return daemon.line;
    }
    const { code, stdout, stderr } = await run(program, [...first, ...args], {
      cwd: this.folder,
      env: this.env,
      timeoutMs: 300_000,
      maxOutputBytes: 1 << 20,
    });
    assert.equal(code, 0, `${line}\n${stdout}\n${stderr}`);
    this.#listen(stdout);
    return stdout;
  }

  /** The page's ports are taken on some machine; its words in capitals stand for what was printed. */
  #filledIn(word: string): string {
    return word
      .replace(/(?<=127\.0\.0\.1:)\d+/g, (port) => {
        const base = Number(port) - (Number(port) % 10);
        return String((this.#ports.get(base) ?? base) + (Number(port) % 10));
      })
      .replace(/\b[A-Z]{5,}\b/g, (name) => this.#said.get(name) ?? name);
  }

  #listen(stdout: string): void {
    for (const [, name = '', value = ''] of stdout.matchAll(/^(\w+) +([0-9a-f]{64})\b/gm))
      this.#said.set(name.toUpperCase(), value);
    const [, platform] = /^published .* for (\S+)$/m.exec(stdout) ?? [];
    if (platform !== undefined) this.#said.set('PLATFORM', platform);
  }
}

/** A port that is free, and the one after it. */
async function freePair(): Promise<number> {
  for (let attempt = 0; attempt < 50; attempt++) {
    const port = await listenOnce(0);
    if (port !== undefined && port % 10 < 9 && (await listenOnce(port + 1)) !== undefined) return port;
  }
  throw new Error('no two free ports');
}

function listenOnce(port: number): Promise<number | undefined> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(undefined));
    server.listen(port, '127.0.0.1', () => {
      const { port: taken } = server.address() as { readonly port: number };
      server.close(() => resolve(taken));
    });
  });
}

async function environment(t: TestContext, home: string): Promise<Readonly<Record<string, string>>> {
  const env: Record<string, string> = {
    ...compileCache,
    PATH: process.env['PATH'] ?? '',
    HOME: home,
    NO_COLOR: '1',
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_AUTHOR_NAME: 'N',
    GIT_AUTHOR_EMAIL: 'n@example.org',
    GIT_COMMITTER_NAME: 'N',
    GIT_COMMITTER_EMAIL: 'n@example.org',
  };
  try {
    await requireSandbox(process.env['VITRINE_SANDBOX']);
    if (process.env['VITRINE_SANDBOX'] !== undefined) env['VITRINE_SANDBOX'] = process.env['VITRINE_SANDBOX'];
  } catch (error) {
    if (!isVitrineError(error)) throw error;
    t.diagnostic(`supervisors build without a sandbox: ${error.message}`);
    env['VITRINE_SANDBOX'] = 'none';
  }
  return env;
}

export async function makeNewcomer(t: TestContext): Promise<Newcomer> {
  const folder = temporaryDirectory(t);
  mkdirSync(join(folder, 'home'));
  const ports = new Map<number, number>();
  for (const port of pagePorts) ports.set(port, await freePair());
  return new Newcomer(t, folder, await environment(t, join(folder, 'home')), ports);
}
