// What lies where in this repository: its packages, its products and their code files.
import { existsSync, globSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

export const repositoryRoot: string = dirname(import.meta.dirname);

export interface Manifest {
  readonly name: string;
  readonly version?: string;
  readonly exports?: string | Readonly<Record<string, string>>;
  readonly scripts?: Readonly<Record<string, string>>;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
}

export interface Workspace {
  /** Relative to the root, with forward slashes: `packages/log`. */
  readonly folder: string;
  readonly kind: 'package' | 'product';
  /** The last part of the folder: `log`. */
  readonly short: string;
  readonly manifest: Manifest;
}

function readManifest(path: string): Manifest {
  return JSON.parse(readFileSync(path, 'utf8')) as Manifest;
}

/** Every package and product, in the order of their folders. */
export function workspaces(root: string): readonly Workspace[] {
  const found = globSync('{packages,products}/*/package.json', { cwd: root }).map(slashes).toSorted();
  return found.map((path) => ({
    folder: dirname(path),
    kind: path.startsWith('packages/') ? 'package' : 'product',
    short: basename(dirname(path)),
    manifest: readManifest(join(root, path)),
  }));
}

export interface Repository {
  readonly root: string;
  readonly workspaces: readonly Workspace[];
  /** The root's development dependencies: what every test and every tool may use. */
  readonly shared: Readonly<Record<string, string>>;
}

export function readRepository(root: string): Repository {
  const { devDependencies = {} } = readManifest(join(root, 'package.json'));
  return { root, workspaces: workspaces(root), shared: devDependencies };
}

/** The entry points that a package's `exports` names: subpath (`.`, `./witness`) to file. */
export function entryPoints(manifest: Manifest): Readonly<Record<string, string>> {
  if (manifest.exports === undefined) return {};
  return typeof manifest.exports === 'string' ? { '.': manifest.exports } : manifest.exports;
}

/** Everything of a package that is not a test. */
export function isSource(owner: Workspace, file: string): boolean {
  return !file.startsWith(`${owner.folder}/test/`);
}

const skipped = new Set(['node_modules', 'dist', 'testdata']);

/** Code under a folder, relative to the root; generated output and test data are not code. */
export function codeFiles(root: string, folder: string): readonly string[] {
  if (!existsSync(join(root, folder))) return [];
  const exclude = (name: string): boolean => skipped.has(basename(name));
  return globSync(`${folder}/**/*.{ts,mts,cts,tsx,js,mjs,cjs,jsx}`, { cwd: root, exclude })
    .map(slashes)
    .toSorted();
}

function slashes(path: string): string {
  return path.replaceAll('\\', '/');
}
