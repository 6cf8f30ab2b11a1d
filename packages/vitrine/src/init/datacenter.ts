// vitrine init datacenter: its keys, each for one purpose (D4), its secrets, its two ledgers, and what the
// vendor imports. The private keys to which reports are sealed are made by the daemon, week by week (D20).

import { chmod } from 'node:fs/promises';
import { join } from 'node:path';
import { formatVkey, noteSigner, noteTypes, sha256, toHex, utf8, type NoteSigner } from '@vitrine/evidence';
import { createSecret, makeDurableDirectory, writeDurable } from '@vitrine/host';
import { initLedger } from '@vitrine/datacenter';
import { generateKey } from '@vitrine/keys';
import { formatDataCenterFile } from '../datacenter/file.ts';
import { publicKeyOf, type OperatorFile } from '../operator/file.ts';
import { datacenterToml } from './datacenter-toml.ts';
import { makeFolder } from './fresh.ts';
import type { Made } from './vendor.ts';

export interface NewDataCenter {
  /** As the residency policy will name it, for ever. */
  readonly id: string;
  /** As customers read it. */
  readonly name: string;
  /** Who runs it, by its identifier in the trust policy. */
  readonly operator: string;
  readonly country: string;
  readonly listen: string;
  /** Where endpoints reach it. */
  readonly intake: readonly string[];
  /** Supervisors that must agree before a record is read. */
  readonly need: number;
  /** The vendor's public.json, and those of its supervisors. */
  readonly vendor: OperatorFile;
  readonly supervisors: readonly OperatorFile[];
}

export async function initDataCenter(folder: string, center: NewDataCenter): Promise<Made> {
  let digest = '';
  await makeFolder(folder, async (fresh) => {
    // Who sends what is in the store, and the secrets that open the center's half.
    await chmod(fresh, 0o700);
    await makeDurableDirectory(join(fresh, 'keys'), { mode: 0o700 });
    await makeDurableDirectory(join(fresh, 'keys', 'sealing'), { mode: 0o700 });
    await makeDurableDirectory(join(fresh, 'trust'));
    const identity = await generateKey(join(fresh, 'keys', 'identity.key'), 'ed25519');
    await createSecret(join(fresh, 'keys', 'master.secret'), 32);
    const custody = await makeLedger(fresh, 'custody', center);
    const access = await makeLedger(fresh, 'access', center);
    const { id, name, operator, country, intake } = center;
    const file = formatDataCenterFile({
      id,
      name,
      operator,
      country,
      identity: publicKeyOf(identity),
      ledger: formatVkey(custody.key),
      access: formatVkey(access.key),
      intake,
    });
    digest = toHex(sha256(file));
    await writeDurable(join(fresh, 'public.json'), file);
    await writeDurable(join(fresh, 'datacenter.toml'), utf8(datacenterToml(center)));
  });
  return { digest };
}

/** Named below the vendor's log, so that two vendors' centers of one name are two ledgers to a witness. */
async function makeLedger(
  folder: string,
  name: 'custody' | 'access',
  { id, vendor }: NewDataCenter,
): Promise<NoteSigner> {
  const key = await generateKey(join(folder, 'keys', `${name}.key`), 'ed25519');
  const signer = noteSigner(`${vendor.log?.origin ?? ''}/${id}/${name}`, noteTypes.log, key);
  await initLedger(join(folder, name), signer);
  return signer;
}
