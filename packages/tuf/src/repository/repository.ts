// The published folder: `metadata/` and `targets/`, static files for any web server. One writer (the caller
// holds its lease). Each write is durable when it returns and may be done again; nothing is named before
// what it names is there; versions once written never change. Order (TUF 6, D1): targets, roles, snapshot,
// and the timestamp last: until then no client sees anything of it.

import { readdir, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import {
  equal,
  isVitrineError,
  parseRoot,
  requireRootThreshold,
  type RootRole,
  type UnverifiedRoot,
} from '@vitrine/evidence';
import {
  errnoOf,
  fileFault,
  makeDurableDirectory,
  readBounded,
  sha256,
  sha256Hex,
  verifySignature,
  writeDurable,
  writeDurableMany,
} from '@vitrine/host';
import { fail } from '../codes.ts';
import { defaultLimits } from '../limits.ts';
import type { FileMeta, Metadata } from '../metadata.ts';
import { requireDelegatedName, requireTargetPath } from '../names.ts';
import { matchesPattern } from '../pattern.ts';
import { parseSnapshot, requireNoRollback, type Snapshot } from '../roles/snapshot.ts';
import { parseTargets, requirePoliciesOnly, type TargetFile, type Targets } from '../roles/targets.ts';
import { parseTimestamp, type Timestamp } from '../roles/timestamp.ts';
import { requireThreshold } from '../signatures.ts';
import type { Fetcher } from '../session.ts';
import { targetPath, type Target } from '../target.ts';

export interface Repository {
  /** The highest root version on disk. */
  root(): Promise<UnverifiedRoot | undefined>;
  /** What clients see now: the timestamp, and through it the snapshot and the roles. */
  timestamp(): Promise<Metadata<Timestamp> | undefined>;
  snapshot(): Promise<Metadata<Snapshot> | undefined>;
  /** `targets` or a delegated role as published. */
  current(name: string): Promise<Metadata<Targets> | undefined>;
  /** The highest version of a role on disk, published or not. */
  newest(name: string): Promise<Metadata<Targets> | undefined>;
  writeRoot(bytes: Uint8Array): Promise<void>;
  stageTarget(path: string, bytes: Uint8Array): Promise<Pick<Target, 'path' | 'length' | 'sha256'>>;
  /** Top-level `targets` (signed as the root says) or a delegated role (as `targets` says). */
  writeRole(name: string, bytes: Uint8Array): Promise<FileMeta>;
  writeSnapshot(bytes: Uint8Array): Promise<FileMeta>;
  commitTimestamp(bytes: Uint8Array): Promise<void>;
}

export function openRepository(folder: string): Repository {
  const metadata = join(folder, 'metadata');
  const fileOf = (version: number, name: string): string => join(metadata, `${version}.${name}.json`);

  async function versions(name: string): Promise<readonly number[]> {
    const names = await readNames(metadata);
    const suffix = `.${name}.json`;
    return names
      .filter((one) => one.endsWith(suffix) && /^[1-9][0-9]{0,15}$/.test(one.slice(0, -suffix.length)))
      .map((one) => Number(one.slice(0, -suffix.length)))
      .sort((a, b) => a - b);
  }

  async function root(): Promise<UnverifiedRoot | undefined> {
    const version = (await versions('root')).at(-1);
    if (version === undefined) return undefined;
    return parseRoot(await readBounded(fileOf(version, 'root'), defaultLimits.root), sha256);
  }

  async function keysOf(name: 'targets' | 'snapshot' | 'timestamp'): Promise<RootRole> {
    const role = (await root())?.root.roles[name];
    if (role === undefined)
      throw fail('tuf.unstaged', `${folder} has no root that names the keys of ${name}`, { at: folder });
    return role;
  }

  async function timestamp(): Promise<Metadata<Timestamp> | undefined> {
    const bytes = await readIfThere(join(metadata, 'timestamp.json'), defaultLimits.timestamp);
    return bytes === undefined ? undefined : parseTimestamp(bytes);
  }

  async function snapshot(): Promise<Metadata<Snapshot> | undefined> {
    const meta = (await timestamp())?.signed.snapshot;
    return meta === undefined
      ? undefined
      : parseSnapshot(await readAnnounced(fileOf(meta.version, 'snapshot'), meta));
  }

  async function current(name: string): Promise<Metadata<Targets> | undefined> {
    const meta = (await snapshot())?.signed.roles.get(name);
    return meta === undefined
      ? undefined
      : parseTargets(await readAnnounced(fileOf(meta.version, name), meta), { sha256 });
  }

  async function newest(name: string): Promise<Metadata<Targets> | undefined> {
    requireKnownName(name);
    const version = (await versions(name)).at(-1);
    if (version === undefined) return undefined;
    return parseTargets(await readBounded(fileOf(version, name), defaultLimits.targets), { sha256 });
  }

  /** The same bytes again are fine, others under the same version never are. */
  async function writeVersion(version: number, name: string, bytes: Uint8Array): Promise<FileMeta> {
    await makeDurableDirectory(metadata);
    try {
      await writeDurableMany([{ path: fileOf(version, name), bytes }], { immutable: true });
    } catch (error) {
      if (!isVitrineError(error, 'file.exists')) throw error;
      throw fail('tuf.published', `version ${version} of ${name} is already there with other bytes`, {
        at: name,
        cause: error,
      });
    }
    return metaOf(version, bytes);
  }

  async function writeRoot(bytes: Uint8Array): Promise<void> {
    const read = parseRoot(bytes, sha256);
    await requireRootThreshold(read, read.root.roles.root, verifySignature);
    const last = (await root())?.root;
    if (last !== undefined && read.root.version !== last.version) {
      if (read.root.version !== last.version + 1)
        throw fail('tuf.version', `root version ${read.root.version} cannot follow version ${last.version}`);
      await requireRootThreshold(read, last.roles.root, verifySignature);
    }
    await writeVersion(read.root.version, 'root', bytes);
  }

  async function stageTarget(
    path: string,
    bytes: Uint8Array,
  ): Promise<Pick<Target, 'path' | 'length' | 'sha256'>> {
    requireTargetPath(path);
    const target = { path, length: bytes.length, sha256: sha256Hex(bytes) };
    const file = join(folder, targetPath(target));
    await makeDurableDirectory(dirname(file));
    await writeDurableMany([{ path: file, bytes }], { immutable: true });
    return target;
  }

  async function writeRole(name: string, bytes: Uint8Array): Promise<FileMeta> {
    requireKnownName(name);
    const role = parseTargets(bytes, { sha256 });
    if (name === 'targets') {
      await requireThreshold(name, role, await keysOf('targets'), verifySignature);
      requirePoliciesOnly(role.signed);
    } else {
      const delegation = (await newest('targets'))?.signed.delegations.find((one) => one.name === name);
      if (delegation === undefined) throw fail('tuf.unlisted', `nobody delegates to ${name}`, { at: name });
      await requireThreshold(name, role, delegation, verifySignature);
      for (const path of role.signed.targets.keys()) {
        if (!delegation.paths.some((pattern) => matchesPattern(pattern, path)))
          throw fail('tuf.path', `${name} may not list ${path}`, { at: path });
      }
    }
    for (const [path, target] of role.signed.targets) await requireStaged(path, target);
    return writeVersion(role.signed.version, name, bytes);
  }

  async function requireStaged(path: string, { length, sha256: digest }: TargetFile): Promise<void> {
    const file = targetPath({ path, sha256: digest });
    const size = await stat(join(folder, file)).then(
      (found) => found.size,
      () => undefined,
    );
    if (size !== length)
      throw fail('tuf.unstaged', `${file} is not there with ${length} bytes`, { at: file });
  }

  async function writeSnapshot(bytes: Uint8Array): Promise<FileMeta> {
    const next = parseSnapshot(bytes);
    await requireThreshold('the snapshot', next, await keysOf('snapshot'), verifySignature);
    const last = await snapshot();
    if (last !== undefined) requireNoRollback(last.signed, next.signed);
    for (const [name, meta] of next.signed.roles) await readAnnounced(fileOf(meta.version, name), meta);
    return writeVersion(next.signed.version, 'snapshot', bytes);
  }

  async function commitTimestamp(bytes: Uint8Array): Promise<void> {
    const next = parseTimestamp(bytes);
    await requireThreshold('the timestamp', next, await keysOf('timestamp'), verifySignature);
    const { version, snapshot: meta } = next.signed;
    const last = await timestamp();
    if (last !== undefined && !equal(last.bytes, bytes)) {
      if (version <= last.signed.version || meta.version < last.signed.snapshot.version)
        throw fail(
          'tuf.rollback',
          `timestamp version ${version} cannot follow version ${last.signed.version}`,
        );
    }
    await readAnnounced(fileOf(meta.version, 'snapshot'), meta);
    await writeDurable(join(metadata, 'timestamp.json'), bytes);
  }

  return {
    root,
    timestamp,
    snapshot,
    current,
    newest,
    writeRoot,
    stageTarget,
    writeRole,
    writeSnapshot,
    commitTimestamp,
  };
}

function requireKnownName(name: string): void {
  if (name !== 'targets') requireDelegatedName(name);
}

function metaOf(version: number, bytes: Uint8Array): FileMeta {
  return { version, length: bytes.length, sha256: sha256Hex(bytes) };
}

/** A file that another one names: it must be there, whole. */
async function readAnnounced(
  path: string,
  { version, length, sha256: digest }: FileMeta,
): Promise<Uint8Array> {
  const bytes = await readIfThere(path, length);
  if (bytes === undefined || bytes.length !== length || sha256Hex(bytes) !== digest)
    throw fail('tuf.unstaged', `version ${version} is not in ${path} with the announced bytes`, { at: path });
  return bytes;
}

async function readIfThere(path: string, most: number): Promise<Uint8Array | undefined> {
  try {
    return await readBounded(path, most);
  } catch (error) {
    if (isVitrineError(error, 'file.missing') || isVitrineError(error, 'file.too-large')) return undefined;
    throw error;
  }
}

async function readNames(path: string): Promise<readonly string[]> {
  try {
    return await readdir(path);
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return [];
    throw fileFault('list', path, error);
  }
}

/** The repository as a client sees it, without a server: for imports from a folder and for tests. */
export function folderFetcher(folder: string): Fetcher {
  return {
    async fetch(path, maxBytes) {
      try {
        return await readBounded(join(folder, path), maxBytes);
      } catch (error) {
        if (isVitrineError(error, 'file.missing')) return undefined;
        throw error;
      }
    },
  };
}
