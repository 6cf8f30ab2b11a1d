// The tiles of the overview, one small judgement each. What is proven is what this Center has checked with
// what anyone may fetch; what it could not check is said to be open; what the policy gives a time for is late
// when that has passed.

import {
  finding,
  order as orderKind,
  parseTime,
  publication as publicationKind,
  quorumClaim,
} from '@vitrine/evidence';
import type { CenterContext } from '../context.ts';
import type { OverviewTile, Topic } from '../contract/overview.ts';
import { ballotOn, lineOf, type ReleaseFacts } from '../releases/facts.ts';
import { votesOn } from '../rebuilds/votes.ts';
import { residencyTiles } from '../residency/tiles.ts';

function tile(
  topic: Topic,
  [group, mark, to]: readonly [OverviewTile['group'], OverviewTile['mark'], string],
  rest: Partial<Omit<OverviewTile, 'topic' | 'group' | 'mark' | 'to'>> = {},
): OverviewTile {
  return { topic, group, mark, to, about: '', at: null, count: 0, of: 0, detail: '', ...rest };
}

export const pageOf = ({
  product,
  channel,
  sequence,
}: Pick<ReleaseFacts, 'product' | 'channel' | 'sequence'>): string =>
  `/releases/${product}/${channel}/${sequence}`;

/** D8: what a supervisor said is to stand in the log after ten minutes. */
const loggedWithin = 600;
/** A rebuild takes a build's time; after an hour somebody should look. */
const rebuiltWithin = 3_600;

/** Before what ends, in seconds: when it is time to renew it. */
const renewBefore: Readonly<Record<string, number>> = { timestamp: 6 * 3_600, snapshot: 2 * 86_400 };
const renewBeforeElse = 14 * 86_400;

export async function overviewTiles(
  context: CenterContext,
  releases: readonly ReleaseFacts[],
): Promise<readonly OverviewTile[]> {
  const now = Math.floor(context.clock.now() / 1000);
  return [
    ...logTiles(context, now),
    ...releases.filter((one) => isNewest(one, releases)).flatMap((one) => releaseTiles(one, context)),
    ...rebuildTiles(context, releases, now),
    ...(await publicationTiles(context, now)),
    ...repositoryTiles(context, now),
    ...supervisorTiles(context, now),
    ...findingTiles(context),
    ...residencyTiles(context),
  ];
}

function isNewest(one: ReleaseFacts, releases: readonly ReleaseFacts[]): boolean {
  const line = releases.filter((other) => lineOf(other) === lineOf(one));
  // What speaks against an older release matters while no later one is published.
  const current = line.findLast(({ state }) => state === 'published');
  return one.sequence >= (current?.sequence ?? 0) || one === line.at(-1);
}

function logTiles({ log, options: { policy } }: CenterContext, now: number): readonly OverviewTile[] {
  const { size, witnessTime, trouble, witnesses, newer, checkpoint } = log.state();
  const { quorum, faulty } = policy.document.witnesses;
  const current = witnesses.filter(({ until }) => until === undefined);
  const operators = Map.groupBy(current, ({ operator }) => operator);
  const { maxAge } = policy.document.freshness;
  const tiles: OverviewTile[] = [];
  if (trouble !== undefined)
    tiles.push(
      tile('log-trouble', [trouble.kind === 'lies' ? 'open' : 'late', 'bad', '/log'], {
        at: trouble.since,
        detail: trouble.message,
        about: trouble.code,
      }),
    );
  if (checkpoint !== undefined && trouble?.kind !== 'lies')
    tiles.push(
      tile('log-consistent', ['proven', 'ok', '/log/witnesses'], {
        at: witnessTime ?? null,
        count: size,
        of: quorum,
        detail: quorumClaim({ size: quorum, faulty }, operators.size),
      }),
    );
  if (witnessTime !== undefined && now - witnessTime > maxAge / 4)
    tiles.push(
      tile('log-witness-late', ['late', now - witnessTime > maxAge ? 'bad' : 'warn', '/log/witnesses'], {
        at: witnessTime,
      }),
    );
  for (const [operator, keys] of operators) {
    const time = Math.max(...keys.map((one) => one.time ?? 0));
    if (time === 0 || (witnessTime ?? now) - time > maxAge / 4)
      tiles.push(
        tile('witness-late', ['late', 'warn', '/log/witnesses'], {
          about: operator,
          at: time === 0 ? null : time,
        }),
      );
  }
  for (const { kind, index, version } of newer)
    tiles.push(
      tile('policy-newer', ['open', 'warn', `/log/entries/${index}`], { about: kind, count: version }),
    );
  return tiles;
}

