// Static files below one folder, for anyone: the path from the network is judged as text first, then
// the file it leads to must still lie in the folder once every link is resolved.

import { constants, open, realpath, stat, type FileHandle } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { extname, join, sep } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { errnoOf, fileFault } from './fault.ts';
import { respond } from './http.ts';
import { parseRange } from './range.ts';

export interface StaticOptions {
  /** By URL path. Default: a year for a name that is a SHA-256, else revalidation each time. */
  readonly cacheControl?: ((path: string) => string) | undefined;
  /** By URL path; undefined falls back on the file extension. */
  readonly contentType?: ((path: string) => string | undefined) | undefined;
}

export const immutable = 'public, max-age=31536000, immutable';

const types: Readonly<Record<string, string>> = {
  '.atom': 'application/atom+xml',
  '.css': 'text/css; charset=utf-8',
  '.gz': 'application/gzip',
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json',
  '.jsonl': 'application/jsonl',
  '.md': 'text/markdown; charset=utf-8',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
  '.tgz': 'application/gzip',
  '.toml': 'text/plain; charset=utf-8',
  '.txt': 'text/plain; charset=utf-8',
  '.wasm': 'application/wasm',
  '.woff2': 'font/woff2',
};

/**
 * Answers GET and HEAD for files that are there and resolves to true; to false, with nothing sent,
 * for everything else.
 */
export function serveStatic(
  root: string,
  options: StaticOptions = {},
): (request: IncomingMessage, response: ServerResponse) => Promise<boolean> {
  return async (request, response) => {
    if (request.method !== 'GET' && request.method !== 'HEAD') return false;
    const path = safePath(request.url ?? '');
    if (path === undefined) return false;
    const handle = await openInside(root, path);
    if (handle === undefined) return false;
    try {
      await send(request, response, handle, {
        'content-type': options.contentType?.(path) ?? types[extname(path)] ?? 'application/octet-stream',
        'cache-control': (options.cacheControl ?? defaultCacheControl)(path),
        'accept-ranges': 'bytes',
      });
    } finally {
      await handle.close();
    }
    return true;
  };
}

/**
 * The path of a request target, decoded once; undefined for any path that could mean something other
 * than a plain file below the root: empty, dot and hidden segments, backslashes, control characters,
 * encoded slashes, malformed escapes. A final slash means its index.html.
 */
function safePath(target: string): string | undefined {
  const encoded = target.split(/[?#]/, 1)[0] ?? '';
  if (!encoded.startsWith('/') || encoded.length > 2048 || /%2f/i.test(encoded)) return undefined;
  let path: string;
  try {
    path = decodeURIComponent(encoded);
  } catch {
    return undefined;
  }
  if (path.endsWith('/')) path += 'index.html';
  for (const segment of path.slice(1).split('/')) {
    if (segment === '' || segment.startsWith('.') || /[\\\u0000-\u001f\u007f]/.test(segment))
      return undefined;
    if (process.platform === 'win32' && /[:<>"|?*]|[. ]$/.test(segment)) return undefined;
  }
  return path;
}

function defaultCacheControl(path: string): string {
  return /(^|\/)[0-9a-f]{64}(\.[a-z0-9.-]+)?$/.test(path) ? immutable : 'no-cache';
}

async function openInside(root: string, path: string): Promise<FileHandle | undefined> {
  const wanted = join(root, path);
  try {
    const base = await realpath(root);
    const real = await realpath(wanted);
    if (!real.startsWith(base.endsWith(sep) ? base : base + sep)) return undefined;
    // Resolved links may not lead to hidden files either; and a pipe or device is never opened.
    if (real.slice(base.length).includes(`${sep}.`) || !(await stat(real)).isFile()) return undefined;
    return await open(real, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  } catch (error) {
    const errno = errnoOf(error);
    if (errno === 'ENOENT' || errno === 'ENOTDIR' || errno === 'ELOOP' || errno === 'ENAMETOOLONG')
      return undefined;
    throw fileFault('serve', wanted, error);
  }
}

async function send(
  request: IncomingMessage,
  response: ServerResponse,
  handle: FileHandle,
  headers: Readonly<Record<string, string>>,
): Promise<void> {
  const { size, mtimeNs, ino } = await handle.stat({ bigint: true });
  const length = Number(size);
  // Files are replaced by rename: a new inode. Weak validators would not allow ranges.
  const etag = `"${ino.toString(16)}-${mtimeNs.toString(16)}-${size.toString(16)}"`;
  if (request.headers['if-none-match']?.split(',').some((tag) => tag.trim() === etag) === true) {
    return respond(response, 304, '', { etag, 'cache-control': headers['cache-control'] });
  }
  const ifRange = request.headers['if-range'];
  const wanted = ifRange === undefined || ifRange === etag ? request.headers.range : undefined;
  const range = parseRange(wanted, length);
  if (range === 'unsatisfiable') return respond(response, 416, '', { 'content-range': `bytes */${length}` });

  const { start, end } = range ?? { start: 0, end: length - 1 };
  response.writeHead(range === undefined ? 200 : 206, {
    ...headers,
    etag,
    'x-content-type-options': 'nosniff',
    'content-length': end - start + 1,
    ...(range === undefined ? {} : { 'content-range': `bytes ${start}-${end}/${length}` }),
  });
  if (request.method === 'HEAD' || length === 0) {
    response.end();
  } else if (end - start < 1 << 16) {
    const { buffer, bytesRead } = await handle.read(
      Buffer.allocUnsafe(end - start + 1),
      0,
      end - start + 1,
      start,
    );
    if (bytesRead === end - start + 1) response.end(buffer);
    else response.destroy(); // The file was cut under us: a short answer must not look complete.
  } else {
    await pipeline(handle.createReadStream({ start, end, autoClose: false }), response).catch(
      (error: unknown) => {
        if (errnoOf(error) !== 'ERR_STREAM_PREMATURE_CLOSE') throw error; // The reader went away.
      },
    );
  }
}
