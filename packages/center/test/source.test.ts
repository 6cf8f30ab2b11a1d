// The pages about source as their twins, for readers of every tier.

import assert from 'node:assert/strict';
import { chmodSync, rmSync, writeFileSync } from 'node:fs';
import test, { before, after } from 'node:test';
import { parseSourceProof, verifySourceProof } from '@vitrine/evidence';
import { makeSourceWorld, type SourceWorld } from './source-world.ts';

const ending: (() => void)[] = [];
let at: SourceWorld;
let old: string;
let middle: string;
let tree: string;

before(async () => {
  at = await makeSourceWorld({ after: (work) => void ending.push(work) });
  [old, middle, tree] = at.world.trees.map(({ digest }) => digest) as [string, string, string];
});
after(() => {
  for (const work of ending.toReversed()) work();
});

const on = (digest: string, what: string, path: string): string =>
  `/source/${digest}/${what}?path=${encodeURIComponent(path)}`;
const secret = 'src/secret/implant.ts';

test('the catalogue names what a reader may know of, by product, newest first', async () => {
  const { body } = await at.get('/source.json', 'part');
  assert.deepEqual(
    body.products.map((one: { product: string; tier: string }) => [one.product, one.tier]),
    [['sample', 'critical']],
  );
  assert.deepEqual(
    body.products[0].trees.map((one: { tree: string; versions: string[] }) => [one.tree, ...one.versions]),
    [
      [tree, '1.2.0'],
      [middle, '1.1.0'],
      [old, '1.0.0'],
    ],
  );
  assert.deepEqual((await at.get('/source.json')).body, { products: [] });
});

test('a tree counts what its reader may read, and says how many files there are in all', async () => {
  const whole = (await at.get(`/source/${tree}.json`, 'reader')).body;
  const part = (await at.get(`/source/${tree}.json`, 'part')).body;
  const overview = (await at.get(`/source/${tree}.json`, 'overview')).body;
  const files = at.world.trees[2]?.listing.files.length;
  assert.equal(whole.readable.files, files);
  assert.deepEqual(
    [whole, part, overview].map((one) => one.filesInAll),
    [files, files, files],
  );
  assert.equal(part.readable.files, 2);
  assert.deepEqual(
    part.entries.map((one: { path: string }) => one.path),
    ['src'],
  );
  assert.equal(part.entries[0].files, 2);
  assert.deepEqual(
    part.languages.map((one: { name: string }) => one.name),
    ['TypeScript'],
  );
  assert.deepEqual([overview.readable.files, overview.entries, overview.languages], [0, [], []]);
  assert.doesNotMatch(JSON.stringify(part), /secret|hostile|README/);
});

test('recipe and materials are open with the overview', async () => {
  const { body } = await at.get(`/source/${tree}.json`, 'overview');
  assert.match(body.orders[0].recipe.text, /name = "sample"/);
  assert.ok(Array.isArray(body.orders[0].materials.list));
});

