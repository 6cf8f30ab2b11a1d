// Search as a reader meets it: what may be read, in results, counts, facets and suggestions; expressions that
// explode; too many questions; releases that come in later.

import assert from 'node:assert/strict';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { isVitrineError } from '@vitrine/evidence';
import { hostErrors } from '@vitrine/host';
import { indexAll } from '../src/search/run.ts';
import { anyone, Corpus, everything, nothing, only, reader } from './search-corpus.ts';

const ask = (account?: string): { reader: ReturnType<typeof reader>; turn: string } => ({
  reader: account === undefined ? anyone : reader(account),
  turn: account ?? 'anyone',
});

const secret = 'int secret_function(void) { return hidden_word; }\n';

async function twoTiers(t: Parameters<Corpus['search']>[0]): Promise<{
  corpus: Corpus;
  search: Awaited<ReturnType<Corpus['search']>>;
}> {
  const corpus = new Corpus(t);
  await corpus.add('agent', {
    'open/main.c': 'int main(void) { return shared_word; }\n',
    'closed/secret.c': `${secret}int shared_word;\n`,
    'closed/secret_notes.py': 'def secret_notes(): shared_word\n',
  });
  await corpus.add('engine', { 'closed/engine.go': 'package e\nfunc SecretEngine() { shared_word() }\n' });
  corpus.filters.set('', () => nothing);
  corpus.filters.set('part', (products) => (products.includes('agent') ? only('open/main.c') : nothing));
  corpus.filters.set('all', () => everything);
  return { corpus, search: await corpus.search(t) };
}

describe('what a reader may not read', () => {
  it('is in no result, count or facet', async (t) => {
    const { search } = await twoTiers(t);
    const all = await search.search(ask('all'), 'shared_word', 1);
    assert.deepEqual(
      all.results.map(({ path }) => path),
      ['closed/engine.go', 'closed/secret.c', 'closed/secret_notes.py', 'open/main.c'],
    );
    assert.deepEqual(all.facets.product, [
      { value: 'agent', files: 3 },
      { value: 'engine', files: 1 },
    ]);

    const part = await search.search(ask('part'), 'shared_word', 1);
    assert.deepEqual([part.files, part.pages, part.more], [1, 1, false]);
    assert.deepEqual(
      part.results.map(({ path }) => path),
      ['open/main.c'],
    );
    assert.deepEqual(part.facets, {
      product: [{ value: 'agent', files: 1 }],
      language: [{ value: 'C', files: 1 }],
      folder: [{ value: 'open', files: 1 }],
    });

    for (const query of [
      'shared_word',
      'file:secret',
      'sym:secret',
      '-xyz',
      'lang:python',
      'repo:engine',
      '/./',
    ]) {
      const none = await search.search(ask(), query, 1);
      assert.deepEqual(
        { ...none, index: null, query: null },
        {
          query: null,
          page: 1,
          pages: 0,
          files: 0,
          more: false,
          results: [],
          index: null,
          facets: { product: [], language: [], folder: [] },
        },
        query,
      );
    }
    // A negation finds nothing either where everything it could find is closed.
    const negated = await search.search(ask('part'), '-hidden_word', 1);
    assert.deepEqual(
      negated.results.map(({ path }) => path),
      ['open/main.c'],
    );
  });

  it('is in no suggestion: no name, file, product or language', async (t) => {
    const { search } = await twoTiers(t);
    const labels = async (account: string | undefined, text: string): Promise<readonly string[]> =>
      (await search.suggest(ask(account), text)).suggestions.map(({ label }) => label);
    for (const text of [
      'secret',
      'sym:secret',
      'file:secret',
      'file:closed',
      'repo:e',
      'lang:py',
      'SecretE',
    ]) {
      assert.notDeepEqual(await labels('all', text), [], text);
      assert.deepEqual(await labels('part', text), [], text);
      assert.deepEqual(await labels(undefined, text), [], text);
    }
    assert.deepEqual(await labels('part', 'repo:'), ['agent']);
    assert.deepEqual(await labels('part', 'lang:'), ['C']);
    assert.deepEqual(await labels('part', 'file:mai'), ['open/main.c']);
    assert.deepEqual(await labels('part', 'x sym:mai'), ['main']);
  });

  it('changes nothing in what is suggested and found of the rest, however much there is of it', async (t) => {
    const corpus = new Corpus(t);
    const many = Array.from(
      { length: 6_000 },
      (_, i) => `int fa${String(i)};\nint fa${String(i)}(void);`,
    ).join('\n');
    await corpus.add('agent', { 'closed.c': many, 'open.c': 'int fa_open_with_a_longer_name(void) {}\n' });
    corpus.filters.set('part', () => only('open.c'));
    const search = await corpus.search(t);
    const { suggestions } = await search.suggest(ask('part'), 'sym:fa');
    assert.deepEqual(
      suggestions.map(({ label }) => label),
      ['fa_open_with_a_longer_name'],
    );
    const found = await search.search(ask('part'), 'sym:fa', 1);
    assert.deepEqual(
      found.results.map(({ path }) => path),
      ['open.c'],
    );
  });

  it('is in no list of symbols', async (t) => {
    const { search, corpus } = await twoTiers(t);
    const closed = await search.symbols(ask('part'), 'secret_function', undefined, undefined);
    const unknown = await search.symbols(ask('part'), 'no_such_function', undefined, undefined);
    assert.deepEqual({ ...closed, name: '' }, { ...unknown, name: '' });
    const open = await search.symbols(ask('all'), 'secret_function', corpus.trees[0]?.digest, undefined);
    assert.deepEqual(
      open.definitions.map(({ path, line, column, kind, text }) => ({ path, line, column, kind, text })),
      [{ path: 'closed/secret.c', line: 1, column: 5, kind: 'function', text: secret.trimEnd() }],
    );
  });

  it('is closed again with the next question when a grant ends', async (t) => {
    const { search, corpus } = await twoTiers(t);
    assert.equal((await search.search(ask('all'), 'hidden_word', 1)).files, 1);
    corpus.filters.set('all', () => nothing);
    assert.equal((await search.search(ask('all'), 'hidden_word', 1)).files, 0);
  });

  it('stays in the group of a file whose bytes are open elsewhere', async (t) => {
    const corpus = new Corpus(t);
    const same = 'the same bytes everywhere\n';
    await corpus.add('agent', { 'open.txt': same, 'closed-name.txt': same });
    await corpus.add('engine', { 'engine-name.txt': same });
    corpus.filters.set('part', (products) => (products.includes('agent') ? only('open.txt') : nothing));
    const search = await corpus.search(t);
    const { results } = await search.search(ask('part'), 'bytes', 1);
    assert.equal(results.length, 1);
    assert.doesNotMatch(JSON.stringify(results), /closed-name|engine/);
  });
});

