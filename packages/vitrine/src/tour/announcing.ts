// A publication by the vendor's real key that says what the vendor should not say: logged and witnessed
// like any other, because neither log nor witnesses judge what a statement claims.

import {
  expectKind,
  formatTime,
  publication,
  signStatement,
  statementOf,
  type Publication,
} from '@vitrine/evidence';
import { noteKeysOf, provePublication, readLedger } from '@vitrine/conveyor';
import { systemClock } from '@vitrine/host';
import { logAccess, openPolicyLog } from '../log-access.ts';
import { fail } from '../codes.ts';
import type { Chain } from './chain.ts';

export interface FalseClaim {
  /** SHA-256 of the snapshot that is announced. */
  readonly snapshot: string;
  readonly predicate: Partial<Publication>;
}

/** Logs the next publication with these members changed. Answers its proof file. */
export async function announceFalsely(
  { cast, policy, services }: Chain,
  claim: (last: Publication, lastSnapshot: string) => FalseClaim,
): Promise<Uint8Array> {
  const reader = await openPolicyLog(services.urls.log, policy);
  const last = (await readLedger(reader)).of(publication).at(-1);
  if (last === undefined) throw fail('tour.step', 'nothing was published yet');
  const { subject } = statementOf(last.envelope);
  const { snapshot, predicate } = claim(last.predicate, subject[0]?.digest.sha256 ?? '');
  const envelope = await signStatement(
    publication,
    [{ name: 'snapshot', digest: { sha256: snapshot } }],
    {
      ...expectKind(statementOf(last.envelope), publication).predicate,
      seq: last.predicate.seq + 1,
      previous: last.index,
      asOf: reader.head().checkpoint.size,
      issuedAt: formatTime(systemClock.now() / 1000),
      ...predicate,
    },
    await cast.signer('publisher'),
  );
  const { index } = await (await logAccess(services.urls.log, policy)).append(envelope);
  await reader.refresh();
  return provePublication(reader, index, noteKeysOf(policy));
}
