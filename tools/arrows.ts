// Reads every manifest and every import of the repository and names each that the table of arrows does
// not allow. `npm run check` runs it.
import { existsSync, readFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { join, posix } from 'node:path';
import { allowedArrows, browserPure, launcher, playsAttacks } from './arrow-table.ts';
import { packageOf, readModule, type CodeModule, type Import } from './imports.ts';
import { manifestViolations, nodeTypes, undeclaredFault } from './manifests.ts';
import {
  codeFiles,
  entryPoints,
  isSource,
  readRepository,
  repositoryRoot,
  type Repository,
  type Workspace,
} from './repository.ts';

/** Every breach of the rules in this tree, one line each: where, what, and what is allowed instead. */
export function violations(root: string): readonly string[] {
  const repository = readRepository(root);
  const known = repository.workspaces;
  const found: string[] = [];
  for (const workspace of known) {
    const arrows = allowedArrows(workspace);
    if (arrows === undefined) {
      found.push(`${workspace.folder}: has no row in the table of tools/arrow-table.ts and ARCHITECTURE.md`);
      continue;
    }
    const modules = readAll(root, codeFiles(root, workspace.folder));
    for (const module of modules) found.push(...moduleViolations(repository, workspace, module));
    found.push(...manifestViolations(repository, workspace, modules));
  }
  for (const file of ['packages', 'products'].flatMap((folder) => codeFiles(root, folder))) {
    if (!known.some(({ folder }) => file.startsWith(`${folder}/`)))
      found.push(`${file}: belongs to no package`);
  }
  const outside = ['tools', 'bench', 'soak'].flatMap((folder) => codeFiles(root, folder));
  for (const module of readAll(root, outside)) found.push(...moduleViolations(repository, undefined, module));
  return found;
}

function readAll(root: string, files: readonly string[]): readonly CodeModule[] {
  return files.map((file) => ({ file, ...readModule(readFileSync(join(root, file), 'utf8')) }));
}

/** `owner` is undefined for the repository's own tools, benchmarks and soaks: they may use any entry point. */
function moduleViolations(
  repository: Repository,
  owner: Workspace | undefined,
  { file, imports, strings }: CodeModule,
): readonly string[] {
  const found: string[] = [];
  const say = (line: number, message: string): number => found.push(`${file}:${String(line)}: ${message}`);
  for (const wanted of imports) {
    const fault =
      importFault(repository, owner, file, wanted) ??
      (owner === undefined ? undefined : undeclaredFault(repository, owner, file, wanted.specifier ?? ''));
    if (fault !== undefined) say(wanted.line, fault);
  }
  if (browserPure.some((folder) => file.startsWith(folder))) {
    // `import` is one road to Node; process.getBuiltinModule('node:fs') is another.
    const imported = new Set(imports.map(({ specifier }) => specifier));
    for (const { text, line } of strings) {
      if (text.startsWith('node:') && !imported.has(text))
        say(line, `names "${text}"; a browser runs this source`);
    }
  }
  return found;
}

function importFault(
  repository: Repository,
  owner: Workspace | undefined,
  file: string,
  { specifier }: Import,
): string | undefined {
  if (specifier === undefined) {
    const fixed = owner !== undefined && isSource(owner, file);
    return fixed ? 'imports a computed module; name it in a literal, so that arrows can be read' : undefined;
  }
  if (specifier.startsWith('.')) return relativeFault(repository, owner, file, specifier);
  if (/^[#/]|^(?!node:)\w+:/.test(specifier))
    return `imports "${specifier}"; use a relative path or a package`;
  if (specifier.startsWith('node:') || specifier === nodeTypes || isBuiltin(specifier)) {
    const pure = browserPure.some((folder) => file.startsWith(folder));
    if (pure) return `imports "${specifier}"; a browser runs this source`;
    const explicit = specifier.startsWith('node:') || specifier === nodeTypes;
    return explicit ? undefined : `imports "${specifier}"; write "node:${specifier}"`;
  }
  const target = repository.workspaces.find(({ manifest }) => manifest.name === packageOf(specifier));
  if (target !== undefined) return arrowFault(repository, owner, file, specifier, target);
  // A name of ours that no package has: say so, instead of calling it undeclared.
  return specifier.startsWith('@vitrine/') ? `imports "${specifier}", which is no package here` : undefined;
}

function relativeFault(
  repository: Repository,
  owner: Workspace | undefined,
  file: string,
  specifier: string,
): string | undefined {
  const path = posix.join(posix.dirname(file), specifier);
  const home = repository.workspaces.find(({ folder }) => path === folder || path.startsWith(`${folder}/`));
  if (home !== undefined && home !== owner) {
    return `reaches into ${path}; import "${home.manifest.name}" through an entry point of its exports`;
  }
  if (owner === undefined) return undefined;
  if (path === launcher && file.startsWith(`${owner.folder}/bin/`)) return undefined;
  if (home === undefined) return `reaches out of its package to ${path}`;
  if (isSource(owner, file) && path.startsWith(`${owner.folder}/test/`)) {
    return `imports ${path}; source may not use tests`;
  }
  return undefined;
}

function arrowFault(
  repository: Repository,
  owner: Workspace | undefined,
  file: string,
  specifier: string,
  target: Workspace,
): string | undefined {
  const subpath = `.${specifier.slice(target.manifest.name.length)}`;
  const entries = entryPoints(target.manifest);
  const entry = entries[subpath];
  if (entry === undefined) {
    const offered = Object.keys(entries).map((name) => posix.join(target.manifest.name, name));
    return `reaches into ${target.folder} by "${specifier}"; its entry points: ${offered.join(', ') || 'none'}`;
  }
  if (!existsSync(join(repository.root, target.folder, entry))) {
    return `imports "${specifier}", but ${posix.join(target.folder, entry)} does not exist`;
  }
  if (owner === undefined) return undefined;
  if (isSource(owner, file)) return sourceArrowFault(owner, file, subpath, target);
  // Tests see their own package, what it may import, and testkit; a product's tests see the whole system.
  const free =
    target === owner || target.short === 'testkit' || (owner.kind === 'product' && target.short !== 'keys');
  if (free || allowedArrows(owner)?.some(({ to }) => to === target.short) === true) return undefined;
  return `${forbidden(owner, target)}, for its tests neither${target.short === 'keys' ? '; use testkit' : ''}`;
}

function sourceArrowFault(
  owner: Workspace,
  file: string,
  subpath: string,
  target: Workspace,
): string | undefined {
  if (target === owner) return `imports its own package by name; use a relative path`;
  if (target.short === 'testkit') return `imports ${target.manifest.name}; only tests may`;
  const fakes = [...playsAttacks, `${owner.folder}/src/testing/`].some((folder) => file.startsWith(folder));
  if (subpath === './testing' && !fakes)
    return `imports the fakes of ${target.manifest.name}; only tests and the tour may`;
  const arrow = allowedArrows(owner)?.find(({ to }) => target.kind === 'package' && to === target.short);
  if (arrow === undefined) return forbidden(owner, target);
  const limit = `${owner.folder}/${arrow.within}`;
  // A product has no fixed folders: what is not a test is its source.
  if (arrow.within === 'src' || file === limit || file.startsWith(`${limit}/`)) return undefined;
  return `${forbidden(owner, target)} outside ${limit}`;
}

function forbidden(owner: Workspace, target: Workspace): string {
  return `imports ${target.manifest.name}; ARCHITECTURE.md allows no arrow from ${owner.short} to ${target.short}`;
}

if (import.meta.main) {
  const found = violations(repositoryRoot);
  for (const line of found) process.stdout.write(`${line}\n`);
  process.exitCode = found.length === 0 ? 0 : 1;
}
