import * as field from '../fields.ts';
import { integer, object } from '../schema.ts';
import { ownKind, type Kind } from '../statement.ts';

/**
 * Who may read which source at the vendor's Transparency Center from now on, until the next statement
 * of this kind. Subject `table`: the bytes of access.toml, which the Center shows. The log keeps the
 * digest alone, so no group's name and no date of an agreement enters it (D11).
 */
export interface AccessTableVersion {
  /** Bytes of the table. */
  readonly size: number;
  readonly issuedAt: string;
}

export const accessTable: Kind<AccessTableVersion> = ownKind({
  kind: 'access-table',
  role: 'publisher',
  status: 'frozen',
  subjects: ['table'],
  schema: object({ size: integer(0, 1 << 18), issuedAt: field.time }),
});
