// What several test files need: repositories made by git itself, a log in memory, a vendor with stores.

import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { TestContext } from 'node:test';
import { toHex, type BuildLimits, type Envelope, type Order } from '@vitrine/evidence';
import { openStore, sha256, type Store } from '@vitrine/host';
import { temporaryDirectory, testSigner } from '@vitrine/testkit';
import {
  build,
  openMaterialCache,
  produce,
  type Appender,
  type Authority,
  type BuildFolders,
  type BuildInputs,
  type BuildResult,
  type LogView,
  type MaterialCache,
  type ObjectFetcher,
  type Produced,
  type Sandbox,
  type Step,
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

/** A recipe that runs a Node program, which has `fs` and the path of its output, `out`. */
export function nodeRecipe(program: string, more = ''): string {
  const given = `const fs = require('node:fs'); const out = process.env.OUT + '/tiny.txt';`;
  return recipeOf([process.execPath, '-e', `${given} ${program}`], more);
}

/** A recipe for builds in bubblewrap, where our Node is not seen: a shell and the base tools of a system. */
export function shellRecipe(script: string, more = ''): string {
  return recipeOf(['/bin/sh', '-c', script], more);
}

export function recipeOf(command: readonly string[], more = ''): string {
  return `recipe = 1
[product]
name = "tiny"
version = "1.0.0"
[build]
command = ${JSON.stringify(command)}
outputs = ["tiny.txt"]
${more}`;
}

/** The defaults of a recipe, with less of everything that a test would have to wait for. */
export const testLimits: BuildLimits = {
  seconds: 60,
  outputBytes: 1 << 20,
  logBytes: 10_000,
  memoryBytes: 1 << 30,
  processes: 100,
  files: 1000,
  diskBytes: 1 << 26,
};

/** What a step under test is given beside its command; `seconds` counts from now. */
export function stepLimits(limits: Partial<BuildLimits> = {}): Pick<Step, 'limits' | 'endBy' | 'placed'> {
  const all = { ...testLimits, ...limits };
  return { limits: all, endBy: performance.now() + all.seconds * 1000, placed: { files: 0, bytes: 0 } };
}

/** The folders of one step, as a build makes them. */
export function stepFolders(t: TestContext): BuildFolders {
  const root = temporaryDirectory(t);
  const folder = (name: string): string => {
    mkdirSync(join(root, name));
    return join(root, name);
  };
  return {
    tree: folder('tree'),
    materials: folder('materials'),
    tools: folder('tools'),
    out: folder('out'),
    home: folder('home'),
    temporary: folder('tmp'),
  };
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
  clean?: boolean,
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
    clean,
    onLog,
  });
}

export interface Made {
  readonly vendor: Vendor;
  readonly produced: Produced;
  readonly repository: string;
  /** Builds the order again, with what is changed. */
  readonly rerun: (order?: Partial<Order>, inputs?: Partial<BuildInputs>) => Promise<BuildResult>;
}

/** Builds a repository of this recipe and one file, `in.txt`. */
export async function make(
  t: TestContext,
  recipe: string,
  sandbox: Sandbox,
  input = 'input\n',
): Promise<Made> {
  const folder = temporaryDirectory(t);
  const repository = join(folder, 'repository');
  makeRepository(repository, { 'conveyor.toml': recipe, 'in.txt': input });
  const vendor = makeVendor(join(folder, 'vendor'));
  const produced = await produceTiny(repository, vendor, memoryLog(), sandbox);
  const rerun: Made['rerun'] = (order, inputs) =>
    build(
      { ...produced.order, ...order },
      {
        tree: produced.tree.listing,
        materials: [],
        source: vendor.source,
        blobs: vendor.blobs,
        sandbox,
        ...inputs,
      },
    );
  return { vendor, produced, repository, rerun };
}

/** What the one output of a build says. */
export async function outputText({ vendor }: Made, { manifest }: BuildResult): Promise<string> {
  const [output] = manifest.outputs;
  return Buffer.from(await vendor.blobs.get(output?.sha256 ?? '', { maxBytes: 10_000 })).toString('utf8');
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
