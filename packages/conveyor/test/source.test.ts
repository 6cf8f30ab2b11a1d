import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test, type TestContext } from 'node:test';
import {
  expectKind,
  source as sourceKind,
  statementOf,
  subjectOf,
  toHex,
  treeDigest,
} from '@vitrine/evidence';
import { openStore, type Store } from '@vitrine/host';
import { temporaryDirectory, testSigner } from '@vitrine/testkit';
import { readSource, signSource, type CommittedSource } from '../src/index.ts';
import { commitAll, digestOf, git, makeRepository, refusal, writeFiles, type Content } from './helpers.ts';

interface Fixture {
  readonly folder: string;
  readonly repository: string;
  readonly store: Store;
  readonly commit: string;
}

function fixture(t: TestContext, files: Readonly<Record<string, Content>> = { 'a.txt': 'a' }): Fixture {
  const folder = temporaryDirectory(t);
  const repository = join(folder, 'repository');
  return {
    folder,
    repository,
    store: openStore(join(folder, 'store')),
    commit: makeRepository(repository, files),
  };
}

const names = ({ listing }: CommittedSource): readonly string[] =>
  listing.files.map(({ mode, path }) => `${mode} ${path}`);

describe('source by commit', () => {
  test('lists raw blobs with modes and odd names, and keeps each in the store', async (t) => {
    const odd = Buffer.from([0xff, 0x0a, 0x20, 0x25]);
    const { repository, store, commit } = fixture(t, {
      'run.sh': { executable: '#!/bin/sh\n' },
      'd/link': { link: '../run.sh' },
      'a.txt': 'one\n',
    });
    writeFileSync(Buffer.concat([Buffer.from(`${repository}/`), odd]), 'odd');
    writeFileSync(join(repository, '.gitattributes'), '*.txt text eol=crlf filter=upper\n');
    commitAll(repository);
    const source = await readSource(repository, 'HEAD', store);
    assert.deepEqual(names(source), [
      '100644 .gitattributes',
      '100644 a.txt',
      '120000 d/link',
      '100755 run.sh',
      '100644 %FF%0A%20%25',
    ]);
    assert.equal(source.digest, toHex(treeDigest(source.listing)));
    assert.equal(source.listing.files[1]?.sha256, digestOf('one\n'), 'no filter and no line-end conversion');
    for (const { sha256, size } of [...source.listing.files, source.listingObject]) {
      assert.equal((await store.get(sha256, { maxBytes: size })).length, size);
    }
    assert.equal(source.commit.time, 1_700_000_123, 'the committer time');
    assert.equal((await readSource(repository, commit, store)).listing.files.length, 3, 'an older commit');
  });

  test('is the commit, not the checkout; what is uncommitted is said', async (t) => {
    const { repository, store } = fixture(t);
    const clean = await readSource(repository, 'main', store);
    assert.equal(clean.dirty, false);
    writeFiles(repository, { 'a.txt': 'changed', 'b.txt': 'new' });
    const dirty = await readSource(repository, 'main', store);
    assert.deepEqual([dirty.dirty, dirty.digest], [true, clean.digest]);
  });

  test('is the same from a shallow clone, a bare clone, and a folder inside', async (t) => {
    const { folder, repository, store } = fixture(t, { 'in/a.txt': 'a' });
    commitAll(repository);
    const { digest } = await readSource(repository, 'HEAD', store);
    git(folder, 'clone', '-q', '--depth', '1', `file://${repository}`, 'shallow');
    git(folder, 'clone', '-q', '--bare', repository, 'bare');
    for (const place of ['shallow', 'bare', 'repository/in']) {
      const source = await readSource(join(folder, place), 'HEAD', store);
      assert.deepEqual([source.digest, source.dirty], [digest, false], place);
    }
  });

  test('ignores replacement objects', async (t) => {
    const { repository, store, commit } = fixture(t);
    const before = await readSource(repository, commit, store);
    writeFiles(repository, { 'a.txt': 'other' });
    git(repository, 'replace', commit, commitAll(repository));
    assert.equal((await readSource(repository, commit, store)).digest, before.digest);
  });

  test('expands submodules that are checked out, also nested ones', async (t) => {
    const { folder, repository, store } = fixture(t);
    makeRepository(join(folder, 'inner'), { 'deep.txt': 'deep' });
    makeRepository(join(folder, 'middle'), { 'mid.txt': 'mid' });
    git(join(folder, 'middle'), 'submodule', '--quiet', 'add', join(folder, 'inner'), 'inner');
    commitAll(join(folder, 'middle'));
    git(repository, 'submodule', '--quiet', 'add', join(folder, 'middle'), 'parts/middle');
    commitAll(repository);
    await assert.rejects(
      readSource(repository, 'HEAD', store),
      refusal('source.submodule', 'parts/middle/inner'),
    );
    git(repository, 'submodule', '--quiet', 'update', '--init', '--recursive');
    const source = await readSource(repository, 'HEAD', store);
    assert.deepEqual(names(source), [
      '100644 .gitmodules',
      '100644 a.txt',
      '100644 parts/middle/.gitmodules',
      '100644 parts/middle/inner/deep.txt',
      '100644 parts/middle/mid.txt',
    ]);
    git(folder, 'clone', '-q', repository, 'clone');
    await assert.rejects(
      readSource(join(folder, 'clone'), 'HEAD', store),
      refusal('source.submodule', 'parts/middle'),
    );
  });

  test('does not take a link, or a checkout without the commit, for a submodule', async (t) => {
    const { folder, repository, store } = fixture(t);
    makeRepository(join(folder, 'sub'), { 'x.txt': 'x' });
    git(repository, 'submodule', '--quiet', 'add', join(folder, 'sub'), 'sub');
    commitAll(repository);
    rmSync(join(repository, 'sub'), { recursive: true });
    writeFiles(repository, { sub: { link: '../sub' } });
    await assert.rejects(readSource(repository, 'HEAD', store), refusal('source.submodule', 'sub'));
    rmSync(join(repository, 'sub'));
    makeRepository(join(repository, 'sub'), { 'y.txt': 'y' });
    await assert.rejects(readSource(repository, 'HEAD', store), refusal('source.submodule', 'sub'));
  });

  test('is signed with its digest, listing and sizes', async (t) => {
    const { repository, store, commit } = fixture(t);
    const source = await readSource(repository, 'HEAD', store);
    const statement = expectKind(
      statementOf(await signSource(source, 'p', testSigner('source'))),
      sourceKind,
    );
    assert.equal(subjectOf(statement, 'tree'), source.digest);
    assert.deepEqual(statement.predicate, {
      product: 'p',
      listing: source.listingObject,
      files: 1,
      bytes: 1,
      gitCommit: commit,
      gitTree: git(repository, 'rev-parse', 'HEAD^{tree}'),
    });
  });
});

