// What a rebuilder gathers before it builds: from the log the order and the source statement, from
// anywhere the objects they name. Nothing is believed but digests and the signatures of listed keys.

import {
  expectKind,
  isVitrineError,
  order as orderKind,
  parseMaterials,
  quote,
  sameDigest,
  source as sourceKind,
  statementIdOf,
  statementOf,
  subjectOf,
  type Material,
  type Order,
  type Source,
} from '@vitrine/evidence';
import { eachBounded, sha256, type Store } from '@vitrine/host';
import type { Authority } from './authority.ts';
import { fail } from './codes.ts';
import type { LogEntry, LogView } from './log.ts';
import { integrityOf, materialBytes } from './materials/cache.ts';
import type { ObjectFetcher } from './objects.ts';
import { describeTree, sourceLimits, type SourceTree } from './source.ts';

export interface Ordered {
  readonly orderId: string;
  /** The index of the order in the log. */
  readonly index: number;
  readonly order: Order;
  readonly source: Source;
  readonly treeDigest: string;
}

/** Finds an order and the source statement it names; both must be logged, and signed by listed keys. */
export async function findOrder(orderId: string, log: LogView, authority: Authority): Promise<Ordered> {
  const sources = new Map<string, LogEntry>();
  for await (const entry of log.entries(0)) {
    const id = statementIdOf(entry.envelope, sha256);
    if (id === orderId) return readOrder(orderId, entry, sources, authority);
    if (isSource(entry)) sources.set(id, entry);
  }
  throw fail('order.missing', `the log holds no order ${quote(orderId)}`);
}

function isSource({ envelope }: LogEntry): boolean {
  try {
    return statementOf(envelope).predicateType === sourceKind.predicateType;
  } catch (error) {
    if (isVitrineError(error)) return false;
    throw error;
  }
}

async function readOrder(
  orderId: string,
  entry: LogEntry,
  earlier: ReadonlyMap<string, LogEntry>,
  authority: Authority,
): Promise<Ordered> {
  const statement = expectKind(statementOf(entry.envelope), orderKind);
  await authority.require(entry, orderKind.role);
  const order = statement.predicate;
  const sourceEntry = earlier.get(order.source);
  if (sourceEntry === undefined) {
    throw fail('order.missing', `the log holds no source statement ${order.source} before the order`);
  }
  const source = expectKind(statementOf(sourceEntry.envelope), sourceKind);
  await authority.require(sourceEntry, sourceKind.role);
  const treeDigest = subjectOf(source, 'tree') ?? '';
  if (
    !sameDigest(treeDigest, subjectOf(statement, 'tree') ?? '') ||
    source.predicate.product !== order.product
  ) {
    throw fail('order.mismatch', 'the order and its source statement are about different trees or products');
  }
  return { orderId, index: entry.index, order, source: source.predicate, treeDigest };
}

/** Listing and files, by digest, into the store; the tree digest is computed anew. */
export async function fetchSource(
  ordered: Pick<Ordered, 'source' | 'treeDigest'>,
  objects: ObjectFetcher,
  store: Store,
): Promise<SourceTree> {
  const { listing, bytes } = ordered.source;
  if (bytes > sourceLimits.bytes) throw fail('source.size', `a source of ${bytes} bytes`);
  const tree = await describeTree(await objects.source(listing.sha256, listing.size), store);
  if (!sameDigest(tree.digest, ordered.treeDigest)) {
    throw fail(
      'source.digest',
      `the listing gives the tree digest ${tree.digest}, signed is ${ordered.treeDigest}`,
    );
  }
  if (tree.listing.files.reduce((sum, { size }) => sum + size, 0) !== bytes) {
    throw fail('source.digest', 'the listing and the source statement give different sizes');
  }
  await eachBounded(tree.listing.files, 8, async (file) => {
    if (await store.renew(file.sha256)) return; // Hashed again when it is unpacked.
    await store.put(await objects.source(file.sha256, Math.min(file.size, sourceLimits.fileBytes)));
  });
  return tree;
}

/** The manifest and each material, by digest, into the store; the sha512 of the lockfile is checked too. */
export async function fetchMaterials(
  order: Order,
  objects: ObjectFetcher,
  store: Store,
): Promise<readonly Material[]> {
  const { sha256: digest, size } = order.materials;
  const manifest = await objects.blob(digest, size);
  await store.put(manifest);
  const { materials } = parseMaterials(manifest);
  for (const material of materials) {
    if (material.size > materialBytes)
      throw fail('material.mismatch', `${quote(material.id)} has ${material.size} bytes`);
    const known = await store.renew(material.sha256);
    const bytes = known
      ? await store.get(material.sha256, { maxBytes: material.size })
      : await objects.blob(material.sha256, material.size);
    if (integrityOf(bytes) !== material.integrity) {
      throw fail(
        'material.integrity',
        `${quote(material.id)} does not have the integrity that the manifest gives`,
      );
    }
    if (!known) await store.put(bytes);
  }
  return materials;
}
