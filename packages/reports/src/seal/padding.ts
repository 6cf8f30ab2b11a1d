// Padding classes: who watches the line learns the class of a message, never its length.

import { concat } from '@vitrine/evidence';
import { fail } from '../codes.ts';

const smallest = 1024;
/** Room for a piece of a sample of 256 KiB in base64 within its report. */
export const largestClass: number = 512 * 1024;
const frameSize = 5;
/** Content that fits into the largest class. */
export const contentLimit: number = largestClass - frameSize;

/** What a seal can hold. All that goes to a data center looks alike on the line; an answer comes from one. */
export type ContentType = 'report' | 'request' | 'consent' | 'answer';
const contentTypes: Readonly<Record<ContentType, number>> = { report: 1, request: 2, consent: 3, answer: 4 };

export interface Content {
  readonly type: ContentType;
  readonly body: Uint8Array;
}

/** Powers of two from 1 KiB to 512 KiB, or to another largest one. */
export function paddedSize(content: number, largest: number = largestClass): number {
  const needed = content + frameSize;
  if (needed > largest)
    throw fail(
      'seal.size',
      `${content} bytes of content; at most ${largest - frameSize} fit into one message`,
    );
  let size = smallest;
  while (size < needed) size *= 2;
  return size;
}

/** type (1 byte) ‖ length (4 bytes, big-endian) ‖ body ‖ zeros. */
export function pad({ type, body }: Content, largest: number = largestClass): Uint8Array {
  const frame = new Uint8Array(paddedSize(body.length, largest));
  frame[0] = contentTypes[type];
  new DataView(frame.buffer).setUint32(1, body.length);
  frame.set(body, frameSize);
  return frame;
}

/** One padded form per content: a shorter or longer class, or a byte that is not zero, is refused. */
export function unpad(frame: Uint8Array, largest: number = largestClass): Content {
  if (frame.length < smallest) throw fail('seal.padding', `${frame.length} bytes are less than any class`);
  const type = (Object.keys(contentTypes) as ContentType[]).find((name) => contentTypes[name] === frame[0]);
  if (type === undefined) throw fail('seal.padding', `content of the unknown type ${frame[0] as number}`);
  const length = new DataView(frame.buffer, frame.byteOffset).getUint32(1);
  if (
    frame.length > largest ||
    length > frame.length - frameSize ||
    paddedSize(length, largest) !== frame.length
  )
    throw fail('seal.padding', `${length} bytes of content are not padded to ${frame.length}`);
  const end = frameSize + length;
  for (let at = end; at < frame.length; at++)
    if (frame[at] !== 0) throw fail('seal.padding', 'a byte of the padding is not zero', { at });
  return { type, body: concat(frame.subarray(frameSize, end)) };
}
