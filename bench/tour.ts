// How long a newcomer waits for the whole tour. The first run fetches the materials into npm's own
// cache; the second, with those warm, is the one that counts.

import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Report } from '../tools/bench-types.ts';

const main = fileURLToPath(new URL('../packages/vitrine/src/start.mjs', import.meta.url));

function tour(): number {
  const { status, stdout, stderr } = spawnSync(process.execPath, [main, 'tour', '--exit', '--json'], {
    encoding: 'utf8',
    timeout: 600_000,
  });
  if (status !== 0) throw new Error(`the tour ended with ${String(status)}: ${stderr}`);
  return (JSON.parse(stdout) as { totalMs: number }).totalMs / 1000;
}

export default function (report: Report): Promise<void> {
  const cold = tour();
  report({ name: 'whole tour, as it came', value: cold, unit: 's', goal: null, better: 'lower' });
  report({ name: 'whole tour, warm materials', value: tour(), unit: 's', goal: 60, better: 'lower' });
  return Promise.resolve();
}
