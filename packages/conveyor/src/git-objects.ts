// One `git cat-file --batch`, asked for one object after the other. It owns the process and the bytes
// that came from it and were not yet asked for.

import { spawn } from 'node:child_process';
import { quote } from '@vitrine/evidence';
import { fail } from './codes.ts';

export interface GitObjects {
  /** The raw object of this type; callers may ask at once, they are answered in order. */
  read(oid: string, type: 'blob' | 'commit', maxBytes: number): Promise<Uint8Array>;
  close(): void;
}

export function openObjects(
  folder: string,
  env: Readonly<Record<string, string>>,
  timeoutMs: number,
): GitObjects {
  const child = spawn('git', ['-C', folder, 'cat-file', '--batch'], {
    env,
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  const chunks = child.stdout[Symbol.asyncIterator]() as AsyncIterator<Buffer, undefined>;
  let rest: Buffer = Buffer.alloc(0);
  let last: Promise<unknown> = Promise.resolve();
  child.on('error', () => {}); // The stream ends with it; the reader says what is missing.
  child.stdin.on('error', () => {});

  async function more(): Promise<Buffer> {
    const timer = setTimeout(() => child.kill('SIGKILL'), timeoutMs);
    try {
      const next: IteratorResult<Buffer, undefined> = await chunks.next();
      if (next.done === true) throw fail('git.failed', `git cat-file ended early in ${quote(folder, 200)}`);
      return next.value;
    } finally {
      clearTimeout(timer);
    }
  }

  async function header(): Promise<string> {
    let end = rest.indexOf(10);
    while (end < 0) {
      if (rest.length > 1024) throw fail('git.failed', "couldn't read the answer of git cat-file");
      rest = Buffer.concat([rest, await more()]);
      end = rest.indexOf(10);
    }
    const line = rest.subarray(0, end).toString('latin1');
    rest = rest.subarray(end + 1);
    return line;
  }

  /** `size` bytes and the line feed that follows them. */
  async function body(size: number): Promise<Uint8Array> {
    const parts = [rest];
    let length = rest.length;
    while (length < size + 1) {
      const chunk = await more();
      parts.push(chunk);
      length += chunk.length;
    }
    const whole = parts.length === 1 ? rest : Buffer.concat(parts, length);
    rest = whole.subarray(size + 1);
    return Uint8Array.prototype.slice.call(whole, 0, size);
  }

  async function readNext(oid: string, type: string, maxBytes: number): Promise<Uint8Array> {
    child.stdin.write(`${oid}\n`);
    const line = await header();
    const [, found, digits] = /^[0-9a-f]+ ([a-z]+) ([0-9]{1,15})$/.exec(line) ?? [];
    if (found === undefined) throw fail('git.object', `couldn't read the object ${oid}: ${quote(line)}`);
    if (found !== type) throw fail('git.object', `the object ${oid} is a ${found}, not a ${type}`);
    const size = Number(digits);
    if (size > maxBytes) {
      // What follows is not read: this reader is at its end.
      child.kill('SIGKILL');
      throw fail('source.size', `the object ${oid} has ${size} bytes; at most ${maxBytes}`);
    }
    return body(size);
  }

  return {
    read(oid, type, maxBytes) {
      const answer = last.then(() => readNext(oid, type, maxBytes));
      last = answer.catch(() => {});
      return answer;
    },
    close() {
      child.stdin.end();
      child.kill('SIGKILL');
    },
  };
}
