// Who may log what (D8): published by the log as admission.json. Anyone may submit; these keys sign.

import {
  canonicalJson,
  fields,
  fromBase64,
  fromHex,
  keyidOf,
  kinds,
  parseCanonicalJson,
  parseSpki,
  quote,
  schema,
  toBase64,
  type Schema,
} from '@vitrine/evidence';
import { sha256 } from '@vitrine/host';
import { fail } from '../codes.ts';

export interface AdmittedKey {
  readonly keyid: string;
  /** SubjectPublicKeyInfo, base64. */
  readonly publicKey: string;
  readonly operator: string;
  /** Names of statement kinds, sorted. */
  readonly kinds: readonly string[];
}

export interface AdmissionDocument {
  readonly origin: string;
  /** Sorted by keyid. */
  readonly keys: readonly AdmittedKey[];
}

/** A pattern and not today's kinds: a list may name kinds that only newer versions know. */
const kindName = schema.text(/^[a-z](?:[a-z-]{0,62}[a-z])?$/, 64, 'the name of a statement kind');
const base64 = schema.text(/^[A-Za-z0-9+/]+={0,2}$/, 2_000, 'a public key in base64');

/** docs/spec/admission.md */
export const admissionSchema: Schema<AdmissionDocument> = schema.object({
  origin: fields.origin,
  keys: schema.list(
    schema.object({
      keyid: fields.keyid,
      publicKey: base64,
      operator: fields.name,
      kinds: schema.list(kindName, {
        least: 1,
        most: 64,
        sortedBy: (kind: string) => kind,
      }),
    }),
    { most: 10_000, sortedBy: ({ keyid }: AdmittedKey) => keyid },
  ),
});

/** A loaded list: each key parsed and found to be the one that its keyid names. */
export interface AdmissionList {
  readonly origin: string;
  readonly bytes: Uint8Array;
  readonly keys: ReadonlyMap<string, ListedKey>;
}

export interface ListedKey {
  readonly spki: Uint8Array;
  /** The keyid as bytes. */
  readonly digest: Uint8Array;
  readonly operator: string;
  readonly kinds: ReadonlySet<string>;
}

export function parseAdmissionList(bytes: Uint8Array): AdmissionList {
  const document = admissionSchema.check(parseCanonicalJson(bytes, { bytes: 4 << 20, depth: 5 }));
  const keys = document.keys.map(({ keyid, publicKey, operator, kinds: allowed }) => {
    const spki = fromBase64(publicKey);
    parseSpki(spki);
    if (keyidOf(spki, sha256) !== keyid)
      throw fail('admission.key', `the key listed as ${quote(keyid, 64)} has another keyid`, { at: keyid });
    return [keyid, { spki, digest: fromHex(keyid), operator, kinds: new Set(allowed) }] as const;
  });
  return { origin: document.origin, bytes, keys: new Map(keys) };
}

export interface AdmittedSigner {
  readonly publicKey: Uint8Array;
  readonly operator: string;
  readonly kinds: readonly string[];
}

/** Writes a list: sorts what must be sorted, refuses kinds that do not exist, and reads it back. */
export function makeAdmissionList(origin: string, signers: readonly AdmittedSigner[]): AdmissionList {
  const unknown = signers
    .flatMap((signer) => signer.kinds)
    .find((name) => !kinds.some(({ kind }) => kind === name));
  if (unknown !== undefined) throw fail('admission.kind', `there is no kind ${quote(unknown)}`);
  const keys = signers.map(({ publicKey, operator, kinds: allowed }) => ({
    keyid: keyidOf(publicKey, sha256),
    publicKey: toBase64(publicKey),
    operator,
    kinds: [...new Set(allowed)].sort(),
  }));
  keys.sort((a, b) => (a.keyid < b.keyid ? -1 : 1));
  return parseAdmissionList(canonicalJson({ origin, keys }));
}
