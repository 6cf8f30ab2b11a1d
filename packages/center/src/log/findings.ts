// What supervisors found, and what came of it. Findings are sealed (D11): that there is one, how grave it is and
// what it is about is open; what it says is shown where it was opened.

import {
  finding as findingKind,
  rebuild as rebuildKind,
  resolution as resolutionKind,
  subjectOf,
  type Json,
  type Rebuild,
  type Resolution,
  type Sealed,
} from '@vitrine/evidence';
import { fail } from '../codes.ts';
import type { CenterContext, LoggedEntry } from '../context.ts';
import type {
  DifferenceView,
  FindingDetail,
  FindingsPage,
  FindingsQuery,
  FindingView,
  Severity,
} from '../contract/findings.ts';
import type { Openings } from './openings.ts';
import { pageOf, viewEntry, viewLog } from './views.ts';

type SealedFinding = Sealed & { readonly severity: Severity };

const perPage = 50;

export async function listFindings(
  context: CenterContext,
  openings: Openings,
  { severity, operator, page: asked }: FindingsQuery,
): Promise<FindingsPage> {
  const { log } = context.following;
  const all = log.entries({ kind: findingKind.kind, counts: true, newestFirst: true });
  const counts: Record<Severity, number> = { note: 0, minor: 0, major: 0, critical: 0 };
  for (const one of all) counts[predicateOf<SealedFinding>(one).severity]++;
  const wanted = all.filter(
    (one) =>
      (severity === undefined || predicateOf<SealedFinding>(one).severity === severity) &&
      (operator === undefined || operator === '' || one.operator === operator),
  );
  const pages = Math.max(1, Math.ceil(wanted.length / perPage));
  const page = Math.min(asked ?? 1, pages);
  const shown = wanted.slice((page - 1) * perPage, page * perPage);
  return {
    log: viewLog(context),
    counts,
    total: wanted.length,
    page,
    pages,
    findings: await Promise.all(shown.map((one) => viewFinding(context, openings, one))),
    differences: differences(context),
    operators: [...new Set(all.flatMap((one) => one.operator ?? []))].toSorted(),
  };
}

export async function describeFinding(
  context: CenterContext,
  openings: Openings,
  index: number,
): Promise<FindingDetail> {
  const { log } = context.following;
  const entry = log.entry(index);
  if (entry?.kind !== findingKind.kind)
    throw fail('center.not-found', `entry ${index} of the log is no finding`);
  const view = await viewFinding(context, openings, entry);
  const others = log
    .entries({ kind: findingKind.kind, about: view.about, counts: true })
    .filter((one) => one.index !== index);
  return {
    log: viewLog(context),
    finding: view,
    objection: log.rows.at(index)?.objection ?? null,
    keyid: entry.keyid,
    seenAt: entry.seenAt,
    others: await Promise.all(others.map((one) => viewFinding(context, openings, one))),
    differences: differences(context).filter(
      ({ product, order }) => order === view.about || (product !== null && product === view.product),
    ),
  };
}

async function viewFinding(
  { following: { log } }: CenterContext,
  openings: Openings,
  entry: LoggedEntry,
): Promise<FindingView> {
  const { commitment, heldBy, severity, issuedAt } = predicateOf<SealedFinding>(entry);
  const about = subjectOf(entry.statement, 'about') ?? '';
  const opened = await openings.find(commitment);
  // A statement identifier first; else whatever is about the same thing.
  const [named] = log.rows.mentions(about, 50).filter(({ part }) => part === 'statement');
  const row = named === undefined ? undefined : log.rows.at(named.index);
  return {
    index: entry.index,
    severity,
    operator: entry.operator ?? null,
    issuedAt,
    about,
    entry: row === undefined ? null : viewEntry(row),
    page: pageOf(log.rows, about) ?? null,
    product: log.rows.at(entry.index)?.product ?? null,
    sealed: { commitment, heldBy, member: '', opened: opened ?? null },
    code: codeIn(opened?.body) ?? null,
    counts: entry.counts,
  };
}

/** docs/spec/finding-codes.md; people's findings need not have one. */
function codeIn(body: Json | undefined): string | undefined {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) return undefined;
  const code = (body as Readonly<Record<string, Json>>)['code'];
  return typeof code === 'string' && /^[a-z][a-z-]{0,63}$/.test(code) ? code : undefined;
}

/** Every rebuild that differs, newest first, with the answer to it. */
function differences({ following: { log }, options: { policy } }: CenterContext): readonly DifferenceView[] {
  const answers = log.entries({ kind: resolutionKind.kind, counts: true });
  return log
    .entries({ kind: rebuildKind.kind, counts: true, newestFirst: true })
    .filter((one) => predicateOf<Rebuild>(one).result === 'differs')
    .map((one) => {
      const { order } = predicateOf<Rebuild>(one);
      // `upheld` is final; otherwise the latest answer stands.
      const own = answers.filter(
        (answer) =>
          predicateOf<Resolution>(answer).differs === one.index &&
          subjectOf(answer.statement, 'order') === order,
      );
      const answer =
        own.find((candidate) => predicateOf<Resolution>(candidate).outcome === 'upheld') ?? own.at(-1);
      return {
        index: one.index,
        operator: one.operator ?? null,
        order,
        product: log.rows.at(one.index)?.product ?? null,
        seenAt: one.seenAt,
        due: one.seenAt + policy.document.resolutionDeadline,
        resolution: answer === undefined ? null : viewResolution(answer),
      };
    });
}

function viewResolution(answer: LoggedEntry): NonNullable<DifferenceView['resolution']> {
  const { outcome, issuedAt } = predicateOf<Resolution>(answer);
  return { index: answer.index, outcome, operator: answer.operator ?? null, issuedAt };
}

/** Of an entry whose kind was checked when it was read. */
function predicateOf<Predicate>({ statement }: LoggedEntry): Predicate {
  return statement.predicate as unknown as Predicate;
}
