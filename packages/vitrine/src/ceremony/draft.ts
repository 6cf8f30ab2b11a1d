// From the vendor's folder to a plan: the next root, policy and targets, and whose signatures they need.

import { join } from 'node:path';
import {
  canonicalJson,
  loadRoot,
  parseJson,
  policyDigest,
  residencyPolicy,
  statementPayload,
  toBase64,
  trustPolicy,
  type Json,
  type ResidencyPolicy,
  type Root,
} from '@vitrine/evidence';
import { sha256, sha256Hex, verifySignature } from '@vitrine/host';
import { loadSigner } from '@vitrine/keys';
import { buildResidency } from '@vitrine/reports';
import { openRepository } from '@vitrine/tuf/repository';
import { fail } from '../codes.ts';
import { readIfPresent } from '../files.ts';
import { requireAgreement } from '../residency/agreement.ts';
import { signedTooLittle } from '../residency/again.ts';
import { publishedResidencies, readPlannedResidency, type PublishedResidency } from '../residency/folder.ts';
import type { VendorFolder } from '../vendor/folder.ts';
import { readOperators, readOwn } from '../vendor/operators.ts';
import { draftNextRoot, rootOfDraft } from '../vendor/root.ts';
import { draftNextTargets } from '../vendor/targets.ts';
import { currentPolicy, currentRoot, readDraft } from '../vendor/trust.ts';
import { documentNames, planDocument, type DocumentName, type PlannedDocument, type Quorum } from './plan.ts';
import { readReady, type Ready } from './ready.ts';

interface Drafting {
  readonly vendor: VendorFolder;
  readonly ready: Ready;
  readonly now: number;
  readonly inForce: Root | undefined;
  /** The root that takes its place, planned or signed already. */
  readonly next: Root | undefined;
  /** Those whose thresholds count: the root in force and the next one, if there is one. */
  readonly quorums: readonly Quorum[];
}

/** `now` in seconds since 1970. */
export async function draftDocuments(
  vendor: VendorFolder,
  names: readonly DocumentName[],
  now: number,
): Promise<readonly PlannedDocument[]> {
  const ready = await readReady(vendor);
  const inForce = await currentRoot(vendor);
  const signed = ready.root === undefined ? undefined : await loadRoot(ready.root, verifySignature, sha256);
  const root = names.includes('root') ? await draftRoot(vendor, inForce, now) : undefined;
  const next = root === undefined ? signed : rootOfDraft(canonicalJson(root));
  const quorums = quorumsOf([inForce, next]);
  if (quorums.length === 0)
    throw fail('ceremony.root', 'there is no root yet: plan it first, or together with the policy');
  const drafting = { vendor, ready, now, inForce, next, quorums };
  const documents: PlannedDocument[] = [];
  for (const name of documentNames.filter((one) => names.includes(one))) {
    switch (name) {
      case 'root':
        documents.push(planDocument(name, next?.version ?? 1, root as Json, quorums));
        break;
      case 'policy':
        documents.push(await planPolicy(drafting));
        break;
      case 'targets':
        documents.push(await planTargets(drafting));
        break;
      case 'residency':
        break; // Below: a new root asks for versions that nobody named.
    }
  }
  const residencies =
    names.includes('root') || names.includes('residency')
      ? await planResidencies(drafting, names.includes('residency'))
      : [];
  documents.push(...residencies);
  requireOverlap(drafting, documents);
  return documents;
}

/**
 * Readers on either side of a change of root read the same policies, so that only keys that both roots share count on
 * them (docs/spec/ceremony.md). Said before anybody signs, because no number of signatures would mend it.
 */
function requireOverlap({ inForce, next, quorums }: Drafting, documents: readonly PlannedDocument[]): void {
  const both = documents.filter(({ name }) => name === 'policy' || name === 'residency');
  if (inForce === undefined || next === undefined || both.length === 0) return;
  const shared = next.keys.filter(({ keyid }) => inForce.keys.some((key) => key.keyid === keyid)).length;
  const needed = Math.max(...quorums.map(({ threshold }) => threshold));
  if (shared >= needed) return;
  const what = both.map(({ name, version }) => `${name} ${version}`).join(', ');
  throw fail(
    'ceremony.overlap',
    `root ${next.version} keeps ${shared} of the ${inForce.keys.length} keys of root ${inForce.version}, and ${needed} that are in both must sign ${what}: replace fewer keys in this ceremony, and the others in the next one`,
  );
}

