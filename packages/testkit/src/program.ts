// A program of ours that is asked many things: evaluated anew for each in one thread, with the arguments, the
// standard output and the exit code of a process. That it is one when Node starts it, other tests ask a few times.

import { Worker } from 'node:worker_threads';

export interface ProgramEnd {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Program {
  /** One after the other, in the order in which they are asked for. */
  run(...args: readonly string[]): Promise<ProgramEnd>;
}

/** What the thread is told, and what it says. */
export interface Asked {
  readonly args: readonly string[];
}

export interface Answered extends ProgramEnd {
  /** What the program threw that it should have reported. */
  readonly fault: string | undefined;
}

/** `script`: a module that has done its work when it is evaluated, and leaves its code in `process.exitCode`. */
export function openProgram(t: { after(work: () => unknown): void }, script: string): Program {
  const worker = new Worker(new URL('../test/program-child.ts', import.meta.url), {
    workerData: script,
    stdout: true,
    stderr: true,
  });
  t.after(() => worker.terminate());
  const waiting: PromiseWithResolvers<ProgramEnd>[] = [];
  worker.on('message', ({ fault, ...end }: Answered) => {
    const one = waiting.shift();
    if (fault === undefined) one?.resolve(end);
    else one?.reject(new Error(`${script} threw: ${fault}`));
  });
  worker.on('error', (error) => {
    for (const one of waiting.splice(0)) one.reject(error);
  });
  worker.unref();
  return {
    run(...args) {
      const asked = Promise.withResolvers<ProgramEnd>();
      waiting.push(asked);
      worker.ref();
      const question: Asked = { args };
      worker.postMessage(question, []);
      return asked.promise.finally(() => {
        if (waiting.length === 0) worker.unref();
      });
    },
  };
}
