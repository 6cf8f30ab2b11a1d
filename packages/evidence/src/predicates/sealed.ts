// Sealed matter (D11): the entry holds a salted commitment and who holds the body. It is opened by
// publishing salt and body, and forgotten by destroying both.

import { concat, equal, fromHex, toHex } from '../bytes.ts';
import { fail } from '../codes.ts';
import * as field from '../fields.ts';
import { object, oneOf, type Schema } from '../schema.ts';
import { sha256 as pureSha256, type Sha256 } from '../sha256.ts';
import { ownKind, type Kind, type Role } from '../statement.ts';

export interface Commitment {
  /** Hex SHA-256(salt ‖ body); the salt is 32 random bytes. */
  readonly commitment: string;
  /** The operator that holds salt and body. */
  readonly heldBy: string;
}

export const commitment: Schema<Commitment> = object({ commitment: field.sha256Hex, heldBy: field.name });

export function commitTo(
  salt: Uint8Array,
  body: Uint8Array,
  heldBy: string,
  sha256: Sha256 = pureSha256,
): Commitment {
  if (salt.length !== 32) throw fail('sealed.salt', `a salt of ${salt.length} bytes, not 32`);
  return { commitment: toHex(sha256(concat(salt, body))), heldBy };
}

/** Throws `sealed.opening` unless salt and body are what the entry committed to. */
export function openCommitment(
  sealed: Commitment,
  salt: Uint8Array,
  body: Uint8Array,
  sha256: Sha256 = pureSha256,
): void {
  const { commitment: found } = commitTo(salt, body, sealed.heldBy, sha256);
  if (!equal(fromHex(found), fromHex(sealed.commitment)))
    throw fail('sealed.opening', 'salt and body are not what was committed to');
}

/** Review, access grant, register of requests: all that is open is that it exists, when, and who holds it. */
export interface Sealed extends Commitment {
  readonly issuedAt: string;
}

const sealedFields = { commitment: field.sha256Hex, heldBy: field.name, issuedAt: field.time };

/** Findings keep their severity open. */
export interface Finding extends Sealed {
  readonly severity: 'note' | 'minor' | 'major' | 'critical';
}

function sealedKind(kind: string, role: Role, subject: string): Kind<Sealed> {
  return ownKind({ kind, role, status: 'frozen', subjects: [subject], schema: object(sealedFields) });
}

/** Subject `tree`: the reviewed tree digest. */
export const review: Kind<Sealed> = sealedKind('review', 'reviewer', 'tree');
/** Subject `request`: the commitment itself. */
export const accessGrant: Kind<Sealed> = sealedKind('access-grant', 'supervisor', 'request');
/** One a day, empty or not (D29). Subject `day`: SHA-256 of the date's text. */
export const requestRegister: Kind<Sealed> = sealedKind('request-register', 'datacenter', 'day');
/** Subject `about`: a statement identifier, an artifact or a tree digest. */
export const finding: Kind<Finding> = ownKind({
  kind: 'finding',
  role: 'supervisor',
  status: 'frozen',
  subjects: ['about'],
  schema: object({ ...sealedFields, severity: oneOf('note', 'minor', 'major', 'critical') }),
});
