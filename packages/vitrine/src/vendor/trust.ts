// What the vendor's folder says about trust: root and policy as published, and their drafts.

import { join } from 'node:path';
import {
  canonicalJson,
  loadRoot,
  parseJson,
  trustPolicy,
  utf8,
  type Json,
  type Root,
  type TrustPolicy,
  type TrustPolicyDocument,
} from '@vitrine/evidence';
import { sha256, verifySignature, writeDurable } from '@vitrine/host';
import { readIfPresent } from '../files.ts';
import { readPolicy } from '../log-access.ts';
import type { VendorFolder } from './folder.ts';

const mostBytes = 1 << 20;

/** The policy in force; undefined before the first ceremony. */
export async function currentPolicy({ public: served }: VendorFolder): Promise<TrustPolicy | undefined> {
  const [policy, root] = [join(served, 'policy.json'), join(served, 'root.json')];
  return (await readIfPresent(policy)) === undefined ? undefined : readPolicy(policy, root);
}

export async function currentRoot({ public: served }: VendorFolder): Promise<Root | undefined> {
  const bytes = await readIfPresent(join(served, 'root.json'));
  return bytes === undefined ? undefined : loadRoot(bytes, verifySignature, sha256);
}

/** The policy that the next ceremony will sign: the predicate, indented, so that it can be read and edited. */
export async function readDraft({ drafts }: VendorFolder): Promise<TrustPolicyDocument | undefined> {
  const bytes = await readIfPresent(join(drafts, 'policy.json'));
  if (bytes === undefined) return undefined;
  return trustPolicy.schema.check(parseJson(bytes, { bytes: mostBytes, depth: 8 }));
}

export async function writeDraft({ drafts }: VendorFolder, document: TrustPolicyDocument): Promise<string> {
  const file = join(drafts, 'policy.json');
  const sorted = parseJson(canonicalJson(document as unknown as Json));
  await writeDurable(file, utf8(`${JSON.stringify(sorted, null, 2)}\n`));
  return file;
}
