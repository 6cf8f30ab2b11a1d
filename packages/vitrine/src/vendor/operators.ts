// The other operators as the vendor knows them: their public.json files, imported once and kept.

import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { isVitrineError, sha256, toHex } from '@vitrine/evidence';
import { fileFault, writeDurable } from '@vitrine/host';
import { fail } from '../codes.ts';
import { readFile } from '../files.ts';
import { parseOperator, type OperatorFile } from '../operator/file.ts';
import type { VendorFolder } from './folder.ts';

export interface Imported {
  readonly operator: OperatorFile;
  /** What its operator was told when it was made. */
  readonly sha256: string;
}

/** Checks and keeps a public.json; one of the same operator replaces the one before. */
export async function importOperator(vendor: VendorFolder, path: string): Promise<Imported> {
  const bytes = await readFile(path);
  let operator: OperatorFile;
  try {
    operator = parseOperator(bytes);
  } catch (cause) {
    if (!isVitrineError(cause)) throw cause;
    throw fail('operator.file', `${path}: ${cause.message}`, { at: path, cause });
  }
  const { id, part } = operator.operator;
  if (part === 'vendor' || id === vendor.config.operator)
    throw fail('operator.part', `${path} is of "${id}", a vendor; only other operators are imported`);
  await writeDurable(join(vendor.operators, `${id}.json`), bytes);
  return { operator, sha256: toHex(sha256(bytes)) };
}

/** Ascending by identifier. */
export async function readOperators({ operators }: VendorFolder): Promise<readonly OperatorFile[]> {
  const names = await readdir(operators).catch((error: unknown) => {
    throw fileFault('look into', operators, error);
  });
  const files = names.filter((name) => /^[a-z0-9._-]+\.json$/.test(name) && !name.startsWith('.')).sort();
  return Promise.all(files.map(async (name) => parseOperator(await readFile(join(operators, name)))));
}

export async function readOwn({ folder }: VendorFolder): Promise<OperatorFile> {
  return parseOperator(await readFile(join(folder, 'public.json')));
}
