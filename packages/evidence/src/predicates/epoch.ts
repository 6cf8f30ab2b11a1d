import * as field from '../fields.ts';
import { integer, nullable, object } from '../schema.ts';
import { ownKind, type Kind } from '../statement.ts';

/**
 * One state of the database of file verdicts that look-ups are answered from (D22): fixed-size buckets
 * by prefix, each with its path to the map's root. Subject `map`: that root.
 */
export interface Epoch {
  readonly number: number;
  /** Index of epoch number − 1; null for the first. */
  readonly previous: number | null;
  /** Chosen so that the smallest bucket holds at least `leastRecords`. */
  readonly prefixBits: number;
  readonly bucketBytes: number;
  readonly records: number;
  readonly leastRecords: number;
  readonly issuedAt: string;
}

export const epoch: Kind<Epoch> = ownKind({
  kind: 'epoch',
  role: 'publisher',
  status: 'provisional',
  subjects: ['map'],
  schema: object({
    number: integer(1),
    previous: nullable(field.index),
    prefixBits: integer(0, 32),
    bucketBytes: integer(1, 1 << 20),
    records: field.size,
    leastRecords: field.size,
    issuedAt: field.time,
  }),
});
