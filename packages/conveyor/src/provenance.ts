// SLSA provenance v1: what was built from which order, and how it was kept apart from its machine.

import {
  buildType,
  provenance as provenanceKind,
  signStatement,
  type Envelope,
  type Order,
  type Signer,
} from '@vitrine/evidence';
import type { BuildResult } from './build.ts';

export interface ProvenanceParts {
  readonly orderId: string;
  readonly order: Order;
  readonly treeDigest: string;
  readonly result: BuildResult;
  /** A URI; consumers accept it only together with the key (SLSA). */
  readonly builderId: string;
}

export function signProvenance(parts: ProvenanceParts, signer: Signer): Promise<Envelope> {
  const { orderId, order, treeDigest, result, builderId } = parts;
  return signStatement(
    provenanceKind,
    [{ name: 'outputs', digest: { sha256: result.digest } }],
    {
      buildDefinition: {
        buildType,
        externalParameters: { order: orderId },
        internalParameters: { isolation: result.isolation },
        resolvedDependencies: [
          { name: 'materials', digest: { sha256: order.materials.sha256 } },
          { name: 'tree', digest: { sha256: treeDigest } },
        ],
      },
      runDetails: {
        builder: { id: builderId },
        metadata: { startedOn: result.startedOn, finishedOn: result.finishedOn },
      },
    },
    signer,
  );
}
