// SHA-256 and signatures by Node's own cryptography. node:crypto verifies ML-DSA-44 without the warning
// that its WebCrypto still prints, and knows every other scheme in old versions, too.

import { createPublicKey, hash, verify, type KeyObject } from 'node:crypto';
import { evidenceErrors, raiser, type Platform, type Scheme } from '@vitrine/evidence';

const fail = raiser(evidenceErrors);

export const nodePlatform: Platform = {
  sha256: (bytes) => {
    const digest = hash('sha256', bytes, 'buffer');
    return new Uint8Array(digest.buffer, digest.byteOffset, digest.length);
  },
  // The caller has checked that the signature is canonical; here only the mathematics is judged.
  verifySignature: async (scheme, spki, message, signature) => {
    const key = publicKey(scheme, spki);
    if (key === undefined) return false;
    const algorithm = scheme === 'ecdsa-p256' ? 'sha256' : null;
    return verify(algorithm, message, { key, dsaEncoding: 'der' }, signature);
  },
};

/** Undefined where the bytes are no point of the curve: nothing verifies under such a key. */
function publicKey(scheme: Scheme, spki: Uint8Array): KeyObject | undefined {
  try {
    return createPublicKey({ key: Buffer.from(spki), format: 'der', type: 'spki' });
  } catch (cause) {
    // Any 1312 bytes are an ML-DSA-44 key, so it is this Node that does not know the scheme.
    if (scheme === 'ml-dsa-44')
      throw fail('signature.platform', `Node ${process.versions.node} cannot verify ${scheme}`, { cause });
    return undefined;
  }
}
