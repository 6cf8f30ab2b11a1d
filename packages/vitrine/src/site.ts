// What the vendor serves beside its log: blobs and source objects by digest, everything else as files.

import type { IncomingMessage, ServerResponse } from 'node:http';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { immutable, serveStatic, type Handler, type Store } from '@vitrine/host';

export interface Site {
  readonly blobs: Store;
  /** For now to everyone; later to holders of a policy key (D15). */
  readonly source: Store;
  /** evidence/, publication/, policy, root and pages. */
  readonly files: string;
}

export function siteHandler({ blobs, source, files }: Site): Handler {
  const staticFiles = serveStatic(files);
  return async (request, response) => {
    const found = /^\/(blob|source)\/([0-9a-f]{64})$/.exec(
      new URL(request.url ?? '/', 'http://site.invalid').pathname,
    );
    if (found === null) return staticFiles(request, response);
    const store = found[1] === 'blob' ? blobs : source;
    return serveObject(store, found[2] as string, request, response);
  };
}

/** Streams, so that the size of a material does not matter; the reader compares the digest. */
async function serveObject(
  store: Store,
  sha256: string,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<boolean> {
  if (request.method !== 'GET' && request.method !== 'HEAD') return false;
  if (!(await store.has(sha256))) return false;
  const { size } = await stat(store.path(sha256));
  response.writeHead(200, {
    'content-type': 'application/octet-stream',
    'content-length': size,
    'cache-control': immutable,
    'x-content-type-options': 'nosniff',
  });
  if (request.method === 'HEAD') response.end();
  else await pipeline(createReadStream(store.path(sha256)), response);
  return true;
}
