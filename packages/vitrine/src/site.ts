// What the vendor serves beside its log: blobs to everyone, source objects to holders of a policy key
// (D15), everything else as files.

import type { IncomingMessage, ServerResponse } from 'node:http';
import { pipeline } from 'node:stream/promises';
import type { SourceGate } from '@vitrine/conveyor';
import { isVitrineError } from '@vitrine/evidence';
import { immutable, respond, serveStatic, type Handler, type OpenObject, type Store } from '@vitrine/host';

export interface Site {
  readonly blobs: Store;
  readonly source: Store;
  readonly gate: SourceGate;
  /** evidence/, publication/, policy, root and pages. */
  readonly files: string;
}

export function siteHandler({ blobs, source, gate, files }: Site): Handler {
  const staticFiles = serveStatic(files);
  return async (request, response) => {
    const path = request.url ?? '';
    const [, kind, sha256] = /^\/(blob|source)\/([0-9a-f]{64})$/.exec(path) ?? [];
    if (sha256 === undefined) {
      // Whatever lies in a folder of that name is not for everyone, however the path is spelled.
      return isBelowSource(path) ? false : staticFiles(request, response);
    }
    if (kind === 'blob') return serveObject(blobs, sha256, immutable, request, response);
    if (!(await gate(request, response))) return true;
    // Not in shared caches, which would answer anyone.
    return serveObject(source, sha256, immutable.replace('public', 'private'), request, response);
  };
}

/** Decoded as the static files decode it, and without regard to case: some file systems have none. */
function isBelowSource(target: string): boolean {
  try {
    return /^\/+source(?:\/|$)/i.test(decodeURIComponent(target.split(/[?#]/, 1)[0] ?? ''));
  } catch {
    return true;
  }
}

/** Hashed before the first byte leaves, then read from the same open file: an altered object is not served. */
async function serveObject(
  store: Store,
  sha256: string,
  cacheControl: string,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<boolean> {
  if (request.method !== 'GET' && request.method !== 'HEAD') return false;
  let object: OpenObject;
  try {
    object = await store.open(sha256);
  } catch (error) {
    if (isVitrineError(error, 'store.missing')) return false;
    if (!isVitrineError(error, 'store.altered')) throw error;
    const { code, message } = error;
    respond(response, 500, `${JSON.stringify({ error: { code, message } })}\n`, {
      'content-type': 'application/json',
      'cache-control': 'no-store',
    });
    return true;
  }
  await using opened = object;
  response.writeHead(200, {
    'content-type': 'application/octet-stream',
    'content-length': opened.size,
    'cache-control': cacheControl,
    'x-content-type-options': 'nosniff',
  });
  if (request.method === 'HEAD') response.end();
  else await pipeline(opened.read(), response);
  return true;
}
