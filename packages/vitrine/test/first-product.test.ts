// docs/first-product.md, as a newcomer follows it: every file is written and every command run, in order,
// in an empty folder, with nothing but Node and git on the machine.

import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { eventually } from '@vitrine/testkit';
import { readDocument } from './document.ts';
import { makeNewcomer, page, programs } from './newcomer.ts';

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
});
