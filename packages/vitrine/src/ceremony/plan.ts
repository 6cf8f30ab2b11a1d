// The plan of a ceremony (docs/spec/ceremony.md): the exact bytes that several operators are asked to
// sign, what they mean, and whose signatures count. One file, carried to each holder; what comes back
// are signature files. Nothing in it is believed: whoever signs computes the bytes again from what is shown.

import {
  canonicalJson,
  equal,
  fields,
  fromBase64,
  inTotoPayload,
  keyidOf,
  parseCanonicalJson,
  preAuthEncoding,
  schema,
  toBase64,
  toHex,
  tufCanonicalJson,
  type Json,
  type Schema,
} from '@vitrine/evidence';
import { sha256 } from '@vitrine/host';
import { fail } from '../codes.ts';

const { anything, integer, list, object, oneOf, text } = schema;

export const planFormat = 'urn:vitrine:ceremony-plan:v1';
export const documentNames = ['root', 'policy', 'targets', 'residency'] as const;
export type DocumentName = (typeof documentNames)[number];

/** A holder of a root key. */
export interface Holder {
  /** Hex SHA-256 of the key (D9). */
  readonly keyid: string;
  /** SubjectPublicKeyInfo, DER in base64. */
  readonly publicKey: string;
  readonly operator: string;
}

/** Keys of which `threshold` must sign: those of one version of the root. */
export interface Quorum {
  readonly root: number;
  readonly threshold: number;
  /** Ascending by keyid. */
  readonly holders: readonly Holder[];
}

export interface PlannedDocument {
  readonly name: DocumentName;
  readonly version: number;
  /** What is signed, as JSON: the `signed` part of a TUF file, or the statement of a policy. */
  readonly signed: Json;
  /** The exact bytes to sign, base64: TUF's canonical JSON, or the DSSE pre-authentication encoding. */
  readonly message: string;
  /** Hex SHA-256 of these bytes. */
  readonly sha256: string;
  /** All of them must be reached: where the root changes, that of the root in force and of the next. */
  readonly quorums: readonly Quorum[];
}

export interface Plan {
  readonly format: typeof planFormat;
  /** Counts the ceremonies of this vendor. */
  readonly ceremony: number;
  readonly vendor: string;
  readonly createdAt: string;
  /** In the order root, policy, targets, residency; of residency, several versions, ascending. */
  readonly documents: readonly PlannedDocument[];
}

/** Root, policy and targets, and as many versions of the residency policy as a sharing file holds. */
export const mostDocuments: number = 3 + 64;

/** One document of each name, but of residency one of each version: a new root may ask for all of them again. */
function placeOf({ name, version }: PlannedDocument): number {
  return documentNames.indexOf(name) * 2 ** 32 + (name === 'residency' ? version : 0);
}

const base64 = text(/^[A-Za-z0-9+/]+={0,2}$/, 4 << 20, 'bytes in base64');

const quorum: Schema<Quorum> = object({
  root: integer(1),
  threshold: integer(1, 64),
  holders: list(
    object({
      keyid: fields.keyid,
      publicKey: text(/^[A-Za-z0-9+/]+={0,2}$/, 2000, 'a SubjectPublicKeyInfo in base64'),
      operator: fields.name,
    }),
    { least: 1, most: 64, sortedBy: ({ keyid }: Holder) => keyid },
  ),
});

export const planSchema: Schema<Plan> = object({
  format: oneOf(planFormat),
  ceremony: integer(1),
  vendor: fields.name,
  createdAt: fields.time,
  documents: list(
    object({
      name: oneOf(...documentNames),
      version: integer(1),
      signed: anything,
      message: base64,
      sha256: fields.sha256Hex,
      quorums: list(quorum, { least: 1, most: 2, sortedBy: ({ root }: Quorum) => root }),
    }),
    { least: 1, most: mostDocuments, sortedBy: placeOf },
  ),
});

/** What must be signed for a document to be what its JSON says. */
function messageOf(name: DocumentName, signed: Json): Uint8Array {
  switch (name) {
    case 'root':
    case 'targets':
      return tufCanonicalJson(signed);
    case 'policy':
    case 'residency':
      return preAuthEncoding(inTotoPayload, canonicalJson(signed));
  }
}

export function planDocument(
  name: DocumentName,
  version: number,
  signed: Json,
  quorums: readonly Quorum[],
): PlannedDocument {
  const message = messageOf(name, signed);
  return { name, version, signed, message: toBase64(message), sha256: toHex(sha256(message)), quorums };
}

export function formatPlan(plan: Omit<Plan, 'format'>): Uint8Array {
  const bytes = canonicalJson({ ...plan, format: planFormat } as unknown as Json);
  parsePlan(bytes);
  return bytes;
}

/** Refuses a plan whose bytes to sign are not those of what it shows, and a key under another's keyid. */
export function parsePlan(bytes: Uint8Array): Plan {
  const plan = planSchema.check(parseCanonicalJson(bytes, { bytes: 4 << 20, depth: 24 }));
  for (const { name, signed, message, sha256: digest, quorums } of plan.documents) {
    const computed = messageOf(name, signed);
    if (!equal(computed, fromBase64(message)) || toHex(sha256(computed)) !== digest)
      throw fail('ceremony.plan', `the bytes to sign of ${name} are not those of what the plan shows`, {
        at: name,
      });
    for (const { keyid, publicKey } of quorums.flatMap(({ holders }) => holders)) {
      if (keyidOf(fromBase64(publicKey), sha256) !== keyid)
        throw fail('ceremony.plan', `a holder's key is listed as ${keyid} and has another keyid`, {
          at: name,
        });
    }
  }
  return plan;
}

export function planDigest(bytes: Uint8Array): string {
  return toHex(sha256(bytes));
}
