// Text and bytes: where two contents begin to differ, and by how much.

export interface ByteDifference {
  readonly first: number;
  readonly bytes: number;
}

const stride = 4096;

/** Compares at equal offsets; what is equal is skipped in strides. */
export function differAt(a: Uint8Array, b: Uint8Array): ByteDifference {
  const shorter = Math.min(a.length, b.length);
  const longer = Math.max(a.length, b.length);
  const [one, other] = [
    Buffer.from(a.buffer, a.byteOffset, a.length),
    Buffer.from(b.buffer, b.byteOffset, b.length),
  ];
  let first = -1;
  let bytes = longer - shorter;
  for (let start = 0; start < shorter; start += stride) {
    const end = Math.min(start + stride, shorter);
    if (one.compare(other, start, end, start, end) === 0) continue;
    for (let i = start; i < end; i++) {
      if (a[i] === b[i]) continue;
      if (first < 0) first = i;
      bytes++;
    }
  }
  return { first: first < 0 ? shorter : first, bytes };
}

const textBytes = 33_554_432;

/** UTF-8 without control characters but those of lines, and no larger than a person's text may be. */
export function isText(bytes: Uint8Array): boolean {
  if (bytes.length > textBytes) return false;
  if (bytes.some((byte) => byte < 0x20 && byte !== 0x09 && byte !== 0x0a && byte !== 0x0d)) return false;
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    return true;
  } catch {
    return false;
  }
}

export interface LineDifference {
  readonly number: number;
  readonly a: string;
  readonly b: string;
}

/** The line that holds the first difference; each side from the same place, cut at 200 characters. */
export function lineAt(a: Uint8Array, b: Uint8Array, first: number): LineDifference {
  let number = 1;
  let start = 0;
  for (let at = a.indexOf(0x0a); at >= 0 && at < first; at = a.indexOf(0x0a, at + 1)) {
    number++;
    start = at + 1;
  }
  // In a line of megabytes the interesting part is around the difference.
  const from = Math.max(start, first - 100);
  return { number, a: shown(a, from), b: shown(b, from) };
}

function shown(bytes: Uint8Array, from: number): string {
  const end = bytes.indexOf(0x0a, from);
  const line = bytes.subarray(from, Math.min(end < 0 ? bytes.length : end, from + 800));
  // The cut may go through a character.
  return Buffer.from(line).toString('utf8').slice(0, 200).toWellFormed();
}
