// The error tables of all packages: `export const xxxErrors` of each entry point, and whether together
// they keep the promise that a code means one thing in the whole repository.
import { existsSync, globSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { entryPoints, workspaces } from './repository.ts';

export interface ErrorRow {
  readonly code: string;
  readonly exit: number;
  readonly meaning: string;
  readonly remedy: string;
  /** `packages/log: logErrors`. */
  readonly table: string;
}

export interface ErrorTables {
  /** Sorted by code. */
  readonly rows: readonly ErrorRow[];
  readonly faults: readonly string[];
  /** Packages that have no source yet. */
  readonly absent: readonly string[];
}

type Exports = Readonly<Record<string, unknown>>;

export async function readErrorTables(root: string): Promise<ErrorTables> {
  const rows: ErrorRow[] = [];
  const faults: string[] = [];
  const absent: string[] = [];
  // A table that two entry points export is one table.
  const exported = new Set<unknown>();
  for (const { folder, manifest } of workspaces(root)) {
    const add = (name: string, table: object): void => {
      if (exported.has(table)) return;
      exported.add(table);
      const read = rowsOf(`${folder}: ${name}`, table);
      rows.push(...read.rows);
      faults.push(...read.faults);
    };
    const entries = Object.values(entryPoints(manifest));
    for (const entry of entries) {
      const path = join(root, folder, entry);
      if (!existsSync(path)) absent.push(`${folder} (${entry})`);
      else for (const [name, table] of await errorTablesOf(path)) add(name, table);
    }
    for (const file of globSync(`${folder}/src/**/codes.ts`, { cwd: root })) {
      for (const [name, table] of await errorTablesOf(join(root, file))) {
        // A program has no entry points: its table is read where it stands.
        if (entries.length === 0) add(name, table);
        else if (!exported.has(table)) faults.push(`${file}: no entry point of ${folder} exports ${name}`);
      }
    }
  }
  rows.sort((a, b) => (a.code < b.code ? -1 : 1));
  return { rows, faults: [...faults, ...duplicates(rows)], absent };
}

/** The exports of a module whose name ends in `Errors`. */
async function errorTablesOf(path: string): Promise<readonly (readonly [string, object])[]> {
  const module = (await import(pathToFileURL(path).href)) as Exports;
  return Object.entries(module).filter(
    (entry): entry is [string, object] =>
      entry[0].endsWith('Errors') && typeof entry[1] === 'object' && entry[1] !== null,
  );
}

const word = '[a-z][a-z0-9]*(?:-[a-z0-9]+)*';
const codeForm = new RegExp(`^${word}\\.${word}$`);

function rowsOf(
  table: string,
  entries: object,
): { readonly rows: readonly ErrorRow[]; readonly faults: readonly string[] } {
  const rows: ErrorRow[] = [];
  const faults: string[] = [];
  for (const [code, entry] of Object.entries(entries as Exports)) {
    const { exit, meaning, remedy } = Object(entry) as Exports;
    const sound =
      codeForm.test(code) &&
      typeof exit === 'number' &&
      [1, 2, 3, 4, 5].includes(exit) &&
      isSentence(meaning) &&
      isSentence(remedy);
    if (sound) rows.push({ code, exit, meaning, remedy, table });
    else faults.push(`${table}: "${code}" wants the form noun.fault, an exit from 1 to 5, and two sentences`);
  }
  return { rows, faults };
}

function isSentence(value: unknown): value is string {
  return typeof value === 'string' && /^\S[^\n]*[.!?]$/.test(value);
}

function duplicates(rows: readonly ErrorRow[]): readonly string[] {
  return [...Map.groupBy(rows, ({ code }) => code)]
    .filter(([, same]) => same.length > 1)
    .map(([code, same]) => `"${code}" stands in ${same.map(({ table }) => table).join(' and in ')}`);
}
