import { raiser, type Raise } from '@vitrine/evidence';

/** What stands between a signer and its private key. */
export const keysErrors = {
  'key.permissions': {
    exit: 4,
    meaning: 'A private key file can be read or written by others than its owner.',
    remedy: 'Run "chmod 600" on the file; if others may have read it, make a new key.',
  },
  'key.exists': {
    exit: 1,
    meaning: 'There is already a file where a new key was to be written; a key is never overwritten.',
    remedy: 'Choose another path, or move the old key away yourself.',
  },
  'key.malformed': {
    exit: 1,
    meaning: 'A private key file is not one PKCS#8 PEM block without a passphrase.',
    remedy: 'Make a key with "vitrine keys generate", or convert it with "openssl pkcs8 -topk8 -nocrypt".',
  },
  'key.type': {
    exit: 1,
    meaning: 'A private key is of a type that Vitrine does not sign with.',
    remedy: 'Use an Ed25519, P-256 or ML-DSA-44 key.',
  },
  'key.name': {
    exit: 2,
    meaning: 'A note key has no name, a name that note keys cannot have, or two different names.',
    remedy: 'Name the key without spaces and plus signs, for example "example.com/log".',
  },
  'key.sign': {
    exit: 1,
    meaning: 'A key could not make a signature.',
    remedy: 'Check the key and the signing library.',
  },
} as const;

export type KeysCode = keyof typeof keysErrors;
export const fail: Raise<KeysCode> = raiser(keysErrors);
