// The trust policy as written and signed (D4–D6, D10, D24).

import { base64, flag, integer, list, object, oneOf, text, type Schema } from '../schema.ts';
import * as field from '../fields.ts';
import { ownKind, roles, type Kind, type Role } from '../statement.ts';
import type { Position } from './position.ts';

/** Who stands behind keys. Thresholds count operators, never keys (D4). */
export interface Operator {
  readonly id: string;
  readonly name: string;
  readonly jurisdiction: string;
  /** The vendor never counts as witness or rebuilder; every witness quorum contains a supervisor. */
  readonly part: 'vendor' | 'supervisor' | 'independent';
}

/** From `from` (inclusive) until `until` (exclusive): validity by position in the log, not by time (D10). */
export interface Validity {
  readonly from: Position;
  readonly until?: Position;
}

export interface NoteKey extends Validity {
  readonly vkey: string;
  readonly operator: string;
}

export interface StatementKey extends Validity {
  readonly keyid: string;
  /** SubjectPublicKeyInfo, DER in base64. */
  readonly publicKey: string;
  readonly operator: string;
  readonly role: Role;
  /** For the role `builder`: the builder.id that its provenance must carry (SLSA: signer and builder as a pair). */
  readonly builder?: string;
}

export interface TrustPolicyDocument {
  readonly version: number;
  readonly operators: readonly Operator[];
  readonly log: {
    readonly origin: string;
    /** A checkpoint carries a signature by every one of these that is valid at its position. */
    readonly keys: readonly NoteKey[];
    /** The next shard's key, kept offline (D24). */
    readonly next?: string;
    /** Ended shards, oldest first: pinned, so that they need no key and no witness any more. */
    readonly frozen: readonly { readonly origin: string; readonly size: number; readonly root: string }[];
  };
  readonly witnesses: {
    /** Operators that must have cosigned. */
    readonly quorum: number;
    /** Operators that may collude with the log without being able to fork it: 2 · quorum > n + faulty (D6). */
    readonly faulty: number;
    readonly keys: readonly NoteKey[];
  };
  readonly keys: readonly StatementKey[];
  readonly rebuilds: {
    /** Operators that must have rebuilt the same bytes. */
    readonly threshold: number;
    /** Count only rebuilds logged before the provenance. */
    readonly blind: boolean;
  };
  readonly freshness: {
    /** Seconds for which a publication is fresh. */
    readonly maxAge: number;
    /** The same for offline import; the customer sets and sees it. */
    readonly offlineMaxAge: number;
  };
  /** Seconds within which a supervisor answers a hold (D14). */
  readonly resolutionDeadline: number;
}

const position: Schema<Position> = object({ origin: field.origin, index: field.index });
const vkey: Schema<string> = text(
  /^[!-*,-~]{1,255}\+[0-9a-f]{8}\+[A-Za-z0-9+/]+={0,2}$/,
  2200,
  'a verifier key',
);
const noteKey: Schema<NoteKey> = object({ vkey, operator: field.name, from: position }, { until: position });

const statementKey: Schema<StatementKey> = object(
  {
    keyid: field.keyid,
    publicKey: text(/^[A-Za-z0-9+/]+={0,2}$/, 2000, 'a SubjectPublicKeyInfo in base64'),
    operator: field.name,
    role: oneOf(...roles),
    from: position,
  },
  { until: position, builder: field.uri },
);

export const trustPolicy: Kind<TrustPolicyDocument> = ownKind({
  kind: 'trust-policy',
  role: 'root',
  status: 'frozen',
  subjects: ['trust-policy'],
  schema: object({
    version: integer(1),
    operators: list(
      object({
        id: field.name,
        name: field.organisation,
        jurisdiction: field.country,
        part: oneOf('vendor', 'supervisor', 'independent'),
      }),
      { least: 1, most: 64, sortedBy: ({ id }: Operator) => id },
    ),
    log: object(
      {
        origin: field.origin,
        keys: list(noteKey, { least: 1, most: 16, sortedBy: ({ vkey: key }: NoteKey) => key }),
        frozen: list(
          object({ origin: field.origin, size: integer(1), root: base64(32, 'a root in base64') }),
          { most: 64 },
        ),
      },
      { next: vkey },
    ),
    witnesses: object({
      quorum: integer(1, 64),
      faulty: integer(0, 64),
      keys: list(noteKey, { least: 1, most: 128, sortedBy: ({ vkey: key }: NoteKey) => key }),
    }),
    keys: list(statementKey, { least: 1, most: 256, sortedBy: ({ keyid }: StatementKey) => keyid }),
    rebuilds: object({ threshold: integer(1, 64), blind: flag }),
    freshness: object({ maxAge: integer(60, 31_536_000), offlineMaxAge: integer(60, 315_360_000) }),
    resolutionDeadline: integer(60, 31_536_000),
  }),
});
