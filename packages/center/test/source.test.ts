// The pages about source as their twins, for readers of every tier.

import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, rmdirSync, rmSync, writeFileSync } from 'node:fs';
import test, * as nodeTest from 'node:test';
import {
  formatTreeListing,
  parseSourceProof,
  parseTreeListing,
  toHex,
  treeDigest,
  verifySourceProof,
  type TreeFile,
} from '@vitrine/evidence';
import { hostErrors, sha256 } from '@vitrine/host';
import type {
  BlamePage,
  Catalogue,
  CompareLines,
  ComparePage,
  FilePage,
  HistoryPage,
  TreePage,
} from '../src/contract/source.ts';
import type { WorldTree } from './world/source.ts';
import { makeSourceWorld, type Answer, type SourceWorld } from './source-world.ts';

interface Refusal {
  readonly error: { readonly code: string };
}

const ending: (() => void)[] = [];
let at: SourceWorld;
let old: string;
let middle: string;
let tree: string;

nodeTest.before(async () => {
  at = await makeSourceWorld({ after: (work) => void ending.push(work) });
  [old, middle, tree] = at.world.trees.map(({ digest }) => digest) as [string, string, string];
});
nodeTest.after(() => {
  for (const work of ending.toReversed()) work();
});

const on = (digest: string, what: string, path: string): string =>
  `/source/${digest}/${what}?path=${encodeURIComponent(path)}`;
const secret = 'src/secret/implant.ts';

test('the catalogue names what a reader may know of, by product, newest first', async () => {
  const body = await at.json<Catalogue>('/source.json', 'part');
  assert.deepEqual(
    body.products.map((one) => [one.product, one.tier]),
    [['sample', 'critical']],
  );
  assert.deepEqual(
    body.products[0]?.trees.map((one) => [one.tree, ...one.versions]),
    [
      [tree, '1.2.0'],
      [middle, '1.1.0'],
      [old, '1.0.0'],
    ],
  );
  assert.deepEqual(await at.json<Catalogue>('/source.json'), { products: [] });
});

test('a tree counts what its reader may read, and says how many files there are in all', async () => {
  const whole = await at.json<TreePage>(`/source/${tree}.json`, 'reader');
  const part = await at.json<TreePage>(`/source/${tree}.json`, 'part');
  const overview = await at.json<TreePage>(`/source/${tree}.json`, 'overview');
  const files = at.world.trees[2]?.listing.files.length;
  assert.equal(whole.readable.files, files);
  assert.deepEqual(
    [whole, part, overview].map((one) => one.filesInAll),
    [files, files, files],
  );
  assert.equal(part.readable.files, 2);
  assert.deepEqual(
    part.entries.map((one) => one.path),
    ['src'],
  );
  assert.equal(part.entries[0]?.files, 2);
  assert.deepEqual(
    part.languages.map((one) => one.name),
    ['TypeScript'],
  );
  assert.deepEqual([overview.readable.files, overview.entries, overview.languages], [0, [], []]);
  assert.doesNotMatch(JSON.stringify(part), /secret|hostile|README/);
});

test('recipe and materials are open with the overview', async () => {
  const [order] = (await at.json<TreePage>(`/source/${tree}.json`, 'overview')).orders;
  assert.match(order?.recipe.text ?? '', /name = "sample"/);
  assert.ok(Array.isArray(order?.materials.list));
  // Fetched once, however often the page is asked for.
  await at.json<TreePage>(`/source/${tree}.json`, 'overview');
  const asked = at.world.repository.gate.asked.filter((path) => path === `/blob/${order.materials.sha256}`);
  assert.equal(asked.length, 1);
});

test('a folder that holds nothing readable is not there', async () => {
  const inside = await at.json<TreePage>(`/source/${tree}.json?path=src`, 'part');
  assert.deepEqual(
    inside.entries.map((one) => [one.name, one.kind]),
    [
      ['util', 'folder'],
      ['main.ts', 'file'],
    ],
  );
  for (const path of ['src/secret', 'native', 'nothing', '..', 'src/', '/', 'src/../src'])
    refused(await at.get(`/source/${tree}.json?path=${encodeURIComponent(path)}`, 'part'), path);
});

