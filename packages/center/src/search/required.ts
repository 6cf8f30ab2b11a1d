// What a blob must hold so that an expression can match: trigrams joined by and / or. `true` stands for
// "nothing can be said": then every blob is a candidate.

import type { Regex } from './regex.ts';
import { trigramsOf } from './trigrams.ts';

export type Required =
  | true
  | { readonly all: readonly (number | Required)[] }
  | { readonly any: readonly Required[] };

const most = { texts: 32, length: 64, set: 4 } as const;

export function allOf(parts: readonly Required[]): Required {
  const known = parts.filter((part) => part !== true);
  return known.length === 0 ? true : known.length === 1 ? (known[0] as Required) : { all: known };
}

export function anyOf(parts: readonly Required[]): Required {
  return parts.includes(true) ? true : parts.length === 1 ? (parts[0] as Required) : { any: parts };
}

/**
 * A text as it is. Where case is ignored, only the runs of ASCII in it say something: the index knows the
 * other case of ASCII letters alone.
 */
export function requiredByText(text: string, ignoreCase: boolean): Required {
  const runs = ignoreCase ? text.split(/[^\0-\x7f]+/) : [text];
  const trigrams = [...new Set(runs.flatMap((run) => trigramsOf(run)))];
  return trigrams.length === 0 ? true : { all: trigrams };
}

/** Texts of which each match of an expression is one, or what each match must hold. */
interface Knowledge {
  readonly exact: readonly string[] | undefined;
  readonly required: Required;
}

export function requiredByRegex(regex: Regex, ignoreCase: boolean): Required {
  const known = learn(regex, ignoreCase);
  return settle(known, ignoreCase);
}

function settle({ exact, required }: Knowledge, ignoreCase: boolean): Required {
  if (exact === undefined) return required;
  return anyOf(exact.map((text) => requiredByText(text, ignoreCase)));
}

const unknown: Knowledge = { exact: undefined, required: true };

function learn(regex: Regex, ignoreCase: boolean): Knowledge {
  switch (regex.kind) {
    case 'empty':
    case 'assertion':
      return { exact: [''], required: true };
    case 'character':
      return { exact: [String.fromCodePoint(regex.code)], required: true };
    case 'any':
      return unknown;
    case 'set':
      return learnSet(regex);
    case 'sequence':
      return learnSequence(regex.parts, ignoreCase);
    case 'choice': {
      const parts = regex.parts.map((part) => learn(part, ignoreCase));
      const exact = parts.flatMap((part) => part.exact ?? []);
      if (parts.every((part) => part.exact !== undefined) && exact.length <= most.texts)
        return { exact, required: true };
      return { exact: undefined, required: anyOf(parts.map((part) => settle(part, ignoreCase))) };
    }
    case 'repeat': {
      if (regex.least === 0) return unknown;
      const part = learn(regex.part, ignoreCase);
      if (regex.least === 1 && regex.most === 1) return part;
      return { exact: undefined, required: settle(part, ignoreCase) };
    }
  }
}

function learnSet({ negated, ranges, classes }: Extract<Regex, { kind: 'set' }>): Knowledge {
  const count = ranges.reduce((sum, [from, to]) => sum + to - from + 1, 0);
  if (negated || classes.length > 0 || count > most.set) return unknown;
  const exact = ranges.flatMap(([from, to]) =>
    Array.from({ length: to - from + 1 }, (_, i) => String.fromCodePoint(from + i)),
  );
  return { exact, required: true };
}

/** Neighbours that are known exactly are joined; what is not ends the run. */
function learnSequence(parts: readonly Regex[], ignoreCase: boolean): Knowledge {
  const required: Required[] = [];
  let run: readonly string[] = [''];
  let whole = true;
  const endRun = (): void => {
    required.push(settle({ exact: run, required: true }, ignoreCase));
    run = [''];
    whole = false;
  };
  for (const part of parts) {
    const known = learn(part, ignoreCase);
    if (known.exact === undefined) {
      endRun();
      required.push(known.required);
      // x+ begins with x: what stands before it goes on into it.
      continue;
    }
    const joined = run.flatMap((before) => (known.exact ?? []).map((after) => before + after));
    if (joined.length > most.texts || joined.some((text) => text.length > most.length)) {
      endRun();
      run = known.exact;
    } else run = joined;
  }
  if (whole) return { exact: run, required: true };
  required.push(settle({ exact: run, required: true }, ignoreCase));
  return { exact: undefined, required: allOf(required) };
}

/** The longest run of characters that every match holds. */
export function literalIn(regex: Regex): string {
  switch (regex.kind) {
    case 'character':
      return String.fromCodePoint(regex.code);
    case 'empty':
    case 'assertion':
    case 'any':
    case 'set':
    case 'choice':
      return '';
    case 'repeat':
      return regex.least === 0 ? '' : literalIn(regex.part);
    case 'sequence': {
      let longest = '';
      let run = '';
      for (const part of regex.parts) {
        run = part.kind === 'character' ? run + String.fromCodePoint(part.code) : '';
        const here = part.kind === 'character' ? run : literalIn(part);
        if (here.length > longest.length) longest = here;
      }
      return longest;
    }
  }
}
