// The pinned root of trust: a TUF 1.0 root file. Its own member `x-vitrine` names each key's operator, so
// that operators can be counted (D4); stock clients ignore it.

import { fromHex, toHex } from '../bytes.ts';
import { fail } from '../codes.ts';
import * as field from '../fields.ts';
import { parseJson, type Json } from '../json.ts';
import { integer, list, object, oneOf, record, text, type Schema } from '../schema.ts';
import { sha256 as pureSha256, type Sha256 } from '../sha256.ts';
import { requireSignature, type VerifySignature } from '../signature.ts';
import { keyidOf } from '../spki.ts';
import {
  spkiOfTufKey,
  tufCanonicalJson,
  tufKey,
  tufKeyid,
  tufKeyidOf,
  tufSignatures,
  type TufKey,
  type TufSignature,
} from './tuf.ts';

export interface RootKey {
  /** D9 keyid: hex SHA-256 of the SPKI. */
  readonly keyid: string;
  /** TUF's keyid, which signatures name. */
  readonly tufKeyid: string;
  readonly spki: Uint8Array;
  readonly operator: string;
}

export interface RootRole {
  readonly threshold: number;
  readonly keys: readonly RootKey[];
}

export const rootRoles = ['root', 'targets', 'snapshot', 'timestamp'] as const;
export type RootRoleName = (typeof rootRoles)[number];

export interface Root {
  readonly version: number;
  /** Hex SHA-256 of the file. */
  readonly sha256: string;
  readonly expires: string;
  /** Of the root role. */
  readonly threshold: number;
  /** The operator that is the vendor: it never counts as its own witness, rebuilder or supervisor. */
  readonly vendor: string;
  /** Those of the root role. */
  readonly keys: readonly RootKey[];
  /** The online roles are absent from a root that is pinned for verdicts alone. */
  readonly roles: { readonly root: RootRole } & { readonly [Name in RootRoleName]?: RootRole };
  /** Every key of the file, whatever its role. */
  readonly allKeys: readonly RootKey[];
}

const role: Schema<{ readonly keyids: readonly string[]; readonly threshold: number }> = object({
  keyids: list(text(tufKeyid, 64, 'a keyid'), { least: 1, most: 64 }),
  threshold: integer(1, 64),
});
type ListedRole = ReturnType<typeof role.check>;

interface RootFile {
  readonly signed: {
    readonly version: number;
    readonly expires: string;
    readonly keys: Readonly<Record<string, TufKey>>;
    readonly roles: { readonly root: ListedRole } & { readonly [Name in RootRoleName]?: ListedRole };
    readonly 'x-vitrine': { readonly vendor: string; readonly operators: Readonly<Record<string, string>> };
  };
  readonly signatures: readonly TufSignature[];
}

export const rootSchema: Schema<RootFile> = object({
  signed: object(
    {
      _type: oneOf('root'),
      spec_version: text(/^1\.0\.[0-9]{1,3}$/, 10, 'specification 1.0.x'),
      version: integer(1),
      expires: field.time,
      consistent_snapshot: oneOf(true),
      keys: record(tufKeyid, tufKey, 128),
      roles: object({ root: role }, { targets: role, snapshot: role, timestamp: role }),
      'x-vitrine': object({ vendor: field.name, operators: record(tufKeyid, field.name, 128) }),
    },
    {},
  ),
  signatures: tufSignatures,
});

/** A root that satisfies every rule but the threshold, with what its signatures are over. */
export interface UnverifiedRoot {
  readonly root: Root;
  readonly message: Uint8Array;
  readonly signatures: readonly TufSignature[];
}