test('what is closed answers as what is not there, on every address, and is not recorded', async () => {
  const recorded = at.reads.length;
  const missing = refused(await at.get(on(tree, 'file.json', 'src/nothing.ts'), 'part'), 'missing');
  for (const what of ['file.json', 'raw', 'proof.json', 'tokens.json', 'history.json', 'blame.json']) {
    for (const [path, who] of [
      [secret, 'part'],
      ['README.md', 'part'],
      ['src/main.ts', 'overview'],
      ['src/main.ts', 'none'],
      ['src/main.ts', undefined],
    ] as const) {
      const answer = await at.get(on(tree, what, path), who);
      assert.equal(refused(answer, `${what} ${path} ${String(who)}`), missing);
    }
  }
  const compared = `/source/compare.json?from=${middle}&to=${tree}&path=${encodeURIComponent(secret)}`;
  refused(await at.get(compared, 'part'), 'compare');
  assert.equal(at.reads.length, recorded);
});

test('a path is a name in the listing and nothing else', async () => {
  for (const path of [
    '../../etc/passwd',
    '/etc/passwd',
    'src/../conveyor.toml',
    'src/main.ts/',
    'src//main.ts',
    'src/main.ts%00',
    '\0',
  ])
    for (const what of ['file.json', 'raw', 'proof.json', 'blame.json'])
      refused(await at.get(on(tree, what, path), 'reader'), `${what} ${JSON.stringify(path)}`);
  for (const digest of ['0'.repeat(64), tree.toUpperCase(), '..', '%2e%2e', `${tree}0`, 'compare'])
    assert.notEqual((await at.get(on(digest, 'file.json', 'src/main.ts'), 'reader')).status, 200, digest);
  const empty = await at.json<Refusal>(`/source/${tree}/file.json`, 'reader');
  assert.equal(empty.error.code, 'center.request');
});

test('each read of bytes is recorded before it is answered, with what was read', async () => {
  const from = at.reads.length;
  for (const what of ['file.json', 'raw', 'proof.json', 'history.json', 'blame.json'])
    assert.equal((await at.get(on(tree, what, 'src/main.ts'), 'part')).status, 200, what);
  await at.get(`/source/compare.json?from=${old}&to=${tree}&path=src/main.ts`, 'part');
  assert.deepEqual(
    at.reads
      .slice(from)
      .map(({ what, account, path, product, tree: digest }) => [what, account, path, product, digest]),
    [
      ...['file', 'raw', 'proof', 'history', 'blame'].map((what) => [
        what,
        'part',
        'src/main.ts',
        'sample',
        tree,
      ]),
      ['compare', 'part', 'src/main.ts', 'sample', old],
      ['compare', 'part', 'src/main.ts', 'sample', tree],
    ],
  );
});

test('the colours of a file are one read with the file, and a read of their own without it', async () => {
  const path = 'src/util/text.ts';
  const from = at.reads.length;
  await at.get(on(tree, 'file.json', path), 'part');
  await at.get(on(tree, 'tokens.json', path), 'part');
  assert.equal(at.reads.length, from + 1);
  await at.get(on(tree, 'tokens.json', path), 'reader');
  await at.get(on(middle, 'tokens.json', path), 'part');
  assert.deepEqual(
    at.reads.slice(from).map(({ what, account, tree: digest }) => [what, account, digest]),
    [
      ['file', 'part', tree],
      ['file', 'reader', tree],
      ['file', 'part', middle],
    ],
  );
});

test('every answer about source is kept by nobody but who asked', async () => {
  const addresses = [
    '/source.json',
    `/source/${tree}.json`,
    `/source/${tree}/paths.json`,
    on(tree, 'file.json', 'src/main.ts'),
    on(tree, 'tokens.json', 'src/main.ts'),
    on(tree, 'raw', 'src/main.ts'),
    on(tree, 'proof.json', 'src/main.ts'),
    `/source/compare.json?from=${old}&to=${tree}`,
  ];
  for (const address of addresses) {
    const { headers, status } = await at.get(address, 'reader');
    assert.deepEqual(
      [status, headers.get('cache-control'), headers.get('vary')?.toLowerCase()],
      [200, 'private, no-store', 'cookie'],
      address,
    );
  }
});

