// The body of a review: the one text that is shown, committed to and signed. The page composes it before
// the reviewer's eyes, and the server composes it again and compares, so both use this file alone. Its
// form is described in docs/spec/review.md.

import { toHex, utf8, type Sha256 } from '@vitrine/evidence';

export type VerdictWord = 'no objection' | 'remarks' | 'objection';
export const verdictWords: readonly VerdictWord[] = ['no objection', 'remarks', 'objection'];

export type Severity = 'note' | 'minor' | 'major' | 'critical';
export const severities: readonly Severity[] = ['note', 'minor', 'major', 'critical'];

export const reviewLimits = {
  /** Characters of the reviewer's own words. */
  text: 20_000,
  /** Characters of a question or an answer. */
  post: 10_000,
  /** Findings in a review, and characters of each: a whole review fits into one request. */
  findings: 30,
  finding: 2_000,
  /** Characters of a whole body. */
  body: 120_000,
} as const;

export interface ReviewFinding {
  readonly severity: Severity;
  /** In the form of tree listings; null: the finding is about the tree. */
  readonly path: string | null;
  readonly first: number | null;
  readonly last: number | null;
  readonly text: string;
}

export interface ReviewContent {
  readonly tree: string;
  readonly releases: readonly {
    readonly product: string;
    readonly channel: string;
    readonly version: string;
  }[];
  readonly verdict: VerdictWord;
  readonly read: {
    readonly files: number;
    readonly of: number;
    /** SHA-256 of the paths read, each with a line end: what was read is committed to, and not told. */
    readonly list: string;
  };
  readonly findings: readonly ReviewFinding[];
  readonly text: string;
}

/** What a review says of the files that were read: by whoever has the list, and for whoever signs it. */
export function readOf(paths: readonly string[], of: number, sha256: Sha256): ReviewContent['read'] {
  return {
    files: paths.length,
    of,
    list: toHex(sha256(utf8(paths.map((path) => `${path}\n`).join('')))),
  };
}

const firstLine = 'Vitrine review, form 1';

/** What the head of a body says; undefined for what is no body of this form. */
export function readReview(
  body: string,
): { readonly tree: string; readonly verdict: VerdictWord } | undefined {
  const [form, tree, ...rest] = body.split('\n');
  const said = rest.find((line) => !line.startsWith('release: '));
  const verdict = verdictWords.find((word) => said === `verdict: ${word}`);
  if (form !== firstLine || tree?.startsWith('tree: ') !== true || verdict === undefined) return undefined;
  return { tree: tree.slice('tree: '.length), verdict };
}

export function composeReview({ tree, releases, verdict, read, findings, text }: ReviewContent): string {
  const lines = [
    firstLine,
    `tree: ${tree}`,
    ...releases.map(({ product, channel, version }) => `release: ${product} ${channel} ${version}`),
    `verdict: ${verdict}`,
    `read: ${read.files} of ${read.of} files`,
    `read list: ${read.list}`,
  ];
  for (const finding of findings) {
    lines.push(`finding: ${finding.severity}, ${placeOf(finding)}`);
    lines.push(...finding.text.split('\n').map((line) => `  ${line}`));
  }
  lines.push('', text);
  return `${lines.join('\n')}\n`;
}

function placeOf({ path, first, last }: ReviewFinding): string {
  if (path === null) return 'the tree';
  return first === null ? path : `${path} lines ${first}-${last ?? first}`;
}

const refusedCharacters = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]/;

/** What is wrong with a text that somebody writes; undefined for a good one. */
export function textFault(text: string, most: number): string | undefined {
  if (text.trim() === '') return 'it is empty';
  if (text.length > most) return `it has ${text.length} characters; at most ${most}`;
  if (!text.isWellFormed()) return 'it has half a surrogate pair';
  return refusedCharacters.test(text) ? 'it has a control character' : undefined;
}

/** Line ends of any system become one: the text that is signed is the text that is seen. */
export function normaliseText(text: string): string {
  return text.replaceAll(/\r\n?/g, '\n').trimEnd();
}
