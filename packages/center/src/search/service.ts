// Search and symbols as the rest of the Center sees them: every answer is for one reader, is made of what the
// reader may read, and is recorded before it is given where it shows lines of restricted source.

import { join } from 'node:path';
import { nobody } from '../access/decide.ts';
import { reportOf } from '../http/errors.ts';
import type { Access, CenterContext, LogIndex, Reader, SourceRead } from '../context.ts';
import type { FileSymbols, IndexState, SearchPage, Suggestions, SymbolsPage } from '../contract/search.ts';
import type { LoggedTree, Trees } from '../source/trees.ts';
import { Catalog } from './catalog.ts';
import { searchLimits } from './execute.ts';
import { Indexing } from './indexing.ts';
import { SearchPool } from './pool.ts';
import { parseQuery } from './query.ts';
import { openIndexReader } from './schema.ts';
import { scopeOf, type Scope } from './scope.ts';
import type { TreeToIndex } from './writer.ts';

/** Who asks, and what shares a turn with him: his account, or his address. */
export interface Asker {
  readonly reader: Reader;
  readonly turn: string;
}

export interface Search {
  search(asker: Asker, query: string, page: number): Promise<SearchPage>;
  suggest(asker: Asker, text: string): Promise<Suggestions>;
  symbols(
    asker: Asker,
    name: string,
    tree: string | undefined,
    from: string | undefined,
  ): Promise<SymbolsPage>;
  /** Of a file that the caller has found to be open to the reader, and recorded. */
  fileSymbols(asker: Asker, sha256: string): Promise<FileSymbols>;
  state(): IndexState;
  /** Resolves when what the log names now is indexed. */
  whole(): Promise<void>;
  close(): Promise<void>;
}

/** How often the log is looked at for new trees. */
const lookMs = 2_000;

/** What search needs to know of trees. */
export type NamedTrees = Pick<Trees, 'all' | 'logged' | 'tree'>;

export interface SearchOptions {
  readonly folder: string;
  readonly sourceStore: string;
  readonly trees: NamedTrees;
  readonly access: Pick<Access, 'filter' | 'record'>;
  readonly log: Pick<LogIndex, 'version'>;
  readonly threads?: number | undefined;
  readonly milliseconds?: number | undefined;
  readonly report?: ((line: string) => void) | undefined;
}

export function openSearch({ options, trees, access, log }: CenterContext): Search {
  const { folder, sourceStore } = options;
  return openSearchOf({ folder, sourceStore, trees, access, log, report: reportOf(options) });
}

export function openSearchOf(options: SearchOptions): Search {
  return new SearchService(options);
}

interface Readers {
  readonly pool: SearchPool;
  readonly catalog: Catalog;
  readonly close: () => void;
}

class SearchService implements Search {
  readonly #options: SearchOptions;
  readonly #path: string;
  readonly #indexing: Indexing;
  readonly #timer: NodeJS.Timeout;
  #version: number | undefined;
  /** Opened once the index thread has made the file. */
  #open: Readers | undefined;

  constructor(options: SearchOptions) {
    this.#options = options;
    this.#path = indexPath(options.folder);
    this.#indexing = new Indexing({
      path: this.#path,
      store: options.sourceStore,
      files: async (digest) => (await options.trees.tree(digest))?.files,
      report: options.report,
    });
    this.#look();
    this.#timer = setInterval(() => this.#look(), lookMs);
    this.#timer.unref();
  }

  async search({ reader, turn }: Asker, text: string, page: number): Promise<SearchPage> {
    const query = parseQuery(text);
    const opened = await this.#opened();
    const answer = await opened.pool.ask(turn, 'search', this.#scope(opened.catalog, reader), {
      query,
      page,
    });
    this.#record(
      reader,
      'search',
      answer.results.filter(({ chunks }) => chunks.length > 0),
    );
    return { query: text, ...answer, index: this.state() };
  }

  async suggest({ reader, turn }: Asker, text: string): Promise<Suggestions> {
    const { pool, catalog } = await this.#opened();
    return { suggestions: await pool.ask(turn, 'suggest', this.#scope(catalog, reader), { text }) };
  }

  async symbols(
    { reader, turn }: Asker,
    name: string,
    tree: string | undefined,
    from: string | undefined,
  ): Promise<SymbolsPage> {
    const { pool, catalog } = await this.#opened();
    const answer = await pool.ask(turn, 'symbols', this.#scope(catalog, reader), { name, tree, from });
    this.#record(reader, 'symbols', [...answer.definitions, ...answer.references]);
    return { name, tree: tree ?? null, ...answer, index: this.state() };
  }

  async fileSymbols({ turn }: Asker, sha256: string): Promise<FileSymbols> {
    const { pool } = await this.#opened();
    return pool.ask(turn, 'outline', { whole: [], part: [] }, { sha256 });
  }

  state(): IndexState {
    return this.#indexing.state();
  }

  async whole(): Promise<void> {
    this.#look();
    await this.#indexing.whole();
  }

  async close(): Promise<void> {
    clearInterval(this.#timer);
    await this.#open?.pool.close();
    this.#open?.close();
    await this.#indexing.close();
  }

  #look(): void {
    const { trees, log } = this.#options;
    if (log.version === this.#version) return;
    this.#version = log.version;
    this.#indexing.setTrees(trees.all().map(treeToIndex));
  }

  async #opened(): Promise<Readers> {
    this.#look();
    if (this.#open !== undefined) return this.#open;
    await this.#indexing.begun();
    return (this.#open ??= this.#openReaders());
  }

  #openReaders(): Readers {
    const { threads, milliseconds = searchLimits.milliseconds } = this.#options;
    const database = openIndexReader(this.#path);
    return {
      pool: new SearchPool({ path: this.#path, threads, milliseconds }),
      catalog: new Catalog(database),
      close: () => database.close(),
    };
  }

  #scope(catalog: Catalog, reader: Reader): Scope {
    catalog.refresh();
    return scopeOf(catalog, (products) => this.#options.access.filter(reader, products));
  }

  /** Each file once. Through which product: one that opens it to anyone, else one that opens it to this reader. */
  #record(
    reader: Reader,
    what: SourceRead['what'],
    shown: readonly { readonly tree: string; readonly path: string }[],
  ): void {
    const { access, trees } = this.#options;
    const reads = new Map<string, SourceRead>();
    for (const { tree, path } of shown) {
      const products = trees.logged(tree)?.products ?? [];
      const opens = (who: Reader) => (product: string) => access.filter(who, [product]).allows(path);
      const product = products.find(opens(nobody)) ?? products.find(opens(reader)) ?? products[0];
      if (product !== undefined) reads.set(`${tree} ${path}`, { what, tree, path, product });
    }
    if (reads.size > 0) access.record(reader, [...reads.values()]);
  }
}

export function indexPath(folder: string): string {
  return join(folder, 'search.db');
}

export function treeToIndex({ digest, products, sources, releases }: LoggedTree): TreeToIndex {
  // Platforms, and signatures of several holders, are one release here.
  const byName = new Map(
    releases.map(({ product, channel, sequence, version }) => [
      `${product} ${channel} ${sequence} ${version}`,
      { product, channel, sequence, version },
    ]),
  );
  return {
    digest,
    meta: { products, releases: [...byName.values()] },
    age: Math.max(...sources.map(({ index }) => index), ...releases.map(({ index }) => index)),
  };
}
