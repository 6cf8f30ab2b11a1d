import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { everyParserRefuses, repositoryRoot } from '@vitrine/testkit';
import { parseRecipe } from '../src/index.ts';
import { refusal } from './helpers.ts';

const integrity = `sha512-${'A'.repeat(86)}==`;
const whole = `recipe = 1

[product]
name = "verifier"
version = "1.2.3"

[build]
command = ["node", "build.mjs"]
outputs = ["b.html", "a/b.mjs"]
clock = 1700000000
sandbox = "required"

[npm]
workspace = "products/verifier"

[toolchain.node]
version = "26.10.0"

[toolchain.npm]
version = "11.19.1"
integrity = "${integrity}"

[parameters]
CHANNEL = "stable"

[limits]
seconds = 60
output-bytes = 1000000
log-bytes = 2000
memory-bytes = 1000000000
processes = 64
files = 1000
disk-bytes = 3000000
`;
const smallest = `recipe = 1
product.name = "p"
build.command = ["true"]
build.outputs = ["o"]
`;

const parse = (text: string | Uint8Array): unknown => parseRecipe(Buffer.from(text));

describe('a recipe', () => {
  test('is read whole, with outputs sorted', () => {
    assert.deepEqual(parse(whole), {
      product: 'verifier',
      version: '1.2.3',
      command: ['node', 'build.mjs'],
      outputs: ['a/b.mjs', 'b.html'],
      clock: 1_700_000_000,
      sandbox: true,
      npm: { workspace: 'products/verifier', version: '11.19.1', integrity },
      node: { version: '26.10.0' },
      parameters: { CHANNEL: 'stable' },
      limits: {
        seconds: 60,
        outputBytes: 1_000_000,
        logBytes: 2000,
        memoryBytes: 1_000_000_000,
        processes: 64,
        files: 1000,
        diskBytes: 3_000_000,
      },
    });
  });

  test('has defaults for all but product, command and outputs', () => {
    assert.deepEqual(parse(smallest), {
      product: 'p',
      command: ['true'],
      outputs: ['o'],
      clock: 'commit',
      sandbox: false,
      parameters: {},
      limits: {
        seconds: 600,
        outputBytes: 268_435_456,
        logBytes: 1_048_576,
        memoryBytes: 4_294_967_296,
        processes: 1024,
        files: 200_000,
        diskBytes: 4_294_967_296,
      },
    });
  });

  test('may use the pinned Node without npm', () => {
    assert.deepEqual((parse(`${smallest}toolchain.node.version = "26.10.0"\n`) as { node: unknown }).node, {
      version: '26.10.0',
    });
  });

  test('of the verifier of this repository is a recipe', () => {
    const file = readFileSync(join(repositoryRoot, 'products/verifier/conveyor.toml'));
    assert.equal(parseRecipe(file).product, 'verifier');
  });

  test('as the specification shows it is a recipe', () => {
    const page = readFileSync(join(repositoryRoot, 'docs/spec/conveyor-toml.md'), 'utf8');
    const [, example] = /```toml\n([^`]*)```/.exec(page) ?? [];
    assert.equal(parseRecipe(Buffer.from(example ?? '')).product, 'verifier');
  });

  test('refused by key names the line', () => {
    assert.throws(
      () => parse(whole.replace('seconds = 60', 'seconds = 0')),
      /\/limits\/seconds: expected an integer from 1 to 86400 \(line 27\)/,
    );
  });

  test('with broken TOML names line and column', () => {
    assert.throws(() => parse('recipe = 1\n[product\n'), refusal('recipe.syntax', 'line 2, column 9'));
  });
});

/** What is replaced by what, and the refusal with its place. */
const faults: readonly (readonly [string, string, string, (string | number)?])[] = [
  ['recipe = 1', 'recipe = 2', 'recipe.field', '/recipe'],
  ['recipe = 1', '', 'recipe.field', ''],
  ['recipe = 1', 'recipe = 1\nextra = 1', 'recipe.field', ''],
  ['recipe = 1', 'recipe = 1.0', 'recipe.field', '/recipe'],
  ['recipe = 1', 'recipe = 1979-05-27T07:32:00Z', 'recipe.field', '/recipe'],
  ['name = "verifier"', 'name = "Verifier"', 'recipe.field', '/product/name'],
  ['name = "verifier"', 'name = ""', 'recipe.field', '/product/name'],
  ['name = "verifier"', 'name = 7', 'recipe.field', '/product/name'],
  ['name = "verifier"', '', 'recipe.field', '/product'],
  ['name = "verifier"', 'name = "verifier"\nowner = "x"', 'recipe.field', '/product'],
  ['version = "1.2.3"', 'version = "1 2"', 'recipe.field', '/product/version'],
  ['command = ["node", "build.mjs"]', 'command = []', 'recipe.field', '/build/command'],
  ['command = ["node", "build.mjs"]', 'command = "node build.mjs"', 'recipe.field', '/build/command'],
  ['command = ["node", "build.mjs"]', 'command = ["a\\u0000b"]', 'recipe.field', '/build/command/0'],
  ['command = ["node", "build.mjs"]', 'command = ["a", 1]', 'recipe.field', '/build/command/1'],
  ['"a/b.mjs"]', '"../b.mjs"]', 'recipe.field', '/build/outputs/1'],
  ['"a/b.mjs"]', '"/b.mjs"]', 'recipe.field', '/build/outputs/1'],
  ['"a/b.mjs"]', '"a/./b"]', 'recipe.field', '/build/outputs/1'],
  ['"a/b.mjs"]', '"a\\\\b"]', 'recipe.field', '/build/outputs/1'],
  ['"a/b.mjs"]', '"b.html"]', 'recipe.field', '/build/outputs/1'],
  ['"a/b.mjs"]', '"B.HTML"]', 'recipe.field', '/build/outputs/1'],
  ['"a/b.mjs"]', '"b.html/c"]', 'recipe.field', '/build/outputs/1'],
  ['"a/b.mjs"]', '"a/b.mjs", "A"]', 'recipe.field', '/build/outputs/2'],
  ['"a/b.mjs"]', '"a/b.mjs", "A/c"]', 'recipe.field', '/build/outputs/2'],
  ['outputs = ["b.html", "a/b.mjs"]', 'outputs = []', 'recipe.field', '/build/outputs'],
  ['clock = 1700000000', 'clock = -1', 'recipe.field', '/build/clock'],
  ['clock = 1700000000', 'clock = 1e9', 'recipe.field', '/build/clock'],
  ['clock = 1700000000', 'clock = 9007199254740993', 'recipe.field', '/build/clock'],
  ['clock = 1700000000', 'clock = "now"', 'recipe.field', '/build/clock'],
  ['sandbox = "required"', 'sandbox = true', 'recipe.field', '/build/sandbox'],
  ['workspace = "products/verifier"', 'workspace = "../x"', 'recipe.field', '/npm/workspace'],
  ['version = "26.10.0"', 'version = "^26.0.0"', 'recipe.field', '/toolchain/node/version'],
  ['version = "11.19.1"', 'version = "latest"', 'recipe.field', '/toolchain/npm/version'],
  [integrity, 'sha1-2jmj7l5rSw0yVb/vlWAYkK/YBwk=', 'recipe.field', '/toolchain/npm/integrity'],
  ['CHANNEL = "stable"', 'channel = "stable"', 'recipe.field', '/parameters'],
  ['CHANNEL = "stable"', 'CHANNEL = "two words"', 'recipe.field', '/parameters/CHANNEL'],
  ['CHANNEL = "stable"', 'CHANNEL = true', 'recipe.field', '/parameters/CHANNEL'],
  ['CHANNEL = "stable"', 'PATH = "/bin"', 'recipe.parameter', '/parameters/PATH'],
  ['CHANNEL = "stable"', 'LD_PRELOAD = "x.so"', 'recipe.parameter', '/parameters/LD_PRELOAD'],
  ['CHANNEL = "stable"', 'NODE_OPTIONS = "--x"', 'recipe.parameter', '/parameters/NODE_OPTIONS'],
  ['CHANNEL = "stable"', 'SOURCE_DATE_EPOCH = "1"', 'recipe.parameter', '/parameters/SOURCE_DATE_EPOCH'],
  ['seconds = 60', 'seconds = 86401', 'recipe.field', '/limits/seconds'],
  ['output-bytes = 1000000', 'output-bytes = 0', 'recipe.field', '/limits/output-bytes'],
  ['log-bytes = 2000', 'log_bytes = 2000', 'recipe.field', '/limits'],
  ['memory-bytes = 1000000000', 'memory-bytes = 0', 'recipe.field', '/limits/memory-bytes'],
  ['processes = 64', 'processes = 1000001', 'recipe.field', '/limits/processes'],
  ['files = 1000', 'files = "many"', 'recipe.field', '/limits/files'],
  ['disk-bytes = 3000000', 'disk-bytes = -1', 'recipe.field', '/limits/disk-bytes'],
  ['[npm]\nworkspace = "products/verifier"', '', 'recipe.toolchain', '/npm'],
  ['[toolchain.node]\nversion = "26.10.0"', '', 'recipe.toolchain', '/toolchain/node'],
  [
    `[toolchain.npm]\nversion = "11.19.1"\nintegrity = "${integrity}"`,
    '',
    'recipe.toolchain',
    '/toolchain/npm',
  ],
  ['[product]', '[product]\n__proto__ = 1', 'recipe.syntax'],
  ['[product]', '[[product]]', 'recipe.field', '/product'],
  ['[limits]', '[product]', 'recipe.syntax', 'line 26, column 2'],
];

describe('a recipe is refused', () => {
  for (const [old, replacement, code, at] of faults) {
    test(`${code} ${at ?? ''}: ${JSON.stringify(replacement)} for ${JSON.stringify(old)}`, () => {
      assert.ok(whole.includes(old));
      assert.throws(() => parse(whole.replace(old, replacement)), refusal(code, at));
    });
  }

  test('when it is too large, not UTF-8, or empty', () => {
    assert.throws(() => parse(`#${' '.repeat(65_536)}`), refusal('recipe.size'));
    assert.throws(() => parse(Uint8Array.of(0xff)), refusal('recipe.syntax'));
    assert.throws(() => parse(''), refusal('recipe.field', ''));
  });

  test('by a typed error whatever is broken in it', () => {
    const report = everyParserRefuses(parseRecipe, [Buffer.from(whole), Buffer.from(smallest)]);
    assert.ok(report.refused > 1000);
  });
});
