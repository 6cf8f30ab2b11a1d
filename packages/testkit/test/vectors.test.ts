import assert from 'node:assert/strict';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { utf8 } from '@vitrine/evidence';
import { readTarGz, repositoryRoot, skipReason, temporaryDirectory, vectors } from '@vitrine/testkit';

const merkle = 'vectors/rfc6962-merkle.tar.gz';

test('the repository root is where its workspaces are declared', () => {
  assert.match(readFileSync(join(repositoryRoot, 'package.json'), 'utf8'), /"workspaces"/);
});

test('published vectors are read whole', { skip: skipReason(merkle) }, () => {
  const files = vectors(merkle);
  const cases = [...(files?.keys() ?? [])].filter((path) =>
    /^testdata\/(inclusion|consistency)\/.*\.json$/.test(path),
  );
  assert.equal(cases.length, 196);
  for (const path of cases) JSON.parse(Buffer.from(files?.get(path) ?? []).toString());
  assert.equal(vectors(merkle), files);
});

test('an absent archive is undefined, with a reason to print', () => {
  assert.equal(vectors('vectors/absent.tar.gz'), undefined);
  assert.match(String(skipReason('vectors/absent.tar.gz')), /^no vectors\/absent\.tar\.gz in /);
});

// Two archives of the files below, their folders and a symbolic link, written by GNU tar 1.34:
// tar --format=gnu|pax --sort=name --mtime=@0 --owner=0 --group=0 -C FOLDER -cf - . | gzip -9n
const archived = new Map<string, Uint8Array>([
  ['empty', new Uint8Array(0)],
  ['exact', new Uint8Array(512).fill(1)],
  ['sub/ä b', utf8('content')],
  [`${'deep/'.repeat(30)}${'n'.repeat(120)}`, new Uint8Array(1_000).fill(2)],
]);

for (const format of ['gnu', 'pax']) {
  test(`an archive that tar wrote in the ${format} format is read back, long names and all`, () => {
    const archive = readFileSync(join(import.meta.dirname, 'testdata', `${format}.tar.gz`));
    assert.deepEqual(new Map(readTarGz(archive)), archived);
  });
}

function header(name: string, size: string, checksum?: number): Buffer {
  const block = Buffer.alloc(512);
  block.write(name, 0);
  block.write(size, 124);
  block.write('        ', 148);
  block.write('0', 156);
  const sum = block.reduce((total, byte) => total + byte, 0);
  block.write(`${(checksum ?? sum).toString(8).padStart(6, '0')}\0 `, 148);
  return block;
}

const end = Buffer.alloc(1024);
const broken: readonly (readonly [string, Buffer])[] = [
  ['no end', Buffer.concat([header('a', '0'), Buffer.alloc(0)])],
  ['a size beyond the end', Buffer.concat([header('a', '77777'), end])],
  ['a size that is no number', Buffer.concat([header('a', '9x'), end])],
  ['a wrong checksum', Buffer.concat([header('a', '0', 1), end])],
];

for (const [what, tar] of broken) {
  test(`an archive with ${what} is refused`, () => {
    assert.throws(() => readTarGz(gzipSync(tar)), Error);
  });
}

test('a prefix field is part of the name', () => {
  const block = header('file', '1');
  block.write('some/folder', 345);
  block.write('        ', 148);
  const sum = block.reduce((total, byte) => total + byte, 0);
  block.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  const files = readTarGz(gzipSync(Buffer.concat([block, Buffer.from('x'.padEnd(512, '\0')), end])));
  assert.deepEqual([...files], [['some/folder/file', utf8('x')]]);
});

test('a temporary folder is fresh, real, and gone after its test', async (t) => {
  const folders: string[] = [];
  await t.test('inner', (inner) => {
    folders.push(temporaryDirectory(inner), temporaryDirectory(inner));
    for (const folder of folders) writeFileSync(join(folder, 'file'), '');
  });
  assert.equal(new Set(folders).size, 2);
  for (const folder of folders) assert.ok(!existsSync(folder));
});
