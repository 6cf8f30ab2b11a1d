// kill -9 of the indexer: what is there is whole, and the next one goes on from it.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { Searcher } from '../src/search/execute.ts';
import { parseQuery } from '../src/search/query.ts';
import { openIndexReader } from '../src/search/schema.ts';
import { Corpus } from './search-corpus.ts';

describe('indexing that is killed', () => {
  it('goes on where it was and ends with the same answers', async (t) => {
    const corpus = new Corpus(t);
    const files: Record<string, string> = {};
    for (let i = 0; i < 400; i++)
      files[`d${String(i % 7)}/f${String(i)}.c`] =
        `int f${String(i)}(void) { return g${String(i % 5)}(); }\n`.repeat(20);
    await corpus.add('p', files);
    const job = { path: join(corpus.folder, 'search.db'), store: corpus.storeFolder, careful: false };
    const tree = corpus.trees[0];
    assert.ok(tree !== undefined);
    let kills = 0;
    // Each round is killed a little later than the one before, until one ends by itself.
    for (let wait = 1; ; wait = Math.ceil(wait * 1.6)) {
      const child = spawn(
        process.execPath,
        [
          join(import.meta.dirname, 'index-child.ts'),
          JSON.stringify({ ...job, tree: { digest: tree.digest, files: tree.files } }),
        ],
        { stdio: ['ignore', 'pipe', 'inherit'] },
      );
      const ended = once(child, 'exit');
      await once(child.stdout, 'data'); // It has opened the index.
      const timer = setTimeout(() => child.kill('SIGKILL'), wait);
      const [code] = (await ended) as [number | null];
      clearTimeout(timer);
      if (code === 0) break;
      kills++;
      assert.equal(code, null);
      if (kills > 3) continue;
      // Whatever it had done, what is there is whole.
      const database = openIndexReader(job.path);
      assert.deepEqual({ ...database.prepare('PRAGMA integrity_check').get() }, { integrity_check: 'ok' });
      const searcher = new Searcher(database);
      const { files: found } = searcher.search(parseQuery('return'), { whole: [tree.digest], part: [] }, 1);
      const texts = Number(database.prepare('SELECT count(DISTINCT blob) AS n FROM unit').get()?.['n']);
      assert.equal(found, Math.min(texts, 400));
      database.close();
    }
    assert.ok(kills > 0, 'no round was killed');
    const search = await corpus.search(t);
    const page = await search.search(
      { reader: { account: undefined, name: undefined, groups: [] }, turn: 'a' },
      'return file:d3/',
      1,
    );
    assert.equal(page.files, 57);
    assert.equal(page.index.percent, 100);
    assert.equal(page.index.symbolsPercent, 100);
  });
});
