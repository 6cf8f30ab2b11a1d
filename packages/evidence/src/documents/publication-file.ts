// The proof of a publication (D1): publication/<sha256 of the snapshot>.json, beside the repository
// and outside TUF. Named by the snapshot's digest, it can never mismatch; the heartbeat replaces it (D3).

import { canonicalJson, parseCanonicalJson } from '../canonical.ts';
import type { Json } from '../json.ts';
import { object, oneOf, type Schema } from '../schema.ts';
import { noteText, provenStatement, type ProvenStatement } from './proven.ts';

export const publicationFormat = 'urn:vitrine:publication:v1';

export interface PublicationFile {
  readonly format: typeof publicationFormat;
  readonly checkpoint: string;
  readonly statement: ProvenStatement;
}

export const publicationFileSchema: Schema<PublicationFile> = object({
  format: oneOf(publicationFormat),
  checkpoint: noteText,
  statement: provenStatement,
});

export function parsePublicationFile(bytes: Uint8Array): PublicationFile {
  return publicationFileSchema.check(parseCanonicalJson(bytes));
}

export function formatPublicationFile(file: Omit<PublicationFile, 'format'>): Uint8Array {
  const bytes = canonicalJson({ ...file, format: publicationFormat } as unknown as Json);
  parsePublicationFile(bytes);
  return bytes;
}
