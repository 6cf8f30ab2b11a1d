import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import {
  formatTranscript,
  generalise,
  matchLine,
  parseTranscript,
  replay,
  temporaryDirectory,
} from '@vitrine/testkit';

const skip = process.platform === 'win32' && 'needs a POSIX shell';

const sample = `# What this shows.

$ greet world
hello world

# and then it fails
$ greet
[stderr]
greet: whom?
[exit 2]

$ cat notes
\\# a heading
\\$ not a command
\\[exit 3]
\\\\ a backslash

  indented

-- notes --
# a heading
$ not a command
[exit 3]
\\ a backslash

  indented
`;

const greet = `const [whom] = process.argv.slice(1);
if (whom === undefined) { console.error('greet: whom?'); process.exit(2); }
console.log('hello ' + whom);`;
const options = { commands: { greet: [process.execPath, '-e', greet, '--'] } };

function transcript(t: TestContext, text: string): { readonly path: string; readonly folder: string } {
  const top = temporaryDirectory(t);
  const folder = join(top, 'run');
  mkdirSync(folder);
  const path = join(top, 'sample.txt');
  writeFileSync(path, text);
  return { path, folder };
}

test('a transcript is read and written back the same', () => {
  const parsed = parseTranscript(sample);
  assert.equal(formatTranscript(parsed), sample);
  assert.deepEqual(
    parsed.steps.map(({ command, exit }) => [command, exit]),
    [
      ['greet world', 0],
      ['greet', 2],
      ['cat notes', 0],
    ],
  );
  assert.deepEqual(parsed.steps[1]?.stderr, ['greet: whom?']);
  assert.deepEqual(parsed.steps[2]?.stdout, [
    '# a heading',
    '$ not a command',
    '[exit 3]',
    '\\ a backslash',
    '',
    '  indented',
  ]);
  assert.deepEqual([...parsed.files.keys()], ['notes']);
});

test('output before any command is a fault of the transcript', () => {
  assert.throws(() => parseTranscript('hello\n$ x\n'), /line 1: output before the first command/);
});

test('a true transcript passes', { skip }, async (t) => {
  const { path, folder } = transcript(t, sample);
  await replay(path, folder, options);
});

const lies = [
  ['another output', 'hello world', 'hello there'],
  ['a missing line', 'hello world\n', ''],
  ['an extra line', 'hello world\n', 'hello world\nand all\n'],
  ['another status', '[exit 2]', '[exit 3]'],
  ['no status', '[exit 2]\n', ''],
  ['another error output', 'greet: whom?', 'greet: who?'],
  ['output on the wrong stream', '[stderr]\n', ''],
] as const;

for (const [what, from, to] of lies) {
  test(`${what} fails`, { skip }, async (t) => {
    const { path, folder } = transcript(t, sample.replace(from, to));
    await assert.rejects(replay(path, folder, options), { code: 'ERR_ASSERTION' });
  });
}

test('commands see the given environment, an own home and nothing else', { skip }, async (t) => {
  process.env['VITRINE_LEAK'] = 'secret';
  t.after(() => delete process.env['VITRINE_LEAK']);
  const text = '$ echo $VITRINE_LEAK$GIVEN $TZ $NO_COLOR $LC_ALL; pwd\nyes UTC 1 C.UTF-8\n<dir>\n';
  const { path, folder } = transcript(t, text);
  await replay(path, folder, { ...options, env: { GIVEN: 'yes' } });
});

test('commands start nothing of the machine by name', { skip }, async (t) => {
  const { path, folder } = transcript(t, '$ awk\n[stderr]\n<text>awk<text>\n[exit 127]\n');
  await replay(path, folder, options);
});

test(
  'files are shown, cut, changed and opened to others without the tools of a system',
  { skip },
  async (t) => {
    const text = `$ replace two 2 notes; chmod 600 notes; cat notes
one
2 two
three
$ cat notes | head 2 | upper
ONE
2 TWO
-- notes --
one
two two
three
`;
    const { path, folder } = transcript(t, text);
    await replay(path, folder, options);
    assert.equal(statSync(join(folder, 'work/notes')).mode & 0o777, 0o600);
  },
);

test('an update keeps lines that match and rewrites those that do not', { skip }, async (t) => {
  process.env['UPDATE_TRANSCRIPTS'] = '1';
  t.after(() => delete process.env['UPDATE_TRANSCRIPTS']);
  const { path, folder } = transcript(
    t,
    '# kept\n$ echo 41; echo took 12 ms; echo 2026-11-24T01:02:03Z; exit 5\n<n>\nold\n',
  );
  await replay(path, folder, options);
  assert.equal(
    readFileSync(path, 'utf8'),
    '# kept\n$ echo 41; echo took 12 ms; echo 2026-11-24T01:02:03Z; exit 5\n<n>\ntook <ms> ms\n<time>\n[exit 5]\n',
  );
});

test('a transcript that an update wrote passes afterwards', { skip }, async (t) => {
  const { path, folder } = transcript(
    t,
    "$ greet\n$ printf '\\n\\n$ x\\n# y\\n\\n\\\\z\\n\\n'; echo e >&2\n",
  );
  process.env['UPDATE_TRANSCRIPTS'] = '1';
  await replay(path, folder, options);
  delete process.env['UPDATE_TRANSCRIPTS'];
  const again = join(folder, 'again');
  mkdirSync(again);
  await replay(path, again, options);
});

const digest = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';
const lines = [
  ['sha256 <hex64>', `sha256 ${digest}`, true],
  ['sha256 <hex64>', `sha256 ${digest.slice(1)}`, false],
  ['sha256 <hex64>', `sha256 ${digest}0`, false],
  ['sha256 <hex64>', `sha256 ${digest.toUpperCase()}`, false],
  ['<n> entries in <ms> ms', '15 entries in 3.25 ms', true],
  ['<n> entries', '-1 entries', false],
  ['at <time>', 'at 2026-11-24T02:00:00Z', true],
  ['at <time>', 'at yesterday', false],
  ['http://127.0.0.1:<port>/', 'http://127.0.0.1:38467/', true],
  ['see <path>', 'see /tmp/x', true],
  ['see <path>', 'see x', false],
  ['<text>', 'whatever', true],
  ['a.c', 'abc', false],
  ['<unknown>', '<unknown>', true],
  ['<n:a> of <n:a>', '7 of 7', true],
  ['<n:a> of <n:a>', '7 of 8', false],
] as const;

for (const [expected, actual, matches] of lines) {
  test(`${expected} ${matches ? 'takes' : 'does not take'} ${actual.slice(0, 30)}`, () => {
    assert.equal(matchLine(expected, actual, new Map()), matches);
  });
}

test('a name binds the value that it met first', () => {
  const bindings = new Map<string, string>();
  assert.ok(matchLine('commit <hex8:commit>', 'commit deadbeef', bindings));
  assert.ok(matchLine('built <hex8:commit> <hex8>', 'built deadbeef 00000000', bindings));
  assert.ok(!matchLine('built <hex8:commit>', 'built 00000000', bindings));
  assert.ok(matchLine('<n:commit>', '5', bindings));
});

test('what never comes twice is generalised, digests are not', () => {
  assert.equal(
    generalise(`2026-11-24T02:00:00.5Z ${digest} 12.5 ms 3ms 127.0.0.1:8080 4 items`),
    `<time> ${digest} <ms> ms <ms>ms 127.0.0.1:<port> 4 items`,
  );
});