function releaseTiles(one: ReleaseFacts, { options: { policy } }: CenterContext): readonly OverviewTile[] {
  const { threshold } = policy.document.rebuilds;
  const { agreeing } = one.votes;
  const rest = {
    about: `${one.product} ${one.version}`,
    at: one.artifacts[0]?.seenAt ?? null,
    count: agreeing,
    of: threshold,
    detail: one.channel,
  };
  const page = pageOf(one);
  switch (one.state) {
    case 'withdrawn':
      return [tile('release-withdrawn', ['open', 'bad', page], rest)];
    case 'held':
      return [tile('release-held', ['open', 'bad', page], rest)];
    case 'announced':
      return [tile('release-unpublished', ['open', 'wait', page], rest)];
    case 'published':
    case 'superseded':
      return [
        agreeing >= threshold
          ? tile('release-proven', ['proven', 'ok', page], rest)
          : tile('release-unrebuilt', ['open', 'warn', page], rest),
        ...(one.reviews.length === 0 ? [tile('reviews-none', ['open', 'info', page], rest)] : []),
      ];
  }
}

function rebuildTiles(
  { ledger, options: { policy } }: CenterContext,
  releases: readonly ReleaseFacts[],
  now: number,
): readonly OverviewTile[] {
  const { rebuilds, resolutionDeadline } = policy.document;
  const pages = new Map(
    releases.map((one) => [one.order?.id, `/rebuilds/${one.product}/${one.channel}/${one.sequence}`]),
  );
  const tiles: OverviewTile[] = [];
  for (const { id, predicate, seenAt } of ledger.of(orderKind)) {
    const votes = votesOn(ballotOn(ledger, id, predicate.environment.sandbox), policy);
    const to = pages.get(id) ?? '/rebuilds';
    const about = `${predicate.product} ${predicate.version}`;
    const waiting = votes.votes.filter(({ result }) => result === 'waiting').length;
    if (votes.agreeing < rebuilds.threshold && waiting > 0) {
      const isLate = now - seenAt > rebuiltWithin;
      tiles.push(
        tile('rebuilds-outstanding', isLate ? ['late', 'warn', to] : ['open', 'wait', to], {
          about,
          at: seenAt,
          count: votes.agreeing,
          of: rebuilds.threshold,
        }),
      );
    }
    // Upheld is an answer, too: it is final, and the release stays on hold.
    const open = votes.votes.flatMap(
      ({ words }) => words.find(({ differs, resolution }) => differs && resolution === undefined) ?? [],
    );
    const [first] = open.toSorted((a, b) => a.index - b.index);
    if (first !== undefined) {
      const deadline = first.seenAt + resolutionDeadline;
      const isOver = now > deadline;
      tiles.push(
        tile(isOver ? 'difference-overdue' : 'difference-open', [isOver ? 'late' : 'open', 'bad', to], {
          about,
          at: deadline,
          detail: open.map(({ operator }) => operator).join(', '),
          count: first.index,
        }),
      );
    }
  }
  return tiles;
}

