import * as field from '../fields.ts';
import { integer, list, nullable, object, oneOf, record } from '../schema.ts';
import { ownKind, type Kind } from '../statement.ts';

/** A hold or withdrawal in force: endpoints refuse what it names. */
export interface Negative {
  readonly kind: 'hold' | 'withdrawal';
  /** Index of the entry that caused it. */
  readonly index: number;
  /** hold: the order (statement identifier); withdrawal: the artifact's SHA-256. */
  readonly about: string;
}

/**
 * The state of the repository, announced before endpoints can fetch it (D1) and again as a
 * heartbeat (D3). Subject `snapshot`: the file that names every role's digest.
 */
export interface Publication {
  /** Increases by one with every publication. */
  readonly seq: number;
  /** Index of publication seq − 1; null for the first. */
  readonly previous: number | null;
  readonly root: { readonly version: number; readonly sha256: string };
  /** The version of the snapshot; never goes back. */
  readonly snapshot: number;
  readonly roles: Readonly<Record<string, string>>;
  /** `active` is a pure function of the entries [0, asOf). */
  readonly asOf: number;
  readonly active: readonly Negative[];
  readonly issuedAt: string;
}

export const publication: Kind<Publication> = ownKind({
  kind: 'publication',
  role: 'publisher',
  status: 'frozen',
  subjects: ['snapshot'],
  schema: object({
    seq: integer(1),
    previous: nullable(field.index),
    root: object({ version: integer(1), sha256: field.sha256Hex }),
    snapshot: integer(1),
    roles: record(/^[a-z0-9][a-z0-9._/-]{0,127}$/, field.sha256Hex, 128),
    asOf: field.size,
    active: list(object({ kind: oneOf('hold', 'withdrawal'), index: field.index, about: field.sha256Hex }), {
      most: 200,
      sortedBy: ({ index }: Negative) => index,
    }),
    issuedAt: field.time,
  }),
});
