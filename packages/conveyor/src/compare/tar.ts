// tar: POSIX.1-1988 (ustar), its pax headers, and GNU's long names. Each member is a header of 512 bytes,
// its content, and zeros up to the next 512.

import { Unreadable, fieldsOf, type LayoutReader, type Region } from './layout.ts';
import { beginsWith, digitsIn, nameIn } from './numbers.ts';

const block = 512;

const header = fieldsOf([
  ['name', 0, 100],
  ['mode', 100, 108],
  ['uid', 108, 116],
  ['gid', 116, 124],
  ['size', 124, 136],
  ['mtime', 136, 148],
  ['checksum', 148, 156],
  ['type', 156, 157],
  ['link target', 157, 257],
  ['magic', 257, 265],
  ['user', 265, 297],
  ['group', 297, 329],
  ['device', 329, 345],
  ['prefix', 345, 500],
  ['unused', 500, 512],
]);

export const tar: LayoutReader = {
  format: 'tar',
  recognises: (bytes) => bytes.length >= block && beginsWith(bytes, 'ustar', 257),
  read(bytes, maxParts) {
    const regions: Region[] = [];
    /** A long name or pax path that the headers before this member gave. */
    let given: string | undefined;
    for (let at = 0; at < bytes.length;) {
      const head = bytes.subarray(at, at + block);
      if (head.length < block || head.every((byte) => byte === 0)) {
        regions.push({ name: 'the end of the archive', start: at, end: bytes.length });
        break;
      }
      if (!beginsWith(head, 'ustar', 257)) throw new Unreadable(`no member begins at ${at}`);
      const size = sizeIn(head.subarray(124, 136));
      const start = at + block;
      const next = start + Math.ceil(size / block) * block;
      if (next > bytes.length) throw new Unreadable(`the member at ${at} is cut`);
      const content = bytes.subarray(start, start + size);
      const type = String.fromCharCode(head[156] as number);
      const extended = extensionOf(type, content);
      const own = given ?? ownName(head);
      const name = extended === undefined ? own : `${extended.what} before ${extended.name ?? 'a member'}`;
      regions.push(
        { name: `header of ${name}`, start: at, end: start, inside: header },
        { name, start, end: start + size, inside: { kind: 'content' } },
        { name: `padding of ${name}`, start: start + size, end: next },
      );
      if (regions.length > maxParts * 3) throw new Unreadable(`more than ${maxParts} members`);
      given = extended === undefined ? undefined : (extended.name ?? given);
      at = next;
    }
    return regions;
  },
};

/** Octal digits, or GNU's base 256 where the first bit is set. */
function sizeIn(field: Uint8Array): number {
  if (((field[0] as number) & 0x80) === 0) return digitsIn(field, 8, 'a size');
  let size = (field[0] as number) & 0x7f;
  for (const byte of field.subarray(1)) size = Math.min(size * 256 + byte, Number.MAX_SAFE_INTEGER);
  return size;
}

function ownName(head: Uint8Array): string {
  const prefix = head[345] === 0 ? '' : `${nameIn(head.subarray(345, 500))}/`;
  return prefix + nameIn(head.subarray(0, 100));
}

/** GNU long names (L, K) and pax headers (x, g) stand before the member that they are about. */
function extensionOf(
  type: string,
  content: Uint8Array,
): { readonly what: string; readonly name: string | undefined } | undefined {
  if (type === 'L') return { what: 'long name', name: nameIn(content) };
  if (type === 'K') return { what: 'long link', name: undefined };
  if (type === 'g') return { what: 'global header', name: undefined };
  if (type !== 'x') return undefined;
  const path = /(?:^|\n)[0-9]+ path=([^\n]*)\n/.exec(
    Buffer.from(content.subarray(0, 65_536)).toString('latin1'),
  );
  return {
    what: 'pax header',
    name: path === null ? undefined : nameIn(Buffer.from(path[1] ?? '', 'latin1')),
  };
}
