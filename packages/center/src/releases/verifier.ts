// The one-file verifier, where this log has released it: itself rebuilt by others, so that nobody has to take
// it from a page that it is to check (D28).

import type { ReleasePage } from '../contract/releases.ts';
import type { ReleaseFacts } from './facts.ts';
import { pathOf } from './page.ts';

const product = 'verifier';

export function verifierOf(
  all: readonly ReleaseFacts[],
  offered: ReadonlyMap<string, string>,
): ReleasePage['check']['verifier'] {
  const newest = all.findLast((one) => one.product === product && one.state === 'published');
  if (newest === undefined) return null;
  const digests = new Set(offered.values());
  const file = (ending: string): NonNullable<ReleasePage['check']['verifier']>['page'] => {
    const found = newest.artifacts.find(
      ({ predicate, sha256 }) => predicate.output.endsWith(ending) && digests.has(sha256),
    );
    return found === undefined
      ? null
      : { path: pathOf(found), output: found.predicate.output, sha256: found.sha256 };
  };
  const { version, sequence, channel } = newest;
  return { version, sequence, channel, page: file('.html'), program: file('.mjs') };
}
