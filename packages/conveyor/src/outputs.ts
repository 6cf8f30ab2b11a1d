// What a build left below $OUT, copied into a fresh folder and hashed before anything else runs
// (builds.md, pitfall of a shared folder), and only as plain files: nothing is followed.

import { createHash } from 'node:crypto';
import { constants, lstat, mkdir, open, opendir, type FileHandle } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import {
  formatOutputs,
  quote,
  toHex,
  type Output,
  type OutputsManifest,
  parseOutputs,
} from '@vitrine/evidence';
import { errnoOf, fileFault, sha256 } from '@vitrine/host';
import { fail } from './codes.ts';

export interface CollectedOutputs {
  readonly manifest: OutputsManifest;
  readonly manifestBytes: Uint8Array;
  /** SHA-256 of the manifest: the subject of provenance and rebuilds (D12). */
  readonly digest: string;
}

/** Copies exactly `expected` from `out` into the empty folder `fresh`; at most `maxBytes` in all. */
export async function collectOutputs(
  out: string,
  fresh: string,
  expected: readonly string[],
  maxBytes: number,
): Promise<CollectedOutputs> {
  await requireListed(out, '', new Set(expected));
  const outputs: Output[] = [];
  let room = maxBytes;
  for (const path of expected) {
    const output = await copyOutput(out, fresh, path, room);
    room -= output.size;
    outputs.push(output);
  }
  const manifestBytes = formatOutputs(outputs);
  return { manifest: parseOutputs(manifestBytes), manifestBytes, digest: toHex(sha256(manifestBytes)) };
}

/** Refuses what the recipe does not list: it would be lost without a word. */
async function requireListed(out: string, below: string, expected: ReadonlySet<string>): Promise<void> {
  for await (const entry of await opendir(join(out, below))) {
    const path = below === '' ? entry.name : `${below}/${entry.name}`;
    if (expected.has(path)) continue;
    const leads = [...expected].some((wanted) => wanted.startsWith(`${path}/`));
    if (leads && entry.isDirectory()) await requireListed(out, path, expected);
    else if (leads) throw irregular(path, 'is not a folder');
    else
      throw fail('output.unlisted', `the build wrote ${quote(path)}, which the recipe does not list`, {
        at: path,
      });
  }
}

async function copyOutput(out: string, fresh: string, path: string, room: number): Promise<Output> {
  let source: FileHandle | undefined;
  let target: FileHandle | undefined;
  try {
    await requireFolders(out, path);
    source = await openOutput(join(out, path), path);
    await mkdir(dirname(join(fresh, path)), { recursive: true });
    target = await open(join(fresh, path), 'wx', 0o644);
    const digest = createHash('sha256');
    let size = 0;
    for await (const chunk of source.createReadStream({ autoClose: false }) as AsyncIterable<Buffer>) {
      size += chunk.length;
      if (size > room)
        throw fail('output.size-limit', `the outputs have more bytes than the order allows`, { at: path });
      digest.update(chunk);
      await target.writeFile(chunk);
    }
    return { path, sha256: digest.digest('hex'), size };
  } catch (error) {
    if (errnoOf(error) === 'ENOENT')
      throw fail('output.missing', `the build did not write ${quote(path)}`, { at: path });
    throw fileFault('copy the output', path, error);
  } finally {
    await source?.close();
    await target?.close();
  }
}

/** Every folder on the way is a folder and no link. */
async function requireFolders(out: string, path: string): Promise<void> {
  for (let end = path.indexOf('/'); end >= 0; end = path.indexOf('/', end + 1)) {
    if (!(await lstat(join(out, path.slice(0, end)))).isDirectory()) {
      throw irregular(path.slice(0, end), 'is not a folder');
    }
  }
}

async function openOutput(whole: string, path: string): Promise<FileHandle> {
  let handle: FileHandle;
  try {
    // O_NONBLOCK: a named pipe must not hold us until somebody writes.
    handle = await open(whole, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  } catch (error) {
    if (errnoOf(error) === 'ELOOP') throw irregular(path, 'is a symbolic link');
    if (errnoOf(error) === 'ENXIO') throw irregular(path, 'is a socket');
    throw error;
  }
  const stat = await handle.stat();
  const why = !stat.isFile()
    ? 'is not a plain file'
    : stat.nlink > 1
      ? 'has a second name (a hard link)'
      : undefined;
  if (why === undefined) return handle;
  await handle.close();
  throw irregular(path, why);
}

function irregular(path: string, why: string): Error {
  return fail('output.irregular', `the output ${quote(path)} ${why}`, { at: path });
}
