// npm run bench chain: the chain from source to endpoint, and the parts of which it is made.

import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Benchmark } from '../tools/bench-types.ts';
import endpoint from './endpoint.ts';
import sandbox from './sandbox.ts';
import tuf from './tuf.ts';

const start = fileURLToPath(new URL('../packages/vitrine/src/start.mjs', import.meta.url));

/** Seconds of the chain chapter: two products from source to a running endpoint, and a crash in between. */
function chapter(): number {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [start, 'tour', '--chapter', 'chain', '--exit', '--json'],
    { encoding: 'utf8', timeout: 600_000 },
  );
  if (status !== 0) throw new Error(`the tour ended with ${String(status)}: ${stderr}`);
  return (JSON.parse(stdout) as { totalMs: number }).totalMs / 1000;
}

const chain: Benchmark = async (report) => {
  // The first run fetches the materials into npm's own cache; the second, with those warm, counts.
  report({ name: 'chain chapter, as it came', value: chapter(), unit: 's', goal: null, better: 'lower' });
  report({ name: 'chain chapter, warm materials', value: chapter(), unit: 's', goal: 60, better: 'lower' });
  await sandbox(report);
  await endpoint(report);
  await tuf(report);
};

export default chain;
