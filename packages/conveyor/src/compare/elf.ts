// ELF (System V gABI): programs, libraries and objects, of both classes and byte orders. Sections are
// named; what no section covers is named by its segment, the rest as what it follows.

import { Unreadable, fieldsOf, type LayoutReader, type Region } from './layout.ts';
import { beginsWith, nameIn, viewOf, within } from './numbers.ts';

/** Offsets of what is read, in the header of the file, of a section and of a segment. */
const forms = {
  32: {
    header: 52,
    phoff: 28,
    shoff: 32,
    phentsize: 42,
    section: 40,
    segment: 32,
    offset: 16,
    size: 20,
    segOffset: 4,
    segSize: 16,
  },
  64: {
    header: 64,
    phoff: 32,
    shoff: 40,
    phentsize: 54,
    section: 64,
    segment: 56,
    offset: 24,
    size: 32,
    segOffset: 8,
    segSize: 32,
  },
} as const;

const noBits = 8;
const mostSegments = 64;
const segmentNames: Readonly<Record<number, string>> = {
  1: 'load',
  2: 'dynamic',
  3: 'interpreter',
  4: 'note',
  6: 'headers',
  7: 'thread',
};

export const elf: LayoutReader = {
  format: 'elf',
  recognises: (bytes) =>
    bytes.length >= 64 &&
    beginsWith(bytes, '\x7fELF') &&
    [1, 2].includes(bytes[4] as number) &&
    [1, 2].includes(bytes[5] as number),
  read(bytes, maxParts) {
    const file = open(bytes);
    const { form, sections, segments } = file;
    const named = sectionsOf(file, maxParts);
    const pieces = segmentsOf(file);
    const regions = [
      { name: 'ELF header', start: 0, end: form.header, inside: fieldsOf(headerFields[form.header]) },
      tableOf('section headers', sections, form.section, named),
      tableOf('program headers', segments, form.segment, pieces),
      ...named,
    ];
    return [...regions, ...uncovered(regions, pieces)];
  },
};

const headerFields = {
  52: [
    ['identification', 0, 16],
    ['type', 16, 18],
    ['machine', 18, 20],
    ['version', 20, 24],
    ['entry point', 24, 28],
    ['place of the program headers', 28, 32],
    ['place of the section headers', 32, 36],
    ['flags', 36, 40],
    ['sizes and counts', 40, 52],
  ],
  64: [
    ['identification', 0, 16],
    ['type', 16, 18],
    ['machine', 18, 20],
    ['version', 20, 24],
    ['entry point', 24, 32],
    ['place of the program headers', 32, 40],
    ['place of the section headers', 40, 48],
    ['flags', 48, 52],
    ['sizes and counts', 52, 64],
  ],
} as const;

/** Headers of equal size, each named by what it is about. */
function tableOf(name: string, { at, count }: Table, size: number, about: readonly Region[]): Region {
  const fields = Array.from({ length: count }, (_, i) => ({
    name: `header of ${about[i]?.name ?? i}`,
    start: i * size,
    end: (i + 1) * size,
  }));
  return { name, start: at, end: at + count * size, inside: { kind: 'fields', fields } };
}

interface Table {
  readonly at: number;
  readonly count: number;
}

interface File {
  readonly bytes: Uint8Array;
  readonly form: (typeof forms)[32 | 64];
  readonly sections: Table;
  readonly segments: Table;
  /** Index of the section that holds the names. */
  readonly names: number;
  readonly word: (at: number) => number;
  /** 4 or 8 bytes, by class. */
  readonly offset: (at: number) => bigint;
}

function open(bytes: Uint8Array): File {
  const is64 = bytes[4] === 2;
  const little = bytes[5] === 1;
  const form = forms[is64 ? 64 : 32];
  const view = viewOf(bytes);
  const offset = (at: number): bigint =>
    is64 ? view.getBigUint64(at, little) : BigInt(view.getUint32(at, little));
  const half = (at: number): number => view.getUint16(at, little);
  const [segmentSize, segments, sectionSize, sections, names] = [0, 2, 4, 6, 8].map((add) =>
    half(form.phentsize + add),
  ) as [number, number, number, number, number];
  if ((segments > 0 && segmentSize !== form.segment) || (sections > 0 && sectionSize !== form.section))
    throw new Unreadable('its headers have another size than the format gives them');
  return {
    bytes,
    form,
    word: (at) => view.getUint32(at, little),
    offset,
    names,
    segments: { at: within(offset(form.phoff), bytes.length, 'the table of segments'), count: segments },
    sections: { at: within(offset(form.shoff), bytes.length, 'the table of sections'), count: sections },
  };
}

function sectionsOf(file: File, maxParts: number): readonly Region[] {
  const { bytes, form, sections } = file;
  if (sections.count > maxParts) throw new Unreadable(`more than ${maxParts} sections`);
  within(sections.at + sections.count * form.section, bytes.length, 'the table of sections');
  const ranges = Array.from({ length: sections.count }, (_, i) => {
    const at = sections.at + i * form.section;
    const isEmpty = i === 0 || file.word(at + 4) === noBits; // Without bytes in the file.
    const start = isEmpty ? 0 : within(file.offset(at + form.offset), bytes.length, `section ${i}`);
    const end = isEmpty
      ? 0
      : within(BigInt(start) + file.offset(at + form.size), bytes.length, `section ${i}`);
    return { name: file.word(at), start, end };
  });
  const names = ranges[file.names];
  const text = names === undefined ? new Uint8Array(0) : bytes.subarray(names.start, names.end);
  return ranges.map(({ name, start, end }, i) => ({ name: sectionName(text, name, i), start, end }));
}

function sectionName(names: Uint8Array, at: number, index: number): string {
  return index > 0 && at < names.length ? nameIn(names.subarray(at)) : `section ${index}`;
}

function segmentsOf({ bytes, form, segments, word, offset }: File): readonly Region[] {
  // Programs have about a dozen; the work grows with their square.
  if (segments.count > mostSegments) throw new Unreadable(`more than ${mostSegments} segments`);
  within(segments.at + segments.count * form.segment, bytes.length, 'the table of segments');
  return Array.from({ length: segments.count }, (_, i) => {
    const at = segments.at + i * form.segment;
    const start = within(offset(at + form.segOffset), bytes.length, `segment ${i}`);
    const end = within(BigInt(start) + offset(at + form.segSize), bytes.length, `segment ${i}`);
    return { name: `segment ${i} (${segmentNames[word(at)] ?? 'other'})`, start, end };
  });
}

/** The pieces of segments that no region covers; each byte goes to the smallest segment that has it. */
function uncovered(regions: readonly Region[], segments: readonly Region[]): readonly Region[] {
  const found: Region[] = [];
  for (const segment of segments.toSorted((a, b) => a.end - a.start - (b.end - b.start))) {
    const taken = [...regions, ...found]
      .filter(({ start, end }) => end > start && end > segment.start && start < segment.end)
      .sort((a, b) => a.start - b.start);
    let at = segment.start;
    for (const { start, end } of taken) {
      if (start > at) found.push({ name: segment.name, start: at, end: start });
      at = Math.max(at, end);
    }
    if (at < segment.end) found.push({ name: segment.name, start: at, end: segment.end });
  }
  return found;
}
