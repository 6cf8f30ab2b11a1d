// The folder of a supervisor as `vitrine init supervisor` makes it: supervisor.toml, keys/, its pinned root
// and policy, and everything that the daemon keeps.

import { join, resolve } from 'node:path';
import { variations, type Variation } from '@vitrine/conveyor';
import { fields, loadPolicy, schema, type Schema, type TrustPolicy } from '@vitrine/evidence';
import { sha256, verifySignature } from '@vitrine/host';
import { address, file, url } from './config.ts';
import { readFile } from './files.ts';
import { readToml } from './toml.ts';

const { list, object, oneOf } = schema;

interface SupervisorConfig {
  /** Its identifier in the trust policy. */
  readonly operator: string;
  /** What its builds have otherwise than an order says, so that agreement says more (D37). */
  readonly vary?: readonly Variation[];
  readonly listen: string;
  readonly vendor: {
    readonly log: string;
    readonly repository: string;
    /** Files in the folder: what was accepted by hand. */
    readonly root: string;
    readonly policy: string;
  };
  /** Other supervisors, whose statements are relayed (D8). */
  readonly peers?: readonly { readonly operator: string; readonly url: string }[];
}

const config: Schema<SupervisorConfig> = object(
  {
    operator: fields.name,
    listen: address,
    vendor: object({ log: url, repository: url, root: file, policy: file }),
  },
  {
    vary: list(oneOf(...variations), { most: variations.length }),
    peers: list(object({ operator: fields.name, url }), { most: 64 }),
  },
);

export interface SupervisorFolder {
  readonly config: SupervisorConfig;
  readonly root: Uint8Array;
  readonly policy: TrustPolicy;
}

export async function readSupervisorFolder(folder: string): Promise<SupervisorFolder> {
  const read = await readToml(join(folder, 'supervisor.toml'), config);
  const [root, document] = await Promise.all([
    readFile(resolve(folder, read.vendor.root)),
    readFile(resolve(folder, read.vendor.policy)),
  ]);
  return {
    config: read,
    root,
    policy: await loadPolicy(document, root, verifySignature, sha256),
  };
}
