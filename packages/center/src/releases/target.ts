// Where the bytes of a release are in the repository.

import { targetPath } from '@vitrine/tuf';
import type { ReleaseFacts } from './facts.ts';

type Released = Pick<ReleaseFacts['artifacts'][number], 'predicate' | 'sha256'>;

/** As the roles list it. */
export function targetName({ predicate }: Released): string {
  const { product, channel, platform, output } = predicate;
  return `${product}/${channel}/${platform}/${output}`;
}

/** Relative to the repository. */
export function pathOf(one: Released): string {
  return targetPath({ path: targetName(one), sha256: one.sha256 });
}
