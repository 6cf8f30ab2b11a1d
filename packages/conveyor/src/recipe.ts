// The recipe, conveyor.toml (docs/spec/conveyor-toml.md): what the source says about how it is built.
// It lies in the tree that is audited, so that nobody can order another build of the same source.

import {
  fromUtf8,
  isVitrineError,
  quote,
  VitrineError,
  type BuildLimits,
  type Json,
} from '@vitrine/evidence';
import { parse, TomlError } from 'smol-toml';
import { fail } from './codes.ts';
import { foldName } from './paths.ts';
import { recipeSchema, type RecipeFile } from './recipe-schema.ts';
import { lineOfKey, tomlToJson } from './toml.ts';

export const recipeBytes = 65_536;

export interface Recipe {
  readonly product: string;
  /** Absent: the package.json beside the recipe says it. */
  readonly version?: string;
  /** Run without a shell, in the folder of the recipe. */
  readonly command: readonly string[];
  /** Every file below $OUT, sorted. */
  readonly outputs: readonly string[];
  /** SOURCE_DATE_EPOCH: the committer time of the commit, or seconds since 1970. */
  readonly clock: 'commit' | number;
  /** Whether a build without a sandbox is refused. */
  readonly sandbox: boolean;
  readonly npm?: { readonly workspace: string; readonly version: string; readonly integrity: string };
  /** Its integrity comes from package-lock.json. */
  readonly node?: { readonly version: string };
  readonly parameters: Readonly<Record<string, string>>;
  readonly limits: BuildLimits;
}

const defaultLimits: BuildLimits = {
  seconds: 600,
  outputBytes: 268_435_456,
  logBytes: 1_048_576,
  memoryBytes: 4_294_967_296,
  processes: 1024,
  files: 200_000,
  diskBytes: 4_294_967_296,
};

/** Parses a recipe; every refusal names the key and, where it can be found, the line. */
export function parseRecipe(bytes: Uint8Array): Recipe {
  if (bytes.length > recipeBytes) {
    throw fail('recipe.size', `a recipe of ${bytes.length} bytes; at most ${recipeBytes}`);
  }
  const text = recipeText(bytes);
  const raw = checkFields(readToml(text), text);
  requireUnique(raw.build.outputs);
  requireFreeNames(Object.keys(raw.parameters ?? {}));
  return {
    product: raw.product.name,
    ...(raw.product.version === undefined ? {} : { version: raw.product.version }),
    command: raw.build.command,
    outputs: raw.build.outputs.toSorted(),
    clock: raw.build.clock ?? 'commit',
    sandbox: raw.build.sandbox === 'required',
    ...toolchainOf(raw),
    parameters: raw.parameters ?? {},
    limits: limitsOf(raw.limits ?? {}),
  };
}

function limitsOf(raw: NonNullable<RecipeFile['limits']>): BuildLimits {
  return {
    seconds: raw.seconds ?? defaultLimits.seconds,
    outputBytes: raw['output-bytes'] ?? defaultLimits.outputBytes,
    logBytes: raw['log-bytes'] ?? defaultLimits.logBytes,
    memoryBytes: raw['memory-bytes'] ?? defaultLimits.memoryBytes,
    processes: raw.processes ?? defaultLimits.processes,
    files: raw.files ?? defaultLimits.files,
    diskBytes: raw['disk-bytes'] ?? defaultLimits.diskBytes,
  };
}

function recipeText(bytes: Uint8Array): string {
  try {
    return fromUtf8(bytes);
  } catch (cause) {
    throw fail('recipe.syntax', 'a recipe that is not UTF-8', { cause });
  }
}

function readToml(text: string): Json {
  try {
    return tomlToJson(parse(text, { integersAsBigInt: true, unsafeKeyBehaviour: 'throw', maxDepth: 8 }), '');
  } catch (error) {
    if (error instanceof VitrineError) throw error;
    // The first line of the library's message; the rest quotes the file.
    const reason = error instanceof TomlError ? (error.message.split('\n', 1)[0] ?? '') : 'not TOML';
    const at = error instanceof TomlError ? `line ${error.line}, column ${error.column}` : undefined;
    throw fail('recipe.syntax', `couldn't read the recipe${at === undefined ? '' : ` at ${at}`}: ${reason}`, {
      at,
      cause: error,
    });
  }
}

function checkFields(value: Json, text: string): RecipeFile {
  try {
    return recipeSchema.check(value);
  } catch (error) {
    if (!isVitrineError(error, 'schema.mismatch')) throw error;
    const at = String(error.at ?? '');
    const line = lineOfKey(text, at);
    throw fail('recipe.field', `${error.message}${line === undefined ? '' : ` (line ${line})`}`, { at });
  }
}

/** On a file system that ignores case two outputs must not be one file, nor one the folder of another. */
function requireUnique(outputs: readonly string[]): void {
  const files = new Set<string>();
  const folders = new Map<string, string>();
  for (const [i, path] of outputs.entries()) {
    const refuse = (why: string): Error =>
      fail('recipe.field', `the output ${quote(path)} ${why}`, { at: `/build/outputs/${i}` });
    if (files.has(foldName(path))) throw refuse('stands twice');
    if (folders.has(foldName(path))) throw refuse('is the folder of another');
    files.add(foldName(path));
    for (let end = path.indexOf('/'); end >= 0; end = path.indexOf('/', end + 1)) {
      const folder = path.slice(0, end);
      if (files.has(foldName(folder))) throw refuse('lies below another');
      if ((folders.get(foldName(folder)) ?? folder) !== folder)
        throw refuse('names a folder in other letters');
      folders.set(foldName(folder), folder);
    }
  }
}

const ownVariables: ReadonlySet<string> = new Set([
  'HOME',
  'LANG',
  'LC_ALL',
  'NODE_OPTIONS',
  'OUT',
  'PATH',
  'PWD',
  'SOURCE_DATE_EPOCH',
  'TMPDIR',
  'TZ',
]);

/** Parameters may not move the fixed frame of the build. */
function requireFreeNames(names: readonly string[]): void {
  for (const name of names) {
    if (ownVariables.has(name) || /^(?:LD_|DYLD_|NPM_|VITRINE_)/.test(name)) {
      throw fail('recipe.parameter', `the parameter ${quote(name)} is set by the conveyor itself`, {
        at: `/parameters/${name}`,
      });
    }
  }
}

function toolchainOf({ npm, toolchain }: RecipeFile): Pick<Recipe, 'npm' | 'node'> {
  const node = toolchain?.node;
  if ((npm === undefined) !== (toolchain?.npm === undefined)) {
    throw fail('recipe.toolchain', '[npm] and [toolchain.npm] belong together', {
      at: npm === undefined ? '/npm' : '/toolchain/npm',
    });
  }
  if (toolchain?.npm !== undefined && node === undefined) {
    throw fail('recipe.toolchain', '[toolchain.npm] needs [toolchain.node]', { at: '/toolchain/node' });
  }
  return {
    ...(npm === undefined || toolchain?.npm === undefined ? {} : { npm: { ...npm, ...toolchain.npm } }),
    ...(node === undefined ? {} : { node }),
  };
}
