// The Center on a repository of some four million lines: index, search, symbols; then its pages in a browser.

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Report } from '../tools/bench-types.ts';
import { openCorpus } from './center/corpus.ts';
import { benchPages } from './center/pages.ts';
import { benchSearch } from './center/search.ts';

export default async function (report: Report): Promise<void> {
  const corpus = await openCorpus();
  const folder = await mkdtemp(join(tmpdir(), 'vitrine-bench-'));
  try {
    report({
      name: `lines of ${corpus.name}`,
      value: corpus.lines,
      unit: 'lines',
      goal: null,
      better: 'higher',
    });
    await benchSearch(corpus, folder, report);
    await benchPages(corpus, folder, report);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
