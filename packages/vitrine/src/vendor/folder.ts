// The vendor's folder as `vitrine init vendor` makes it (docs/vendor.md): where everything is, and its keys.

import { join } from 'node:path';
import { readToml } from '../toml.ts';
import { vendorConfig, type VendorConfig } from './config.ts';

/** Each key file and what it signs; one file is one role (D4). */
export const vendorKeys = {
  /** Root, policy and top-level targets. Kept offline in earnest. */
  root: ['root-1', 'root-2', 'root-3'],
  /** Statements, one key for each role of the trust policy. */
  statements: ['source', 'order', 'builder', 'releaser', 'publisher'],
  /** TUF alone: delegated roles of products, deltas, and the two that are re-signed by a timer. */
  tuf: ['role', 'deltas', 'snapshot', 'timestamp'],
  /** Signs the log's checkpoints: Ed25519 and ML-DSA-44. */
  log: ['log', 'log-ml-dsa'],
} as const;

export type VendorKey = (typeof vendorKeys)[keyof typeof vendorKeys][number];

export interface VendorFolder {
  readonly folder: string;
  readonly config: VendorConfig;
  /** Served as it is: metadata/, targets/, evidence/, publication/, root/, policy/, residency/, blob/, source/, release/. */
  readonly public: string;
  readonly log: string;
  /** Imported public.json files of the other operators. */
  readonly operators: string;
  /** Imported public.json files of data centers. */
  readonly datacenters: string;
  /** Private: drafts of root, policy and roles, ceremonies, the journal of a publication. */
  readonly drafts: string;
  /** source/, blob/ and materials/ of the conveyor. */
  readonly store: string;
  keyFile(name: VendorKey): string;
}

export const vendorFolders = [
  'keys',
  'log',
  'operators',
  'datacenters',
  'store',
  'public',
  'drafts',
] as const;

/** The folders below `public` that a repository always has. */
export const publicFolders = [
  'metadata',
  'targets',
  'evidence',
  'publication',
  'root',
  'policy',
  'residency',
  'blob',
  'source',
  'release',
] as const;

export async function openVendor(folder: string): Promise<VendorFolder> {
  const config = await readToml(join(folder, 'vendor.toml'), vendorConfig);
  const keyFile = (name: VendorKey): string => join(folder, 'keys', `${name}.key`);
  return {
    folder,
    config,
    public: join(folder, 'public'),
    log: join(folder, 'log'),
    operators: join(folder, 'operators'),
    datacenters: join(folder, 'datacenters'),
    drafts: join(folder, 'drafts'),
    store: join(folder, 'store'),
    keyFile,
  };
}
