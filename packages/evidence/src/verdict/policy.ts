// The policy and the root that judge: never older than what judged before.

import { fail } from '../codes.ts';
import type { TrustPolicy } from '../policy/load.ts';
import { freshState, type State } from './state.ts';
import type { Finding } from './trial.ts';

/** Root and policy only go forward (D5): the one before still lists what was ended since. */
export function requirePolicy(
  policy: TrustPolicy,
  { policy: lastPolicy, root: lastRoot }: State = freshState,
): Finding<TrustPolicy> {
  const { document, digest, root } = policy;
  for (const [what, last, version, sha256] of [
    ['root', lastRoot, root.version, root.sha256],
    ['policy', lastPolicy, document.version, digest],
  ] as const) {
    if (last === undefined || version > last.version) continue;
    if (version < last.version)
      throw fail(
        'verdict.policy',
        `${what} version ${version} is older than ${last.version}, which was accepted before`,
      );
    if (sha256 !== last.sha256)
      throw fail('verdict.policy', `another ${what} of version ${version} was accepted before`);
  }
  return {
    value: policy,
    detail: `version ${document.version}, ${digest.slice(0, 16)}…, signed under root version ${root.version}`,
  };
}
