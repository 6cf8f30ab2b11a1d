import { createPublicKey, sign, type KeyObject } from 'node:crypto';
import { keyidOf, parseSpki, type Scheme, type Signer } from '@vitrine/evidence';
import { sha256 } from '@vitrine/host';
import { fail } from './codes.ts';
import { normaliseLowS } from './lows.ts';

/** A private key held in this process. Signing runs on the thread pool. */
export function signerOf(privateKey: KeyObject): Signer {
  const scheme = schemeOf(privateKey);
  const publicKey = new Uint8Array(createPublicKey(privateKey).export({ type: 'spki', format: 'der' }));
  parseSpki(publicKey); // The library's encoding is the one that verifiers accept.
  return Object.freeze({
    scheme,
    publicKey,
    keyid: keyidOf(publicKey, sha256),
    sign: (message: Uint8Array) => signWith(privateKey, scheme, message),
  });
}

function schemeOf(key: KeyObject): Scheme {
  const type = key.asymmetricKeyType;
  if (type === 'ed25519' || type === 'ml-dsa-44') return type;
  const curve = key.asymmetricKeyDetails?.namedCurve;
  if (type === 'ec' && curve === 'prime256v1') return 'ecdsa-p256';
  throw fail('key.type', `couldn't sign with a ${curve ?? type ?? 'secret'} key`);
}

async function signWith(key: KeyObject, scheme: Scheme, message: Uint8Array): Promise<Uint8Array> {
  const isEcdsa = scheme === 'ecdsa-p256';
  const signature = await new Promise<Uint8Array>((resolve, reject) => {
    sign(isEcdsa ? 'sha256' : null, message, { key, dsaEncoding: 'der' }, (cause, made) => {
      if (cause === null) resolve(new Uint8Array(made));
      else reject(fail('key.sign', `couldn't sign with the ${scheme} key`, { cause }));
    });
  });
  return isEcdsa ? normaliseLowS(signature) : signature;
}
