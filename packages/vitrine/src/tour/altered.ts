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
import { build, gatherEvidence, signOrder, signProvenance } from '@vitrine/conveyor';
import { makeDurableDirectory, sha256Hex } from '@vitrine/host';
import { openPolicyLog } from '../log-access.ts';
import { fail } from '../codes.ts';
import { builderId } from './cast.ts';
import type { Chain } from './chain.ts';
import { rebuild } from './rebuilder.ts';
import { noteKeys } from './release.ts';

/** The verifier would no longer ask for rebuilds. */
const victim = 'packages/evidence/src/verdict/verify.ts';
const removed = /^.*trial\.check\('rebuilds'.*$/m;

export async function buildAltered(
  chain: Chain,
  rebuilder: string,
): Promise<{ readonly artifact: Uint8Array; readonly evidence: Uint8Array }> {
  const { cast, appender, produced, stores, sandbox } = chain;
  const { tree, materials, statements } = produced;
  // One second later on the declared clock: an order of its own, for the same audited tree.
  const order = { ...produced.order, clock: produced.order.clock + 1 };
  const ordered = await signOrder(order, tree.digest, cast.signer('order'));
  await appender.append(ordered);
  const orderId = statementIdOf(ordered);

  const files = await Promise.all(tree.listing.files.map((file) => alter(file, chain)));
  const result = await build(order, {
    tree: { files },
    materials,
    source: stores.source,
    blobs: stores.blobs,
    sandbox,
  });
  await appender.append(
    await signProvenance(
      { orderId, order, treeDigest: tree.digest, result, builderId },
      cast.signer('builder'),
    ),
  );
  const output = result.manifest.outputs.find(({ path }) => path === 'verifier.mjs');
  if (output === undefined) throw fail('tour.step', 'the altered build gave no verifier.mjs');
  const released = {
    purl: `pkg:generic/${order.product}@${order.version}`,
    product: order.product,
    channel: 'stable',
    platform: 'any',
    version: order.version,
    sequence: 2,
    order: orderId,
    output: output.path,
  };
  await appender.append(
    await signStatement(
      release,
      [{ name: 'artifact', digest: { sha256: output.sha256 } }],
      released,
      cast.signer('releaser'),
    ),
  );

  await makeDurableDirectory(rebuilder);
  const { result: word } = await rebuild(chain, orderId, rebuilder);
  if (word !== 'differs') throw fail('tour.step', `the rebuild of an altered build ended with "${word}"`);
  const log = await openPolicyLog(chain.logUrl, chain.policy);
  const evidence = await gatherEvidence(log, {
    artifact: output,
    outputs: result.manifest,
    keys: noteKeys(chain.policy),
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
