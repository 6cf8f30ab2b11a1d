// Numbers and names as archives and programs write them, from bytes that a stranger wrote.

import { encodePath } from '@vitrine/evidence';
import { Unreadable } from './layout.ts';

export function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
}

/** A 64-bit number that is an offset or a size in a file that we hold: never above its length. */
export function within(value: bigint | number, length: number, what: string): number {
  if (value > length) throw new Unreadable(`${what} lies beyond the end`);
  return Number(value);
}

export function beginsWith(bytes: Uint8Array, magic: string, at = 0): boolean {
  if (bytes.length < at + magic.length) return false;
  for (let i = 0; i < magic.length; i++) if (bytes[at + i] !== magic.charCodeAt(i)) return false;
  return true;
}

/** Up to the first NUL, encoded like a path and cut: names are for people, pairs are formed in order. */
export function nameIn(bytes: Uint8Array): string {
  const end = bytes.indexOf(0);
  const name = encodePath(bytes.subarray(0, Math.min(end < 0 ? bytes.length : end, 512)));
  return name === '' ? 'without a name' : name;
}

/** Digits of a base, after spaces and up to a space or NUL; nothing is zero, as tar and ar write it. */
export function digitsIn(bytes: Uint8Array, base: 8 | 10, what: string): number {
  const text = Buffer.from(bytes).toString('latin1').replace(/^ +/, '').split(/[ \0]/, 1)[0] ?? '';
  if (text === '') return 0;
  const value = (base === 8 ? /^[0-7]{1,13}$/ : /^[0-9]{1,13}$/).test(text)
    ? Number.parseInt(text, base)
    : Number.NaN;
  if (!Number.isSafeInteger(value)) throw new Unreadable(`${what} is no number`);
  return value;
}
