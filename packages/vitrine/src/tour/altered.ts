// A corrupt builder: it takes a signed order for the audited tree, builds another tree, and says in its
// provenance that the order gave these bytes. Nothing but a rebuild can tell.

import {
  encodePath,
  fromUtf8,
  release,
  signStatement,
  statementIdOf,
  utf8,
  type TreeFile,
} from '@vitrine/evidence';
import {
  awaitBlindRebuilds,
  build,
  gatherEvidence,
  noteKeysOf,
  signOrder,
  signProvenance,
} from '@vitrine/conveyor';
import { sha256Hex } from '@vitrine/host';
import { logAccess, openPolicyLog } from '../log-access.ts';
import { fail } from '../codes.ts';
import { channel } from './cast.ts';
import type { Chain } from './chain.ts';
import { rebuildsOn } from './production.ts';

/** The verifier would no longer ask for rebuilds. */
const victim = 'packages/evidence/src/verdict/verify.ts';
const removed = /^.*trial\.check\('rebuilds'.*$/m;

export async function buildAltered(
  chain: Chain,
): Promise<{ readonly artifact: Uint8Array; readonly evidence: Uint8Array }> {
  const { cast, policy, services, stores, sandbox, platform } = chain;
  const { tree, materials, statements, order: honest } = chain.produced.verifier;
  const log = await logAccess(services.urls.log, policy);
  // One second later on the declared clock: an order of its own, for the same audited tree.
  const order = { ...honest, clock: honest.clock + 1 };
  const ordered = await signOrder(order, tree.digest, await cast.signer('order'));
  await log.append(ordered);
  const orderId = statementIdOf(ordered);

  const files = await Promise.all(tree.listing.files.map((file) => alter(file, chain)));
  const result = await build(order, {
    tree: { files },
    materials,
    source: stores.source,
    blobs: stores.blobs,
    sandbox,
  });
  // It waits as the policy asks, and so cannot know what they got either.
  await awaitBlindRebuilds(log, orderId, policy, { timeoutMs: 240_000, pollMs: 100 });
  const parts = { orderId, order, treeDigest: tree.digest, result, builderId: cast.vendor.config.builder };
  await log.append(await signProvenance(parts, await cast.signer('builder')));
  const output = result.manifest.outputs.find(({ path }) => path === 'verifier.mjs');
  if (output === undefined) throw fail('tour.step', 'the altered build gave no verifier.mjs');
  const released = {
    purl: `pkg:generic/${order.product}@${order.version}`,
    product: order.product,
    channel,
    platform,
    version: order.version,
    sequence: 2,
    order: orderId,
    output: output.path,
  };
  await log.append(
    await signStatement(
      release,
      [{ name: 'artifact', digest: { sha256: output.sha256 } }],
      released,
      await cast.signer('releaser'),
    ),
  );

  const other = (await rebuildsOn(services, orderId)).find(({ result: word }) => word !== 'differs');
  if (other !== undefined)
    throw fail(
      'tour.step',
      `${other.operator}: the rebuild of an altered build ended with "${other.result}"`,
    );
  const evidence = await gatherEvidence(await openPolicyLog(services.urls.log, policy), {
    artifact: output,
    outputs: result.manifest,
    keys: noteKeysOf(policy),
    from: statements.source.index,
  });
  return { artifact: await stores.blobs.get(output.sha256, { maxBytes: output.size }), evidence };
}

async function alter(file: TreeFile, { stores }: Chain): Promise<TreeFile> {
  if (file.path !== encodePath(utf8(victim))) return file;
  const source = fromUtf8(await stores.source.get(file.sha256, { maxBytes: file.size }));
  const altered = utf8(source.replace(removed, ''));
  if (altered.length === utf8(source).length) throw fail('tour.step', `${victim} has no line to remove`);
  await stores.source.put(altered);
  return { ...file, sha256: sha256Hex(altered), size: altered.length };
}
