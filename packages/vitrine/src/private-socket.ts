// A Unix socket for this user alone: of a signer, and of a daemon's control.

import { lstat, unlink } from 'node:fs/promises';
import { connect, type Server } from 'node:net';
import { quote } from '@vitrine/evidence';
import { errnoOf, fileFault } from '@vitrine/host';
import { fail } from './codes.ts';

/** sun_path of Linux holds 108 bytes with its end, that of macOS 104; longer ones would be cut silently. */
const mostBytes = 103;

/** Nobody else may connect from the first moment on. Takes the place of a socket that a killed process left. */
export async function listenPrivately(server: Server, path: string): Promise<void> {
  if (Buffer.byteLength(path) > mostBytes)
    throw fail(
      'socket.path',
      `couldn't listen at ${quote(path, 400)}: a socket's path has at most ${mostBytes} bytes`,
    );
  await removeDeadSocket(path);
  const mask = process.umask(0o177);
  try {
    await new Promise<void>((resolve, reject) => {
      server.once('error', (error) => reject(fileFault('listen at', path, error)));
      server.listen(path, resolve);
    });
  } finally {
    process.umask(mask);
  }
}

/** What a killed process left behind takes no connection; a socket that does belongs to one that runs. */
async function removeDeadSocket(path: string): Promise<void> {
  const found = await lstat(path).catch((error: unknown) => {
    if (errnoOf(error) !== 'ENOENT') throw fileFault('look at', path, error);
  });
  if (found?.isSocket() !== true) return; // Listening says what else is there.
  const errno = await new Promise<string>((resolve) => {
    const socket = connect(path);
    socket.once('connect', () => (socket.destroy(), resolve('')));
    socket.once('error', (error) => resolve(errnoOf(error) ?? 'unknown'));
  });
  if (errno === 'ECONNREFUSED') await unlink(path);
}
