// One entry, decoded, with where everything that it names is found.

import { fromUtf8, isVitrineError, toBase64, type Json, type TrustPolicy } from '@vitrine/evidence';
import { sha256 as hostSha256 } from '@vitrine/host';
import { fail } from '../codes.ts';
import type { CenterContext } from '../context.ts';
import { contentOf, walk } from '../contract/entry-content.ts';
import type { DigestLinks, EntryDetail, KeyView, OpeningView } from '../contract/log.ts';
import type { EntryRow, EntryRows } from '../follow/entries.ts';
import type { Openings } from './openings.ts';
import { pageOf, releasePage, statementIn, viewEntry, viewLog } from './views.ts';

const mostDigests = 100;
const mostMentions = 8;

export async function describeEntry(
  context: CenterContext,
  openings: Openings,
  index: number,
): Promise<EntryDetail> {
  const { rows } = context.following.log;
  const row = rows.at(index);
  if (row === undefined) throw fail('center.not-found', `this Center has no entry ${index} of the log`);
  const statement = statementIn(row);
  const predicate = statement?.predicate;
  const digests = new Set([
    ...(row.id === undefined ? [] : [row.id]),
    ...(statement?.subject ?? []).map(({ digest }) => digest.sha256),
    ...digestsIn(predicate),
  ]);
  return {
    log: viewLog(context),
    entry: viewEntry(row),
    bytes: row.bytes.length,
    seenAfter: row.seen.after ?? null,
    predicateType: statement?.predicateType ?? null,
    predicate: predicate ?? null,
    raw: rawOf(row.bytes),
    key: keyOf(row.keyid, context.options.policy) ?? null,
    links: [...digests].slice(0, mostDigests).map((digest) => linksOf(rows, digest, index)),
    release: releasePage(row.product, row.channel, row.sequence) ?? null,
    sealed: await Promise.all(
      contentOf(row.bytes, hostSha256).sealed.map(async (one): Promise<OpeningView> => ({
        ...one,
        opened: (await openings.find(one.commitment)) ?? null,
      })),
    ),
    alsoSigned: othersOf(rows, row),
  };
}

function linksOf(rows: EntryRows, sha256: string, own: number): DigestLinks {
  const page = pageOf(rows, sha256);
  const mentions = rows.mentions(sha256, mostMentions + 1).filter(({ index }) => index !== own);
  return {
    sha256,
    // A link of the page to itself leads nowhere.
    page: page === undefined || page === `/log/entries/${own}` ? null : page,
    mentions: mentions.slice(0, mostMentions).map(({ index, kind, part }) => ({ index, kind, part })),
    mentioned: Math.max(0, rows.mentionCount(sha256) - 1),
  };
}

function othersOf(rows: EntryRows, { id, index, keyid }: EntryRow): EntryDetail['alsoSigned'] {
  if (id === undefined) return [];
  return rows
    .find({ digest: id, limit: 64 })
    .filter((one) => one.id === id && one.index !== index && one.keyid !== keyid)
    .map((one) => ({ index: one.index, operator: one.operator ?? null }));
}

function keyOf(keyid: string | undefined, { keys, root, operators }: TrustPolicy): KeyView | undefined {
  if (keyid === undefined) return undefined;
  const key = keys.get(keyid);
  const holder = key ?? root.keys.find((one) => one.keyid === keyid);
  if (holder === undefined) return undefined;
  return {
    keyid,
    operator: holder.operator,
    organisation: operators.get(holder.operator)?.name ?? null,
    role: key?.role ?? 'root',
    from: key?.from.index ?? null,
    until: key?.until?.index ?? null,
  };
}

function rawOf(bytes: Uint8Array): EntryDetail['raw'] {
  try {
    return { encoding: 'utf8', text: fromUtf8(bytes) };
  } catch (error) {
    if (!isVitrineError(error)) throw error;
    return { encoding: 'base64', text: toBase64(bytes) };
  }
}

function digestsIn(predicate: Json | undefined): readonly string[] {
  return [...walk(predicate)].flatMap(([, value]) =>
    typeof value === 'string' && /^[0-9a-f]{64}$/.test(value) ? [value] : [],
  );
}
