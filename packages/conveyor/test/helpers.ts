// What several test files need: repositories made by git itself, a log in memory, a vendor with stores.

import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { TestContext } from 'node:test';
import { toHex, type BuildLimits, type Envelope } from '@vitrine/evidence';
import { openStore, sha256, type Store } from '@vitrine/host';
import { temporaryDirectory, testSigner } from '@vitrine/testkit';
import {
  openMaterialCache,
  produce,
  type Appender,
  type Authority,
  type BuildFolders,
  type LogView,
  type MaterialCache,
  type ObjectFetcher,
  type Produced,
  type Sandbox,
} from '../src/index.ts';

const gitEnvironment = {
  PATH: process.env['PATH'],
  HOME: '/nonexistent',
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_AUTHOR_NAME: 'A',
  GIT_AUTHOR_EMAIL: 'a@example.org',
  GIT_COMMITTER_NAME: 'C',
  GIT_COMMITTER_EMAIL: 'c@example.org',
  GIT_AUTHOR_DATE: '1700000000 +0000',
  GIT_COMMITTER_DATE: '1700000123 +0000',
};

export function git(folder: string, ...args: readonly string[]): string {
  return execFileSync('git', ['-C', folder, '-c', 'protocol.file.allow=always', ...args], {
    env: gitEnvironment,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
  }).trim();
}

export type Content = string | Uint8Array | { readonly link: string } | { readonly executable: string };

export function writeFiles(folder: string, files: Readonly<Record<string, Content>>): void {
  for (const [path, content] of Object.entries(files)) {
    const whole = join(folder, path);
    mkdirSync(dirname(whole), { recursive: true });
    if (typeof content === 'string' || content instanceof Uint8Array) writeFileSync(whole, content);
    else if ('link' in content) symlinkSync(content.link, whole);
    else {
      writeFileSync(whole, content.executable);
      chmodSync(whole, 0o755);
    }
  }
}

/** A repository with one commit of these files. */
export function makeRepository(folder: string, files: Readonly<Record<string, Content>>): string {
  mkdirSync(folder, { recursive: true });
  git(folder, 'init', '-q', '-b', 'main');
  writeFiles(folder, files);
  return commitAll(folder);
}

export function commitAll(folder: string): string {
  git(folder, 'add', '-A');
  git(folder, 'commit', '-q', '--allow-empty', '-m', 'change');
  return git(folder, 'rev-parse', 'HEAD');
}

/** The defaults of a recipe, with less of everything that a test would have to wait for. */
export const testLimits: BuildLimits = {
  seconds: 20,
  outputBytes: 1 << 20,
  logBytes: 10_000,
  memoryBytes: 1 << 30,
  processes: 100,
  files: 1000,
  diskBytes: 1 << 26,
};

/** The fresh folders of a build, gone with the test. */
export function foldersFor(t: TestContext): BuildFolders {
  const root = temporaryDirectory(t);
  const make = (name: string): string => {
    mkdirSync(join(root, name));
    return join(root, name);
  };
  return {
    tree: make('tree'),
    materials: make('materials'),
    tools: make('tools'),
    out: make('out'),
    home: make('home'),
    temporary: make('tmp'),
  };
}

/** A recipe that needs nothing but a shell. */
export function shellRecipe(script: string, more = ''): string {
  return `recipe = 1
[product]
name = "tiny"
version = "1.0.0"
[build]
command = ["/bin/sh", "-c", ${JSON.stringify(script)}]
outputs = ["tiny.txt"]
${more}`;
}

export interface MemoryLog extends LogView, Appender {
  readonly envelopes: Envelope[];
}

export function memoryLog(): MemoryLog {
  const envelopes: Envelope[] = [];
  return {
    envelopes,
    append(envelope) {
      envelopes.push(envelope);
      return Promise.resolve({ index: envelopes.length - 1 });
    },
    async *entries(from) {
      for (let index = from; index < envelopes.length; index++) {
        yield await Promise.resolve({ index, envelope: envelopes[index] as Envelope });
      }
    },
  };
}

/** Whoever signed may have signed. */
export const everybody: Authority = { require: () => Promise.resolve({}) };

export interface Vendor {
  readonly source: Store;
  readonly blobs: Store;
  readonly materials: MaterialCache;
}

export function makeVendor(folder: string): Vendor {
  const blobs = openStore(join(folder, 'blobs'));
  return {
    source: openStore(join(folder, 'source')),
    blobs,
    materials: openMaterialCache(blobs, join(folder, 'integrity')),
  };
}

export function produceTiny(
  repository: string,
  vendor: Vendor,
  log: Appender,
  sandbox: Sandbox,
  onLog?: (log: string) => void,
): Promise<Produced> {
  return produce({
    repository,
    revision: 'HEAD',
    recipePath: 'conveyor.toml',
    signers: { source: testSigner('source'), order: testSigner('order'), builder: testSigner('builder') },
    builderId: 'https://vendor.example/conveyor',
    log,
    source: vendor.source,
    materials: vendor.materials,
    sandbox,
    onLog,
  });
}

/** The vendor's stores as a rebuilder reaches them. */
export function objectsOf({ source, blobs }: Vendor): ObjectFetcher {
  return {
    blob: (digest, maxBytes) => blobs.get(digest, { maxBytes }),
    source: (digest, maxBytes) => source.get(digest, { maxBytes }),
  };
}

export function digestOf(text: string | Uint8Array): string {
  return toHex(sha256(typeof text === 'string' ? Buffer.from(text) : text));
}

/** `{ code, at }` for `assert.throws` and `assert.rejects`. */
export function refusal(code: string, at?: string | number): (error: unknown) => boolean {
  return (error) => {
    const {
      code: found,
      at: place,
      message,
    } = error as { code?: string; at?: string | number; message?: string };
    if (found !== code)
      throw new Error(`expected ${code}, found ${found ?? 'no code'}: ${message ?? ''}`, { cause: error });
    if (at !== undefined && place !== at)
      throw new Error(`expected ${code} at ${at}, found it at ${place ?? 'no place'}`);
    return true;
  };
}
