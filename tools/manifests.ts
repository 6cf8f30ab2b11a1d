// What a package declares against what it uses: nothing missing, nothing left over, nothing forbidden.
import { existsSync, readFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { join, posix } from 'node:path';
import { allowedArrows } from './arrow-table.ts';
import { packageOf, type CodeModule } from './imports.ts';
import { entryPoints, isSource, type Repository, type Workspace } from './repository.ts';

export function manifestViolations(
  { root, workspaces }: Repository,
  owner: Workspace,
  modules: readonly CodeModule[],
): readonly string[] {
  const path = `${owner.folder}/package.json`;
  return [
    ...identityFaults(root, owner),
    ...declaredFaults(workspaces, owner),
    ...unusedFaults(root, owner, modules),
  ].map((fault) => `${path}: ${fault}`);
}

function identityFaults(root: string, { folder, short, manifest }: Workspace): readonly string[] {
  const faults =
    manifest.name === `@vitrine/${short}` ? [] : [`is named "${manifest.name}", not "@vitrine/${short}"`];
  for (const [subpath, entry] of Object.entries(entryPoints(manifest))) {
    const file = posix.join(folder, entry);
    if (!existsSync(join(root, file))) faults.push(`exports "${subpath}" as ${file}, which does not exist`);
  }
  return faults;
}

function declaredFaults(known: readonly Workspace[], owner: Workspace): readonly string[] {
  const faults: string[] = [];
  const arrows = new Set(allowedArrows(owner)?.map(({ to }) => to));
  for (const [field, name, version] of declared(owner)) {
    const target = known.find(({ manifest }) => manifest.name === name);
    if (target === undefined) {
      if (owner.short === 'evidence' && field !== 'devDependencies') {
        faults.push(`declares ${name}; evidence has no dependency`);
      }
      continue;
    }
    // Any other version would send npm to the registry for a package that lies here.
    if (version !== target.manifest.version) {
      faults.push(`wants ${name} ${version}; here it is ${target.manifest.version ?? 'without a version'}`);
    }
    const development = target.short === 'testkit' || (owner.kind === 'product' && target.short !== 'keys');
    const allowed = target.kind === 'package' && arrows.has(target.short);
    if (!allowed && !(field === 'devDependencies' && development)) {
      faults.push(
        `declares ${name} in ${field}; ARCHITECTURE.md allows no arrow from ${owner.short} to ${target.short}`,
      );
    }
  }
  return faults;
}

function unusedFaults(root: string, owner: Workspace, modules: readonly CodeModule[]): readonly string[] {
  // A program is named in a recipe or a script, or resolved by its name in a string, and never imported.
  const recipe = join(root, owner.folder, 'conveyor.toml');
  const texts = Object.values(owner.manifest.scripts ?? {});
  if (existsSync(recipe)) texts.push(readFileSync(recipe, 'utf8'));
  const faults: string[] = [];
  for (const [field, name] of declared(owner)) {
    const base = name.replace(/^@types\//, '');
    const readers = modules.filter(({ file }) => field === 'devDependencies' || isSource(owner, file));
    const used = readers.some(({ imports, strings }) => {
      const named = [...imports.map(({ specifier }) => specifier ?? ''), ...strings.map(({ text }) => text)];
      return named.some((text) => text === base || text.startsWith(`${base}/`));
    });
    if (!used && !texts.some((text) => text.includes(base)))
      faults.push(`declares ${name} in ${field} and does not use it`);
  }
  return faults;
}

/** What `/// <reference types="node" />` names; @types/node is the root's. */
export const nodeTypes = 'node';

/** What an import lacks in the manifest. */
export function undeclaredFault(
  { shared }: Repository,
  owner: Workspace,
  file: string,
  specifier: string,
): string | undefined {
  if (isBuiltin(specifier) || !/^[@\w]/.test(specifier) || specifier.includes(':')) return undefined;
  const name = packageOf(specifier);
  if (name === owner.manifest.name || name === nodeTypes) return undefined;
  // Development dependencies serve tests and build configuration, never what is shipped.
  const shipped = file.startsWith(`${owner.folder}/src/`);
  const listed = declared(owner).some(
    ([field, known]) => known === name && !(shipped && field === 'devDependencies'),
  );
  if (listed || (!shipped && name in shared)) return undefined;
  const field = shipped ? 'dependencies' : 'devDependencies';
  return `imports ${name}, which ${owner.folder}/package.json does not list in ${field}`;
}

type Field = 'dependencies' | 'optionalDependencies' | 'peerDependencies' | 'devDependencies';
const fields = ['dependencies', 'optionalDependencies', 'peerDependencies', 'devDependencies'] as const;

function declared({ manifest }: Workspace): readonly (readonly [Field, string, string])[] {
  return fields.flatMap((field) =>
    Object.entries(manifest[field] ?? {}).map(([name, version]) => [field, name, version] as const),
  );
}
