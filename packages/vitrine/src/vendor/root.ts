// The root file that the next ceremony signs: every operator's root keys, and our two online keys.

import { assembleTuf, draftRoot, formatTime, fromBase64, parseRoot, type Root } from '@vitrine/evidence';
import { sha256 } from '@vitrine/host';
import { fail } from '../codes.ts';
import type { OperatorFile } from '../operator/file.ts';
import type { VendorConfig } from './config.ts';

export interface RootParts {
  readonly config: VendorConfig;
  readonly vendor: OperatorFile;
  readonly others: readonly OperatorFile[];
  readonly snapshot: Uint8Array;
  readonly timestamp: Uint8Array;
}

const defaultDays = 365;

/** The signed part of the next root, canonical. `now` in seconds since 1970. */
export function draftNextRoot(parts: RootParts, version: number, now: number): Uint8Array {
  const { config, vendor, others } = parts;
  const operator = vendor.operator.id;
  const keys = [vendor, ...others].flatMap((one) =>
    one.root.map((key) => ({ publicKey: fromBase64(key), operator: one.operator.id })),
  );
  return draftRoot({
    version,
    expires: formatTime(now + (config.root?.days ?? defaultDays) * 86_400),
    threshold: config.root?.threshold ?? defaultThreshold(vendor, others),
    vendor: operator,
    keys,
    snapshot: [{ publicKey: parts.snapshot, operator }],
    timestamp: [{ publicKey: parts.timestamp, operator }],
  });
}

/** D4: the vendor alone does not reach it, and none of the others can block it. */
function defaultThreshold(vendor: OperatorFile, others: readonly OperatorFile[]): number {
  const counts = others.map(({ root }) => root.length).filter((count) => count > 0);
  const total = counts.reduce((sum, count) => sum + count, 0);
  const most = Math.max(0, ...counts);
  if (total <= most)
    throw fail(
      'policy-draft.operators',
      `root keys of ${counts.length} other operators: with fewer than two, one of them could block us, or we could sign alone`,
    );
  return vendor.root.length + total - most;
}

/** The draft as a root, judged by every rule but its signatures. */
export function rootOfDraft(draft: Uint8Array): Root {
  // The file form wants a signature; none is looked at here.
  return parseRoot(assembleTuf(draft, [{ keyid: '0'.repeat(64), sig: '00' }]), sha256).root;
}
