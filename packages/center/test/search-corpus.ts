// A small source store with trees, as the log would name them, and the search over it: what the tests of search
// and symbols look into.

import { formatTreeListing, treeDigest, toHex, utf8, encodePath, type TreeFile } from '@vitrine/evidence';
import { openStore, sha256, type Store } from '@vitrine/host';
import { temporaryDirectory } from '@vitrine/testkit';
import { join } from 'node:path';
import type { Access, PathFilter, Reader, SourceRead } from '../src/context.ts';
import { openSearchOf, type NamedTrees, type Search, type SearchOptions } from '../src/search/service.ts';
import type { LoggedTree, ReleasedTree } from '../src/source/trees.ts';

/** By path; text is written as UTF-8. */
export type Files = Readonly<Record<string, string | Uint8Array>>;

export const anyone: Reader = { account: undefined, name: undefined, groups: [] };
export const reader = (account: string, ...groups: string[]): Reader => ({ account, name: account, groups });

interface Cleanup {
  after(work: () => Promise<void> | void): void;
}

export class Corpus {
  readonly folder: string;
  readonly store: Store;
  readonly storeFolder: string;
  readonly trees: ReleasedTree[] = [];
  /** Grows with every tree. */
  version: number = 1;
  /** What `access.record` was told. */
  readonly reads: SourceRead[] = [];
  /** By account, or '' for anyone; everything where nothing is said. */
  readonly filters: Map<string, (products: readonly string[]) => PathFilter> = new Map();

  constructor(t: Cleanup) {
    this.folder = temporaryDirectory(t);
    this.storeFolder = join(this.folder, 'source');
    this.store = openStore(this.storeFolder);
  }

  /** `keep` leaves objects out of the store, as a vendor could. */
  async add(product: string, files: Files, keep: (path: string) => boolean = () => true): Promise<string> {
    const listed: TreeFile[] = [];
    for (const [path, content] of Object.entries(files)) {
      const bytes = typeof content === 'string' ? utf8(content) : content;
      if (keep(path)) await this.store.put(bytes);
      const digest = toHex(sha256(bytes));
      listed.push({ mode: '100644', path: encodePath(utf8(path)), sha256: digest, size: bytes.length });
    }
    const sorted = JSON.parse(Buffer.from(formatTreeListing(listed)).toString()) as { files: TreeFile[] };
    const digest = toHex(treeDigest(sorted, sha256));
    const index = this.version++;
    const release = {
      product,
      channel: 'stable',
      platform: 'any',
      version: `1.${String(index)}.0`,
      sequence: index,
      artifact: '',
      order: '',
      index,
      seenAt: 0,
    };
    const logged: LoggedTree = {
      digest,
      products: [product],
      files: listed.length,
      bytes: 0,
      sources: [{ index, id: '', product, gitCommit: '', gitTree: '', listing: { sha256: '', size: 0 } }],
      orders: [],
      releases: [release],
    };
    this.trees.push({
      digest,
      products: logged.products,
      releases: logged.releases,
      gitCommit: '',
      files: sorted.files,
      logged,
      file: (path) => sorted.files.find((file) => file.path === path),
    });
    return digest;
  }

  asTrees(): NamedTrees {
    const find = (digest: string): ReleasedTree | undefined =>
      this.trees.find((tree) => tree.digest === digest);
    return {
      all: () => this.trees.map(({ logged }) => logged),
      logged: (digest) => find(digest)?.logged,
      tree: (digest) => Promise.resolve(find(digest)),
    };
  }

  access(): Pick<Access, 'filter' | 'record'> {
    return {
      filter: ({ account = '' }, products) => (this.filters.get(account) ?? (() => everything))(products),
      record: (_reader, read) => {
        this.reads.push(...[read].flat());
      },
    };
  }

  async search(
    t: Cleanup,
    options: Partial<Pick<SearchOptions, 'folder' | 'milliseconds' | 'threads' | 'report'>> = {},
  ): Promise<Search> {
    const version = (): number => this.version;
    const search = openSearchOf({
      folder: this.folder,
      sourceStore: this.storeFolder,
      trees: this.asTrees(),
      access: this.access(),
      log: {
        get version() {
          return version();
        },
      },
      ...options,
    });
    t.after(() => search.close());
    await search.whole();
    return search;
  }
}

export const everything: PathFilter = { tier: 'everything', allows: () => true };
export const nothing: PathFilter = { tier: 'none', allows: () => false };
export const only = (...paths: string[]): PathFilter => ({
  tier: 'critical',
  allows: (path) => paths.includes(path),
});
