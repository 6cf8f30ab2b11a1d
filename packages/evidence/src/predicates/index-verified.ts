import * as field from '../fields.ts';
import { object } from '../schema.ts';
import { ownKind, type Kind } from '../statement.ts';

/**
 * A supervisor recomputed the map over the entries [0, asOf) of the log (D23): completeness is claimed
 * up to there and no further. Subject `map`: the root that it got.
 */
export interface IndexVerified {
  readonly origin: string;
  readonly asOf: number;
  readonly issuedAt: string;
}

export const indexVerified: Kind<IndexVerified> = ownKind({
  kind: 'index-verified',
  role: 'supervisor',
  status: 'provisional',
  subjects: ['map'],
  schema: object({ origin: field.origin, asOf: field.size, issuedAt: field.time }),
});
