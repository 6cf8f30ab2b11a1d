// The data centers as the vendor knows them: their public.json files, imported once and kept in datacenters/.

import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { sha256, toHex, type DataCenter } from '@vitrine/evidence';
import { errnoOf, fileFault, makeDurableDirectory, writeDurable } from '@vitrine/host';
import { parseDataCenterFile } from '../datacenter/file.ts';
import { readFile } from '../files.ts';
import type { VendorFolder } from '../vendor/folder.ts';

export interface ImportedCenter {
  readonly center: DataCenter;
  /** What its operator was told when it was made. */
  readonly sha256: string;
}

/** Checks and keeps a public.json; one of the same data center replaces the one before. */
export async function importCenter(vendor: VendorFolder, path: string): Promise<ImportedCenter> {
  const bytes = await readFile(path);
  const { center } = parseDataCenterFile(bytes);
  await makeDurableDirectory(vendor.datacenters);
  await writeDurable(join(vendor.datacenters, `${center.id}.json`), bytes);
  return { center, sha256: toHex(sha256(bytes)) };
}

/** Ascending by identifier. */
export async function readCenters({
  datacenters,
}: Pick<VendorFolder, 'datacenters'>): Promise<readonly DataCenter[]> {
  const names = await readdir(datacenters).catch((error: unknown) => {
    if (errnoOf(error) === 'ENOENT') return []; // Folders of before there were data centers.
    throw fileFault('look into', datacenters, error);
  });
  const files = names.filter((name) => /^[a-z0-9._-]+\.json$/.test(name) && !name.startsWith('.')).sort();
  return Promise.all(
    files.map(async (name) => parseDataCenterFile(await readFile(join(datacenters, name))).center),
  );
}
