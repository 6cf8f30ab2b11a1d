// The trees of source that the log names (D13), with what was ordered, built and released from each.
// Which trees there are is a function of the log alone; what is in them comes from the vendor's source
// store and counts for nothing until it hashes to what the log says.

import {
  expectKind,
  isVitrineError,
  order as orderKind,
  parseMaterials,
  parseTreeListing,
  provenance as provenanceKind,
  release as releaseKind,
  source as sourceKind,
  subjectOf,
  toHex,
  treeDigest,
  treeLimits,
  type Material,
  type Kind,
  type Order,
  type Statement,
  type TreeFile,
} from '@vitrine/evidence';
import { openStore, sha256, type OpenObject, type Store } from '@vitrine/host';
import type { LogIndex } from '../context.ts';
import { fail } from './codes.ts';

export interface TreeRelease {
  readonly product: string;
  readonly channel: string;
  readonly platform: string;
  readonly version: string;
  readonly sequence: number;
  /** SHA-256 of the file that endpoints install. */
  readonly artifact: string;
  readonly order: string;
  /** Of the release statement in the log. */
  readonly index: number;
  readonly seenAt: number;
}

export interface TreeOrder {
  readonly id: string;
  readonly index: number;
  readonly order: Order;
  /** Outputs that builders stated for this order. */
  readonly built: readonly { readonly index: number; readonly outputs: string; readonly builder: string }[];
}

export interface SourceStatement {
  readonly index: number;
  readonly id: string;
  readonly product: string;
  readonly gitCommit: string;
  readonly gitTree: string;
  readonly listing: { readonly sha256: string; readonly size: number };
}

/** What the log says about a tree, without looking into it. */
export interface LoggedTree {
  /** Tree digest, hex. */
  readonly digest: string;
  /** Sorted. */
  readonly products: readonly string[];
  readonly files: number;
  readonly bytes: number;
  /** In the order of the log; at least one. */
  readonly sources: readonly SourceStatement[];
  readonly orders: readonly TreeOrder[];
  readonly releases: readonly TreeRelease[];
}

export interface ReleasedTree {
  readonly digest: string;
  readonly products: readonly string[];
  readonly releases: readonly TreeRelease[];
  /** Informative: the newest source statement's. */
  readonly gitCommit: string;
  /** Sorted by path bytes; paths encoded as in docs/spec/tree.md. */
  readonly files: readonly TreeFile[];
  readonly logged: LoggedTree;
  /** The file of this encoded path. */
  file(path: string): TreeFile | undefined;
}

export interface Trees {
  /** In the order in which the log first names them. */
  all(): readonly LoggedTree[];
  logged(digest: string): LoggedTree | undefined;
  /**
   * The tree with its verified listing; undefined where no counting statement names it. Throws
   * `source.store-missing` or `source.store-lies`.
   */
  tree(digest: string): Promise<ReleasedTree | undefined>;
  /** The verified bytes of a file: `source.store-missing`, `source.store-lies`, `source.too-large`. */
  readBlob(sha256: string, maxBytes?: number): Promise<Uint8Array>;
  /** The same as a stream, hashed before its first byte; the caller closes it. */
  openBlob(sha256: string): Promise<OpenObject>;
  /** The materials manifest of an order. */
  materials(order: Order): Promise<readonly Material[]>;
}

type Log = Pick<LogIndex, 'entries' | 'version'>;

/** Files beyond this are refused by the conveyor already. */
const mostBlobBytes = 268_435_456;
/** Verified listings are kept up to this many files altogether: some 120 MB. */
const mostKeptFiles = 400_000;

export interface TreesOptions {
  readonly log: Log;
  /** The folder of the source store. */
  readonly store: string;
  /** Manifests of materials, where they are not in the source store: the repository's `blob` folder or the like. */
  readonly readMaterials?: ((sha256: string) => Promise<Uint8Array>) | undefined;
}

export function openTrees({ log, store: folder, readMaterials }: TreesOptions): Trees {
  const store = openStore(folder);
  /** What the log says as of `version`. Owned here. */
  let kept: { readonly version: number; readonly trees: ReadonlyMap<string, LoggedTree> } | undefined;
  /** Listings, verified or being read, least recently used first. Owned here. */
  const listings = new Map<string, { readonly files: number; readonly reading: Promise<Listing> }>();

  function trees(): ReadonlyMap<string, LoggedTree> {
    const { version } = log;
    if (kept?.version !== version) kept = { version, trees: readLog(log) };
    return kept.trees;
  }

  function listingOf(logged: LoggedTree): Promise<Listing> {
    const { digest, files } = logged;
    const known = listings.get(digest);
    const reading = known?.reading ?? readListing(store, logged);
    listings.delete(digest);
    listings.set(digest, { files, reading });
    if (known === undefined) {
      // A store that is mended is asked again.
      reading.catch(() => listings.delete(digest));
      let sum = 0;
      for (const [other, { files: count }] of [...listings].reverse()) {
        sum += count;
        if (sum > mostKeptFiles && other !== digest) listings.delete(other);
      }
    }
    return reading;
  }

  return {
    all: () => [...trees().values()],
    logged: (digest) => trees().get(digest),
    async tree(digest) {
      const logged = trees().get(digest);
      if (logged === undefined) return undefined;
      const { files, byPath } = await listingOf(logged);
      return {
        digest,
        products: logged.products,
        releases: logged.releases,
        gitCommit: (logged.sources.at(-1) as SourceStatement).gitCommit,
        files,
        logged,
        file: (path) => byPath.get(path),
      };
    },
    readBlob: (digest, maxBytes = mostBlobBytes) => readObject(store, digest, maxBytes, 'file'),
    openBlob: (digest) => asked('file', digest, mostBlobBytes, () => store.open(digest)),
    async materials({ materials: { sha256: digest, size } }) {
      const bytes =
        readMaterials === undefined
          ? await readObject(store, digest, Math.min(size, 16 << 20), 'materials manifest')
          : await readMaterials(digest);
      if (toHex(sha256(bytes)) !== digest) throw lies('materials manifest', digest);
      return parseMaterials(bytes).materials;
    },
  };
}

