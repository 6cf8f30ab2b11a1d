// What ceremonies have signed and the vendor has not published yet: drafts/ready/.

import { join } from 'node:path';
import { parseEnvelope, type Envelope } from '@vitrine/evidence';
import { readIfPresent } from '../files.ts';
import type { VendorFolder } from '../vendor/folder.ts';
import type { DocumentName } from './plan.ts';

export interface Ready {
  readonly root?: Uint8Array;
  readonly policy?: Uint8Array;
  readonly targets?: Uint8Array;
  readonly residency?: Uint8Array;
  /** The `root` statement about the root file (D4), by one of its keys. */
  readonly rootStatement?: Envelope;
}

export function readyFile(
  { drafts }: Pick<VendorFolder, 'drafts'>,
  name: DocumentName | 'root-statement',
): string {
  return join(drafts, 'ready', `${name}.json`);
}

export async function readReady(vendor: VendorFolder): Promise<Ready> {
  const [root, policy, targets, residency, statement] = await Promise.all(
    (['root', 'policy', 'targets', 'residency', 'root-statement'] as const).map((name) =>
      readIfPresent(readyFile(vendor, name), 8 << 20),
    ),
  );
  return {
    ...(root === undefined ? {} : { root }),
    ...(policy === undefined ? {} : { policy }),
    ...(targets === undefined ? {} : { targets }),
    ...(residency === undefined ? {} : { residency }),
    ...(statement === undefined ? {} : { rootStatement: parseEnvelope(statement) }),
  };
}
