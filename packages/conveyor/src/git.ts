// A git repository read through git itself: `ls-tree` and one long-lived `cat-file --batch`, so that
// filters, attributes and line-end conversion of the checkout play no part (D13). git is given object
// names only; what a user types is resolved once, after it was checked.

import { isVitrineError, quote } from '@vitrine/evidence';
import { run, type RunResult } from '@vitrine/host';
import { fail } from './codes.ts';
import { openObjects, type GitObjects } from './git-objects.ts';

export interface TreeEntry {
  readonly mode: string;
  readonly oid: string;
  readonly path: Uint8Array;
}

export interface Commit {
  readonly oid: string;
  readonly tree: string;
  /** Committer time, seconds since 1970. */
  readonly time: number;
}

export interface Repository {
  /** The root of the checkout; undefined in a bare repository. */
  readonly top: string | undefined;
  /** From there to the folder that was named: empty, or with a slash at its end. */
  readonly prefix: Uint8Array;
  /** Whether the checkout holds anything that HEAD does not. */
  isDirty(): Promise<boolean>;
  /** HEAD, a branch, a tag, or an object name, whole or abbreviated. */
  resolve(revision: string): Promise<Commit>;
  /** All entries below a tree, submodules as mode 160000. */
  list(tree: string): Promise<readonly TreeEntry[]>;
  readonly objects: GitObjects;
  /** Ends the reading process. */
  close(): void;
}

const listingBytes = 1 << 26;
const timeoutMs = 120_000;

/** Opens the repository that holds `folder`; throws `git.not-repository`, `git.ownership`, `git.missing`. */
export async function openRepository(folder: string): Promise<Repository> {
  const bare = (await gitText(folder, ['rev-parse', '--is-bare-repository'])) === 'true';
  const top = bare ? undefined : await gitText(folder, ['rev-parse', '--show-toplevel']);
  const below = (await git(folder, ['rev-parse', '--show-prefix'])).stdoutBytes;
  const prefix = below.subarray(0, Math.max(0, below.length - 1)); // Without its line feed.
  const objects = openObjects(folder, gitEnvironment(), timeoutMs);

  async function isDirty(): Promise<boolean> {
    if (top === undefined) return false;
    const { stdoutBytes } = await git(folder, [
      '-c',
      'core.fsmonitor=false',
      'status',
      '--porcelain=v1',
      '-z',
      '--untracked-files=normal',
      '--ignore-submodules=none',
    ]);
    return stdoutBytes.length > 0;
  }

  async function resolve(revision: string): Promise<Commit> {
    // No "-", "^", ":", "@{" or "..": nothing that git would read as an option or an expression.
    if (!/^[A-Za-z0-9][A-Za-z0-9._/+-]{0,249}$/.test(revision) || revision.includes('..')) {
      throw fail('git.revision', `not the name of a commit: ${quote(revision)}`);
    }
    const answer = await tryGit(folder, ['rev-parse', '--verify', '--quiet', `${revision}^{commit}`]);
    const oid = answer.stdout.trim();
    if (answer.code !== 0 || !isOid(oid)) {
      throw fail('git.revision', `couldn't find the commit ${quote(revision)} in ${quote(folder, 200)}`);
    }
    return commitOf(oid, await objects.read(oid, 'commit', 1 << 20));
  }

  async function list(tree: string): Promise<readonly TreeEntry[]> {
    return parseTree(await git(folder, ['ls-tree', '-r', '-z', '--full-tree', tree]));
  }

  return { top, prefix, isDirty, resolve, list, objects, close: () => objects.close() };
}

function isOid(text: string): boolean {
  return /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/.test(text);
}

/** The tree and the committer time of a raw commit; names and addresses in it are not looked at. */
function commitOf(oid: string, raw: Uint8Array): Commit {
  const headers = Buffer.from(raw).toString('latin1').split('\n\n', 1)[0] ?? '';
  const tree = /^tree ([0-9a-f]+)$/m.exec(headers)?.[1] ?? '';
  const seconds = /^committer .*> ([0-9]{1,11}) [+-][0-9]{4}$/m.exec(headers)?.[1];
  if (!isOid(tree) || seconds === undefined) throw fail('git.failed', `couldn't read the commit ${oid}`);
  return { oid, tree, time: Number(seconds) };
}

function parseTree({ stdoutBytes, truncated }: RunResult): readonly TreeEntry[] {
  if (truncated) throw fail('source.size', `the list of files is longer than ${listingBytes} bytes`);
  const entries: TreeEntry[] = [];
  for (let start = 0; start < stdoutBytes.length;) {
    const end = stdoutBytes.indexOf(0, start);
    const tab = stdoutBytes.indexOf(9, start);
    if (end < 0 || tab < 0 || tab > end) throw fail('git.failed', "couldn't read the answer of git ls-tree");
    const head = Buffer.from(stdoutBytes.subarray(start, tab)).toString('latin1');
    const [, mode, oid] = /^([0-7]{6}) (?:blob|commit) ([0-9a-f]+)$/.exec(head) ?? [];
    if (mode === undefined || oid === undefined || !isOid(oid)) {
      throw fail('git.failed', `couldn't read the answer of git ls-tree: ${quote(head)}`);
    }
    entries.push({ mode, oid, path: stdoutBytes.subarray(tab + 1, end) });
    start = end + 1;
  }
  return entries;
}

/** The user's own settings stay (safe.directory, includes); nothing asks, replaces objects or takes locks. */
function gitEnvironment(): Record<string, string> {
  const env: Record<string, string> = {
    LC_ALL: 'C',
    GIT_NO_REPLACE_OBJECTS: '1',
    GIT_OPTIONAL_LOCKS: '0',
    GIT_TERMINAL_PROMPT: '0',
  };
  for (const name of ['PATH', 'HOME', 'XDG_CONFIG_HOME', 'GIT_CONFIG_GLOBAL', 'GIT_CONFIG_NOSYSTEM']) {
    const value = process.env[name];
    if (value !== undefined) env[name] = value;
  }
  return env;
}

async function tryGit(folder: string, args: readonly string[]): Promise<RunResult> {
  try {
    return await run('git', ['-C', folder, ...args], {
      env: gitEnvironment(),
      timeoutMs,
      maxOutputBytes: listingBytes,
    });
  } catch (error) {
    if (!isVitrineError(error, 'process.not-found')) throw error;
    throw fail('git.missing', "couldn't find git", { cause: error });
  }
}

async function git(folder: string, args: readonly string[]): Promise<RunResult> {
  const result = await tryGit(folder, args);
  if (result.code === 0) return result;
  const said = result.stderr.split('\n', 1)[0] ?? '';
  if (/not a git repository|cannot change to/.test(said)) {
    throw fail('git.not-repository', `${quote(folder, 200)} is not in a git repository`);
  }
  if (said.includes('dubious ownership')) {
    throw fail('git.ownership', `git refuses ${quote(folder, 200)}: it belongs to another user`);
  }
  throw fail('git.failed', `git ${args[0] ?? ''} failed in ${quote(folder, 200)}: ${quote(said, 200)}`);
}

async function gitText(folder: string, args: readonly string[]): Promise<string> {
  return (await git(folder, args)).stdout.replace(/\n$/, '');
}
