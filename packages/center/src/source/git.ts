// The vendor's own git repository of a product: who wrote which line, and which commits touched a file.
// Nothing of it is proven by the log, except where a commit's files give a tree digest that is logged.
//
// git is given object names that were checked to be object names, and paths after `--` that stand in a
// verified listing, taken literally. Time and output are bounded; few run at once.

import {
  formatTreeListing,
  encodePath,
  isVitrineError,
  parseTreeListing,
  quote,
  toHex,
  treeDigest,
  type FileMode,
  type TreeFile,
} from '@vitrine/evidence';
import { run, sha256, sha256Hex, type RunResult } from '@vitrine/host';
import { fail } from './codes.ts';
import { openGitObjects, type GitObjects } from './git-objects.ts';

export interface GitCommit {
  readonly oid: string;
  readonly author: string;
  /** Seconds. */
  readonly time: number;
  readonly subject: string;
}

export interface BlameGroup {
  /** From 1. */
  readonly first: number;
  readonly count: number;
  readonly commit: string;
}

export interface Blame {
  readonly groups: readonly BlameGroup[];
  readonly commits: Readonly<
    Record<string, GitCommit & { readonly previous?: { readonly commit: string; readonly path: string } }>
  >;
}

export interface GitBlob {
  readonly oid: string;
  readonly mode: string;
  readonly bytes: Uint8Array;
}

export interface Git {
  /** Newest first, at most `gitLimits.commits`. */
  history(
    commit: string,
    path: string,
  ): Promise<{ readonly commits: readonly GitCommit[]; readonly more: boolean }>;
  blame(commit: string, path: string): Promise<Blame>;
  /** The file at a commit; undefined where there is none. */
  blob(commit: string, path: string): Promise<GitBlob | undefined>;
  isAncestor(commit: string, of: string): Promise<boolean>;
  /** The tree digest (D13) of a commit's files; undefined where it has more than may be hashed for a page. */
  treeDigest(commit: string): Promise<string | undefined>;
  close(): void;
}

export const gitLimits = {
  commits: 200,
  milliseconds: 10_000,
  outputBytes: 33_554_432,
  blobBytes: 16_777_216,
  /** For the tree digest of a commit. */
  treeFiles: 50_000,
  treeBytes: 268_435_456,
  atOnce: 3,
} as const;

