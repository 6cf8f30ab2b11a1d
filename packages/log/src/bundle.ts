// Entry bundles of tlog-tiles: each entry after its length in two bytes, big-endian.

import { entryLimit } from '@vitrine/evidence';
import { fail } from './codes.ts';
import { tileWidth } from './path.ts';

export function formatBundle(entries: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(entries.reduce((sum, { length }) => sum + 2 + length, 0));
  let offset = 0;
  for (const entry of entries) {
    bytes[offset] = entry.length >> 8;
    bytes[offset + 1] = entry.length & 0xff;
    bytes.set(entry, offset + 2);
    offset += 2 + entry.length;
  }
  return bytes;
}

/** One to 256 entries and nothing after them. The entries are views of `bytes`. */
export function parseBundle(bytes: Uint8Array): readonly Uint8Array[] {
  const entries: Uint8Array[] = [];
  for (let offset = 0; offset < bytes.length || entries.length === 0;) {
    const [high, low] = bytes.subarray(offset, offset + 2);
    if (high === undefined || low === undefined)
      throw fail('bundle.syntax', 'a length is cut short', { at: offset });
    const end = offset + 2 + ((high << 8) | low);
    if (end > bytes.length)
      throw fail('bundle.syntax', `entry ${entries.length} is cut short`, { at: offset });
    if (entries.length === tileWidth)
      throw fail('bundle.syntax', `more than ${tileWidth} entries`, { at: offset });
    entries.push(bytes.subarray(offset + 2, end));
    offset = end;
  }
  return entries;
}

/** The largest bundle there can be. */
export const bundleLimit: number = tileWidth * (2 + entryLimit);

export function requireEntrySize(entry: Uint8Array): void {
  if (entry.length > entryLimit) {
    throw fail('entry.size', `couldn't log an entry of ${entry.length} bytes; at most ${entryLimit}`);
  }
}
