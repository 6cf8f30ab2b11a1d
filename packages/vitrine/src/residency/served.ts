// /sharing.json as the repository serves it: what the log holds of residency, proven by its newest witnessed
// checkpoint, and read as an endpoint reads it before it is put in place of the one before.

import { join } from 'node:path';
import {
  expectKind,
  isVitrineError,
  parseDocument,
  parseTime,
  sealingKey,
  statementIdOf,
  toBase64,
  witnessTime,
  type ProvenStatement,
  type SealingKey,
} from '@vitrine/evidence';
import { noteKeysOf, noteOfKeys, type Entry, type Ledger, type Publisher } from '@vitrine/conveyor';
import { sha256, verifySignature, writeDurable } from '@vitrine/host';
import {
  formatSharing,
  readSealingKey,
  readSharing,
  type ProvenPolicy,
  type Residency,
  type Sharing,
} from '@vitrine/reports';
import type { VendorFolder } from '../vendor/folder.ts';
import { publishedResidencies, type PublishedResidency } from './folder.ts';

/** Of one data center: the one in use, the next, and both again under the next version of the policy. */
const keysOfCenter = 8;

type Reading = Pick<Publisher, 'log' | 'policy'>;

/** `ledger`: refreshed with the reader's head. Undefined where the log holds no residency policy yet. */
export async function writeSharing(
  vendor: Pick<VendorFolder, 'public'>,
  publisher: Reading,
  ledger: Ledger,
): Promise<Sharing | undefined> {
  const { log, policy } = publisher;
  const { checkpoint, note, signatures } = log.head();
  const time = witnessTime(signatures, policy, checkpoint) ?? 0;
  const entries = ledger.entries.filter(({ index }) => index < checkpoint.size);
  const published = await publishedResidencies(vendor, policy.root);
  const logged = loggedVersions(published, entries);
  if (logged.length === 0) return undefined;
  const versions = logged.map(({ residency }) => residency);
  const pathOf = async (index: number): Promise<readonly string[]> =>
    (await log.inclusion(index, checkpoint.size)).map(toBase64);
  const prove = async ({ envelope, index }: Entry): Promise<ProvenStatement> => ({
    envelope,
    index,
    path: await pathOf(index),
  });
  const bytes = formatSharing({
    checkpoint: noteOfKeys(note, noteKeysOf(policy)),
    policies: await Promise.all(
      logged.map(async ({ residency, keyid, index }): Promise<ProvenPolicy> => {
        return { document: parseDocument(residency.document), keyid, index, path: await pathOf(index) };
      }),
    ),
    sealingKeys: await Promise.all((await keysIn(entries, versions, time)).map(prove)),
    milestones: await Promise.all(milestonesIn(entries, versions).map(prove)),
  });
  const sharing = await readSharing(bytes, { policy, root: policy.root }, { sha256, verifySignature });
  await writeDurable(join(vendor.public, 'sharing.json'), bytes);
  return sharing;
}

interface LoggedVersion {
  readonly residency: PublishedResidency;
  /** The signature that is proven: the first of the document that the log took. */
  readonly keyid: string;
  readonly index: number;
}

/** From version 1 on, as far as the log has them. */
function loggedVersions(
  published: readonly PublishedResidency[],
  entries: readonly Entry[],
): readonly LoggedVersion[] {
  const logged: LoggedVersion[] = [];
  for (const residency of published) {
    const document = parseDocument(residency.document);
    const id = statementIdOf(document, sha256);
    const signed = new Map(document.signatures.map(({ keyid, sig }) => [keyid, sig]));
    const entry = entries.find(({ id: found, envelope: { signatures } }) => {
      const [one] = signatures;
      return found === id && one !== undefined && signed.get(one.keyid) === one.sig;
    });
    if (entry === undefined) return logged;
    logged.push({
      residency,
      keyid: entry.envelope.signatures[0]?.keyid ?? '',
      index: entry.index,
    });
  }
  return logged;
}

/** Those that may still be used at `time` or later, of centers of these versions; ascending by index. */
async function keysIn(
  entries: readonly Entry[],
  residencies: readonly Residency[],
  time: number,
): Promise<readonly Entry[]> {
  const found: { readonly entry: Entry; readonly key: SealingKey }[] = [];
  for (const entry of entries) {
    if (entry.statement.predicateType !== sealingKey.predicateType) continue;
    const key = await keyOf(entry, residencies);
    if (key !== undefined && parseTime(key.notAfter) > time) found.push({ entry, key });
  }
  const newest = [...Map.groupBy(found, ({ key }) => key.center).values()].flatMap((keys) =>
    keys.slice(-keysOfCenter),
  );
  return newest.map(({ entry }) => entry).sort((a, b) => a.index - b.index);
}

/** What another one signed, or what is of no version that is published, is left out: it is not ours to judge. */
async function keyOf(entry: Entry, residencies: readonly Residency[]): Promise<SealingKey | undefined> {
  try {
    const { predicate } = expectKind(entry.statement, sealingKey);
    const residency = residencies.find(({ policy }) => policy.version === predicate.policy);
    const center = residency?.policy.centers.find(({ id }) => id === predicate.center);
    if (center === undefined) return undefined;
    return await readSealingKey(entry.envelope, center, verifySignature, sha256);
  } catch (error) {
    if (isVitrineError(error)) return undefined;
    throw error;
  }
}

/** The first entry of each statement that a milestone names as done. */
function milestonesIn(entries: readonly Entry[], residencies: readonly Residency[]): readonly Entry[] {
  const named = new Set(residencies.flatMap(({ policy }) => policy.milestones.map(({ done }) => done)));
  const first = new Map<string, Entry>();
  for (const entry of entries) if (named.has(entry.id) && !first.has(entry.id)) first.set(entry.id, entry);
  return [...first.values()];
}
