// Where things are, seen from a page: relative, so that a repository can be served below any address.

import { targetPath } from '@vitrine/tuf';
import { targetPathOf } from '../intent.ts';
import type { ReleaseFacts } from '../facts.ts';

/** From release/<product>/<channel>/<sequence>.html to the top. */
const top = '../../../';

const to = (path: string): string => top + path;

export const policyLink: string = to('policy.json');
export const rootLink: string = to('root.json');
export const indexLink: string = '../../index.html';

export function evidenceLink(sha256: string): string {
  return to(`evidence/${sha256}.json`);
}

export function blobLink(sha256: string): string {
  return to(`blob/${sha256}`);
}

/** Of the snapshot with this digest. */
export function publicationLink(sha256: string): string {
  return to(`publication/${sha256}.json`);
}

export function artifactLink({ predicate, sha256 }: ReleaseFacts['artifacts'][number]): string {
  return to(targetPath({ path: targetPathOf(predicate, predicate.output), sha256 }));
}

/** Below the served folder. */
export function pagePath({
  product,
  channel,
  sequence,
}: Pick<ReleaseFacts, 'product' | 'channel' | 'sequence'>): string {
  return `release/${product}/${channel}/${sequence}.html`;
}
