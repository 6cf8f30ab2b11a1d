import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fromHex, fromUtf8, parseJson, utf8, VitrineError } from '@vitrine/evidence';
import {
  everyAsyncParserRefuses,
  everyParserRefuses,
  mutate,
  mutationCount,
  randomFrom,
} from '@vitrine/testkit';

const input = utf8('{"name":"value","list":[1,2,3],"digest":"e3b0c44298fc1c14"}');

test('the same seed gives the same variants, another seed others', () => {
  const all = (seed: number): string[] =>
    [...mutate(seed, input, 500)].map((bytes) => Buffer.from(bytes).toString('hex'));
  assert.deepEqual(all(7), all(7));
  assert.notDeepEqual(all(7), all(8));
});

test('a longer run begins with the shorter one', () => {
  const short = [...mutate(3, input, 100)];
  assert.deepEqual([...mutate(3, input, 200)].slice(0, 100), short);
});

test('variants are many, mostly different, and leave the input alone', () => {
  const copy = input.slice();
  const seen = new Set([...mutate(1, input, 5_000)].map((bytes) => Buffer.from(bytes).toString('hex')));
  assert.deepEqual(input, copy);
  assert.ok(seen.size > 3_500, `${seen.size} different`);
});

test('every position is touched, at both ends too', () => {
  const touched = new Set<number>();
  for (const variant of mutate(1, input, 20_000)) {
    if (variant.length === input.length)
      for (let i = 0; i < input.length; i++) if (variant[i] !== input[i]) touched.add(i);
  }
  assert.equal(touched.size, input.length);
});

for (const length of [0, 1, 2]) {
  test(`an input of ${length} bytes can be mutated`, () => {
    const lengths = new Set([...mutate(1, new Uint8Array(length), 2_000)].map((bytes) => bytes.length));
    assert.ok(lengths.has(0) && lengths.size > 3);
  });
}

test('a strict parser passes, and its codes are counted', () => {
  const { accepted, refused, codes } = everyParserRefuses((bytes) => parseJson(bytes), [input], 5_000);
  assert.equal(accepted + refused, 5_000);
  assert.ok(accepted > 100 && refused > 1_000);
  assert.ok((codes.get('json.syntax') ?? 0) > 500);
});

test('any other error is reported with the input that caused it', () => {
  const lenient = (bytes: Uint8Array): unknown => JSON.parse(fromUtf8(bytes));
  assert.throws(
    () => everyParserRefuses(lenient, [input], 5_000),
    (error: Error) => {
      assert.match(
        error.message,
        /^variant \d+, of input 0, was refused by no VitrineError but by SyntaxError: /,
      );
      const base64 = /Buffer\.from\('([^']*)', 'base64'\)/.exec(error.message)?.[1] ?? '';
      assert.throws(() => lenient(Buffer.from(base64, 'base64')), SyntaxError);
      assert.ok(error.cause instanceof SyntaxError);
      return true;
    },
  );
});

test('a parser that refuses nothing, refuses valid input, or answers by a promise is no test', async () => {
  assert.throws(() => everyParserRefuses(() => 1, [input], 100), /none of 100 mutated inputs was refused/);
  assert.throws(() => everyParserRefuses(() => fromHex('x'), [input], 100), VitrineError);
  assert.throws(() => everyParserRefuses(() => 1, [], 100), /no valid input/);
  assert.throws(() => everyParserRefuses(() => Promise.resolve(), [input], 100), /everyAsyncParserRefuses/);
  await assert.rejects(
    everyAsyncParserRefuses(() => Promise.resolve(), [input], 100),
    /none of 100/,
  );
});

test('several valid inputs share the count', async () => {
  const tried = new Map<number, number>();
  const second = utf8('[]'.padStart(2_000));
  const { accepted, refused } = await everyAsyncParserRefuses(
    async (bytes) => {
      tried.set(bytes.length > 1_000 ? 1 : 0, (tried.get(bytes.length > 1_000 ? 1 : 0) ?? 0) + 1);
      await Promise.resolve();
      return parseJson(bytes);
    },
    [input, second],
    1_001,
  );
  assert.equal(accepted + refused, 1_001);
  assert.ok((tried.get(0) ?? 0) > 400 && (tried.get(1) ?? 0) > 300);
});

test('the count comes from the environment, and nonsense is refused', (t) => {
  const before = process.env['VITRINE_MUTATIONS'];
  t.after(() => {
    if (before === undefined) delete process.env['VITRINE_MUTATIONS'];
    else process.env['VITRINE_MUTATIONS'] = before;
  });
  delete process.env['VITRINE_MUTATIONS'];
  assert.equal(mutationCount(), 50_000);
  process.env['VITRINE_MUTATIONS'] = '1000000';
  assert.equal(mutationCount(), 1_000_000);
  for (const bad of ['', '0', '-1', 'many', '1.5']) {
    process.env['VITRINE_MUTATIONS'] = bad;
    assert.throws(() => mutationCount(), TypeError);
  }
});

test('random numbers stay in their range and fill it evenly', () => {
  const random = randomFrom(42);
  const counts = Array<number>(10).fill(0);
  for (let i = 0; i < 100_000; i++) {
    const n = random.below(10);
    counts[n] = (counts[n] ?? 0) + 1;
  }
  assert.equal(counts.length, 10);
  for (const count of counts) assert.ok(count > 9_500 && count < 10_500, String(count));
});
