import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatEnvelope, signEnvelope, utf8 } from '@vitrine/evidence';
import type { LogReader } from '@vitrine/log';
import { testSigner } from '@vitrine/testkit';
import { viewOf } from '../src/index.ts';

test('a view passes over what is no envelope, and sees what was added since', async () => {
  const envelope = await signEnvelope(utf8('{}'), testSigner('order'));
  const all = [utf8('raw'), formatEnvelope(envelope), utf8('{}'), formatEnvelope(envelope)];
  let size = 3;
  const reader: Partial<LogReader> = {
    refresh: () => Promise.resolve({ checkpoint: { size } } as Awaited<ReturnType<LogReader['refresh']>>),
    async *entries(start, end) {
      for (let index = start; index < end; index++)
        yield await Promise.resolve({ index, entry: all[index] ?? utf8('') });
    },
  };
  const view = viewOf(reader as LogReader);
  const indices = async (from: number): Promise<readonly number[]> => {
    const found: number[] = [];
    for await (const { index } of view.entries(from)) found.push(index);
    return found;
  };
  assert.deepEqual(await indices(0), [1]);
  size = 4;
  assert.deepEqual(await indices(2), [3]);
  assert.deepEqual(await indices(7), []);
});