test('what one tier was answered never reaches another, in whatever order they ask', async () => {
  const addresses = [
    `/source/${tree}.json`,
    `/source/${tree}.json?path=src`,
    `/source/${tree}/paths.json`,
    `/source/compare.json?from=${middle}&to=${tree}`,
    on(tree, 'file.json', secret),
    on(tree, 'tokens.json', secret),
    on(tree, 'raw', secret),
    on(tree, 'history.json', 'src/main.ts'),
  ];
  for (const address of addresses) {
    await at.get(address, 'reader');
    for (const who of ['part', 'overview', undefined]) {
      const { text } = await at.get(address, who);
      assert.doesNotMatch(text, /implant|hostile/, `${address} as ${String(who)}`);
    }
  }
});

test('the raw file is its bytes, as a download that no browser shows', async () => {
  const path = 'hostile/<script>alert(1)<\\u002fscript>.html';
  const { headers, text } = await at.get(on(tree, 'raw', path), 'reader');
  assert.equal(text, '<script>alert("from the source")</script>\n');
  assert.equal(headers.get('content-type'), 'application/octet-stream');
  assert.equal(headers.get('x-content-type-options'), 'nosniff');
  assert.match(headers.get('content-security-policy') ?? '', /sandbox/);
  assert.match(
    headers.get('content-disposition') ?? '',
    /^attachment; filename="[A-Za-z0-9._-]+"; filename\*=UTF-8''[A-Za-z0-9._%~-]+$/,
  );
  for (const [name, bytes] of at.world.trees[2]?.files ?? [])
    assert.deepEqual(await at.bytes(on(tree, 'raw', name), 'reader'), new Uint8Array(bytes), name);
});

test('the watermark is beside the bytes and never in them', async () => {
  const body = await at.json<FilePage>(on(tree, 'file.json', 'src/main.ts'), 'part');
  assert.equal(body.watermark?.account, 'part');
  assert.doesNotMatch((await at.get(on(tree, 'raw', 'src/main.ts'), 'part')).text, /\bpart\b/);
});

test('a file is exported with its path to the tree digest, and checks offline', async () => {
  for (const { path } of at.world.trees[2]?.listing.files ?? []) {
    const [bytes, proof] = await Promise.all([
      at.bytes(on(tree, 'raw', path), 'reader'),
      at.bytes(on(tree, 'proof.json', path), 'reader'),
    ]);
    verifySourceProof(bytes, parseSourceProof(proof), tree);
  }
});

test('each kind of file has its own state', async () => {
  const state = async (path: string): Promise<Record<string, unknown>> => ({
    ...(await at.json<FilePage>(on(tree, 'file.json', `hostile/${path}`), 'reader')).content,
  });
  assert.equal((await state('binary.bin'))['state'], 'binary');
  assert.deepEqual(await state('empty.txt'), { state: 'empty' });
  const invalid = await state('invalid-utf8.txt');
  assert.deepEqual(invalid['lines'], ['a\udcff\udcfe', '\udcc3(']);
  assert.deepEqual(invalid['marks'], { bidi: 0, invisible: 0, control: 0, invalid: 3 });
  assert.equal((await state('no-newline.txt'))['finalLineEnd'], false);
  const crlf = await state('crlf.txt');
  assert.deepEqual([crlf['lineEnds'], crlf['lines']], ['crlf', ['one', 'two']]);
});

test('links are shown by their target and followed within what may be read; programs say that they are', async () => {
  const { world } = at;
  const put = async (path: string, mode: TreeFile['mode'], content: string): Promise<TreeFile> => {
    const bytes = Buffer.from(content);
    return { mode, path, sha256: await world.source.put(bytes), size: bytes.length };
  };
  const files = [
    await put('conveyor.toml', '100644', 'recipe = 1\n'),
    await put('src/here', '120000', '../src/./tool'),
    await put('src/out', '120000', '../../etc/passwd'),
    await put('src/secret/x', '100644', 'x'),
    await put('src/tool', '100755', '#!/bin/sh\n'),
    await put('src/veiled', '120000', 'secret/x'),
  ];
  const listingBytes = formatTreeListing(files);
  const listing = parseTreeListing(listingBytes);
  const linked: WorldTree = {
    digest: toHex(treeDigest(listing, sha256)),
    listing,
    listingObject: { sha256: await world.source.put(listingBytes), size: listingBytes.length },
    gitCommit: 'a'.repeat(40),
    gitTree: 'a'.repeat(40),
    bytes: 1,
    files: new Map(),
  };
  await world.release({ tree: linked, product: 'linked', version: '1.0.0', sequence: 1 });
  await at.look();
  const content = async (path: string): Promise<FilePage> =>
    at.json<FilePage>(on(linked.digest, 'file.json', path), 'part');
  assert.deepEqual((await content('src/here')).content, {
    state: 'link',
    target: '../src/./tool',
    leadsTo: 'src/tool',
  });
  for (const path of ['src/out', 'src/veiled'])
    assert.partialDeepStrictEqual(await content(path), { content: { state: 'link', leadsTo: null } }, path);
  assert.equal((await content('src/tool')).mode, '100755');
  const { entries } = await at.json<TreePage>(`/source/${linked.digest}.json?path=src`, 'part');
  assert.deepEqual(
    entries.map(({ name, kind }) => `${kind} ${name}`),
    ['link here', 'link out', 'program tool', 'link veiled'],
  );
});

