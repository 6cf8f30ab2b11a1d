import * as field from '../fields.ts';
import { integer, object } from '../schema.ts';
import { ownKind, type Kind } from '../statement.ts';

/** A version of the root of trust, proven under the policy in force before it is accepted (D4). Subject `root`: the file. */
export interface RootVersion {
  readonly version: number;
  /** SHA-256 of the file of version − 1; absent in the first. */
  readonly previous?: string;
}

export const rootVersion: Kind<RootVersion> = ownKind({
  kind: 'root',
  role: 'root',
  status: 'frozen',
  subjects: ['root'],
  schema: object({ version: integer(1) }, { previous: field.sha256Hex }),
});
