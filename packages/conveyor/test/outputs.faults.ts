import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { temporaryDirectory } from '@vitrine/testkit';
import { collectOutputs } from '../src/index.ts';
import { refusal } from './helpers.ts';

test('outputs are refused when one is a named pipe, which nobody waits for', async (t) => {
  const folder = temporaryDirectory(t);
  const [out, fresh] = [join(folder, 'out'), join(folder, 'fresh')];
  for (const path of [out, fresh]) mkdirSync(path);
  execFileSync('mkfifo', [join(out, 'pipe')]);
  await assert.rejects(collectOutputs(out, fresh, ['pipe'], 1000), refusal('output.device', 'pipe'));
});
