// The repository's open files below /repository/, from the Center's own origin: a page may fetch nothing else,
// and what it fetches it checks itself. Bytes are passed on as they come and never believed here.

import type { OpenAPIHono } from '@hono/zod-openapi';
import { immutable } from '@vitrine/host';
import { fail } from '../codes.ts';
import type { CenterContext, CenterEnv } from '../context.ts';
import { repositoryFile } from './paths.ts';

const prefix = '/repository/';
/** Until the first byte; a large file may take longer. */
const headMs = 10_000;

export function addRepositoryProxy(app: OpenAPIHono<CenterEnv>, { options }: CenterContext): void {
  const base = new URL(options.repository.endsWith('/') ? options.repository : `${options.repository}/`);
  app.get(`${prefix}*`, async (c) => {
    const path = new URL(c.req.url).pathname.slice(prefix.length);
    const file = repositoryFile(path);
    if (file === undefined) throw fail('center.not-found', 'that is no file of the repository');
    const response = await ask(new URL(path, base), c.req.raw.signal);
    if (response.status === 404) {
      await response.body?.cancel();
      throw fail('center.not-found', 'the repository does not serve that file');
    }
    const length = Number(response.headers.get('content-length') ?? Number.NaN);
    if (response.status !== 200 || length > file.maxBytes) {
      await response.body?.cancel();
      throw fail(
        'center.repository',
        response.status === 200
          ? `the repository announces ${length} bytes for it; at most ${file.maxBytes}`
          : `the repository answers ${response.status}`,
      );
    }
    return new Response(response.body === null ? null : bounded(response.body, file.maxBytes), {
      headers: {
        'content-type': file.type,
        'content-disposition': `attachment; filename="${downloadName(path)}"`,
        'cache-control': file.isImmutable ? immutable : 'public, no-cache',
        'x-content-type-options': 'nosniff',
        ...(Number.isSafeInteger(length) ? { 'content-length': String(length) } : {}),
      },
    });
  });
}

/** No redirect is followed, and nothing of the reader's request goes along: no cookie, no header. */
async function ask(address: URL, gone: AbortSignal): Promise<Response> {
  const late = new AbortController();
  const timer = setTimeout(() => late.abort(), headMs);
  try {
    return await fetch(address, {
      redirect: 'error',
      headers: { 'accept-encoding': 'identity' },
      signal: AbortSignal.any([gone, late.signal]),
    });
  } catch {
    throw fail('center.repository', 'the repository cannot be reached');
  } finally {
    clearTimeout(timer);
  }
}

/** Ends the answer where the repository sends more than the file may have. */
function bounded(body: ReadableStream<Uint8Array>, maxBytes: number): ReadableStream<Uint8Array> {
  let length = 0;
  return body.pipeThrough(
    new TransformStream<Uint8Array, Uint8Array>({
      transform(chunk, controller) {
        length += chunk.length;
        if (length > maxBytes) controller.error(new Error('longer than the file may be'));
        else controller.enqueue(chunk);
      },
    }),
  );
}

/** A target's own name, without the digest before it; the alphabet of paths has nothing to escape. */
function downloadName(path: string): string {
  const last = path.slice(path.lastIndexOf('/') + 1);
  return path.startsWith('targets/') ? last.replace(/^[0-9a-f]{64}\./, '') : last;
}
