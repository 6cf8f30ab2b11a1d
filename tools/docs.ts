// npm run docs: writes what documentation can be read off the code. docs/errors.md from the error tables;
// docs/spec/KIND.schema.json and KIND.example.json from the formats that evidence and reports specify.
// --check writes nothing and fails where the disk differs; --codes only looks at the error codes.
import { existsSync, globSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { readErrorTables, type ErrorRow } from './error-tables.ts';
import { repositoryRoot } from './repository.ts';
import { endWith } from './scripts.ts';

/** Packages with formats, which describe them in `src/specifications.ts`. */
const specifying = ['evidence', 'reports'] as const;

interface Specification {
  readonly kind: string;
  readonly status: 'frozen' | 'provisional';
  readonly schema: object;
  readonly example: unknown;
}

interface Page {
  /** Relative to the root. */
  readonly path: string;
  readonly text: string;
  readonly frozen: boolean;
}

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: { check: { type: 'boolean', default: false }, codes: { type: 'boolean', default: false } },
  });
  const { rows, faults, absent } = await readErrorTables(repositoryRoot);
  for (const name of absent)
    process.stderr.write(`docs: ${name} has no source yet; its errors are left out\n`);
  if (values.codes || faults.length > 0) return conclude(faults);

  const specifications = await readSpecifications();
  const pages: Page[] = [{ path: 'docs/errors.md', text: errorsPage(rows), frozen: false }];
  for (const { kind, status, schema, example } of specifications) {
    for (const [part, value] of Object.entries({ schema, example })) {
      const text = `${JSON.stringify(value, null, 2)}\n`;
      pages.push({ path: `docs/spec/${kind}.${part}.json`, text, frozen: status === 'frozen' });
    }
  }
  const differing = pages.filter(({ path, text }) => readPage(path) !== text);
  return conclude([
    ...(values.check
      ? differing.map(({ path }) => `${path} is out of date; run "npm run docs"`)
      : write(differing)),
    ...missingPages(specifications),
    ...strayPages(pages),
  ]);
}

function conclude(faults: readonly string[]): number {
  for (const fault of faults) process.stderr.write(`docs: ${fault}\n`);
  return faults.length === 0 ? 0 : 1;
}

async function readSpecifications(): Promise<readonly Specification[]> {
  const found: Specification[] = [];
  for (const name of specifying) {
    const path = join(repositoryRoot, 'packages', name, 'src/specifications.ts');
    const module = existsSync(path)
      ? ((await import(pathToFileURL(path).href)) as { readonly specifications?: readonly Specification[] })
      : {};
    if (module.specifications !== undefined) found.push(...module.specifications);
    else if (name === 'evidence')
      process.stderr.write('docs: evidence has no specifications; docs/spec is left as it is\n');
  }
  const kinds = new Set<string>();
  for (const { kind } of found) {
    // The kind becomes a file's name.
    if (!/^[a-z0-9]+(?:-[a-z0-9]+)*$/.test(kind)) throw new Error(`"${kind}" is no kind of a statement`);
    if (kinds.has(kind)) throw new Error(`two specifications are called "${kind}"`);
    kinds.add(kind);
  }
  return found;
}

function readPage(path: string): string | undefined {
  const full = join(repositoryRoot, path);
  return existsSync(full) ? readFileSync(full, 'utf8') : undefined;
}

/** Writes new and provisional pages. A frozen format is never rewritten: others stand on it. */
function write(pages: readonly Page[]): readonly string[] {
  const refused: string[] = [];
  for (const { path, text, frozen } of pages) {
    const full = join(repositoryRoot, path);
    if (frozen && existsSync(full)) {
      refused.push(
        `${path} is frozen and the code differs; give the format a new version (or, if no release ever used it, delete the file and run again)`,
      );
      continue;
    }
    mkdirSync(dirname(full), { recursive: true });
    writeFileSync(full, text);
    process.stdout.write(`${path}\n`);
  }
  return refused;
}

function missingPages(specifications: readonly Specification[]): readonly string[] {
  return specifications
    .map(({ kind }) => `docs/spec/${kind}.md`)
    .filter((path) => readPage(path) === undefined)
    .map((path) => `${path} is missing: every format has a page beside its schema`);
}

/** Generated files whose format is gone. */
function strayPages(pages: readonly Page[]): readonly string[] {
  const written = new Set(pages.map(({ path }) => path));
  if (written.size === 1) return [];
  return globSync('docs/spec/*.{schema,example}.json', { cwd: repositoryRoot })
    .map((path) => path.replaceAll('\\', '/'))
    .filter((path) => !written.has(path))
    .map((path) => `${path} belongs to no specification; delete it`);
}

function errorsPage(rows: readonly ErrorRow[]): string {
  const cell = (text: string): string => text.replaceAll('|', '\\|');
  const lines = rows.map(
    ({ code, exit, meaning, remedy }) =>
      `| \`${code}\` | ${String(exit)} | ${cell(meaning)} | ${cell(remedy)} |`,
  );
  return `# Errors

Written by \`npm run docs\` from the packages' error tables. A code means one thing in the whole repository and never changes its meaning. *Exit* is how a command ends when the error reaches it: 1 the operation failed, 2 wrong usage, 3 refused (the evidence is bad), 4 not authorised, 5 cannot tell (evidence absent or unreachable).

| code | exit | meaning | remedy |
| --- | --- | --- | --- |
${lines.join('\n')}
`;
}

await endWith('docs', main());
