import * as field from '../fields.ts';
import { object, oneOf } from '../schema.ts';
import { ownKind, type Kind } from '../statement.ts';

/**
 * The head of a data center's ledger (D11, D17): records of single persons never enter the log,
 * only such roots do. Subject `root`: the Merkle root of the ledger at `size`.
 */
export interface CustodyRoot {
  /** The ledger's own origin. */
  readonly ledger: string;
  readonly purpose: 'custody' | 'access';
  readonly size: number;
  readonly issuedAt: string;
}

export const custodyRoot: Kind<CustodyRoot> = ownKind({
  kind: 'custody-root',
  role: 'datacenter',
  status: 'frozen',
  subjects: ['root'],
  schema: object({
    ledger: field.origin,
    purpose: oneOf('custody', 'access'),
    size: field.size,
    issuedAt: field.time,
  }),
});
