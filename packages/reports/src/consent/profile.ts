// The four profiles (D21), and everything that each of them shares: one schema set, with one digest, to which
// consents, sealing keys and seals are bound. A change of any word or form here is a new version.

import { canonicalJson, schema, sha256, toHex, type Json, type JsonObject } from '@vitrine/evidence';
import { observationKinds, type AnyKind, type ObservationKindName } from '../observation/kinds.ts';
import { describeField, field, purposes, retentionClasses, type Field, type Fields } from './field.ts';

export type ProfileName = 'none' | 'look-ups' | 'reports' | 'samples';

export interface Profile {
  /** In the words of the screen that asks. */
  readonly plain: string;
  readonly lookUps: boolean;
  readonly kinds: readonly ObservationKindName[];
}

const reported: readonly ObservationKindName[] = ['file-seen', 'detection', 'contact', 'behaviour'];

export const profiles: Readonly<Record<ProfileName, Profile>> = {
  none: {
    plain: 'Nothing is shared. Protection uses the database on this computer.',
    lookUps: false,
    kinds: [],
  },
  'look-ups': {
    plain: 'Nothing is shared. Unknown files are looked up by the first bits of their digest, unsigned.',
    lookUps: true,
    kinds: [],
  },
  reports: {
    plain: 'What is new or dangerous on this computer is reported; no file leaves it.',
    lookUps: true,
    kinds: reported,
  },
  samples: {
    plain:
      'As reports; suspicious programs and scripts are sent in, too, other files only with a yes for each.',
    lookUps: true,
    kinds: [...reported, 'sample'],
  },
};

export const profileNames: readonly ProfileName[] = ['none', 'look-ups', 'reports', 'samples'];

/** What a look-up tells whoever answers it (D22). It is no report: no subject, no signature, nothing stored. */
export const lookUpFields: { readonly prefix: Field<string> } = {
  prefix: field(
    schema.text(/^[0-9a-f]{1,8}$/, 8, 'the first bits of a SHA-256 digest'),
    'protect',
    'the first bits of the digest of a file; how many is public, and hundreds of files share them',
  ),
};

export const schemaVersion = 1;

/** The schema set as data. */
export function schemaSet(): JsonObject {
  const list = (of: Fields, personal: boolean): Json[] =>
    Object.entries(of).map(([name, one]) => describeField(name, one, personal));
  return {
    v: 1,
    version: schemaVersion,
    purposes,
    retention: retentionClasses as unknown as JsonObject,
    lookUp: list(lookUpFields, false),
    kinds: Object.fromEntries(
      Object.entries<AnyKind>(observationKinds).map(([name, { plain, retention, facts, personal }]) => [
        name,
        { plain, retention, facts: list(facts, false), personal: list(personal, true) },
      ]),
    ),
    profiles: profiles as unknown as JsonObject,
  };
}

let digest: string | undefined;

/** Hex SHA-256 of the canonical schema set; computed once, for it is the same in every process. */
export function schemaDigest(): string {
  digest ??= toHex(sha256(canonicalJson(schemaSet())));
  return digest;
}
