// release/<product>/<channel>/<sequence>.html and release/index.html, written anew where something has
// changed: a release that is withdrawn, held or resolved says so.

import { dirname, join } from 'node:path';
import { equal, isVitrineError, parseMaterials, type Material } from '@vitrine/evidence';
import { makeDurableDirectory, readBounded, writeDurable } from '@vitrine/host';
import type { Ledger } from '../../ledger.ts';
import { releaseFacts, type ReleaseFacts } from '../facts.ts';
import type { Publisher } from '../publisher.ts';
import { indexPage } from './index-page.ts';
import { pagePath } from './links.ts';
import { releasePage } from './release-page.ts';

const mostBytes = 16 << 20;

/** Does nothing where the publisher has no pages. */
export async function writePages(publisher: Publisher, ledger: Ledger): Promise<void> {
  const { pages: site, policy, repository, folder, onStep } = publisher;
  if (site === undefined) return;
  await ledger.refresh();
  const all = await releaseFacts(ledger, policy, repository);
  const snapshot = (await repository.timestamp())?.signed.snapshot.sha256;
  let written = 0;
  for (const facts of all) {
    const materials = await materialsOf(publisher, facts);
    const page = releasePage({ facts, policy, materials, snapshot, site });
    if (await writeIfOther(join(folder, pagePath(facts)), page)) written++;
  }
  await writeIfOther(join(folder, 'release', 'index.html'), indexPage(all, ledger.size, site));
  onStep?.('pages', `${written} of ${all.length} written`);
}

async function materialsOf(
  { blobs }: Publisher,
  { order }: ReleaseFacts,
): Promise<readonly Material[] | undefined> {
  if (order === undefined) return undefined;
  try {
    const { sha256 } = order.predicate.materials;
    return parseMaterials(await blobs.get(sha256, { maxBytes: mostBytes })).materials;
  } catch (error) {
    if (isVitrineError(error)) return undefined; // The page says that it does not know.
    throw error;
  }
}

async function writeIfOther(path: string, bytes: Uint8Array): Promise<boolean> {
  try {
    if (equal(await readBounded(path, bytes.length), bytes)) return false;
  } catch (error) {
    if (!isVitrineError(error)) throw error; // Absent, or longer: another one.
  }
  await makeDurableDirectory(dirname(path));
  await writeDurable(path, bytes);
  return true;
}
