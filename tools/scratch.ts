// Where the tests of a run keep their folders. They sync thousands of small files that nobody will read
// after the test; what syncing is good for is asked by the faults, which stay on the disk.

import { chmodSync, mkdtempSync, readFileSync, realpathSync, statfsSync } from 'node:fs';
import { freemem, tmpdir } from 'node:os';
import { join } from 'node:path';

const memory = '/dev/shm';
/** Several times what all test files together hold at once. */
const enough = 4 * 2 ** 30;

/** A new folder: in memory where a whole run fits there and nobody set TMPDIR, else where others lie. */
export function scratchFolder(inMemory: boolean): string {
  const parent =
    inMemory && process.env['TMPDIR'] === undefined && isRoomy() ? realpathSync(memory) : tmpdir();
  const folder = mkdtempSync(join(parent, 'vitrine-'));
  // Some tests build as another user.
  chmodSync(folder, 0o755);
  return folder;
}

/** A file system in memory from which programs may be started, with enough room in both. */
function isRoomy(): boolean {
  try {
    const { bavail, bsize } = statfsSync(memory);
    return bavail * bsize >= enough && freemem() >= enough && runsPrograms();
  } catch {
    return false;
  }
}

function runsPrograms(): boolean {
  const mounts = readFileSync('/proc/self/mounts', 'utf8').split('\n');
  const [, , type, options = 'noexec'] =
    mounts.find((line) => line.split(' ')[1] === memory)?.split(' ') ?? [];
  return type === 'tmpfs' && !options.split(',').includes('noexec');
}
