// Root and policy as files that somebody accepted by hand, for processes that run on while the next ones are
// accepted. They are read again whenever they are asked for, and verified again where their bytes are others.

import { loadPolicy, type TrustPolicy } from '@vitrine/evidence';
import { sha256, sha256Hex, verifySignature } from '@vitrine/host';
import { readFile } from './files.ts';

/** What is judged by: files that were accepted by hand. */
export interface TrustFiles {
  readonly policy: string;
  readonly root: string;
}

export interface FileTrust {
  readonly policy: TrustPolicy;
  readonly root: Uint8Array;
}

/** Owns what it read last. Between the two files of `vitrine policy accept` it may throw; asked again, it answers. */
export function trustIn(files: TrustFiles): () => Promise<FileTrust> {
  let last: { readonly digests: string; readonly trust: FileTrust } | undefined;
  return async () => {
    const [document, root] = await Promise.all([readFile(files.policy), readFile(files.root)]);
    const digests = `${sha256Hex(document)} ${sha256Hex(root)}`;
    if (last?.digests !== digests) {
      const policy = await loadPolicy(document, root, verifySignature, sha256);
      last = { digests, trust: { policy, root } };
    }
    return last.trust;
  };
}
