import assert from 'node:assert/strict';
import { once } from 'node:events';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { test } from 'node:test';
import { isVitrineError, utf8 } from '@vitrine/evidence';
import {
  fileFault,
  makeDurableDirectory,
  readBounded,
  removeDurable,
  removeTemporaries,
  syncDirectory,
  temporaryPath,
  writeDurable,
  writeDurableMany,
} from '@vitrine/host';
import { temporaryDirectory } from '@vitrine/testkit';

const isRoot = process.getuid?.() === 0;

test('a durable write leaves exactly the file and its bytes', async (t) => {
  const path = join(temporaryDirectory(t), 'file');
  await writeDurable(path, utf8('one'));
  await writeDurable(path, utf8('two, longer'));
  assert.equal(readFileSync(path, 'utf8'), 'two, longer');
  assert.deepEqual(readdirSync(join(path, '..')), ['file']);
});

test('a demanded mode holds whatever the umask', async (t) => {
  const path = join(temporaryDirectory(t), 'file');
  const umask = process.umask(0o777);
  t.after(() => process.umask(umask));
  await writeDurable(path, utf8('x'), { mode: 0o640 });
  assert.equal(statSync(path).mode & 0o777, 0o640);
});

test('without overwrite an existing file, link or folder is refused and stays', async (t) => {
  const folder = temporaryDirectory(t);
  writeFileSync(join(folder, 'file'), 'old');
  symlinkSync('nowhere', join(folder, 'link'));
  mkdirSync(join(folder, 'folder'));
  for (const name of ['file', 'link', 'folder']) {
    await assert.rejects(writeDurable(join(folder, name), utf8('new'), { overwrite: false }), {
      code: 'file.exists',
    });
  }
  assert.equal(readFileSync(join(folder, 'file'), 'utf8'), 'old');
  assert.deepEqual(readdirSync(folder).toSorted(), ['file', 'folder', 'link']);
});

test('many writers of one path leave one whole file and nothing else', async (t) => {
  const path = join(temporaryDirectory(t), 'file');
  const contents = Array.from({ length: 20 }, (_, i) => String(i).repeat(5000));
  await Promise.all(contents.map((content) => writeDurable(path, utf8(content))));
  assert.ok(contents.includes(readFileSync(path, 'utf8')));
  assert.deepEqual(readdirSync(join(path, '..')), ['file']);
});

test('of many writers that do not overwrite exactly one succeeds', async (t) => {
  const path = join(temporaryDirectory(t), 'file');
  const writes = await Promise.allSettled(
    [1, 2, 3, 4, 5].map((n) => writeDurable(path, utf8(String(n)), { overwrite: false })),
  );
  const winners = writes.flatMap((write, i) => (write.status === 'fulfilled' ? [String(i + 1)] : []));
  assert.deepEqual(winners, [readFileSync(path, 'utf8')]);
});

test('a missing folder is named in the error and no file appears', async (t) => {
  const path = join(temporaryDirectory(t), 'absent', 'file');
  await assert.rejects(writeDurable(path, utf8('x')), { code: 'file.missing', at: path });
  await assert.rejects(syncDirectory(join(path, '..')), { code: 'file.missing' });
});

test(
  'a folder without write permission is refused',
  { skip: isRoot && 'root may write everywhere' },
  async (t) => {
    const folder = join(temporaryDirectory(t), 'locked');
    mkdirSync(folder, { mode: 0o500 });
    await assert.rejects(writeDurable(join(folder, 'file'), utf8('x')), { code: 'file.permission' });
  },
);

