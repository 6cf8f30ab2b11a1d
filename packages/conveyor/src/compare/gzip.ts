// gzip (RFC 1952). The header is where clocks and names leak in; the content is compared unpacked.

import { promisify } from 'node:util';
import { gunzip, inflateRaw } from 'node:zlib';
import { Unreadable, type LayoutReader, type Region } from './layout.ts';
import { viewOf } from './numbers.ts';

export const gzip: LayoutReader = {
  format: 'gzip',
  recognises: (bytes) => bytes.length >= 18 && bytes[0] === 0x1f && bytes[1] === 0x8b && bytes[2] === 8,
  read(bytes) {
    const regions: Region[] = [
      { name: 'magic', start: 0, end: 3 },
      { name: 'flags', start: 3, end: 4 },
      { name: 'mtime', start: 4, end: 8 },
      { name: 'level', start: 8, end: 9 },
      { name: 'operating system', start: 9, end: 10 },
    ];
    const flags = bytes[3] as number;
    let at = 10;
    const add = (name: string, end: number): void => {
      if (end > bytes.length - 8) throw new Unreadable(`the ${name} is cut`);
      regions.push({ name, start: at, end });
      at = end;
    };
    if ((flags & 4) !== 0) {
      if (at + 2 > bytes.length) throw new Unreadable('the extra field is cut');
      add('extra field', at + 2 + viewOf(bytes).getUint16(at, true));
    }
    for (const [flag, name] of [
      [8, 'file name'],
      [16, 'comment'],
    ] as const) {
      if ((flags & flag) === 0) continue;
      const end = bytes.indexOf(0, at);
      if (end < 0) throw new Unreadable(`the ${name} is cut`);
      add(name, end + 1);
    }
    if ((flags & 2) !== 0) add('header checksum', at + 2);
    // Members after the first are part of the content: the whole is unpacked at once.
    regions.push(
      {
        name: 'content',
        start: at,
        end: bytes.length - 8,
        inside: { kind: 'packed', unpack: (_, maxBytes) => bounded(unpackGzip, bytes, maxBytes) },
      },
      { name: 'checksum', start: bytes.length - 8, end: bytes.length - 4 },
      { name: 'length', start: bytes.length - 4, end: bytes.length },
    );
    return regions;
  },
};

type Run = (bytes: Uint8Array, options: { maxOutputLength: number }) => Promise<Uint8Array>;
const unpackGzip = promisify(gunzip) as Run;
const unpackRaw = promisify(inflateRaw) as Run;

/** A deflate stream without any header, as zip holds it. */
export function unpackDeflate(bytes: Uint8Array, maxBytes: number): Promise<Uint8Array> {
  return bounded(unpackRaw, bytes, maxBytes);
}

/** On the thread pool; never more than `maxBytes`, whatever the stream would become. */
export async function bounded(run: Run, bytes: Uint8Array, maxBytes: number): Promise<Uint8Array> {
  if (maxBytes < 1) throw new Unreadable('more was unpacked than is accepted');
  try {
    return await run(bytes, { maxOutputLength: maxBytes });
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unexpected error';
    if (code === 'ERR_BUFFER_TOO_LARGE') throw new Unreadable('it unpacks to more than is accepted');
    throw new Unreadable(`it cannot be unpacked (${code})`);
  }
}
