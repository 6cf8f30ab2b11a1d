// Signature verification. Bytes are judged first (one encoding per signature, so that an envelope
// or a note cannot be altered and stay valid), then the platform's WebCrypto judges the mathematics.

import { concat, equal, toHex } from './bytes.ts';
import { fail } from './codes.ts';
import type { Scheme } from './signer.ts';
import { parseSpki } from './spki.ts';

/**
 * Answers whether `signature` over `message` is by the holder of `spki` (DER). ECDSA signatures are
 * DER. Called only with signatures that `strictSignature` passed; rejects only where the platform
 * lacks the scheme.
 */
export type VerifySignature = (
  scheme: Scheme,
  spki: Uint8Array,
  message: Uint8Array,
  signature: Uint8Array,
) => Promise<boolean>;

const ed25519Order = 0x1000000000000000000000000000000014def9dea2f79cd65812631a5cf5d3edn;
const ed25519Prime = 2n ** 255n - 19n;
const p256Order = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;

/** The y-coordinates of the eight points of small order: a key or R among them signs anything. */
const smallOrderY: readonly Uint8Array[] = [
  0n,
  1n,
  ed25519Prime - 1n,
  0x7a03ac9277fdc74ec6cc392cfa53202a0f67100d760b3cba4fd83d3d706a17c7n,
  0x05fc536d880238b13933c6d305acdfd5f098eff289f4c345b027b2c28f95e826n,
].map(littleEndian);
const primeBytes = littleEndian(ed25519Prime);
const orderBytes = littleEndian(ed25519Order);

/** Refuses every signature that is not the one canonical encoding of its value. */
export function strictSignature(scheme: Scheme, raw: Uint8Array, signature: Uint8Array): string | undefined {
  switch (scheme) {
    case 'ed25519':
      return strictEd25519(raw, signature);
    case 'ecdsa-p256':
      return strictEcdsa(signature);
    case 'ml-dsa-44':
      return signature.length === 2420
        ? undefined
        : `an ML-DSA-44 signature has 2420 bytes, not ${signature.length}`;
  }
}

function strictEd25519(key: Uint8Array, signature: Uint8Array): string | undefined {
  if (signature.length !== 64) return `an Ed25519 signature has 64 bytes, not ${signature.length}`;
  const objection = strictPoint('key', key) ?? strictPoint('R', signature.subarray(0, 32));
  if (objection !== undefined) return objection;
  if (!isBelow(signature.subarray(32), orderBytes)) return 's is not below the group order';
  return undefined;
}

function strictPoint(what: string, point: Uint8Array): string | undefined {
  const y = Uint8Array.from(point); // Not slice: of a Buffer that is no copy.
  y[31] = (y[31] as number) & 0x7f; // The top bit is the sign of x.
  if (!isBelow(y, primeBytes)) return `the encoding of ${what} is not canonical`;
  return smallOrderY.some((small) => equal(small, y)) ? `${what} is a point of small order` : undefined;
}

/** Of two little-endian numbers of 32 bytes. */
function isBelow(a: Uint8Array, b: Uint8Array): boolean {
  for (let i = 31; i >= 0; i--) if (a[i] !== b[i]) return (a[i] as number) < (b[i] as number);
  return false;
}

function strictEcdsa(signature: Uint8Array): string | undefined {
  const values = parseEcdsa(signature);
  if (typeof values === 'string') return values;
  const [r, s] = values;
  if (r < 1n || r >= p256Order || s < 1n || s >= p256Order) return 'r or s is out of range';
  if (s > p256Order / 2n) return 's is high; the submitter must normalise it to low s';
  return undefined;
}

/** SEQUENCE { INTEGER r, INTEGER s } in strict DER, at most 72 bytes. */
function parseEcdsa(der: Uint8Array): readonly [bigint, bigint] | string {
  if (der.length < 8 || der.length > 72 || der[0] !== 0x30 || der[1] !== der.length - 2)
    return 'not a DER sequence of two integers';
  const values: bigint[] = [];
  let offset = 2;
  for (let i = 0; i < 2; i++) {
    const length = der[offset + 1];
    if (der[offset] !== 2 || length === undefined || length < 1 || length > 33) return 'not a DER integer';
    const bytes = der.subarray(offset + 2, offset + 2 + length);
    if (bytes.length !== length) return 'a DER integer is cut short';
    const first = bytes[0] as number;
    if (first >= 0x80) return 'a DER integer is negative';
    if (first === 0 && length > 1 && (bytes[1] as number) < 0x80) return 'a DER integer is not minimal';
    values.push(BigInt(`0x${toHex(bytes)}`));
    offset += 2 + length;
  }
  if (offset !== der.length) return 'bytes after the DER integers';
  return [values[0] as bigint, values[1] as bigint];
}

