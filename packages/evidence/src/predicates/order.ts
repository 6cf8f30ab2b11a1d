import * as field from '../fields.ts';
import { flag, integer, object, record, text, type Schema } from '../schema.ts';
import { ownKind, type Kind } from '../statement.ts';

/** The bounds within which a build must end, the same for builder and rebuilders. */
export interface BuildLimits {
  /** For installing and building together. */
  readonly seconds: number;
  /** All outputs together. */
  readonly outputBytes: number;
  /** What each step may print. */
  readonly logBytes: number;
  /** Of all processes at one time, what they do not share with files. */
  readonly memoryBytes: number;
  /** Processes and threads at one time. */
  readonly processes: number;
  /** Files, folders and links that the build has written and not removed. */
  readonly files: number;
  /** Their lengths together; also the most that one file may have. */
  readonly diskBytes: number;
}

const buildLimits: Schema<BuildLimits> = object({
  seconds: integer(1, 86_400),
  outputBytes: integer(1),
  logBytes: integer(1),
  memoryBytes: integer(1),
  processes: integer(1, 1_000_000),
  files: integer(1, 100_000_000),
  diskBytes: integer(1),
});

/**
 * What is to be built, completely (D14): builder and rebuilders start from this and nothing else.
 * Subject `tree`: the tree digest of the source.
 */
export interface Order {
  readonly product: string;
  readonly version: string;
  /** Statement identifier of the `source` statement. */
  readonly source: string;
  readonly environment: {
    /** For example linux-x64. */
    readonly platform: string;
    /** `host`: the C library and base tools of the machine are opaque materials, not declared by digest. */
    readonly root: string;
    /** Whether a build without a sandbox may count; builder and rebuilder state what they had. */
    readonly sandbox: boolean;
  };
  /** The recipe file within the tree and its content. */
  readonly recipe: { readonly path: string; readonly sha256: string };
  /** The materials manifest, a blob (D12). */
  readonly materials: { readonly sha256: string; readonly size: number };
  /** Values handed to the build as environment variables. */
  readonly parameters: Readonly<Record<string, string>>;
  /** SOURCE_DATE_EPOCH, seconds since 1970: the only clock that outputs may show. */
  readonly clock: number;
  readonly limits: BuildLimits;
}

export const order: Kind<Order> = ownKind({
  kind: 'order',
  role: 'order',
  status: 'frozen',
  subjects: ['tree'],
  schema: object({
    product: field.name,
    version: field.version,
    source: field.statementId,
    environment: object({ platform: field.name, root: field.name, sandbox: flag }),
    recipe: object({ path: field.filePath, sha256: field.sha256Hex }),
    materials: field.content,
    parameters: record(/^[A-Z][A-Z0-9_]{0,63}$/, text(/^[!-~]{0,200}$/, 200, 'a value without spaces'), 32),
    clock: integer(0, 253_402_300_799),
    limits: buildLimits,
  }),
});
