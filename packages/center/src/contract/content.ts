// What a file of source is to a reader: text in windows of lines, a link, binary, or empty. Bytes are
// decoded here and nowhere else, so that every view marks the same places, and so that the page that checks
// a file makes of its bytes what the server made of them.

import { toHex } from '@vitrine/evidence';
import { markedCharacter, markOf, withoutLineEnd, type MarkKind } from './characters.ts';

export const contentLimits = {
  /** Larger files are only downloaded. */
  fileBytes: 67_108_864,
  /** One window. */
  lines: 20_000,
  windowBytes: 2_097_152,
  /** Characters of one line; the rest is said to be there. */
  lineLength: 4_000,
  /** Lines with marks that are named one by one. */
  markedLines: 200,
} as const;

export type LineEnds = 'lf' | 'crlf' | 'mixed' | 'none';

export interface TextWindow {
  readonly state: 'text';
  /** Of the whole file. */
  readonly lineCount: number;
  readonly lineEnds: LineEnds;
  readonly finalLineEnd: boolean;
  /** Number of the first line of the window, from 1. */
  readonly first: number;
  /** Without line ends. A byte that is no UTF-8 is the lone surrogate U+DC00 + byte. */
  readonly lines: readonly string[];
  /** Lines that were cut, with their length in bytes. */
  readonly cut: readonly { readonly line: number; readonly bytes: number }[];
  /** In the lines of the window. */
  readonly marks: Readonly<Record<MarkKind, number>>;
  /** Lines with bidi, invisible or invalid characters; the first of them. */
  readonly markedLines: readonly number[];
}

export interface BinaryContent {
  readonly state: 'binary';
  /** What its first bytes say it is; undefined where they say nothing. */
  readonly kind: string | undefined;
  /** The first bytes, hex. */
  readonly head: string;
}

export type Content =
  | { readonly state: 'empty' }
  | { readonly state: 'link'; readonly target: string }
  | BinaryContent
  | TextWindow;

export function describeContent(bytes: Uint8Array, mode: string, first = 1): Content {
  if (mode === '120000') return { state: 'link', target: decodeText(bytes) };
  if (bytes.length === 0) return { state: 'empty' };
  if (isBinary(bytes)) {
    const head = toHex(bytes.subarray(0, 256));
    return { state: 'binary', kind: kindOf(bytes), head };
  }
  return readWindow(bytes, first);
}

/** git's rule: a NUL among the first 8,000 bytes. */
export function isBinary(bytes: Uint8Array): boolean {
  return bytes.subarray(0, 8_000).includes(0);
}

function readWindow(bytes: Uint8Array, first: number): TextWindow {
  const starts = lineStarts(bytes);
  const finalLineEnd = bytes.at(-1) === lineFeed;
  const lineCount = finalLineEnd ? starts.length - 1 : starts.length;
  const from = Math.min(Math.max(first, 1), lineCount);
  const lines: string[] = [];
  const cut: { line: number; bytes: number }[] = [];
  const marks: Record<MarkKind, number> = { bidi: 0, invisible: 0, control: 0, invalid: 0 };
  const markedLines: number[] = [];
  let used = 0;
  for (let line = from; line <= lineCount && lines.length < contentLimits.lines; line++) {
    const start = starts[line - 1] as number;
    const end = line < starts.length ? (starts[line] as number) - 1 : bytes.length;
    const decoded = decodeLine(bytes, start, end);
    const text = withoutLineEnd(decoded.text);
    used += text.length;
    if (used > contentLimits.windowBytes && lines.length > 0) break;
    if (decoded.cut) cut.push({ line, bytes: end - start });
    lines.push(text);
    if (countMarks(text, marks) && markedLines.length < contentLimits.markedLines) markedLines.push(line);
  }
  return {
    state: 'text',
    lineCount,
    lineEnds: lineEndsOf(bytes, starts),
    finalLineEnd,
    first: from,
    lines,
    cut,
    marks,
    markedLines,
  };
}

/** Whether the line had characters that are worth a look. */
function countMarks(text: string, marks: Record<MarkKind, number>): boolean {
  let striking = false;
  for (const [character] of text.matchAll(markedCharacter)) {
    const { kind } = markOf(character);
    marks[kind]++;
    striking ||= kind !== 'control';
  }
  return striking;
}

/** All lines of a text, decoded and cut; for comparing. */
export function textLines(bytes: Uint8Array): readonly string[] {
  const starts = lineStarts(bytes);
  const count = bytes.at(-1) === lineFeed ? starts.length - 1 : starts.length;
  return Array.from({ length: bytes.length === 0 ? 0 : count }, (_, i) => {
    const end = i + 1 < starts.length ? (starts[i + 1] as number) - 1 : bytes.length;
    return decodeLine(bytes, starts[i] as number, end).text;
  });
}