test(
  'a full disk is a typed error that leaves nothing behind',
  { skip: !existsSync('/dev/full') && 'no /dev/full' },
  async () => {
    // The kernel's own ENOSPC; durable-calls.faults.ts injects it into real files.
    const { writeFile } = await import('node:fs/promises');
    const error = await writeFile('/dev/full', 'x').catch((cause: unknown) =>
      fileFault('write', '/dev/full', cause),
    );
    assert.ok(isVitrineError(error, 'file.no-space'));
    assert.match(error.message, /^couldn't write "\/dev\/full": no space left on device \(ENOSPC\)$/);
    assert.match(error.remedy, /Free space/);
  },
);

const errnos = [
  ['EDQUOT', 'file.no-space'],
  ['EFBIG', 'file.no-space'],
  ['EPERM', 'file.permission'],
  ['EROFS', 'file.permission'],
  ['ENOTDIR', 'file.missing'],
  ['EIO', 'file.io'],
  ['EMFILE', 'file.io'],
] as const;

for (const [errno, code] of errnos) {
  test(`${errno} becomes ${code}`, () => {
    const error = fileFault('write', '/some/path', Object.assign(new Error(errno), { code: errno }));
    assert.equal(error.code, code);
    assert.equal(error.message, `couldn't write "/some/path": ${errno}`);
  });
}

test('many files are written together, over several folders', async (t) => {
  const folder = temporaryDirectory(t);
  await makeDurableDirectory(join(folder, 'a'));
  await makeDurableDirectory(join(folder, 'b'));
  const files = Array.from({ length: 40 }, (_, i) => ({
    path: join(folder, i % 2 === 0 ? 'a' : 'b', String(i)),
    bytes: utf8(`content ${i}`),
  }));
  await writeDurableMany(files);
  for (const { path, bytes } of files) assert.deepEqual(new Uint8Array(readFileSync(path)), bytes);
  assert.equal(readdirSync(folder, { recursive: true }).length, 42);
  await writeDurableMany([]);
});

test('an immutable path takes the same bytes again and refuses others', async (t) => {
  const folder = temporaryDirectory(t);
  const tile = { path: join(folder, 'tile'), bytes: utf8('tile bytes') };
  await writeDurableMany([tile], { immutable: true });
  await writeDurableMany([tile, { path: join(folder, 'next'), bytes: utf8('n') }], { immutable: true });
  for (const bytes of [utf8('tile byteS'), utf8('tile bytes and more'), utf8('tile'), new Uint8Array(0)]) {
    await assert.rejects(writeDurableMany([{ path: tile.path, bytes }], { immutable: true }), {
      code: 'file.exists',
    });
  }
  assert.equal(readFileSync(tile.path, 'utf8'), 'tile bytes');
  assert.deepEqual(readdirSync(folder).toSorted(), ['next', 'tile']);
});

test('when one of many cannot be written, none is named', async (t) => {
  const folder = temporaryDirectory(t);
  const files = ['a', 'b', 'c'].map((name) => ({ path: join(folder, name), bytes: utf8(name) }));
  await assert.rejects(
    writeDurableMany([...files, { path: join(folder, 'absent', 'd'), bytes: utf8('d') }]),
    {
      code: 'file.missing',
    },
  );
  assert.deepEqual(readdirSync(folder), []);
});

test('a durable folder is made with its parents, again without harm, and never over a file', async (t) => {
  const folder = temporaryDirectory(t);
  const deep = join(folder, 'a', 'b', 'c');
  await Promise.all([
    makeDurableDirectory(deep),
    makeDurableDirectory(deep),
    makeDurableDirectory(join(deep, 'd')),
  ]);
  await makeDurableDirectory(deep);
  assert.ok(statSync(join(deep, 'd')).isDirectory());
  await makeDurableDirectory(join(folder, 'private'), { mode: 0o700 });
  assert.equal(statSync(join(folder, 'private')).mode & 0o777, 0o700);
  writeFileSync(join(folder, 'file'), '');
  await assert.rejects(makeDurableDirectory(join(folder, 'file')), { code: 'file.exists' });
  await assert.rejects(makeDurableDirectory(join(folder, 'file', 'below')), { code: 'file.missing' });
});

test('removing is durable, and removing what is gone is fine', async (t) => {
  const path = join(temporaryDirectory(t), 'file');
  writeFileSync(path, '');
  await removeDurable(path);
  await removeDurable(path);
  assert.ok(!existsSync(path));
  await assert.rejects(removeDurable(join(path, 'below', 'x')), { code: 'file.missing' });
});

test('what a killed writer left is swept, and only that', async (t) => {
  const folder = temporaryDirectory(t);
  mkdirSync(join(folder, 'sub'));
  writeFileSync(temporaryPath(join(folder, 'sub', 'tile')), 'half');
  writeFileSync(temporaryPath(join(folder, 'checkpoint')), 'half');
  for (const name of ['checkpoint', 'visible.tmp', '.hidden', 'sub/tile'])
    writeFileSync(join(folder, name), 'whole');
  assert.equal(await removeTemporaries(folder), 2);
  assert.deepEqual(readdirSync(folder, { recursive: true, encoding: 'utf8' }).toSorted(), [
    '.hidden',
    'checkpoint',
    'sub',
    'sub/tile',
    'visible.tmp',
  ]);
});

test('a leftover of a killed writer does not hinder the next one', async (t) => {
  const path = join(temporaryDirectory(t), 'file');
  writeFileSync(temporaryPath(path), 'half');
  await writeDurable(path, utf8('whole'));
  assert.equal(readFileSync(path, 'utf8'), 'whole');
});

test('a bounded read gives the whole file or a typed refusal', async (t) => {
  const folder = temporaryDirectory(t);
  const path = join(folder, 'file');
  for (const size of [0, 1, 4094, 4095, 4096, 10_000]) {
    writeFileSync(path, Buffer.alloc(size, 7));
    assert.deepEqual(await readBounded(path, size), new Uint8Array(size).fill(7));
    if (size > 0) await assert.rejects(readBounded(path, size - 1), { code: 'file.too-large' });
  }
  await assert.rejects(readBounded(folder, 10), { code: 'file.io' });
  await assert.rejects(readBounded(join(folder, 'absent'), 10), { code: 'file.missing' });
});

test(
  'a bounded read holds its limit where the system reports no size',
  { skip: !existsSync('/proc/self/maps') && 'no /proc' },
  async () => {
    const whole = await readBounded('/proc/self/maps', 1 << 24);
    assert.ok(whole.length > 4096);
    await assert.rejects(readBounded('/proc/self/maps', 4096), { code: 'file.too-large' });
  },
);

test(
  'a bounded read takes nothing from a socket or an endless device',
  { skip: process.platform === 'win32' && 'no such files' },
  async (t) => {
    const socket = join(temporaryDirectory(t), 'socket');
    const server = createServer().listen(socket);
    t.after(() => server.close());
    await once(server, 'listening');
    for (const path of [socket, '/dev/zero'])
      await assert.rejects(readBounded(path, 10), { code: 'file.io' });
  },
);
