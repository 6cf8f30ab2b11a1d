// docs/first-product.md, as a newcomer follows it: every file is written and every command run, in order,
// in an empty folder, with nothing but Node and git on the machine.

import assert from 'node:assert/strict';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { eventually } from '@vitrine/testkit';
import { readDocument } from './document.ts';
import { makeNewcomer, page, programs, type Newcomer } from './newcomer.ts';

test('a newcomer publishes a first product by following the page', async (t) => {
  const newcomer = await makeNewcomer(t);
  const { folder } = newcomer;
  const skipped = {
    agent: !existsSync(programs['vitrine-agent']?.[1] ?? ''),
    compiler: !existsSync('/usr/bin/cc'),
  };
  if (skipped.agent) t.diagnostic('the agent is not in this tree: its commands are left out');
  if (skipped.compiler) t.diagnostic('there is no /usr/bin/cc here: the product in C is left out');

  let section = '';
  const printed: { readonly line: string; readonly text: string }[] = [];
  for (const piece of readDocument(page)) {
    if (piece.kind === 'heading') section = piece.text;
    if (section.includes('product in C') && skipped.compiler) continue;
    if (piece.kind === 'file') newcomer.write(piece.path, piece.content);
    if (piece.kind !== 'command') continue;
    if (piece.words[0] === 'vitrine-agent' && skipped.agent) continue;
    const started = performance.now();
    printed.push({ line: piece.line, text: await newcomer.command(piece) });
    t.diagnostic(`${((performance.now() - started) / 1000).toFixed(1)} s  ${piece.line.slice(0, 80)}`);
    // The first publication is the repository's own doing.
    if (piece.line.startsWith('vitrine repository run'))
      await eventually(() => existsSync(join(folder, 'vendor/public/metadata/timestamp.json')), 60_000);
  }

  const texts = (start: string): readonly string[] =>
    printed.filter(({ line }) => line.startsWith(start)).map(({ text }) => text);
  assert.match(texts('vitrine release show')[0] ?? '', /rebuild .*(north|south): reproduced/);
  if (!skipped.agent) {
    const [first, , afterWithdrawal] = texts('vitrine-agent update');
    assert.match(first ?? '', /^installed version 1\.0\.0, sequence 1/);
    assert.match(afterWithdrawal ?? '', /^went back to version 1\.0\.0, sequence 1/m);
  }
  const html = readFileSync(join(folder, 'vendor/public/release/hello/stable/2.html'), 'utf8');
  assert.match(html, /<span class="state bad">withdrawn<\/span>/);
  await aCenter(newcomer);
  if (!skipped.agent) await aYearLater(newcomer);
});

/** What is not on the page: who may read the source is logged, and the table in force is compared with it. */
async function aCenter(newcomer: Newcomer): Promise<void> {
  const say = (line: string): Promise<string> =>
    newcomer.command({ kind: 'command', words: line.split(' '), background: false, line });
  await say(
    'vitrine init center center --origin http://localhost:7440 --name Vendor --vendor vendor/public.json --root north/root.json --policy north/policy.json --source vendor/store/source',
  );
  const first = await say('vitrine center access publish center --vendor vendor');
  assert.match(first, /^logged [0-9a-f]{64}, entry [0-9]+/);
  assert.equal(await say('vitrine center access publish center --vendor vendor'), `already ${first}`);
  assert.match(
    await say('vitrine center access show center'),
    /^last logged {2}[0-9a-f]{64}, entry [0-9]+$/m,
  );
}

/** What is not on the page: a new root and a new policy reach the endpoint, and no supervisor objects. */
async function aYearLater(newcomer: Newcomer): Promise<void> {
  const say = (line: string): Promise<string> =>
    newcomer.command({ kind: 'command', words: line.split(' '), background: false, line });
  const hold = async (ceremony: number, what: string): Promise<string> => {
    await say(`vitrine ceremony plan vendor ${what}`);
    const plan = `vendor/drafts/ceremony-${ceremony}/plan.json`;
    const own = ['root-1', 'root-2', 'root-3'].map((name) => `--key vendor/keys/${name}.key`).join(' ');
    await say(`vitrine ceremony sign ${plan} --yes ${own}`);
    for (const who of ['north', 'south'])
      await say(`vitrine ceremony sign ${plan} --yes --key ${who}/keys/root.key`);
    return say('vitrine ceremony finish vendor');
  };
  assert.match(await hold(3, 'root'), /^published  root 2, policy 1/m);
  const toml = join(newcomer.folder, 'vendor/vendor.toml');
  writeFileSync(toml, readFileSync(toml, 'utf8').replace('max-age = 86400', 'max-age = 43200'));
  await say('vitrine policy draft vendor');
  assert.doesNotMatch(await hold(4, 'policy'), /^published/m, 'the targets still name the policy before');
  assert.match(await hold(5, 'targets'), /^published  root 2, policy 2/m);
  await say('vitrine-agent update --folder endpoint');
  assert.match(await say('vitrine-agent status --folder endpoint'), /^to come +policy version 2/m);
  assert.equal(await say('vitrine supervisor finding north'), '');
}
