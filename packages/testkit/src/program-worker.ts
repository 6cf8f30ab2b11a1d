// The thread of `openProgram`: one program at a time.

import { Writable } from 'node:stream';
import { pathToFileURL } from 'node:url';
import { parentPort, workerData } from 'node:worker_threads';

export interface Asked {
  readonly args: readonly string[];
}

export interface Answered {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
  /** What it threw that it should have reported. */
  readonly fault: string | undefined;
}

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

let runs = 0;

async function answer({ args }: Asked): Promise<Answered> {
  const script = workerData as string;
  const [stdout, stderr] = [record('stdout'), record('stderr')];
  process.argv = [process.execPath, script, ...args];
  process.exitCode = undefined;
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.removeAllListeners(signal);
  let fault: string | undefined;
  try {
    // Another address is another evaluation.
    await import(`${pathToFileURL(script).href}?${String(runs++)}`);
  } catch (error) {
    fault = error instanceof Error ? (error.stack ?? error.message) : String(error);
  }
  return { code: Number(process.exitCode ?? 0), stdout: stdout(), stderr: stderr(), fault };
}

let last: Promise<unknown> = Promise.resolve();
parentPort?.on('message', (asked: Asked) => {
  last = last.then(async () => parentPort?.postMessage(await answer(asked)));
});
