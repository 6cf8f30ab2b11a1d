// The tables and keys of conveyor.toml, as they stand in the file.

import { fields, schema, type Schema } from '@vitrine/evidence';

export interface RecipeFile {
  /** The version of the format. */
  readonly recipe: 1;
  readonly product: { readonly name: string; readonly version?: string };
  readonly build: {
    readonly command: readonly string[];
    readonly outputs: readonly string[];
    readonly clock?: 'commit' | number;
    readonly sandbox?: 'preferred' | 'required';
  };
  readonly npm?: { readonly workspace: string };
  readonly toolchain?: {
    readonly node?: { readonly version: string };
    readonly npm?: { readonly version: string; readonly integrity: string };
  };
  readonly parameters?: Readonly<Record<string, string>>;
  readonly limits?: {
    readonly seconds?: number;
    readonly 'output-bytes'?: number;
    readonly 'log-bytes'?: number;
    readonly 'memory-bytes'?: number;
    readonly processes?: number;
    readonly files?: number;
    readonly 'disk-bytes'?: number;
  };
}

const argument = schema.text(/^[^\0]*$/, 4096, 'an argument of at most 4,096 characters');
const exactVersion = schema.text(/^[0-9]+\.[0-9]+\.[0-9]+(?:-[0-9A-Za-z.-]+)?$/, 64, 'an exact version');
const clock: Schema<'commit' | number> = {
  json: { anyOf: [{ const: 'commit' }, { type: 'integer', minimum: 0, maximum: 253_402_300_799 }] },
  check: (value, at) =>
    typeof value === 'number'
      ? schema.integer(0, 253_402_300_799).check(value, at)
      : schema.oneOf('commit').check(value, at),
};

export const recipeSchema: Schema<RecipeFile> = schema.object(
  {
    recipe: schema.oneOf(1),
    product: schema.object({ name: fields.name }, { version: fields.version }),
    build: schema.object(
      {
        command: schema.list(argument, { least: 1, most: 64 }),
        outputs: schema.list(fields.filePath, { least: 1, most: 4096 }),
      },
      { clock, sandbox: schema.oneOf('preferred', 'required') },
    ),
  },
  {
    npm: schema.object({ workspace: fields.filePath }),
    toolchain: schema.object(
      {},
      {
        node: schema.object({ version: exactVersion }),
        npm: schema.object({
          version: exactVersion,
          integrity: schema.text(/^sha512-[A-Za-z0-9+/]{86}==$/, 95, 'a sha512 integrity'),
        }),
      },
    ),
    parameters: schema.record(
      /^[A-Z][A-Z0-9_]{0,63}$/,
      schema.text(/^[!-~]{0,200}$/, 200, 'a value without spaces'),
      32,
    ),
    limits: schema.object(
      {},
      {
        seconds: schema.integer(1, 86_400),
        'output-bytes': schema.integer(1),
        'log-bytes': schema.integer(1),
        'memory-bytes': schema.integer(1),
        processes: schema.integer(1, 1_000_000),
        files: schema.integer(1, 100_000_000),
        'disk-bytes': schema.integer(1),
      },
    ),
  },
);
