// A product's source: a git repository with commits whose files are as hostile as source can be, and each
// commit as a tree in a content-addressed store, as the vendor opens it to audit (D13).

import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  encodePath,
  formatTreeListing,
  parseTreeListing,
  signStatement,
  source,
  toHex,
  treeDigest,
  utf8,
  type Envelope,
  type TreeListing,
} from '@vitrine/evidence';
import { sha256, type Store } from '@vitrine/host';
import { signerOf } from './parties.ts';

export interface WorldTree {
  readonly digest: string;
  readonly listing: TreeListing;
  readonly listingObject: { readonly sha256: string; readonly size: number };
  readonly gitCommit: string;
  readonly gitTree: string;
  readonly bytes: number;
  /** By encoded path (docs/spec/tree.md). */
  readonly files: ReadonlyMap<string, Uint8Array>;
}

/** Names as git and Linux allow them; keys are latin1, one character a byte. */
const hostileFiles: Readonly<Record<string, Uint8Array>> = {
  'a file with spaces.txt': utf8('spaces in the name\n'),
  '"quoted" & \'quoted\'.txt': utf8('quotes in the name\n'),
  '<script>alert(1)<\\u002fscript>.html': utf8('<script>alert("from the source")</script>\n'),
  'percent%2e%2e%2f.txt': utf8('a percent sign in the name\n'),
  'caf\xe9.txt': utf8('the name is latin1, not UTF-8\n'),
  'line\nbreak.txt': utf8('a line break in the name\n'),
  'stra\xc3\x9fe.txt': utf8('the name is UTF-8\n'),
  '\xe2\x80\xaetxt.exe': utf8('a right-to-left override in the name\n'),
  [`long/${'l'.repeat(200)}/${'o'.repeat(200)}/${'ng'.repeat(100)}.txt`]: utf8('a long name\n'),
  'binary.bin': Uint8Array.from({ length: 4_096 }, (_, i) => (i * 37 + (i >> 8)) & 0xff),
  'invalid-utf8.txt': Uint8Array.of(0x61, 0xff, 0xfe, 0x0a, 0xc3, 0x28, 0x0a),
  'empty.txt': new Uint8Array(0),
  'no-newline.txt': utf8('the last line has no end'),
  'crlf.txt': utf8('one\r\ntwo\r\n'),
};

const recipe = (version: string): string => `recipe = 1

[product]
name = "sample"
version = "${version}"

[build]
command = ["node", "build.mjs"]
outputs = ["sample.mjs"]
`;

const readme = `# Sample

A product that prints what it is given.
`;

function code(version: string, body: string): string {
  return `// The whole product.

export const version = '${version}';

/** Says the words, one on a line. */
export function say(words: readonly string[]): string {
${body}
}

export class Speaker {
  readonly #words: string[] = [];

  add(word: string): void {
    this.#words.push(word);
  }

  speak(): string {
    return say(this.#words);
  }
}
`;
}

/** What the product is made of, version by version. */
export function filesOf(version: string): ReadonlyMap<string, Uint8Array> {
  const body =
    version === '1.0.0'
      ? "  return words.join('\\n');"
      : "  if (words.length === 0) return '';\n  return `${words.join('\\n')}\\n`;";
  const files: Record<string, Uint8Array | string> = {
    'README.md': version === '1.0.0' ? readme : `${readme}\nSince ${version} its last line ends.\n`,
    'conveyor.toml': recipe(version),
    'build.mjs':
      "import { cpSync } from 'node:fs';\ncpSync('src/main.ts', `${process.env.OUT}/sample.mjs`);\n",
    'src/main.ts': code(version, body),
    'src/util/text.ts': 'export const lines = (text: string): string[] => text.split("\\n");\n',
    'native/add.c': 'int add(int a, int b)\n{\n\treturn a + b;\n}\n',
    'tools/check.py': 'def check(value):\n    """Whether the value is one."""\n    return value == 1\n',
    ...(version === '1.0.0' ? { 'src/old.ts': 'export const old = true;\n' } : {}),
    ...(version === '1.2.0' ? { 'src/secret/implant.ts': 'export const implant = () => 1;\n' } : {}),
    ...Object.fromEntries(Object.entries(hostileFiles).map(([name, bytes]) => [`hostile/${name}`, bytes])),
  };
  return new Map(
    Object.entries(files).map(([name, content]) => [
      name,
      typeof content === 'string' ? utf8(content) : content,
    ]),
  );
}

const environment = {
  PATH: process.env['PATH'],
  HOME: '/nonexistent',
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_AUTHOR_NAME: 'An <b>Author</b>',
  GIT_AUTHOR_EMAIL: 'author@example.org',
  GIT_COMMITTER_NAME: 'A Committer',
  GIT_COMMITTER_EMAIL: 'committer@example.org',
};

function git(folder: string, date: number, ...args: readonly string[]): string {
  const at = `${date} +0000`;
  return execFileSync('git', ['-C', folder, '-c', 'core.autocrlf=false', ...args], {
    env: { ...environment, GIT_AUTHOR_DATE: at, GIT_COMMITTER_DATE: at },
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  }).trim();
}

/** Commits these files and puts the tree into the store. `date`: seconds since 1970. */
export async function commit(
  repository: string,
  store: Store,
  files: ReadonlyMap<string, Uint8Array>,
  message: string,
  date: number,
): Promise<WorldTree> {
  mkdirSync(repository, { recursive: true });
  git(repository, date, 'init', '-q', '-b', 'main');
  for (const folder of ['src', 'hostile']) rmSync(join(repository, folder), { recursive: true, force: true });
  for (const [name, bytes] of files) {
    const path = Buffer.concat([Buffer.from(`${repository}/`), Buffer.from(name, 'latin1')]);
    mkdirSync(path.subarray(0, path.lastIndexOf(0x2f)), { recursive: true });
    writeFileSync(path, bytes);
  }
  git(repository, date, 'add', '-A');
  git(repository, date, 'commit', '-q', '-m', message);
  const contents = new Map<string, Uint8Array>();
  const listed = await Promise.all(
    [...files].map(async ([name, bytes]) => {
      const path = encodePath(Buffer.from(name, 'latin1'));
      contents.set(path, bytes);
      return { mode: '100644' as const, path, sha256: await store.put(bytes), size: bytes.length };
    }),
  );
  const listingBytes = formatTreeListing(listed);
  const listing = parseTreeListing(listingBytes);
  return {
    digest: toHex(treeDigest(listing, sha256)),
    listing,
    listingObject: { sha256: await store.put(listingBytes), size: listingBytes.length },
    gitCommit: git(repository, date, 'rev-parse', 'HEAD'),
    gitTree: git(repository, date, 'rev-parse', 'HEAD^{tree}'),
    bytes: listing.files.reduce((sum, { size }) => sum + size, 0),
    files: contents,
  };
}

export function sourceStatement(tree: WorldTree, product: string): Promise<Envelope> {
  return signStatement(
    source,
    [{ name: 'tree', digest: { sha256: tree.digest } }],
    {
      product,
      listing: tree.listingObject,
      files: tree.listing.files.length,
      bytes: tree.bytes,
      gitCommit: tree.gitCommit,
      gitTree: tree.gitTree,
    },
    signerOf('source'),
  );
}
