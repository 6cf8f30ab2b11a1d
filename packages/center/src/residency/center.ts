// One data center: what the policy says of it, what it logged, and what it says of itself beside that.

import {
  fromBase64,
  isVitrineError,
  keyAt,
  keyidOf,
  parseEnvelope,
  parseTime,
  parseVkey,
  type DataCenter,
} from '@vitrine/evidence';
import { sha256, verifySignature } from '@vitrine/host';
import { readSealingKey, sealingKeyId } from '@vitrine/reports';
import { fail } from '../codes.ts';
import type { CenterContext } from '../context.ts';
import type { CenterPage, HeadView, LedgerView, SealingKeyView } from '../contract/residency.ts';
import type { Counts } from './counts.ts';
import type { CustodyLog, LoggedHead } from './logged.ts';
import { countryName } from './names.ts';
import { countriesOf, identitiesOf, listingOf, versionsOf, type Versions } from './versions.ts';

const headsShown = 50;
const keysShown = 30;
const contradictionsShown = 10;

export async function describeCenter(context: CenterContext, id: string): Promise<CenterPage> {
  const { custody } = context;
  const versions = versionsOf(context);
  const found = listingOf(versions, id);
  if (found === undefined)
    throw fail('center.not-found', 'no version of the residency policy lists such a data center');
  const { center, stated } = found;
  const { inForce, announced } = versions;
  const { policy } = context.options;
  const keyid = keyidOf(fromBase64(center.identity), sha256);
  const identities = identitiesOf(versions, id);
  const { counts, trouble } = context.residency.says(id);
  const now = countriesOf(inForce, id);
  const then = countriesOf(announced, id);
  const isListed = (one: typeof inForce): boolean =>
    one?.policy.centers.some((listed) => listed.id === id) ?? false;
  return {
    id,
    name: center.name,
    operator: center.operator,
    organisation: policy.operators.get(center.operator)?.name ?? null,
    country: center.country,
    countryName: countryName(center.country),
    state: isListed(inForce) ? 'in-force' : isListed(announced) ? 'announced' : 'past',
    intake: center.intake,
    stated: { version: stated.policy.version, index: stated.index },
    identity: { keyid, state: identityState(context, keyid, center.operator) },
    countries: now.map((code) => ({ code, name: countryName(code) })),
    next:
      announced === undefined
        ? null
        : {
            version: announced.policy.version,
            index: announced.index,
            effective: announced.policy.effective,
            joins: then.filter((code) => !now.includes(code)),
            leaves: now.filter((code) => !then.includes(code)),
          },
    sealingKeys: await viewSealingKeys(custody, versions, center),
    ledgers: (['custody', 'access'] as const).map((purpose) =>
      viewLedger(custody, center, identities, purpose, counts),
    ),
    counts:
      counts === undefined
        ? null
        : {
            address: counts.address,
            readAt: counts.readAt,
            at: counts.at,
            records: counts.records,
            refusals: counts.refusals,
          },
    trouble: trouble ?? null,
  };
}

/** By the trust policy that this Center is pinned to, for what would enter the log now (D10). */
function identityState(
  { options: { policy }, log }: CenterContext,
  keyid: string,
  operator: string,
): CenterPage['identity']['state'] {
  const key = policy.keys.get(keyid);
  if (key?.role !== 'datacenter' || key.operator !== operator) return 'unlisted';
  const now = { origin: policy.document.log.origin, index: log.state().size };
  return keyAt(policy, keyid, 'datacenter', now) === undefined ? 'ended' : 'listed';
}

/** The newest that its identity keys logged, each judged as an endpoint judges it (D20). */
function viewSealingKeys(
  custody: CustodyLog,
  versions: Versions,
  { id: center }: DataCenter,
): Promise<readonly SealingKeyView[]> {
  const { all, time: now } = versions;
  const identities = identitiesOf(versions, center);
  const logged = custody.sealingKeys().filter(({ keyid }) => identities.has(keyid));
  return Promise.all(
    logged
      .slice(-keysShown)
      .toReversed()
      .map(async ({ index, envelope, predicate }): Promise<SealingKeyView> => {
        const { publicKey, policy, notBefore, notAfter, graceUntil } = predicate;
        // By the version under which it was made, as whoever seals to it judges it.
        const listed = all.find((one) => one.policy.version === policy)?.policy.centers;
        const maker = listed?.find((one) => one.id === center);
        const isSound = maker !== undefined && (await isSealingKey(envelope, maker));
        const state = !isSound
          ? 'invalid'
          : now < parseTime(notBefore)
            ? 'next'
            : now < parseTime(notAfter)
              ? 'in-use'
              : now < parseTime(graceUntil)
                ? 'grace'
                : 'ended';
        const id = sealingKeyId(fromBase64(publicKey), sha256);
        return { id, index, policy, notBefore, notAfter, graceUntil, state };
      }),
  );
}

async function isSealingKey(envelope: Uint8Array, center: DataCenter): Promise<boolean> {
  try {
    await readSealingKey(parseEnvelope(envelope), center, verifySignature, sha256);
    return true;
  } catch (error) {
    if (isVitrineError(error, 'sealing-key.invalid')) return false;
    throw error;
  }
}

function viewLedger(
  custody: CustodyLog,
  center: DataCenter,
  identities: ReadonlySet<string>,
  purpose: LedgerView['purpose'],
  counts: Counts | undefined,
): LedgerView {
  const vkey = purpose === 'custody' ? center.ledger : center.access;
  const origin = parseVkey(vkey, sha256).name;
  const heads = custody.heads(identities, origin);
  const said = counts?.[purpose] ?? null;
  return {
    purpose,
    origin,
    vkey,
    heads: heads.slice(-headsShown).toReversed().map(viewHead),
    logged: heads.length,
    said,
    compared: compare(heads, said),
    contradictions: contradictionsIn(heads),
  };
}

function viewHead({ index, size, root, issuedAt }: LoggedHead): HeadView {
  return { index, size, root, issuedAt };
}

/** Its own word against the log's. Of a ledger that only grows, one root of a size is true. */
function compare(heads: readonly LoggedHead[], said: LedgerView['said']): LedgerView['compared'] {
  const newest = heads.at(-1);
  if (newest === undefined || said === null) return 'unknown';
  const equal = heads.find(({ size }) => size === said.size);
  if (equal !== undefined && equal.root !== said.root) return 'other';
  if (said.size === newest.size) return 'equal';
  return said.size > newest.size ? 'ahead' : 'behind';
}

/** Two roots of one size, or a ledger that became shorter: neither can be honest. */
export function contradictionsIn(heads: readonly LoggedHead[]): LedgerView['contradictions'] {
  const bySize = new Map<number, LoggedHead>();
  const found: [HeadView, HeadView][] = [];
  let longest: LoggedHead | undefined;
  for (const head of heads) {
    const other = bySize.get(head.size) ?? head;
    bySize.set(head.size, other);
    if (found.length >= contradictionsShown) break;
    if (other.root !== head.root) found.push([viewHead(other), viewHead(head)]);
    else if (longest !== undefined && head.size < longest.size)
      found.push([viewHead(longest), viewHead(head)]);
    if (longest === undefined || head.size > longest.size) longest = head;
  }
  return found;
}