describe('lines that are shown', () => {
  it('are recorded before they are answered: each file once, through its product', async (t) => {
    const { search, corpus } = await twoTiers(t);
    await search.search(ask('all'), 'shared_word file:secret', 1);
    const [newest] = corpus.trees;
    assert.deepEqual(corpus.reads, [
      { what: 'search', tree: newest?.digest, path: 'closed/secret.c', product: 'agent' },
      { what: 'search', tree: newest?.digest, path: 'closed/secret_notes.py', product: 'agent' },
    ]);
    corpus.reads.length = 0;
    await search.search(ask('all'), 'file:secret', 1);
    assert.deepEqual(corpus.reads, [], 'a list of names shows no line');
  });

  it('are not answered where they cannot be recorded', async (t) => {
    const corpus = new Corpus(t);
    await corpus.add('agent', { a: 'word\n' });
    const access = corpus.access();
    corpus.access = () => ({
      ...access,
      record: () => {
        throw new Error('the disk is full');
      },
    });
    const search = await corpus.search(t);
    await assert.rejects(search.search(ask('all'), 'word', 1), /the disk is full/);
  });
});

describe('a hard question', () => {
  it('is stopped in time, and others are answered meanwhile', async (t) => {
    const corpus = new Corpus(t);
    await corpus.add('agent', { bad: `${'a'.repeat(200)}!\n`, good: 'needle\n' });
    const search = await corpus.search(t, { milliseconds: 400 });
    // Each of these takes longer than anyone lives.
    const hard = [
      '/(a+)+[bx]/',
      '/(a|a)*[cx]/',
      '/(?:a?){99}(?:a?){99}[dx]/',
      '/(.*)*(.*)*(.*)*[ex]/',
      '/^(a|aa)+$/',
    ].map((query) =>
      assert.rejects(search.search(ask('mallory'), query, 1), (error) => {
        assert.ok(isVitrineError(error), String(error));
        assert.ok(['search.timeout', 'search.busy'].includes(error.code), error.code);
        return true;
      }),
    );
    for (let i = 0; i < 5; i++) {
      const { files } = await search.search(ask('alice'), 'needle', 1);
      assert.equal(files, 1);
    }
    await Promise.all(hard);
    assert.equal((await search.search(ask('mallory'), 'needle', 1)).files, 1, 'a new thread took the place');
  });

  it('waits for a turn; too many that wait are told to come again', async (t) => {
    const corpus = new Corpus(t);
    await corpus.add('agent', { bad: `${'a'.repeat(200)}!\n` });
    const search = await corpus.search(t, { milliseconds: 300, threads: 1 });
    await search.search(ask('all'), 'a', 1);
    const answers = await Promise.allSettled(
      Array.from({ length: 60 }, (_, i) => search.search(ask(`reader ${String(i)}`), 'a', 1)),
    );
    const refused = answers.filter(({ status }) => status === 'rejected');
    assert.equal(answers.length - refused.length, 33, 'one runs, 32 wait');
    for (const one of refused)
      assert.ok(one.status === 'rejected' && isVitrineError(one.reason, 'search.busy'));
    const own = await Promise.allSettled(
      Array.from({ length: 9 }, () => search.search(ask('mallory'), 'a', 1)),
    );
    assert.equal(
      own.filter(({ status }) => status === 'fulfilled').length,
      5,
      'one of an asker runs, 4 wait',
    );
  });

  it('that finds much is counted up to a limit, and paged', async (t) => {
    const corpus = new Corpus(t);
    await corpus.add(
      'agent',
      Object.fromEntries(
        Array.from({ length: 560 }, (_, i) => [`f${String(i).padStart(4, '0')}`, `word ${String(i)}\n`]),
      ),
    );
    const search = await corpus.search(t);
    const first = await search.search(ask('all'), 'word', 1);
    assert.deepEqual([first.files, first.more, first.pages, first.results.length], [500, true, 25, 20]);
    const last = await search.search(ask('all'), 'word', 25);
    assert.equal(last.results.at(-1)?.path, 'f0499');
    assert.deepEqual((await search.search(ask('all'), 'word', 26)).results, []);
    const again = await search.search(ask('all'), 'word', 1);
    assert.deepEqual(again, first);
  });
});

