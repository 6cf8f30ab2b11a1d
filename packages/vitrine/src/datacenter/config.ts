// datacenter.toml (docs/spec/datacenter-toml.md): what the operator of a data center decides.

import { join } from 'node:path';
import {
  fields,
  fromBase64,
  isVitrineError,
  keyidOf,
  parseSpki,
  schema,
  type Schema,
} from '@vitrine/evidence';
import type { Auditors, HttpOptions } from '@vitrine/datacenter';
import { sha256 } from '@vitrine/host';
import { address, file, url, witnessPeers, type WitnessPeer } from '../config.ts';
import { fail } from '../codes.ts';
import { readToml } from '../toml.ts';

const { integer, list, object, text } = schema;

export interface DataCenterConfig {
  /** As the residency policy names it. */
  readonly id: string;
  readonly listen: string;
  /** A database file in the folder; excludes `postgres`. */
  readonly store?: string;
  /** A file that holds the address of a PostgreSQL server. */
  readonly postgres?: string;
  /** Where the one current copy of the keys stands (D19). */
  readonly 'keys-copy': string;
  /** Addresses of the vendor's log and repository. */
  readonly log: string;
  readonly repository: string;
  /** Supervisors that must agree before a record is read (D18). */
  readonly halves: number;
  readonly 'promise-seconds'?: number;
  readonly 'roots-seconds'?: number;
  readonly 'backup-days'?: number;
  readonly supervisors: readonly SupervisorPeer[];
  readonly witnesses: readonly WitnessPeer[];
  /** Of one network address: where a proxy stands before it, that address is the proxy's. */
  readonly rate?: { readonly 'per-second': number; readonly burst: number; readonly 'at-once'?: number };
  readonly auditors?: readonly { readonly name: string; readonly key: string }[];
}

export interface SupervisorPeer {
  readonly operator: string;
  /** X25519, 32 bytes in base64: shares of record keys are sealed to it. */
  readonly halves: string;
  /** Where it is asked for them. */
  readonly url: string;
}

export const defaults = { promiseSeconds: 600, rootsSeconds: 3_600, backupDays: 30 } as const;

const config: Schema<DataCenterConfig> = object(
  {
    id: fields.name,
    listen: address,
    'keys-copy': file,
    log: url,
    repository: url,
    halves: integer(1, 16),
    supervisors: list(object({ operator: fields.name, halves: fields.hash32, url }), { least: 1, most: 16 }),
    witnesses: witnessPeers,
  },
  {
    store: file,
    postgres: file,
    'promise-seconds': integer(10, 86_400),
    'roots-seconds': integer(1, 86_400),
    'backup-days': integer(0, 3_660),
    rate: object(
      { 'per-second': integer(1, 1_000_000), burst: integer(1, 1_000_000) },
      { 'at-once': integer(1, 512) },
    ),
    auditors: list(
      object({
        name: fields.name,
        key: text(/^[A-Za-z0-9+/]{50,2000}={0,2}$/, 2_000, 'a public key in base64'),
      }),
      { most: 64 },
    ),
  },
);

export async function readDataCenterConfig(folder: string): Promise<DataCenterConfig> {
  const path = join(folder, 'datacenter.toml');
  const read = await readToml(path, config);
  const refuse = (what: string, at: string): Error => fail('cli.config', `${path}: ${what}`, { at });
  if ((read.store === undefined) === (read.postgres === undefined))
    throw refuse('give either store, a file, or postgres, the file with the address of a server', 'store');
  const operators = new Set(read.supervisors.map(({ operator }) => operator));
  if (
    operators.size < read.supervisors.length ||
    new Set(read.supervisors.map((one) => one.halves)).size < operators.size
  )
    throw refuse('a supervisor, or its key of halves, stands twice', 'supervisors');
  if (read.halves > operators.size)
    throw refuse(`halves asks for ${read.halves} supervisors and ${operators.size} are listed`, 'halves');
  return read;
}

export function limitsOf({ rate }: DataCenterConfig): Pick<HttpOptions, 'rate' | 'readersEach'> {
  if (rate === undefined) return {};
  return { rate: { perSecond: rate['per-second'], burst: rate.burst }, readersEach: rate['at-once'] };
}

/** Who may read entries of the ledgers, by keyid. */
export function auditorsOf({ auditors = [] }: DataCenterConfig): Auditors {
  return new Map(
    auditors.map(({ name, key }) => {
      try {
        const spki = fromBase64(key);
        parseSpki(spki);
        return [keyidOf(spki, sha256), spki] as const;
      } catch (cause) {
        if (!isVitrineError(cause)) throw cause;
        throw fail('cli.config', `datacenter.toml: the key of the auditor ${name} is none`, {
          at: 'auditors',
          cause,
        });
      }
    }),
  );
}
