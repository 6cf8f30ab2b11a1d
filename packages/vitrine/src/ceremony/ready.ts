// What ceremonies have signed and the vendor has not published yet: drafts/ready/.

import { join } from 'node:path';
import { readdir } from 'node:fs/promises';
import { parseEnvelope, type Envelope } from '@vitrine/evidence';
import { errnoOf, fileFault } from '@vitrine/host';
import { readFile, readIfPresent } from '../files.ts';
import type { VendorFolder } from '../vendor/folder.ts';
import type { DocumentName } from './plan.ts';

export interface Ready {
  readonly root?: Uint8Array;
  readonly policy?: Uint8Array;
  readonly targets?: Uint8Array;
  /** Documents, ascending by version: the next one, and those that were signed again for a new root. */
  readonly residencies: readonly Uint8Array[];
  /** The `root` statement about the root file (D4), by one of its keys. */
  readonly rootStatement?: Envelope;
}

export function readyFile(
  { drafts }: Pick<VendorFolder, 'drafts'>,
  name: Exclude<DocumentName, 'residency'> | 'root-statement',
): string {
  return join(drafts, 'ready', `${name}.json`);
}

export function readyResidencyFile({ drafts }: Pick<VendorFolder, 'drafts'>, version: number): string {
  return join(drafts, 'ready', `residency-${version}.json`);
}

async function readResidencies(vendor: Pick<VendorFolder, 'drafts'>): Promise<readonly Uint8Array[]> {
  const folder = join(vendor.drafts, 'ready');
  const names = await readdir(folder).catch((error: unknown) => {
    if (errnoOf(error) === 'ENOENT') return [];
    throw fileFault('look into', folder, error);
  });
  const versions = names
    .flatMap((name) => /^residency-([1-9][0-9]{0,8})\.json$/.exec(name)?.[1] ?? [])
    .map(Number)
    .sort((a, b) => a - b);
  return Promise.all(versions.map((version) => readFile(readyResidencyFile(vendor, version), 8 << 20)));
}

export async function readReady(vendor: VendorFolder): Promise<Ready> {
  const [root, policy, targets, statement] = await Promise.all(
    (['root', 'policy', 'targets', 'root-statement'] as const).map((name) =>
      readIfPresent(readyFile(vendor, name), 8 << 20),
    ),
  );
  return {
    ...(root === undefined ? {} : { root }),
    ...(policy === undefined ? {} : { policy }),
    ...(targets === undefined ? {} : { targets }),
    residencies: await readResidencies(vendor),
    ...(statement === undefined ? {} : { rootStatement: parseEnvelope(statement) }),
  };
}