test('a folder that holds nothing readable is not there', async () => {
  const inside = await at.get(`/source/${tree}.json?path=src`, 'part');
  assert.deepEqual(
    inside.body.entries.map((one: { name: string; kind: string }) => [one.name, one.kind]),
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
  const empty = await at.get(`/source/${tree}/file.json`, 'reader');
  assert.equal(empty.body.error.code, 'center.request');
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
  const { body } = await at.get(on(tree, 'file.json', 'src/main.ts'), 'part');
  assert.equal(body.watermark.account, 'part');
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
  const state = async (path: string): Promise<Record<string, unknown>> =>
    (await at.get(on(tree, 'file.json', `hostile/${path}`), 'reader')).body.content;
  assert.equal((await state('binary.bin'))['state'], 'binary');
  assert.deepEqual(await state('empty.txt'), { state: 'empty' });
  const invalid = await state('invalid-utf8.txt');
  assert.deepEqual(invalid['lines'], ['a\udcff\udcfe', '\udcc3(']);
  assert.deepEqual(invalid['marks'], { bidi: 0, invisible: 0, control: 0, invalid: 3 });
  assert.equal((await state('no-newline.txt'))['finalLineEnd'], false);
  const crlf = await state('crlf.txt');
  assert.deepEqual([crlf['lineEnds'], crlf['lines']], ['crlf', ['one', 'two']]);
});

test('the history says in which releases a file changed, and which commits give a logged tree', async () => {
  const { body } = await at.get(on(tree, 'history.json', 'src/main.ts'), 'part');
  assert.deepEqual(
    body.releases.map((one: { versions: string[]; change: string }) => [one.versions[0], one.change]),
    [
      ['1.2.0', 'changed'],
      ['1.1.0', 'changed'],
      ['1.0.0', 'first'],
    ],
  );
  assert.equal(body.commits.state, 'listed');
  assert.deepEqual(
    body.commits.list.map((one: { tree: string }) => one.tree),
    [tree, middle, old],
  );
  const gone = (await at.get(on(old, 'history.json', 'src/old.ts'), 'part')).body;
  assert.deepEqual(
    gone.releases.map((one: { change: string }) => one.change),
    ['absent', 'absent', 'first'],
  );
});

test('blame is of the same bytes as the logged file, and leads to what was before', async () => {
  const { body } = await at.get(on(tree, 'blame.json', 'src/main.ts'), 'part');
  assert.deepEqual([body.proven, body.fault], [true, null]);
  const lines = body.groups.reduce((sum: number, { count }: { count: number }) => sum + count, 0);
  assert.equal(lines, body.content.lineCount);
  const newest = body.commits[at.world.trees[2]?.gitCommit ?? ''];
  assert.equal(newest.previous.path, 'src/main.ts');
  const before = await at.get(
    `${on(tree, 'blame.json', 'src/main.ts')}&at=${newest.previous.commit}`,
    'part',
  );
  assert.match(before.body.content.lines.join('\n'), /1\.1\.0/);
  assert.equal(before.body.proven, false);
});

test('blame takes a commit of the history and nothing else', async () => {
  for (const at_ of ['HEAD', '--output=/tmp/x', 'main', '0'.repeat(40), `${'a'.repeat(40)}^`, ':/Make'])
    assert.notEqual(
      (await at.get(`${on(tree, 'blame.json', 'src/main.ts')}&at=${encodeURIComponent(at_)}`, 'part')).status,
      200,
      at_,
    );
});

test('git says that it cannot be asked about a name that is no UTF-8', async () => {
  const { body } = await at.get(on(tree, 'history.json', 'hostile/caf%E9.txt'), 'reader');
  assert.equal(body.commits.state, 'failed');
  assert.equal(body.releases.length, 3);
});

test('two trees are compared by what their reader may read in both', async () => {
  const whole = (await at.get(`/source/compare.json?from=${old}&to=${tree}`, 'reader')).body;
  const kinds = (body: { changes: { kind: string; path: string }[] }): string[] =>
    body.changes.map(({ kind, path }) => `${kind} ${path}`);
  assert.deepEqual(kinds(whole), [
    'changed README.md',
    'changed conveyor.toml',
    'changed src/main.ts',
    'removed src/old.ts',
    'added src/secret/implant.ts',
  ]);
  const part = (await at.get(`/source/compare.json?from=${old}&to=${tree}`, 'part')).body;
  assert.deepEqual(kinds(part), ['changed src/main.ts', 'removed src/old.ts']);
  assert.deepEqual(part.counts, { added: 0, removed: 1, changed: 1, mode: 0, moved: 0 });
});

test('a file is compared by lines and by words', async () => {
  const { body } = await at.get(`/source/compare.json?from=${middle}&to=${tree}&path=src/main.ts`, 'part');
  const { comparison } = body.file;
  assert.deepEqual([comparison.state, comparison.removed, comparison.added], ['text', 1, 1]);
  const [block] = comparison.blocks;
  assert.deepEqual(block.removed, ["export const version = '1.1.0';"]);
  assert.equal(comparison.lines[block.to - 1], "export const version = '1.2.0';");
  const [[start, end]] = block.pairs[0].to;
  assert.ok(comparison.lines[block.to - 1].slice(start, end).includes('2'));
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
  const lies = (await fresh.get(`/source/${digest}.json`, 'reader')).body;
  assert.deepEqual([lies.trouble.code, lies.entries, lies.filesInAll > 0], ['source.store-lies', [], true]);
  assert.equal(
    (await fresh.get(on(digest, 'file.json', 'src/main.ts'), 'reader')).body.error.code,
    'source.store-lies',
  );
  rmSync(target);
  assert.equal(
    (await fresh.get(`/source/${digest}.json`, 'reader')).body.trouble.code,
    'source.store-missing',
  );
  assert.ok(bytes.length > 0 && path !== target);
});

/** Answers the text of the refusal, which says nothing about what is there. */
function refused({ status, body, text }: { status: number; body: any; text: string }, what: string): string {
  assert.notEqual(status, 200, what);
  assert.equal(body.error.code, 'center.not-found', what);
  return text;
}
