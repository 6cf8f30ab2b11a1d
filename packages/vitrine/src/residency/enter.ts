// A log that takes the place of another one (D24) begins empty, and a sharing file proves everything against one
// checkpoint: what the repository serves of residency is therefore entered into it again, signature by signature (D9).

import { join } from 'node:path';
import {
  formatTime,
  isVitrineError,
  parseDocument,
  statementIdOf,
  statementOf,
  type Envelope,
} from '@vitrine/evidence';
import type { Ledger, Publisher } from '@vitrine/conveyor';
import { sha256 } from '@vitrine/host';
import { parseSharing, sharingLimit, type SharingFile } from '@vitrine/reports';
import { isJudged } from '../append.ts';
import { readIfPresent } from '../files.ts';
import type { VendorFolder } from '../vendor/folder.ts';
import { publishedResidencies } from './folder.ts';

export interface Entered {
  /** What was entered, in words, with its place. */
  readonly entered: readonly string[];
  /** What this log does not take, and why: its signer counts no more. */
  readonly refused: readonly string[];
}

interface Lacking {
  readonly what: string;
  readonly envelope: Envelope;
}

/**
 * `ledger`: refreshed with the publisher's reader. Does nothing where the log has all of it, and goes on where it was
 * stopped: sharing.json, from which the proven statements come, is replaced only once the log holds a policy, so that
 * the policies are entered last.
 */
export async function enterResidency(
  vendor: Pick<VendorFolder, 'public'>,
  { policy, appender, clock }: Pick<Publisher, 'policy' | 'appender' | 'clock'>,
  ledger: Ledger,
): Promise<Entered> {
  const held = new Set(ledger.entries.map(({ envelope }) => placeOf(envelope)));
  const served = await readServed(vendor);
  const proven = served === undefined ? [] : provenIn(served, formatTime(clock.now() / 1000));
  const lacking = [...proven, ...(await documentsIn(vendor, policy))].filter(
    ({ envelope }) => !held.has(placeOf(envelope)),
  );
  const entered: string[] = [];
  const refused: string[] = [];
  for (const { what, envelope } of lacking)
    try {
      entered.push(`${what}, entry ${(await appender.append(envelope)).index}`);
    } catch (error) {
      // A log that is not there will be; one that refuses a statement stops no other.
      if (!isVitrineError(error) || !isJudged(error)) throw error;
      refused.push(`${what}: ${error.message} (${error.code})`);
    }
  return { entered, refused };
}

/** One signature of one statement is one entry (D9). */
function placeOf(envelope: Envelope): string {
  return `${statementIdOf(envelope, sha256)} ${envelope.signatures[0]?.keyid ?? ''}`;
}

async function documentsIn(
  vendor: Pick<VendorFolder, 'public'>,
  { root }: Publisher['policy'],
): Promise<readonly Lacking[]> {
  const published = await publishedResidencies(vendor, root);
  return published.flatMap(({ document, policy: { version } }) => {
    const { signatures, ...statement } = parseDocument(document);
    return signatures.map((signature) => ({
      what: `residency policy ${version}, signed by ${signature.keyid.slice(0, 16)}`,
      envelope: { ...statement, signatures: [signature] },
    }));
  });
}

/** As it was judged when it was written; what is entered is judged again by whoever reads the log. */
async function readServed({
  public: folder,
}: Pick<VendorFolder, 'public'>): Promise<SharingFile | undefined> {
  const bytes = await readIfPresent(join(folder, 'sharing.json'), sharingLimit);
  return bytes === undefined ? undefined : parseSharing(bytes);
}

/** Milestones that are kept, and sealing keys that are not over. */
function provenIn({ milestones, sealingKeys }: SharingFile, now: string): readonly Lacking[] {
  const inUse = sealingKeys.filter(({ envelope }) => {
    const { notAfter } = statementOf(envelope).predicate as { readonly notAfter?: unknown };
    return typeof notAfter === 'string' && notAfter > now;
  });
  return [
    ...milestones.map(({ envelope }) => ({ what: 'a statement that a milestone names', envelope })),
    ...inUse.map(({ envelope }) => ({ what: 'a sealing key', envelope })),
  ];
}
