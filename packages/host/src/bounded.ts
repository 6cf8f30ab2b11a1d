import { constants, open, type FileHandle } from 'node:fs/promises';
import { quote } from '@vitrine/evidence';
import { fail } from './codes.ts';
import { fileFault } from './fault.ts';

/** Reads a whole regular file of at most `maxBytes`; the limit holds even while the file grows. */
export async function readBounded(path: string, maxBytes: number): Promise<Uint8Array> {
  try {
    // O_NONBLOCK: opening a named pipe must not hold a thread of the pool until a writer comes.
    const handle = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
    try {
      return await readHandle(handle, path, maxBytes);
    } finally {
      await handle.close();
    }
  } catch (error) {
    throw fileFault('read', path, error);
  }
}

export async function readHandle(handle: FileHandle, path: string, maxBytes: number): Promise<Uint8Array> {
  const { size, isFile } = await handle.stat().then((stat) => ({ size: stat.size, isFile: stat.isFile() }));
  if (!isFile) throw fail('file.io', `couldn't read ${quote(path, 400)}: not a regular file`, { at: path });
  if (size > maxBytes) throw tooLarge(path, maxBytes);
  // One byte of room shows a file that grew since the stat, or one (as in /proc) that reports no size.
  let bytes = new Uint8Array(Math.min(Math.max(size, 4095), maxBytes) + 1);
  let length = 0;
  for (;;) {
    const { bytesRead } = await handle.read(bytes, length, bytes.length - length, length);
    if (bytesRead === 0) return bytes.slice(0, length);
    length += bytesRead;
    if (length > maxBytes) throw tooLarge(path, maxBytes);
    if (length === bytes.length) {
      const larger = new Uint8Array(Math.min(bytes.length * 2, maxBytes + 1));
      larger.set(bytes);
      bytes = larger;
    }
  }
}

function tooLarge(path: string, maxBytes: number): Error {
  return fail('file.too-large', `couldn't read ${quote(path, 400)}: more than ${maxBytes} bytes`, {
    at: path,
  });
}
