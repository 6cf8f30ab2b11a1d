// Positions in the log and its shards: the clock of the trust policy (D10).

export interface Position {
  readonly origin: string;
  readonly index: number;
}

/** Orders positions: shards in their order of life, then by index. Unknown shards have no place. */
export type Timeline = (position: Position) => readonly [number, number] | undefined;

export function timeline(origins: readonly string[]): Timeline {
  return ({ origin, index }) => {
    const shard = origins.indexOf(origin);
    return shard < 0 ? undefined : [shard, index];
  };
}

/** Negative where `a` comes first. */
export function comparePlaces(a: readonly [number, number], b: readonly [number, number]): number {
  return a[0] - b[0] || a[1] - b[1];
}

/** A key counts from `from` on and below `until`; at positions of unknown shards it counts nowhere. */
export function isValidAt(
  { from, until }: { readonly from: Position; readonly until?: Position },
  position: Position,
  place: Timeline,
): boolean {
  const here = place(position);
  const start = place(from);
  if (here === undefined || start === undefined || comparePlaces(here, start) < 0) return false;
  if (until === undefined) return true;
  const end = place(until);
  return end !== undefined && comparePlaces(here, end) < 0;
}

/** The position at which the keys of a checkpoint are judged: its last entry. */
export function checkpointPosition({
  origin,
  size,
}: {
  readonly origin: string;
  readonly size: number;
}): Position {
  return { origin, index: Math.max(size - 1, 0) };
}
