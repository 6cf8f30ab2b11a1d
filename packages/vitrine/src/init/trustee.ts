// vitrine init trustee: one root key, held for the customers, and nothing that runs.

import { join } from 'node:path';
import { sha256, toHex } from '@vitrine/evidence';
import { makeDurableDirectory, writeDurable } from '@vitrine/host';
import { generateKey } from '@vitrine/keys';
import { formatOperator, publicKeyOf } from '../operator/file.ts';
import { makeFolder } from './fresh.ts';
import type { Made } from './vendor.ts';

export interface NewTrustee {
  readonly operator: string;
  readonly name: string;
  readonly jurisdiction: string;
}

export async function initTrustee(folder: string, trustee: NewTrustee): Promise<Made> {
  const { operator: id, name, jurisdiction } = trustee;
  let digest = '';
  await makeFolder(folder, async (fresh) => {
    await makeDurableDirectory(join(fresh, 'keys'), { mode: 0o700 });
    const root = await generateKey(join(fresh, 'keys', 'root.key'), 'ed25519');
    const file = formatOperator({
      operator: { id, name, jurisdiction, part: 'independent' },
      root: [publicKeyOf(root)],
      keys: [],
    });
    digest = toHex(sha256(file));
    await writeDurable(join(fresh, 'public.json'), file);
  });
  return { digest };
}
