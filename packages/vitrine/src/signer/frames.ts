// Messages between a signer and its client: four bytes of length, big endian, then so many bytes.

import { once } from 'node:events';
import type { Writable } from 'node:stream';
import { fail } from '../codes.ts';

/** What a signer is asked to sign: a TUF role or a trust policy may have 1 MiB. */
export const requestBytes: number = (1 << 20) + 4096;
/** A signature, or a reason. */
export const answerBytes: number = 1 << 14;
/** The keys of a signer. */
export const helloBytes: number = 1 << 18;

export interface FrameReader {
  /** Undefined at the end of the stream, between two frames. Never called again before it has settled. */
  next(maxBytes: number): Promise<Uint8Array | undefined>;
}

/** The announced length is judged before anything is kept for it. */
export function frameReader(stream: AsyncIterable<Uint8Array>): FrameReader {
  const source = stream[Symbol.asyncIterator]();
  let held: Buffer[] = [];
  let length = 0;

  async function take(bytes: number): Promise<Buffer | undefined> {
    while (length < bytes) {
      const result = await source.next();
      if (result.done === true) {
        if (length > 0) throw fail('signer.frame', 'a message was cut');
        return undefined;
      }
      held.push(Buffer.from(result.value));
      length += result.value.length;
    }
    const all = Buffer.concat(held, length);
    held = [all.subarray(bytes)];
    length -= bytes;
    return all.subarray(0, bytes);
  }

  return {
    async next(maxBytes) {
      const head = await take(4);
      if (head === undefined) return undefined;
      const size = head.readUInt32BE(0);
      if (size > maxBytes)
        throw fail('signer.frame', `a message of ${size} bytes; at most ${maxBytes} are accepted`);
      const body = await take(size);
      if (body === undefined) throw fail('signer.frame', 'a message was cut');
      return new Uint8Array(body);
    },
  };
}

/** Resolves when the stream takes more; rejects never: who went away is noticed by reading. */
export async function writeFrame(stream: Writable, ...parts: readonly Uint8Array[]): Promise<void> {
  const head = Buffer.alloc(4);
  head.writeUInt32BE(parts.reduce((sum, { length }) => sum + length, 0));
  if (stream.write(Buffer.concat([head, ...parts])) || stream.destroyed) return;
  await Promise.race([once(stream, 'drain'), once(stream, 'close')]).catch(() => undefined);
}
