// Which packages of a lockfile one workspace needs on one platform: those that npm would install for it.

import { quote } from '@vitrine/evidence';
import { fail } from '../codes.ts';
import { supports, type Platform } from '../platform.ts';
import { pointer, type Dependency, type LockedPackage, type Lockfile } from './lockfile.ts';

export interface LockedTarball extends LockedPackage {
  readonly integrity: string;
}

/** The registry packages behind a workspace, sorted by location. Throws `lockfile.incomplete`, `lockfile.platform`. */
export function closureOf(
  lockfile: Lockfile,
  workspace: string,
  platform: Platform,
): readonly LockedTarball[] {
  const start = lockfile.get(workspace);
  if (start === undefined || start.link !== undefined || workspace.includes('node_modules/')) {
    throw fail('lockfile.incomplete', `package-lock.json has no workspace ${quote(workspace)}`, {
      at: pointer(workspace),
    });
  }
  const seen = new Set<LockedPackage>([start]);
  const leftOut = new Set<LockedPackage>();
  for (let before = 0; before < seen.size + leftOut.size;) {
    before = seen.size + leftOut.size;
    // A Set is walked in order while it grows: each package once, cycles end.
    for (const one of seen) {
      for (const dependency of one.dependencies) {
        const found = resolve(lockfile, one, dependency, platform);
        if (found !== undefined) seen.add(found);
        else addIfThere(leftOut, lookUp(lockfile, one.location, dependency.name));
      }
    }
    // npm also installs what only a package needs that it leaves out for this platform, where the lockfile
    // does not call it optional: something else in the repository needs it, though not this workspace.
    for (const one of leftOut) {
      for (const { name } of one.dependencies) {
        const found = lookUp(lockfile, one.location, name);
        const stays = found !== undefined && !found.optional && supports(found.support, platform);
        addIfThere(stays ? seen : leftOut, found);
      }
    }
  }
  return [...seen].filter(isTarball).toSorted((a, b) => (a.location < b.location ? -1 : 1));
}

function addIfThere(all: Set<LockedPackage>, one: LockedPackage | undefined): void {
  if (one !== undefined) all.add(one);
}

function isTarball(one: LockedPackage): one is LockedTarball {
  return one.integrity !== undefined;
}

function resolve(
  lockfile: Lockfile,
  from: LockedPackage,
  { name, kind }: Dependency,
  platform: Platform,
): LockedPackage | undefined {
  const found = lookUp(lockfile, from.location, name);
  if (found === undefined) {
    // Optional packages may be absent altogether; npm leaves out those it could not fetch.
    if (kind === 'optional' || kind === 'optional peer' || from.bundled) return undefined;
    throw fail(
      'lockfile.incomplete',
      `package-lock.json lacks ${quote(name)}, needed by ${quote(from.location)}`,
      {
        at: pointer(from.location),
      },
    );
  }
  if (supports(found.support, platform)) return found;
  if (kind === 'optional' || kind === 'optional peer' || found.optional) return undefined;
  throw fail('lockfile.platform', `${quote(found.location)} does not support ${platform.name}`, {
    at: pointer(found.location),
  });
}

/** Node's way upwards: the nearest node_modules that has the name; a link stands for its workspace. */
function lookUp(lockfile: Lockfile, location: string, name: string): LockedPackage | undefined {
  for (let folder: string | undefined = location; folder !== undefined; folder = parentOf(folder)) {
    const found = lockfile.get(folder === '' ? `node_modules/${name}` : `${folder}/node_modules/${name}`);
    if (found?.link !== undefined) {
      const target = lockfile.get(found.link);
      if (target !== undefined) return target;
      throw fail('lockfile.incomplete', `package-lock.json lacks the workspace ${quote(found.link)}`, {
        at: pointer(found.location),
      });
    }
    if (found !== undefined) return found;
  }
  return undefined;
}

function parentOf(folder: string): string | undefined {
  if (folder === '') return undefined;
  const slash = folder.lastIndexOf('/');
  return slash < 0 ? '' : folder.slice(0, slash);
}
