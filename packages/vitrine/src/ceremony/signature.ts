// One holder's signatures on a plan: the file that comes back.

import {
  canonicalJson,
  fields,
  fromBase64,
  parseCanonicalJson,
  schema,
  toBase64,
  type Json,
  type Schema,
  type Signer,
} from '@vitrine/evidence';
import { fail } from '../codes.ts';
import { documentNames, mostDocuments, planDigest, type DocumentName, type Plan } from './plan.ts';

const { list, object, oneOf, text } = schema;

export const signatureFormat = 'urn:vitrine:ceremony-signature:v1';

export interface HolderSignature {
  readonly name: DocumentName;
  /** Of the bytes that were signed. */
  readonly sha256: string;
  readonly sig: string;
}

export interface SignatureFile {
  readonly format: typeof signatureFormat;
  /** Hex SHA-256 of the plan file. */
  readonly plan: string;
  readonly keyid: string;
  readonly signatures: readonly HolderSignature[];
}

/** A name stands once, but for the versions of residency: they are told apart by what was signed. */
function placeOf({ name, sha256 }: HolderSignature): string {
  return `${documentNames.indexOf(name)} ${name === 'residency' ? sha256 : ''}`;
}

export const signatureSchema: Schema<SignatureFile> = object({
  format: oneOf(signatureFormat),
  plan: fields.sha256Hex,
  keyid: fields.keyid,
  signatures: list(
    object({
      name: oneOf(...documentNames),
      sha256: fields.sha256Hex,
      sig: text(/^[A-Za-z0-9+/]+={0,2}$/, 8192, 'a signature in base64'),
    }),
    { least: 1, most: mostDocuments, sortedBy: placeOf },
  ),
});

export function parseSignatureFile(bytes: Uint8Array): SignatureFile {
  return signatureSchema.check(parseCanonicalJson(bytes, { bytes: 65_536, depth: 4 }));
}

/** Signs every document that lists this key among its holders. */
export async function signPlan(plan: Plan, bytes: Uint8Array, signer: Signer): Promise<Uint8Array> {
  const own = plan.documents.filter(({ quorums }) =>
    quorums.some(({ holders }) => holders.some(({ keyid }) => keyid === signer.keyid)),
  );
  if (own.length === 0)
    throw fail('ceremony.holder', `the plan does not ask the key ${signer.keyid} to sign anything`);
  const made = await Promise.all(
    own.map(async ({ name, sha256, message }) => ({
      name,
      sha256,
      sig: toBase64(await signer.sign(fromBase64(message))),
    })),
  );
  const file: SignatureFile = {
    format: signatureFormat,
    plan: planDigest(bytes),
    keyid: signer.keyid,
    signatures: made.toSorted((a, b) => (placeOf(a) < placeOf(b) ? -1 : 1)),
  };
  return canonicalJson(signatureSchema.check(file as unknown as Json) as unknown as Json);
}
