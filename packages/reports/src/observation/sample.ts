// Samples: files themselves. They go in pieces, each a record of its own, so that an interrupted transfer
// goes on where it stopped; and only programs and scripts go without a yes for the very file (D21).

import { equal, utf8 } from '@vitrine/evidence';

export interface SampleLimits {
  /** Bytes of a piece; the last one may be shorter. */
  readonly piece: number;
  readonly pieces: number;
  /** Bytes of a whole sample. */
  readonly bytes: number;
}

export const sampleLimits: SampleLimits = { piece: 256 * 1024, pieces: 256, bytes: 64 * 1024 * 1024 };

export type SampleCategory = 'program' | 'script' | 'document' | 'archive' | 'other';

/** How many pieces a file of this size has, and how long this one is. */
export function pieceSize(size: number, piece: number): number {
  return Math.min(sampleLimits.piece, size - piece * sampleLimits.piece);
}

/**
 * Whether the owner must say yes for this very file. An archive may hold documents, and what is in it is
 * not looked at here; a file of unknown kind may be one.
 */
export function needsFileYes(category: SampleCategory): boolean {
  return category !== 'program' && category !== 'script';
}

/** Letters with which a letter may begin, too: a program only where what follows is no text. */
const lettered: readonly Uint8Array[] = [utf8('MZ'), utf8('dex\n')];
/** The headers behind these letters have zeros before that. */
const headerSize = 64;
const programs: readonly Uint8Array[] = [
  Uint8Array.of(0x7f, 0x45, 0x4c, 0x46), // ELF
  Uint8Array.of(0xfe, 0xed, 0xfa, 0xce), // Mach-O, both widths and byte orders, and fat
  Uint8Array.of(0xfe, 0xed, 0xfa, 0xcf),
  Uint8Array.of(0xce, 0xfa, 0xed, 0xfe),
  Uint8Array.of(0xcf, 0xfa, 0xed, 0xfe),
  Uint8Array.of(0xca, 0xfe, 0xba, 0xbe), // and class files
  Uint8Array.of(0x00, 0x61, 0x73, 0x6d), // WebAssembly
];
const archives: readonly Uint8Array[] = [
  utf8('PK'),
  utf8('Rar!'),
  utf8('7z'),
  Uint8Array.of(0x1f, 0x8b),
  utf8('BZh'),
  Uint8Array.of(0xfd, 0x37, 0x7a, 0x58, 0x5a),
  Uint8Array.of(0x28, 0xb5, 0x2f, 0xfd),
  utf8('MSCF'),
];
const documents: readonly Uint8Array[] = [
  utf8('%PDF'),
  utf8('{\\rtf'),
  Uint8Array.of(0xd0, 0xcf, 0x11, 0xe0), // the compound files of older office programs
];

/**
 * The category by the first bytes, never by the name: a document that is called .exe is a document still.
 * Office documents of today are archives. A script is told by its first line alone, because every other
 * text may be a letter.
 */
export function categoryOf(head: Uint8Array): SampleCategory {
  const begins = (all: readonly Uint8Array[]): boolean =>
    all.some((magic) => head.length >= magic.length && equal(head.subarray(0, magic.length), magic));
  if (begins(documents)) return 'document';
  if (begins(archives)) return 'archive';
  if (begins(programs) || (begins(lettered) && !isText(head.subarray(0, headerSize)))) return 'program';
  if (begins([utf8('#!/')])) return 'script';
  return 'other';
}

/** Whether it may be one, in any encoding that has the letters of ASCII: no control character but blanks. */
function isText(bytes: Uint8Array): boolean {
  return bytes.every((byte) => byte >= 0x20 || (byte >= 0x09 && byte <= 0x0d));
}
