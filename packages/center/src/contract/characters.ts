// Characters that make source read otherwise than it runs. Server and pages use this one table: the server
// counts them, the pages draw each as a mark in its place and never hand the character to the browser.

export type MarkKind = 'bidi' | 'invisible' | 'control' | 'invalid';

export interface Mark {
  readonly kind: MarkKind;
  /** What stands in the place of the character: `U+202E`, `\xFF`. */
  readonly label: string;
  readonly name: string;
}

/**
 * Everything that is drawn as a mark. A byte that is no UTF-8 travels as the lone surrogate U+DC00 + byte;
 * text that is UTF-8 holds none.
 */
export const markedCharacter: RegExp =
  /[\p{Default_Ignorable_Code_Point}\p{Surrogate}\0-\x08\x0B-\x1F\x7F-\x9F\u2028\u2029\uFFF9-\uFFFB]/gu;

const bidi: Readonly<Record<string, string>> = {
  '\u061C': 'Arabic letter mark',
  '\u200E': 'left-to-right mark',
  '\u200F': 'right-to-left mark',
  '\u202A': 'left-to-right embedding',
  '\u202B': 'right-to-left embedding',
  '\u202C': 'pop directional formatting',
  '\u202D': 'left-to-right override',
  '\u202E': 'right-to-left override',
  '\u2066': 'left-to-right isolate',
  '\u2067': 'right-to-left isolate',
  '\u2068': 'first strong isolate',
  '\u2069': 'pop directional isolate',
};

const invisible: Readonly<Record<string, string>> = {
  '\u00AD': 'soft hyphen',
  '\u200B': 'zero width space',
  '\u200C': 'zero width non-joiner',
  '\u200D': 'zero width joiner',
  '\u2028': 'line separator',
  '\u2029': 'paragraph separator',
  '\u2060': 'word joiner',
  '\u3164': 'Hangul filler',
  '\uFEFF': 'byte order mark',
  '\uFFA0': 'halfwidth Hangul filler',
};

export function markOf(character: string): Mark {
  const code = character.codePointAt(0) ?? 0;
  if (code >= 0xdc80 && code <= 0xdcff) {
    const byte = (code - 0xdc00).toString(16).toUpperCase();
    return { kind: 'invalid', label: `\\x${byte}`, name: `the byte ${byte}, which is no UTF-8 here` };
  }
  const label = `U+${code.toString(16).toUpperCase().padStart(4, '0')}`;
  const direction = bidi[character];
  if (direction !== undefined) return { kind: 'bidi', label, name: direction };
  if (code < 0x20 || (code >= 0x7f && code <= 0x9f))
    return { kind: 'control', label, name: 'control character' };
  return { kind: 'invisible', label, name: invisible[character] ?? 'invisible character' };
}

/** A carriage return that ends a line is its line end, not a mark. */
export function withoutLineEnd(line: string): string {
  return line.endsWith('\r') ? line.slice(0, -1) : line;
}
