// The keys of a log or a witness, for the process that signs notes itself.

import { resolve } from 'node:path';
import { formatVkey, noteSigner, noteTypes, type NoteSigner } from '@vitrine/evidence';
import { loadSigner } from '@vitrine/keys';
import { fail } from './codes.ts';

/**
 * Key files are relative to `folder`. `first` is the Ed25519 type of the role (log 01, witness 04);
 * ML-DSA-44 keys are always type 06.
 */
export async function loadNoteSigners(
  folder: string,
  name: string,
  keys: readonly string[],
  first: typeof noteTypes.log | typeof noteTypes.cosignature,
): Promise<readonly NoteSigner[]> {
  return Promise.all(
    keys.map(async (key) => {
      const signer = await loadSigner(resolve(folder, key));
      if (signer.scheme === 'ecdsa-p256') throw fail('cli.config', `${key}: P-256 keys do not sign notes`);
      return noteSigner(name, signer.scheme === 'ed25519' ? first : noteTypes.mlDsaCosignature, signer);
    }),
  );
}

export function vkeyOf({ key }: NoteSigner): string {
  return formatVkey(key);
}
