// A log as conveyor and rebuilder use it: read under a trust policy, appended to over HTTP.

import { isWitnessQuorum, loadPolicy, type TrustPolicy } from '@vitrine/evidence';
import { sha256, verifySignature } from '@vitrine/host';
import { openLog, type LogReader } from '@vitrine/log';
import { viewOf, type Appender as EnvelopeAppender, type LogView } from '@vitrine/conveyor';
import { httpAppender } from './append.ts';
import { readFile } from './files.ts';

export async function readPolicy(policy: string, root: string): Promise<TrustPolicy> {
  const [document, pinned] = await Promise.all([readFile(policy), readFile(root)]);
  return loadPolicy(document, pinned, verifySignature, sha256);
}

/** A reader that takes only checkpoints signed by the policy's log and cosigned by its quorum. */
export function openPolicyLog(location: string, policy: TrustPolicy): Promise<LogReader> {
  const { origin } = policy.document.log;
  return openLog(location, {
    origin,
    logKeys: policy.logKeys.map(({ key }) => key),
    witnessKeys: policy.witnessKeys.map(({ key }) => key),
    enough: (cosigners) => isWitnessQuorum(policy, { origin, size: Number.MAX_SAFE_INTEGER }, cosigners),
  });
}

export async function logAccess(url: string, policy: TrustPolicy): Promise<LogView & EnvelopeAppender> {
  return { ...httpAppender(url), ...viewOf(await openPolicyLog(url, policy)) };
}
