// A verdict in words: the same lines on a terminal and in a browser, and what they do not say. The
// sentences on what is proven are those of docs/design/protocol.md, "What may be claimed"; none is bigger.

import { evidenceErrors } from '../codes.ts';
import type { ErrorTable } from '../errors.ts';
import { checkNames, type Check, type CheckName, type Outcome } from './trial.ts';

/** What a check asks for; the detail of the check says what was found. */
const asked: Readonly<Record<CheckName, string>> = {
  policy: 'a trust policy that the threshold of the pinned root signed and whose own rules hold',
  evidence: 'well-formed evidence about exactly these bytes',
  log: 'a checkpoint that the log of the policy signed',
  witnesses: 'cosignatures on the checkpoint by a quorum of witnesses',
  inclusion: 'for every statement, a path to the root of the checkpoint',
  signatures: 'valid signatures of keys that the policy lists, each for its kind and its place in the log',
  release: 'a release of this artifact, as what was expected and not older than what was accepted before',
  order: 'the order that the release names, for the same product and version',
  source: 'the source tree that the order names',
  provenance: 'a build by the listed builder, of this order, source and materials, that gave this artifact',
  rebuilds: 'the same bytes from as many independent rebuilders as the policy asks for, and no other bytes',
  holds: 'no upheld difference and no withdrawal in the evidence',
  publication: 'a publication under a checkpoint that log and witnesses signed',
  published: 'a publication by the publisher, in its place, not older than what was accepted before',
  active: 'no hold and no withdrawal in force',
  history: 'checkpoints that are one history',
  freshness: 'a publication no older than the policy allows, by a clock that can tell',
};

export function askedBy(name: CheckName): string {
  return asked[name];
}

const marks: Readonly<Record<Check['outcome'], readonly [symbol: string, word: string]>> = {
  passed: ['✓', 'passed'],
  refused: ['✗', 'refused'],
  unknown: ['?', 'cannot tell'],
  skipped: ['–', 'not given'],
};

const errors: ErrorTable = evidenceErrors;

/** A check for a reader. `expected` and `remedy` stand only where something is left to do. */
export interface CheckReport {
  readonly name: CheckName;
  readonly symbol: string;
  readonly word: string;
  readonly found: string;
  readonly expected?: string;
  readonly code?: string;
  readonly remedy?: string;
}

export interface VerdictReport {
  readonly headline: string;
  /** What the verdict claims. */
  readonly claims: readonly string[];
  /** What nobody may read into it. */
  readonly limits: readonly string[];
}

export function describeCheck({ name, outcome, detail, code, remedy }: Check): CheckReport {
  const [symbol, word] = marks[outcome];
  const report = { name, symbol, word, found: printable(detail) };
  if (code === undefined) return report;
  // A check that leaves open and goes on (stale) has a code, too; its remedy stands in the table.
  const next = remedy ?? errors[code]?.remedy;
  return { ...report, expected: asked[name], code, ...(next === undefined ? {} : { remedy: next }) };
}

export function describeVerdict(outcome: Outcome): VerdictReport {
  switch (outcome.verdict) {
    case 'accepted':
      return accepted(outcome);
    case 'refused':
      return {
        headline: `refused: ${meaningOf(outcome.code)}`,
        claims: ['Do not install and do not trust this file on this evidence.', ...notMade(outcome)],
        limits: ['A refusal does not say who is at fault: a damaged file is refused like a forged one.'],
      };
    case 'undecided':
      return {
        headline: `undecided: ${meaningOf(outcome.code)}`,
        claims: [
          'Neither good nor bad: what was given does not decide. Do not install on it.',
          ...notMade(outcome),
        ],
        limits: [],
      };
  }
}

function accepted({ freshness, checks }: Outcome): VerdictReport {
  const published = checks.some(({ name }) => name === 'published');
  return {
    headline: {
      fresh: 'accepted, fresh',
      stale: 'accepted, but stale',
      unknown: 'accepted, freshness unknown',
    }[freshness],
    claims: [
      'Your bytes are in the public log: built from the audited source, with the opaque materials that the order names (Node, compilers, prebuilt binaries) and those of the building machine (its C library and base tools), and rebuilt from the same order to the same bytes.',
      {
        fresh:
          'No client-specific message can change what runs; anyone can be shown an older state for at most the maxAge of the policy, the longer one where offline import was asked for.',
        stale: 'Stale forbids installing, never running: fetch the current publication.',
        unknown: published
          ? 'Ordering needs no clock; freshness without one is unknown.'
          : 'Without a publication, freshness is unknown, and so is every hold or withdrawal that is not in the evidence.',
      }[freshness],
    ],
    limits: [
      'A rebuild says that the source gives these bytes, not that the source is good; rebuilders that share our code share its bugs.',
      'Whether the same bytes behave differently by machine, only source review answers.',
      ...(checks.some(({ name, outcome }) => name === 'history' && outcome === 'unknown')
        ? ['Not all checkpoints were compared: that they are one history is not shown.']
        : []),
    ],
  };
}

/** "The release is on hold." as the end of a line. */
function meaningOf(code = ''): string {
  const meaning = errors[code]?.meaning;
  return meaning === undefined ? code : meaning.charAt(0).toLowerCase() + meaning.slice(1, -1);
}

function notMade({ checks }: Outcome): readonly string[] {
  const last = checks.at(-1);
  const rest = last === undefined ? [] : checkNames.slice(checkNames.indexOf(last.name) + 1);
  return rest.length === 0 ? [] : [`Not made, because ${last?.name} decided: ${rest.join(', ')}.`];
}

/** One line per check, more for one that did not pass; then the verdict and what it claims. */
export function describeOutcome(outcome: Outcome): readonly string[] {
  const width = Math.max(...checkNames.map((name) => name.length));
  const margin = ' '.repeat(width + 4);
  const lines = outcome.checks
    .map(describeCheck)
    .flatMap((check) => [
      `${check.symbol} ${check.name.padEnd(width)}  ${check.found}`,
      ...(check.expected === undefined ? [] : [`${margin}expected: ${check.expected}`]),
      ...(check.code === undefined ? [] : [`${margin}code: ${check.code}`]),
      ...(check.remedy === undefined ? [] : [`${margin}remedy: ${check.remedy}`]),
    ]);
  const { headline, claims, limits } = describeVerdict(outcome);
  return [
    ...lines,
    '',
    headline,
    ...claims.map((sentence) => `  ${sentence}`),
    ...limits.map((sentence) => `  (${sentence})`),
  ];
}

/** The exit code of a command that ends with this verdict: stale is no leave to install (D7). */
export function exitOf({ verdict, freshness }: Outcome): 0 | 3 | 5 {
  if (verdict === 'refused') return 3;
  return verdict === 'undecided' || freshness === 'stale' ? 5 : 0;
}

/** Details may quote hostile files: nothing in them may move a cursor or turn the direction of a line. */
function printable(text: string): string {
  return text.replaceAll(
    /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Co}\p{Cs}]/gu,
    (character) => `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`,
  );
}
