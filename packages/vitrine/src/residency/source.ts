// Where residency is read from: a vendor's folder, a folder with what was accepted, or a repository that nobody
// needs to believe.

import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { TrustPolicy } from '@vitrine/evidence';
import { fetchBytes, sha256, verifySignature } from '@vitrine/host';
import { readSharing, sharingLimit, type Sharing } from '@vitrine/reports';
import { fail } from '../codes.ts';
import { readIfPresent } from '../files.ts';
import { readPolicy } from '../log-access.ts';

export interface SourceOptions {
  readonly policy?: string;
  readonly root?: string;
}

const isAddress = (where: string): boolean => /^https?:\/\//.test(where);

/** `where`: an address, or a folder; policy and root are beside sharing.json unless they are named. */
export async function readSource(where: string, options: SourceOptions): Promise<Sharing> {
  const folder = isAddress(where) ? undefined : await servedFolder(where);
  if (folder === undefined && (options.policy === undefined || options.root === undefined))
    throw fail(
      'cli.usage',
      'what a repository serves is judged by a pinned policy: give --policy and --root',
    );
  const trust = await readPolicy(
    options.policy ?? join(folder ?? '', 'policy.json'),
    options.root ?? join(folder ?? '', 'root.json'),
  );
  return judge(await sharingBytes(folder ?? where), trust);
}

export function judge(bytes: Uint8Array, trust: TrustPolicy): Promise<Sharing> {
  return readSharing(bytes, { policy: trust, root: trust.root }, { sha256, verifySignature });
}

/** Not judged yet. */
async function sharingBytes(where: string): Promise<Uint8Array> {
  if (isAddress(where)) {
    const url = `${where.replace(/\/$/, '')}/sharing.json`;
    return (await fetchBytes(url, { maxBytes: sharingLimit, timeoutMs: 30_000 })).bytes;
  }
  const file = join(where, 'sharing.json');
  const bytes = await readIfPresent(file, sharingLimit);
  if (bytes === undefined)
    throw fail(
      'residency.source',
      `there is no ${file}: the repository writes it once the log has the policy`,
    );
  return bytes;
}

/** Of a vendor, what it serves; any other folder is as it is. */
async function servedFolder(folder: string): Promise<string> {
  const isVendor = await stat(join(folder, 'vendor.toml')).then(
    (found) => found.isFile(),
    () => false,
  );
  return isVendor ? join(folder, 'public') : folder;
}

/** For `from` of commands that take either. */
export async function sharingFrom(where: string): Promise<Uint8Array> {
  return sharingBytes(isAddress(where) ? where : await servedFolder(where));
}
