// The public half of a data center (docs/spec/datacenter-file.md): what the residency policy will say of it.
// `vitrine init datacenter` writes it as public.json; the vendor imports it. Nothing in it is signed: whoever
// imports it compares its digest with its operator.

import {
  canonicalJson,
  dataCenter,
  fromBase64,
  isVitrineError,
  noteTypes,
  parseCanonicalJson,
  parseSpki,
  parseVkey,
  schema,
  toHex,
  type DataCenter,
  type Json,
  type Schema,
} from '@vitrine/evidence';
import { fail } from '../codes.ts';

const { object, oneOf } = schema;

export const dataCenterFormat = 'urn:vitrine:datacenter:v1';

const mostBytes = 16_384;

export interface DataCenterFile {
  readonly format: typeof dataCenterFormat;
  readonly center: DataCenter;
}

export const dataCenterFileSchema: Schema<DataCenterFile> = object({
  format: oneOf(dataCenterFormat),
  center: dataCenter,
});

/** Parses, and checks everything that does not need another file. */
export function parseDataCenterFile(bytes: Uint8Array): DataCenterFile {
  try {
    const file = dataCenterFileSchema.check(parseCanonicalJson(bytes, { bytes: mostBytes, depth: 4 }));
    requireDistinct(file.center);
    return file;
  } catch (cause) {
    if (!isVitrineError(cause) || cause.code === 'datacenter.file') throw cause;
    throw fail('datacenter.file', cause.message, { at: cause.at, cause });
  }
}

export function formatDataCenterFile(center: DataCenter): Uint8Array {
  const bytes = canonicalJson({ format: dataCenterFormat, center } as unknown as Json);
  parseDataCenterFile(bytes);
  return bytes;
}

/** One key for each purpose (D4): whoever signs sealing keys signs no promise, and no ledger is shown as the other. */
function requireDistinct({ id, identity, ledger, access }: DataCenter): void {
  const keys = [ledger, access].map((text) => parseVkey(text));
  if (keys.some(({ type }) => type !== noteTypes.log))
    throw fail('datacenter.file', `a ledger of ${id} has a key that is not one of a log`);
  const [first, second] = keys;
  if (first?.name === second?.name) throw fail('datacenter.file', `the ledgers of ${id} share one name`);
  const spki = fromBase64(identity);
  parseSpki(spki);
  if (new Set([spki, ...keys.map((key) => key.spki)].map(toHex)).size < 3)
    throw fail('datacenter.file', `a key of ${id} stands twice`);
}
