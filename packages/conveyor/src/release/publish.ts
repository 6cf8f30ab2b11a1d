// Flow A, second half: from what an order gave to what endpoints install (D1). Killed at any moment and
// run again with the same request, it ends in the same published state: everything that is not
// determined by what was there before is in a journal before anybody sees it.

import { join } from 'node:path';
import { release as releaseKind, signStatement, type Output, type Release } from '@vitrine/evidence';
import type { TargetFile } from '@vitrine/tuf';
import { fail } from '../codes.ts';
import { readWholeLog, type Ledger } from '../ledger.ts';
import { publishObjects } from '../objects.ts';
import { announce, type Announced } from './announce.ts';
import { builtBy, type Built } from './built.ts';
import { defaultWait, type CosignWait } from './cosign.ts';
import { writeAcceptableEvidence, writeEvidence } from './evidence.ts';
import {
  decide,
  intentJournal,
  isFor,
  releasesOf,
  targetPathOf,
  type Intent,
  type ReleaseRequest,
} from './intent.ts';
import { writePages } from './page/write.ts';
import { withLease, type Publisher } from './publisher.ts';
import { cosign, writeRole } from './role.ts';

export interface Published extends Pick<
  Release,
  'product' | 'channel' | 'platform' | 'version' | 'sequence'
> {
  readonly order: string;
  readonly artifacts: readonly Output[];
  readonly publication: Announced;
}

/** Continues what was interrupted; begins anew only where nothing is under way. */
export function publish(
  publisher: Publisher,
  request: ReleaseRequest,
  wait: CosignWait = defaultWait,
): Promise<Published> {
  return withLease(publisher, 'release', async () => {
    const ledger = await readWholeLog(publisher.log);
    const built = await builtBy(ledger, publisher.blobs, request.order);
    const done = await releasedBefore(publisher, ledger, built, request);
    if (done !== undefined) {
      const publication = await announce(publisher, { covers: done.last }, ledger);
      await writePages(publisher, ledger);
      return publishedOf(built, done, publication);
    }
    const intent = await intend(publisher, ledger, built, request);
    await stage(publisher, built, intent);
    const last = await logReleases(publisher, built, intent);
    await writeEvidence(publisher, built);
    const cosignatures = await cosign(publisher, intent, wait);
    await writeAcceptableEvidence(publisher, built, wait);
    await writeRole(publisher, intent, cosignatures);
    const publication = await announce(publisher, { covers: last }, ledger);
    await intentJournal(publisher).clear();
    await writePages(publisher, ledger);
    return publishedOf(built, intent, publication);
  });
}

type Identity = Pick<Intent, 'order' | 'product' | 'channel' | 'platform' | 'sequence'>;

/** Asked for once more after it was done: nothing is released twice unless another sequence is asked for. */
async function releasedBefore(
  { repository, drafts }: Publisher,
  ledger: Ledger,
  { order: { id, predicate }, outputs }: Built,
  { channel, platform = predicate.environment.platform, sequence }: ReleaseRequest,
): Promise<(Identity & { readonly last: number }) | undefined> {
  if ((await intentJournal({ drafts }).read()) !== undefined) return undefined;
  const { product } = predicate;
  const own = releasesOf(ledger, product, channel).filter(
    (one) => one.predicate.order === id && one.predicate.platform === platform,
  );
  const last = own.at(-1);
  if (last === undefined || (sequence !== undefined && sequence !== last.predicate.sequence))
    return undefined;
  const identity = { order: id, product, channel, platform, sequence: last.predicate.sequence };
  const listed = (await repository.newest(`${product}-${channel}`))?.signed.targets;
  const isListed = outputs.outputs.every(({ path, sha256: digest }) => {
    const target = listed?.get(targetPathOf(identity, path));
    return target?.sha256 === digest && sequenceIn(target) === identity.sequence;
  });
  return isListed ? { ...identity, last: last.index } : undefined;
}

async function intend(
  publisher: Publisher,
  ledger: Ledger,
  built: Built,
  request: ReleaseRequest,
): Promise<Intent> {
  const journal = intentJournal(publisher);
  const open = await journal.read();
  if (open !== undefined) {
    if (isFor(open, request)) return open;
    throw fail(
      'release.unfinished',
      `the release of ${open.product} ${open.channel} ${open.sequence} (order ${open.order}) is under way`,
      { at: open.order },
    );
  }
  const intent = await decide(publisher, ledger, built, request);
  await journal.write(intent);
  return intent;
}

/** Bytes by digest, where supervisors and endpoints fetch them: nothing refers to them yet. */
async function stage(
  { repository, blobs, folder, onStep }: Publisher,
  built: Built,
  intent: Intent,
): Promise<void> {
  const { outputs } = built.outputs;
  await publishObjects(
    blobs,
    [
      built.order.predicate.materials.sha256,
      ...built.materials.map(({ sha256: digest }) => digest),
      built.outputsDigest,
      ...outputs.map(({ sha256: digest }) => digest),
    ],
    join(folder, 'blob'),
  );
  for (const { path, sha256: digest, size } of outputs)
    await repository.stageTarget(targetPathOf(intent, path), await blobs.get(digest, { maxBytes: size }));
  onStep?.('staged', `${outputs.length} targets, ${built.materials.length} materials`);
}

/** What each output is, in the log. Answers the index of the last entry. */
async function logReleases(
  { appender, signers, onStep }: Publisher,
  built: Built,
  intent: Intent,
): Promise<number> {
  const { product, channel, platform, sequence, order } = intent;
  const { version } = built.order.predicate;
  let last = 0;
  for (const { path, sha256: digest } of built.outputs.outputs) {
    const envelope = await signStatement(
      releaseKind,
      [{ name: 'artifact', digest: { sha256: digest } }],
      {
        purl: `pkg:generic/${product}@${version}`,
        product,
        channel,
        platform,
        version,
        sequence,
        order,
        output: path,
      },
      signers.releaser,
    );
    // The same statement again is the same entry (D9).
    const { index } = await appender.append(envelope);
    last = Math.max(last, index);
  }
  onStep?.('released', `sequence ${sequence}, entry ${last}`);
  return last;
}

function publishedOf(built: Built, intent: Identity, publication: Announced): Published {
  const { order, product, channel, platform, sequence } = intent;
  const { version } = built.order.predicate;
  return {
    order,
    product,
    channel,
    platform,
    version,
    sequence,
    artifacts: built.outputs.outputs,
    publication,
  };
}

function sequenceIn({ custom }: TargetFile): unknown {
  return (custom?.['vitrine'] as { readonly sequence?: unknown } | undefined)?.sequence;
}
