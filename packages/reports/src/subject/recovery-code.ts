// The recovery secret on paper: 32 letters and digits without those that look alike (Crockford's base 32),
// and two that tell a slip of the pen, in groups.

import { concat, sha256, utf8 } from '@vitrine/evidence';
import { fail } from '../codes.ts';
import { recoverySize } from './key.ts';

const alphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const checkLetters = 2;
const letters = (recoverySize * 8) / 5 + checkLetters;
const group = 4;

export function newRecoverySecret(): Uint8Array {
  return crypto.getRandomValues(new Uint8Array(recoverySize));
}

/** Upper case, in groups of four with dashes. */
export function formatRecoveryCode(secret: Uint8Array): string {
  if (secret.length !== recoverySize)
    throw fail('subject.recovery-code', `a recovery secret of ${secret.length} bytes, not ${recoverySize}`);
  const text = encode(secret) + checkOf(secret);
  return (text.match(/.{1,4}/g) ?? []).join('-');
}

/** Takes it as people write it: lower case, spaces, O for 0, I and L for 1. Says where, never what, is wrong. */
export function parseRecoveryCode(text: string): Uint8Array {
  if (text.length > 200) throw fail('subject.recovery-code', 'far too long for a recovery code');
  const plain = text.toUpperCase().replaceAll(/[\s-]/g, '').replaceAll('O', '0').replaceAll(/[IL]/g, '1');
  const wrong = plain.search(/[^0-9A-HJKMNP-TV-Z]/);
  if (wrong >= 0)
    throw fail(
      'subject.recovery-code',
      `group ${Math.floor(wrong / group) + 1} has a character that none has`,
    );
  if (plain.length !== letters)
    throw fail('subject.recovery-code', `${plain.length} letters and digits; a recovery code has ${letters}`);
  const secret = decode(plain.slice(0, -checkLetters));
  if (checkOf(secret) !== plain.slice(-checkLetters))
    throw fail('subject.recovery-code', 'a letter is wrong: the last two do not fit the others');
  return secret;
}

function encode(bytes: Uint8Array): string {
  let text = '';
  let held = 0;
  let bits = 0;
  for (const byte of bytes) {
    held = (held << 8) | byte;
    bits += 8;
    while (bits >= 5) {
      bits -= 5;
      text += alphabet[(held >> bits) & 31] as string;
    }
    held &= (1 << bits) - 1;
  }
  return text;
}

function decode(text: string): Uint8Array {
  const bytes = new Uint8Array((text.length * 5) / 8);
  let held = 0;
  let bits = 0;
  let at = 0;
  for (const letter of text) {
    held = (held << 5) | alphabet.indexOf(letter);
    bits += 5;
    if (bits >= 8) {
      bits -= 8;
      bytes[at++] = (held >> bits) & 255;
      held &= (1 << bits) - 1;
    }
  }
  return bytes;
}

/** 10 bits of SHA-256: one slip in a thousand passes, and then opens nothing. */
function checkOf(secret: Uint8Array): string {
  const [first = 0, second = 0] = sha256(concat(utf8('vitrine recovery code v1\n'), secret));
  return `${alphabet[first & 31] as string}${alphabet[second & 31] as string}`;
}
