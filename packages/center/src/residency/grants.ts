// Who was let read what: a grant is sealed (D11), so the log shows that there is one, by whom and when; what it
// says is shown where its supervisor opened it. How many records were read stands in the roots of the ledgers
// of reads.

import {
  canonicalJson,
  isVitrineError,
  parseTime,
  parseVkey,
  type Json,
  type Sealed,
} from '@vitrine/evidence';
import { sha256 } from '@vitrine/host';
import { parseGrantBody } from '@vitrine/reports';
import type { CenterContext } from '../context.ts';
import type { GrantsPage, GrantView, ReadingsView } from '../contract/custody.ts';
import type { Openings } from '../log/openings.ts';
import type { Logged } from './logged.ts';
import { allCenters, identitiesOf, versionsOf } from './versions.ts';

const perPage = 50;
const pointsShown = 120;

export async function describeGrants(
  context: CenterContext,
  openings: Openings,
  asked: number | undefined,
): Promise<GrantsPage> {
  const all = context.custody.grants();
  const pages = Math.max(1, Math.ceil(all.length / perPage));
  const page = Math.min(asked ?? 1, pages);
  const newestFirst = all.toReversed().slice((page - 1) * perPage, page * perPage);
  const grants = await Promise.all(newestFirst.map((one) => viewGrant(context, openings, one)));
  const byOperator = Map.groupBy(all, ({ operator }) => operator);
  return {
    total: all.length,
    opened: grants.filter(({ sealed }) => sealed.opened !== null).length,
    page,
    pages,
    grants,
    bySupervisor: [...byOperator].map(([operator, some]) => ({ operator, count: some.length })),
    ledgers: viewReadings(context),
  };
}

async function viewGrant(
  { options: { policy }, log }: CenterContext,
  openings: Openings,
  { index, operator, seenAt, predicate: { commitment, heldBy, issuedAt } }: Logged<Sealed>,
): Promise<GrantView> {
  const opened = await openings.find(commitment);
  return {
    index,
    operator,
    organisation: policy.operators.get(operator)?.name ?? null,
    issuedAt,
    seenAt,
    sealed: { commitment, heldBy, member: '', opened: opened ?? null },
    body: opened === undefined ? null : bodyOf(opened.body, log.state().witnessTime ?? 0),
  };
}

/** Null where a supervisor opened something else: it is shown as it is, below its entry. */
function bodyOf(body: Json, now: number): GrantView['body'] {
  try {
    const { center, who, why, until, records } = parseGrantBody(canonicalJson(body));
    return { center, who, why, until, records: records.length, ended: parseTime(until) <= now };
  } catch (error) {
    if (isVitrineError(error)) return null;
    throw error;
  }
}

function viewReadings(context: CenterContext): readonly ReadingsView[] {
  const versions = versionsOf(context);
  return allCenters(versions).map(({ id, name, access }) => {
    const origin = parseVkey(access, sha256).name;
    const heads = context.custody.heads(identitiesOf(versions, id), origin);
    return {
      center: id,
      name,
      origin,
      readings: heads.at(-1)?.size ?? null,
      points: thinned(heads).map(({ index, issuedAt, size }) => ({ index, at: issuedAt, size })),
    };
  });
}

/** The first, the last, and some of those between at equal distances. */
function thinned<T>(all: readonly T[]): readonly T[] {
  if (all.length <= pointsShown) return all;
  const step = (all.length - 1) / (pointsShown - 1);
  return Array.from({ length: pointsShown }, (_, i) => all[Math.round(i * step)] as T);
}
