// What the published folder holds, read back strictly: nothing is believed for being on our own disk.

import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { isVitrineError, parseRoot, type UnverifiedRoot } from '@vitrine/evidence';
import { errnoOf, fileFault, readBounded, sha256, sha256Hex } from '@vitrine/host';
import { fail } from '../codes.ts';
import { defaultLimits } from '../limits.ts';
import type { FileMeta, Metadata } from '../metadata.ts';
import { requireDelegatedName } from '../names.ts';
import { parseSnapshot, type Snapshot } from '../roles/snapshot.ts';
import { parseTargets, type Targets } from '../roles/targets.ts';
import { parseTimestamp, type Timestamp } from '../roles/timestamp.ts';
import type { Fetcher } from '../session.ts';

export interface Published {
  /** The highest root version on disk. */
  root(): Promise<UnverifiedRoot | undefined>;
  /** What clients see now: the timestamp, and through it the snapshot and the roles. */
  timestamp(): Promise<Metadata<Timestamp> | undefined>;
  snapshot(): Promise<Metadata<Snapshot> | undefined>;
  /** `targets` or a delegated role as clients see it. */
  current(name: string): Promise<Metadata<Targets> | undefined>;
  /** The highest version of `targets` or a delegated role on disk, published or not. */
  newest(name: string): Promise<Metadata<Targets> | undefined>;
}

export class PublishedFolder implements Published {
  readonly #metadata: string;

  constructor(folder: string) {
    this.#metadata = join(folder, 'metadata');
  }

  fileOf(version: number, name: string): string {
    return join(this.#metadata, `${version}.${name}.json`);
  }

  get timestampFile(): string {
    return join(this.#metadata, 'timestamp.json');
  }

  async root(): Promise<UnverifiedRoot | undefined> {
    const version = await this.#highest('root');
    if (version === undefined) return undefined;
    return parseRoot(await readBounded(this.fileOf(version, 'root'), defaultLimits.root), sha256);
  }

  async timestamp(): Promise<Metadata<Timestamp> | undefined> {
    const bytes = await unlessMissing(readBounded(this.timestampFile, defaultLimits.timestamp));
    return bytes && parseTimestamp(bytes);
  }

  async snapshot(): Promise<Metadata<Snapshot> | undefined> {
    const meta = (await this.timestamp())?.signed.snapshot;
    return meta && parseSnapshot(await this.announced('snapshot', meta));
  }

  async current(name: string): Promise<Metadata<Targets> | undefined> {
    const meta = (await this.snapshot())?.signed.roles.get(name);
    return meta && parseTargets(await this.announced(name, meta), { sha256 });
  }

  async newest(name: string): Promise<Metadata<Targets> | undefined> {
    requireKnownName(name);
    const version = await this.#highest(name);
    if (version === undefined) return undefined;
    return parseTargets(await readBounded(this.fileOf(version, name), defaultLimits.targets), { sha256 });
  }

  /** A file that another one names: it must be there, whole. */
  async announced(name: string, { version, length, sha256: digest }: FileMeta): Promise<Uint8Array> {
    const bytes = await unlessMissing(readBounded(this.fileOf(version, name), defaultLimits.targets));
    if (bytes === undefined || bytes.length !== length || sha256Hex(bytes) !== digest)
      throw fail('tuf.unstaged', `version ${version} of ${name} is not there with the announced bytes`, {
        at: this.fileOf(version, name),
      });
    return bytes;
  }

  async #highest(name: string): Promise<number | undefined> {
    const suffix = `.${name}.json`;
    const versions = (await this.#names())
      .filter((one) => one.endsWith(suffix) && /^[1-9][0-9]{0,14}$/.test(one.slice(0, -suffix.length)))
      .map((one) => Number(one.slice(0, -suffix.length)));
    return versions.length === 0 ? undefined : versions.reduce((a, b) => Math.max(a, b));
  }

  async #names(): Promise<readonly string[]> {
    try {
      return await readdir(this.#metadata);
    } catch (error) {
      if (errnoOf(error) === 'ENOENT') return [];
      throw fileFault('list', this.#metadata, error);
    }
  }
}

export function requireKnownName(name: string): void {
  if (name !== 'targets') requireDelegatedName(name);
}

async function unlessMissing(reading: Promise<Uint8Array>): Promise<Uint8Array | undefined> {
  try {
    return await reading;
  } catch (error) {
    if (isVitrineError(error, 'file.missing')) return undefined;
    throw error;
  }
}

/** The repository as a client sees it, without a server: for imports from a folder and for tests. */
export function folderFetcher(folder: string): Fetcher {
  return { fetch: (path, maxBytes) => unlessMissing(readBounded(join(folder, path), maxBytes)) };
}
