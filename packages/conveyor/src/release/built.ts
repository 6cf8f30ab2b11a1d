// What an order gave, read from the log and the stores: nothing but the order's identifier is needed.

import {
  order as orderKind,
  parseMaterials,
  parseOutputs,
  provenance as provenanceKind,
  quote,
  source as sourceKind,
  subjectOf,
  type Material,
  type Order,
  type OutputsManifest,
} from '@vitrine/evidence';
import type { Store } from '@vitrine/host';
import { fail } from '../codes.ts';
import type { EntryOf, Ledger } from '../ledger.ts';

export interface Built {
  readonly order: EntryOf<Order>;
  /** Index of the source statement: nothing about the outputs is below. */
  readonly from: number;
  readonly outputs: OutputsManifest;
  readonly outputsDigest: string;
  readonly materials: readonly Material[];
}

const manifestBytes = 16 << 20;

/** The order's first provenance decides, as it does for rebuilders (D14). */
export async function builtBy(ledger: Ledger, blobs: Store, orderId: string): Promise<Built> {
  const order = ledger.of(orderKind).find(({ id }) => id === orderId);
  if (order === undefined) throw fail('order.missing', `the log holds no order ${quote(orderId)}`);
  const made = ledger
    .of(provenanceKind)
    .find(({ predicate }) => predicate.buildDefinition.externalParameters.order === orderId);
  if (made === undefined)
    throw fail('order.missing', `the log holds no provenance of the order ${orderId}: its build is not done`);
  const outputsDigest = subjectOf(made.statement, 'outputs') ?? '';
  const source = ledger.of(sourceKind).find(({ id }) => id === order.predicate.source);
  const [outputs, materials] = await Promise.all([
    blobs.get(outputsDigest, { maxBytes: manifestBytes }),
    blobs.get(order.predicate.materials.sha256, { maxBytes: manifestBytes }),
  ]);
  return {
    order,
    from: source?.index ?? 0,
    outputs: parseOutputs(outputs),
    outputsDigest,
    materials: parseMaterials(materials).materials,
  };
}
