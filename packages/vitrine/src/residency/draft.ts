// The draft of a residency policy (docs/vendor.md): regions and exceptions as an operator thinks of them, made
// into the list of all countries that is signed (D35).

import {
  countries,
  fields,
  formatTime,
  quote,
  residencyPolicy,
  schema,
  type DataCenter,
  type Json,
  type Milestone,
  type ResidencyPolicy,
  type Schema,
} from '@vitrine/evidence';
import { sha256 } from '@vitrine/host';
import { buildResidency, requireSuccessor } from '@vitrine/reports';
import { fail } from '../codes.ts';
import { readToml } from '../toml.ts';
import { regions } from './regions.ts';

const { list, object, oneOf, text } = schema;

interface CenterPlan {
  readonly id: string;
  readonly countries?: readonly string[];
  readonly regions?: readonly string[];
}

export interface ResidencyDraft {
  /** Witness time; absent: as soon as the notice that was promised allows. */
  readonly effective?: string;
  /** How long the version after this one will be announced: `7d`, `12h`, `0s`. */
  readonly notice: string;
  /** The center of every country that no other takes. */
  readonly default: string;
  readonly center?: readonly CenterPlan[];
  readonly milestone?: readonly Milestone[];
}

const residencyDraft: Schema<ResidencyDraft> = object(
  {
    notice: text(/^(?:0|[1-9][0-9]{0,7})[smhd]$/, 9, 'a duration like 7d, 12h or 0s'),
    default: fields.name,
  },
  {
    effective: fields.time,
    center: list(
      object(
        { id: fields.name },
        {
          countries: list(fields.country, { most: 300 }),
          regions: list(text(/^[A-Za-z -]{3,40}$/, 40, 'the name of a region of M49'), { most: 32 }),
        },
      ),
      { most: 64 },
    ),
    milestone: list(
      object(
        { id: fields.name, what: oneOf('data', 'conveyor', 'signing', 'center'), due: fields.time },
        { done: fields.statementId },
      ),
      { most: 200 },
    ),
  },
);

export function readResidencyDraft(path: string): Promise<ResidencyDraft> {
  return readToml(path, residencyDraft);
}

/** Between the plan and the last signature of its ceremony; notice counts from the log. */
const ceremonySeconds = 86_400;

/** The next version. `now` in seconds; `centers`: those whose public files were imported. */
export function draftResidency(
  draft: ResidencyDraft,
  centers: readonly DataCenter[],
  before: ResidencyPolicy | undefined,
  now: number,
): ResidencyPolicy {
  const named = new Set([draft.default, ...(draft.center ?? []).map(({ id }) => id)]);
  const policy: ResidencyPolicy = {
    version: (before?.version ?? 0) + 1,
    issuedAt: formatTime(now),
    effective: draft.effective ?? formatTime(now + delayAfter(before)),
    notice: secondsOf(draft.notice),
    centers: [...named].sort().map((id) => centerNamed(id, centers)),
    countries: assign(draft),
    milestones: (draft.milestone ?? []).toSorted((a, b) => (a.id < b.id ? -1 : 1)),
  };
  const checked = residencyPolicy.schema.check(policy as unknown as Json);
  buildResidency(checked, sha256);
  if (before !== undefined) requireSuccessor(before, checked);
  return checked;
}

function delayAfter(before: ResidencyPolicy | undefined): number {
  if (before === undefined || before.notice === 0) return 0;
  return before.notice + ceremonySeconds;
}

function secondsOf(duration: string): number {
  const unit = { s: 1, m: 60, h: 3_600, d: 86_400 }[duration.slice(-1)] ?? 1;
  return Number(duration.slice(0, -1)) * unit;
}

function centerNamed(id: string, centers: readonly DataCenter[]): DataCenter {
  const center = centers.find((one) => one.id === id);
  if (center === undefined)
    throw fail(
      'residency-draft.center',
      `there is no data center "${id}": import its public.json with "vitrine residency import"`,
    );
  return center;
}

/**
 * Every country: by its own name, or else by the smallest region that was named, or else to the default. Two
 * centers that claim one country equally closely are a mistake, and which wins is not ours to guess.
 */
function assign(draft: ResidencyDraft): Readonly<Record<string, string>> {
  const claims = (draft.center ?? []).flatMap((center) => claimsOf(center));
  return Object.fromEntries(
    countries.map((country) => {
      const own = claims.filter((claim) => claim.countries.includes(country));
      const least = Math.min(...own.map(({ countries: all }) => all.length));
      const closest = own.filter(({ countries: all }) => all.length === least);
      const [first, ...others] = [...new Set(closest.map(({ center }) => center))];
      if (others.length > 0)
        throw fail(
          'residency-draft.country',
          `${country} is claimed by ${[first, ...others].join(' and ')}: name it at one of them alone`,
        );
      return [country, first ?? draft.default];
    }),
  );
}

interface Claim {
  readonly center: string;
  readonly countries: readonly string[];
}

function claimsOf({ id, countries: named = [], regions: wanted = [] }: CenterPlan): readonly Claim[] {
  const unknown = named.find((code) => !countries.includes(code));
  if (unknown !== undefined)
    throw fail('residency-draft.country', `${unknown} is no country code of ISO 3166-1`);
  return [
    ...named.map((code) => ({ center: id, countries: [code] })),
    ...wanted.map((region) => {
      const inside = regions.get(region);
      if (inside === undefined)
        throw fail(
          'residency-draft.region',
          `${quote(region)} is no region of M49; these are: ${[...regions.keys()].join(', ')}`,
        );
      return { center: id, countries: inside };
    }),
  ];
}
