// npm package archives, unpacked as strictly as a registry writes them: plain files and folders only.

import { mkdir } from 'node:fs/promises';
import { isVitrineError, quote, type VitrineError } from '@vitrine/evidence';
import { extract, type ReadEntry } from 'tar';
import { fail } from '../codes.ts';

export interface UnpackOptions {
  /** Unpack only these paths, given without the archive's first folder. */
  readonly only?: readonly string[] | undefined;
  readonly maxBytes?: number | undefined;
  readonly maxEntries?: number | undefined;
}

const limits = { bytes: 1 << 30, entries: 50_000, ratio: 200 } as const;

/**
 * Unpacks an archive into a new folder, without its first path segment. The archive was checked against
 * its integrity; what it contains is checked here. The folder is to be thrown away after a refusal.
 */
export async function unpackTarball(
  archive: string,
  folder: string,
  options: UnpackOptions = {},
): Promise<void> {
  const guard = entryGuard(options);
  await mkdir(folder);
  try {
    await extract({
      file: archive,
      cwd: folder,
      strip: 1,
      strict: true,
      preserveOwner: false,
      processUmask: 0o022,
      noMtime: true,
      maxDecompressionRatio: limits.ratio,
      filter: (_path, entry) => guard.admits(entry as ReadEntry),
    });
  } catch (error) {
    if (guard.refusal !== undefined) throw guard.refusal;
    if (isVitrineError(error)) throw error;
    throw fail('tarball.damaged', `couldn't unpack a package: ${quote(messageOf(error), 200)}`, {
      cause: error,
    });
  }
  if (guard.refusal !== undefined) throw guard.refusal;
}

interface Guard {
  /** Set once something was refused; from then on nothing is written. */
  refusal: VitrineError | undefined;
  admits(entry: ReadEntry): boolean;
}

function entryGuard({ only, maxBytes = limits.bytes, maxEntries = limits.entries }: UnpackOptions): Guard {
  const seen = new Set<string>();
  let bytes = 0;
  const guard: Guard = {
    refusal: undefined,
    admits(entry) {
      if (guard.refusal !== undefined) return false;
      const name = entry.path.replace(/\/$/, '');
      bytes += entry.size;
      guard.refusal = objectionTo(entry, name, seen);
      if (bytes > maxBytes || seen.size >= maxEntries) {
        guard.refusal ??= fail(
          'tarball.damaged',
          `a package unpacks to more than ${maxBytes} bytes or ${maxEntries} files`,
        );
      }
      seen.add(name);
      if (guard.refusal !== undefined) return false;
      return only === undefined || only.includes(name.slice(name.indexOf('/') + 1));
    },
  };
  return guard;
}

function objectionTo(entry: ReadEntry, name: string, seen: ReadonlySet<string>): VitrineError | undefined {
  const refuse = (why: string): VitrineError =>
    fail('tarball.entry', `the package entry ${quote(name)} ${why}`, { at: name });
  if (!['File', 'OldFile', 'Directory'].includes(entry.type)) return refuse(`is a ${entry.type}`);
  if (entry.path.startsWith('/') || /^[A-Za-z]:/.test(entry.path)) return refuse('is absolute');
  if (entry.path.includes('\\') || entry.path.includes('\0'))
    return refuse('has a backslash or NUL in its path');
  if (name.split('/').some((segment) => segment === '' || segment === '.' || segment === '..')) {
    return refuse('has dot segments in its path');
  }
  if (entry.type !== 'Directory' && seen.has(name)) return refuse('stands twice');
  return undefined;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : 'unexpected error';
}