export function openGit(folder: string): Git {
  const digests = new Map<string, Promise<string | undefined>>();
  const blames = new Map<string, Promise<Blame>>();
  const turns = takeTurns(gitLimits.atOnce);
  let objects: GitObjects | undefined;

  async function git(args: readonly string[]): Promise<RunResult> {
    const result = await turns(() =>
      run('git', ['--no-pager', '--literal-pathspecs', '-c', 'core.fsmonitor=false', '-C', folder, ...args], {
        env: environment(),
        timeoutMs: gitLimits.milliseconds,
        maxOutputBytes: gitLimits.outputBytes,
      }),
    ).catch((error: unknown) => {
      // What went wrong may name folders of this machine: the reader is told that it did.
      if (isVitrineError(error))
        throw fail('source.git', `git ${args[0] ?? ''} gave no answer`, { cause: error });
      throw error;
    });
    if (result.truncated) throw fail('source.git', `git ${args[0] ?? ''} answered more than is read`);
    return result;
  }

  async function succeed(args: readonly string[]): Promise<RunResult> {
    const result = await git(args);
    if (result.code !== 0) throw fail('source.git', `git ${args[0] ?? ''} refused`);
    return result;
  }

  async function list(
    commit: string,
    path?: string,
  ): Promise<readonly { mode: string; oid: string; path: Uint8Array }[]> {
    const args = ['ls-tree', '-r', '-z', '--full-tree', requireOid(commit)];
    const { stdoutBytes } = await succeed(path === undefined ? args : [...args, '--', textOf(path)]);
    return parseTree(stdoutBytes);
  }

  const read = (oid: string, most: number): Promise<Uint8Array> =>
    (objects ??= openGitObjects(folder, environment(), gitLimits.milliseconds)).read(oid, most);

  async function blob(commit: string, path: string): Promise<GitBlob | undefined> {
    const found = (await list(commit, path)).find((entry) => encodePath(entry.path) === path);
    if (found === undefined || found.mode === '160000') return undefined;
    return { oid: found.oid, mode: found.mode, bytes: await read(found.oid, gitLimits.blobBytes) };
  }

  async function digestOf(commit: string): Promise<string | undefined> {
    const entries = await list(commit);
    if (entries.length > gitLimits.treeFiles || entries.some(({ mode }) => mode === '160000'))
      return undefined;
    const files: TreeFile[] = [];
    let left = gitLimits.treeBytes;
    for (const { mode, oid, path } of entries) {
      const bytes = await read(oid, Math.min(left, gitLimits.blobBytes)).catch((error: unknown) => {
        if (isVitrineError(error, 'source.git')) return undefined;
        throw error;
      });
      if (bytes === undefined) return undefined;
      left -= bytes.length;
      files.push({
        mode: mode as FileMode,
        path: encodePath(path),
        sha256: sha256Hex(bytes),
        size: bytes.length,
      });
    }
    return toHex(treeDigest(parseTreeListing(formatTreeListing(files)), sha256));
  }

  return {
    async history(commit, path) {
      const format = '%H%x00%at%x00%an%x00%s';
      const count = String(gitLimits.commits + 1);
      const { stdoutBytes } = await succeed([
        'log',
        '-z',
        `--max-count=${count}`,
        '--no-color',
        '--no-show-signature',
        '--no-mailmap',
        `--format=${format}`,
        requireOid(commit),
        '--',
        textOf(path),
      ]);
      const commits = parseLog(stdoutBytes);
      return { commits: commits.slice(0, gitLimits.commits), more: commits.length > gitLimits.commits };
    },
    blame(commit, path) {
      return keep(blames, 64, `${commit} ${path}`, async () => {
        const { stdoutBytes } = await succeed([
          'blame',
          '--porcelain',
          '--no-progress',
          '--no-textconv',
          requireOid(commit),
          '--',
          textOf(path),
        ]);
        return parseBlame(stdoutBytes);
      });
    },
    blob,
    async isAncestor(commit, of) {
      const { code } = await git(['merge-base', '--is-ancestor', requireOid(commit), requireOid(of)]);
      return code === 0;
    },
    treeDigest: (commit) => keep(digests, 1_000, commit, () => digestOf(commit)),
    close: () => objects?.close(),
  };
}

/** Answers of git about object names never change; what failed is asked again. */
function keep<T>(
  kept: Map<string, Promise<T>>,
  most: number,
  key: string,
  ask: () => Promise<T>,
): Promise<T> {
  const known = kept.get(key);
  if (known !== undefined) return known;
  if (kept.size >= most) kept.clear();
  const asked = ask();
  kept.set(key, asked);
  asked.catch(() => kept.delete(key));
  return asked;
}

export function isOid(text: string): boolean {
  return /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/.test(text);
}

function requireOid(text: string): string {
  if (!isOid(text)) throw fail('source.git', `not the name of a git object: ${quote(text, 80)}`);
  return text;
}

/** The path as an argument. Node hands arguments over as UTF-8: other names cannot be asked about. */
function textOf(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    throw fail('source.git', 'git cannot be asked about a name that is no UTF-8');
  }
}

function environment(): Record<string, string> {
  const env: Record<string, string> = {
    LC_ALL: 'C',
    GIT_NO_REPLACE_OBJECTS: '1',
    GIT_OPTIONAL_LOCKS: '0',
    GIT_TERMINAL_PROMPT: '0',
    GIT_NO_LAZY_FETCH: '1',
  };
  for (const name of ['PATH', 'HOME', 'XDG_CONFIG_HOME', 'GIT_CONFIG_GLOBAL', 'GIT_CONFIG_NOSYSTEM']) {
    const value = process.env[name];
    if (value !== undefined) env[name] = value;
  }
  return env;
}

function parseTree(bytes: Uint8Array): readonly { mode: string; oid: string; path: Uint8Array }[] {
  const entries: { mode: string; oid: string; path: Uint8Array }[] = [];
  for (let start = 0; start < bytes.length;) {
    const end = bytes.indexOf(0, start);
    const tab = bytes.indexOf(9, start);
    const head = Buffer.from(bytes.subarray(start, Math.max(tab, start))).toString('latin1');
    const [, mode, oid] = /^([0-7]{6}) (?:blob|commit) ([0-9a-f]+)$/.exec(head) ?? [];
    if (end < 0 || tab > end || mode === undefined || oid === undefined || !isOid(oid))
      throw fail('source.git', 'git ls-tree answered in a form that is not known');
    entries.push({ mode, oid, path: bytes.subarray(tab + 1, end) });
    start = end + 1;
  }
  return entries;
}

