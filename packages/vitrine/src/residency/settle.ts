// What a ceremony has signed of residency goes out: an entry of the log for each signature (D9), witnessed, and
// then the document. sharing.json follows with the next beat of the repository.

import { loadRoot, parseDocument, parseTime, type Root } from '@vitrine/evidence';
import type { Publisher } from '@vitrine/conveyor';
import { removeDurable, sha256, verifySignature } from '@vitrine/host';
import { buildResidency, loadResidency, requireSuccessor } from '@vitrine/reports';
import { join } from 'node:path';
import { readReady, readyResidencyFile } from '../ceremony/ready.ts';
import { fail } from '../codes.ts';
import { readFile } from '../files.ts';
import type { VendorFolder } from '../vendor/folder.ts';
import { keepingSignatures } from './again.ts';
import {
  publishedResidencies,
  publishResidencyFile,
  readPlannedResidency,
  removePlannedResidency,
} from './folder.ts';

/**
 * Answers what was published, in words; undefined where nothing was ready. May be done again after a crash. Ascending:
 * what was signed again for a new root goes out also where the next version comes too late.
 */
export async function settleResidency(
  vendor: VendorFolder,
  publisher: Publisher,
): Promise<string | undefined> {
  const { residencies } = await readReady(vendor);
  if (residencies.length === 0) return undefined;
  const root = await loadRoot(await readFile(join(vendor.public, 'root.json')), verifySignature, sha256);
  const versions: number[] = [];
  for (const document of residencies) versions.push(await settleOne(vendor, publisher, root, document));
  return `residency ${versions.join(', ')}`;
}

async function settleOne(
  vendor: VendorFolder,
  publisher: Publisher,
  root: Root,
  signed: Uint8Array,
): Promise<number> {
  const { policy, digest } = await loadResidency(signed, root, verifySignature, sha256);
  const published = await publishedResidencies(vendor, root);
  const before = published[policy.version - 2]?.policy;
  const same = published[policy.version - 1];
  if (same === undefined) {
    if (policy.version > 1 && before === undefined)
      throw fail('residency-draft.missing', `version ${policy.version - 1} was not published`);
    if (before !== undefined) requireSuccessor(before, policy);
    requireNotice(policy, before, publisher.clock.now() / 1000);
  } else if (same.digest !== digest)
    throw fail('residency-draft.late', `version ${policy.version} is published and is another policy`);
  const document = same === undefined ? signed : keepingSignatures(signed, same.document);
  const { signatures, ...statement } = parseDocument(document);
  for (const signature of signatures)
    await publisher.appender.append({ ...statement, signatures: [signature] });
  await publishResidencyFile(vendor, policy.version, document);
  const draft = await readPlannedResidency(vendor);
  if (draft !== undefined && buildResidency(draft, sha256).digest === digest)
    await removePlannedResidency(vendor);
  await removeDurable(readyResidencyFile(vendor, policy.version));
  return policy.version;
}

/** Notice counts from the log (D35): one that comes too late would be refused by whoever saw it logged. */
function requireNotice(
  { version, effective }: { readonly version: number; readonly effective: string },
  before: { readonly notice: number } | undefined,
  now: number,
): void {
  if (before !== undefined && before.notice > 0 && parseTime(effective) - now < before.notice)
    throw fail(
      'residency-draft.late',
      `version ${version} is in force from ${effective}, and ${before.notice} s of notice were promised`,
    );
}
