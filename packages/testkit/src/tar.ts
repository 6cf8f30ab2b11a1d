import { gunzipSync } from 'node:zlib';
import { fromUtf8 } from '@vitrine/evidence';

const block = 512;
const mostBytes = 1 << 28;

/** The regular files of a ustar archive (POSIX.1-2001, with pax paths and GNU long names), by path. */
export function readTarGz(archive: Uint8Array): ReadonlyMap<string, Uint8Array> {
  const tar = new Uint8Array(gunzipSync(archive, { maxOutputLength: mostBytes }));
  const files = new Map<string, Uint8Array>();
  let longName: string | undefined;
  for (let offset = 0; offset + block <= tar.length;) {
    const header = tar.subarray(offset, offset + block);
    if (header.every((byte) => byte === 0)) return files;
    requireChecksum(header, offset);
    const size = octal(header, 124, 12);
    const body = tar.subarray(offset + block, offset + block + size);
    if (body.length !== size) throw new Error(`the archive is cut short in the entry at ${offset}`);
    offset += block + Math.ceil(size / block) * block;
    const type = String.fromCharCode(header[156] ?? 0);
    if (type === 'x') longName = paxPath(body) ?? longName;
    else if (type === 'L') longName = text(body, 0, body.length);
    else {
      const prefix = text(header, 345, 155);
      const name = longName ?? (prefix === '' ? text(header, 0, 100) : `${prefix}/${text(header, 0, 100)}`);
      if (type === '0' || type === '\0') files.set(name.replace(/^\.\//, ''), body);
      longName = undefined;
    }
  }
  throw new Error('the archive has no end');
}

function text(bytes: Uint8Array, start: number, length: number): string {
  const field = bytes.subarray(start, start + length);
  const end = field.indexOf(0);
  return fromUtf8(end < 0 ? field : field.subarray(0, end));
}

function octal(header: Uint8Array, start: number, length: number): number {
  const digits = text(header, start, length).trim();
  if (!/^[0-7]+$/.test(digits)) throw new Error(`not an octal number: ${JSON.stringify(digits)}`);
  return Number.parseInt(digits, 8);
}

/** The sum of the header's bytes, its own field counted as spaces. */
function requireChecksum(header: Uint8Array, offset: number): void {
  let sum = 0;
  for (const [i, byte] of header.entries()) sum += i >= 148 && i < 156 ? 0x20 : byte;
  if (sum !== octal(header, 148, 8)) throw new Error(`the tar header at ${offset} has a wrong checksum`);
}

/** Records of the form `LENGTH KEY=VALUE\n`. */
function paxPath(body: Uint8Array): string | undefined {
  return /(?:^|\n)\d+ path=([^\n]*)\n/.exec(fromUtf8(body))?.[1];
}