function parseLog(bytes: Uint8Array): readonly GitCommit[] {
  const parts = Buffer.from(bytes).toString('utf8').split('\0');
  const commits: GitCommit[] = [];
  for (let i = 0; i + 3 < parts.length; i += 4) {
    const [oid = '', time = '', author = '', subject = ''] = parts.slice(i, i + 4);
    if (!isOid(oid)) throw fail('source.git', 'git log answered in a form that is not known');
    commits.push({ oid, time: Number(time), author: author.slice(0, 200), subject: subject.slice(0, 500) });
  }
  return commits;
}

type BlamedCommit = Blame['commits'][string];

/** git-blame(1), "The porcelain format": a header for each line, details at the first mention of a commit. */
function parseBlame(bytes: Uint8Array): Blame {
  const groups: { first: number; count: number; commit: string }[] = [];
  const commits: Record<string, { -readonly [Name in keyof BlamedCommit]: BlamedCommit[Name] }> = {};
  let current = '';
  for (const line of Buffer.from(bytes).toString('utf8').split('\n')) {
    const header = /^([0-9a-f]{40,64}) \d+ (\d+)(?: \d+)?$/.exec(line);
    if (header !== null && !line.startsWith('\t')) {
      const [, oid = '', number = ''] = header;
      current = oid;
      commits[oid] ??= { oid, author: '', time: 0, subject: '' };
      const last = groups.at(-1);
      if (last?.commit === oid && last.first + last.count === Number(number)) last.count++;
      else groups.push({ first: Number(number), count: 1, commit: oid });
      continue;
    }
    const commit = commits[current];
    if (commit === undefined || line.startsWith('\t')) continue;
    const space = line.indexOf(' ');
    const value = line.slice(space + 1);
    switch (line.slice(0, space)) {
      case 'author':
        commit.author = value.slice(0, 200);
        break;
      case 'author-time':
        commit.time = Number(value);
        break;
      case 'summary':
        commit.subject = value.slice(0, 500);
        break;
      case 'previous': {
        const previous = /^([0-9a-f]+) (.+)$/.exec(value);
        const path = unquotePath(previous?.[2] ?? '');
        if (previous?.[1] !== undefined && path !== undefined)
          commit.previous = { commit: previous[1], path };
        break;
      }
    }
  }
  return { groups, commits };
}

/** Encoded as in a listing; git quotes names with unusual bytes in C's manner. Undefined where it is not read. */
function unquotePath(name: string): string | undefined {
  if (!name.startsWith('"')) return encodePath(Buffer.from(name));
  const escapes: Readonly<Record<string, number>> = {
    a: 7,
    b: 8,
    t: 9,
    n: 10,
    v: 11,
    f: 12,
    r: 13,
    '"': 34,
    '\\': 92,
  };
  const bytes: number[] = [];
  const inner = name.slice(1, -1);
  for (let i = 0; i < inner.length; i++) {
    if (inner[i] !== '\\') {
      bytes.push(...Buffer.from(inner[i] as string));
      continue;
    }
    const octal = /^[0-7]{3}/.exec(inner.slice(i + 1, i + 4))?.[0];
    const byte = octal === undefined ? escapes[inner[i + 1] ?? ''] : Number.parseInt(octal, 8);
    if (byte === undefined) return undefined;
    bytes.push(byte);
    i += octal === undefined ? 1 : 3;
  }
  return encodePath(Uint8Array.from(bytes));
}

/** At most `most` at once; the others wait their turn. */
function takeTurns(most: number): <T>(work: () => Promise<T>) => Promise<T> {
  let running = 0;
  const waiting: (() => void)[] = [];
  return async (work) => {
    if (running >= most) await new Promise<void>((resolve) => waiting.push(resolve));
    running++;
    try {
      return await work();
    } finally {
      running--;
      waiting.shift()?.();
    }
  };
}
