import assert from 'node:assert/strict';
import { linkSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { describe, test, type TestContext } from 'node:test';
import { outputsDigest, sameDigest } from '@vitrine/evidence';
import { temporaryDirectory } from '@vitrine/testkit';
import { collectOutputs, differingPaths, type CollectedOutputs } from '../src/index.ts';
import { digestOf, refusal, writeFiles, type Content } from './helpers.ts';

interface Fixture {
  readonly out: string;
  readonly fresh: string;
  readonly collect: (expected: readonly string[], maxBytes?: number) => Promise<CollectedOutputs>;
}

function fixture(t: TestContext, files: Readonly<Record<string, Content>> = {}): Fixture {
  const folder = temporaryDirectory(t);
  const [out, fresh] = [join(folder, 'out'), join(folder, 'fresh')];
  mkdirSync(out);
  mkdirSync(fresh);
  writeFiles(out, files);
  return {
    out,
    fresh,
    collect: (expected, maxBytes = 1000) => collectOutputs(out, fresh, expected, maxBytes),
  };
}

describe('outputs', () => {
  test('are copied into the fresh folder and listed by digest', async (t) => {
    const { fresh, collect } = fixture(t, { 'b.txt': 'bb', 'd/e/a.txt': 'a' });
    const { manifest, digest } = await collect(['b.txt', 'd/e/a.txt']);
    assert.deepEqual(manifest.outputs, [
      { path: 'b.txt', sha256: digestOf('bb'), size: 2 },
      { path: 'd/e/a.txt', sha256: digestOf('a'), size: 1 },
    ]);
    assert.equal(digest, outputsDigest(manifest));
    assert.equal(readFileSync(join(fresh, 'd/e/a.txt'), 'utf8'), 'a');
  });

  test('are refused when one is empty', async (t) => {
    await assert.rejects(fixture(t, { a: 'x', o: '' }).collect(['a', 'o']), refusal('output.empty', 'o'));
  });

  test('are refused when the list is empty: there is no manifest of nothing', async (t) => {
    await assert.rejects(fixture(t).collect([]), refusal('schema.mismatch'));
  });

  test('are refused when one is missing, or its folder is', async (t) => {
    for (const path of ['b', 'd/b']) {
      await assert.rejects(fixture(t, { a: 'x' }).collect(['a', path]), refusal('output.missing', path));
    }
  });

  test('are refused when there is one more than listed, at any depth, or an empty folder', async (t) => {
    await assert.rejects(fixture(t, { a: 'x', b: '' }).collect(['a']), refusal('output.unlisted', 'b'));
    await assert.rejects(
      fixture(t, { 'd/a': 'x', 'd/b': '' }).collect(['d/a']),
      refusal('output.unlisted', 'd/b'),
    );
    const { out, collect } = fixture(t, { a: 'x' });
    mkdirSync(join(out, 'empty'));
    await assert.rejects(collect(['a']), refusal('output.unlisted', 'empty'));
  });

  test('are refused when one is a link, even to a file that is there', async (t) => {
    const { out, collect } = fixture(t, { real: 'x' });
    symlinkSync('real', join(out, 'link'));
    await assert.rejects(collect(['link', 'real']), refusal('output.link', 'link'));
  });

  test('are refused when a folder on the way is a link', async (t) => {
    const { out, collect } = fixture(t);
    mkdirSync(join(out, '../elsewhere'));
    writeFileSync(join(out, '../elsewhere/a'), 'secret');
    symlinkSync('../elsewhere', join(out, 'd'));
    await assert.rejects(collect(['d/a']), refusal('output.link', 'd'));
  });

  test('are refused when a folder on the way is a file', async (t) => {
    await assert.rejects(fixture(t, { d: 'x' }).collect(['d/a']), refusal('output.irregular', 'd'));
  });

  test('are refused when there is another that differs only in case, in the file or in its folder', async (t) => {
    const listed = fixture(t, { 'd/a': 'x', 'd/A': 'y' });
    await assert.rejects(listed.collect(['d/a']), refusal('output.case-collision', 'd/A'));
    await assert.rejects(
      fixture(t, { 'd/a': 'x', 'D/b': 'y' }).collect(['d/a']),
      refusal('output.case-collision', 'D'),
    );
  });

  test('are refused when there is a name that nobody can list', async (t) => {
    const names = ['a\nb', '\u00fc', 'a*', '\u001b[2J', '$(id)', 'a\\b'];
    for (const name of names) {
      const { collect } = fixture(t, { a: 'x', [`d/${name}`]: 'y', 'd/b': 'z' });
      await assert.rejects(collect(['a', 'd/b']), refusal('output.name'), JSON.stringify(name));
    }
    const { out, collect } = fixture(t, { a: 'x' });
    writeFileSync(Buffer.concat([Buffer.from(`${out}/`), Buffer.from([0xff, 0x41])]), 'no text');
    await assert.rejects(collect(['a']), refusal('output.name', '%FFA'));
  });

  test('are refused when one has a second name', async (t) => {
    const { out, collect } = fixture(t, { '../other': 'secret' });
    linkSync(join(out, '../other'), join(out, 'a'));
    await assert.rejects(collect(['a']), refusal('output.irregular', 'a'));
  });

  test('are refused when one is a folder or a socket', async (t) => {
    const folder = fixture(t);
    mkdirSync(join(folder.out, 'folder'));
    await assert.rejects(folder.collect(['folder']), refusal('output.irregular', 'folder'));
    const socket = fixture(t);
    const server = createServer().listen(join(socket.out, 's'));
    t.after(() => server.close());
    await new Promise((resolve) => server.once('listening', resolve));
    await assert.rejects(socket.collect(['s']), refusal('output.device', 's'));
  });

  test('are refused when they are larger together than allowed', async (t) => {
    const { collect } = fixture(t, { a: 'x'.repeat(600), b: 'x'.repeat(401) });
    await assert.rejects(collect(['a', 'b']), refusal('output.size-limit', 'b'));
  });
});

describe('two digests', () => {
  test('that are empty, short or upper-case are never the same', () => {
    const digest = digestOf('x');
    assert.ok(sameDigest(digest, digest));
    for (const value of ['', 'undefined', digest.slice(1), digest.toUpperCase(), `${digest}\n`]) {
      assert.ok(!sameDigest(value, value), JSON.stringify(value));
    }
  });

  test('that differ name the paths that only one side has, or that have other bytes', () => {
    const output = (path: string, content: string) => ({ path, sha256: digestOf(content), size: 1 });
    const own = { outputs: [output('a', '1'), output('b', '1'), output('own', '1')] };
    const theirs = { outputs: [output('a', '1'), output('b', '2'), output('theirs', '1')] };
    assert.deepEqual(differingPaths(own, theirs), ['b', 'own', 'theirs']);
  });
});
