import * as field from '../fields.ts';
import { integer, object, oneOf } from '../schema.ts';
import { ownKind, type Kind } from '../statement.ts';

/**
 * The vendor takes a release back (D26). Subject `artifact`: what endpoints must refuse from now on.
 * `replacement` is a good artifact, released again under a higher sequence.
 */
export interface Withdrawal {
  readonly product: string;
  readonly channel: string;
  readonly sequence: number;
  readonly reason: 'defect' | 'security' | 'legal' | 'mistake';
  readonly replacement?: string;
  readonly issuedAt: string;
}

export const withdrawal: Kind<Withdrawal> = ownKind({
  kind: 'withdrawal',
  role: 'releaser',
  status: 'frozen',
  subjects: ['artifact'],
  schema: object(
    {
      product: field.name,
      channel: field.name,
      sequence: integer(1),
      reason: oneOf('defect', 'security', 'legal', 'mistake'),
      issuedAt: field.time,
    },
    { replacement: field.sha256Hex },
  ),
});
