// Where a reader gets the files of a log from: a web address or a folder. Nothing here is trusted.

import { join } from 'node:path';
import { isVitrineError, quote } from '@vitrine/evidence';
import { fetchBytes, fileFault, readBounded, type FetchOptions } from '@vitrine/host';
import { fail } from '../codes.ts';

export interface LogSource {
  /** The whole file, at most `maxBytes`; undefined where the log has none. Rejects when it cannot tell. */
  read(path: string, maxBytes: number, signal?: AbortSignal): Promise<Uint8Array | undefined>;
  readonly description: string;
}

export interface SourceOptions {
  /** For one file over the network. Default 15,000. */
  readonly timeoutMs?: number | undefined;
  /** Told of every answer over the network. */
  readonly onAnswer?: FetchOptions['onAnswer'];
}

/** `http://…` and `https://…` are addresses, everything else is a folder. */
export function openSource(location: string, options: SourceOptions = {}): LogSource {
  return /^https?:/.test(location) ? webSource(location, options) : folderSource(location);
}

function webSource(address: string, { timeoutMs = 15_000, onAnswer }: SourceOptions): LogSource {
  const prefix = address.endsWith('/') ? address : `${address}/`;
  return {
    description: address,
    async read(path, maxBytes, signal) {
      const { status, bytes } = await fetchBytes(prefix + path, {
        maxBytes,
        timeoutMs,
        expectStatus: [200, 404],
        headers: { 'accept-encoding': 'gzip, identity' },
        signal,
        onAnswer,
      });
      return status === 404 ? undefined : bytes;
    },
  };
}

function folderSource(folder: string): LogSource {
  return {
    description: folder,
    async read(path, maxBytes) {
      try {
        return await readBounded(join(folder, path), maxBytes);
      } catch (error) {
        if (isVitrineError(error, 'file.missing')) return undefined;
        throw fileFault('read', join(folder, path), error);
      }
    },
  };
}

/**
 * A tile or bundle as tlog-tiles lets a log keep it: the partial file, or else the full one, of which
 * the caller takes the beginning.
 */
export async function readWithFallback(
  source: LogSource,
  path: string,
  maxBytes: number,
  signal?: AbortSignal,
): Promise<Uint8Array> {
  const bytes = await source.read(path, maxBytes, signal);
  if (bytes !== undefined) return bytes;
  const full = path.replace(/\.p\/[0-9]+$/, '');
  const whole = full === path ? undefined : await source.read(full, maxBytes, signal);
  if (whole === undefined)
    throw fail(
      'reader.missing',
      `couldn't read ${path} of the log at ${quote(source.description, 200)}: no such file`,
      { at: path },
    );
  return whole;
}
