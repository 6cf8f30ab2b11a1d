// Publishing in the tour is `vitrine release publish`, as the vendor runs it; and where a release lies.

import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { parseJson, schema, utf8, type Output } from '@vitrine/evidence';
import { parseTimestamp } from '@vitrine/tuf';
import { hostPlatform, type Produced } from '@vitrine/conveyor';
import { fail } from '../codes.ts';
import { channel, type ProductName } from './cast.ts';
import { vitrine } from './processes.ts';

const published = schema.object(
  {
    sequence: schema.integer(1),
    publication: schema.object({ seq: schema.integer(1) }, {}, { open: true }),
  },
  {},
  { open: true },
);

/** Runs to the end, and continues what was interrupted. */
export async function releaseOf(
  vendor: string,
  { statements }: Produced,
  home: string,
): Promise<{ readonly sequence: number; readonly publication: number }> {
  const { code, stdout, stderr } = await vitrine(publishArguments(vendor, statements.order.id), home);
  if (code !== 0) throw fail('tour.step', `"vitrine release publish" ended with ${String(code)}: ${stderr}`);
  const { sequence, publication } = published.check(parseJson(utf8(stdout)));
  return { sequence, publication: publication.seq };
}

export function publishArguments(vendor: string, orderId: string): string[] {
  return ['release', 'publish', vendor, orderId, '--json'];
}

/** The file that endpoints fetch: consistent snapshots name it by its digest. */
export function targetFile(folder: string, product: ProductName, { path, sha256 }: Output): string {
  const name = path.slice(path.lastIndexOf('/') + 1);
  return join(folder, 'targets', product, channel, hostPlatform().name, dirname(path), `${sha256}.${name}`);
}

/** The proof of what is published now: named by the digest of the snapshot that the timestamp names. */
export async function publicationFile(folder: string): Promise<string> {
  const { signed } = parseTimestamp(await readFile(join(folder, 'metadata/timestamp.json')));
  return join(folder, 'publication', `${signed.snapshot.sha256}.json`);
}