describe('source is refused', () => {
  const pointer = `version https://git-lfs.github.com/spec/v1\noid sha256:${'0'.repeat(64)}\nsize 12345\n`;
  const trees: readonly (readonly [string, Readonly<Record<string, Content>>, string, string?])[] = [
    ['a Git LFS pointer', { 'big.bin': pointer }, 'source.lfs', 'big.bin'],
    ['paths that differ in case', { 'a.txt': '', 'A.txt': '' }, 'source.case-collision'],
    ['folders that differ in case', { 'd/a': '', 'D/b': '' }, 'source.case-collision'],
    ['a file and a folder that differ in case', { d: '', 'D/b': '' }, 'source.case-collision'],
    ['paths that differ in Unicode form', { '\u00e9': '', 'e\u0301': '' }, 'source.case-collision'],
    ['an absolute link', { l: { link: '/etc/passwd' } }, 'source.symlink', 'l'],
    ['a link out of the tree', { 'd/l': { link: '../../x' } }, 'source.symlink', 'd/l'],
    ['a link that climbs after a folder', { l: { link: 'd/../x' }, 'd/x': '' }, 'source.symlink', 'l'],
    ['no file at all', {}, 'source.empty'],
  ];
  for (const [what, files, code, at] of trees) {
    test(`for ${what}`, async (t) => {
      const { repository, store } = fixture(t, files);
      await assert.rejects(readSource(repository, 'HEAD', store), refusal(code, at));
    });
  }

  const revisions = [
    'missing',
    '0123456789012345678901234567890123456789',
    '--all',
    'HEAD~1',
    'HEAD^{tree}',
    'HEAD:a.txt',
    '@{-1}',
    'a..b',
    '',
    ':/x',
    'x\ny',
  ];
  for (const revision of revisions) {
    test(`for the revision ${JSON.stringify(revision)}`, async (t) => {
      const { repository, store } = fixture(t);
      await assert.rejects(readSource(repository, revision, store), refusal('git.revision'));
    });
  }

  test('for a folder that is no repository, or none', async (t) => {
    const folder = temporaryDirectory(t);
    const store = openStore(join(folder, 'store'));
    await assert.rejects(readSource(folder, 'HEAD', store), refusal('git.not-repository'));
    await assert.rejects(readSource(join(folder, 'absent'), 'HEAD', store), refusal('git.not-repository'));
  });

  test('for an unpacked archive inside another repository, but not for a folder of that', async (t) => {
    const { repository, store } = fixture(t, { 'part/a.txt': 'a' });
    writeFiles(repository, { 'unpacked/b.txt': 'b' });
    await assert.rejects(
      readSource(join(repository, 'unpacked'), 'HEAD', store),
      refusal('source.elsewhere'),
    );
    assert.equal((await readSource(join(repository, 'part'), 'HEAD', store)).listing.files.length, 1);
  });

  test('for a repository without commits', async (t) => {
    const folder = temporaryDirectory(t);
    git(folder, 'init', '-q');
    await assert.rejects(
      readSource(folder, 'HEAD', openStore(join(folder, 'store'))),
      refusal('git.revision'),
    );
  });

  test('where git is not installed, or fails, or answers nonsense', async (t) => {
    const { folder, repository, store } = fixture(t);
    const path = process.env['PATH'];
    t.after(() => (process.env['PATH'] = path));
    const bin = join(folder, 'bin');
    mkdirSync(bin);
    process.env['PATH'] = bin;
    await assert.rejects(readSource(repository, 'HEAD', store), refusal('git.missing'));
    const script = (text: string): void => {
      writeFileSync(join(bin, 'git'), `#!/bin/sh\n${text}\n`);
      chmodSync(join(bin, 'git'), 0o755);
    };
    script('echo "fatal: detected dubious ownership in repository" >&2; exit 128');
    await assert.rejects(readSource(repository, 'HEAD', store), refusal('git.ownership'));
    script('echo "fatal: out of memory" >&2; exit 128');
    await assert.rejects(readSource(repository, 'HEAD', store), refusal('git.failed'));
    const answer = 'echo 0123456789012345678901234567890123456789';
    script(`case "$*" in *cat-file*) read oid; ${answer} missing; read more;; *) ${answer};; esac`);
    await assert.rejects(readSource(repository, 'HEAD', store), refusal('git.object'));
    script(`case "$*" in *cat-file*) exit 1;; *) ${answer};; esac`);
    await assert.rejects(readSource(repository, 'HEAD', store), refusal('git.failed'));
  });

  test('when an object of the commit is missing', async (t) => {
    const { repository, store } = fixture(t);
    const blob = git(repository, 'rev-parse', 'HEAD:a.txt');
    rmSync(join(repository, '.git/objects', blob.slice(0, 2), blob.slice(2)));
    await assert.rejects(readSource(repository, 'HEAD', store), refusal('git.object'));
  });

  test('for a path that no tree may have, made by hand', async (t) => {
    const { repository, store } = fixture(t);
    const blob = git(repository, 'rev-parse', 'HEAD:a.txt');
    const inner = Buffer.concat([Buffer.from('100644 x\0'), Buffer.from(blob, 'hex')]);
    const hash = (type: string, bytes: Uint8Array): string =>
      execFileSync('git', ['-C', repository, 'hash-object', '-w', '-t', type, '--literally', '--stdin'], {
        input: bytes,
        encoding: 'utf8',
      }).trim();
    const folder = hash('tree', inner);
    const tree = hash('tree', Buffer.concat([Buffer.from('40000 ..\0'), Buffer.from(folder, 'hex')]));
    const commit = hash(
      'commit',
      Buffer.from(`tree ${tree}\nauthor A <a@b> 1 +0000\ncommitter A <a@b> 1 +0000\n\nx\n`),
    );
    await assert.rejects(readSource(repository, commit, store), refusal('schema.mismatch', '/files/0/path'));
  });
});
