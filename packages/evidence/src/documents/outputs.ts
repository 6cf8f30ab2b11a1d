// The outputs manifest (D12): what a build gave. Its SHA-256 is the one subject of provenance and rebuilds.

import { fromHex, toHex } from '../bytes.ts';
import { canonicalJson, parseCanonicalJson } from '../canonical.ts';
import * as field from '../fields.ts';
import type { Json } from '../json.ts';
import { list, object, type Schema } from '../schema.ts';
import { sha256 as pureSha256, type Sha256 } from '../sha256.ts';

export interface Output {
  /** Relative to the build's output directory. */
  readonly path: string;
  readonly sha256: string;
  readonly size: number;
}

export interface OutputsManifest {
  readonly outputs: readonly Output[];
}

export const outputsSchema: Schema<OutputsManifest> = object({
  outputs: list(object({ path: field.filePath, sha256: field.sha256Hex, size: field.size }), {
    least: 1,
    most: 4096,
    sortedBy: ({ path }: Output) => path,
  }),
});

export function parseOutputs(bytes: Uint8Array): OutputsManifest {
  return outputsSchema.check(parseCanonicalJson(bytes));
}

export function formatOutputs(outputs: readonly Output[]): Uint8Array {
  const sorted = [...outputs].sort((a, b) => (a.path < b.path ? -1 : 1));
  return canonicalJson(outputsSchema.check({ outputs: sorted } as unknown as Json) as unknown as Json);
}

export function outputsDigest(manifest: OutputsManifest, sha256: Sha256 = pureSha256): string {
  return toHex(sha256(canonicalJson(manifest as unknown as Json)));
}

/** Digests are equal only if both are digests: two absent or malformed values never are (builds.md, pitfall b). */
export function sameDigest(a: string, b: string): boolean {
  return /^[0-9a-f]{64}$/.test(a) && /^[0-9a-f]{64}$/.test(b) && a === b && fromHex(a).length === 32;
}
