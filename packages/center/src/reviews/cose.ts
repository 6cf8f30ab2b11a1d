// The public key of a passkey, as WebAuthn writes it (COSE), as the SubjectPublicKeyInfo that statements
// are signed under. Only P-256 with ES256 can sign reviews (D28).

import { decodeCredentialPublicKey } from '@simplewebauthn/server/helpers';
import { concat, formatSpki } from '@vitrine/evidence';

const label = { kty: 1, alg: 3, crv: -1, x: -2, y: -3 } as const;
const ec2 = 2;
const es256 = -7;
const p256 = 1;

/** Undefined for every other kind of key. */
export function spkiOfCose(cose: Uint8Array): Uint8Array | undefined {
  const key = decodeCredentialPublicKey(new Uint8Array(cose)) as unknown as Map<number, unknown>;
  const [x, y] = [key.get(label.x), key.get(label.y)];
  if (key.get(label.kty) !== ec2 || key.get(label.alg) !== es256 || key.get(label.crv) !== p256)
    return undefined;
  if (!(x instanceof Uint8Array) || !(y instanceof Uint8Array) || x.length !== 32 || y.length !== 32)
    return undefined;
  return formatSpki({ scheme: 'ecdsa-p256', raw: concat(x, y) });
}
