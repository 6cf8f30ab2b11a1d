import { utf8, type Scheme, type Signer } from '@vitrine/evidence';
import { sha256 } from '@vitrine/host';
import { signerFromSeed } from '@vitrine/keys';

const made = new Map<string, Signer>();

/** The same name gives the same key in every test and on every machine. Never for anything real. */
export function testSigner(name: string, scheme: Scheme = 'ed25519'): Signer {
  const id = `${scheme} ${name}`;
  let signer = made.get(id);
  if (signer === undefined) {
    signer = signerFromSeed(sha256(utf8(name)), scheme);
    made.set(id, signer);
  }
  return signer;
}
