// Valid inputs, slightly broken. A parser may accept a variant or refuse it by a typed error;
// anything else that it throws is a fault, reported with what it takes to see it again.

import { isVitrineError, toBase64, utf8 } from '@vitrine/evidence';
import { randomFrom, type Random } from './random.ts';

/** What parsers of this project stumble over, if over anything. */
const tokens: readonly Uint8Array[] = [
  '\n',
  '\n\n',
  '\r\n',
  ' ',
  '\t',
  '\0',
  '"',
  '\\',
  '\\u0000',
  '\\ud800',
  '{',
  '}',
  '[',
  ']',
  '[[[[[[[[',
  ':',
  ',',
  '=',
  '==',
  '+',
  '-',
  '/',
  '.',
  '0',
  '00',
  '-0',
  '1e400',
  '9007199254740993',
  '18446744073709551616',
  'null',
  'true',
  '{"a":1,"a":2}',
  '"__proto__":',
  '"toString":',
  '\u2014 ',
  '\u00a0',
  '\u2028',
  '\ufeff',
  'e\u0301',
  '%2e%2e%2f',
  '../',
  'xn--',
  '\u202e',
]
  .map(utf8)
  .concat([
    Uint8Array.of(0xff),
    Uint8Array.of(0xc0, 0x80),
    Uint8Array.of(0xed, 0xa0, 0x80),
    Uint8Array.of(0xf4, 0x90, 0x80, 0x80),
    Uint8Array.of(0xff, 0xff, 0xff, 0xff),
    Uint8Array.of(0x80, 0, 0, 0),
    new Uint8Array(8),
    new Uint8Array(64).fill(0x41),
  ]);

type Mutation = (input: Uint8Array, random: Random) => Uint8Array;

function spliced(input: Uint8Array, start: number, removed: number, added: Uint8Array): Uint8Array {
  const output = new Uint8Array(input.length - removed + added.length);
  output.set(input.subarray(0, start));
  output.set(added, start);
  output.set(input.subarray(start + removed), start + added.length);
  return output;
}

function withByte(input: Uint8Array, change: (byte: number) => number, random: Random): Uint8Array {
  const output = input.slice();
  const at = random.below(output.length);
  if (output.length > 0) output[at] = change(output[at] ?? 0);
  return output;
}

function sliceOf(input: Uint8Array, random: Random): readonly [number, number] {
  const start = random.below(input.length + 1);
  const length = random.below(Math.min(input.length - start, random.below(4) === 0 ? 256 : 16) + 1);
  return [start, length];
}

const nothing = new Uint8Array(0);

const mutations: readonly Mutation[] = [
  function flipBit(input, random) {
    return withByte(input, (byte) => byte ^ (1 << random.below(8)), random);
  },
  function setByte(input, random) {
    return withByte(input, () => random.below(256), random);
  },
  function nudgeByte(input, random) {
    return withByte(input, (byte) => byte + (random.below(2) === 0 ? 1 : -1), random);
  },
  function insertByte(input, random) {
    return spliced(input, random.below(input.length + 1), 0, Uint8Array.of(random.below(256)));
  },
  function removeSlice(input, random) {
    const [start, length] = sliceOf(input, random);
    return spliced(input, start, length, nothing);
  },
  function repeatSlice(input, random) {
    const [start, length] = sliceOf(input, random);
    return spliced(input, start, 0, input.subarray(start, start + length));
  },
  function moveSlice(input, random) {
    const [start, length] = sliceOf(input, random);
    const rest = spliced(input, start, length, nothing);
    return spliced(rest, random.below(rest.length + 1), 0, input.subarray(start, start + length));
  },
  function overwriteSlice(input, random) {
    const [start, length] = sliceOf(input, random);
    const [to] = sliceOf(input, random);
    return spliced(input, to, Math.min(length, input.length - to), input.subarray(start, start + length));
  },
  function truncate(input, random) {
    return input.slice(0, random.below(input.length + 1));
  },
  function beginLater(input, random) {
    return input.slice(random.below(input.length + 1));
  },
  function spliceToken(input, random) {
    return spliced(input, random.below(input.length + 1), 0, tokens[random.below(tokens.length)] ?? nothing);
  },
  function replaceByToken(input, random) {
    const [start, length] = sliceOf(input, random);
    return spliced(input, start, length, tokens[random.below(tokens.length)] ?? nothing);
  },
];

