// Other wrappers around one content, of which Debian packages are made.

import { promisify } from 'node:util';
import { zstdDecompress } from 'node:zlib';
import { bounded } from './gzip.ts';
import { Unreadable, type LayoutReader } from './layout.ts';
import { beginsWith } from './numbers.ts';

const unpackZstd = promisify(zstdDecompress);

export const zstd: LayoutReader = {
  format: 'zstd',
  recognises: (bytes) => beginsWith(bytes, '\x28\xb5\x2f\xfd'),
  read: (bytes) => [
    {
      name: 'content',
      start: 0,
      end: bytes.length,
      inside: { kind: 'packed', unpack: (packed, maxBytes) => bounded(unpackZstd, packed, maxBytes) },
    },
  ],
};

/** Known by name only: nothing here unpacks it, and the report says so instead of calling it data. */
export const xz: LayoutReader = {
  format: 'xz',
  recognises: (bytes) => beginsWith(bytes, '\xfd7zXZ\0'),
  read() {
    throw new Unreadable('it is not unpacked here');
  },
};
