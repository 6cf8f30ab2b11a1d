// vitrine init vendor: keys, log, stores and the folder that is served.

import { join } from 'node:path';
import {
  formatVkey,
  noteSigner,
  noteTypes,
  sha256,
  toHex,
  utf8,
  type Scheme,
  type Signer,
} from '@vitrine/evidence';
import { makeDurableDirectory, writeDurable } from '@vitrine/host';
import { generateKey } from '@vitrine/keys';
import { initLog } from '@vitrine/log';
import { splitAddress } from '../config.ts';
import { formatOperator, publicKeyOf } from '../operator/file.ts';
import { publicFolders, vendorFolders, vendorKeys, type VendorKey } from '../vendor/folder.ts';
import { makeFolder } from './fresh.ts';
import { vendorToml } from './vendor-toml.ts';

export interface NewVendor {
  readonly operator: string;
  readonly name: string;
  readonly jurisdiction: string;
  readonly origin: string;
  readonly products: readonly string[];
  readonly channel: string;
  /** Address of the log; the repository takes the next port. */
  readonly listen: string;
  /** The file by which a Center admits reviewers to the log. */
  readonly reviewers?: string | undefined;
}

export interface Made {
  /** SHA-256 of public.json: what two people compare. */
  readonly digest: string;
}

export async function initVendor(folder: string, vendor: NewVendor): Promise<Made> {
  const { log, repository } = addressesOf(vendor.listen);
  let digest = '';
  await makeFolder(folder, async (fresh) => {
    for (const name of vendorFolders)
      await makeDurableDirectory(
        join(fresh, name),
        name === 'keys' || name === 'drafts' ? { mode: 0o700 } : {},
      );
    for (const name of publicFolders) await makeDurableDirectory(join(fresh, 'public', name));
    const keys = await makeKeys(join(fresh, 'keys'));
    const notes = [
      noteSigner(vendor.origin, noteTypes.log, keys.log),
      noteSigner(vendor.origin, noteTypes.mlDsaCosignature, keys['log-ml-dsa']),
    ];
    const vkeys = notes.map(({ key }) => formatVkey(key)).sort();
    await initLog(join(fresh, 'log'), { origin: vendor.origin, vkeys });
    const builder = `urn:vitrine:builder:${vendor.operator}`;
    const file = formatOperator({
      operator: {
        id: vendor.operator,
        name: vendor.name,
        jurisdiction: vendor.jurisdiction,
        part: 'vendor',
      },
      root: vendorKeys.root.map((name) => publicKeyOf(keys[name])).sort(),
      keys: vendorKeys.statements
        .map((role) => ({
          role,
          publicKey: publicKeyOf(keys[role]),
          ...(role === 'builder' ? { builder } : {}),
        }))
        .sort((a, b) => (a.role < b.role ? -1 : 1)),
      log: { origin: vendor.origin, vkeys, url: `http://${log}` },
      repository: `http://${repository}`,
    });
    digest = toHex(sha256(file));
    await writeDurable(join(fresh, 'public.json'), file);
    const toml = vendorToml({ ...vendor, builder, log, repository });
    await writeDurable(join(fresh, 'vendor.toml'), utf8(toml.vendor));
    await writeDurable(join(fresh, 'log', 'log.toml'), utf8(toml.log));
  });
  return { digest };
}

async function makeKeys(folder: string): Promise<Readonly<Record<VendorKey, Signer>>> {
  const schemes: Partial<Record<VendorKey, Scheme>> = { 'log-ml-dsa': 'ml-dsa-44' };
  const names = Object.values(vendorKeys).flat();
  const made = await Promise.all(
    names.map(async (name) => [
      name,
      await generateKey(join(folder, `${name}.key`), schemes[name] ?? 'ed25519'),
    ]),
  );
  return Object.fromEntries(made) as Record<VendorKey, Signer>;
}

function addressesOf(listen: string): { readonly log: string; readonly repository: string } {
  const { port } = splitAddress(listen);
  return { log: listen, repository: listen.replace(/:[0-9]+$/, `:${port + 1}`) };
}
