// The published folder: `metadata/` and `targets/`, static files for any web server. One writer: the caller
// holds its lease, and sweeps with `removeTemporaries` what a killed one left. Each write is durable when it
// returns and may be done again; nothing is named before what it names is there; versions once written never
// change. Order (TUF 6, D1): targets, roles, snapshot, and the timestamp last: until then no client sees
// anything of it.

import { stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import {
  equal,
  isVitrineError,
  parseRoot,
  requireRootThreshold,
  type Root,
  type RootRole,
} from '@vitrine/evidence';
import {
  makeDurableDirectory,
  readBounded,
  sha256,
  sha256Hex,
  verifySignature,
  writeDurable,
  writeDurableMany,
} from '@vitrine/host';
import { fail } from '../codes.ts';
import type { FileMeta, Metadata } from '../metadata.ts';
import { requireTargetPath } from '../names.ts';
import { operatorsOf, requireDelegationKeys, requireOperators } from '../operators.ts';
import { matchesPattern } from '../pattern.ts';
import { parseSnapshot, requireNoRollback, type Snapshot } from '../roles/snapshot.ts';
import { parseTargets, requirePoliciesOnly, type TargetFile, type Targets } from '../roles/targets.ts';
import { parseTimestamp } from '../roles/timestamp.ts';
import { requireThreshold } from '../signatures.ts';
import { targetPath, type Target } from '../target.ts';
import { PublishedFolder, requireKnownName, type Published } from './published.ts';

export type StagedTarget = Pick<Target, 'path' | 'length' | 'sha256'>;

/**
 * Each `write` refuses what clients would refuse, and what names something that is not there. It answers
 * how the file on disk is to be announced. Drafted and signed again after a crash, a file that is there
 * already with the same signed part stays as it is: schemes that sign differently each time change nothing.
 */
export interface Repository extends Published {
  writeRoot(bytes: Uint8Array): Promise<FileMeta>;
  stageTarget(path: string, bytes: Uint8Array): Promise<StagedTarget>;
  /** Top-level `targets`, signed as the newest root says, or a delegated role, as the newest targets say. */
  writeRole(name: string, bytes: Uint8Array): Promise<FileMeta>;
  writeSnapshot(bytes: Uint8Array): Promise<FileMeta>;
  commitTimestamp(bytes: Uint8Array): Promise<void>;
}

export function openRepository(folder: string): Repository {
  return new RepositoryFolder(folder);
}

interface Judged {
  readonly version: number;
  readonly message: Uint8Array;
}

class RepositoryFolder extends PublishedFolder implements Repository {
  readonly #folder: string;

  constructor(folder: string) {
    super(folder);
    this.#folder = folder;
  }

  writeRoot(bytes: Uint8Array): Promise<FileMeta> {
    return this.#writeVersion('root', bytes, (one) => this.#judgeRoot(one));
  }

  async stageTarget(path: string, bytes: Uint8Array): Promise<StagedTarget> {
    requireTargetPath(path);
    const target = { path, length: bytes.length, sha256: sha256Hex(bytes) };
    const file = join(this.#folder, targetPath(target));
    await makeDurableDirectory(dirname(file));
    await writeDurableMany([{ path: file, bytes }], { immutable: true });
    return target;
  }

  async writeRole(name: string, bytes: Uint8Array): Promise<FileMeta> {
    requireKnownName(name);
    return this.#writeVersion(name, bytes, (one) => this.#judgeRole(name, one));
  }

  writeSnapshot(bytes: Uint8Array): Promise<FileMeta> {
    return this.#writeVersion('snapshot', bytes, (one) => this.#judgeSnapshot(one));
  }

  async commitTimestamp(bytes: Uint8Array): Promise<void> {
    const next = parseTimestamp(bytes);
    await requireThreshold('the timestamp', next, await this.#keysOf('timestamp'), verifySignature);
    const { version, snapshot: meta } = next.signed;
    const last = await this.timestamp();
    if (last !== undefined) {
      const before = last.signed;
      if (version < before.version || meta.version < before.snapshot.version)
        throw fail('tuf.rollback', `timestamp version ${version} cannot follow version ${before.version}`);
      if (version === before.version) {
        if (equal(last.message, next.message)) return;
        throw fail('tuf.published', `timestamp version ${version} is already there with other content`);
      }
    }
    await this.announced('snapshot', meta);
    await writeDurable(this.timestampFile, bytes);
  }

  /** `judge` throws unless clients would accept the bytes as this file. */
  async #writeVersion(
    name: string,
    bytes: Uint8Array,
    judge: (bytes: Uint8Array) => Promise<Judged>,
  ): Promise<FileMeta> {
    const { version, message } = await judge(bytes);
    const path = this.fileOf(version, name);
    await makeDurableDirectory(dirname(path));
    try {
      await writeDurableMany([{ path, bytes }], { immutable: true });
      return metaOf(version, bytes);
    } catch (error) {
      if (!isVitrineError(error, 'file.exists')) throw error;
    }
    const there = await readBounded(path, bytes.length + mostSignatures);
    if (equal((await judge(there)).message, message)) return metaOf(version, there);
    throw fail('tuf.published', `version ${version} of ${name} is already there with other content`, {
      at: path,
    });
  }

  async #judgeRoot(bytes: Uint8Array): Promise<Judged> {
    const read = parseRoot(bytes, sha256);
    const { version, roles } = read.root;
    await requireRootThreshold(read, roles.root, verifySignature);
    const last = (await this.root())?.root;
    if (last !== undefined && version !== last.version) {
      if (version !== last.version + 1)
        throw fail('tuf.version', `root version ${version} cannot follow version ${last.version}`);
      await requireRootThreshold(read, last.roles.root, verifySignature);
    }
    return { version, message: read.message };
  }

  async #judgeRole(name: string, bytes: Uint8Array): Promise<Judged> {
    const role = parseTargets(bytes, { sha256 });
    await (name === 'targets' ? this.#requireTopLevel(role) : this.#requireDelegated(name, role));
    for (const [path, target] of role.signed.targets) await this.#requireStaged(path, target);
    return { version: role.signed.version, message: role.message };
  }

  async #requireTopLevel(targets: Metadata<Targets>): Promise<void> {
    await requireThreshold('targets', targets, await this.#keysOf('targets'), verifySignature);
    requirePoliciesOnly(targets.signed);
    requireDelegationKeys(targets.signed, await this.#requireRoot());
  }

  /** Who is a supervisor, the policy says; that the signers are different operators shows here already. */
  async #requireDelegated(name: string, role: Metadata<Targets>): Promise<void> {
    const top = (await this.newest('targets'))?.signed;
    const delegation = top?.delegations.find((one) => one.name === name);
    if (top === undefined || delegation === undefined)
      throw fail('tuf.unlisted', `nobody delegates to ${name}`, { at: name });
    const signers = await requireThreshold(name, role, delegation, verifySignature);
    const { vendor } = await this.#requireRoot();
    const supervisors = new Set(top.operators.values());
    requireOperators(name, operatorsOf(top, signers), delegation.threshold, { vendor, supervisors });
    for (const path of role.signed.targets.keys()) {
      if (!delegation.paths.some((pattern) => matchesPattern(pattern, path)))
        throw fail('tuf.path', `${name} may not list ${path}`, { at: path });
    }
  }

  /** By length: the bytes were hashed when they were staged, and clients hash them again. */
  async #requireStaged(path: string, { length, sha256: digest }: TargetFile): Promise<void> {
    const file = targetPath({ path, sha256: digest });
    const size = await stat(join(this.#folder, file)).then(
      (found) => found.size,
      () => undefined,
    );
    if (size !== length)
      throw fail('tuf.unstaged', `${file} is not there with ${length} bytes`, { at: file });
  }

  async #judgeSnapshot(bytes: Uint8Array): Promise<Judged> {
    const next = parseSnapshot(bytes);
    await requireThreshold('the snapshot', next, await this.#keysOf('snapshot'), verifySignature);
    const last = await this.snapshot();
    if (last !== undefined) requireFollows(last.signed, next.signed);
    for (const [name, meta] of next.signed.roles) await this.announced(name, meta);
    return { version: next.signed.version, message: next.message };
  }

  async #requireRoot(): Promise<Root> {
    const found = await this.root();
    if (found === undefined)
      throw fail('tuf.unstaged', `${this.#folder} has no root yet`, { at: this.#folder });
    return found.root;
  }

  async #keysOf(name: 'targets' | 'snapshot' | 'timestamp'): Promise<RootRole> {
    const role = (await this.#requireRoot()).roles[name];
    if (role === undefined)
      throw fail('tuf.root', `the root in ${this.#folder} does not name the keys of ${name}`);
    return role;
  }
}

/** 64 signatures in hex with their keyids and names. */
const mostSignatures = 64 * 300;

function requireFollows(last: Snapshot, next: Snapshot): void {
  if (next.version < last.version)
    throw fail('tuf.rollback', `snapshot version ${next.version} cannot follow version ${last.version}`);
  requireNoRollback(last, next);
}

function metaOf(version: number, bytes: Uint8Array): FileMeta {
  return { version, length: bytes.length, sha256: sha256Hex(bytes) };
}
