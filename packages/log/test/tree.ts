// A reference that shares no code with the log: RFC 6962 by its recursive definition.

import { concat } from '@vitrine/evidence';
import { sha256 } from '@vitrine/host';

export function referenceRoot(entries: readonly Uint8Array[]): Uint8Array {
  if (entries.length === 0) return sha256(new Uint8Array());
  if (entries.length === 1) return sha256(concat(Uint8Array.of(0), entries[0] as Uint8Array));
  let k = 1;
  while (k * 2 < entries.length) k *= 2;
  return sha256(
    concat(Uint8Array.of(1), referenceRoot(entries.slice(0, k)), referenceRoot(entries.slice(k))),
  );
}
