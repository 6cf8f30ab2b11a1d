// What a comparison says. It explains and never decides: whether two things are the same is asked of
// their digests alone, before anything here is read.

export interface Content {
  readonly sha256: string;
  readonly size: number;
}

/** One place that differs. Nested as files are: a member of an archive, a section of a program. */
export interface Difference {
  /** Of a file: its path, every byte outside `!`–`~`, and `%`, as %XX. Of a part: what the format calls it. */
  readonly name: string;
  /** The format that was recognised on both sides, or how they were compared. */
  readonly as: string;
  /** Absent where this side has no such part. */
  readonly a?: Content;
  readonly b?: Content;
  /** Of the first byte that differs, counted from the beginning of this part. */
  readonly first?: number;
  /** Bytes that differ at equal offsets, and those that one side has more. Only where there are no parts. */
  readonly bytes?: number;
  /** Of text: the first line that differs, each side cut at 200 characters. */
  readonly line?: { readonly number: number; readonly a: string; readonly b: string };
  /** Why it was not looked into, or what the difference means. */
  readonly note?: string;
  readonly parts?: readonly Difference[];
}

export interface Comparison {
  readonly equal: boolean;
  readonly a: Content;
  readonly b: Content;
  readonly differences: readonly Difference[];
  /** Bytes of all differences, and of those whose file, member, section or line is named. */
  readonly differing: number;
  readonly explained: number;
  /** Differences beyond the limit of the list: counted in `differing`, not listed. */
  readonly omitted: number;
}

export interface CompareLimits {
  /** Of one file that is looked into; larger ones are compared byte by byte alone. */
  readonly fileBytes: number;
  /** Everything that is unpacked, together: against bombs. */
  readonly unpackedBytes: number;
  /** Archives in archives. */
  readonly depth: number;
  /** Members and sections of one archive or program. */
  readonly parts: number;
  /** Differences that are listed. */
  readonly listed: number;
}

export const compareLimits: CompareLimits = {
  fileBytes: 268_435_456,
  unpackedBytes: 1_073_741_824,
  depth: 8,
  parts: 50_000,
  listed: 2_000,
};
