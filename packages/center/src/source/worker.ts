// The worker thread of jobs.ts.

import { parentPort } from 'node:worker_threads';
import { colourLines } from './colour.ts';
import { compareTexts, countChanges } from './compare-files.ts';
import { textLines } from '../contract/content.ts';
import type { ColourJob, ComparedTexts, CompareJob } from './jobs.ts';

async function work(job: ColourJob | CompareJob): Promise<unknown> {
  if (job.kind === 'colour') return colourLines(job.lines, job.grammar);
  const from = textLines(job.from);
  const lines = textLines(job.to);
  if (job.kind === 'count') return countChanges(from, lines);
  const compared: ComparedTexts = { ...compareTexts(from, lines), lines, fromLines: from.length };
  return compared;
}

parentPort?.on('message', (job: ColourJob | CompareJob) => {
  work(job).then(
    (value) => answer({ value }),
    (error: unknown) => answer({ error: error instanceof Error ? error.message : 'unknown' }),
  );
});

function answer(message: object): void {
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread has no origin
  parentPort?.postMessage(message);
}
