// Private keys in files: PKCS#8 PEM without a passphrase, for the owner's eyes only.

import { createPrivateKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { fromUtf8, isVitrineError, quote, utf8, type Scheme, type Signer } from '@vitrine/evidence';
import { readPrivate, writeDurable } from '@vitrine/host';
import { fail } from './codes.ts';
import { signerOf } from './signer.ts';

/** The largest that Vitrine makes, ML-DSA-44 with its expanded key, has under 4 kB. */
const mostBytes = 16_384;

/** Makes a key, mode 0600, durable before it is used; refuses a path that is taken. */
export async function generateKey(path: string, scheme: Scheme): Promise<Signer> {
  const privateKey = newKey(scheme);
  const pem = privateKey.export({ type: 'pkcs8', format: 'pem' });
  try {
    await writeDurable(path, utf8(pem), { mode: 0o600, overwrite: false });
  } catch (error) {
    if (!isVitrineError(error, 'file.exists')) throw error;
    throw fail('key.exists', `couldn't write a new key to ${quote(path, 400)}: it exists`, {
      at: path,
      cause: error,
    });
  }
  return signerOf(privateKey);
}

function newKey(scheme: Scheme): KeyObject {
  switch (scheme) {
    case 'ed25519':
      return generateKeyPairSync('ed25519').privateKey;
    case 'ecdsa-p256':
      return generateKeyPairSync('ec', { namedCurve: 'prime256v1' }).privateKey;
    case 'ml-dsa-44':
      return generateKeyPairSync('ml-dsa-44').privateKey;
  }
}

/** Links are followed; what they lead to is judged by its own mode. */
export async function loadSigner(path: string): Promise<Signer> {
  const text = await readKeyText(path);
  if (!/^-----BEGIN PRIVATE KEY-----\r?\n[A-Za-z0-9+/=\r\n]+-----END PRIVATE KEY-----\s*$/.test(text)) {
    throw fail('key.malformed', `couldn't load ${quote(path, 400)}: not one PKCS#8 PEM private key`, {
      at: path,
    });
  }
  let privateKey: KeyObject;
  try {
    privateKey = createPrivateKey({ key: text, format: 'pem' });
  } catch {
    // No cause: the library's error might carry a piece of the key.
    throw fail('key.malformed', `couldn't load ${quote(path, 400)}: the key inside does not parse`, {
      at: path,
    });
  }
  return signerOf(privateKey);
}

/** The text of a file that only its owner may read. */
async function readKeyText(path: string): Promise<string> {
  try {
    return fromUtf8(await readPrivate(path, mostBytes));
  } catch (error) {
    if (isVitrineError(error, 'private.permissions'))
      throw fail('key.permissions', error.message, { at: path });
    if (isVitrineError(error, 'private.form')) throw fail('key.malformed', error.message, { at: path });
    if (isVitrineError(error, 'bytes.utf8'))
      throw fail('key.malformed', `couldn't load ${quote(path, 400)}: not text`, { at: path });
    throw error;
  }
}
