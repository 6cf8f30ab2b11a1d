// What everyone who follows the log for long needs beside the reader: supervisors, and whoever shows it.

import {
  judgeEntry as judgeWith,
  type JudgedEntry,
  type Judgement,
  type TrustPolicy,
} from '@vitrine/evidence';
import { sha256, verifySignature } from '@vitrine/host';

export { objections } from '@vitrine/evidence';
export type { CountingEntry, IdleEntry, JudgedEntry, Judgement, Objection } from '@vitrine/evidence';

/** `judgeEntry` of `evidence`, with the crypto of this machine. */
export function judgeEntry(entry: JudgedEntry, policy: TrustPolicy): Promise<Judgement> {
  return judgeWith(entry, policy, verifySignature, sha256);
}