test('the history says in which releases a file changed, and which commits give a logged tree', async () => {
  const body = await at.json<HistoryPage>(on(tree, 'history.json', 'src/main.ts'), 'part');
  assert.deepEqual(
    body.releases.map((one) => [one.versions[0], one.change]),
    [
      ['1.2.0', 'changed'],
      ['1.1.0', 'changed'],
      ['1.0.0', 'first'],
    ],
  );
  assert(body.commits.state === 'listed');
  assert.deepEqual(
    body.commits.list.map((one) => one.tree),
    [tree, middle, old],
  );
  const gone = await at.json<HistoryPage>(on(old, 'history.json', 'src/old.ts'), 'part');
  assert.deepEqual(
    gone.releases.map((one) => one.change),
    ['absent', 'absent', 'first'],
  );
});

test('a history that takes too long says that there is more, and is told of more when it is asked again', async (t) => {
  const hasty = await makeSourceWorld(t, { historyMs: 0 });
  const trees = hasty.world.trees.map(({ digest }) => digest);
  const address = on(trees[2] ?? '', 'history.json', 'src/main.ts');
  const whole = await at.json<HistoryPage>(on(tree, 'history.json', 'src/main.ts'), 'part');
  assert.equal(whole.more, false);
  const changes = whole.releases.map(({ change }) => change);
  // Each time one tree more is read; the oldest that was read is there to compare with.
  for (const [rows, more] of [
    [0, true],
    [1, true],
    [3, false],
  ] as const) {
    const body = await hasty.json<HistoryPage>(address, 'part');
    assert.deepEqual([body.releases.map(({ change }) => change), body.more], [changes.slice(0, rows), more]);
  }
});

test('blame is of the same bytes as the logged file, and leads to what was before', async () => {
  const body = await at.json<BlamePage>(on(tree, 'blame.json', 'src/main.ts'), 'part');
  assert(body.content.state === 'text');
  assert.deepEqual([body.proven, body.fault], [true, null]);
  const lines = body.groups.reduce((sum, { count }) => sum + count, 0);
  assert.equal(lines, body.content.lineCount);
  const newest = body.commits[at.world.trees[2]?.gitCommit ?? ''];
  const previous = newest?.previous;
  assert(previous !== undefined && previous !== null);
  assert.equal(previous.path, 'src/main.ts');
  const earlier = await at.json<BlamePage>(
    `${on(tree, 'blame.json', 'src/main.ts')}&at=${previous.commit}`,
    'part',
  );
  assert(earlier.content.state === 'text');
  assert.match(earlier.content.lines.join('\n'), /1\.1\.0/);
  assert.equal(earlier.proven, false);
});

test('blame takes a commit of the history and nothing else', async () => {
  for (const revision of ['HEAD', '--output=/tmp/x', 'main', '0'.repeat(40), `${'a'.repeat(40)}^`, ':/Make'])
    assert.notEqual(
      (await at.get(`${on(tree, 'blame.json', 'src/main.ts')}&at=${encodeURIComponent(revision)}`, 'part'))
        .status,
      200,
      revision,
    );
});

test('git says that it cannot be asked about a name that is no UTF-8', async () => {
  const body = await at.json<HistoryPage>(on(tree, 'history.json', 'hostile/caf%E9.txt'), 'reader');
  assert.equal(body.commits.state, 'failed');
  assert.equal(body.releases.length, 3);
});

