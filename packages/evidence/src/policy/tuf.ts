// What every TUF 1.0 file has in common, root or not: keys and their keyids, signatures, and the bytes that
// are signed. Used by the root file here and by the update client.

import { fromBase64, fromHex, toBase64, toHex, utf8 } from '../bytes.ts';
import { canonicalJson, canonicalOfParsed } from '../canonical.ts';
import { fail } from '../codes.ts';
import { parseJson, type Json, type JsonLimits, type JsonObject } from '../json.ts';
import { anything, list, object, oneOf, text, type Schema } from '../schema.ts';
import { sha256 as pureSha256, type Sha256 } from '../sha256.ts';
import type { Signer } from '../signer.ts';
import { formatSpki, parseSpki } from '../spki.ts';

export interface TufKey {
  readonly keytype: 'ed25519' | 'ecdsa';
  readonly scheme: 'ed25519' | 'ecdsa-sha2-nistp256';
  readonly keyval: { readonly public: string };
}

export interface TufSignature {
  readonly keyid: string;
  /** In hex. */
  readonly sig: string;
}

export const tufKey: Schema<TufKey> = object({
  keytype: oneOf('ed25519', 'ecdsa'),
  scheme: oneOf('ed25519', 'ecdsa-sha2-nistp256'),
  keyval: object({ public: text(/^[\x20-\x7e\n]{1,400}$/, 400, 'a public key in hex or PEM') }),
});

export const tufKeyid: RegExp = /^[0-9a-f]{64}$/;

export const tufSignatures: Schema<readonly TufSignature[]> = list(
  object({
    keyid: text(tufKeyid, 64, 'a keyid'),
    sig: text(/^[0-9a-f]{2,160}$/, 160, 'a signature in hex'),
  }),
  { least: 1, most: 64 },
);

/**
 * TUF's canonical JSON of what `parseJson` answered: that of RFC 8785, except that strings keep control
 * characters as they are. It matters for keys in PEM, which hold line feeds: in all else that we write the
 * two agree (D32).
 */
export function tufCanonicalJson(value: Json): Uint8Array {
  const escaped = canonicalOfParsed(value);
  // Of the escapes that RFC 8785 writes, \" and \\ are TUF's too.
  if (!escaped.includes('\\')) return utf8(escaped);
  return utf8(
    escaped.replace(/\\(?:u00([01][0-9a-f])|([^u]))/g, (escape, code?: string, letter?: string) => {
      if (code !== undefined) return String.fromCharCode(Number.parseInt(code, 16));
      return controls[letter ?? ''] ?? escape;
    }),
  );
}

const controls: Readonly<Record<string, string>> = { b: '\b', f: '\f', n: '\n', r: '\r', t: '\t' };

/** TUF's keyid: hex SHA-256 of the key's canonical JSON. Recomputed, never believed. */
export function tufKeyidOf(
  key: { readonly keytype: string; readonly scheme: string; readonly keyval: { readonly public: string } },
  sha256: Sha256 = pureSha256,
): string {
  return toHex(sha256(tufCanonicalJson(key)));
}

export function spkiOfTufKey(key: TufKey): Uint8Array {
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

/** The one form in which we write a key, so that it has one keyid. */
export function tufKeyOf(publicKey: Uint8Array): TufKey {
  const { scheme, raw } = parseSpki(publicKey);
  if (scheme === 'ed25519') return { keytype: 'ed25519', scheme: 'ed25519', keyval: { public: toHex(raw) } };
  if (scheme !== 'ecdsa-p256') throw fail('root.key', `a ${scheme} key cannot sign TUF metadata`);
  const lines = toBase64(publicKey).match(/.{1,64}/g) ?? [];
  const pem = ['-----BEGIN PUBLIC KEY-----', ...lines, '-----END PUBLIC KEY-----', ''].join('\n');
  return { keytype: 'ecdsa', scheme: 'ecdsa-sha2-nistp256', keyval: { public: pem } };
}

const draftLimits: JsonLimits = { bytes: 8 << 20, depth: 16 };

/**
 * The signature of one holder on a draft: the `signed` part of a file, as JSON. Holders sign apart from
 * each other, in any order; `assembleTuf` joins what they made.
 */
export async function signTuf(draft: Uint8Array, signer: Signer): Promise<TufSignature> {
  const message = tufCanonicalJson(parseJson(draft, draftLimits));
  return { keyid: tufKeyidOf(tufKeyOf(signer.publicKey)), sig: toHex(await signer.sign(message)) };
}

/** The file: canonical, signatures sorted by keyid, so that the same parts give the same bytes. */
export function assembleTuf(draft: Uint8Array, signatures: readonly TufSignature[]): Uint8Array {
  const sorted = signatures.toSorted((a, b) => (a.keyid < b.keyid ? -1 : 1));
  if (new Set(sorted.map(({ keyid }) => keyid)).size < sorted.length)
    throw fail('root.signature-twice', 'two signatures under one keyid');
  return canonicalJson({
    signatures: sorted as unknown as Json,
    signed: parseJson(draft, draftLimits) as JsonObject,
  });
}

/** The inverse: what a holder who is shown a file signs, and who has signed so far. */
export function disassembleTuf(file: Uint8Array): {
  readonly draft: Uint8Array;
  readonly signatures: readonly TufSignature[];
} {
  const { signed, signatures } = wholeFile.check(parseJson(file, draftLimits));
  return { draft: canonicalJson(signed), signatures };
}

const wholeFile = object({ signed: anything, signatures: tufSignatures });
