// What the Center is measured on: a Debian source package of some four million lines, fetched once and pinned by
// its digest; where it cannot be had, this repository, and then no goal is claimed.

import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { encodePath, formatTreeListing, toHex, treeDigest, type TreeFile } from '@vitrine/evidence';
import { fetchBytes, sha256, sha256Hex } from '@vitrine/host';

const repository = join(import.meta.dirname, '..', '..');
const cache = join(repository, '.cache', 'bench-center');
const source = {
  name: 'postgresql-15_15.18.orig.tar.bz2',
  url: 'http://deb.debian.org/debian/pool/main/p/postgresql-15/postgresql-15_15.18.orig.tar.bz2',
  sha256: '11df0df97fe3ea4ba9a791faaf39cee1d2fe571e78885b5b55d8517d27c323b4',
  bytes: 23_405_115,
} as const;

export interface Corpus {
  readonly name: string;
  /** Whether it is the one that goals are about. */
  readonly pinned: boolean;
  readonly bytes: number;
  readonly lines: number;
  /** A git repository that holds the files, committed. */
  readonly git: string;
  /** The source store: listings and blobs by SHA-256. */
  readonly store: string;
  /** The source as it is, and as a next release that changes every fortieth file. */
  readonly releases: readonly [CorpusTree, CorpusTree];
}

export interface CorpusTree {
  readonly digest: string;
  readonly files: readonly TreeFile[];
  readonly listing: { readonly sha256: string; readonly size: number };
  readonly bytes: number;
}

export async function openCorpus(): Promise<Corpus> {
  mkdirSync(cache, { recursive: true });
  const archive = await fetchArchive();
  const name = archive === undefined ? 'this repository' : source.name;
  const git = join(cache, archive === undefined ? 'own' : source.sha256.slice(0, 12));
  if (archive === undefined || !existsSync(git)) prepare(git, archive);
  return readCorpus(name, archive !== undefined, git);
}

/** Undefined where the network does not give it. */
async function fetchArchive(): Promise<string | undefined> {
  const path = join(cache, source.name);
  if (existsSync(path) && sha256Hex(readFileSync(path)) === source.sha256) return path;
  try {
    const { bytes } = await fetchBytes(source.url, { maxBytes: source.bytes, timeoutMs: 120_000 });
    if (sha256Hex(bytes) !== source.sha256) throw new Error('it has another SHA-256');
    writeFileSync(path, bytes);
    return path;
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    process.stderr.write(`bench center: couldn't fetch ${source.url}: ${why}\n`);
    process.stderr.write('bench center: measuring this repository instead; goals are about the package\n');
    return undefined;
  }
}

/** A folder with the files and a git repository of them; there as a whole or not at all. */
function prepare(folder: string, archive: string | undefined): void {
  const half = `${folder}.half`;
  for (const old of [half, folder]) rmSync(old, { recursive: true, force: true });
  mkdirSync(half);
  if (archive === undefined) {
    const tar = execFileSync('git', ['archive', '--format=tar', 'HEAD'], {
      cwd: repository,
      maxBuffer: 1 << 30,
    });
    execFileSync('tar', ['xf', '-'], { cwd: half, input: tar });
  } else execFileSync('tar', ['xjf', archive, '--strip-components=1'], { cwd: half });
  const run = (...args: string[]): void => {
    execFileSync('git', ['-c', 'user.name=bench', '-c', 'user.email=bench@example.com', ...args], {
      cwd: half,
      stdio: 'ignore',
    });
  };
  run('init', '-q');
  run('add', '-A', '-f');
  run('commit', '-q', '-m', 'The corpus');
  renameSync(half, folder);
}

function readCorpus(name: string, pinned: boolean, git: string): Corpus {
  const store = `${git}.store`;
  const listed = execFileSync('git', ['ls-files', '-s', '-z'], {
    cwd: git,
    encoding: 'latin1',
    maxBuffer: 1 << 28,
  });
  const before: TreeFile[] = [];
  const after: TreeFile[] = [];
  let lines = 0;
  for (const [i, row] of listed.split('\0').entries()) {
    const found = /^(100644|100755) \S+ \d\t([^]*)$/.exec(row);
    if (found === null) continue;
    const [, mode, path] = found as unknown as [string, '100644' | '100755', string];
    const bytes = readFileSync(join(git, Buffer.from(path, 'latin1').toString()));
    for (let at = bytes.indexOf(10); at >= 0; at = bytes.indexOf(10, at + 1)) lines++;
    const encoded = encodePath(Buffer.from(path, 'latin1'));
    before.push({ mode, path: encoded, ...keep(store, bytes) });
    after.push({ mode, path: encoded, ...keep(store, i % 40 === 0 ? changed(bytes) : bytes) });
  }
  const releases = [treeOf(store, before), treeOf(store, after)] as const;
  return { name, pinned, lines, bytes: releases[0].bytes, git, store, releases };
}

/** Some lines in the middle are other ones, as in a fix. */
function changed(bytes: Buffer): Buffer {
  const text = bytes.toString('latin1').split('\n');
  const at = Math.floor(text.length / 2);
  return Buffer.from(
    text.toSpliced(at, 1, '/* changed here */', 'int changed_here = 1;').join('\n'),
    'latin1',
  );
}

function treeOf(store: string, files: readonly TreeFile[]): CorpusTree {
  const bytes = Buffer.from(formatTreeListing(files));
  const { files: sorted } = JSON.parse(bytes.toString()) as { readonly files: readonly TreeFile[] };
  return {
    digest: toHex(treeDigest({ files: sorted }, sha256)),
    files: sorted,
    listing: keep(store, bytes),
    bytes: sorted.reduce((sum, { size }) => sum + size, 0),
  };
}

/** As host's store names objects; without its syncs, for it can be made again. */
function keep(store: string, bytes: Uint8Array): { readonly sha256: string; readonly size: number } {
  const digest = sha256Hex(bytes);
  const folder = join(store, digest.slice(0, 2));
  const path = join(folder, digest);
  if (!existsSync(path)) {
    mkdirSync(folder, { recursive: true });
    writeFileSync(`${path}.new`, bytes);
    renameSync(`${path}.new`, path);
  }
  return { sha256: digest, size: bytes.length };
}
