// Secrets that a browser or a link carries: 256 random bits. What is kept is their SHA-256, so that whoever
// reads the database, or a backup of it, can sign in as nobody.

import { randomBytes } from 'node:crypto';
import { utf8 } from '@vitrine/evidence';
import { sha256, sha256Hex } from '@vitrine/host';

export function newSecret(): string {
  return randomBytes(32).toString('base64url');
}

const form = /^[A-Za-z0-9_-]{43}$/;

/** What is kept of it; undefined for what cannot be one, so that nothing else reaches the database. */
export function keptOf(secret: string | undefined): string | undefined {
  return secret !== undefined && form.test(secret) ? sha256Hex(utf8(secret)) : undefined;
}

/** A value that only the holder of the secret can know, for this purpose alone. */
export function derived(purpose: string, secret: string): string {
  return Buffer.from(sha256(utf8(`${purpose}\n${secret}`))).toString('base64url');
}

/** Names of things in lists and on the command line; they open nothing. */
export function newName(): string {
  return randomBytes(10).toString('hex');
}
