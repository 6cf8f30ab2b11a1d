import * as field from '../fields.ts';
import { list, object, oneOf, where } from '../schema.ts';
import type { Kind } from '../statement.ts';

export const buildType = 'urn:vitrine:build:conveyor:v1';

/** How a build was kept apart from its machine; `none` is said, never hidden. */
export const isolations = ['bubblewrap', 'none'] as const;
export type Isolation = (typeof isolations)[number];

/**
 * SLSA provenance v1 in the form the conveyor writes. Subject `outputs`: SHA-256 of the outputs
 * manifest (D12). `resolvedDependencies` are exactly the tree and the materials manifest.
 */
export interface Provenance {
  readonly buildDefinition: {
    readonly buildType: typeof buildType;
    /** Complete: the order holds everything else. */
    readonly externalParameters: { readonly order: string };
    readonly internalParameters: { readonly isolation: Isolation };
    readonly resolvedDependencies: readonly {
      readonly name: string;
      readonly digest: { readonly sha256: string };
    }[];
  };
  readonly runDetails: {
    readonly builder: { readonly id: string };
    readonly metadata: { readonly startedOn: string; readonly finishedOn: string };
  };
}

const dependency = object({ name: oneOf('materials', 'tree'), digest: object({ sha256: field.sha256Hex }) });

export const provenance: Kind<Provenance> = {
  kind: 'provenance',
  predicateType: 'https://slsa.dev/provenance/v1',
  role: 'builder',
  status: 'frozen',
  subjects: ['outputs'],
  schema: object({
    buildDefinition: object({
      buildType: oneOf(buildType),
      externalParameters: object({ order: field.statementId }),
      internalParameters: object({ isolation: oneOf(...isolations) }),
      resolvedDependencies: where(list(dependency, { least: 2, most: 2 }), ([first, second]) =>
        first?.name === 'materials' && second?.name === 'tree' ? undefined : 'the materials, then the tree',
      ),
    }),
    runDetails: object({
      builder: object({ id: field.uri }),
      metadata: object({ startedOn: field.time, finishedOn: field.time }),
    }),
  }),
};
