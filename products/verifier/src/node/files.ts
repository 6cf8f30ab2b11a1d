// Files as the user names them, bounded. Nothing is ever written.

import { createHash } from 'node:crypto';
import { constants } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';
import { quote } from '@vitrine/evidence';
import type { Artifact } from '../answer.ts';
import { fail } from '../codes.ts';

/** Evidence, publication, policy and root are at most 1 MiB; their parsers refuse one byte more. */
const documentLimit = 1 << 20;

/**
 * At most one byte more than a document may have: a larger file is refused by its own parser, as bad
 * evidence, and never held in memory.
 */
export async function readDocument(path: string): Promise<Uint8Array> {
  return withFile(path, async (handle) => {
    const bytes = Buffer.alloc(Math.min((await handle.stat()).size, documentLimit) + 1);
    let length = 0;
    while (length < bytes.length) {
      const { bytesRead } = await handle.read(bytes, length, bytes.length - length, length);
      if (bytesRead === 0) break;
      length += bytesRead;
    }
    return new Uint8Array(bytes.buffer, bytes.byteOffset, length);
  });
}

/** Undefined where there is no such file: absent evidence leaves a verdict open, it does not refuse. */
export async function readIfPresent(path: string): Promise<Uint8Array | undefined> {
  try {
    return await readDocument(path);
  } catch (error) {
    if (errnoOf(error instanceof Error ? error.cause : undefined) === 'ENOENT') return undefined;
    throw error;
  }
}

/** Streams: the size of the artifact does not matter. */
export async function hashFile(path: string): Promise<Artifact> {
  return withFile(path, async (handle) => {
    const digest = createHash('sha256');
    const chunk = Buffer.alloc(1 << 20);
    let size = 0;
    for (;;) {
      const { bytesRead } = await handle.read(chunk, 0, chunk.length, size);
      if (bytesRead === 0) return { sha256: digest.digest('hex'), size };
      digest.update(chunk.subarray(0, bytesRead));
      size += bytesRead;
    }
  });
}

async function withFile<T>(path: string, read: (handle: FileHandle) => Promise<T>): Promise<T> {
  let handle: FileHandle | undefined;
  try {
    // O_NONBLOCK: opening a named pipe must not wait until somebody writes.
    handle = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
    if (!(await handle.stat()).isFile())
      throw fail('verifier.unreadable', `couldn't read ${quote(path, 200)}: not a regular file`);
    return await read(handle);
  } catch (error) {
    const errno = errnoOf(error);
    if (errno === undefined) throw error;
    if (errno === 'ENOENT' || errno === 'ENOTDIR')
      throw fail('verifier.missing', `couldn't read ${quote(path, 200)}: no such file`, { cause: error });
    throw fail('verifier.unreadable', `couldn't read ${quote(path, 200)}: ${errno}`, { cause: error });
  } finally {
    await handle?.close();
  }
}

/** The operating system's name of a failure, as "EACCES"; undefined for any other error. */
function errnoOf(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('code' in error) || !('errno' in error)) return undefined;
  return typeof error.code === 'string' ? error.code : undefined;
}
