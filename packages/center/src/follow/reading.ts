// What pages search an entry by, read from its bytes. Nothing of it decides whether the entry counts.

import type { DatabaseSync } from 'node:sqlite';
import {
  leafHash,
  order as orderKind,
  provenance as provenanceKind,
  publication as publicationKind,
  rebuild as rebuildKind,
  release as releaseKind,
  source as sourceKind,
  toHex,
  withdrawal as withdrawalKind,
  type Json,
  type Order,
  type Provenance,
  type Rebuild,
  type Release,
  type Source,
  type Withdrawal,
} from '@vitrine/evidence';
import { sha256 } from '@vitrine/host';
import type { Judgement } from '@vitrine/log/monitor';
import { kindIn } from '../contract/entry-content.ts';

export type DigestPart = 'subject' | 'statement' | 'leaf' | 'named';

export interface EntryReading {
  readonly leaf: string;
  /** One of ours; `other` for a statement of a kind that is not, `unreadable` for what is no statement. */
  readonly kind: string;
  readonly product: string | undefined;
  readonly channel: string | undefined;
  readonly sequence: number | undefined;
  readonly digests: readonly { readonly digest: string; readonly part: DigestPart }[];
}

/** `productOf`: of an entry before this one, by its statement identifier. */
export function readEntry(
  judged: Judgement,
  bytes: Uint8Array,
  productOf: (id: string) => string | undefined,
): EntryReading {
  const leaf = toHex(leafHash(bytes, sha256));
  const { statement, id } = judged;
  const subjects = statement?.subject.map(({ digest }) => digest.sha256) ?? [];
  const digests = [
    { digest: leaf, part: 'leaf' as const },
    ...(id === undefined ? [] : [{ digest: id, part: 'statement' as const }]),
    ...subjects.map((digest) => ({ digest, part: 'subject' as const })),
    ...[...namedIn(statement?.predicate as Json | undefined)].map((digest) => ({
      digest,
      part: 'named' as const,
    })),
  ];
  return {
    leaf,
    kind: kindIn(judged),
    ...placeOf(judged, subjects, productOf),
    digests,
  };
}

type Place = Pick<EntryReading, 'product' | 'channel' | 'sequence'>;

function placeOf(
  { kind, statement }: Judgement,
  subjects: readonly string[],
  productOf: (id: string) => string | undefined,
): Place {
  const none: Place = { product: undefined, channel: undefined, sequence: undefined };
  // Where the kind is given, the predicate was checked against its schema.
  const predicate = statement?.predicate;
  switch (kind?.kind) {
    case undefined:
    case publicationKind.kind:
      return none;
    case releaseKind.kind:
    case withdrawalKind.kind: {
      const { product, channel, sequence } = predicate as Release | Withdrawal;
      return { product, channel, sequence };
    }
    case sourceKind.kind:
    case orderKind.kind:
      return { ...none, product: (predicate as Source | Order).product };
    case provenanceKind.kind:
      return {
        ...none,
        product: productOf((predicate as Provenance).buildDefinition.externalParameters.order),
      };
    case rebuildKind.kind:
      return { ...none, product: productOf((predicate as Rebuild).order) };
    default:
      // Resolutions are about an order; findings and reviews are about a statement, an artifact or a tree.
      return { ...none, product: subjects.map(productOf).find((product) => product !== undefined) };
  }
}

const digestSyntax = /^[0-9a-f]{64}$/;

/** An entry has at most 65,535 bytes, and JSON of ours is at most 32 levels deep: both bound the walk. */
function namedIn(value: Json | undefined, found: Set<string> = new Set()): Set<string> {
  if (typeof value === 'string') {
    if (digestSyntax.test(value)) found.add(value);
  } else if (typeof value === 'object' && value !== null) {
    for (const one of Array.isArray(value) ? value : Object.values(value)) namedIn(one as Json, found);
  }
  return found;
}

/** Product of what counts, by statement identifier or by a subject of a release or a source. */
export function productReader(database: DatabaseSync): (digest: string) => string | undefined {
  const find = database.prepare(
    `SELECT product FROM digest JOIN entry USING (idx)
     WHERE digest = ? AND part IN ('statement', 'subject') AND objection IS NULL AND product IS NOT NULL
     ORDER BY idx LIMIT 1`,
  );
  return (digest) => {
    const product = find.get(digest)?.['product'];
    return typeof product === 'string' ? product : undefined;
  };
}
