import { fail } from './codes.ts';

const encoder = new TextEncoder();
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

export function utf8(text: string): Uint8Array {
  return encoder.encode(text);
}

/** Strict UTF-8: a malformed sequence is refused, a byte order mark is kept as a character. */
export function fromUtf8(bytes: Uint8Array): string {
  try {
    return decoder.decode(bytes);
  } catch (cause) {
    throw fail('bytes.utf8', 'not valid UTF-8', { cause });
  }
}

export function concat(...parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  let length = 0;
  for (const part of parts) length += part.length;
  const whole = new Uint8Array(length);
  let offset = 0;
  for (const part of parts) {
    whole.set(part, offset);
    offset += part.length;
  }
  return whole;
}

/** Not constant time: nothing secret is compared in a verifier. */
export function equal(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}

/** Lexicographic by unsigned byte, shorter first: the order of git and of D13. */
export function compareBytes(a: Uint8Array, b: Uint8Array): number {
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i++) {
    const difference = (a[i] as number) - (b[i] as number);
    if (difference !== 0) return difference;
  }
  return a.length - b.length;
}

const hexDigits = '0123456789abcdef';

/** Of current engines (Node 25, Chromium 140); a tenth of the time. Where they are missing, the code below does it. */
interface NativeCodecs {
  readonly toHex?: () => string;
}
const native = Uint8Array as unknown as {
  readonly fromBase64?: (text: string, options: { readonly lastChunkHandling: 'strict' }) => Uint8Array;
};

export function toHex(bytes: Uint8Array): string {
  const { toHex: nativeToHex } = bytes as NativeCodecs;
  if (nativeToHex !== undefined) return nativeToHex.call(bytes);
  let text = '';
  for (const byte of bytes) text += (hexDigits[byte >> 4] as string) + (hexDigits[byte & 15] as string);
  return text;
}

/** Lower-case hex only. */
export function fromHex(text: string): Uint8Array {
  if (text.length % 2 !== 0) throw fail('bytes.hex', 'hex of odd length');
  const bytes = new Uint8Array(text.length / 2);
  for (let i = 0; i < text.length; i++) {
    const digit = hexDigits.indexOf(text[i] as string);
    if (digit < 0)
      throw fail('bytes.hex', `not a lower-case hex digit: ${quote(text[i] as string)}`, { at: i });
    bytes[i >> 1] = ((bytes[i >> 1] as number) << 4) | digit;
  }
  return bytes;
}

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
const alphabetIndex = new Int8Array(128).fill(-1);
for (let i = 0; i < 64; i++) alphabetIndex[alphabet.charCodeAt(i)] = i;

export function toBase64(bytes: Uint8Array): string {
  let text = '';
  for (let i = 0; i < bytes.length; i += 3) {
    const a = bytes[i] as number;
    const b = bytes[i + 1];
    const c = bytes[i + 2];
    text += alphabet[a >> 2];
    text += alphabet[((a & 3) << 4) | ((b ?? 0) >> 4)];
    text += b === undefined ? '=' : alphabet[((b & 15) << 2) | ((c ?? 0) >> 6)];
    text += c === undefined ? '=' : alphabet[c & 63];
  }
  return text;
}

/** Standard alphabet, padded, canonical (unused bits zero): one text per byte string. */
export function fromBase64(text: string): Uint8Array {
  return nativeBase64(text) ?? decodeBase64(text);
}

/** The native decoder skips white space: then the text is longer than its bytes need. */
function nativeBase64(text: string): Uint8Array | undefined {
  if (native.fromBase64 === undefined) return undefined;
  try {
    const bytes = native.fromBase64(text, { lastChunkHandling: 'strict' });
    return text.length === Math.ceil(bytes.length / 3) * 4 ? bytes : undefined;
  } catch {
    return undefined; // `decodeBase64` says what is wrong, and where.
  }
}

function decodeBase64(text: string): Uint8Array {
  if (text.length % 4 !== 0) throw fail('bytes.base64', 'base64 length is not a multiple of four');
  const padding = text.endsWith('==') ? 2 : text.endsWith('=') ? 1 : 0;
  const bytes = new Uint8Array((text.length / 4) * 3 - padding);
  const digits = text.length - padding;
  let bits = 0;
  let held = 0;
  let offset = 0;
  for (let i = 0; i < digits; i++) {
    const code = text.charCodeAt(i);
    const value = code < 128 ? (alphabetIndex[code] as number) : -1;
    if (value < 0) throw fail('bytes.base64', `not a base64 digit: ${quote(text[i] as string)}`, { at: i });
    bits = ((bits << 6) | value) & 0xffffff;
    held += 6;
    if (held >= 8) {
      held -= 8;
      bytes[offset++] = (bits >> held) & 0xff;
    }
  }
  if (held > 0 && (bits & ((1 << held) - 1)) !== 0) {
    throw fail('bytes.base64', 'base64 with unused bits set', { at: digits - 1 });
  }
  return bytes;
}

export function u16(value: number): Uint8Array {
  return Uint8Array.of((value >> 8) & 0xff, value & 0xff);
}

/** Big-endian 64-bit of a safe integer. */
export function u64(value: number): Uint8Array {
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(value));
  return bytes;
}

/** An untrusted value for an error message: quoted, escaped, cut. */
export function quote(value: string, most = 60): string {
  const short = value.length > most ? `${value.slice(0, most)}…` : value;
  return JSON.stringify(short);
}
