// Taking a release back (D26), and saying again what is in force after a supervisor has spoken (D14).

import {
  formatTime,
  release as releaseKind,
  resolution as resolutionKind,
  signStatement,
  subjectOf,
  withdrawal as withdrawalKind,
  type Release,
  type Withdrawal,
} from '@vitrine/evidence';
import { fail } from '../codes.ts';
import { readWholeLog, type EntryOf, type Ledger } from '../ledger.ts';
import { announce, type Announced } from './announce.ts';
import { builtBy } from './built.ts';
import { writeEvidence } from './evidence.ts';
import { releasesOf } from './intent.ts';
import { writePages } from './page/write.ts';
import { nowOf, withLease, type Publisher } from './publisher.ts';

export interface WithdrawalRequest {
  readonly product: string;
  readonly channel: string;
  readonly sequence: number;
  readonly reason: Withdrawal['reason'];
  /** A good artifact, released again under a higher sequence. */
  readonly replacement?: string | undefined;
}

export interface Withdrawn {
  readonly artifacts: readonly string[];
  readonly publication: Announced;
}

/** Every artifact of that sequence; one that is withdrawn already stays so, with its first entry. */
export function withdraw(publisher: Publisher, request: WithdrawalRequest): Promise<Withdrawn> {
  return withLease(publisher, 'release', async () => {
    const ledger = await readWholeLog(publisher.log);
    const taken = releasesToWithdraw(ledger, request);
    requireReplacement(ledger, request);
    let last = 0;
    for (const entry of taken) last = Math.max(last, await logWithdrawal(publisher, ledger, entry, request));
    await rewriteEvidence(publisher, ledger, taken);
    const publication = await announce(publisher, { covers: last }, ledger);
    await writePages(publisher, ledger);
    return { artifacts: taken.map(artifactOf), publication };
  });
}

function releasesToWithdraw(
  ledger: Ledger,
  { product, channel, sequence }: WithdrawalRequest,
): readonly EntryOf<Release>[] {
  const taken = releasesOf(ledger, product, channel).filter(
    ({ predicate }) => predicate.sequence === sequence,
  );
  if (taken.length === 0)
    throw fail('release.missing', `the log holds no release ${sequence} of ${product} ${channel}`);
  return taken;
}

function requireReplacement(
  ledger: Ledger,
  { product, channel, sequence, replacement }: WithdrawalRequest,
): void {
  if (replacement === undefined) return;
  const later = releasesOf(ledger, product, channel).some(
    (one) => artifactOf(one) === replacement && one.predicate.sequence > sequence,
  );
  if (!later)
    throw fail(
      'release.replacement',
      `${replacement} is not released under a sequence above ${sequence}: publish it first`,
    );
}

function artifactOf({ statement }: EntryOf<unknown>): string {
  return subjectOf(statement, 'artifact') ?? '';
}

async function logWithdrawal(
  publisher: Publisher,
  ledger: Ledger,
  entry: EntryOf<Release>,
  { reason, replacement }: WithdrawalRequest,
): Promise<number> {
  const artifact = artifactOf(entry);
  const earlier = ledger.of(withdrawalKind).find((one) => artifactOf(one) === artifact);
  if (earlier !== undefined) return earlier.index;
  const { product, channel, sequence } = entry.predicate;
  const envelope = await signStatement(
    withdrawalKind,
    [{ name: 'artifact', digest: { sha256: artifact } }],
    {
      product,
      channel,
      sequence,
      reason,
      issuedAt: formatTime(nowOf(publisher)),
      ...(replacement === undefined ? {} : { replacement }),
    },
    publisher.signers.releaser,
  );
  const { index } = await publisher.appender.append(envelope);
  publisher.onStep?.('withdrawn', `${artifact}, entry ${index}`);
  return index;
}

/** A resolution is a supervisor's own statement; here it is carried into evidence and publication. */
export function republish(publisher: Publisher, orderId: string): Promise<Announced> {
  return withLease(publisher, 'release', async () => {
    const ledger = await readWholeLog(publisher.log);
    const spoken = ledger
      .of(resolutionKind)
      .filter(({ statement }) => subjectOf(statement, 'order') === orderId);
    const last = spoken.at(-1);
    if (last === undefined)
      throw fail('release.unresolved', `no supervisor has logged a resolution about the order ${orderId}`);
    const releases = ledger.of(releaseKind).filter(({ predicate }) => predicate.order === orderId);
    await rewriteEvidence(publisher, ledger, releases);
    const publication = await announce(publisher, { covers: last.index }, ledger);
    await writePages(publisher, ledger);
    return publication;
  });
}

/** What was said since belongs into the evidence of every artifact of the orders concerned (D2). */
async function rewriteEvidence(
  publisher: Publisher,
  ledger: Ledger,
  releases: readonly EntryOf<Release>[],
): Promise<void> {
  for (const orderId of new Set(releases.map(({ predicate }) => predicate.order)))
    await writeEvidence(publisher, await builtBy(ledger, publisher.blobs, orderId));
}
