// Archives and programs written by hand, so that they can hold what no tool would write.

import { crc32, deflateRawSync, gunzipSync } from 'node:zlib';
import { tarball, type TarEntry } from './tar.ts';

export function tarOf(entries: readonly TarEntry[]): Buffer {
  return gunzipSync(tarball(entries));
}

export interface ZipEntry {
  readonly name: string;
  readonly content: string | Uint8Array;
  readonly stored?: boolean;
  readonly method?: number;
  readonly flags?: number;
  /** Where its local header is said to be, instead of where it is. */
  readonly offset?: number;
}

export function zipOf(entries: readonly ZipEntry[]): Buffer {
  const locals: Buffer[] = [];
  const directory: Buffer[] = [];
  let at = 0;
  for (const { name, content, stored = false, method = stored ? 0 : 8, flags = 0, offset } of entries) {
    const plain = Buffer.from(content);
    const data = stored ? plain : deflateRawSync(plain);
    const common = Buffer.alloc(26);
    common.writeUInt16LE(20, 0);
    common.writeUInt16LE(flags, 2);
    common.writeUInt16LE(method, 4);
    common.writeUInt32LE(crc32(plain), 10);
    common.writeUInt32LE(data.length, 14);
    common.writeUInt32LE(plain.length, 18);
    common.writeUInt16LE(name.length, 22);
    const local = Buffer.concat([Buffer.from('PK\x03\x04'), common, Buffer.from(name), data]);
    const tail = Buffer.alloc(14);
    tail.writeUInt32LE(offset ?? at, 10);
    directory.push(Buffer.from('PK\x01\x02\x14\0', 'latin1'), common, tail, Buffer.from(name));
    locals.push(local);
    at += local.length;
  }
  const listed = Buffer.concat(directory);
  const end = Buffer.alloc(22);
  end.write('PK\x05\x06', 'latin1');
  end.writeUInt16LE(entries.length, 8);
  end.writeUInt16LE(entries.length, 10);
  end.writeUInt32LE(listed.length, 12);
  end.writeUInt32LE(at, 16);
  return Buffer.concat([...locals, listed, end]);
}

export interface ArEntry {
  readonly name: string;
  readonly content: string | Uint8Array;
  readonly mtime?: number;
  readonly size?: string;
}

export function arOf(entries: readonly ArEntry[]): Buffer {
  const parts = entries.flatMap(({ name, content, mtime = 0, size }) => {
    const bytes = Buffer.from(content);
    const fields = [name.padEnd(16), String(mtime).padEnd(12), '0'.padEnd(6), '0'.padEnd(6), '644'.padEnd(8)];
    const head = `${fields.join('')}${(size ?? String(bytes.length)).padEnd(10)}\`\n`;
    return [Buffer.from(head, 'latin1'), bytes, Buffer.alloc(bytes.length % 2, '\n')];
  });
  return Buffer.concat([Buffer.from('!<arch>\n'), ...parts]);
}

export interface ElfSection {
  readonly name: string;
  readonly content: string | Uint8Array;
}

/** A 64-bit little-endian file of these sections; `tail` bytes stand behind them, in a note segment alone. */
export function elfOf(sections: readonly ElfSection[], tail: string | Uint8Array = ''): Buffer {
  const names = Buffer.from(`\0${sections.map(({ name }) => `${name}\0`).join('')}.shstrtab\0`);
  const all = [
    ...sections.map(({ name, content }) => ({ name, bytes: Buffer.from(content) })),
    { name: '.shstrtab', bytes: names },
  ];
  const rest = Buffer.from(tail);
  const start = 64 + 56;
  const header = Buffer.alloc(64);
  const segment = Buffer.alloc(56);
  const table = Buffer.alloc(64 * (all.length + 1));
  let at = start;
  let nameAt = 1;
  for (const [i, { name, bytes }] of all.entries()) {
    const entry = table.subarray(64 * (i + 1));
    entry.writeUInt32LE(nameAt, 0);
    entry.writeUInt32LE(1, 4);
    entry.writeBigUInt64LE(BigInt(at), 24);
    entry.writeBigUInt64LE(BigInt(bytes.length), 32);
    nameAt += name.length + 1;
    at += bytes.length;
  }
  segment.writeUInt32LE(4, 0);
  segment.writeBigUInt64LE(BigInt(at), 8);
  segment.writeBigUInt64LE(BigInt(rest.length), 32);
  header.write('\x7fELF\x02\x01\x01', 'latin1');
  header.writeBigUInt64LE(64n, 32);
  header.writeBigUInt64LE(BigInt(at + rest.length), 40);
  for (const [i, value] of [64, 56, 1, 64, all.length + 1, all.length].entries())
    header.writeUInt16LE(value, 52 + 2 * i);
  return Buffer.concat([header, segment, ...all.map(({ bytes }) => bytes), rest, table]);
}
