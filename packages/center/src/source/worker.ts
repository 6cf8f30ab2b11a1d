// The worker thread of jobs.ts.

import { parentPort } from 'node:worker_threads';
import { colourLines } from './colour.ts';
import { compareTexts } from './compare-files.ts';
import { textLines } from './content.ts';
import type { ColourJob, ComparedTexts, CompareJob } from './jobs.ts';

async function work(job: ColourJob | CompareJob): Promise<unknown> {
  if (job.kind === 'colour') return colourLines(job.lines, job.grammar);
  const from = textLines(job.from);
  const lines = textLines(job.to);
  const compared: ComparedTexts = { ...compareTexts(from, lines), lines, fromLines: from.length };
  return compared;
}

parentPort?.on('message', (job: ColourJob | CompareJob) => {
  work(job).then(
    (value) => parentPort?.postMessage({ value }),
    (error: unknown) =>
      parentPort?.postMessage({ error: error instanceof Error ? error.message : 'unknown' }),
  );
});