/** `count` variants of `input`, one to four mutations each; the same seed gives the same ones. */
export function* mutate(
  seed: number,
  input: Uint8Array,
  count: number,
): Generator<Uint8Array, void, undefined> {
  const random = randomFrom(seed);
  for (let i = 0; i < count; i++) {
    let variant = input;
    for (let rounds = 1 + (random.below(2) === 0 ? 0 : random.below(4)); rounds > 0; rounds--) {
      variant = (mutations[random.below(mutations.length)] as Mutation)(variant, random);
    }
    yield variant;
  }
}

export interface MutationReport {
  readonly accepted: number;
  readonly refused: number;
  /** How often each error code was met. */
  readonly codes: ReadonlyMap<string, number>;
}

class Tally {
  #accepted = 0;
  #refused = 0;
  readonly #codes = new Map<string, number>();

  accept(): void {
    this.#accepted++;
  }

  refuse(error: unknown, variant: Uint8Array, input: number): void {
    if (!isVitrineError(error)) throw untyped(error, variant, input, this.#accepted + this.#refused);
    this.#refused++;
    this.#codes.set(error.code, (this.#codes.get(error.code) ?? 0) + 1);
  }

  report(): MutationReport {
    if (this.#refused === 0) throw new Error(`none of ${this.#accepted} mutated inputs was refused`);
    return { accepted: this.#accepted, refused: this.#refused, codes: this.#codes };
  }
}

function untyped(error: unknown, variant: Uint8Array, input: number, number: number): Error {
  const what = error instanceof Error ? `${error.name}: ${error.message}` : `not an Error: ${String(error)}`;
  return new Error(
    `variant ${number}, of input ${input}, was refused by no VitrineError but by ${what}\n` +
      `the input again: Buffer.from('${toBase64(variant)}', 'base64')`,
    { cause: error },
  );
}

/** 50,000 in `npm test`; the soak sets VITRINE_MUTATIONS=1000000. */
export function mutationCount(): number {
  const wanted = Number(process.env['VITRINE_MUTATIONS'] ?? 50_000);
  if (!Number.isSafeInteger(wanted) || wanted < 1)
    throw new TypeError('VITRINE_MUTATIONS is not a positive integer');
  return wanted;
}

/**
 * Gives `parse` the seeds, which it must accept, and `count` mutated variants of them in turn.
 * Throws, with a reproducer, unless each is accepted or refused by a VitrineError, and some refused.
 */
export function everyParserRefuses(
  parse: (input: Uint8Array) => unknown,
  seeds: readonly Uint8Array[],
  count: number = mutationCount(),
  seed = 1,
): MutationReport {
  for (const valid of seeds) {
    if (parse(valid) instanceof Promise)
      throw new TypeError('this parser is asynchronous: use everyAsyncParserRefuses');
  }
  const tally = new Tally();
  using _ = withoutStacks();
  for (const [variant, input] of variants(seeds, count, seed)) {
    try {
      parse(variant);
      tally.accept();
    } catch (error) {
      tally.refuse(error, variant, input);
    }
  }
  return tally.report();
}

/** A million refusals are made here, and most of the time of one is its stack, which nobody reads. */
function withoutStacks(): Disposable {
  const usual = Error.stackTraceLimit;
  Error.stackTraceLimit = 0;
  return {
    [Symbol.dispose]: () => {
      Error.stackTraceLimit = usual;
    },
  };
}

/** The same for a parser or verifier that answers by a promise. */
export async function everyAsyncParserRefuses(
  parse: (input: Uint8Array) => Promise<unknown>,
  seeds: readonly Uint8Array[],
  count: number = mutationCount(),
  seed = 1,
): Promise<MutationReport> {
  for (const valid of seeds) await parse(valid);
  const tally = new Tally();
  using _ = withoutStacks();
  for (const [variant, input] of variants(seeds, count, seed)) {
    try {
      await parse(variant);
      tally.accept();
    } catch (error) {
      tally.refuse(error, variant, input);
    }
  }
  return tally.report();
}

function* variants(
  seeds: readonly Uint8Array[],
  count: number,
  seed: number,
): Generator<readonly [Uint8Array, number], void, undefined> {
  if (seeds.length === 0) throw new TypeError('no valid input to mutate');
  for (const [i, valid] of seeds.entries()) {
    const share = Math.floor(count / seeds.length) + (i < count % seeds.length ? 1 : 0);
    for (const variant of mutate(seed + i, valid, share)) yield [variant, i];
  }
}
