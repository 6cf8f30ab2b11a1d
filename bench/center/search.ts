// Index and search: how fast text comes in, how long a question waits, and what git grep takes for the same.

import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { openStore } from '@vitrine/host';
import {
  IndexWriter,
  openIndexReader,
  parseQuery,
  Searcher,
  SearchPool,
  SymbolWriter,
  type Scope,
} from '@vitrine/center/testing';
import type { Report } from '../../tools/bench-types.ts';
import type { Corpus } from './corpus.ts';

/** What reviewers look for: names, phrases, expressions, narrowed and not; and the same for git grep. */
const nowhere = 'no_such_word_anywhere';
const queries: readonly (readonly [query: string, grep: readonly string[]])[] = [
  ['heap_insert', ['-i', '-F', '-e', 'heap_insert']],
  ['HeapTupleHeader', ['-F', '-e', 'HeapTupleHeader']],
  ['TransactionIdIsInProgress', ['-F', '-e', 'TransactionIdIsInProgress']],
  ['"could not open file"', ['-i', '-F', '-e', 'could not open file']],
  ['"static void"', ['-i', '-F', '-e', 'static void']],
  ['memcpy', ['-i', '-F', '-e', 'memcpy']],
  ['int', ['-i', '-F', '-e', 'int']],
  ['password', ['-i', '-F', '-e', 'password']],
  ['md5', ['-i', '-F', '-e', 'md5']],
  ['strcpy file:*.c', ['-i', '-F', '-e', 'strcpy', '--', '*.c']],
  ['palloc0 file:backend', ['-i', '-F', '-e', 'palloc0', '--', '*backend*']],
  ['lang:c elog', ['-i', '-F', '-e', 'elog', '--', '*.c', '*.h']],
  ['lang:python import', ['-i', '-F', '-e', 'import', '--', '*.py']],
  [
    'commit rollback savepoint',
    ['-i', '-F', '--all-match', '-e', 'commit', '-e', 'rollback', '-e', 'savepoint'],
  ],
  ['LWLockAcquire or SpinLockAcquire', ['-F', '-e', 'LWLockAcquire', '-e', 'SpinLockAcquire']],
  ['/pg_\\w+_size\\(/', ['-i', '-P', '-e', 'pg_\\w+_size\\(']],
  ['/[a-z]+_lock\\(/', ['-i', '-P', '-e', '[a-z]+_lock\\(']],
  ['/^static.*inline/', ['-i', '-P', '-e', '^static.*inline']],
  ['/sprintf\\s*\\(/', ['-i', '-P', '-e', 'sprintf\\s*\\(']],
  ['/(malloc|realloc|calloc)\\(/', ['-i', '-P', '-e', '(malloc|realloc|calloc)\\(']],
  ['/#\\s*define\\s+MAX_\\w+/', ['-i', '-P', '-e', '#\\s*define\\s+MAX_\\w+']],
  ['/TODO|FIXME|XXX/', ['-P', '-e', 'TODO|FIXME|XXX']],
  [nowhere, ['-i', '-F', '-e', nowhere]],
];

const rounds = 5;

export async function benchSearch(corpus: Corpus, folder: string, report: Report): Promise<void> {
  const { pinned, store, releases } = corpus;
  const [tree] = releases;
  const path = join(folder, 'search.db');
  const objects = openStore(store);
  const goal = (value: number): number | null => (pinned ? value : null);
  {
    using writer = await IndexWriter.open(path, (sha256, maxBytes) => objects.get(sha256, { maxBytes }));
    const start = performance.now();
    writer.addTree({ digest: tree.digest, meta: { products: ['corpus'], releases: [] }, age: 1 }, tree.files);
    while (await writer.indexBatch());
    const seconds = (performance.now() - start) / 1000;
    report({
      name: 'index, of text',
      value: corpus.bytes / 1e6 / seconds,
      unit: 'MB/s',
      goal: goal(5),
      better: 'higher',
    });

    const written = performance.now();
    const symbols = new SymbolWriter(writer.database, false);
    while (await symbols.step());
    const parsed = writer.database.prepare("SELECT sum(size) AS n FROM blob WHERE symbols <> 'none'").get()?.[
      'n'
    ];
    const rate = Number(parsed) / 1e6 / ((performance.now() - written) / 1000);
    report({
      name: 'symbols, of text with a grammar',
      value: rate,
      unit: 'MB/s',
      goal: null,
      better: 'higher',
    });
  }

  const pool = new SearchPool({ path, milliseconds: 10_000 });
  const scope = { whole: [tree.digest], part: [] };
  const ours: number[] = [];
  const ratios: number[] = [];
  const git: number[] = [];
  try {
    // The threads are there as in a Center that runs; no text is in their memory yet.
    await pool.ask('bench', 'search', { whole: [], part: [] }, { query: parseQuery('x'), page: 1 });
    const times = new Map<string, number[]>(queries.map(([query]) => [query, []]));
    for (let round = 0; round < rounds; round++)
      for (const [query] of queries) {
        const start = performance.now();
        const { files } = await pool.ask('bench', 'search', scope, { query: parseQuery(query), page: 1 });
        const took = performance.now() - start;
        // A search that finds nothing is soon done.
        if ((files === 0) !== (query === nowhere)) throw new Error(`"${query}" was found in ${files} files`);
        ours.push(took);
        times.get(query)?.push(took);
      }
    for (const [query, grep] of queries) {
      const start = performance.now();
      const { status } = spawnSync('git', ['grep', '-n', '-I', ...grep], {
        cwd: corpus.git,
        maxBuffer: 1 << 30,
      });
      const took = performance.now() - start;
      // 1: nothing found.
      if (status !== 0 && status !== 1) throw new Error(`git grep ended with ${String(status)}`);
      git.push(took);
      ratios.push(quantile(times.get(query) ?? [], 0.5) / took);
    }
  } finally {
    await pool.close();
  }
  const cpu = processorTimes(path, scope);
  const plain = { unit: 'ms', goal: null, better: 'lower' } as const;
  report({ name: 'search, p50', value: quantile(ours, 0.5), ...plain });
  report({ name: 'search, p95', value: quantile(ours, 0.95), ...plain, goal: goal(50) });
  report({ name: 'the same, processor time', value: quantile(cpu, 0.95), ...plain });
  report({ name: 'search, slowest', value: quantile(ours, 1), ...plain });
  report({ name: 'git grep of the same, p95', value: quantile(git, 0.95), ...plain });
  report({
    name: 'search of git grep, median',
    value: quantile(ratios, 0.5),
    unit: '×',
    goal: null,
    better: 'lower',
  });
}

/** The same questions on this thread, by the time that it had a processor: other work changes it less. */
function processorTimes(path: string, scope: Scope): readonly number[] {
  const database = openIndexReader(path);
  try {
    const searcher = new Searcher(database);
    searcher.catalog.refresh();
    const times: number[] = [];
    for (let round = 0; round < rounds; round++)
      for (const [query] of queries) {
        const parsed = parseQuery(query);
        const before = process.threadCpuUsage();
        searcher.search(parsed, scope, 1, 10_000);
        const { user, system } = process.threadCpuUsage(before);
        times.push((user + system) / 1000);
      }
    return times;
  } finally {
    database.close();
  }
}

export function quantile(values: readonly number[], at: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.ceil(at * sorted.length) - 1)] ?? Number.NaN;
}
