// zip (PKWARE APPNOTE), by its central directory at the end, as unpackers read it. What lies between the
// entries is a region too. ZIP64 and encryption are said and not looked into.

import { Unreadable, fieldsOf, type LayoutReader, type Region } from './layout.ts';
import { unpackDeflate } from './gzip.ts';
import { beginsWith, nameIn, viewOf, within } from './numbers.ts';

const endBytes = 22;

export const zip: LayoutReader = {
  format: 'zip',
  recognises: (bytes) => beginsWith(bytes, 'PK\x03\x04') || beginsWith(bytes, 'PK\x05\x06'),
  read(bytes, maxParts) {
    const view = viewOf(bytes);
    const end = findEnd(bytes);
    const entries = view.getUint16(end + 10, true);
    const directory = view.getUint32(end + 16, true);
    if (entries === 0xffff || directory === 0xffff_ffff) throw new Unreadable('ZIP64 is not read');
    if (entries > maxParts) throw new Unreadable(`more than ${maxParts} entries`);
    const regions: Region[] = [
      { name: 'end of directory', start: end, end: bytes.length, inside: fieldsOf(endFields) },
    ];
    for (let i = 0, at = within(directory, end, 'the directory'); i < entries; i++) {
      if (!beginsWith(bytes, 'PK\x01\x02', at) || at + 46 > end)
        throw new Unreadable(`no entry stands at ${at}`);
      const names = [28, 30, 32].map((offset) => view.getUint16(at + offset, true)) as [
        number,
        number,
        number,
      ];
      const next = within(at + 46 + names[0] + names[1] + names[2], end, 'an entry of the directory');
      const name = nameIn(bytes.subarray(at + 46, at + 46 + names[0]));
      const fields = [...entryFields, ...namedFields(46, names[0], next - at)];
      regions.push({ name: `directory entry of ${name}`, start: at, end: next, inside: fieldsOf(fields) });
      regions.push(...localRegions(bytes, at, name));
      at = next;
    }
    return regions;
  },
};

/** The end record may be followed by a comment that it announces: the last one that fits counts. */
function findEnd(bytes: Uint8Array): number {
  const view = viewOf(bytes);
  for (let at = bytes.length - endBytes; at >= Math.max(0, bytes.length - endBytes - 0xffff); at--) {
    if (beginsWith(bytes, 'PK\x05\x06', at) && at + endBytes + view.getUint16(at + 20, true) === bytes.length)
      return at;
  }
  throw new Unreadable('the end of the directory is missing');
}

/** Sizes are the directory's: where they follow the data, the local header has none. */
function localRegions(bytes: Uint8Array, entry: number, name: string): readonly Region[] {
  const view = viewOf(bytes);
  const method = view.getUint16(entry + 10, true);
  const isEncrypted = (view.getUint16(entry + 8, true) & 1) !== 0;
  const local = view.getUint32(entry + 42, true);
  if (!beginsWith(bytes, 'PK\x03\x04', local) || local + 30 > bytes.length)
    throw new Unreadable(`${name} has no local header`);
  const named = view.getUint16(local + 26, true);
  const start = local + 30 + named + view.getUint16(local + 28, true);
  const end = within(start + view.getUint32(entry + 20, true), bytes.length, name);
  const unpack =
    isEncrypted || (method !== 0 && method !== 8)
      ? () =>
          Promise.reject(new Unreadable(isEncrypted ? 'it is encrypted' : `method ${method} is not unpacked`))
      : unpackDeflate;
  return [
    {
      name: `header of ${name}`,
      start: local,
      end: start,
      inside: fieldsOf([...localFields, ...namedFields(30, named, start - local)]),
    },
    {
      name,
      start,
      end,
      inside: method === 0 && !isEncrypted ? { kind: 'content' } : { kind: 'packed', unpack },
    },
  ];
}

type Field = readonly [name: string, start: number, end: number];

/** What follows the fixed fields of a header. */
function namedFields(at: number, nameLength: number, end: number): readonly Field[] {
  return [
    ['name', at, at + nameLength],
    ['extra fields', at + nameLength, end],
  ];
}

const localFields: readonly Field[] = [
  ['signature', 0, 4],
  ['version', 4, 6],
  ['flags', 6, 8],
  ['method', 8, 10],
  ['mtime', 10, 14],
  ['checksum', 14, 18],
  ['sizes', 18, 26],
  ['lengths', 26, 30],
];

const entryFields: readonly Field[] = [
  ['signature', 0, 4],
  ['version', 4, 8],
  ['flags', 8, 10],
  ['method', 10, 12],
  ['mtime', 12, 16],
  ['checksum', 16, 20],
  ['sizes', 20, 28],
  ['lengths', 28, 36],
  ['attributes', 36, 42],
  ['offset', 42, 46],
];

const endFields: readonly Field[] = [
  ['signature', 0, 4],
  ['disks', 4, 8],
  ['counts', 8, 12],
  ['size of directory', 12, 16],
  ['offset of directory', 16, 20],
  ['comment', 20, 22],
];
