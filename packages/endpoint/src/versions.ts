// The installed versions: versions/<sha256>/<output>, written once and never changed.

import { chmod, open, rename } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { isVitrineError } from '@vitrine/evidence';
import { fileFault, hashFile, makeDurableDirectory, syncDirectory } from '@vitrine/host';
import { namesIn, removeFile } from './folder.ts';
import { mostVersions, type Memory, type Version } from './memory.ts';
import type { Session } from './session.ts';

/** Good versions that are kept beside the current one. */
const keptVersions = 2;
const asideStandings: readonly Version['standing'][] = ['failed', 'rolled-back'];

export function fileOf({ folder, memory }: Session, { sha256 }: Pick<Version, 'sha256'>): string {
  return join(folder.path, 'versions', sha256, memory.enrolment.output);
}

/** Whether the file is there with the bytes that were accepted. */
export async function isIntact(
  session: Session,
  version: Pick<Version, 'sha256' | 'size'>,
): Promise<boolean> {
  try {
    const found = await hashFile(fileOf(session, version));
    return found.sha256 === version.sha256 && found.size === version.size;
  } catch (error) {
    if (isVitrineError(error)) return false;
    throw error;
  }
}

/** Moves a verified download to its place, durably: file, name, folders. May be done again. */
export async function stage(
  session: Session,
  download: string,
  version: Pick<Version, 'sha256'>,
): Promise<void> {
  session.enter('stage');
  const file = fileOf(session, version);
  try {
    await makeDurableDirectory(dirname(file));
    await chmod(download, 0o755);
    const handle = await open(download, 'r+');
    try {
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(download, file);
    await syncDirectory(dirname(file));
    await syncDirectory(dirname(download));
  } catch (error) {
    throw fileFault('put in place', file, error);
  }
}

/**
 * The versions with this one as the newest. Where the memory is full, one that did not run here gives way
 * first; never the current one.
 */
export function withVersion({ versions, current }: Memory, version: Version): readonly Version[] {
  let others = versions.filter(({ sha256 }) => sha256 !== version.sha256);
  while (others.length >= mostVersions) {
    const isSpare = ({ sha256 }: Version): boolean => sha256 !== current;
    const aside = others.findIndex((one) => isSpare(one) && asideStandings.includes(one.standing));
    others = others.toSpliced(aside >= 0 ? aside : others.findIndex(isSpare), 1);
  }
  return [...others, version];
}

/** A version that is not put in place by itself: it failed here, or somebody rolled it back. */
export function isSetAside({ versions }: Memory, sha256: string): boolean {
  return versions.some((one) => one.sha256 === sha256 && asideStandings.includes(one.standing));
}

/**
 * Forgets what is not needed to go back, and removes its files: first from the memory, then from the disk.
 * What failed or was rolled back stays known, without files, so that it is not tried again by itself.
 */
export async function tidy(session: Session): Promise<void> {
  session.enter('tidy');
  try {
    await forget(session);
  } catch (error) {
    // The new version runs; a file too many harms nobody, and the next install tries again.
    if (!isVitrineError(error)) throw error;
  }
}

async function forget(session: Session): Promise<void> {
  const { memory, folder } = session;
  const { versions, current } = memory;
  const good = versions.filter(
    ({ sha256, standing, listed }) => standing === 'good' && listed === undefined && sha256 !== current,
  );
  const kept = new Set([...good.slice(-keptVersions).map(({ sha256 }) => sha256), current]);
  const known = versions
    .filter(({ sha256, standing }) => kept.has(sha256) || asideStandings.includes(standing))
    .slice(-(mostVersions - 1));
  if (known.length < versions.length) await session.remember({ versions: known });
  for (const name of await namesIn(join(folder.path, 'versions'))) {
    if (!kept.has(name)) await removeFile(join(folder.path, 'versions', name));
  }
  for (const name of await namesIn(join(folder.path, 'downloads')))
    await removeFile(join(folder.path, 'downloads', name));
  await folder.sweep(session.memory);
}
