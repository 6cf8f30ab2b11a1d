// An artifact, to a file named by the digest that it must have: so what a killed or broken run left can be
// continued, from any mirror, and never be mistaken for something else. Bytes beyond the signed length are
// not taken, and the file is hashed from the disk before anyone uses it.

import { open, rm, stat, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { isVitrineError, quote, raiser, type VitrineError } from '@vitrine/evidence';
import { errnoOf, fileFault, hashFile, hostErrors, makeDurableDirectory, syncDirectory } from '@vitrine/host';
import { fail } from './codes.ts';
import { locate, requestFrom, type HostRequest, type Limits } from './repository.ts';

const failFetch = raiser(hostErrors);

export interface Wanted {
  /** Relative to the repository. */
  readonly path: string;
  readonly sha256: string;
  readonly length: number;
}

/** Answers the path of the whole, verified, durable file. */
export async function download(
  wanted: Wanted,
  addresses: readonly string[],
  folder: string,
  limits: Limits,
): Promise<string> {
  const file = join(folder, 'downloads', wanted.sha256);
  await makeDurableDirectory(join(folder, 'downloads'));
  let first: VitrineError | undefined;
  for (const address of addresses) {
    try {
      const url = locate(address, wanted.path);
      // What was there before may be damaged: then once more from the start.
      const continued = await fill(file, url, wanted, limits);
      if (await isWhole(file, wanted)) return await settled(file, folder);
      if (continued) await fill(file, url, wanted, limits);
      if (continued && (await isWhole(file, wanted))) return await settled(file, folder);
      throw fail('endpoint.artifact', `${quote(url, 200)} does not have the SHA-256 ${wanted.sha256}`);
    } catch (error) {
      if (!isVitrineError(error)) throw fileFault('download to', file, error);
      if (error.exit !== 3 && error.exit !== 5) throw error;
      first ??= error; // The next mirror may serve what was signed.
    }
  }
  throw first ?? fail('endpoint.usage', 'no repository to download from');
}

/** A file of other bytes is removed, so that the next run does not continue it. */
async function isWhole(file: string, { sha256, length }: Wanted): Promise<boolean> {
  const found = await hashFile(file);
  if (found.sha256 === sha256 && found.size === length) return true;
  await rm(file, { force: true });
  return false;
}

async function settled(file: string, folder: string): Promise<string> {
  await syncDirectory(join(folder, 'downloads'));
  return file;
}

/** Appends what is missing and syncs it. Answers whether there was something before. */
async function fill(file: string, url: string, { length }: Wanted, limits: Limits): Promise<boolean> {
  const have = await sizeOf(file);
  if (have === length) return true;
  const from = have > length ? 0 : have;
  const handle = await open(file, from === 0 ? 'w' : 'r+');
  try {
    await requestFrom(limits, url, (request) => receive(handle, url, from, length, limits, request));
    await handle.sync();
  } finally {
    await handle.close();
  }
  return from > 0;
}

async function receive(
  handle: FileHandle,
  url: string,
  from: number,
  length: number,
  limits: Limits,
  { signal, onAnswer }: HostRequest,
): Promise<void> {
  const watch = new AbortController();
  const abort = (): void => {
    watch.abort();
  };
  signal?.addEventListener('abort', abort);
  const patience = setTimeout(abort, limits.stallMs);
  const started = performance.now();
  let sent = 0;
  try {
    const response = await fetch(url, {
      redirect: 'manual',
      signal: watch.signal,
      // Coded bytes cannot be continued.
      headers: { 'accept-encoding': 'identity', ...(from === 0 ? {} : { range: `bytes=${from}-` }) },
    });
    onAnswer?.(response.status, response.headers);
    let at = await startOf(response, url, from, length);
    if (at < from) await handle.truncate(0);
    for await (const chunk of (response.body ?? []) as AsyncIterable<Uint8Array>) {
      if (at + chunk.length > length)
        throw fail('endpoint.length', `${quote(url, 200)} sends more than ${length} bytes`);
      await handle.write(chunk, 0, chunk.length, at);
      at += chunk.length;
      patience.refresh();
      sent += chunk.length;
      const seconds = (performance.now() - started) / 1000;
      if (seconds * 1000 > limits.graceMs && sent / seconds < limits.leastBytesPerSecond)
        throw fail('endpoint.slow', `${quote(url, 200)} sent ${sent} bytes in ${Math.round(seconds)} s`);
    }
    if (at < length) throw fail('endpoint.length', `${quote(url, 200)} ended at ${at} of ${length} bytes`);
  } catch (error) {
    if (isVitrineError(error) || /^E[A-Z0-9]+$/.test(errnoOf(error) ?? '')) throw error;
    if (signal?.aborted === true)
      throw failFetch('fetch.aborted', `gave up the download of ${quote(url, 200)}`, { cause: error });
    if (watch.signal.aborted)
      throw fail('endpoint.slow', `${quote(url, 200)} sent nothing for ${limits.stallMs} ms`, {
        cause: error,
      });
    throw failFetch('fetch.unreachable', `${quote(url, 200)} cannot be reached, or broke off`, {
      cause: error,
    });
  } finally {
    clearTimeout(patience);
    signal?.removeEventListener('abort', abort);
    watch.abort();
  }
}

/** Where the answer begins: at `from` if the server continues, else at the beginning. */
async function startOf(response: Response, url: string, from: number, length: number): Promise<number> {
  const { status, headers } = response;
  if (status === 206 && headers.get('content-range') === `bytes ${from}-${length - 1}/${length}`) return from;
  if (status === 200) return 0;
  await response.body?.cancel();
  throw failFetch('fetch.status', `couldn't fetch ${quote(url, 200)}: status ${status}`, { at: status });
}

async function sizeOf(file: string): Promise<number> {
  try {
    return (await stat(file)).size;
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return 0;
    throw error;
  }
}
