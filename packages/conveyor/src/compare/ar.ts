// ar: static libraries and Debian packages. Each member is a header of 60 bytes, its content, and one
// byte where the content is odd. Names of more than 15 characters lie in a member called "//" (GNU).

import { Unreadable, fieldsOf, type LayoutReader, type Region } from './layout.ts';
import { beginsWith, digitsIn, nameIn } from './numbers.ts';

const header = fieldsOf([
  ['name', 0, 16],
  ['mtime', 16, 28],
  ['uid', 28, 34],
  ['gid', 34, 40],
  ['mode', 40, 48],
  ['size', 48, 58],
  ['end of header', 58, 60],
]);

export const ar: LayoutReader = {
  format: 'ar',
  recognises: (bytes) => beginsWith(bytes, '!<arch>\n'),
  read(bytes, maxParts) {
    const regions: Region[] = [{ name: 'magic', start: 0, end: 8 }];
    let longNames = new Uint8Array(0);
    for (let at = 8; at < bytes.length;) {
      const head = bytes.subarray(at, at + 60);
      if (head.length < 60 || !beginsWith(head, '`\n', 58)) throw new Unreadable(`no member begins at ${at}`);
      const start = at + 60;
      const end = start + digitsIn(head.subarray(48, 58), 10, 'a size');
      if (end > bytes.length) throw new Unreadable(`the member at ${at} is cut`);
      const name = memberName(head.subarray(0, 16), longNames);
      if (name === '//') longNames = new Uint8Array(bytes.subarray(start, end));
      regions.push(
        { name: `header of ${name}`, start: at, end: start, inside: header },
        { name, start, end, inside: { kind: 'content' } },
      );
      if (regions.length > maxParts * 2) throw new Unreadable(`more than ${maxParts} members`);
      at = end + (end % 2);
    }
    return regions;
  },
};

function memberName(field: Uint8Array, longNames: Uint8Array): string {
  const name = nameIn(field).replace(/(?:%20)+$/, '');
  const offset = /^\/([0-9]{1,9})$/.exec(name)?.[1];
  if (offset === undefined) return name === '/' || name === '//' ? name : name.replace(/\/$/, '');
  const rest = longNames.subarray(Number(offset));
  const end = rest.indexOf(0x0a);
  return nameIn(end < 0 ? rest : rest.subarray(0, end)).replace(/\/$/, '');
}
