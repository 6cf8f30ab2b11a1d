// Files that only their owner may read: private keys, halves, recovery secrets.

import { randomBytes } from 'node:crypto';
import { constants, open, type FileHandle } from 'node:fs/promises';
import { quote } from '@vitrine/evidence';
import { fail } from './codes.ts';
import { writeDurable } from './durable.ts';
import { fileFault } from './fault.ts';

/** Links are followed; what they lead to is judged by its own mode, which is that of the very file read. */
export async function readPrivate(path: string, maxBytes: number): Promise<Uint8Array> {
  let handle: FileHandle | undefined;
  try {
    handle = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
    const stat = await handle.stat();
    if (!stat.isFile() || stat.size > maxBytes)
      throw fail('private.form', `couldn't load ${quote(path, 400)}: not a small regular file`, { at: path });
    // Windows keeps no such bits; there the folder's access list is the guard.
    if (process.platform !== 'win32' && (stat.mode & 0o077) !== 0) {
      const mode = (stat.mode & 0o777).toString(8).padStart(4, '0');
      throw fail('private.permissions', `couldn't load ${quote(path, 400)}: its mode is ${mode}, not 0600`, {
        at: path,
      });
    }
    const bytes = new Uint8Array(stat.size);
    const { bytesRead } = await handle.read(bytes, 0, bytes.length, 0);
    return bytes.subarray(0, bytesRead);
  } catch (error) {
    throw fileFault('read', path, error);
  } finally {
    await handle?.close();
  }
}

/** `size` random bytes, mode 0600, durable before they are used; refuses a path that is taken. */
export async function createSecret(path: string, size: number): Promise<Uint8Array> {
  const secret = new Uint8Array(randomBytes(size));
  await writeDurable(path, secret, { mode: 0o600, overwrite: false });
  return secret;
}

/** A secret of exactly `size` bytes. */
export async function readSecret(path: string, size: number): Promise<Uint8Array> {
  const secret = await readPrivate(path, size);
  if (secret.length !== size)
    throw fail('private.form', `couldn't load ${quote(path, 400)}: ${secret.length} bytes, not ${size}`, {
      at: path,
    });
  return secret;
}
