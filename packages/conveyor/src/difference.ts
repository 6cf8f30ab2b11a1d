// What only the rebuilder keeps: why it could not build, and what differed. The log gets the word and,
// for a difference, a salted commitment (D11); the body can be opened to whom it concerns. Where the bytes
// differ is for whoever looks into it, and is worked out when the vote is in the log already: whatever a
// builder serves, it cannot keep the word from being said.

import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import {
  canonicalJson,
  commitTo,
  isVitrineError,
  parseOutputs,
  toHex,
  type Commitment,
  type Json,
  type OutputsManifest,
  type VitrineError,
} from '@vitrine/evidence';
import { makeDurableDirectory, sha256, writeDurable, type Store } from '@vitrine/host';
import { compareContents } from './compare/compare.ts';
import { compareLimits, type Comparison } from './compare/model.ts';
import type { ObjectFetcher } from './objects.ts';
import type { ProvenanceEntry } from './rebuild.ts';
import type { Sandbox } from './sandbox/sandbox.ts';

interface Keeping {
  readonly orderId: string;
  readonly objects: ObjectFetcher;
  /** Holds the own outputs. */
  readonly blobs: Store;
  readonly operator: string;
  readonly keep: string;
  readonly sandbox: Pick<Sandbox, 'varied'>;
}

const manifestBytes = 1 << 20;

/** Writes `differs-<commitment>.json` {salt, body} and answers the commitment to it. */
export async function keepDifference(
  job: Keeping,
  own: OutputsManifest,
  provenance: ProvenanceEntry,
): Promise<Commitment> {
  const theirs = await manifestOf(job.objects, provenance.outputs);
  const body = {
    order: job.orderId,
    provenance: provenance.id,
    // A rebuilder that varies its surroundings (D37) may differ for that reason alone.
    varied: job.sandbox.varied,
    own: own.outputs,
    // Null where the builder does not serve its manifest: that alone is a finding (D12).
    theirs: theirs?.outputs ?? null,
    differing: theirs === undefined ? null : differingPaths(own, theirs),
  };
  const salt = new Uint8Array(randomBytes(32));
  const commitment = commitTo(salt, canonicalJson(body as unknown as Json), job.operator, sha256);
  await keep(job.keep, `differs-${commitment.commitment}.json`, { salt: toHex(salt), body });
  return commitment;
}

async function manifestOf(objects: ObjectFetcher, digest: string): Promise<OutputsManifest | undefined> {
  try {
    return parseOutputs(await objects.blob(digest, manifestBytes));
  } catch (error) {
    if (isVitrineError(error)) return undefined;
    throw error;
  }
}

/** Half of what the command takes: a rebuilder is a daemon that shares its machine. */
const limits = { ...compareLimits, fileBytes: 134_217_728, unpackedBytes: 536_870_912 };

/** Writes `comparison-<commitment>.json`: of each output that both sides have, where it differs. */
export async function keepComparison(
  job: Keeping,
  own: OutputsManifest,
  provenance: ProvenanceEntry,
  { commitment }: Commitment,
): Promise<void> {
  const theirs = await manifestOf(job.objects, provenance.outputs);
  if (theirs === undefined) return; // Said in the body already.
  const files: object[] = [];
  for (const path of differingPaths(own, theirs)) {
    const [ours, other] = [own, theirs].map(({ outputs }) => outputs.find((output) => output.path === path));
    if (ours !== undefined && other !== undefined)
      files.push({ path, ...(await compared(job, ours, other)) });
  }
  await keep(job.keep, `comparison-${commitment}.json`, {
    order: job.orderId,
    own: 'a',
    theirs: 'b',
    files,
  });
}

type Output = OutputsManifest['outputs'][number];

async function compared(
  { objects, blobs }: Keeping,
  ours: Output,
  theirs: Output,
): Promise<{ readonly comparison: Comparison } | { readonly refused: string }> {
  if (Math.max(ours.size, theirs.size) > limits.fileBytes)
    return { refused: `more than ${limits.fileBytes} bytes` };
  try {
    const a = await blobs.get(ours.sha256, { maxBytes: ours.size });
    const b = await objects.blob(theirs.sha256, theirs.size);
    return { comparison: await compareContents(ours.path, a, b, limits) };
  } catch (error) {
    // Also a fault of ours: the vote stands, and what could not be explained is said.
    return { refused: isVitrineError(error) ? `${error.message} (${error.code})` : String(error) };
  }
}

/** Paths that only one side has, or that have other bytes, sorted. */
export function differingPaths(own: OutputsManifest, theirs: OutputsManifest): readonly string[] {
  const digests = new Map(theirs.outputs.map(({ path, sha256: digest }) => [path, digest]));
  const differing = own.outputs.filter(({ path, sha256: digest }) => digests.get(path) !== digest);
  const ownPaths = new Set(own.outputs.map(({ path }) => path));
  const missing = theirs.outputs.filter(({ path }) => !ownPaths.has(path));
  return [...differing, ...missing].map(({ path }) => path).toSorted();
}

/** Writes `cannot-build-<order>.json`; the log gets the word alone. */
export async function keepReason(job: Keeping, reason: VitrineError): Promise<void> {
  const { code, message, remedy } = reason;
  const { varied } = job.sandbox;
  await keep(job.keep, `cannot-build-${job.orderId}.json`, { code, message, remedy, varied });
}

async function keep(folder: string, name: string, content: unknown): Promise<void> {
  await makeDurableDirectory(folder, { mode: 0o700 });
  await writeDurable(join(folder, name), canonicalJson(content as Json), { mode: 0o600 });
}
