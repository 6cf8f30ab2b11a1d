// C2SP signed-note v1.0.0. A note is text ending in a newline, an empty line, and signature lines
//   — name base64(4-byte key ID ‖ signature)
// Everything here is attacker-controlled until a signature of a known key has verified.

import { concat, equal, fromBase64, fromUtf8, quote, toBase64, toHex, utf8 } from './bytes.ts';
import { fail } from './codes.ts';
import { isKeyName, type VerifierKey } from './vkey.ts';

export const noteLimits = { bytes: 1_048_576, signatures: 100 } as const;

export interface NoteSignature {
  readonly name: string;
  /** Four bytes. */
  readonly id: Uint8Array;
  /** What follows the key ID: a plain signature, or timestamp ‖ signature for cosignatures. */
  readonly blob: Uint8Array;
}

export interface Note {
  /** The signed text, with its final newline. */
  readonly text: string;
  readonly signatures: readonly NoteSignature[];
}

export function parseNote(bytes: Uint8Array): Note {
  if (bytes.length > noteLimits.bytes)
    throw fail('note.size', `a note of ${bytes.length} bytes; at most ${noteLimits.bytes}`);
  const whole = fromUtf8(bytes);
  const control = whole.search(/[\u0000-\u0009\u000b-\u001f]/);
  if (control >= 0) throw fail('note.control', 'a control character in a note', { at: control });
  // The text may hold empty lines: the signatures follow the last one.
  const blank = whole.lastIndexOf('\n\n');
  if (blank < 0) throw fail('note.syntax', 'no empty line between text and signatures');
  const text = whole.slice(0, blank + 1);
  const lines = whole.slice(blank + 2).split('\n');
  if (lines.pop() !== '') throw fail('note.syntax', 'the last signature line does not end in a newline');
  if (lines.length === 0) throw fail('note.syntax', 'a note without a signature line');
  if (lines.length > noteLimits.signatures) {
    throw fail('note.size', `${lines.length} signature lines; at most ${noteLimits.signatures}`);
  }
  return { text, signatures: lines.map(parseSignatureLine) };
}

/** One line without its newline. */
export function parseSignatureLine(line: string, index = 0): NoteSignature {
  const at = index + 1;
  const parts = line.split(' ');
  const [dash, name, encoded] = parts;
  if (parts.length !== 3 || dash !== '—' || name === undefined || encoded === undefined) {
    throw fail('note.signature-line', `signature line ${at} is not "— name base64": ${quote(line)}`, { at });
  }
  if (!isKeyName(name))
    throw fail('note.signature-line', `signature line ${at} has no valid key name`, { at });
  const blob = fromBase64(encoded);
  if (blob.length < 5)
    throw fail('note.signature-line', `signature line ${at} is too short to hold a key ID and a signature`, {
      at,
    });
  return { name, id: blob.slice(0, 4), blob: blob.slice(4) };
}

export function formatSignatureLine({ name, id, blob }: NoteSignature): string {
  return `— ${name} ${toBase64(concat(id, blob))}\n`;
}

export function formatNote({ text, signatures }: Note): Uint8Array {
  return utf8(`${text}\n${signatures.map(formatSignatureLine).join('')}`);
}

/** The signatures that claim to be by this key; names and IDs are hints until they verify. */
export function signaturesBy(note: Note, key: Pick<VerifierKey, 'name' | 'id'>): readonly NoteSignature[] {
  return note.signatures.filter(({ name, id }) => name === key.name && equal(id, key.id));
}

/** For messages: which (name, key ID) a line carries. */
export function describeSignature({ name, id }: NoteSignature): string {
  return `${name}+${toHex(id)}`;
}
