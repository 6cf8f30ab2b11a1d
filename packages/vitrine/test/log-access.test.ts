import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatEnvelope, isVitrineError, signStatement, source, type Envelope } from '@vitrine/evidence';
import { makeWorld } from '@vitrine/testkit';
import { checkedAppender } from '../src/log-access.ts';

const world = await makeWorld();
const signed = (files: number): Promise<Envelope> =>
  signStatement(
    source,
    [{ name: 'tree', digest: { sha256: 'a'.repeat(64) } }],
    {
      product: 'verifier',
      listing: { sha256: 'b'.repeat(64), size: 1 },
      files,
      bytes: 1,
      gitCommit: 'c'.repeat(40),
      gitTree: 'd'.repeat(40),
    },
    world.signer('source', 'vendor'),
  );

/** A log whose verified tree holds these entries, and which answers `index` whatever it is given. */
function logOf(entries: readonly Uint8Array[], index: number): ReturnType<typeof checkedAppender> {
  const head = { checkpoint: { size: entries.length } } as unknown as Awaited<
    ReturnType<Parameters<typeof checkedAppender>[1]['refresh']>
  >;
  const reader = {
    refresh: () => Promise.resolve(head),
    entry: (at: number) => Promise.resolve(entries[at] ?? new Uint8Array(0)),
  };
  return checkedAppender({ append: () => Promise.resolve({ index }) }, reader, world.policy);
}

test('the index that a log answers counts only when its tree holds the statement there', async () => {
  const [one, other] = await Promise.all([signed(1), signed(2)]);
  const entries = [formatEnvelope(other), formatEnvelope(one), new Uint8Array([1, 2, 3])];
  assert.deepEqual(await logOf(entries, 1).append(one), { index: 1 });
  const refused = (error: unknown): boolean => isVitrineError(error, 'log-client.refused');
  for (const index of [0, 2, 3]) await assert.rejects(logOf(entries, index).append(one), refused, `${index}`);
});

test('the first entry of a statement counts for a later signature by the same key, if it is sound', async () => {
  const first = await signed(1);
  const [{ keyid, sig }] = first.signatures as readonly [Envelope['signatures'][number]];
  const resigned = (changed: string): Envelope => ({ ...first, signatures: [{ keyid, sig: changed }] });
  const later = resigned(Buffer.alloc(64, 1).toString('base64'));
  assert.notEqual(sig, later.signatures[0]?.sig);
  assert.deepEqual(await logOf([formatEnvelope(first)], 0).append(later), { index: 0 });
  await assert.rejects(logOf([formatEnvelope(later)], 0).append(first), (error: unknown) =>
    isVitrineError(error, 'log-client.refused'),
  );
});
