// Source by commit (D13): the raw blobs of a commit, with submodules expanded, as a listing, a tree
// digest, and objects in a store. What lies uncommitted in the checkout plays no part, and is said.

import { realpath } from 'node:fs/promises';
import { join } from 'node:path';
import {
  encodePath,
  formatTreeListing,
  fromUtf8,
  parseTreeListing,
  quote,
  signStatement,
  source as sourceKind,
  toHex,
  treeDigest,
  treeLimits,
  type Envelope,
  type FileMode,
  type Signer,
  type TreeFile,
  type TreeListing,
} from '@vitrine/evidence';
import { eachBounded, errnoOf, sha256, type Store } from '@vitrine/host';
import { fail } from './codes.ts';
import { openRepository, type Commit, type Repository, type TreeEntry } from './git.ts';
import { requireDistinctNames, requireInside } from './paths.ts';

export interface SourceTree {
  /** The tree digest, hex. */
  readonly digest: string;
  readonly listing: TreeListing;
  /** The listing as an object in the store. */
  readonly listingObject: { readonly sha256: string; readonly size: number };
}

export interface CommittedSource extends SourceTree {
  readonly commit: Commit;
  /** Uncommitted changes lie in the checkout; they are not part of this source. */
  readonly dirty: boolean;
  readonly bytes: number;
}

export const sourceLimits = { fileBytes: 268_435_456, bytes: 4_294_967_296, submoduleDepth: 8 } as const;

/** Reads a commit into the store. The store holds every file and the listing when this resolves. */
export async function readSource(folder: string, revision: string, store: Store): Promise<CommittedSource> {
  const repository = await openRepository(folder);
  try {
    const commit = await repository.resolve(revision);
    const files = await readFiles(repository, commit, store);
    if (files.length === 0) throw fail('source.empty', `the commit ${commit.oid} holds no file`);
    requireHeld(repository, files, folder);
    const tree = await describeTree(formatTreeListing(files), store);
    const bytes = files.reduce((sum, { size }) => sum + size, 0);
    return { ...tree, commit, dirty: await repository.isDirty(), bytes };
  } finally {
    repository.close();
  }
}

/** A folder that git does not know, inside a repository, would otherwise give the source of something else. */
function requireHeld({ prefix }: Repository, files: readonly TreeFile[], folder: string): void {
  const encoded = encodePath(prefix);
  if (!files.some(({ path }) => path.startsWith(encoded)))
    throw fail('source.elsewhere', `the commit holds nothing of ${quote(folder, 200)}`);
}

/** The listing as an object and what follows from it: used by who publishes it and by who rebuilds. */
export async function describeTree(listingBytes: Uint8Array, store: Store): Promise<SourceTree> {
  const listing = parseTreeListing(listingBytes);
  requireDistinctNames(listing.files);
  const object = { sha256: await store.put(listingBytes), size: listingBytes.length };
  return { digest: toHex(treeDigest(listing, sha256)), listing, listingObject: object };
}

/** The statement "this was opened to audit". */
export function signSource(source: CommittedSource, product: string, signer: Signer): Promise<Envelope> {
  return signStatement(
    sourceKind,
    [{ name: 'tree', digest: { sha256: source.digest } }],
    {
      product,
      listing: source.listingObject,
      files: source.listing.files.length,
      bytes: source.bytes,
      gitCommit: source.commit.oid,
      gitTree: source.commit.tree,
    },
    signer,
  );
}

interface Reading {
  readonly store: Store;
  readonly files: TreeFile[];
  bytes: number;
}

async function readFiles(repository: Repository, commit: Commit, store: Store): Promise<readonly TreeFile[]> {
  const reading: Reading = { store, files: [], bytes: 0 };
  await readTree(repository, commit.tree, new Uint8Array(0), 0, reading);
  return reading.files;
}

async function readTree(
  repository: Repository,
  tree: string,
  prefix: Uint8Array,
  depth: number,
  reading: Reading,
): Promise<void> {
  const entries = await repository.list(tree);
  if (reading.files.length + entries.length > treeLimits.files) {
    throw fail('source.size', `more than ${treeLimits.files} files`);
  }
  const files = entries.filter(({ mode }) => mode !== '160000');
  await eachBounded(files, 8, (entry) => readFile(repository, entry, prefix, reading));
  for (const entry of entries) {
    if (entry.mode === '160000') await readSubmodule(repository, entry, prefix, depth + 1, reading);
  }
}

async function readFile(
  repository: Repository,
  { mode, oid, path }: TreeEntry,
  prefix: Uint8Array,
  reading: Reading,
): Promise<void> {
  const name = encodePath(Buffer.concat([prefix, path]));
  const bytes = await repository.objects.read(oid, 'blob', sourceLimits.fileBytes);
  reading.bytes += bytes.length;
  if (reading.bytes > sourceLimits.bytes) throw fail('source.size', `more than ${sourceLimits.bytes} bytes`);
  if (!isFileMode(mode)) throw fail('git.failed', `${quote(name)} has the unknown mode ${mode}`);
  if (mode === '120000') requireInside(name, bytes);
  if (isLfsPointer(bytes)) throw fail('source.lfs', `${quote(name)} is a Git LFS pointer`, { at: name });
  reading.files.push({ mode, path: name, sha256: await reading.store.put(bytes), size: bytes.length });
}

function isFileMode(mode: string): mode is FileMode {
  return mode === '100644' || mode === '100755' || mode === '120000';
}

const lfsHeader = Buffer.from('version https://git-lfs.github.com/spec/v1\n');

function isLfsPointer(bytes: Uint8Array): boolean {
  return bytes.length < 1024 && lfsHeader.compare(bytes.subarray(0, lfsHeader.length)) === 0;
}

/** Reads the submodule's own repository, which must be checked out at its path with that commit in it. */
async function readSubmodule(
  parent: Repository,
  { oid, path }: TreeEntry,
  prefix: Uint8Array,
  depth: number,
  reading: Reading,
): Promise<void> {
  const name = encodePath(Buffer.concat([prefix, path]));
  const refuse = (why: string, cause?: unknown): Error =>
    fail('source.submodule', `couldn't expand the submodule ${quote(name)}: ${why}`, { at: name, cause });
  if (depth > sourceLimits.submoduleDepth) throw refuse('nested too deeply');
  const folder = await checkoutOf(parent, path);
  if (folder === undefined) throw refuse('it is not checked out');
  const repository = await openRepository(folder);
  try {
    // Inside a folder that is no checkout of its own, git answers for the repository around it.
    if (repository.top !== folder) throw refuse('it is not checked out');
    const commit = await repository.resolve(oid).catch((cause: unknown) => {
      throw refuse('its checkout lacks the commit', cause);
    });
    await readTree(repository, commit.tree, Buffer.concat([prefix, path, Buffer.from('/')]), depth, reading);
  } finally {
    repository.close();
  }
}

/** The real folder of the submodule; undefined where there is none, or where a link leads elsewhere. */
async function checkoutOf({ top }: Repository, path: Uint8Array): Promise<string | undefined> {
  if (top === undefined) return undefined;
  let relative: string;
  try {
    relative = fromUtf8(path);
  } catch {
    return undefined;
  }
  if (relative.split('/').some((segment) => ['', '.', '..', '.git'].includes(segment))) return undefined;
  const folder = join(await realpath(top), relative);
  try {
    return (await realpath(folder)) === folder ? folder : undefined;
  } catch (error) {
    if (errnoOf(error) === undefined) throw error;
    return undefined;
  }
}
