// What a reader's own files are checked against, fetched through the Center and verified here: the trust policy
// under its root, and the sharing file, whose every statement the log's witnesses vouch for.

import { loadPolicy, type TrustPolicy } from '@vitrine/evidence';
import { readSharing, sharingLimit, type Sharing } from '@vitrine/reports';
import type { MyDataPage } from '../../../src/contract/custody.ts';
import { bounded } from '../log/fetch-file.ts';
import { wrong } from '../log/tiles.ts';

export interface Against {
  readonly policy: TrustPolicy;
  readonly sharing: Sharing;
  /** From the Center's log: they are compared, and nothing rests on them alone. */
  readonly heads: MyDataPage['heads'];
}

/** `pinned`: the digest of the policy that this browser's reader compared with one from elsewhere. */
export async function fetchAgainst(
  { files, heads }: MyDataPage,
  pinned: string | undefined,
): Promise<Against> {
  const [policyFile, root, sharingFile] = await Promise.all([
    fetchFile(files.policy, 1 << 20),
    fetchFile(files.root, 1 << 19),
    fetchFile(files.sharing, sharingLimit),
  ]);
  const policy = await loadPolicy(policyFile, root);
  if (pinned !== undefined && pinned !== policy.digest)
    throw wrong('policy.pinned', `this is the policy ${policy.digest}; in this browser ${pinned} was pinned`);
  return { policy, sharing: await readSharing(sharingFile, { policy, root: policy.root }), heads };
}

async function fetchFile(address: string, limit: number): Promise<Uint8Array> {
  let response: Response;
  try {
    response = await fetch(address, { cache: 'no-cache' });
  } catch {
    throw wrong('fetch.unreachable', 'the Center could not be reached');
  }
  if (!response.ok) throw wrong('fetch.status', `${address}: the answer was ${response.status}`);
  return bounded(response, limit);
}
