// The twins of the pages about source. Paths are encoded as in docs/spec/tree.md.

import { z } from '@hono/zod-openapi';

export interface ReleaseOfTree {
  readonly product: string;
  readonly channel: string;
  readonly platform: string;
  readonly version: string;
  readonly sequence: number;
  readonly artifact: string;
  readonly index: number;
  /** Witness time at which this Center first saw it, in seconds. */
  readonly seenAt: number;
}

const release: z.ZodType<ReleaseOfTree> = z.object({
  product: z.string(),
  channel: z.string(),
  platform: z.string(),
  version: z.string(),
  sequence: z.number().int(),
  artifact: z.string(),
  index: z.number().int(),
  seenAt: z.number().int(),
});

export type TierName = 'none' | 'overview' | 'critical' | 'everything';
const nullable = z.string().nullable();
const tier = z.enum(['none', 'overview', 'critical', 'everything']);

/** `/source` */
export interface Catalogue {
  readonly products: readonly {
    readonly product: string;
    readonly tier: TierName;
    /** Newest first. */
    readonly trees: readonly CatalogueTree[];
  }[];
}

export interface CatalogueTree {
  readonly tree: string;
  /** Of the source statement. */
  readonly index: number;
  /** In all, as the statement says: public. */
  readonly files: number;
  readonly bytes: number;
  readonly gitCommit: string;
  /** Of the orders for this product. */
  readonly versions: readonly string[];
  readonly releases: readonly ReleaseOfTree[];
}

export const catalogueSchema: z.ZodType<Catalogue> = z
  .object({
    products: z.array(
      z.object({
        product: z.string(),
        tier,
        trees: z.array(
          z.object({
            tree: z.string(),
            index: z.number().int(),
            files: z.number().int(),
            bytes: z.number().int(),
            gitCommit: z.string(),
            versions: z.array(z.string()),
            releases: z.array(release),
          }),
        ),
      }),
    ),
  })
  .openapi('Catalogue');

/** `/source/:tree?path=FOLDER` */
export interface TreePage {
  readonly tree: string;
  readonly products: readonly string[];
  readonly sources: readonly {
    readonly index: number;
    readonly product: string;
    readonly gitCommit: string;
    readonly listing: string;
  }[];
  readonly releases: readonly ReleaseOfTree[];
  readonly orders: readonly OrderOfTree[];
  /** In all: public. Everything else counts only what this reader may read. */
  readonly filesInAll: number;
  readonly readable: { readonly tier: TierName; readonly files: number; readonly bytes: number };
  readonly languages: readonly { readonly name: string; readonly files: number; readonly bytes: number }[];
  /** '' is the root. */
  readonly folder: string;
  readonly entries: readonly TreeEntry[];
  /** A README of the folder that may be read. */
  readonly readme: string | null;
  /** An older tree of the same product, to compare with. */
  readonly before: string | null;
  /** The vendor's store does not hold what the log names, or holds something else. */
  readonly trouble: { readonly code: string; readonly message: string } | null;
}

export interface OrderOfTree {
  readonly id: string;
  readonly index: number;
  readonly product: string;
  readonly version: string;
  readonly platform: string;
  readonly root: string;
  readonly sandbox: boolean;
  /** The recipe is open with the overview; null where the store does not hold it. */
  readonly recipe: { readonly path: string; readonly sha256: string; readonly text: string | null };
  readonly parameters: Readonly<Record<string, string>>;
  readonly clock: number;
  readonly materials: {
    readonly sha256: string;
    /** Null where the manifest cannot be had. */
    readonly list: readonly MaterialOfOrder[] | null;
  };
  readonly built: readonly { readonly index: number; readonly outputs: string; readonly builder: string }[];
}

export interface MaterialOfOrder {
  readonly id: string;
  readonly sha256: string;
  readonly size: number;
  readonly opaque: boolean;
}

export interface TreeEntry {
  readonly kind: 'folder' | 'file' | 'program' | 'link';
  readonly name: string;
  readonly path: string;
  /** Readable files below a folder; 1 for a file. */
  readonly files: number;
  readonly size: number;
  readonly language: string | null;
}

const trouble = z.object({ code: z.string(), message: z.string() }).nullable();

