// What a build left below $OUT, copied into a fresh folder and hashed before anything else runs
// (builds.md, pitfall of a shared folder), and only as plain files: nothing is followed.

import { createHash } from 'node:crypto';
import type { Stats } from 'node:fs';
import { constants, lstat, mkdir, open, opendir, type FileHandle } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import {
  encodePath,
  formatOutputs,
  quote,
  toHex,
  type Output,
  type OutputsManifest,
  parseOutputs,
} from '@vitrine/evidence';
import { errnoOf, fileFault, sha256 } from '@vitrine/host';
import { fail } from './codes.ts';
import { foldName } from './paths.ts';

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
  await requireListed(out, expected);
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
async function requireListed(out: string, expected: readonly string[]): Promise<void> {
  const files = new Set(expected);
  const folders = new Set(expected.flatMap(foldersOn));
  const known = new Map([...files, ...folders].map((path) => [foldName(path), path]));
  const rest = [''];
  for (let below = rest.pop(); below !== undefined; below = rest.pop()) {
    for await (const { name, isFolder } of entriesOf(join(out, below), below)) {
      const path = below === '' ? name : `${below}/${name}`;
      if (files.has(path)) continue; // Judged when it is opened.
      if (folders.has(path)) {
        if (!isFolder) await refuseAsFolder(out, path);
        rest.push(path);
        continue;
      }
      const like = known.get(foldName(path));
      const why =
        like === undefined
          ? 'which the recipe does not list'
          : `which differs from ${quote(like)} only in case`;
      throw fail(
        like === undefined ? 'output.unlisted' : 'output.case-collision',
        `the build wrote ${quote(path)}, ${why}`,
        { at: path },
      );
    }
  }
}

interface Entry {
  readonly name: string;
  readonly isFolder: boolean;
}

/** Names are bytes; a name that is no text, or that no recipe could list, is refused here. */
async function* entriesOf(folder: string, below: string): AsyncGenerator<Entry> {
  for await (const entry of await opendir(folder, { encoding: 'buffer' as BufferEncoding })) {
    const bytes = entry.name as unknown as Buffer;
    const name = bytes.toString('latin1');
    if (!/^[A-Za-z0-9._@+~ -]+$/.test(name)) {
      const shown = encodePath(bytes);
      throw fail(
        'output.name',
        `the build wrote ${quote(shown)} in ${quote(below === '' ? '$OUT' : below)}`,
        {
          at: shown,
        },
      );
    }
    yield { name, isFolder: entry.isDirectory() };
  }
}

/** `a` and `a/b` for `a/b/c`. */
function foldersOn(path: string): readonly string[] {
  const segments = path.split('/').slice(0, -1);
  return segments.map((_, i) => segments.slice(0, i + 1).join('/'));
}

async function refuseAsFolder(out: string, path: string): Promise<never> {
  const stat = await lstat(join(out, path));
  throw stat.isSymbolicLink() ? isLink(path) : irregular(path, 'is not a folder');
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
    if (size === 0) throw fail('output.empty', `the output ${quote(path)} has no bytes`, { at: path });
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
  for (const folder of foldersOn(path)) {
    if (!(await lstat(join(out, folder))).isDirectory()) await refuseAsFolder(out, folder);
  }
}

async function openOutput(whole: string, path: string): Promise<FileHandle> {
  let handle: FileHandle;
  try {
    // O_NONBLOCK: a named pipe must not hold us until somebody writes, nor a terminal become ours.
    handle = await open(
      whole,
      constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK | constants.O_NOCTTY,
    );
  } catch (error) {
    if (errnoOf(error) === 'ELOOP') throw isLink(path);
    if (errnoOf(error) === 'ENXIO') throw isDevice(path, 'a socket');
    if (errnoOf(error) === 'EACCES') throw irregular(path, 'cannot be read');
    throw error;
  }
  const refused = refusalOf(await handle.stat(), path);
  if (refused === undefined) return handle;
  await handle.close();
  throw refused;
}

function refusalOf(stat: Stats, path: string): Error | undefined {
  if (stat.isDirectory()) return irregular(path, 'is a folder');
  if (stat.isFIFO()) return isDevice(path, 'a named pipe');
  if (!stat.isFile()) return isDevice(path, 'a device');
  if (stat.nlink > 1) return irregular(path, 'has a second name (a hard link)');
  return undefined;
}

function irregular(path: string, why: string): Error {
  return fail('output.irregular', `the output ${quote(path)} ${why}`, { at: path });
}

function isLink(path: string): Error {
  return fail('output.link', `the output ${quote(path)} is a symbolic link`, { at: path });
}

function isDevice(path: string, what: string): Error {
  return fail('output.device', `the output ${quote(path)} is ${what}`, { at: path });
}
