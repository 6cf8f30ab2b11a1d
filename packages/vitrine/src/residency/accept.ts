// A supervisor takes a residency policy into its folder by hand, as it takes a trust policy (D5): from then on its
// witness cosigns the ledgers of these data centers, and its desk knows their identity keys.

import { join } from 'node:path';
import {
  expectKind,
  formatEnvelope,
  fromUtf8,
  isVitrineError,
  parseDocument,
  parseVkey,
  residencyPolicy,
  statementOf,
  utf8,
  type DataCenter,
  type ResidencyPolicy,
  type TrustPolicy,
} from '@vitrine/evidence';
import { sha256, writeDurable } from '@vitrine/host';
import {
  buildResidency,
  parseSharing,
  rememberSharing,
  sharingLimit,
  type ProvenPolicy,
  type Sharing,
} from '@vitrine/reports';
import { fail } from '../codes.ts';
import { readConfig, witnessConfig } from '../config.ts';
import { readFile, readIfPresent } from '../files.ts';
import { readSupervisorFolder } from '../supervisor-folder.ts';
import { disagreements } from './agreement.ts';
import { residencyBytes } from './folder.ts';
import { judge, sharingFrom } from './source.ts';

export interface Accepted {
  readonly version: number;
  readonly centers: readonly string[];
  /** Origins that the witness did not follow before. */
  readonly ledgers: readonly string[];
  /** Whose identity key the trust policy ended: in words. */
  readonly ended: readonly string[];
}

/** `digest`: of the highest version that is served; what was accepted before binds. */
export async function acceptResidency(digest: string, from: string, into: string): Promise<Accepted> {
  const { policy: trust } = await readSupervisorFolder(into);
  const bytes = await sharingFrom(from);
  const sharing = await judge(bytes, trust);
  const last = sharing.residencies.at(-1);
  if (last?.digest !== digest)
    throw fail(
      'residency.digest',
      `${from} has residency policy ${last?.policy.version ?? 0} with the digest ${last?.digest ?? ''}, not the one that you named`,
    );
  const ended = requireTrusted(last.policy, trust, from, into);
  await requireOnward(sharing, into, trust);
  // The witness first: it may follow a ledger that the folder does not know yet, and never the other way round.
  const ledgers = await followLedgers(into, sharing);
  await writeDurable(join(into, 'sharing.json'), bytes);
  await writeDurable(join(into, 'residency.json'), documentOf(bytes));
  return { version: last.policy.version, centers: last.policy.centers.map(({ id }) => id), ledgers, ended };
}

/**
 * A center that our trust policy does not list would be followed for nothing: its sealing keys count for nobody who
 * judges by that policy, and our desk refuses what it asks. One whose key was ended stays named until its countries
 * have moved, so that it is told, and stops nothing.
 */
function requireTrusted(
  policy: ResidencyPolicy,
  { document }: TrustPolicy,
  from: string,
  into: string,
): readonly string[] {
  const found = disagreements(policy, document);
  const unlisted = found.find(({ ended }) => !ended);
  if (unlisted !== undefined)
    throw fail(
      'residency.trust',
      `${unlisted.reason}, and nothing that is sealed to it would count: first run "vitrine policy accept DIGEST --from ${from} --into ${into}" with a trust policy that lists it`,
    );
  return found.map(({ reason }) => reason);
}

/** Version and policy only go forward, and with the notice that was promised. */
async function requireOnward(sharing: Sharing, into: string, trust: TrustPolicy): Promise<void> {
  const before = await readIfPresent(join(into, 'residency.json'), residencyBytes);
  if (before === undefined) return;
  // It was judged when it was accepted; a root that came since may know too few of its signers to do it again.
  const { predicate } = expectKind(statementOf(parseDocument(before)), residencyPolicy);
  const { policy, digest } = buildResidency(predicate, sha256);
  const last = await lastSeen(into, trust);
  rememberSharing(sharing, { size: 0, ...last, version: policy.version, digest });
}

/** When the log had which size, by the file that was accepted before; nothing where it holds no more. */
async function lastSeen(
  into: string,
  trust: TrustPolicy,
): Promise<{ readonly size: number; readonly time: number } | undefined> {
  const kept = await readIfPresent(join(into, 'sharing.json'), sharingLimit);
  if (kept === undefined) return undefined;
  try {
    const { size, time } = await judge(kept, trust);
    return { size, time };
  } catch (error) {
    if (isVitrineError(error)) return undefined;
    throw error;
  }
}

/** The signed document of the highest version. */
function documentOf(bytes: Uint8Array): Uint8Array {
  const { document } = parseSharing(bytes).policies.at(-1) as ProvenPolicy;
  return formatEnvelope(document);
}

/** Of every version: a center that drains has ledgers still. Answers the origins that are new. */
async function followLedgers(folder: string, { residencies }: Sharing): Promise<readonly string[]> {
  const path = join(folder, 'witness', 'witness.toml');
  const { logs } = await readConfig(join(folder, 'witness'), 'witness.toml', witnessConfig);
  const keys = new Map(residencies.flatMap(({ policy }) => policy.centers.flatMap(ledgersOf)));
  const added: string[] = [];
  for (const [origin, vkey] of keys) {
    const known = logs.find((log) => log.origin === origin);
    if (known === undefined) added.push(origin);
    else if (!known.keys.includes(vkey))
      throw fail('residency.ledger', `the witness knows the ledger ${origin} by another key`, { at: path });
  }
  if (added.length === 0) return added;
  const text = fromUtf8(await readFile(path)).replace(/\n*$/, '\n');
  const tables = added.map((origin) => ledgerTable(origin, keys.get(origin) as string));
  await writeDurable(path, utf8(text + tables.join('')));
  return added;
}

function ledgersOf({ ledger, access }: DataCenter): readonly (readonly [string, string])[] {
  return [ledger, access].map((vkey) => [parseVkey(vkey, sha256).name, vkey] as const);
}

function ledgerTable(origin: string, vkey: string): string {
  return `
[[logs]]
# A ledger of a data center, from the residency policy that we accepted by hand.
origin = ${JSON.stringify(origin)}
keys = [${JSON.stringify(vkey)}]
`;
}
