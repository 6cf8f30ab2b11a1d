// What the vendor's folder says about residency: public/residency/N.json as they were signed and logged, and
// drafts/residency.json, which the next ceremony signs.

import { join } from 'node:path';
import {
  canonicalJson,
  formatEnvelope,
  parseDocument,
  parseJson,
  residencyPolicy,
  utf8,
  type Json,
  type ResidencyPolicy,
  type Root,
} from '@vitrine/evidence';
import { makeDurableDirectory, removeDurable, sha256, verifySignature, writeDurable } from '@vitrine/host';
import { loadResidency, type Residency } from '@vitrine/reports';
import { readIfPresent } from '../files.ts';
import type { VendorFolder } from '../vendor/folder.ts';

export interface PublishedResidency extends Residency {
  /** The signed document. */
  readonly document: Uint8Array;
}

/** Bytes of a document at most: 300 countries, 64 centers, 200 milestones and 32 signatures. */
export const residencyBytes = 262_144;

function residencyFile(served: string, version: number): string {
  return join(served, 'residency', `${version}.json`);
}

/** Every version from 1 on, as far as the folder has them; each judged under `root`. */
export async function publishedResidencies(
  { public: served }: Pick<VendorFolder, 'public'>,
  root: Root,
): Promise<readonly PublishedResidency[]> {
  const found: PublishedResidency[] = [];
  for (;;) {
    const file = await readIfPresent(residencyFile(served, found.length + 1), residencyBytes);
    if (file === undefined) return found;
    const document = signedUnder(root, file);
    found.push({ ...(await loadResidency(document, root, verifySignature, sha256)), document });
  }
}

/** After a change of root: the signatures of keys that it has still, because one by a stranger is refused. */
function signedUnder({ keys }: Root, file: Uint8Array): Uint8Array {
  const { signatures, ...statement } = parseDocument(file);
  const known = signatures.filter(({ keyid }) => keys.some((key) => key.keyid === keyid));
  return known.length === 0 ? file : formatEnvelope({ ...statement, signatures: known });
}

export async function publishResidencyFile(
  { public: served }: Pick<VendorFolder, 'public'>,
  version: number,
  document: Uint8Array,
): Promise<void> {
  await makeDurableDirectory(join(served, 'residency'));
  await writeDurable(residencyFile(served, version), document);
}

function draftFile({ drafts }: Pick<VendorFolder, 'drafts'>): string {
  return join(drafts, 'residency.json');
}

export function removePlannedResidency(vendor: Pick<VendorFolder, 'drafts'>): Promise<void> {
  return removeDurable(draftFile(vendor));
}

/** The policy that the next ceremony will sign: indented, so that it can be read. */
export async function readPlannedResidency(
  vendor: Pick<VendorFolder, 'drafts'>,
): Promise<ResidencyPolicy | undefined> {
  const bytes = await readIfPresent(draftFile(vendor), 1 << 20);
  if (bytes === undefined) return undefined;
  return residencyPolicy.schema.check(parseJson(bytes, { bytes: 1 << 20, depth: 8 }));
}

export async function writePlannedResidency(
  vendor: Pick<VendorFolder, 'drafts'>,
  policy: ResidencyPolicy,
): Promise<string> {
  const file = draftFile(vendor);
  const sorted = parseJson(canonicalJson(policy as unknown as Json));
  await writeDurable(file, utf8(`${JSON.stringify(sorted, null, 2)}\n`));
  return file;
}