async function publicationTiles(
  { ledger, options: { policy }, repository }: CenterContext,
  now: number,
): Promise<readonly OverviewTile[]> {
  const { maxAge } = policy.document.freshness;
  const latest = ledger.of(publicationKind).at(-1);
  if (latest === undefined) return [tile('publication-missing', ['open', 'wait', '/releases'])];
  const { issuedAt, seq, asOf, active } = latest.predicate;
  const to = `/log/entries/${latest.index}`;
  const issued = parseTime(issuedAt);
  const rest = { at: issued, count: seq, of: maxAge };
  const age = now - issued;
  const freshness =
    age > maxAge
      ? tile('publication-stale', ['late', 'bad', to], rest)
      : age > maxAge / 4
        ? tile('publication-late', ['late', 'warn', to], rest)
        : repository.state().trouble === undefined
          ? tile('publication-fresh', ['proven', 'ok', to], rest)
          : undefined;
  const computed = await ledger.activeBelow(asOf);
  const isTrue =
    computed.length === active.length &&
    computed.every((one, i) => {
      const listed = active[i];
      return listed?.kind === one.kind && listed.index === one.index && listed.about === one.about;
    });
  return [
    ...(freshness === undefined ? [] : [freshness]),
    isTrue
      ? tile('active-true', ['proven', 'ok', to], { count: active.length, of: asOf })
      : tile('active-false', ['open', 'bad', to], { count: active.length, of: computed.length }),
  ];
}

function repositoryTiles({ repository }: CenterContext, now: number): readonly OverviewTile[] {
  const { trouble, checkedAt, roles, publication, targets } = repository.state();
  const tiles: OverviewTile[] = [];
  if (trouble !== undefined)
    tiles.push(
      tile('repository-trouble', [trouble.kind === 'down' ? 'late' : 'open', 'bad', '/releases'], {
        at: trouble.since,
        detail: trouble.message,
        about: trouble.code,
      }),
    );
  else if (checkedAt !== undefined)
    tiles.push(
      tile(
        'repository-verified',
        ['proven', 'ok', publication === undefined ? '/releases' : `/log/entries/${publication.index}`],
        { at: checkedAt, count: targets.size, of: roles.length },
      ),
    );
  for (const { name, expires } of roles) {
    const left = expires - now;
    if (left > (renewBefore[name] ?? renewBeforeElse)) continue;
    const topic = left <= 0 ? 'role-expired' : 'role-expiring';
    tiles.push(tile(topic, ['late', left <= 0 ? 'bad' : 'warn', '/releases'], { about: name, at: expires }));
  }
  return tiles;
}

function supervisorTiles({ following }: CenterContext, now: number): readonly OverviewTile[] {
  return following.supervisors
    .reports()
    .flatMap(({ operator, trouble, unlogged, reached, statements }): readonly OverviewTile[] => {
      const tiles: OverviewTile[] = [];
      if (trouble !== undefined)
        tiles.push(
          tile('supervisor-unreachable', ['late', 'warn', '/log/witnesses'], {
            about: operator,
            at: reached ?? trouble.since,
            detail: trouble.message,
          }),
        );
      const overdue = unlogged.filter(({ seen }) => now - seen > loggedWithin);
      const oldest = Math.min(...unlogged.map(({ seen }) => seen));
      if (unlogged.length > 0)
        tiles.push(
          tile(
            overdue.length > 0 ? 'statement-overdue' : 'statement-unlogged',
            overdue.length > 0 ? ['late', 'bad', '/log/witnesses'] : ['open', 'wait', '/log/witnesses'],
            { about: operator, at: oldest, count: unlogged.length },
          ),
        );
      if (trouble === undefined && unlogged.length === 0 && reached !== undefined)
        tiles.push(
          tile('supervisor-agrees', ['proven', 'ok', '/log/witnesses'], {
            about: operator,
            at: reached,
            count: statements,
          }),
        );
      return tiles;
    });
}

function findingTiles({ ledger }: CenterContext): readonly OverviewTile[] {
  const all = ledger.of(finding);
  if (all.length === 0) return [];
  const grave = all.filter(
    ({ predicate }) => predicate.severity === 'critical' || predicate.severity === 'major',
  );
  return [
    tile('findings', ['open', grave.length > 0 ? 'bad' : 'info', '/findings'], {
      count: all.length,
      of: grave.length,
      at: all.at(-1)?.seenAt ?? null,
    }),
  ];
}
