// The folder of a Center as `vitrine init center` makes it: center.toml, the pinned root and policy, and
// everything that the Center keeps.

import { join, resolve } from 'node:path';
import type { CenterOptions } from '@vitrine/center';
import { fields, loadPolicy, schema, type Schema } from '@vitrine/evidence';
import { sha256, verifySignature } from '@vitrine/host';
import { address, file, url } from './config.ts';
import { readFile } from './files.ts';
import { readToml } from './toml.ts';

const { list, object } = schema;

interface CenterConfig {
  /** As browsers see it; passkeys are bound to it for ever. */
  readonly origin: string;
  readonly listen: string;
  readonly vendor: {
    readonly log: string;
    readonly repository: string;
    /** Files in the folder: what was accepted by hand. */
    readonly root: string;
    readonly policy: string;
    /** The vendor's store/source. */
    readonly source: string;
  };
  readonly supervisors?: readonly { readonly operator: string; readonly url: string }[];
  readonly git?: readonly { readonly product: string; readonly folder: string }[];
}

const config: Schema<CenterConfig> = object(
  {
    origin: url,
    listen: address,
    vendor: object({ log: url, repository: url, root: file, policy: file, source: file }),
  },
  {
    supervisors: list(object({ operator: fields.name, url }), { most: 64 }),
    git: list(object({ product: fields.name, folder: file }), { most: 256 }),
  },
);

export interface CenterFolder {
  readonly listen: string;
  readonly options: Omit<CenterOptions, 'web'>;
}

export async function readCenterFolder(folder: string): Promise<CenterFolder> {
  const read = await readToml(join(folder, 'center.toml'), config);
  const [root, policyFile] = await Promise.all([
    readFile(resolve(folder, read.vendor.root)),
    readFile(resolve(folder, read.vendor.policy)),
  ]);
  return {
    listen: read.listen,
    options: {
      folder: resolve(folder),
      origin: read.origin,
      root,
      policyFile,
      policy: await loadPolicy(policyFile, root, verifySignature, sha256),
      log: read.vendor.log,
      repository: read.vendor.repository,
      supervisors: read.supervisors ?? [],
      sourceStore: resolve(folder, read.vendor.source),
      git: Object.fromEntries((read.git ?? []).map((one) => [one.product, resolve(folder, one.folder)])),
    },
  };
}
