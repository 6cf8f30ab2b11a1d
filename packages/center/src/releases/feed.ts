// Releases as an Atom feed (RFC 4287). Identifiers are tag URIs of what is in the log, so that an entry stays
// the same entry wherever the Center moves.

import type { ReleaseFacts } from './facts.ts';

const most = 50;

/** Characters that XML 1.0 has no form for are left out; the five with a meaning are written as references. */
export function escapeXml(text: string): string {
  return text
    .replaceAll(/[^\t\n\r\u{20}-\u{d7ff}\u{e000}-\u{fffd}\u{10000}-\u{10ffff}]/gu, '')
    .replaceAll(/[&<>"']/g, (character) => `&#${String(character.codePointAt(0))};`);
}

const words: Readonly<Record<ReleaseFacts['state'], string>> = {
  announced: 'in the log, in no publication yet',
  published: 'published',
  superseded: 'superseded by a later release',
  held: 'on hold: a rebuild gave other bytes',
  withdrawn: 'withdrawn',
};

export interface FeedPlace {
  /** The Center's address, without a slash at the end. */
  readonly origin: string;
  /** Of the log. */
  readonly log: string;
  readonly vendor: string;
  readonly threshold: number;
  /** Of the log's newest checkpoint, in seconds. */
  readonly updated: number;
}

/** Newest first; an entry is updated by the last statement that changed the state of its release. */
export function atomFeed(releases: readonly ReleaseFacts[], place: FeedPlace): string {
  const sorted = [...releases].sort((a, b) => updatedAt(b) - updatedAt(a)).slice(0, most);
  return `<?xml version="1.0" encoding="utf-8"?>
<feed xmlns="http://www.w3.org/2005/Atom">
<title>${escapeXml(`Releases of ${place.vendor}`)}</title>
<id>${escapeXml(tag(place, 'releases'))}</id>
<updated>${time(sorted[0] === undefined ? place.updated : updatedAt(sorted[0]))}</updated>
<author><name>${escapeXml(place.vendor)}</name></author>
<link rel="self" type="application/atom+xml" href="${escapeXml(`${place.origin}/feed.atom`)}"/>
<link rel="alternate" type="text/html" href="${escapeXml(`${place.origin}/releases`)}"/>
${sorted.map((one) => entry(one, place)).join('')}</feed>
`;
}

function entry(one: ReleaseFacts, place: FeedPlace): string {
  const { product, channel, sequence, version, state, artifacts, votes } = one;
  const page = [product, channel, sequence].map((part) => encodeURIComponent(part)).join('/');
  const digests = artifacts.map(({ sha256, predicate }) => `${predicate.output} ${sha256}`).join('; ');
  return `<entry>
<title>${escapeXml(`${product} ${version} (${channel} ${sequence}): ${words[state]}`)}</title>
<id>${escapeXml(tag(place, `release/${page}`))}</id>
<published>${time(Math.min(...artifacts.map(({ seenAt }) => seenAt)))}</published>
<updated>${time(updatedAt(one))}</updated>
<category term="${escapeXml(state)}"/>
<link rel="alternate" type="text/html" href="${escapeXml(`${place.origin}/releases/${page}`)}"/>
<link rel="alternate" type="application/json" href="${escapeXml(`${place.origin}/releases/${page}.json`)}"/>
<summary>${escapeXml(`${words[state]}. ${votes.agreeing} of ${place.threshold} rebuilders gave the same bytes. ${digests}`)}</summary>
</entry>
`;
}

/** RFC 4151, with the date of the specification of this feed: it names nothing but what follows it. */
function tag({ log }: FeedPlace, what: string): string {
  const [authority = ''] = log.split('/');
  const safe = /^[a-z0-9.-]+$/i.test(authority) ? authority : 'log.invalid';
  return `tag:${safe},2026:vitrine:${encodeURIComponent(log)}:${what}`;
}

function updatedAt({ artifacts, withdrawals, votes, resolutions, published, holds }: ReleaseFacts): number {
  const held = new Set(holds.map(({ index }) => index));
  const changes = votes.votes.flatMap((vote) => vote.words).filter(({ index }) => held.has(index));
  const all = [...artifacts, ...withdrawals, ...changes, ...resolutions];
  return Math.max(...all.map(({ seenAt }) => seenAt), published?.seenAt ?? 0);
}

function time(seconds: number): string {
  return new Date(seconds * 1_000).toISOString().replace('.000Z', 'Z');
}
