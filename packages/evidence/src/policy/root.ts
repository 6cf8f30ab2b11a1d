// The pinned root of trust: a TUF 1.0 root file, of which the root role is read here. Its own member
// `x-vitrine` names each key's operator, so that operators can be counted (D4); stock clients ignore it.

import { fromBase64, fromHex, toHex } from '../bytes.ts';
import { canonicalJson } from '../canonical.ts';
import { fail } from '../codes.ts';
import * as field from '../fields.ts';
import { parseJson, type Json } from '../json.ts';
import { integer, list, object, oneOf, record, text, type Schema } from '../schema.ts';
import { sha256 as pureSha256, type Sha256 } from '../sha256.ts';
import { requireSignature, type VerifySignature } from '../signature.ts';
import { formatSpki, keyidOf, parseSpki } from '../spki.ts';

export interface RootKey {
  /** D9 keyid: hex SHA-256 of the SPKI. */
  readonly keyid: string;
  readonly spki: Uint8Array;
  readonly operator: string;
}

export interface Root {
  readonly version: number;
  /** Hex SHA-256 of the file. */
  readonly sha256: string;
  readonly expires: string;
  readonly threshold: number;
  /** The operator that is the vendor: it never counts as its own witness, rebuilder or supervisor. */
  readonly vendor: string;
  readonly keys: readonly RootKey[];
}

interface TufKey {
  readonly keytype: 'ed25519' | 'ecdsa';
  readonly scheme: 'ed25519' | 'ecdsa-sha2-nistp256';
  readonly keyval: { readonly public: string };
}

const tufKey: Schema<TufKey> = object({
  keytype: oneOf('ed25519', 'ecdsa'),
  scheme: oneOf('ed25519', 'ecdsa-sha2-nistp256'),
  keyval: object({ public: text(/^[\x20-\x7e\n]{1,400}$/, 400, 'a public key in hex or PEM') }),
});

const tufKeyid = /^[0-9a-f]{64}$/;
const role: Schema<{ readonly keyids: readonly string[]; readonly threshold: number }> = object({
  keyids: list(text(tufKeyid, 64, 'a keyid'), { least: 1, most: 64 }),
  threshold: integer(1, 64),
});

interface RootFile {
  readonly signed: {
    readonly version: number;
    readonly expires: string;
    readonly keys: Readonly<Record<string, TufKey>>;
    readonly roles: { readonly root: { readonly keyids: readonly string[]; readonly threshold: number } };
    readonly 'x-vitrine': { readonly vendor: string; readonly operators: Readonly<Record<string, string>> };
  };
  readonly signatures: readonly { readonly keyid: string; readonly sig: string }[];
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
  signatures: list(
    object({
      keyid: text(tufKeyid, 64, 'a keyid'),
      sig: text(/^[0-9a-f]{2,160}$/, 160, 'a signature in hex'),
    }),
    {
      least: 1,
      most: 64,
    },
  ),
});

/** TUF's keyid: hex SHA-256 of the key's canonical JSON. Recomputed, never believed. */
export function tufKeyidOf(
  key: { readonly keytype: string; readonly scheme: string; readonly keyval: { readonly public: string } },
  sha256: Sha256 = pureSha256,
): string {
  return toHex(sha256(canonicalJson(key)));
}

function spkiOf(key: TufKey): Uint8Array {
  if (key.scheme !== (key.keytype === 'ed25519' ? 'ed25519' : 'ecdsa-sha2-nistp256'))
    throw fail('root.key', `an ${key.keytype} key cannot have the scheme ${key.scheme}`);
  if (key.keytype === 'ed25519') return formatSpki({ scheme: 'ed25519', raw: fromHex(key.keyval.public) });
  const pem = /^-----BEGIN PUBLIC KEY-----\n([A-Za-z0-9+/=\n]+)\n-----END PUBLIC KEY-----\n?$/.exec(
    key.keyval.public,
  );
  const spki = fromBase64((pem?.[1] ?? '').replaceAll('\n', ''));
  if (parseSpki(spki).scheme !== 'ecdsa-p256') throw fail('root.key', 'an ecdsa key that is not on P-256');
  return spki;
}

/** Parses a pinned root and checks that it satisfies its own threshold and the rules of D4. */
export async function loadRoot(
  bytes: Uint8Array,
  verify?: VerifySignature,
  sha256: Sha256 = pureSha256,
): Promise<Root> {
  const value = parseJson(bytes, { bytes: 512_000, depth: 8 });
  const { signed, signatures } = rootSchema.check(value);
  const keys = new Map<string, RootKey>();
  for (const keyid of signed.roles.root.keyids) {
    const key = signed.keys[keyid];
    const operator = signed['x-vitrine'].operators[keyid];
    if (key === undefined || operator === undefined)
      throw fail('root.key', `the root key ${keyid} has no key or no operator`);
    if (tufKeyidOf(key, sha256) !== keyid)
      throw fail('root.key', `the key listed as ${keyid} has another keyid`);
    if (keys.has(keyid)) throw fail('root.key', `the root key ${keyid} is listed twice`);
    const spki = spkiOf(key);
    const own = keyidOf(spki, sha256);
    // The same key in another PEM layout has another TUF keyid, and must not count twice.
    if ([...keys.values()].some((other) => other.keyid === own))
      throw fail('root.key', `the root key ${own} is listed twice`);
    keys.set(keyid, { keyid: own, spki, operator });
  }
  const { threshold } = signed.roles.root;
  requireBalance([...keys.values()], threshold, signed['x-vitrine'].vendor);

  // The signed part in canonical form is what is signed, whatever the file's white space.
  const message = canonicalJson((value as { signed: Json }).signed);
  const signers = new Set<string>();
  for (const { keyid, sig } of signatures) {
    const key = keys.get(keyid);
    if (key === undefined) continue; // The previous root's signers sign too (TUF 5.3.4).
    await requireSignature(key.spki, message, fromHex(sig), verify);
    signers.add(keyid);
  }
  if (signers.size < threshold)
    throw fail('root.threshold', `${signers.size} of ${threshold} signatures on the root`);
  return {
    version: signed.version,
    sha256: toHex(sha256(bytes)),
    expires: signed.expires,
    threshold,
    vendor: signed['x-vitrine'].vendor,
    keys: [...keys.values()],
  };
}

/** D4: no operator alone reaches the threshold, and none but the vendor can block it. */
function requireBalance(keys: readonly RootKey[], threshold: number, vendor: string): void {
  for (const operator of new Set(keys.map((key) => key.operator))) {
    const own = keys.filter((key) => key.operator === operator).length;
    if (own >= threshold)
      throw fail('root.balance', `${operator} alone reaches the root threshold of ${threshold}`);
    if (operator !== vendor && keys.length - own < threshold) {
      throw fail('root.balance', `${operator} alone can block the root threshold of ${threshold}`);
    }
  }
}
