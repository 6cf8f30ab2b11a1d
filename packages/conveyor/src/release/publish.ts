// Flow A, second half: from what an order gave to what endpoints install (D1). Killed at any moment and
// run again with the same request, it ends in the same published state: everything that is not
// determined by what was there before is in a journal before anybody sees it.

import { join } from 'node:path';
import {
  assembleTuf,
  canonicalJson,
  equal,
  isVitrineError,
  parseJson,
  release as releaseKind,
  signStatement,
  type Json,
  type Output,
  type Release,
  type TufSignature,
} from '@vitrine/evidence';
import { makeDurableDirectory, readBounded, sha256, writeDurable } from '@vitrine/host';
import { parseTargets, type TargetFile } from '@vitrine/tuf';
import { fail } from '../codes.ts';
import { gatherEvidence } from '../evidence.ts';
import { readWholeLog, type Ledger } from '../ledger.ts';
import { publishObjects } from '../objects.ts';
import { announce, type Announced } from './announce.ts';
import { builtBy, type Built } from './built.ts';
import { collectCosignatures, defaultWait, describeAnswer, type CosignWait } from './cosign.ts';
import {
  decide,
  intentJournal,
  isFor,
  releasesOf,
  roleFileOf,
  targetPathOf,
  type Intent,
  type ReleaseRequest,
} from './intent.ts';
import { writePages } from './page/write.ts';
import { evidencePath, noteKeysOf, withLease, type Publisher } from './publisher.ts';

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
    await writeEvidence(publisher, built); // Again, with the rebuilds: the supervisors have logged theirs.
    await writeRole(publisher, intent, cosignatures);
    const publication = await announce(publisher, { covers: last }, ledger);
    await intentJournal(publisher).clear();
    await writePages(publisher, ledger);
    return publishedOf(built, intent, publication);
  });
}

const roleBytes = 8 << 20;

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

/** evidence/<sha256>.json of each output, against the newest witnessed checkpoint; it may grow (D2). */
export async function writeEvidence(
  publisher: Pick<Publisher, 'log' | 'policy' | 'folder' | 'onStep'>,
  { outputs, from }: Pick<Built, 'outputs' | 'from'>,
): Promise<void> {
  const { log, policy, folder } = publisher;
  await makeDurableDirectory(join(folder, 'evidence'));
  await log.refresh();
  for (const artifact of outputs.outputs) {
    const bytes = await gatherEvidence(log, { artifact, outputs, keys: noteKeysOf(policy), from });
    await writeDurable(evidencePath(publisher, artifact.sha256), bytes);
  }
  publisher.onStep?.('evidence', `${outputs.outputs.length} files`);
}

/** D15: supervisors sign the very bytes of the role. Those of a role that is written are in it. */
async function cosign(
  publisher: Publisher,
  intent: Intent,
  wait: CosignWait,
): Promise<readonly TufSignature[]> {
  const { repository, cosigners, onStep } = publisher;
  const file = roleFileOf(intent);
  const written = await repository.newest(intent.role);
  if (written !== undefined && equal(written.message, parseTargets(file, { sha256 }).message)) return [];
  const targets = (await repository.newest('targets'))?.signed;
  const delegation = targets?.delegations.find(({ name }) => name === intent.role);
  if (targets === undefined || delegation === undefined)
    throw fail('release.role', `the top-level targets delegate nothing to ${intent.role}`, {
      at: intent.role,
    });
  const signedBy = new Set(intent.signedBy);
  let noted = Promise.resolve();
  try {
    return await collectCosignatures({
      file,
      delegation,
      operators: targets.operators,
      needed: delegation.threshold - 1,
      cosigners,
      earlier: (version) => earlierRole(publisher, intent, version),
      wait,
      onAnswer: async (operator, answer) => {
        onStep?.(operator, describeAnswer(answer));
        if (answer.kind !== 'signed' || signedBy.has(operator)) return;
        signedBy.add(operator);
        // One after the other: two answers at once must both stay.
        noted = noted.then(() =>
          intentJournal(publisher).write({ ...intent, signedBy: [...signedBy].sort() }),
        );
        await noted;
      },
    });
  } catch (error) {
    // Refused for good by all before anyone signed: nothing of it exists for others, so nothing is left open.
    if (isVitrineError(error, 'release.refused') && signedBy.size === 0)
      await intentJournal(publisher).clear();
    throw error;
  }
}

/** The file of a version that is published, with our signature alone: what a supervisor is asked to sign. */
async function earlierRole(
  { folder }: Publisher,
  { role, signature: { keyid } }: Intent,
  version: number,
): Promise<Uint8Array | undefined> {
  const path = join(folder, 'metadata', `${version}.${role}.json`);
  try {
    const { signatures, bytes } = parseTargets(await readBounded(path, roleBytes), { sha256 });
    const { signed } = parseJson(bytes, { bytes: roleBytes, depth: 16 }) as { readonly signed: Json };
    return assembleTuf(
      canonicalJson(signed),
      signatures.filter((one) => one.keyid === keyid),
    );
  } catch (error) {
    if (isVitrineError(error)) return undefined; // Abandoned, or signed by an earlier key of ours.
    throw error;
  }
}

async function writeRole(
  { repository, onStep }: Publisher,
  intent: Intent,
  cosignatures: readonly TufSignature[],
): Promise<void> {
  if (cosignatures.length === 0) return; // It is written, with those of an earlier run.
  await repository.writeRole(intent.role, roleFileOf(intent, cosignatures));
  onStep?.('role', `${intent.role} version ${intent.version}`);
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
