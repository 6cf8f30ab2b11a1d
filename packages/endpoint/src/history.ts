// The fork check (D7): that the checkpoints which an update sees, and the one that was remembered, are of one
// tree. The tiles are read below the largest of them, which log and witnesses signed; the log's own
// checkpoint is not needed, so a log cannot show this endpoint one that nobody else sees.

import {
  consistencyProof,
  fromBase64,
  type Checkpoint,
  type ConsistencyProof,
  type Head,
} from '@vitrine/evidence';
import { sha256 } from '@vitrine/host';
import { openSource, VerifiedTiles, type LogSource, type TreeHead } from '@vitrine/log/reader';
import { requestFrom, type Limits } from './repository.ts';

export const dayInSeconds = 86_400;

/** Proofs between these heads of one log, by ascending size; none where all are of one size. */
export async function proveHistory(
  log: string,
  origin: string,
  remembered: Head | undefined,
  checkpoints: readonly Checkpoint[],
  limits: Limits,
): Promise<readonly ConsistencyProof[]> {
  const heads: TreeHead[] = checkpoints.filter((one) => one.origin === origin);
  if (remembered?.origin === origin) heads.push({ size: remembered.size, root: fromBase64(remembered.root) });
  // Where two heads of one size differ, no proof is needed: the verdict names the fork.
  const bySize = new Map(heads.map((head) => [head.size, head]));
  const sizes = [...bySize.keys()].toSorted((a, b) => a - b);
  const largest = bySize.get(sizes.at(-1) ?? 0);
  if (largest === undefined || sizes.length < 2) return [];
  const tiles = new VerifiedTiles(openLog(log, limits), largest);
  const proofs: ConsistencyProof[] = [];
  for (const [i, to] of sizes.slice(1).entries()) {
    const from = sizes[i] as number;
    proofs.push({ from, to, path: await consistencyProof(from, to, tiles.nodes, sha256) });
  }
  return proofs;
}

function openLog(log: string, limits: Limits): LogSource {
  return {
    description: log,
    read: (path, maxBytes) =>
      requestFrom(limits, log, ({ signal, onAnswer }) =>
        openSource(log, { timeoutMs: limits.requestMs, onAnswer }).read(path, maxBytes, signal),
      ),
  };
}