export const treePageSchema: z.ZodType<TreePage> = z
  .object({
    tree: z.string(),
    products: z.array(z.string()),
    sources: z.array(
      z.object({
        index: z.number().int(),
        product: z.string(),
        gitCommit: z.string(),
        listing: z.string(),
      }),
    ),
    releases: z.array(release),
    orders: z.array(
      z.object({
        id: z.string(),
        index: z.number().int(),
        product: z.string(),
        version: z.string(),
        platform: z.string(),
        root: z.string(),
        sandbox: z.boolean(),
        recipe: z.object({ path: z.string(), sha256: z.string(), text: nullable }),
        parameters: z.record(z.string(), z.string()),
        clock: z.number().int(),
        materials: z.object({
          sha256: z.string(),
          list: z
            .array(
              z.object({ id: z.string(), sha256: z.string(), size: z.number().int(), opaque: z.boolean() }),
            )
            .nullable(),
        }),
        built: z.array(z.object({ index: z.number().int(), outputs: z.string(), builder: z.string() })),
      }),
    ),
    filesInAll: z.number().int(),
    readable: z.object({ tier, files: z.number().int(), bytes: z.number().int() }),
    languages: z.array(z.object({ name: z.string(), files: z.number().int(), bytes: z.number().int() })),
    folder: z.string(),
    entries: z.array(
      z.object({
        kind: z.enum(['folder', 'file', 'program', 'link']),
        name: z.string(),
        path: z.string(),
        files: z.number().int(),
        size: z.number().int(),
        language: nullable,
      }),
    ),
    readme: nullable,
    before: nullable,
    trouble,
  })
  .openapi('SourceTree');

/** `/source/:tree/paths.json`: for the file finder. */
export interface TreePaths {
  readonly paths: readonly string[];
}
export const treePathsSchema: z.ZodType<TreePaths> = z
  .object({ paths: z.array(z.string()) })
  .openapi('SourcePaths');

export interface FileHead {
  readonly tree: string;
  readonly products: readonly string[];
  readonly path: string;
  readonly mode: string;
  readonly sha256: string;
  readonly size: number;
  readonly language: string;
  /** Versions released or ordered from this tree. */
  readonly versions: readonly string[];
  /** Whether the vendor's git repository of the product is at hand. */
  readonly git: boolean;
  /** For whom and when this was drawn: in the rendering, never in the bytes. */
  readonly watermark: { readonly name: string; readonly account: string; readonly time: number } | null;
}

const headMembers = {
  tree: z.string(),
  products: z.array(z.string()),
  path: z.string(),
  mode: z.string(),
  sha256: z.string(),
  size: z.number().int(),
  language: z.string(),
  versions: z.array(z.string()),
  git: z.boolean(),
  watermark: z.object({ name: z.string(), account: z.string(), time: z.number().int() }).nullable(),
};

export interface TextContent {
  readonly state: 'text';
  readonly lineCount: number;
  readonly lineEnds: 'lf' | 'crlf' | 'mixed' | 'none';
  readonly finalLineEnd: boolean;
  readonly first: number;
  /** A byte that is no UTF-8 is the lone surrogate U+DC00 + byte. */
  readonly lines: readonly string[];
  readonly cut: readonly { readonly line: number; readonly bytes: number }[];
  readonly marks: {
    readonly bidi: number;
    readonly invisible: number;
    readonly control: number;
    readonly invalid: number;
  };
  readonly markedLines: readonly number[];
}

export type FileContent =
  | TextContent
  | { readonly state: 'empty' }
  | { readonly state: 'link'; readonly target: string; readonly leadsTo: string | null }
  | { readonly state: 'binary'; readonly kind: string | null; readonly head: string }
  | { readonly state: 'large'; readonly most: number };

const content: z.ZodType<FileContent> = z.discriminatedUnion('state', [
  z.object({
    state: z.literal('text'),
    lineCount: z.number().int(),
    lineEnds: z.enum(['lf', 'crlf', 'mixed', 'none']),
    finalLineEnd: z.boolean(),
    first: z.number().int(),
    lines: z.array(z.string()),
    cut: z.array(z.object({ line: z.number().int(), bytes: z.number().int() })),
    marks: z.object({
      bidi: z.number().int(),
      invisible: z.number().int(),
      control: z.number().int(),
      invalid: z.number().int(),
    }),
    markedLines: z.array(z.number().int()),
  }),
  z.object({ state: z.literal('empty') }),
  z.object({ state: z.literal('link'), target: z.string(), leadsTo: nullable }),
  z.object({ state: z.literal('binary'), kind: nullable, head: z.string() }),
  z.object({ state: z.literal('large'), most: z.number().int() }),
]);

/** `/source/:tree/file?path=` */
export interface FilePage extends FileHead {
  readonly content: FileContent;
  /** Whether tokens.json has colours for it. */
  readonly colours: boolean;
  readonly before: string | null;
}

