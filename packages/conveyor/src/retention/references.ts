// What the stores of a conveyor or a rebuilder must go on holding: everything that a statement in the log
// names, and what the listings and manifests that it names list in turn (D12: a blob that is named and not
// served is a finding).

import {
  expectKind,
  isVitrineError,
  order as orderKind,
  parseMaterials,
  parseOutputs,
  parseTime,
  parseTreeListing,
  provenance as provenanceKind,
  publication as publicationKind,
  rebuild as rebuildKind,
  release as releaseKind,
  source as sourceKind,
  statementIdOf,
  statementOf,
  treeLimits,
  type Json,
  type Kind,
  type Statement,
} from '@vitrine/evidence';
import { sha256, type Store } from '@vitrine/host';
import type { LogEntry, LogView } from '../log.ts';

export interface Retention {
  /**
   * Seconds since 1970: what the log says only about orders that were never released, and said before
   * this, is not kept. Absent: everything in the log is kept for ever.
   */
  readonly unreleasedBefore?: number | undefined;
}

export interface References {
  readonly has: (sha256: string) => boolean;
  readonly statements: number;
  /** Statements that retention lets go. */
  readonly dropped: number;
  /** Listings and manifests of sources, orders and provenances that are kept and that the stores do not hold. */
  readonly absent: readonly string[];
}

interface Stores {
  readonly source: Store;
  readonly blobs: Store;
}

/** Reads the whole log; throws `store.altered` where a listing or manifest is not what its name says. */
export async function findReferences(
  log: LogView,
  stores: Stores,
  retention: Retention = {},
): Promise<References> {
  const said = await readLog(log);
  const dropped = expired(said, retention);
  const kept = said.filter((one) => !dropped.has(one));
  const digests = new Set(kept.flatMap(({ digests: some }) => some));
  const absent: string[] = [];
  for (const one of kept) {
    for (const { store, digest, list } of lists(one, stores)) {
      const found = await listedIn(store, digest, list);
      // A rebuild that differs names outputs that only the rebuilder has.
      if (found === undefined && as(one.statement, rebuildKind) === undefined) absent.push(digest);
      for (const listed of found ?? []) digests.add(listed);
    }
  }
  return { has: (digest) => digests.has(digest), statements: said.length, dropped: dropped.size, absent };
}

interface Said {
  readonly id: string;
  readonly statement: Statement;
  /** Everything in it that may be the name of an object. */
  readonly digests: readonly string[];
  /** The latest moment at which it can have been logged, as far as later entries tell. */
  by: number;
}

async function readLog(log: LogView): Promise<readonly Said[]> {
  const said: Said[] = [];
  for await (const entry of log.entries(0)) {
    const one = read(entry);
    if (one !== undefined) said.push(one);
  }
  // An entry is older than every later one: so it was there when any of those was signed.
  let earliest = Number.POSITIVE_INFINITY;
  for (const one of said.toReversed()) {
    earliest = Math.min(earliest, timeIn(one.statement) ?? earliest);
    one.by = earliest;
  }
  return said;
}

function read({ envelope }: LogEntry): Said | undefined {
  try {
    const statement = statementOf(envelope);
    const digests = [...digestsIn(statement as unknown as Json)];
    return { id: statementIdOf(envelope, sha256), statement, digests, by: Number.POSITIVE_INFINITY };
  } catch (error) {
    if (isVitrineError(error)) return undefined; // A log may hold what is no statement of ours.
    throw error;
  }
}

/** Also of kinds that this version does not know: whatever looks like a digest is kept. */
function* digestsIn(value: Json): Generator<string> {
  if (typeof value === 'string') {
    if (/^[0-9a-f]{64}$/.test(value)) yield value;
  } else if (typeof value === 'object' && value !== null) {
    for (const inner of Object.values(value) as readonly Json[]) yield* digestsIn(inner);
  }
}

/** The predicate, where the statement is a valid one of this kind. */
function as<Predicate>(statement: Statement, kind: Kind<Predicate>): Predicate | undefined {
  if (statement.predicateType !== kind.predicateType) return undefined;
  try {
    return expectKind(statement, kind).predicate;
  } catch (error) {
    if (isVitrineError(error)) return undefined;
    throw error;
  }
}

/** When it says that it was made. The vendor's own words alone: others could make its orders look old. */
function timeIn(statement: Statement): number | undefined {
  const time =
    as(statement, provenanceKind)?.runDetails.metadata.finishedOn ?? as(statement, publicationKind)?.issuedAt;
  return time === undefined ? undefined : parseTime(time);
}

/** Sources, orders, provenances and rebuilds of what was never released, said long enough ago. */
function expired(said: readonly Said[], { unreleasedBefore }: Retention): ReadonlySet<Said> {
  const gone = new Set<Said>();
  if (unreleasedBefore === undefined) return gone;
  const released = new Set(said.map(({ statement }) => as(statement, releaseKind)?.order));
  const isOld = ({ by }: Said): boolean => by < unreleasedBefore;
  const goneOrders = new Set<string>();
  const neededSources = new Set<string>();
  for (const one of said) {
    const order = as(one.statement, orderKind);
    if (order === undefined) continue;
    if (isOld(one) && !released.has(one.id)) goneOrders.add(one.id);
    else neededSources.add(order.source);
  }
  for (const one of said) {
    const isSource = as(one.statement, sourceKind) !== undefined;
    if (isSource ? isOld(one) && !neededSources.has(one.id) : goneOrders.has(orderOf(one) ?? ''))
      gone.add(one);
  }
  return gone;
}

/** The order that it is, or that it reports on. Findings, resolutions and the like are always kept. */
function orderOf({ id, statement }: Said): string | undefined {
  if (as(statement, orderKind) !== undefined) return id;
  return (
    as(statement, provenanceKind)?.buildDefinition.externalParameters.order ??
    as(statement, rebuildKind)?.order
  );
}

interface List {
  readonly store: Store;
  readonly digest: string;
  readonly list: (bytes: Uint8Array) => readonly string[];
}

/** The objects that this statement names and that list others. */
function lists({ statement }: Said, { source, blobs }: Stores): readonly List[] {
  const listing = as(statement, sourceKind)?.listing;
  if (listing !== undefined) return [{ store: source, digest: listing.sha256, list: filesIn }];
  const materials = as(statement, orderKind)?.materials;
  if (materials !== undefined) return [{ store: blobs, digest: materials.sha256, list: materialsIn }];
  return statement.subject
    .filter(({ name }) => name === 'outputs')
    .map(({ digest }) => ({ store: blobs, digest: digest.sha256, list: outputsIn }));
}

const filesIn = (bytes: Uint8Array): readonly string[] =>
  parseTreeListing(bytes).files.map((file) => file.sha256);
const materialsIn = (bytes: Uint8Array): readonly string[] =>
  parseMaterials(bytes).materials.map((material) => material.sha256);
const outputsIn = (bytes: Uint8Array): readonly string[] =>
  parseOutputs(bytes).outputs.map((output) => output.sha256);

/** Undefined where the store does not hold it. An object that is no list, whoever called it one, lists nothing. */
async function listedIn(
  store: Store,
  digest: string,
  list: List['list'],
): Promise<readonly string[] | undefined> {
  let bytes: Uint8Array;
  try {
    bytes = await store.get(digest, { maxBytes: treeLimits.bytes });
  } catch (error) {
    if (isVitrineError(error, 'store.missing')) return undefined;
    if (isVitrineError(error, 'store.too-large')) return [];
    throw error;
  }
  try {
    return list(bytes);
  } catch (error) {
    if (isVitrineError(error)) return [];
    throw error;
  }
}
