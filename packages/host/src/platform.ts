// What evidence takes as arguments, by Node's own cryptography: faster than its pure defaults.

import { createHash, createPublicKey, hash, verify, type KeyObject } from 'node:crypto';
import { open } from 'node:fs/promises';
import type { Scheme, Sha256, VerifySignature } from '@vitrine/evidence';
import { fileFault } from './fault.ts';

/**
 * By way of a string of one character a byte: a buffer that Node makes for a digest takes as long as the
 * hashing of a short input. And plain, because `slice` of a Buffer would share its bytes, not copy them.
 */
export const sha256: Sha256 = (bytes) => {
  const text = hash('sha256', bytes, 'latin1');
  const digest = new Uint8Array(text.length);
  for (let i = 0; i < digest.length; i++) digest[i] = text.charCodeAt(i);
  return digest;
};

/** Lower-case hex SHA-256. */
export function sha256Hex(bytes: Uint8Array): string {
  return hash('sha256', bytes, 'hex');
}

export interface FileDigest {
  readonly sha256: string;
  readonly size: number;
}

/** Read through one buffer: the size of the file does not matter, and no chunk leaves work to the collector. */
export async function hashFile(path: string): Promise<FileDigest> {
  const digest = createHash('sha256');
  const chunk = new Uint8Array(1 << 20);
  let size = 0;
  try {
    await using file = await open(path);
    for (;;) {
      const { bytesRead } = await file.read(chunk);
      if (bytesRead === 0) return { sha256: digest.digest('hex'), size };
      digest.update(chunk.subarray(0, bytesRead));
      size += bytesRead;
    }
  } catch (error) {
    throw fileFault('read', path, error);
  }
}

/** Parsed keys by SubjectPublicKeyInfo, oldest first out. A key that does not parse is not kept. */
const keys = new Map<string, KeyObject>();
const mostKeys = 256;

function publicKey(spki: Uint8Array): KeyObject {
  const der = Buffer.from(spki.buffer, spki.byteOffset, spki.length);
  const id = der.toString('latin1');
  const known = keys.get(id);
  if (known !== undefined) return known;
  const key = createPublicKey({ key: der, format: 'der', type: 'spki' });
  if (keys.size >= mostKeys) keys.delete(keys.keys().next().value as string);
  keys.set(id, key);
  return key;
}

/**
 * On the thread pool, several at once: for a server. The caller has checked that the signature is
 * canonical (`strictSignature`); here only the mathematics is judged.
 */
export const verifySignature: VerifySignature = (scheme, spki, message, signature) => {
  const key = usableKey(spki);
  if (key === undefined) return Promise.resolve(false);
  return new Promise((settle) => {
    verify(algorithmOf(scheme), message, { key, dsaEncoding: 'der' }, signature, (error, valid) => {
      settle(error === null && valid);
    });
  });
};

/** The same on this thread: for a command that ends with its verdict, starting a pool costs more than it saves. */
export const verifySignatureHere: VerifySignature = (scheme, spki, message, signature) => {
  const key = usableKey(spki);
  return Promise.resolve(
    key !== undefined && verify(algorithmOf(scheme), message, { key, dsaEncoding: 'der' }, signature),
  );
};

/** Undefined for what is not a point of the curve: nothing verifies under such a key. */
function usableKey(spki: Uint8Array): KeyObject | undefined {
  try {
    return publicKey(spki);
  } catch {
    return undefined;
  }
}

function algorithmOf(scheme: Scheme): 'sha256' | null {
  return scheme === 'ecdsa-p256' ? 'sha256' : null;
}