interface Listing {
  readonly files: readonly TreeFile[];
  readonly byPath: ReadonlyMap<string, TreeFile>;
}

async function readListing(store: Store, { digest, sources }: LoggedTree): Promise<Listing> {
  let fault: unknown;
  // Statements for two products may name the same tree by listings that differ in sizes alone.
  for (const { listing } of sources) {
    try {
      if (listing.size > treeLimits.bytes)
        throw fail('source.too-large', `the listing ${listing.sha256} is too large`);
      const bytes = await readObject(store, listing.sha256, listing.size, 'listing');
      const { files } = parseTreeListing(bytes);
      if (toHex(treeDigest({ files }, sha256)) !== digest) {
        throw fail(
          'source.store-lies',
          `the listing ${listing.sha256} is signed for the tree ${digest}, but gives another tree digest`,
        );
      }
      return { files, byPath: new Map(files.map((file) => [file.path, file])) };
    } catch (error) {
      fault ??= error;
    }
  }
  throw fault;
}

function readObject(store: Store, digest: string, maxBytes: number, what: string): Promise<Uint8Array> {
  return asked(what, digest, maxBytes, () => store.get(digest, { maxBytes }));
}

/** Objects come from a folder that others write: the name is what was asked for, the bytes are hashed. */
async function asked<T>(what: string, digest: string, maxBytes: number, ask: () => Promise<T>): Promise<T> {
  try {
    return await ask();
  } catch (error) {
    if (isVitrineError(error, 'store.missing') || isVitrineError(error, 'store.name'))
      throw fail('source.store-missing', `the source store does not hold the ${what} ${digest}`, {
        cause: error,
      });
    if (isVitrineError(error, 'store.altered')) throw lies(what, digest, error);
    if (isVitrineError(error, 'store.too-large'))
      throw fail('source.too-large', `the ${what} ${digest} has more than ${maxBytes} bytes`, {
        cause: error,
      });
    throw error;
  }
}

function lies(what: string, digest: string, cause?: unknown): Error {
  return fail(
    'source.store-lies',
    `the source store holds other bytes under the name of the ${what} ${digest}`,
    {
      cause,
    },
  );
}

interface Draft {
  readonly digest: string;
  readonly products: Set<string>;
  files: number;
  bytes: number;
  readonly sources: SourceStatement[];
  readonly orders: (TreeOrder & { readonly built: { index: number; outputs: string; builder: string }[] })[];
  readonly releases: TreeRelease[];
}

/** Joins the statements that count: source → order → provenance, release. One that names nothing known is left out. */
function readLog(log: Log): ReadonlyMap<string, LoggedTree> {
  const drafts = new Map<string, Draft>();
  const orders = new Map<string, { readonly draft: Draft; readonly order: Draft['orders'][number] }>();

  for (const { statement, index, id } of counting(log, sourceKind)) {
    const { product, gitCommit, gitTree, listing, files, bytes } = statement.predicate;
    const digest = subjectOf(statement, 'tree') as string;
    let draft = drafts.get(digest);
    if (draft === undefined) {
      draft = { digest, products: new Set(), files, bytes, sources: [], orders: [], releases: [] };
      drafts.set(digest, draft);
    }
    draft.products.add(product);
    draft.sources.push({ index, id, product, gitCommit, gitTree, listing });
  }

  for (const { statement, index, id } of counting(log, orderKind)) {
    const { predicate } = statement;
    const draft = drafts.get(subjectOf(statement, 'tree') as string);
    // Another signature for the same order is the same order.
    if (draft === undefined || orders.has(id)) continue;
    if (!draft.sources.some((source) => source.id === predicate.source)) continue;
    const order = { id, index, order: predicate, built: [] };
    draft.orders.push(order);
    orders.set(id, { draft, order });
  }

  for (const { statement, index } of counting(log, provenanceKind)) {
    const { buildDefinition, runDetails } = statement.predicate;
    orders.get(buildDefinition.externalParameters.order)?.order.built.push({
      index,
      outputs: subjectOf(statement, 'outputs') as string,
      builder: runDetails.builder.id,
    });
  }

  for (const { statement, index, seenAt } of counting(log, releaseKind)) {
    const { product, channel, platform, version, sequence, order } = statement.predicate;
    const artifact = subjectOf(statement, 'artifact') as string;
    orders.get(order)?.draft.releases.push({
      product,
      channel,
      platform,
      version,
      sequence,
      artifact,
      order,
      index,
      seenAt,
    });
  }

  return new Map(
    [...drafts].map(([digest, draft]) => [digest, { ...draft, products: [...draft.products].toSorted() }]),
  );
}

interface Counting<Predicate> {
  readonly index: number;
  readonly id: string;
  readonly seenAt: number;
  readonly statement: Statement<Predicate>;
}

/** The log's admission has checked the form; whoever serves a log may have other ideas. */
function counting<Predicate>(log: Log, kind: Kind<Predicate>): readonly Counting<Predicate>[] {
  return log.entries({ kind: kind.kind }).flatMap(({ counts, index, id, seenAt, statement }) => {
    if (!counts) return [];
    try {
      return [{ index, id, seenAt, statement: expectKind(statement, kind) }];
    } catch (error) {
      if (isVitrineError(error)) return [];
      throw error;
    }
  });
}
