// Rows of the log as pages show them.

import { headKeysAt, parseEnvelope, parseStatement, payloadOf, type Statement } from '@vitrine/evidence';
import type { CenterContext } from '../context.ts';
import type { EntryView, LogView } from '../contract/log.ts';
import type { EntryRow, EntryRows } from '../follow/entries.ts';

export function viewLog({ following: { log }, options }: CenterContext): LogView {
  const { policy, log: address } = options;
  const { origin, size, root, witnessTime, checkedAt, trouble, newer } = log.state();
  const now = { origin, index: Number.MAX_SAFE_INTEGER };
  return {
    origin,
    address,
    vkeys: headKeysAt(policy, now).log.map(({ vkey }) => vkey),
    size,
    root: root ?? null,
    witnessTime: witnessTime ?? null,
    checkedAt: checkedAt ?? null,
    trouble: trouble ?? null,
    policy: { version: policy.document.version, digest: policy.digest },
    newer,
    contradictions: log.contradictions().length,
  };
}

/** Of a row whose kind is not `unreadable`. */
export function statementIn({ kind, bytes }: EntryRow): Statement | undefined {
  return kind === 'unreadable' ? undefined : parseStatement(payloadOf(parseEnvelope(bytes)));
}

export function viewEntry(row: EntryRow): EntryView {
  const { index, kind, leaf, objection, seen } = row;
  return {
    index,
    kind,
    id: row.id ?? null,
    leaf,
    keyid: row.keyid ?? null,
    operator: row.operator ?? null,
    role: row.role ?? null,
    counts: objection === undefined,
    objection: objection ?? null,
    product: row.product ?? null,
    channel: row.channel ?? null,
    sequence: row.sequence ?? null,
    subjects: (statementIn(row)?.subject ?? []).map(({ name, digest }) => ({ name, sha256: digest.sha256 })),
    seenAt: seen.at,
  };
}

/** The page about what a digest names: a release, a tree of source, or the entry of a statement. */
export function pageOf(rows: EntryRows, digest: string): string | undefined {
  for (const { part, kind, counts, index, product, channel, sequence } of rows.mentions(digest, 100)) {
    if (part === 'statement') return `/log/entries/${index}`;
    if (part !== 'subject' || !counts) continue;
    if (kind === 'source') return `/source/${digest}`;
    if (kind === 'release') return releasePage(product, channel, sequence);
  }
  return undefined;
}

export function releasePage(
  product: string | undefined,
  channel: string | undefined,
  sequence: number | undefined,
): string | undefined {
  if (product === undefined || channel === undefined || sequence === undefined) return undefined;
  return `/releases/${encodeURIComponent(product)}/${encodeURIComponent(channel)}/${sequence}`;
}
