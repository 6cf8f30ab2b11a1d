// The evidence file of an artifact, gathered from the log: the statements that a verdict needs, each
// with its path to one witnessed checkpoint (D2). What speaks against the artifact is gathered too.

import {
  formatEvidence,
  formatNote,
  formatPublicationFile,
  fromUtf8,
  order,
  parseEnvelope,
  provenance,
  rebuild,
  release,
  resolution,
  source,
  subjectOf,
  toBase64,
  withdrawal,
  type Envelope,
  type Note,
  type Negative,
  type OutputsManifest,
  type ProvenStatement,
  type TrustPolicy,
  type VerifierKey,
} from '@vitrine/evidence';
import type { LogReader } from '@vitrine/log';
import { fail } from './codes.ts';
import { ofKind, readLedger, type Entry } from './ledger.ts';

export interface EvidenceRequest {
  readonly artifact: { readonly sha256: string; readonly size: number };
  readonly outputs: OutputsManifest;
  /** Keys of log and witnesses that the policy lists: lines by others are left out (docs/spec/evidence-file.md). */
  readonly keys: readonly VerifierKey[];
  /** Where to begin: nothing about the artifact is below. Default 0. */
  readonly from?: number;
}

/** Everything in the log up to the reader's head that is about the artifact, proven against that head. */
export async function gatherEvidence(log: LogReader, request: EvidenceRequest): Promise<Uint8Array> {
  const { entries } = await readLedger(log, request.from);
  const wanted = about(entries, request.artifact.sha256);
  const { checkpoint, note } = log.head();
  const statements: ProvenStatement[] = [];
  for (const { index, envelope } of wanted)
    statements.push(await prove(log, index, envelope, checkpoint.size));
  return formatEvidence({
    artifact: { sha256: request.artifact.sha256, size: request.artifact.size },
    checkpoint: noteOfKeys(note, request.keys),
    outputs: request.outputs,
    statements,
  });
}

/** The proof of a publication against the reader's head (D1): publication/<sha256 of the snapshot>.json. */
export async function provePublication(
  log: LogReader,
  index: number,
  keys: readonly VerifierKey[],
): Promise<Uint8Array> {
  const { checkpoint, note } = log.head();
  const envelope = parseEnvelope(await log.entry(index));
  return formatPublicationFile({
    checkpoint: noteOfKeys(note, keys),
    statement: await prove(log, index, envelope, checkpoint.size),
  });
}

/** What a publication as of the reader's head must list (D2). */
export async function activeIn(log: LogReader, policy: TrustPolicy): Promise<readonly Negative[]> {
  return (await readLedger(log)).active(policy);
}

async function prove(
  log: LogReader,
  index: number,
  envelope: Envelope,
  size: number,
): Promise<ProvenStatement> {
  return { envelope, index, path: (await log.inclusion(index, size)).map(toBase64) };
}

/** The chain from the artifact back to its source, the votes on its order, and what was said against either. */
function about(found: readonly Entry[], artifact: string): readonly Entry[] {
  const isAboutArtifact = ({ statement }: Entry): boolean => subjectOf(statement, 'artifact') === artifact;
  const releases = ofKind(found, release).filter(isAboutArtifact);
  if (releases.length === 0) throw fail('evidence.release', `the log holds no release of ${artifact}`);
  const orderIds = new Set(releases.map(({ predicate }) => predicate.order));
  const orders = ofKind(found, order).filter(({ id }) => orderIds.has(id));
  const sourceIds = new Set(orders.map(({ predicate }) => predicate.source));
  const chosen: Entry[] = [
    ...releases,
    ...orders,
    ...ofKind(found, source).filter(({ id }) => sourceIds.has(id)),
    ...ofKind(found, provenance).filter(({ predicate }) =>
      orderIds.has(predicate.buildDefinition.externalParameters.order),
    ),
    ...ofKind(found, rebuild).filter(({ predicate }) => orderIds.has(predicate.order)),
    ...ofKind(found, resolution).filter(({ statement }) => orderIds.has(subjectOf(statement, 'order') ?? '')),
    ...ofKind(found, withdrawal).filter(isAboutArtifact),
  ];
  return chosen.sort((a, b) => a.index - b.index);
}

/** A checkpoint as text, with the signature lines of these keys alone (docs/spec/evidence-file.md). */
export function noteOfKeys(note: Note, keys: readonly VerifierKey[]): string {
  const known = note.signatures.filter(({ name, id }) =>
    keys.some((key) => key.name === name && toBase64(key.id) === toBase64(id)),
  );
  return fromUtf8(formatNote({ text: note.text, signatures: known }));
}
