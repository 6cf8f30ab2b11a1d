// The materials of a recipe: what the lockfile and the toolchain ask for, before anything is fetched.

import { quote, type Material } from '@vitrine/evidence';
import { fail } from '../codes.ts';
import type { Platform, Support } from '../platform.ts';
import type { Recipe } from '../recipe.ts';
import { closureOf } from './closure.ts';
import { parseLockfile, pointer, type LockedPackage } from './lockfile.ts';

/** A material as it is asked for: everything of it but the bytes. */
export type NeededMaterial = Omit<Material, 'sha256' | 'size'>;

/** Sorted by id. `lockfile` is the package-lock.json of the tree, if there is one. */
export function neededMaterials(
  recipe: Recipe,
  lockfile: Uint8Array | undefined,
  platform: Platform,
): readonly NeededMaterial[] {
  if (recipe.node === undefined) return [];
  if (lockfile === undefined) throw fail('lockfile.syntax', 'the source has no package-lock.json');
  const locked = parseLockfile(lockfile);
  const needed = new Map<string, NeededMaterial>();
  const add = (material: NeededMaterial): void => {
    const known = needed.get(material.id);
    if (known !== undefined && known.integrity !== material.integrity) {
      throw fail('lockfile.integrity', `${quote(material.id)} is locked with two different digests`);
    }
    needed.set(material.id, { ...material, opaque: material.opaque || (known?.opaque ?? false) });
  };
  if (recipe.npm !== undefined) {
    for (const one of closureOf(locked, recipe.npm.workspace, platform)) {
      add(materialOf(one.name, one.version, one.integrity, isBinary(one.support)));
    }
    add(materialOf('npm', recipe.npm.version, recipe.npm.integrity, false));
  }
  const node = lockedNode(locked.get(`node_modules/${platform.nodePackage}`), recipe.node.version, platform);
  add(materialOf(platform.nodePackage, recipe.node.version, node, true));
  return [...needed.values()].toSorted((a, b) => (a.id < b.id ? -1 : 1));
}

/** What was built for one kind of machine is a binary: nobody here built it from source. */
function isBinary({ os, cpu, libc }: Support): boolean {
  return os.length + cpu.length + libc.length > 0;
}

function materialOf(name: string, version: string, integrity: string, opaque: boolean): NeededMaterial {
  return { id: `npm:${name}@${version}`, kind: 'npm', name, version, integrity, opaque };
}

function lockedNode(locked: LockedPackage | undefined, version: string, platform: Platform): string {
  if (locked?.integrity !== undefined && locked.version === version) return locked.integrity;
  const found = locked === undefined ? 'nothing' : quote(locked.version);
  throw fail(
    'lockfile.incomplete',
    `package-lock.json locks ${found} as ${platform.nodePackage}, not ${quote(version)}`,
    {
      at: pointer(`node_modules/${platform.nodePackage}`),
    },
  );
}