describe('a new release', () => {
  it('adds only the blobs that are new, and groups what stayed the same', async (t) => {
    const corpus = new Corpus(t);
    const kept = 'int kept(void);\n';
    await corpus.add('agent', { 'a.c': kept, 'b.c': 'old_word\n' });
    const search = await corpus.search(t);
    await corpus.add('agent', { 'a.c': kept, 'b.c': 'new_word\n', 'copy/a.c': kept });
    await search.whole();
    const { results } = await search.search(ask('all'), 'kept', 1);
    assert.equal(results.length, 1);
    assert.deepEqual(
      results[0]?.releases.map(({ sequence }) => sequence),
      [2, 1],
    );
    assert.deepEqual(
      results[0]?.also.map(({ path }) => path),
      ['copy/a.c'],
    );
    assert.equal((await search.search(ask('all'), 'old_word', 1)).files, 1);
    assert.equal((await search.search(ask('all'), 'new_word repo:agent@stable/1', 1)).files, 0);
    assert.equal((await search.search(ask('all'), 'new_word repo:agent@stable/2', 1)).files, 1);
    assert.equal((await search.search(ask('all'), 'kept repo:agent@beta', 1)).files, 0);
  });

  it('is found once the store holds what was missing, and until then the state says so', async (t) => {
    const corpus = new Corpus(t);
    await corpus.add('agent', { here: 'word here\n', late: 'word late\n' }, (path) => path !== 'late');
    const search = await corpus.search(t);
    assert.equal((await search.search(ask('all'), 'word', 1)).files, 1);
    assert.match(search.state().trouble ?? '', /does not hold 0 listings and 1 files/);
    await corpus.store.put(new TextEncoder().encode('word late\n'));
    corpus.version++;
    await search.whole();
    assert.equal((await search.search(ask('all'), 'word', 1)).files, 2);
    assert.equal(search.state().trouble, null);
  });

  it('that this machine cannot index is told as trouble by its rule, and the operator is told where', async (t) => {
    const corpus = new Corpus(t);
    await corpus.add('agent', { a: 'word\n' });
    const folder = join(corpus.folder, 'gone');
    const reported: string[] = [];
    const { meaning } = hostErrors['file.missing'];
    await assert.rejects(
      corpus.search(t, { folder, report: (line) => reported.push(line) }),
      (error) => isVitrineError(error) && error.message === `nothing is indexed now: ${meaning}`,
    );
    assert.deepEqual(
      reported.map((line) => line.includes(folder)),
      [true],
    );
  });

  it('whose listing the store does not hold is told as trouble, and the others are searched', async (t) => {
    const corpus = new Corpus(t);
    await corpus.add('agent', { a: 'word\n' });
    const lost = await corpus.add('agent', { b: 'word\n' });
    const trees = corpus.asTrees();
    corpus.asTrees = () => ({
      ...trees,
      tree: (digest) => (digest === lost ? Promise.reject(new Error('the store lies')) : trees.tree(digest)),
    });
    const search = await corpus.search(t);
    assert.equal((await search.search(ask('all'), 'word', 1)).files, 1);
    assert.deepEqual(search.state(), {
      trees: { known: 2, whole: 1 },
      percent: 100,
      symbolsPercent: 100,
      trouble: 'the source store does not hold 1 listings and 0 files that the log names',
    });
  });

  it('with binary, empty, huge and strangely named files is searched as far as it is text', async (t) => {
    const corpus = new Corpus(t);
    await corpus.add('agent', {
      'binary.bin': Uint8Array.of(0x77, 0x6f, 0x72, 0x64, 0, 1, 2),
      empty: '',
      'huge.txt': 'word '.repeat(600_000),
      'invalid.txt': Uint8Array.of(0xff, 0x77, 0x6f, 0x72, 0x64, 0xfe, 0x0a),
      'a "b" <script>alert(1)</script> é.txt': 'word\n',
    });
    const search = await corpus.search(t);
    const found = await search.search(ask('all'), 'word', 1);
    assert.deepEqual(found.results.map(({ path }) => path).sort(), [
      'a%20"b"%20<script>alert(1)</script>%20%C3%A9.txt',
      'invalid.txt',
    ]);
    assert.equal(
      found.results.find(({ path }) => path === 'invalid.txt')?.chunks[0]?.[0]?.text,
      '\ufffdword\ufffd',
    );
    assert.equal((await search.search(ask('all'), 'file:huge', 1)).files, 1);
    assert.equal((await search.search(ask('all'), 'file:"<script>alert(1)</script> é"', 1)).files, 1);
  });

  it('is not indexed by two processes at once: the second says so, and the operator is told what is held', async (t) => {
    const corpus = new Corpus(t);
    await corpus.add('agent', { 'a.c': 'int word;\n' });
    await corpus.search(t);
    const run = { folder: corpus.folder, sourceStore: corpus.storeFolder, trees: corpus.asTrees() };
    const reported: string[] = [];
    await assert.rejects(indexAll({ ...run, report: (line) => reported.push(line) }), (error) => {
      assert.ok(isVitrineError(error, 'search.index'), String(error));
      assert.ok(error.message.endsWith(hostErrors['lease.held'].meaning), error.message);
      return true;
    });
    assert.equal(reported.length, 1);
    assert.match(reported.join(), /couldn't take the lease "search".*another process holds it/);
  });

  it('can be indexed by a command beforehand', async (t) => {
    const corpus = new Corpus(t);
    await corpus.add('agent', { 'a.c': 'int word;\n' });
    const run = { folder: corpus.folder, sourceStore: corpus.storeFolder, trees: corpus.asTrees() };
    for (const rebuild of [false, true, false]) {
      const state = await indexAll({ ...run, rebuild });
      assert.deepEqual(state, {
        trees: { known: 1, whole: 1 },
        percent: 100,
        symbolsPercent: 100,
        trouble: null,
      });
    }
  });
});