export const filePageSchema: z.ZodType<FilePage> = z
  .object({ ...headMembers, content, colours: z.boolean(), before: nullable })
  .openapi('SourceFile');

/** `/source/:tree/tokens.json?path=`: a list for each line of the file: length, kind (token-kinds.ts), … */
export interface FileTokens {
  readonly tokens: readonly (readonly number[])[];
}
export const fileTokensSchema: z.ZodType<FileTokens> = z
  .object({ tokens: z.array(z.array(z.number().int())) })
  .openapi('SourceTokens');

export interface CommitOfFile {
  readonly oid: string;
  readonly author: string;
  readonly time: number;
  readonly subject: string;
  /** The logged tree whose digest this commit's files give: proven. */
  readonly tree: string | null;
}

/** `/source/:tree/history?path=` */
export interface HistoryPage extends FileHead {
  /** Newest first. */
  readonly releases: readonly {
    readonly tree: string;
    readonly index: number;
    readonly product: string;
    readonly versions: readonly string[];
    readonly change: 'first' | 'changed' | 'mode' | 'same' | 'absent' | 'returned';
    readonly sha256: string | null;
    /** The tree before it, to compare with. */
    readonly before: string | null;
  }[];
  /** Whether older trees were not looked at: asked again, it may be fewer. */
  readonly more: boolean;
  readonly commits:
    | { readonly state: 'none' }
    | { readonly state: 'failed'; readonly message: string }
    | { readonly state: 'listed'; readonly list: readonly CommitOfFile[]; readonly more: boolean };
}

const commit = z.object({
  oid: z.string(),
  author: z.string(),
  time: z.number().int(),
  subject: z.string(),
  tree: nullable,
});

export const historyPageSchema: z.ZodType<HistoryPage> = z
  .object({
    ...headMembers,
    releases: z.array(
      z.object({
        tree: z.string(),
        index: z.number().int(),
        product: z.string(),
        versions: z.array(z.string()),
        change: z.enum(['first', 'changed', 'mode', 'same', 'absent', 'returned']),
        sha256: nullable,
        before: nullable,
      }),
    ),
    more: z.boolean(),
    commits: z.discriminatedUnion('state', [
      z.object({ state: z.literal('none') }),
      z.object({ state: z.literal('failed'), message: z.string() }),
      z.object({ state: z.literal('listed'), list: z.array(commit), more: z.boolean() }),
    ]),
  })
  .openapi('SourceHistory');

/** `/source/:tree/blame?path=&at=COMMIT` */
export interface BlamePage extends FileHead {
  /** The commit that was looked at: the release's own, or one before it. */
  readonly at: string | null;
  /** Whether the lines are the bytes of the logged tree; otherwise they are git's alone. */
  readonly proven: boolean;
  readonly content: FileContent;
  readonly groups: readonly { readonly first: number; readonly count: number; readonly commit: string }[];
  readonly commits: Readonly<
    Record<
      string,
      CommitOfFile & {
        /** Where the lines stood before this commit, if it may be read. */
        readonly previous: { readonly commit: string; readonly path: string } | null;
      }
    >
  >;
  /** Why there is no blame. */
  readonly fault: string | null;
}

export const blamePageSchema: z.ZodType<BlamePage> = z
  .object({
    ...headMembers,
    at: nullable,
    proven: z.boolean(),
    content,
    groups: z.array(z.object({ first: z.number().int(), count: z.number().int(), commit: z.string() })),
    commits: z.record(
      z.string(),
      commit.extend({ previous: z.object({ commit: z.string(), path: z.string() }).nullable() }),
    ),
    fault: nullable,
  })
  .openapi('SourceBlame');

export interface TreeName {
  readonly tree: string;
  readonly products: readonly string[];
  readonly versions: readonly string[];
  readonly gitCommit: string;
  readonly index: number;
}

const treeName: z.ZodType<TreeName> = z.object({
  tree: z.string(),
  products: z.array(z.string()),
  versions: z.array(z.string()),
  gitCommit: z.string(),
  index: z.number().int(),
});

export interface ChangedFile {
  readonly kind: 'added' | 'removed' | 'changed' | 'mode' | 'moved';
  readonly path: string;
  readonly from: SideOfFile | null;
  readonly to: SideOfFile | null;
}

export interface SideOfFile {
  readonly path: string;
  readonly mode: string;
  readonly sha256: string;
  readonly size: number;
}

const side: z.ZodType<SideOfFile> = z.object({
  path: z.string(),
  mode: z.string(),
  sha256: z.string(),
  size: z.number().int(),
});

