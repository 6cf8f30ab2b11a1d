// Which blobs can hold a text at all: every three bytes of a blob, each byte folded into one of 64 classes, so
// that a trigram is a number of 18 bits. Folding is lossy on purpose (letters lose their case, kinds of white
// space are one): a candidate is always checked against the text itself, and small numbers index fast.

const classBits = 6;
/** How many trigrams there are. */
export const trigramCount: number = 1 << (3 * classBits);
/** Postings are kept by the first two classes of a trigram: 4,096 rows with 64 lists each. */
export const listsPerRow: number = 1 << classBits;

const classes = makeClasses();

function makeClasses(): Uint8Array {
  const table = new Uint8Array(256);
  for (let byte = 0; byte < 256; byte++) table[byte] = byte % 64;
  for (let i = 0; i < 26; i++) table[0x41 + i] = table[0x61 + i] = i;
  for (let i = 0; i < 10; i++) table[0x30 + i] = 26 + i;
  table[0x5f] = 36;
  for (const space of [0x09, 0x0a, 0x0b, 0x0c, 0x0d, 0x20]) table[space] = 37;
  let next = 38;
  for (const sign of '.,;:()[]{}<>=+-*/&|!"\'#\\%?') table[sign.charCodeAt(0)] = next++;
  // What is left of 64 is shared by the rest.
  for (const sign of '~^@$`') table[sign.charCodeAt(0)] = 63;
  return table;
}

/** The distinct trigrams of each blob, one after the other. Reused from blob to blob; one owner. */
export class TrigramScanner {
  readonly #seen = new Int32Array(trigramCount).fill(-1);
  #round = -1;

  /** Appends the distinct trigrams of `bytes` to `into`. */
  scan(bytes: Uint8Array, into: NumberList): void {
    if (bytes.length < 3) return;
    const seen = this.#seen;
    const round = ++this.#round;
    const { items, from } = into.room(Math.min(bytes.length, trigramCount));
    let length = from;
    let trigram = ((classes[bytes[0] as number] as number) << 6) | (classes[bytes[1] as number] as number);
    for (let i = 2; i < bytes.length; i++) {
      trigram = ((trigram << 6) | (classes[bytes[i] as number] as number)) & (trigramCount - 1);
      if (seen[trigram] === round) continue;
      seen[trigram] = round;
      items[length++] = trigram;
    }
    into.length = length;
  }
}

/** Numbers that grow without a copy for each. */
export class NumberList {
  items: Uint32Array = new Uint32Array(1 << 16);
  length = 0;

  room(more: number): { readonly items: Uint32Array; readonly from: number } {
    if (this.length + more > this.items.length) {
      const grown = new Uint32Array(Math.max(2 * this.items.length, this.length + more));
      grown.set(this.items.subarray(0, this.length));
      this.items = grown;
    }
    return { items: this.items, from: this.length };
  }
}

/**
 * The text of a blob in the form that is indexed. Two letters outside ASCII equal an ASCII letter when case is
 * ignored (long s, Kelvin sign); they are folded here and in queries, so that the index cannot miss them.
 */
export function foldText(text: string): string {
  return text.replaceAll('\u017f', 's').replaceAll('\u212a', 'k');
}

/** The trigrams that every text holding `literal` has. Distinct, ascending; none for fewer than three bytes. */
export function trigramsOf(literal: string): readonly number[] {
  const bytes = new TextEncoder().encode(foldText(literal));
  const list = new Set<number>();
  for (let i = 2; i < bytes.length; i++) {
    const [a, b, c] = [bytes[i - 2], bytes[i - 1], bytes[i]].map((byte) => classes[byte as number] as number);
    list.add(((a as number) << 12) | ((b as number) << 6) | (c as number));
  }
  return [...list].sort((a, b) => a - b);
}
