import * as field from '../fields.ts';
import { object, oneOf, where } from '../schema.ts';
import { ownKind, type Kind } from '../statement.ts';
import { isolations, type Isolation } from './provenance.ts';
import { commitment, type Commitment } from './sealed.ts';

/**
 * What an independent rebuild of an order gave (D14).
 * - `built`: the rebuilder's own digest, logged before it looked for any provenance (blind);
 * - `reproduced`, `differs`: the same after comparing bytes with the provenance's outputs;
 * - `cannot-build`: no outputs; abstains from the vote.
 * Subject `outputs`: the rebuilder's *own* outputs manifest; for `cannot-build`, `order`: the order.
 * A verifier compares the digests itself and never takes the word for a match.
 */
export interface Rebuild {
  readonly order: string;
  readonly result: 'built' | 'reproduced' | 'differs' | 'cannot-build';
  readonly isolation: Isolation;
  readonly finishedOn: string;
  /** For `differs`: what differs, sealed (D11). */
  readonly difference?: Commitment;
}

export const rebuild: Kind<Rebuild> = ownKind({
  kind: 'rebuild',
  role: 'rebuilder',
  status: 'frozen',
  subjects: ['outputs'],
  exception: { member: 'result', value: 'cannot-build', subjects: ['order'] },
  schema: where(
    object(
      {
        order: field.statementId,
        result: oneOf('built', 'reproduced', 'differs', 'cannot-build'),
        isolation: oneOf(...isolations),
        finishedOn: field.time,
      },
      { difference: commitment },
    ),
    ({ result, difference }) =>
      difference !== undefined && result !== 'differs'
        ? 'a difference only where the result is "differs"'
        : undefined,
  ),
});