/** Reads a root file and the rules of D4; no signature is looked at. */
export function parseRoot(bytes: Uint8Array, sha256: Sha256 = pureSha256): UnverifiedRoot {
  const value = parseJson(bytes, { bytes: 512_000, depth: 8 });
  const { signed, signatures } = rootSchema.check(value);
  if (new Set(signatures.map(({ keyid }) => keyid)).size < signatures.length)
    throw fail('root.signature-twice', 'two signatures under one keyid');
  const keys = readKeys(signed, sha256);
  const { vendor } = signed['x-vitrine'];
  const roles: Partial<Record<RootRoleName, RootRole>> & { root: RootRole } = {
    root: readRole('root', signed.roles.root, keys),
  };
  for (const name of rootRoles) {
    const listed = signed.roles[name];
    if (listed === undefined) continue;
    roles[name] = readRole(name, listed, keys);
    // Who signs top-level targets says whom to trust for products: the same balance as for the root.
    if (name === 'root' || name === 'targets') requireBalance(name, roles[name], vendor);
  }
  const root: Root = {
    version: signed.version,
    sha256: toHex(sha256(bytes)),
    expires: signed.expires,
    threshold: roles.root.threshold,
    vendor,
    keys: roles.root.keys,
    roles,
    allKeys: [...keys.values()],
  };
  // The signed part in canonical form is what is signed, whatever the file's white space.
  return { root, message: tufCanonicalJson((value as { signed: Json }).signed), signatures };
}

function readKeys(signed: RootFile['signed'], sha256: Sha256): ReadonlyMap<string, RootKey> {
  const keys = new Map<string, RootKey>();
  const known = new Set<string>();
  for (const [listed, key] of Object.entries(signed.keys)) {
    const operator = signed['x-vitrine'].operators[listed];
    if (operator === undefined) throw fail('root.key', `the key ${listed} has no operator`);
    if (tufKeyidOf(key, sha256) !== listed)
      throw fail('root.key', `the key listed as ${listed} has another keyid`);
    const spki = spkiOfTufKey(key);
    const keyid = keyidOf(spki, sha256);
    // The same key in another PEM layout has another TUF keyid, and must not count twice.
    if (known.has(keyid)) throw fail('root.key', `the key ${keyid} is listed twice`);
    known.add(keyid);
    keys.set(listed, { keyid, tufKeyid: listed, spki, operator });
  }
  return keys;
}

function readRole(
  name: RootRoleName,
  { keyids, threshold }: ListedRole,
  keys: ReadonlyMap<string, RootKey>,
): RootRole {
  if (new Set(keyids).size < keyids.length)
    throw fail('root.key', `a key of the role ${name} is listed twice`);
  const listed = keyids.map((keyid) => {
    const key = keys.get(keyid);
    if (key === undefined) throw fail('root.key', `the ${name} key ${keyid} is not among the keys`);
    return key;
  });
  return { threshold, keys: listed };
}

/** D4: no operator alone reaches the threshold, and none but the vendor can block it. */
function requireBalance(name: RootRoleName, { keys, threshold }: RootRole, vendor: string): void {
  for (const operator of new Set(keys.map((key) => key.operator))) {
    const own = keys.filter((key) => key.operator === operator).length;
    if (own >= threshold)
      throw fail('root.balance', `${operator} alone reaches the ${name} threshold of ${threshold}`);
    if (operator !== vendor && keys.length - own < threshold) {
      throw fail('root.balance', `${operator} alone can block the ${name} threshold of ${threshold}`);
    }
  }
}

/** Parses a pinned root and checks that it satisfies its own threshold and the rules of D4. */
export async function loadRoot(
  bytes: Uint8Array,
  verify?: VerifySignature,
  sha256: Sha256 = pureSha256,
): Promise<Root> {
  const unverified = parseRoot(bytes, sha256);
  await requireRootThreshold(unverified, unverified.root.roles.root, verify);
  return unverified.root;
}

/**
 * Throws unless `threshold` keys of `role` signed: the role of the file itself, or that of the version
 * before (TUF 5.3.4). Signatures under keyids that the role does not list are passed over.
 */
export async function requireRootThreshold(
  { message, signatures }: UnverifiedRoot,
  { keys, threshold }: RootRole,
  verify?: VerifySignature,
): Promise<void> {
  let signers = 0; // Each key stands once in a role, and each keyid once among the signatures.
  for (const { keyid, sig } of signatures) {
    const key = keys.find(({ tufKeyid: own }) => own === keyid);
    if (key === undefined) continue;
    await requireSignature(key.spki, message, fromHex(sig), verify);
    signers++;
  }
  if (signers < threshold) throw fail('root.threshold', `${signers} of ${threshold} signatures on the root`);
}
