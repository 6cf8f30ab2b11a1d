import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

const main = fileURLToPath(new URL('../src/start.mjs', import.meta.url));

function complete(words: readonly string[]): string {
  const script = spawnSync(process.execPath, [main, 'completion', 'bash'], { encoding: 'utf8' }).stdout;
  const line = words.map((word) => `'${word}'`).join(' ');
  const ask = `${script}\nCOMP_WORDS=(${line}); COMP_CWORD=${words.length - 1}; _vitrine; echo "\${COMPREPLY[*]}"`;
  return spawnSync('bash', ['-c', ask], { encoding: 'utf8' }).stdout.trim();
}

const cases: readonly (readonly [string, readonly string[], RegExp])[] = [
  ['the commands', ['vitrine', ''], /\bverify\b.*\bdoctor\b/],
  ['one command by its beginning', ['vitrine', 'ver'], /^verify verify-source$/],
  ['the verbs of a noun', ['vitrine', 'log', ''], /init run add proof fsck/],
  ['the options of a verb', ['vitrine', 'log', 'init', '--or'], /^--origin$/],
];

for (const [what, words, expected] of cases) {
  test(`bash completes ${what}`, () => {
    assert.match(complete(words), expected);
  });
}
