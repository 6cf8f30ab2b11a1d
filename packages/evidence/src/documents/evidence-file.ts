// The evidence about an artifact (D2): a file named evidence/<sha256 of the artifact>.json, at most
// 1 MiB, canonical to the byte, that may grow. Everything in it is authenticated by its own checkpoint.

import { canonicalJson, parseCanonicalJson } from '../canonical.ts';
import * as field from '../fields.ts';
import type { Json } from '../json.ts';
import { list, object, oneOf, type Schema } from '../schema.ts';
import { outputsSchema, type OutputsManifest } from './outputs.ts';
import { noteText, provenStatement, type ProvenStatement } from './proven.ts';

export const evidenceFormat = 'urn:vitrine:evidence:v1';

export interface EvidenceFile {
  readonly format: typeof evidenceFormat;
  readonly artifact: { readonly sha256: string; readonly size: number };
  /** One witnessed checkpoint, as text. */
  readonly checkpoint: string;
  /** The manifest that provenance and rebuilds name by digest; it lists the artifact. */
  readonly outputs: OutputsManifest;
  /** By ascending index. Statements of unknown kinds are proven and then ignored. */
  readonly statements: readonly ProvenStatement[];
}

export const evidenceSchema: Schema<EvidenceFile> = object({
  format: oneOf(evidenceFormat),
  artifact: field.content,
  checkpoint: noteText,
  outputs: outputsSchema,
  statements: list(provenStatement, { least: 1, most: 256, sortedBy: ({ index }: ProvenStatement) => index }),
});

export function parseEvidence(bytes: Uint8Array): EvidenceFile {
  return evidenceSchema.check(parseCanonicalJson(bytes));
}

export function formatEvidence(file: Omit<EvidenceFile, 'format'>): Uint8Array {
  const bytes = canonicalJson({ ...file, format: evidenceFormat } as unknown as Json);
  parseEvidence(bytes);
  return bytes;
}
