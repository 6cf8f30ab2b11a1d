// vitrine init center: the folder of a Transparency Center. It holds no key: whoever runs it can lie about
// nothing that a browser checks.

import { chmod } from 'node:fs/promises';
import { join } from 'node:path';
import { loadPolicy, utf8 } from '@vitrine/evidence';
import { sha256, verifySignature, writeDurable } from '@vitrine/host';
import { makeFolder } from './fresh.ts';
import { centerToml, emptyTable } from './center-toml.ts';

export interface NewCenter {
  readonly origin: string;
  readonly listen: string;
  readonly name: string;
  readonly log: string;
  readonly repository: string;
  readonly root: Uint8Array;
  readonly policy: Uint8Array;
  /** As the Center finds it: absolute, or relative to its folder. */
  readonly source: string;
  readonly supervisors: readonly { readonly operator: string; readonly url: string }[];
  readonly git: readonly { readonly product: string; readonly folder: string }[];
}

export async function initCenter(folder: string, center: NewCenter): Promise<void> {
  // What would be refused at the start is not pinned.
  await loadPolicy(center.policy, center.root, verifySignature, sha256);
  await makeFolder(folder, async (fresh) => {
    // Who reads what is nobody's business but the Center's.
    await chmod(fresh, 0o700);
    await writeDurable(join(fresh, 'root.json'), center.root);
    await writeDurable(join(fresh, 'policy.json'), center.policy);
    await writeDurable(join(fresh, 'center.toml'), utf8(centerToml(center)));
    await writeDurable(join(fresh, 'access.toml'), utf8(emptyTable));
  });
}
