// The pages as they were built: read once, served from memory, never by a path that a request chose.

import { readdir, readFile } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { promisify } from 'node:util';
import { brotliCompress, constants } from 'node:zlib';
import { sha256Hex } from '@vitrine/host';

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.json': 'application/json; charset=utf-8',
  '.wasm': 'application/wasm',
};

export interface Asset {
  readonly type: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly brotli: Uint8Array<ArrayBuffer>;
  readonly etag: string;
}

export interface WebFiles {
  readonly page: Asset;
  /** By name below /assets/. */
  readonly assets: ReadonlyMap<string, Asset>;
}

const compress = promisify(brotliCompress);

async function asset(path: string): Promise<Asset> {
  const bytes = new Uint8Array(await readFile(path));
  const brotli = await compress(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 9 } });
  const type = types[extname(path)] ?? 'application/octet-stream';
  return { type, bytes, brotli: new Uint8Array(brotli), etag: `"${sha256Hex(bytes).slice(0, 32)}"` };
}

export async function readWeb(folder: string): Promise<WebFiles> {
  const names = await readdir(join(folder, 'assets'));
  const read = await Promise.all(
    names.map(async (name) => [name, await asset(join(folder, 'assets', name))] as const),
  );
  return { page: await asset(join(folder, 'index.html')), assets: new Map(read) };
}
