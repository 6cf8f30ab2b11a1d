// The materials manifest (D12, D14): everything a build may read besides the source, by digest.

import { canonicalJson, parseCanonicalJson } from '../canonical.ts';
import * as field from '../fields.ts';
import type { Json } from '../json.ts';
import { flag, list, object, oneOf, text, type Schema } from '../schema.ts';

export interface Material {
  /** Unique, for example npm:rolldown@1.2.19. */
  readonly id: string;
  readonly kind: 'npm';
  readonly name: string;
  readonly version: string;
  /** The lockfile's digest: sha512- and base64. */
  readonly integrity: string;
  readonly sha256: string;
  readonly size: number;
  /** A binary that nobody here built from source: listed with every release ("with these opaque materials"). */
  readonly opaque: boolean;
}

export interface MaterialsManifest {
  readonly materials: readonly Material[];
}

export const materialsSchema: Schema<MaterialsManifest> = object({
  materials: list(
    object({
      id: text(/^npm:[!-~]{1,300}$/, 320, 'a material identifier'),
      kind: oneOf('npm'),
      name: text(/^(?:@[A-Za-z0-9._~-]+\/)?[A-Za-z0-9._~-]+$/, 214, 'an npm package name'),
      version: field.version,
      integrity: text(/^sha512-[A-Za-z0-9+/]{86}==$/, 95, 'a sha512 integrity'),
      sha256: field.sha256Hex,
      size: field.size,
      opaque: flag,
    }),
    { most: 10_000, sortedBy: ({ id }: Material) => id },
  ),
});

export function parseMaterials(bytes: Uint8Array): MaterialsManifest {
  return materialsSchema.check(parseCanonicalJson(bytes, { bytes: 16 << 20, depth: 4 }));
}

export function formatMaterials(materials: readonly Material[]): Uint8Array {
  const sorted = [...materials].sort((a, b) => (a.id < b.id ? -1 : 1));
  return canonicalJson(materialsSchema.check({ materials: sorted } as unknown as Json) as unknown as Json);
}
