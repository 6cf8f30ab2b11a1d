import * as field from '../fields.ts';
import { integer, object } from '../schema.ts';
import { ownKind, type Kind } from '../statement.ts';

/** What was opened to audit: one tree of source (D13). Subject `tree`: its tree digest. */
export interface Source {
  readonly product: string;
  /** The listing of the tree, a blob: each file's mode, path, SHA-256 and size. */
  readonly listing: { readonly sha256: string; readonly size: number };
  readonly files: number;
  readonly bytes: number;
  /** Informative: SHA-1 or SHA-256 names that git gives; nothing is decided by them. */
  readonly gitCommit: string;
  readonly gitTree: string;
}

export const source: Kind<Source> = ownKind({
  kind: 'source',
  role: 'source',
  status: 'frozen',
  subjects: ['tree'],
  schema: object({
    product: field.name,
    listing: field.content,
    files: integer(1),
    bytes: field.size,
    gitCommit: field.gitObject,
    gitTree: field.gitObject,
  }),
});
