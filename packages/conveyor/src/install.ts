// The npm road: `npm ci` from a copy of the lockfile in which every package that is a material comes from
// its archive. No cache, no registry, no script. npm checks each archive's sha512 again (EINTEGRITY); a
// package that is no material has no archive, and without a registry the installation fails. What npm
// leaves out for this platform it never asks for, so the other bindings of a package need no archive.

import { constants, copyFile, link, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  parseJson,
  quote,
  type Isolation,
  type Json,
  type JsonObject,
  type Material,
} from '@vitrine/evidence';
import { errnoOf, fileFault, readBounded, type Store } from '@vitrine/host';
import { fail } from './codes.ts';
import { lockfileBytes } from './materials/lockfile.ts';
import { unpackTarball } from './materials/tarball.ts';
import type { Platform } from './platform.ts';
import type { Recipe } from './recipe.ts';
import type { BuildFolders, Sandbox, Step } from './sandbox/sandbox.ts';
import { removeFolder } from './temporary.ts';

/** Puts the toolchain and the archives of the packages into their folders. Every object is hashed on the way. */
export async function placeMaterials(
  materials: readonly Material[],
  recipe: Recipe,
  platform: Platform,
  store: Store,
  folders: BuildFolders,
  isolation: Isolation,
): Promise<void> {
  for (const { name, version, sha256 } of materials) {
    await store.check(sha256);
    const archive = store.path(sha256);
    if (name === platform.nodePackage && version === recipe.node?.version) {
      await unpackTarball(archive, join(folders.tools, 'node'), { only: ['bin/node', 'LICENSE'] });
    }
    if (name === 'npm' && version === recipe.npm?.version)
      await unpackTarball(archive, join(folders.tools, 'npm'));
    await place(archive, join(folders.materials, `${sha256}.tgz`), isolation);
  }
}

/**
 * In a sandbox a second name for the object, which nobody inside can write. A copy where the store is on
 * another file system, and where the build runs as the owner of the store.
 */
async function place(archive: string, target: string, isolation: Isolation): Promise<void> {
  if (isolation !== 'none') {
    try {
      return await link(archive, target);
    } catch (error) {
      if (errnoOf(error) === undefined) throw error;
    }
  }
  await copyFile(archive, target, constants.COPYFILE_EXCL | constants.COPYFILE_FICLONE).catch(
    (cause: unknown) => {
      throw fileFault('copy a material to', target, cause);
    },
  );
}

interface InstallFrame extends Pick<Step, 'env' | 'limits' | 'endBy' | 'placed'> {
  readonly onLog?: ((log: string) => void) | undefined;
}

/** Installs the workspace of the recipe. Afterwards the tree is as committed, plus node_modules. */
export async function installPackages(
  recipe: Recipe,
  materials: readonly Material[],
  folders: BuildFolders,
  sandbox: Sandbox,
  { onLog, ...frame }: InstallFrame,
): Promise<void> {
  if (recipe.npm === undefined) return;
  const lockfile = join(folders.tree, 'package-lock.json');
  const original = await readBounded(lockfile, lockfileBytes);
  const inside = sandbox.inside(folders);
  await replaceFile(lockfile, rewriteLockfile(original, materials));
  const { code, signal, log, stopped } = await sandbox.run(folders, {
    ...frame,
    folder: '',
    command: [
      join(inside.tools, 'node/bin/node'),
      join(inside.tools, 'npm/bin/npm-cli.js'),
      'ci',
      '--offline',
      '--ignore-scripts',
      '--no-audit',
      '--no-fund',
      '--no-update-notifier',
      '--loglevel=error',
      '--workspace',
      recipe.npm.workspace,
      '--include-workspace-root=false',
    ],
  });
  onLog?.(log);
  if (stopped !== undefined) throw stopped;
  if (code !== 0) {
    // Its code, and what it is about.
    const said = log.split('\n').filter((line) => /^npm error \S/.test(line));
    const shown = said.slice(0, 2).join('; ').replaceAll('npm error ', '');
    throw fail('build.install', `npm ci ended with ${code ?? signal ?? 'nothing'}: ${quote(shown, 300)}`);
  }
  await replaceFile(lockfile, original);
}

/**
 * The lockfile with `resolved` of every material pointing at its archive: relative, so that what npm
 * notes in node_modules/.package-lock.json is the same wherever the folders are. Of the others only links
 * keep theirs: npm is told of no place but the tree and the archives.
 */
function rewriteLockfile(original: Uint8Array, materials: readonly Material[]): Uint8Array {
  const archives = new Map(
    materials.map(({ integrity, sha256 }) => [integrity, `file:../materials/${sha256}.tgz`]),
  );
  const lockfile = parseJson(original, { bytes: lockfileBytes, depth: 16 }) as JsonObject;
  const packages: Record<string, Json> = {};
  for (const [location, entry] of Object.entries(
    lockfile['packages'] as Readonly<Record<string, JsonObject>>,
  )) {
    const { resolved: _, ...rest } = entry;
    const archive = typeof entry['integrity'] === 'string' ? archives.get(entry['integrity']) : undefined;
    packages[location] =
      entry['link'] === true ? entry : archive === undefined ? rest : { ...rest, resolved: archive };
  }
  return Buffer.from(JSON.stringify({ ...lockfile, packages }));
}

/** The folder is ours, the name in it may have become anything: it is removed, never written through. */
async function replaceFile(path: string, bytes: Uint8Array): Promise<void> {
  await removeFolder(path);
  try {
    await writeFile(path, bytes, { flag: 'wx', mode: 0o644 });
  } catch (error) {
    throw fileFault('write', path, error);
  }
}