test('two trees are compared by what their reader may read in both', async () => {
  const whole = await at.json<ComparePage>(`/source/compare.json?from=${old}&to=${tree}`, 'reader');
  const kinds = (body: ComparePage): string[] => body.changes.map(({ kind, path }) => `${kind} ${path}`);
  assert.deepEqual(kinds(whole), [
    'changed README.md',
    'changed conveyor.toml',
    'changed src/main.ts',
    'removed src/old.ts',
    'added src/secret/implant.ts',
  ]);
  const part = await at.json<ComparePage>(`/source/compare.json?from=${old}&to=${tree}`, 'part');
  assert.deepEqual(kinds(part), ['changed src/main.ts', 'removed src/old.ts']);
  assert.deepEqual(part.counts, { added: 0, removed: 1, changed: 1, mode: 0, moved: 0 });
});

test('lines are counted of the changed files that the reader may read, and of no others', async () => {
  const address = `/source/compare/lines.json?from=${old}&to=${tree}`;
  const whole = await at.json<CompareLines>(address, 'reader');
  const part = await at.json<CompareLines>(address, 'part');
  const counts = ({ files }: CompareLines): string[] =>
    files.map(({ path, added, removed }) => `${path} +${added} -${removed}`);
  assert.deepEqual(counts(part), ['src/main.ts +3 -2', 'src/old.ts +0 -1']);
  assert.equal(whole.files.length, 5);
  refused(await at.get(address), 'nobody');
});

test('a file is compared by lines and by words', async () => {
  const { file } = await at.json<ComparePage>(
    `/source/compare.json?from=${middle}&to=${tree}&path=src/main.ts`,
    'part',
  );
  const comparison = file?.comparison;
  assert(comparison?.state === 'text');
  assert.deepEqual([comparison.state, comparison.removed, comparison.added], ['text', 1, 1]);
  const [block] = comparison.blocks;
  assert(block !== undefined);
  assert.deepEqual(block.removed, ["export const version = '1.1.0';"]);
  assert.equal(comparison.lines[block.to - 1], "export const version = '1.2.0';");
  const [start, end] = block.pairs[0]?.to[0] ?? [0, 0];
  assert.ok(comparison.lines[block.to - 1]?.slice(start, end).includes('2'));
});

test('a store that lies or lacks the listing is said on the page, with what the log says', async () => {
  const { source, trees } = at.world;
  const name = trees[1]?.listingObject.sha256 ?? '';
  const path = source.path(name);
  const bytes = await source.get(name, { maxBytes: 1 << 20 });
  const fresh = await makeSourceWorld({ after: (work) => void ending.push(work) }, { trouble: false });
  const target = fresh.world.source.path(fresh.world.trees[1]?.listingObject.sha256 ?? '');
  const digest = fresh.world.trees[1]?.digest ?? '';
  chmodSync(target, 0o644);
  writeFileSync(target, 'other');
  const lies = await fresh.json<TreePage>(`/source/${digest}.json`, 'reader');
  assert.deepEqual([lies.trouble?.code, lies.entries, lies.filesInAll > 0], ['source.store-lies', [], true]);
  assert.equal(
    (await fresh.json<Refusal>(on(digest, 'file.json', 'src/main.ts'), 'reader')).error.code,
    'source.store-lies',
  );
  // A disk that fails: readers are told that it does, the operator where.
  rmSync(target);
  mkdirSync(target);
  const fails = await fresh.json<TreePage>(`/source/${digest}.json`, 'reader');
  assert.deepEqual(fails.trouble, { code: 'file.io', message: hostErrors['file.io'].meaning });
  assert.ok(fresh.reported.some((line) => line.includes(target)));
  rmdirSync(target);
  assert.equal(
    (await fresh.json<TreePage>(`/source/${digest}.json`, 'reader')).trouble?.code,
    'source.store-missing',
  );
  assert.ok(bytes.length > 0 && path !== target);
});

/** Answers the text of the refusal, which says nothing about what is there. */
function refused({ status, text }: Answer, what: string): string {
  assert.notEqual(status, 200, what);
  assert.equal((JSON.parse(text) as Refusal).error.code, 'center.not-found', what);
  return text;
}
