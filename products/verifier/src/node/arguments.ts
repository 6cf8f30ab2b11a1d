// The command line: what is asked, before anything is read.

import { parseArgs } from 'node:util';
import { formatTime, parseDecimal, parseTime, quote, type Expected } from '@vitrine/evidence';
import { fail } from '../codes.ts';

const demands = ['publication', 'consistency'] as const;

export interface Asked {
  readonly file: string;
  readonly evidence: string;
  readonly policy: string;
  readonly root: string;
  readonly publication: string | undefined;
  readonly state: string | undefined;
  readonly consistency: readonly string[];
  readonly expected: Expected;
  readonly demand: readonly (typeof demands)[number][];
  /** Seconds since 1970; undefined with --no-clock. */
  readonly now: number | undefined;
  readonly offline: boolean;
}

export const usage = `usage: node verifier.mjs FILE --evidence E --policy P --root R [options]

Judges FILE by the evidence about it: one line per check, then the verdict. Reads only the files
named, uses no network and writes nothing.

  --evidence FILE      the evidence about the artifact
  --policy FILE        the signed trust policy
  --root FILE          the pinned root of trust, obtained from somebody you trust
  --publication FILE   the publication: without it, freshness and withdrawals are unknown
  --state FILE         what was accepted before: "state" of an earlier --json answer
  --consistency FILE   a proof that one checkpoint extends another; may be repeated
  --product NAME  --channel NAME  --platform NAME
                       refuse a release of anything else
  --min-sequence N     refuse a release with a lower sequence
  --require WHAT       leave the verdict undecided without WHAT: publication or consistency
  --now TIME           judge as of this time (2026-11-24T09:00:00Z) instead of the clock
  --no-clock           judge without a clock: freshness stays unknown
  --offline            use the policy's longer limit for offline import
  --json               one JSON document instead of lines
  --help               this text

exit codes: 0 accepted; 1 a file cannot be read; 2 wrong usage; 3 refused, the evidence is bad;
5 cannot tell: evidence absent, undecided, or accepted but stale`;

const text = { type: 'string' } as const;
const flag = { type: 'boolean', default: false } as const;
const options = {
  evidence: text,
  policy: text,
  root: text,
  publication: text,
  state: text,
  consistency: { type: 'string', multiple: true },
  product: text,
  channel: text,
  platform: text,
  'min-sequence': text,
  require: { type: 'string', multiple: true },
  now: text,
  'no-clock': flag,
  offline: flag,
  json: flag,
  help: flag,
} as const;

/** `clock` answers seconds since 1970. */
export function parseArguments(args: readonly string[], clock: () => number): Asked | 'help' {
  const { values, positionals, tokens } = read(args);
  if (values.help) return 'help';
  const once = new Set<string>();
  for (const token of tokens) {
    if (token.kind !== 'option' || token.name === 'consistency' || token.name === 'require') continue;
    if (once.has(token.name)) throw fail('verifier.usage', `--${token.name} stands twice`);
    once.add(token.name);
  }
  const [file, extra] = positionals;
  if (file === undefined) throw fail('verifier.usage', 'no file to verify');
  if (extra !== undefined) throw fail('verifier.usage', `one file at a time; what is ${quote(extra)}?`);
  const { product, channel, platform, publication, state, consistency = [], offline } = values;
  return {
    file,
    evidence: required('evidence', values.evidence),
    policy: required('policy', values.policy),
    root: required('root', values.root),
    publication,
    state,
    consistency,
    expected: { product, channel, platform, minSequence: sequence(values['min-sequence']) },
    demand: (values.require ?? []).map(demandOf),
    now: time(values.now, values['no-clock'], clock),
    offline,
  };
}

function read(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options, allowPositionals: true, tokens: true });
  } catch (cause) {
    // The first sentence says what is wrong; the rest, on lines of its own, explains how to quote.
    const [said = ''] = cause instanceof Error ? cause.message.split(/\.\s/, 1) : [];
    throw fail(
      'verifier.usage',
      said.replace(/^./, (letter) => letter.toLowerCase()),
      { cause },
    );
  }
}

function required(name: string, value: string | undefined): string {
  if (value === undefined) throw fail('verifier.usage', `--${name} FILE is missing`);
  return value;
}

function sequence(value: string | undefined): number | undefined {
  if (value === undefined) return undefined;
  const least = parseDecimal(value);
  if (least === undefined || least < 1)
    throw fail('verifier.usage', `--min-sequence ${quote(value)} is no sequence`);
  return least;
}

function demandOf(value: string): (typeof demands)[number] {
  const found = demands.find((one) => one === value);
  if (found === undefined)
    throw fail('verifier.usage', `--require takes ${demands.join(' or ')}, not ${quote(value)}`);
  return found;
}

function time(value: string | undefined, none: boolean, clock: () => number): number | undefined {
  if (value === undefined) return none ? undefined : clock();
  if (none) throw fail('verifier.usage', '--now and --no-clock contradict each other');
  const seconds = parseTime(value);
  if (formatTime(seconds) !== value)
    throw fail('verifier.usage', `--now takes a time like 2026-11-24T09:00:00Z, not ${quote(value)}`);
  return seconds;
}
