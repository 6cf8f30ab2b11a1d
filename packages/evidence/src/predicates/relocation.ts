import * as field from '../fields.ts';
import { integer, object, oneOf, type Schema } from '../schema.ts';
import { ownKind, type Kind } from '../statement.ts';

/** A ledger at the cut. */
export interface Cut {
  readonly ledger: string;
  readonly size: number;
  readonly root: string;
}

/**
 * The certificate of a move (D19, D34): every leaf live at the source's cut occurs once at the target
 * and no other does. Logged by both centers and by the supervisor. Subject `moved`: the root of the moved set.
 */
export interface Relocation {
  readonly what: 'conveyor' | 'data';
  /** Version of the residency policy that ordered it. */
  readonly policy: number;
  readonly from: Cut;
  readonly to: Cut;
  readonly moved: number;
  readonly erased: number;
  readonly expired: number;
  /** When the source declared its keys destroyed: a declaration, not a proof. */
  readonly keysDestroyed: string;
  readonly issuedAt: string;
}

const cut: Schema<Cut> = object({ ledger: field.origin, size: field.size, root: field.hash32 });

export const relocation: Kind<Relocation> = ownKind({
  kind: 'relocation',
  role: 'datacenter',
  status: 'provisional',
  subjects: ['moved'],
  schema: object({
    what: oneOf('conveyor', 'data'),
    policy: integer(1),
    from: cut,
    to: cut,
    moved: field.size,
    erased: field.size,
    expired: field.size,
    keysDestroyed: field.time,
    issuedAt: field.time,
  }),
});
