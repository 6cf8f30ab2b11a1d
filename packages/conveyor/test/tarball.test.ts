import assert from 'node:assert/strict';
import { existsSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { temporaryDirectory } from '@vitrine/testkit';
import { unpackTarball, type UnpackOptions } from '../src/index.ts';
import { refusal } from './helpers.ts';
import { tarball, type TarEntry } from './tar.ts';

const good: readonly TarEntry[] = [
  { path: 'package/package.json', content: '{}' },
  { path: 'package/bin/run', content: 'run', mode: 0o755 },
  { path: 'package/empty/', type: '5' },
];

async function unpack(
  t: { after(fn: () => void): void },
  archive: Uint8Array,
  options: UnpackOptions = {},
): Promise<{ readonly folder: string; readonly outside: string }> {
  const outside = temporaryDirectory(t);
  writeFileSync(join(outside, 'archive.tgz'), archive);
  const folder = join(outside, 'in');
  await unpackTarball(join(outside, 'archive.tgz'), folder, options);
  return { folder, outside };
}

describe('a package archive', () => {
  test('is unpacked without its first folder, with plain modes', async (t) => {
    const { folder } = await unpack(t, tarball(good));
    assert.equal(readFileSync(join(folder, 'package.json'), 'utf8'), '{}');
    assert.equal(statSync(join(folder, 'bin/run')).mode & 0o777, 0o755);
    assert.equal(statSync(join(folder, 'package.json')).mode & 0o777, 0o644);
    assert.ok(statSync(join(folder, 'empty')).isDirectory());
  });

  test('is unpacked in part where only a part is asked for', async (t) => {
    const { folder } = await unpack(t, tarball(good), { only: ['bin/run'] });
    assert.deepEqual(readdirSync(folder), ['bin']);
  });

  const tricks: readonly (readonly [string, readonly TarEntry[]])[] = [
    ['a symbolic link', [{ path: 'package/l', type: '2', link: '/etc' }]],
    [
      'a symbolic link and a file behind it',
      [
        { path: 'package/l', type: '2', link: '..' },
        { path: 'package/l/escaped', content: 'x' },
      ],
    ],
    ['a hard link', [{ path: 'package/l', type: '1', link: 'package/package.json' }]],
    ['a device', [{ path: 'package/d', type: '3' }]],
    ['a named pipe', [{ path: 'package/p', type: '6' }]],
    ['an absolute path', [{ path: '/escaped', content: 'x' }]],
    ['a path that climbs', [{ path: 'package/../../escaped', content: 'x' }]],
    ['a path that climbs at once', [{ path: '../escaped', content: 'x' }]],
    ['a dot segment', [{ path: 'package/./x', content: 'x' }]],
    ['an empty segment', [{ path: 'package//x', content: 'x' }]],
    ['a backslash', [{ path: 'package\\x', content: 'x' }]],
    ['a drive', [{ path: 'C:/x', content: 'x' }]],
    ['a file twice', [{ path: 'package/package.json', content: 'other' }]],
  ];
  for (const [what, entries] of tricks) {
    test(`with ${what} is refused and writes nothing of it`, async (t) => {
      const outside = temporaryDirectory(t);
      writeFileSync(join(outside, 'archive.tgz'), tarball([...good, ...entries]));
      await assert.rejects(
        unpackTarball(join(outside, 'archive.tgz'), join(outside, 'in')),
        refusal('tarball.entry'),
      );
      assert.ok(!existsSync(join(outside, 'escaped')));
      assert.equal(readFileSync(join(outside, 'in/package.json'), 'utf8'), '{}');
      assert.deepEqual(readdirSync(join(outside, 'in')).toSorted(), ['bin', 'empty', 'package.json']);
    });
  }

  test('that unpacks to too much is refused', async (t) => {
    await assert.rejects(unpack(t, tarball(good), { maxBytes: 4 }), refusal('tarball.damaged'));
    await assert.rejects(unpack(t, tarball(good), { maxEntries: 2 }), refusal('tarball.damaged'));
    const bomb = tarball([{ path: 'package/zeros', content: '\0'.repeat(1 << 24) }]);
    assert.ok(bomb.length < 50_000);
    await assert.rejects(unpack(t, bomb), refusal('tarball.damaged'));
  });

  test('that is damaged is refused', async (t) => {
    const archive = tarball(good);
    await assert.rejects(unpack(t, archive.subarray(0, 40)), refusal('tarball.damaged'));
    await assert.rejects(unpack(t, Buffer.from('not an archive at all')), refusal('tarball.damaged'));
    await assert.rejects(unpack(t, gzipSync(Buffer.alloc(700, 'x'))), refusal('tarball.damaged'));
    await assert.rejects(unpack(t, new Uint8Array(0)), refusal('tarball.damaged'));
  });
});
