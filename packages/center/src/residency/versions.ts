// The versions of the residency policy as of now: which one is in force is a question of witness time (D19).

import { fromBase64, isVitrineError, keyidOf, parseTime, type DataCenter } from '@vitrine/evidence';
import { sha256 } from '@vitrine/host';
import { residencyAt, type LoggedResidency } from '@vitrine/reports';
import type { CenterContext } from '../context.ts';

export interface Versions {
  /** From 1 on. */
  readonly all: readonly LoggedResidency[];
  readonly inForce: LoggedResidency | undefined;
  /** The last one that is announced and not in force yet. */
  readonly announced: LoggedResidency | undefined;
  /** Seconds: the newest time that witnesses attested to this Center. */
  readonly time: number;
}

export function versionsOf({ residency, log }: CenterContext): Versions {
  const { sharing } = residency.state();
  const time = Math.max(sharing?.time ?? 0, log.state().witnessTime ?? 0);
  const all = sharing?.residencies ?? [];
  const inForce = all.find(({ digest }) => digest === digestAt(all, time));
  const last = all.at(-1);
  const announced = last === undefined || parseTime(last.policy.effective) <= time ? undefined : last;
  return { all, inForce, announced, time };
}

/** Undefined before the first version is in force; that versions follow each other was checked. */
function digestAt(all: readonly LoggedResidency[], time: number): string | undefined {
  try {
    return residencyAt(all, time).digest;
  } catch (error) {
    if (isVitrineError(error, 'residency.none')) return undefined;
    throw error;
  }
}

/** A data center as the newest version in force, else the newest that lists it, describes it. */
export function listingOf(
  { all, inForce }: Versions,
  id: string,
): { readonly center: DataCenter; readonly stated: LoggedResidency } | undefined {
  const newestFirst = [...(inForce === undefined ? [] : [inForce]), ...all.toReversed()];
  for (const stated of newestFirst) {
    const center = stated.policy.centers.find((one) => one.id === id);
    if (center !== undefined) return { center, stated };
  }
  return undefined;
}

/** Of its identity keys, by whichever version lists them: what an earlier one signed stays its own. */
export function identitiesOf({ all }: Versions, id: string): ReadonlySet<string> {
  const listed = all.flatMap(({ policy }) => policy.centers.filter((center) => center.id === id));
  return new Set(listed.map(({ identity }) => keyidOf(fromBase64(identity), sha256)));
}

/** Every data center that any version lists, by id. */
export function allCenters(versions: Versions): readonly DataCenter[] {
  const ids = new Set(versions.all.flatMap(({ policy }) => policy.centers.map(({ id }) => id)));
  return [...ids].toSorted().flatMap((id) => listingOf(versions, id)?.center ?? []);
}

export function countriesOf(residency: LoggedResidency | undefined, center: string): readonly string[] {
  return Object.entries(residency?.policy.countries ?? {}).flatMap(([code, id]) =>
    id === center ? code : [],
  );
}
