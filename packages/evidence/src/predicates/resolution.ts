import * as field from '../fields.ts';
import { object, oneOf } from '../schema.ts';
import { ownKind, type Kind } from '../statement.ts';
import { commitment, type Commitment } from './sealed.ts';

/**
 * A supervisor ends a hold (D14). Subject `order`: the order that a listed rebuilder said differs.
 * `cleared`: the difference is explained and the release may be installed; `upheld`: it may not.
 */
export interface Resolution {
  /** Index of the `differs` entry that it answers. */
  readonly differs: number;
  readonly outcome: 'cleared' | 'upheld';
  readonly explanation: Commitment;
  readonly issuedAt: string;
}

export const resolution: Kind<Resolution> = ownKind({
  kind: 'resolution',
  role: 'supervisor',
  status: 'frozen',
  subjects: ['order'],
  schema: object({
    differs: field.index,
    outcome: oneOf('cleared', 'upheld'),
    explanation: commitment,
    issuedAt: field.time,
  }),
});
