// What only the rebuilder keeps: why it could not build, and what differed. The log gets the word and,
// for a difference, a salted commitment (D11); the body can be opened to whom it concerns.

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
import { makeDurableDirectory, sha256, writeDurable } from '@vitrine/host';
import type { ObjectFetcher } from './objects.ts';
import type { ProvenanceEntry } from './rebuild.ts';
import type { Sandbox } from './sandbox/sandbox.ts';

interface Keeping {
  readonly orderId: string;
  readonly objects: ObjectFetcher;
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
