// What happened, line by line (docs/spec/ceremony.md): each line holds the digest of the one before, so
// that nothing can be taken out or changed later without it showing. The head is what people write down.

import {
  canonicalJson,
  fields,
  fromUtf8,
  parseCanonicalJson,
  schema,
  toHex,
  utf8,
  type Schema,
} from '@vitrine/evidence';
import { sha256, writeDurable } from '@vitrine/host';
import { fail } from '../codes.ts';
import { readIfPresent } from '../files.ts';

const { integer, list, object, oneOf, text } = schema;

export interface TranscriptLine {
  readonly seq: number;
  /** Hex SHA-256 of the line before, without its line feed; 64 zeros for the first. */
  readonly previous: string;
  readonly at: string;
  readonly ceremony: number;
  readonly event: 'planned' | 'finished';
  /** Of the plan file. */
  readonly plan: string;
  readonly documents: readonly {
    readonly name: string;
    readonly version: number;
    /** planned: of the bytes to sign; finished: of the assembled file. */
    readonly sha256: string;
    /** finished: the keys that signed. */
    readonly signers: readonly string[];
  }[];
}

const lineSchema: Schema<TranscriptLine> = object({
  seq: integer(1),
  previous: fields.sha256Hex,
  at: fields.time,
  ceremony: integer(1),
  event: oneOf('planned', 'finished'),
  plan: fields.sha256Hex,
  documents: list(
    object({
      name: text(/^[a-z]+$/, 16, 'a document'),
      version: integer(1),
      sha256: fields.sha256Hex,
      signers: list(fields.keyid, { most: 64 }),
    }),
    { least: 1, most: 4 },
  ),
});

const mostBytes = 8 << 20;
const zero = '0'.repeat(64);

export interface TranscriptRead {
  readonly lines: readonly TranscriptLine[];
  /** Hex SHA-256 of the last line. */
  readonly head: string;
  readonly bytes: Uint8Array;
}

/** Throws `ceremony.transcript` where a line does not continue the one before. */
export async function readTranscript(path: string): Promise<TranscriptRead> {
  const bytes = (await readIfPresent(path, mostBytes)) ?? new Uint8Array();
  const lines: TranscriptLine[] = [];
  let head = zero;
  for (const row of fromUtf8(bytes).split('\n').slice(0, -1)) {
    const line = lineSchema.check(parseCanonicalJson(utf8(row)));
    if (line.previous !== head || line.seq !== lines.length + 1)
      throw fail(
        'ceremony.transcript',
        `line ${lines.length + 1} of ${path} does not continue the one before`,
        {
          at: lines.length + 1,
        },
      );
    lines.push(line);
    head = toHex(sha256(utf8(row)));
  }
  return { lines, head, bytes };
}

/** The whole file is written anew: a torn last line cannot be. Answers the new head. */
export async function appendTranscript(
  path: string,
  event: Omit<TranscriptLine, 'seq' | 'previous'>,
): Promise<string> {
  const { lines, head, bytes } = await readTranscript(path);
  const line = canonicalJson({ ...event, seq: lines.length + 1, previous: head });
  lineSchema.check(parseCanonicalJson(line));
  await writeDurable(path, Buffer.concat([bytes, line, utf8('\n')]));
  return toHex(sha256(line));
}
