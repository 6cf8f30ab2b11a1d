// Walking folders: what is in them as facts, and nothing else. Links are not followed, special files are not
// opened, sizes and numbers are bounded; a folder that changes meanwhile is at worst not walked to its end.

import { createHash } from 'node:crypto';
import { constants } from 'node:fs';
import { lstat, open, readdir, realpath, type FileHandle } from 'node:fs/promises';
import { basename, dirname, join, resolve, sep } from 'node:path';
import { equal, utf8 } from '@vitrine/evidence';
import { errnoOf, fileFault } from '@vitrine/host';
import { categoryOf, checkObservation, dayOf, type Observation } from '@vitrine/reports';

export interface WalkLimits {
  readonly files: number;
  readonly depth: number;
  /** Larger files are skipped. */
  readonly fileBytes: number;
}

export const defaultWalkLimits: WalkLimits = { files: 200_000, depth: 64, fileBytes: 8 * 2 ** 30 };

/** Why something was not looked at. */
export type Skipped = 'link' | 'special' | 'too-large' | 'unreadable' | 'too-deep' | 'too-many' | 'own';

export interface Walked {
  /** Absolute. */
  readonly path: string;
  /** It was given itself, not found in a folder. */
  readonly isNamed: boolean;
}

/**
 * Regular files at and below `paths`, in the order of their names. A path that is given may be a link itself:
 * its owner named it. `own`: a folder that is never walked, for it holds what must not leave.
 */
export async function* walk(
  paths: readonly string[],
  own: string,
  skip: (why: Skipped, path: string) => void,
  limits: WalkLimits = defaultWalkLimits,
): AsyncGenerator<Walked> {
  const secluded = await realpath(own).catch(() => resolve(own));
  let files = 0;
  async function* below(path: string, depth: number): AsyncGenerator<Walked> {
    if (path === secluded || path.startsWith(secluded + sep)) return skip('own', path);
    const stats = await lstat(path).catch((error: unknown) => {
      if (depth === 0) throw fileFault('look at', path, error);
      return undefined;
    });
    if (stats === undefined) return skip('unreadable', path);
    if (stats.isSymbolicLink()) return skip('link', path);
    if (stats.isFile()) {
      if (stats.size > limits.fileBytes) return skip('too-large', path);
      if (++files > limits.files) return skip('too-many', path);
      yield { path, isNamed: depth === 0 };
      return;
    }
    if (!stats.isDirectory()) return skip('special', path);
    if (depth >= limits.depth) return skip('too-deep', path);
    // A folder that became a link since it was looked at leads elsewhere, and is not entered.
    if ((await realpath(path).catch(() => '')) !== path) return skip('link', path);
    const names = await readdir(path).catch((error: unknown) => {
      if (depth === 0) throw fileFault('list', path, error);
      return undefined;
    });
    if (names === undefined) return skip('unreadable', path);
    for (const name of names.toSorted()) {
      if (files > limits.files) return;
      yield* below(join(path, name), depth + 1);
    }
  }
  for (const given of paths) {
    const path = await realpath(given).catch((error: unknown) => {
      throw fileFault('look at', given, error);
    });
    yield* below(path, 0);
  }
}

export type FileFormat = (Observation & { readonly kind: 'file-seen' })['facts']['format'];
export type Arrival = (Observation & { readonly kind: 'file-seen' })['facts']['arrived'];

export interface FileFacts {
  readonly object: string;
  readonly size: number;
  readonly head: Uint8Array;
}

const headBytes = 4_096;

/** Hashes the file without following a link; undefined where it cannot be read or is none any more. */
export async function factsOf(path: string, limit: number): Promise<FileFacts | undefined> {
  let handle: FileHandle | undefined;
  try {
    handle = await openAsItIs(path);
    if (!(await handle.stat()).isFile()) return undefined;
    const digest = createHash('sha256');
    const chunk = new Uint8Array(1 << 20);
    let head = new Uint8Array(0);
    let size = 0;
    for (;;) {
      const { bytesRead } = await handle.read(chunk);
      if (bytesRead === 0) return { object: digest.digest('hex'), size, head };
      if (size === 0) head = chunk.slice(0, Math.min(bytesRead, headBytes));
      size += bytesRead;
      if (size > limit) return undefined; // It grows as it is read.
      digest.update(chunk.subarray(0, bytesRead));
    }
  } catch (error) {
    // Gone, forbidden, or a link by now: other files go on.
    if (['ENOENT', 'EACCES', 'EPERM', 'ELOOP', 'EBUSY', 'EIO'].includes(errnoOf(error) ?? ''))
      return undefined;
    throw fileFault('read', path, error);
  } finally {
    await handle?.close();
  }
}

/** Never through a link, and never waiting for a pipe. Windows has neither flag. */
export function openAsItIs(path: string): Promise<FileHandle> {
  const { O_RDONLY, O_NOFOLLOW = 0, O_NONBLOCK = 0 } = constants as Partial<typeof constants>;
  return open(path, (O_RDONLY ?? 0) | O_NOFOLLOW | O_NONBLOCK);
}

const formats: readonly (readonly [FileFormat, Uint8Array])[] = [
  ['pe', utf8('MZ')],
  ['elf', Uint8Array.of(0x7f, 0x45, 0x4c, 0x46)],
  ['macho', Uint8Array.of(0xfe, 0xed, 0xfa, 0xce)],
  ['macho', Uint8Array.of(0xfe, 0xed, 0xfa, 0xcf)],
  ['macho', Uint8Array.of(0xce, 0xfa, 0xed, 0xfe)],
  ['macho', Uint8Array.of(0xcf, 0xfa, 0xed, 0xfe)],
  ['dex', utf8('dex\n')],
];

/** By the first bytes, never by the name. */
export function formatOf(head: Uint8Array): FileFormat {
  const found = formats.find(([, magic]) => equal(head.subarray(0, magic.length), magic));
  if (found !== undefined) return found[0];
  const category = categoryOf(head);
  return category === 'program' ? 'other' : category;
}

/** What is reported of a file. Name and folder are left out where they are of no form that is shared. */
export function fileSeen(
  { path, facts }: { readonly path: string; readonly facts: FileFacts },
  { now, arrived, names }: { readonly now: number; readonly arrived: Arrival; readonly names: boolean },
): Observation {
  const { object, size, head } = facts;
  const plain = {
    kind: 'file-seen',
    facts: { object, size, format: formatOf(head), seen: dayOf(now), arrived },
    personal: {},
  } as const;
  if (!names) return checkObservation(plain);
  let personal: { readonly name?: string; readonly path?: string } = {};
  for (const more of [{ name: basename(path) }, { path: dirname(path) }]) {
    const wider = { ...personal, ...more };
    if (isShareable({ ...plain, personal: wider })) personal = wider;
  }
  return checkObservation({ ...plain, personal });
}

function isShareable(observation: Parameters<typeof checkObservation>[0]): boolean {
  try {
    checkObservation(observation);
    return true;
  } catch {
    return false;
  }
}
