// One `git cat-file --batch` for as long as it lives: asked for one object name after the other. It owns
// the process and what came from it unasked; a process that ends or lies is replaced at the next question.

import { startPiped, type Piped } from '@vitrine/host';
import { fail } from './codes.ts';

export interface GitObjects {
  /** A blob of at most `most` bytes. */
  read(oid: string, most: number): Promise<Uint8Array>;
  close(): void;
}

interface Session {
  readonly process: Piped;
  readonly chunks: AsyncIterator<Buffer>;
  rest: Buffer;
}

export function openGitObjects(
  folder: string,
  env: Readonly<Record<string, string>>,
  timeoutMs: number,
): GitObjects {
  let session: Promise<Session> | undefined;
  let last: Promise<unknown> = Promise.resolve();

  async function start(): Promise<Session> {
    const process = await startPiped('git', ['-C', folder, 'cat-file', '--batch'], { env });
    const chunks = (process.output as AsyncIterable<Buffer>)[Symbol.asyncIterator]();
    return { process, chunks, rest: Buffer.alloc(0) };
  }

  async function more(now: Session): Promise<Buffer> {
    const timer = setTimeout(() => now.process.kill(), timeoutMs);
    try {
      const next = await now.chunks.next();
      if (next.done === true) throw fail('source.git', 'git cat-file ended early');
      return next.value;
    } finally {
      clearTimeout(timer);
    }
  }

  async function ask(now: Session, oid: string, most: number): Promise<Uint8Array> {
    now.process.input.write(`${oid}\n`);
    while (now.rest.indexOf(10) < 0) {
      if (now.rest.length > 1_024)
        throw fail('source.git', 'git cat-file answered in a form that is not known');
      now.rest = Buffer.concat([now.rest, await more(now)]);
    }
    const end = now.rest.indexOf(10);
    const [, type, digits] =
      /^[0-9a-f]+ ([a-z]+) (\d{1,15})$/.exec(now.rest.subarray(0, end).toString('latin1')) ?? [];
    if (type !== 'blob') throw fail('source.git', `git does not hold the file ${oid}`);
    const size = Number(digits);
    if (size > most) throw fail('source.git', `the file ${oid} has ${size} bytes; at most ${most} are read`);
    const parts = [now.rest.subarray(end + 1)];
    let length = parts[0]?.length ?? 0;
    while (length < size + 1) {
      const chunk = await more(now);
      parts.push(chunk);
      length += chunk.length;
    }
    const whole = Buffer.concat(parts, length);
    now.rest = whole.subarray(size + 1);
    return new Uint8Array(whole.subarray(0, size));
  }

  async function readNext(oid: string, most: number): Promise<Uint8Array> {
    session ??= start();
    try {
      return await ask(await session, oid, most);
    } catch (error) {
      // Whatever is still on its way belongs to the question that failed.
      const ended = session;
      session = undefined;
      void ended?.then(({ process }) => process.kill()).catch(() => undefined);
      throw error;
    }
  }

  return {
    read(oid, most) {
      const answer = last.then(() => readNext(oid, most));
      last = answer.catch(() => undefined);
      return answer;
    },
    close() {
      void session?.then(({ process }) => process.kill()).catch(() => undefined);
      session = undefined;
    },
  };
}