async function draftRoot(vendor: VendorFolder, inForce: Root | undefined, now: number): Promise<Json> {
  const [snapshot, timestamp] = await Promise.all([
    loadSigner(vendor.keyFile('snapshot')),
    loadSigner(vendor.keyFile('timestamp')),
  ]);
  const parts = {
    config: vendor.config,
    vendor: await readOwn(vendor),
    others: await readOperators(vendor),
    snapshot: snapshot.publicKey,
    timestamp: timestamp.publicKey,
  };
  return parseJson(draftNextRoot(parts, (inForce?.version ?? 0) + 1, now), { bytes: 1 << 20, depth: 16 });
}

function quorumsOf(roots: readonly (Root | undefined)[]): readonly Quorum[] {
  const byVersion = new Map(roots.flatMap((root) => (root === undefined ? [] : [[root.version, root]])));
  return [...byVersion.values()]
    .sort((a, b) => a.version - b.version)
    .map(({ version, threshold, keys }) => ({
      root: version,
      threshold,
      holders: keys
        .map(({ keyid, spki, operator }) => ({ keyid, publicKey: toBase64(spki), operator }))
        .sort((a, b) => (a.keyid < b.keyid ? -1 : 1)),
    }));
}

/** The draft, or the policy in force once more where only the signatures must change. */
async function planPolicy({ vendor, quorums }: Drafting): Promise<PlannedDocument> {
  const document = (await readDraft(vendor)) ?? (await currentPolicy(vendor))?.document;
  if (document === undefined)
    throw fail('policy-draft.missing', `${vendor.folder} has neither a policy nor a draft of one`);
  const subject = [{ name: 'trust-policy', digest: { sha256: policyDigest(document, sha256) } }];
  const payload = statementPayload(trustPolicy, subject, document);
  return planDocument('policy', document.version, parseJson(payload, { bytes: 1 << 20, depth: 16 }), quorums);
}

/**
 * Ascending by version: those that the next root could not read any more, because it has too few of the keys that
 * signed them, and what was asked for. They go out before the root does, so that sharing.json can be read throughout.
 */
async function planResidencies(drafting: Drafting, isNamed: boolean): Promise<readonly PlannedDocument[]> {
  const { vendor, inForce, next, quorums } = drafting;
  const published = inForce === undefined ? [] : await publishedResidencies(vendor, inForce);
  const again = next === undefined ? [] : signedTooLittle(published, next).map(({ policy }) => policy);
  const named = isNamed ? [await nextResidency(drafting, published)] : [];
  const others = again.filter(({ version }) => named.every((one) => one.version !== version));
  return [...others, ...named]
    .sort((a, b) => a.version - b.version)
    .map((policy) => {
      const { digest } = buildResidency(policy, sha256);
      const subject = [{ name: 'residency-policy', digest: { sha256: digest } }];
      const payload = parseJson(statementPayload(residencyPolicy, subject, policy), {
        bytes: 1 << 20,
        depth: 16,
      });
      return planDocument('residency', policy.version, payload, quorums);
    });
}

/** The draft, or the version in force once more where only the signatures must change. */
async function nextResidency(
  { vendor }: Drafting,
  published: readonly PublishedResidency[],
): Promise<ResidencyPolicy> {
  const policy = (await readPlannedResidency(vendor)) ?? published.at(-1)?.policy;
  if (policy === undefined)
    throw fail(
      'residency-draft.missing',
      `${vendor.folder} has neither a residency policy nor a draft of one`,
    );
  const trust = (await readDraft(vendor)) ?? (await currentPolicy(vendor))?.document;
  if (trust !== undefined) requireAgreement(policy, trust);
  return policy;
}

async function planTargets({ vendor, ready, now, quorums }: Drafting): Promise<PlannedDocument> {
  const policy = ready.policy ?? (await readIfPresent(join(vendor.public, 'policy.json')));
  if (policy === undefined)
    throw fail('ceremony.policy', 'the targets name the signed policy: finish its ceremony first');
  const [role, deltas] = await Promise.all([
    loadSigner(vendor.keyFile('role')),
    loadSigner(vendor.keyFile('deltas')),
  ]);
  const version = ((await openRepository(vendor.public).newest('targets'))?.signed.version ?? 0) + 1;
  const draft = draftNextTargets(
    {
      config: vendor.config,
      others: await readOperators(vendor),
      role: role.publicKey,
      deltas: deltas.publicKey,
      policy: { length: policy.length, sha256: sha256Hex(policy) },
    },
    version,
    now,
  );
  return planDocument('targets', version, parseJson(draft, { bytes: 8 << 20, depth: 16 }), quorums);
}
