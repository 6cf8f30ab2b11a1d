// What timestamp, snapshot and targets files have in common: strict JSON within bounds, a known type, a
// version, an expiry, signatures each under its own keyid. Members that we do not know are kept for the
// signature, which is over the canonical form of the whole signed part, and otherwise ignored, as the
// specification asks; in what we read nothing is tolerated.

import {
  fields,
  parseJson,
  parseTime,
  schema,
  tufCanonicalJson,
  tufSignatures,
  type Json,
  type Schema,
  type TufSignature,
} from '@vitrine/evidence';
import { fail } from './codes.ts';

export type MetadataType = 'timestamp' | 'snapshot' | 'targets';

export interface Signed {
  readonly type: MetadataType;
  readonly version: number;
  /** Seconds since 1970. */
  readonly expires: number;
}

export interface Metadata<S extends Signed> {
  readonly signed: S;
  readonly signatures: readonly TufSignature[];
  /** What is signed. */
  readonly message: Uint8Array;
  /** The whole file. */
  readonly bytes: Uint8Array;
}

const { anything, integer, object, oneOf, text } = schema;
const open = { open: true };

const file = object({ signed: anything, signatures: tufSignatures }, {}, open);

interface Head {
  readonly version: number;
  readonly expires: string;
}

const headOf = (type: MetadataType): Schema<Head> =>
  object(
    {
      _type: oneOf(type),
      spec_version: text(/^1\.0\.[0-9]{1,3}$/, 10, 'specification 1.0.x'),
      version: integer(1),
      expires: fields.time,
    },
    {},
    open,
  );

const heads: Readonly<Record<MetadataType, Schema<Head>>> = {
  timestamp: headOf('timestamp'),
  snapshot: headOf('snapshot'),
  targets: headOf('targets'),
};

const depth = 16;

/** `body` reads the members of one type; it gets the signed part and its JSON pointer. */
export function readMetadata<S extends Signed>(
  bytes: Uint8Array,
  type: MetadataType,
  most: number,
  body: (signed: Json, at: string) => Omit<S, keyof Signed>,
): Metadata<S> {
  if (bytes.length > most)
    throw fail('tuf.size', `a ${type} file of ${bytes.length} bytes; at most ${most}`, { at: type });
  const { signed, signatures } = file.check(parseJson(bytes, { bytes: most, depth }));
  const at = '/signed';
  const { version, expires } = heads[type].check(signed, at);
  const keyids = new Set(signatures.map(({ keyid }) => keyid));
  if (keyids.size < signatures.length)
    throw fail('tuf.signature-twice', `the ${type} file carries two signatures by one keyid`, { at: type });
  const whole = { type, version, expires: parseTime(expires), ...body(signed, at) } as S;
  return { signed: whole, signatures, message: tufCanonicalJson(signed), bytes };
}

/** How a file is announced by another: exactly this version, length and digest. */
export interface FileMeta {
  readonly version: number;
  readonly length: number;
  readonly sha256: string;
}

/** SHA-256 is required, and the only hash: a list of digests invites the weakest of them. */
export const hashes: Schema<{ readonly sha256: string }> = object({ sha256: fields.sha256Hex });

const fileMeta = object({ version: integer(1), length: integer(1), hashes }, {}, open);

/** `most`: what is announced larger than it may be is refused before anybody fetches it. */
export function readFileMeta(value: Json, at: string, most: number): FileMeta {
  const { version, length, hashes: digests } = fileMeta.check(value, at);
  if (length > most) throw fail('tuf.size', `${at} announces ${length} bytes; at most ${most}`, { at });
  return { version, length, sha256: digests.sha256 };
}