export function countLines(bytes: Uint8Array): number {
  let count = 0;
  for (let at = bytes.indexOf(lineFeed); at >= 0; at = bytes.indexOf(lineFeed, at + 1)) count++;
  return bytes.length > 0 && bytes.at(-1) !== lineFeed ? count + 1 : count;
}

const lineFeed = 10;

function lineStarts(bytes: Uint8Array): readonly number[] {
  const starts = [0];
  for (let at = bytes.indexOf(lineFeed); at >= 0; at = bytes.indexOf(lineFeed, at + 1)) starts.push(at + 1);
  return starts;
}

/** A character has at most four bytes, so this many bytes hold every character that is shown. */
const lineBytes = contentLimits.lineLength * 4 + 4;

function decodeLine(
  bytes: Uint8Array,
  start: number,
  end: number,
): { readonly text: string; readonly cut: boolean } {
  const text = decodeText(bytes.subarray(start, Math.min(end, start + lineBytes)));
  if (text.length <= contentLimits.lineLength) return { text, cut: false };
  const last = text.charCodeAt(contentLimits.lineLength - 1);
  // Not between the halves of a pair.
  const half = last >= 0xd800 && last <= 0xdbff ? 1 : 0;
  return { text: text.slice(0, contentLimits.lineLength - half), cut: true };
}

function lineEndsOf(bytes: Uint8Array, starts: readonly number[]): LineEnds {
  let crlf = 0;
  const ends = starts.length - 1;
  for (let i = 1; i < starts.length; i++) if (bytes[(starts[i] as number) - 2] === 13) crlf++;
  if (ends === 0) return 'none';
  return crlf === 0 ? 'lf' : crlf === ends ? 'crlf' : 'mixed';
}

const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** UTF-8; each byte that is none becomes the lone surrogate U+DC00 + byte, so that nothing is lost. */
export function decodeText(bytes: Uint8Array): string {
  try {
    return strict.decode(bytes);
  } catch {
    return decodeLoose(bytes);
  }
}

function decodeLoose(bytes: Uint8Array): string {
  let text = '';
  let sound = 0;
  for (let at = 0; at < bytes.length;) {
    const length = sequenceLength(bytes, at);
    if (length > 0) {
      at += length;
      continue;
    }
    text += strict.decode(bytes.subarray(sound, at));
    text += String.fromCharCode(0xdc00 + (bytes[at] as number));
    sound = ++at;
  }
  return text + strict.decode(bytes.subarray(sound));
}

/** Of the well-formed sequence that begins here (Unicode, table 3-7); 0 where none does. */
function sequenceLength(bytes: Uint8Array, at: number): number {
  const lead = bytes[at] as number;
  if (lead < 0x80) return 1;
  const second = bytes[at + 1] ?? 0;
  const follows = (offset: number): boolean => ((bytes[at + offset] ?? 0) & 0xc0) === 0x80;
  if (lead >= 0xc2 && lead <= 0xdf) return follows(1) ? 2 : 0;
  if (lead >= 0xe0 && lead <= 0xef) {
    const least = lead === 0xe0 ? 0xa0 : 0x80;
    const most = lead === 0xed ? 0x9f : 0xbf;
    return second >= least && second <= most && follows(2) ? 3 : 0;
  }
  if (lead >= 0xf0 && lead <= 0xf4) {
    const least = lead === 0xf0 ? 0x90 : 0x80;
    const most = lead === 0xf4 ? 0x8f : 0xbf;
    return second >= least && second <= most && follows(2) && follows(3) ? 4 : 0;
  }
  return 0;
}

const magic: readonly (readonly [string, string])[] = [
  ['7f454c46', 'ELF executable or library'],
  ['4d5a', 'Windows executable'],
  ['cffaedfe', 'Mach-O executable or library'],
  ['0061736d', 'WebAssembly module'],
  ['89504e47', 'PNG image'],
  ['ffd8ff', 'JPEG image'],
  ['47494638', 'GIF image'],
  ['25504446', 'PDF document'],
  ['504b0304', 'ZIP archive'],
  ['1f8b', 'gzip archive'],
  ['fd377a585a', 'XZ archive'],
  ['28b52ffd', 'Zstandard archive'],
  ['213c617263683e', 'static library'],
  ['53514c69746520', 'SQLite database'],
  ['fffe', 'text in UTF-16'],
  ['feff', 'text in UTF-16'],
];

function kindOf(bytes: Uint8Array): string | undefined {
  const head = toHex(bytes.subarray(0, 8));
  return magic.find(([prefix]) => head.startsWith(prefix))?.[1];
}
