// The public half of an operator (docs/spec/operator-file.md): who it is, its keys by what they are for,
// where it answers. `vitrine init` writes it as public.json; a trust policy is drafted from such files.
// It is handed over by other means than ours, so its digest is what two people compare.

import {
  canonicalJson,
  fields,
  fromBase64,
  noteTypes,
  parseCanonicalJson,
  parseSpki,
  parseVkey,
  roles,
  schema,
  toHex,
  type Json,
  type Operator,
  type Role,
  type Schema,
  type Signer,
  toBase64,
} from '@vitrine/evidence';
import { fail } from '../codes.ts';

const { list, object, oneOf, text } = schema;

export const operatorFormat = 'urn:vitrine:operator:v1';

/** The largest is a vendor's, with an ML-DSA-44 key of its log: 5 kB. */
const mostBytes = 65_536;

export interface OperatorKey {
  readonly role: Role;
  /** SubjectPublicKeyInfo, DER in base64. */
  readonly publicKey: string;
  /** For the role `builder`: the builder.id that its provenance carries. */
  readonly builder?: string;
}

export interface OperatorFile {
  readonly format: typeof operatorFormat;
  readonly operator: Operator;
  /** Root keys that it holds, ascending. */
  readonly root: readonly string[];
  /** Keys that sign statements, ascending by role and key. */
  readonly keys: readonly OperatorKey[];
  /** Of the vendor: its log, by verifier keys. */
  readonly log?: { readonly origin: string; readonly vkeys: readonly string[]; readonly url: string };
  /** Of the vendor: where its repository is served. */
  readonly repository?: string;
  /** Of a witness. */
  readonly witness?: { readonly vkeys: readonly string[]; readonly url: string };
  /** Of a supervisor: the key that co-signs delegated roles, and where it is asked to. */
  readonly cosigner?: { readonly publicKey: string; readonly url: string };
  /** Of a supervisor: the X25519 key to which its shares of record keys are sealed (D18), 32 bytes in base64. */
  readonly halves?: string;
}

const publicKey = text(/^[A-Za-z0-9+/]+={0,2}$/, 2000, 'a SubjectPublicKeyInfo in base64');
const vkeys = list(text(/^[!-~]{10,2600}$/, 2600, 'a verifier key'), {
  least: 1,
  most: 4,
  sortedBy: (key: string) => key,
});
const url = text(/^https?:\/\/[!-~]{1,500}$/, 512, 'an http or https address');

export const operatorSchema: Schema<OperatorFile> = object(
  {
    format: oneOf(operatorFormat),
    operator: object({
      id: fields.name,
      name: fields.organisation,
      jurisdiction: fields.country,
      part: oneOf('vendor', 'supervisor', 'independent'),
    }),
    root: list(publicKey, { most: 16, sortedBy: (key: string) => key }),
    keys: list(object({ role: oneOf(...roles), publicKey }, { builder: fields.uri }), {
      most: 32,
      sortedBy: ({ role, publicKey: key }: OperatorKey) => `${role} ${key}`,
    }),
  },
  {
    log: object({ origin: fields.origin, vkeys, url }),
    repository: url,
    witness: object({ vkeys, url }),
    cosigner: object({ publicKey, url }),
    halves: fields.hash32,
  },
);

/** Parses and checks everything that does not need another file. */
export function parseOperator(bytes: Uint8Array): OperatorFile {
  const file = operatorSchema.check(parseCanonicalJson(bytes, { bytes: mostBytes, depth: 5 }));
  requireDistinct(file);
  requireFitting(file);
  return file;
}

export function formatOperator(file: Omit<OperatorFile, 'format'>): Uint8Array {
  const bytes = canonicalJson({ ...file, format: operatorFormat } as unknown as Json);
  parseOperator(bytes);
  return bytes;
}

/** One operator uses distinct keys per role (D4): also between a note key and a statement key. */
function requireDistinct(file: OperatorFile): void {
  const seen = new Set<string>();
  const once = (spki: Uint8Array, what: string): void => {
    parseSpki(spki);
    const id = toHex(spki);
    if (seen.has(id)) throw fail('operator.key', `${what} of ${file.operator.id} is a key that stands twice`);
    seen.add(id);
  };
  for (const key of file.root) once(fromBase64(key), 'a root key');
  for (const key of file.keys) once(fromBase64(key.publicKey), `the ${key.role} key`);
  for (const vkey of file.log?.vkeys ?? []) once(parseVkey(vkey).spki, 'a log key');
  for (const vkey of file.witness?.vkeys ?? []) once(parseVkey(vkey).spki, 'a witness key');
  if (file.cosigner !== undefined) once(fromBase64(file.cosigner.publicKey), 'the cosigner key');
}

/** What a policy would refuse of one operator alone (D4); what concerns several is the policy's. */
function requireFitting(file: OperatorFile): void {
  const { id, part } = file.operator;
  const refuse = (what: string): Error => fail('operator.part', `${id} is listed as ${part} and has ${what}`);
  const isVendor = part === 'vendor';
  if (!isVendor && file.log !== undefined) throw refuse('a log');
  if (!isVendor && file.repository !== undefined) throw refuse('a repository');
  if (isVendor && file.witness !== undefined) throw refuse('a witness');
  if (part !== 'supervisor' && file.cosigner !== undefined) throw refuse('a cosigner key');
  if (part !== 'supervisor' && file.halves !== undefined) throw refuse('a key of halves');
  for (const { role, builder } of file.keys) {
    if (isVendor ? role === 'rebuilder' || role === 'supervisor' : role === 'publisher')
      throw refuse(`a ${role} key`);
    if (role === 'supervisor' && part !== 'supervisor') throw refuse('a supervisor key');
    if ((builder === undefined) === (role === 'builder'))
      throw fail('operator.key', `a builder id belongs to the builder key of ${id}, and to no other`);
  }
  for (const vkey of file.log?.vkeys ?? []) {
    const { type, name } = parseVkey(vkey);
    if (type === noteTypes.cosignature || name !== file.log?.origin) throw refuse(`the log key ${name}`);
  }
  for (const vkey of file.witness?.vkeys ?? [])
    if (parseVkey(vkey).type === noteTypes.log) throw refuse('a log key as a witness');
}

export function publicKeyOf(signer: Signer): string {
  return toBase64(signer.publicKey);
}
