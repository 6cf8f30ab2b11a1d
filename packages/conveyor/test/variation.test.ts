import assert from 'node:assert/strict';
import { mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { temporaryDirectory } from '@vitrine/testkit';
import { chooseSandbox, variations, variationsHere, varySandbox } from '../src/index.ts';
import { describeVariations, inNode, shownBy } from './surroundings.ts';

const { sandbox: plain } = await chooseSandbox('none');

describeVariations('without a sandbox', plain, inNode, false);

test('without a sandbox user and host name cannot be varied, and it says why', async () => {
  const impossible = (await variationsHere(plain)).filter(({ why: no }) => no === 'there is no sandbox');
  assert.deepEqual(
    impossible.map(({ variation }) => variation),
    ['user', 'host-name'],
  );
  assert.equal((await variationsHere(plain)).length, variations.length);
});

test('a varied build leaves no folder behind', async (t) => {
  const shown = await shownBy(t, 'process.cwd()', inNode, plain);
  const folder = join(temporaryDirectory(t), 'tmp');
  mkdirSync(folder);
  const before = process.env['TMPDIR'];
  process.env['TMPDIR'] = folder;
  t.after(() => {
    if (before === undefined) delete process.env['TMPDIR'];
    else process.env['TMPDIR'] = before;
  });
  const listed = await shown(await varySandbox(plain, ['directory', 'home']));
  assert.ok(listed.startsWith(folder), listed);
  assert.deepEqual(readdirSync(folder), []);
});