/**
 * The same ECDSA signature with s in the lower half; undefined for what is not strict DER. Hardware and
 * libraries make either half, so whoever submits one normalises it.
 */
export function lowS(der: Uint8Array): Uint8Array | undefined {
  const values = parseEcdsa(der);
  if (typeof values === 'string') return undefined;
  const [r, s] = values;
  if (s <= p256Order / 2n) return der;
  if (s >= p256Order) return undefined;
  const body = concat(derInteger(r), derInteger(p256Order - s));
  return concat(Uint8Array.of(0x30, body.length), body);
}

/** Minimal, and positive: a leading zero where the top bit is set. */
function derInteger(value: bigint): Uint8Array {
  const bytes = bigEndian32(value);
  const first = bytes.findIndex((byte) => byte !== 0);
  const minimal = bytes.subarray(first < 0 ? 31 : first);
  const positive = (minimal[0] as number) >= 0x80 ? concat(Uint8Array.of(0), minimal) : minimal;
  return concat(Uint8Array.of(2, positive.length), positive);
}

function littleEndian(value: bigint): Uint8Array {
  return bigEndian32(value).reverse();
}

function bigEndian32(value: bigint): Uint8Array {
  const bytes = new Uint8Array(32);
  for (let i = 31, rest = value; i >= 0; i--, rest >>= 8n) bytes[i] = Number(rest & 0xffn);
  return bytes;
}

/** WebCrypto: Node 24.7 and later, and current browsers. Imported keys are kept, at most 256 of them. */
const imported = new Map<string, Promise<CryptoKey>>();

const webCryptoNames = {
  ed25519: { name: 'Ed25519' },
  'ecdsa-p256': { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' },
  'ml-dsa-44': { name: 'ML-DSA-44' },
} as const;

export const webCryptoVerify: VerifySignature = async (scheme, spki, message, signature) => {
  // Browsers keep it from pages that came over plain http.
  const subtle = (globalThis.crypto as Crypto | undefined)?.subtle;
  if (subtle === undefined)
    throw fail('signature.platform', 'this page has no WebCrypto: open it from a file or over https');
  const id = toHex(spki);
  let key = imported.get(id);
  if (key === undefined) {
    if (imported.size >= 256) imported.clear();
    key = subtle.importKey('spki', spki as Uint8Array<ArrayBuffer>, webCryptoNames[scheme], false, [
      'verify',
    ]);
    imported.set(id, key);
  }
  let usable: CryptoKey;
  try {
    usable = await key;
  } catch (cause) {
    imported.delete(id);
    if (cause instanceof DOMException && cause.name === 'NotSupportedError') {
      throw fail('signature.platform', `this platform's WebCrypto has no ${scheme}`, { cause });
    }
    return false; // A point that is not on the curve: the key is the policy's fault, the signature is not valid.
  }
  let bytes = signature;
  if (scheme === 'ecdsa-p256') {
    const values = parseEcdsa(signature);
    if (typeof values === 'string') return false;
    bytes = concat(bigEndian32(values[0]), bigEndian32(values[1]));
  }
  return subtle.verify(
    webCryptoNames[scheme],
    usable,
    bytes as Uint8Array<ArrayBuffer>,
    message as Uint8Array<ArrayBuffer>,
  );
};

/** Throws `signature.invalid` unless the signature is canonical and valid. */
export async function requireSignature(
  spki: Uint8Array,
  message: Uint8Array,
  signature: Uint8Array,
  verify: VerifySignature = webCryptoVerify,
): Promise<void> {
  const { scheme, raw } = parseSpki(spki);
  const objection = strictSignature(scheme, raw, signature);
  if (objection !== undefined) throw fail('signature.invalid', objection);
  if (!(await verify(scheme, spki, message, signature))) {
    throw fail('signature.invalid', `the ${scheme} signature does not verify`);
  }
}
