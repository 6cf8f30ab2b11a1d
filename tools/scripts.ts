// The files of bench/ and soak/: found by name, loaded by their default export.
import { globSync } from 'node:fs';
import { basename, join } from 'node:path';
import { pathToFileURL } from 'node:url';

/** A word on the command line that means nothing: exit code 2. */
export class UsageError extends Error {}

/** The chosen names, or all in order. Refuses a name that does not exist and says which do. */
export function chooseScripts(folder: string, wanted: readonly string[]): readonly string[] {
  const names = globSync('*.ts', { cwd: folder })
    .map((file) => basename(file, '.ts'))
    .toSorted();
  const kind = basename(folder);
  const unknown = wanted.find((name) => !names.includes(name));
  if (unknown !== undefined) {
    throw new UsageError(`no ${kind} "${unknown}"; there is: ${names.join(', ') || 'nothing yet'}`);
  }
  if (names.length === 0) throw new UsageError(`${kind}/ holds nothing to run`);
  return wanted.length > 0 ? wanted : names;
}

/** The default export of `folder/name.ts`, which must be a function. */
export async function loadScript<Script>(folder: string, name: string): Promise<Script> {
  const path = join(folder, `${name}.ts`);
  const module = (await import(pathToFileURL(path).href)) as { readonly default?: unknown };
  if (typeof module.default !== 'function') throw new Error(`${path} has no function as its default export`);
  return module.default as Script;
}

/** Ends the process with main's code: handles that a benchmark left open must not keep it alive. */
export async function endWith(tool: string, main: Promise<number>): Promise<never> {
  let code: number;
  try {
    code = await main;
  } catch (error) {
    code = error instanceof UsageError || isArgumentError(error) ? 2 : 1;
    const text = code === 2 ? (error as Error).message : String((error as Error).stack ?? error);
    process.stderr.write(`${tool}: ${text}\n`);
  }
  // Standard output may be a pipe: exit only once it is written.
  await new Promise<void>((resolve) => {
    process.stdout.write('', () => {
      resolve();
    });
  });
  process.exit(code);
}

/** What util.parseArgs throws. */
function isArgumentError(error: unknown): boolean {
  return error instanceof Error && 'code' in error && String(error.code).startsWith('ERR_PARSE_ARGS');
}
