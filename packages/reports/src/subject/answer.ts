// What a data center answers to a request (a page of an export, a confirmation): sealed to the subject's own
// key, because a pseudonym and what belongs to it exist only inside seals (D21).

import { concat, fromBase64, fromHex, utf8 } from '@vitrine/evidence';
import { fail } from '../codes.ts';
import { hpkeOpen, hpkeSeal, sealOverhead, type OpeningKey } from '../seal/hpke.ts';
import { pad, unpad } from '../seal/padding.ts';

/** The largest padding class of an answer: a page of an export of 1 MiB. */
const largestAnswer = 2 * 1024 * 1024;
/** Bytes of the largest sealed answer. */
export const answerLimit: number = largestAnswer + sealOverhead;

/** `sealing` is the subject's, base64; `request` the digest of what is answered. */
export function sealAnswer(body: Uint8Array, sealing: string, request: string): Promise<Uint8Array> {
  return hpkeSeal(fromBase64(sealing), infoOf(request), none, pad({ type: 'answer', body }, largestAnswer));
}

export async function openAnswer(
  sealed: Uint8Array,
  opening: OpeningKey,
  request: string,
): Promise<Uint8Array> {
  if (sealed.length > answerLimit) throw fail('seal.format', `an answer of ${sealed.length} bytes`);
  const { type, body } = unpad(await hpkeOpen(opening, infoOf(request), none, sealed), largestAnswer);
  if (type !== 'answer') throw fail('seal.format', 'the content is no answer');
  return body;
}

const none = new Uint8Array(0);

function infoOf(request: string): Uint8Array {
  return concat(utf8('vitrine answer v1\n'), fromHex(request));
}