const changedFile: z.ZodType<ChangedFile> = z.object({
  kind: z.enum(['added', 'removed', 'changed', 'mode', 'moved']),
  path: z.string(),
  from: side.nullable(),
  to: side.nullable(),
});

export type Columns = readonly [start: number, end: number];

export interface ChangedBlock {
  readonly from: number;
  readonly to: number;
  readonly removed: readonly string[];
  readonly added: number;
  readonly pairs: readonly {
    readonly removed: number;
    readonly added: number;
    readonly from: readonly Columns[];
    readonly to: readonly Columns[];
  }[];
}

export type FileComparison =
  | {
      readonly state: 'text';
      /** All lines of the newer file. */
      readonly lines: readonly string[];
      readonly fromLines: number;
      readonly blocks: readonly ChangedBlock[];
      readonly removed: number;
      readonly added: number;
      readonly coarse: boolean;
      readonly finalLineEnd: { readonly from: boolean; readonly to: boolean };
      readonly colours: boolean;
    }
  | { readonly state: 'same' }
  | { readonly state: 'links'; readonly from: string | null; readonly to: string | null }
  | { readonly state: 'binary' }
  /** One of the two has more than `bytes` bytes or `lines` lines. */
  | { readonly state: 'large'; readonly bytes: number; readonly lines: number };

const columns = z.tuple([z.number().int(), z.number().int()]);

const fileComparison: z.ZodType<FileComparison> = z.discriminatedUnion('state', [
  z.object({
    state: z.literal('text'),
    lines: z.array(z.string()),
    fromLines: z.number().int(),
    blocks: z.array(
      z.object({
        from: z.number().int(),
        to: z.number().int(),
        removed: z.array(z.string()),
        added: z.number().int(),
        pairs: z.array(
          z.object({
            removed: z.number().int(),
            added: z.number().int(),
            from: z.array(columns),
            to: z.array(columns),
          }),
        ),
      }),
    ),
    removed: z.number().int(),
    added: z.number().int(),
    coarse: z.boolean(),
    finalLineEnd: z.object({ from: z.boolean(), to: z.boolean() }),
    colours: z.boolean(),
  }),
  z.object({ state: z.literal('same') }),
  z.object({ state: z.literal('links'), from: nullable, to: nullable }),
  z.object({ state: z.literal('binary') }),
  z.object({ state: z.literal('large'), bytes: z.number().int(), lines: z.number().int() }),
]);

/** `/source/compare/lines.json?from=TREE&to=TREE`: how many lines came and went, as far as the time went. */
export interface CompareLines {
  readonly files: readonly {
    readonly path: string;
    readonly added: number;
    readonly removed: number;
    /** Not the fewest possible: the two differ too much to look for them. */
    readonly coarse: boolean;
  }[];
  /** Changed files that were not counted: binary, too large, or too many. */
  readonly uncounted: number;
}

export const compareLinesSchema: z.ZodType<CompareLines> = z
  .object({
    files: z.array(
      z.object({
        path: z.string(),
        added: z.number().int(),
        removed: z.number().int(),
        coarse: z.boolean(),
      }),
    ),
    uncounted: z.number().int(),
  })
  .openapi('SourceComparisonLines');

/** `/source/compare?from=TREE&to=TREE[&path=]` */
export interface ComparePage {
  readonly from: TreeName;
  readonly to: TreeName;
  /** Of files that this reader may read in both. */
  readonly counts: Readonly<Record<ChangedFile['kind'], number>>;
  readonly changes: readonly ChangedFile[];
  /** Where a path was asked for. */
  readonly file: {
    readonly change: ChangedFile;
    /** Its place among the changes, from 0; null where the file did not change. */
    readonly at: number | null;
    readonly comparison: FileComparison;
    readonly watermark: FileHead['watermark'];
  } | null;
  /** Other trees of the same products, to compare with; in the order of the log. */
  readonly others: readonly TreeName[];
}

export const comparePageSchema: z.ZodType<ComparePage> = z
  .object({
    from: treeName,
    to: treeName,
    counts: z.object({
      added: z.number().int(),
      removed: z.number().int(),
      changed: z.number().int(),
      mode: z.number().int(),
      moved: z.number().int(),
    }),
    changes: z.array(changedFile),
    file: z
      .object({
        change: changedFile,
        at: z.number().int().nullable(),
        comparison: fileComparison,
        watermark: headMembers.watermark,
      })
      .nullable(),
    others: z.array(treeName),
  })
  .openapi('SourceComparison');
