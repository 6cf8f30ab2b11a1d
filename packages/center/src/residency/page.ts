// Which country's data is kept where, over time, with what was promised by when (D35).

import { parseTime } from '@vitrine/evidence';
import { drainedCenters, milestonesAt, planMoves, type LoggedResidency } from '@vitrine/reports';
import type { CenterContext } from '../context.ts';
import type {
  CenterRow,
  CountryRow,
  MilestoneView,
  ResidencyPage,
  ResidencyVersion,
} from '../contract/residency.ts';
import { countryName, namedCountries } from './names.ts';
import { allCenters, countriesOf, versionsOf, type Versions } from './versions.ts';

export function describeResidency(context: CenterContext): ResidencyPage {
  const { sharing, checkedAt, trouble } = context.residency.state();
  const versions = versionsOf(context);
  const newest = context.custody.newestPolicy();
  return {
    checkedAt: checkedAt ?? null,
    time: sharing?.time ?? null,
    trouble: trouble ?? null,
    inForce: versions.inForce?.policy.version ?? null,
    unserved: newest !== undefined && newest.version > versions.all.length ? newest : null,
    versions: versions.all.map((one) => viewVersion(context, versions, one)).toReversed(),
    centers: allCenters(versions).map((center): CenterRow => {
      const { id, name, operator, country } = center;
      const { counts, trouble: silence } = context.residency.says(id);
      const serves = countriesOf(versions.inForce, id).length;
      return {
        id,
        name,
        operator,
        country,
        countryName: countryName(country),
        serves,
        willServe: countriesOf(versions.announced ?? versions.inForce, id).length,
        said:
          counts === undefined
            ? null
            : {
                records: counts.records.reduce((sum, { count }) => sum + count, 0),
                bytes: counts.records.reduce((sum, { bytes }) => sum + bytes, 0),
                at: counts.at,
              },
        trouble: silence ?? null,
      };
    }),
    countries: versions.all.length === 0 ? [] : namedCountries.map((one) => viewCountry(versions, one)),
    milestones: viewMilestones(context, versions),
  };
}

function viewVersion(
  { following }: CenterContext,
  { all, inForce, time }: Versions,
  one: LoggedResidency,
): ResidencyVersion {
  const { policy, digest, index } = one;
  const { version, issuedAt, effective, notice } = policy;
  const before = all[version - 2]?.policy;
  const had = new Set(before?.centers.map(({ id }) => id));
  // Of the last witnessed checkpoint that this Center saw without the entry: it was logged later than that.
  const after = following.log.rows.at(index)?.seen.after;
  return {
    version,
    digest,
    index,
    issuedAt,
    effective,
    notice,
    state: one === inForce ? 'in-force' : parseTime(effective) > time ? 'announced' : 'past',
    late: before !== undefined && after !== undefined && parseTime(effective) - after < before.notice,
    moves:
      before === undefined
        ? []
        : planMoves(before, policy).map((move) => ({ ...move, name: countryName(move.country) })),
    added: policy.centers.map(({ id }) => id).filter((id) => !had.has(id)),
    drained: before === undefined ? [] : drainedCenters(before, policy),
  };
}

function viewCountry(
  { all, inForce, announced }: Versions,
  { code, name }: { readonly code: string; readonly name: string },
): CountryRow {
  const spans: CountryRow['spans'][number][] = [];
  for (const { policy } of all) {
    const center = policy.countries[code];
    if (center !== undefined && center !== spans.at(-1)?.center)
      spans.push({ version: policy.version, effective: policy.effective, center });
  }
  const center = inForce?.policy.countries[code] ?? null;
  return { code, name, center, next: announced?.policy.countries[code] ?? center, spans };
}

/** As the version in force promises them; before there is one, as the first that is announced does. */
export function viewMilestones(
  { following, residency }: CenterContext,
  { all, inForce, time }: Versions,
): readonly MilestoneView[] {
  const of = inForce ?? all[0];
  if (of === undefined) return [];
  const { rows } = following.log;
  const proven = residency.state().sharing?.logged ?? new Set<string>();
  const entryOf = (id: string): { readonly index: number; readonly kind: string } | undefined =>
    rows
      .mentions(id, 20)
      .flatMap(({ part, counts, index, kind }) =>
        part === 'statement' && counts ? [{ index, kind }] : [],
      )[0];
  return milestonesAt(of.policy, time, (id) => proven.has(id) || entryOf(id) !== undefined).map(
    ({ id, what, due, state, done }) => {
      if (done === undefined) return { id, what, due, state, done: null };
      const entry = entryOf(done);
      return {
        id,
        what,
        due,
        state,
        done: { id: done, index: entry?.index ?? null, kind: entry?.kind ?? null },
      };
    },
  );
}
