// A log in a process of its own, to be killed: opens DIR, appends COUNT entries in two batches with a
// published checkpoint after each, and says on stdout what it acknowledged, line by line.
//   ack INDEX TEXT · published SIZE ROOT · refused CODE · stopped CODE
// Exit code 0, or 1 after a refusal; anything untyped ends it with Node's own trace.

import { writeSync } from 'node:fs';
import { isVitrineError, toBase64, utf8 } from '@vitrine/evidence';
import { openLogWriter, type LogWriter } from '@vitrine/log';
import { logSigner } from './helpers.ts';

const [dir = '', count = '0', seed = 'new entry'] = process.argv.slice(2);

/** Written before anything else can happen: a line that stands here was acknowledged. */
function say(line: string): void {
  writeSync(1, `${line}\n`);
}

async function append(log: LogWriter, from: number, to: number): Promise<void> {
  const batch = Array.from({ length: to - from }, async (_, i) => {
    const text = `${seed} ${from + i}`;
    const { index } = await log.append(utf8(text));
    say(`ack ${index} ${text}`);
  });
  const outcomes = await Promise.allSettled(batch);
  const refused = outcomes.find((outcome) => outcome.status === 'rejected');
  if (refused !== undefined) throw refused.reason;
  const { size, root } = await log.publishNow();
  say(`published ${size} ${toBase64(root)}`);
}

try {
  const log = await openLogWriter({ dir, signers: [logSigner], intervalMs: 60_000, retryMs: 60_000 });
  void log.stopped.then((error) => {
    if (error !== undefined) say(`stopped ${isVitrineError(error) ? error.code : String(error)}`);
  });
  try {
    const half = Math.floor(Number(count) / 2);
    await append(log, 0, half);
    await append(log, half, Number(count));
  } finally {
    await log.close();
  }
} catch (error) {
  if (!isVitrineError(error)) throw error;
  say(`refused ${error.code}`);
  process.exitCode = 1;
}
