// The thread of `openProgram`: one program at a time. It lies here because what it imports is computed, and no source
// may do that.

import { Writable } from 'node:stream';
import { pathToFileURL } from 'node:url';
import { parentPort, workerData } from 'node:worker_threads';
import type { Answered, Asked } from '../src/program.ts';

/** Keeps what the program writes to one of its streams. */
function record(name: 'stdout' | 'stderr'): () => string {
  const chunks: Buffer[] = [];
  const stream = new Writable({
    write(chunk: Buffer, _encoding, done) {
      chunks.push(chunk);
      done();
    },
  });
  Object.defineProperty(process, name, { configurable: true, value: stream });
  return () => Buffer.concat(chunks).toString('utf8');
}

/** As a function, because the program has set it meanwhile. */
function codeNow(): number {
  return Number(process.exitCode ?? 0);
}

let runs = 0;

async function answer({ args }: Asked): Promise<Answered> {
  const script = workerData as string;
  const [stdout, stderr] = [record('stdout'), record('stderr')];
  process.argv = [process.execPath, script, ...args];
  process.exitCode = 0;
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.removeAllListeners(signal);
  let fault: string | undefined;
  try {
    // Another address is another evaluation.
    await import(`${pathToFileURL(script).href}?${String(runs++)}`);
  } catch (error) {
    fault = error instanceof Error ? (error.stack ?? error.message) : String(error);
  }
  return { code: codeNow(), stdout: stdout(), stderr: stderr(), fault };
}

let last: Promise<unknown> = Promise.resolve();
parentPort?.on('message', (asked: Asked) => {
  last = last.then(async () => {
    const answered = await answer(asked);
    parentPort?.postMessage(answered, []);
  });
});
