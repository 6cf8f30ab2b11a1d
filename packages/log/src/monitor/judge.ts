import {
  judgeEntry as judgeWith,
  type JudgedEntry,
  type Judgement,
  type TrustPolicy,
} from '@vitrine/evidence';
import { sha256, verifySignature } from '@vitrine/host';

/** `judgeEntry` of `evidence`, with the crypto of this machine. */
export function judgeEntry(entry: JudgedEntry, policy: TrustPolicy): Promise<Judgement> {
  return judgeWith(entry, policy, verifySignature, sha256);
}
