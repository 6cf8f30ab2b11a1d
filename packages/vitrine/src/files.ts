// Reading what the user names, bounded; a missing file says which argument named it.

import { isVitrineError } from '@vitrine/evidence';
import { readBounded } from '@vitrine/host/files';

const fileLimit = 1 << 20;

export function readFile(path: string, most: number = fileLimit): Promise<Uint8Array> {
  return readBounded(path, most);
}

/** Undefined where there is no such file: absent is not the same as bad. */
export async function readIfPresent(path: string, most: number = fileLimit): Promise<Uint8Array | undefined> {
  try {
    return await readBounded(path, most);
  } catch (error) {
    if (isVitrineError(error, 'file.missing')) return undefined;
    throw error;
  }
}
