// How the bytes of a file are laid out: regions that together cover it, without gap and without overlap.
// So whatever differs lies in a region, and a comparison by regions leaves nothing out.

export type Unpack = (packed: Uint8Array, maxBytes: number) => Promise<Uint8Array>;

export interface Region {
  readonly name: string;
  readonly start: number;
  /** Exclusive. */
  readonly end: number;
  /**
   * What lies in it: `content` may be of any format; `fields` are regions again, counted from its start;
   * what is packed is compared unpacked. Without it the bytes are compared as they are.
   */
  readonly inside?:
    | { readonly kind: 'content' }
    | { readonly kind: 'fields'; readonly fields: readonly Region[] }
    | { readonly kind: 'packed'; readonly unpack: Unpack };
}

/** Thrown where a file begins like a format and is none: it is then compared byte by byte, and said. */
export class Unreadable extends Error {}

export interface LayoutReader {
  readonly format: string;
  /** By its first bytes. */
  recognises(bytes: Uint8Array): boolean;
  /** Throws `Unreadable`; never reads more than `maxParts` parts. The regions need not be sorted or gapless. */
  read(bytes: Uint8Array, maxParts: number): readonly Region[];
}

/** Sorts, names what lies between, and refuses what overlaps or lies outside. */
export function tile(regions: readonly Region[], length: number): readonly Region[] {
  const sorted = regions.filter(({ start, end }) => end > start).toSorted((a, b) => a.start - b.start);
  const tiled: Region[] = [];
  let at = 0;
  let before = 'the beginning';
  for (const region of sorted) {
    if (region.start < at) throw new Unreadable(`${before} and ${region.name} overlap`);
    if (region.end > length) throw new Unreadable(`${region.name} lies beyond the end`);
    if (region.start > at) tiled.push({ name: `after ${before}`, start: at, end: region.start });
    tiled.push(region);
    at = region.end;
    before = region.name;
  }
  if (at < length) tiled.push({ name: `after ${before}`, start: at, end: length });
  return tiled;
}

/** Fields of fixed places: name, start, end. */
export function fieldsOf(
  fields: readonly (readonly [name: string, start: number, end: number])[],
): NonNullable<Region['inside']> {
  return { kind: 'fields', fields: fields.map(([name, start, end]) => ({ name, start, end })) };
}
