// The system calls that durable.ts promises, read back under strace, and its behaviour when each fails.

import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { test } from 'node:test';
import { temporaryPath } from '@vitrine/host';
import {
  runWithFault,
  straceSkipReason,
  temporaryDirectory,
  traceCalls,
  type SystemCall,
  type Traced,
} from '@vitrine/testkit';

const skip = straceSkipReason();

function program(statement: string, paths: readonly string[]): Traced {
  const source = `
    import { writeDurable, writeDurableMany, makeDurableDirectory, removeDurable } from '@vitrine/host';
    try { ${statement}; console.log('acknowledged'); } catch (error) { console.log(error.code); }`;
  return {
    command: process.execPath,
    args: ['--input-type=module-typescript', '-e', source],
    cwd: import.meta.dirname,
    env: { PATH: process.env['PATH'] ?? '' },
    paths,
  };
}

const watched = [
  'openat',
  'fchmod',
  'write',
  'pwrite64',
  'fsync',
  'close',
  'rename',
  'link',
  'unlink',
  'mkdir',
];

/** `fsync file`, `rename .file.tmp file`: the call and the names it is about. */
function brief({ name, args }: SystemCall): string {
  const names = [...args.matchAll(/<([^<>]+)>|"(\/[^"]*)"/g)].map(([, descriptor, path]) =>
    basename(descriptor ?? path ?? ''),
  );
  return [name, ...names.filter((file) => name !== 'openat' || file !== basename(import.meta.dirname))].join(
    ' ',
  );
}

test('a durable write makes the calls that are written down', { skip }, async (t) => {
  const folder = temporaryDirectory(t);
  const path = join(folder, 'file');
  const at = basename(folder);
  const { calls, stdout } = await traceCalls(
    program(`await writeDurable('${path}', new Uint8Array(10), { mode: 0o600 })`, [
      path,
      temporaryPath(path),
      folder,
    ]),
    watched,
  );
  assert.equal(stdout, 'acknowledged\n');
  assert.deepEqual(calls.map(brief), [
    'openat .file.tmp',
    'fchmod .file.tmp',
    'write .file.tmp',
    'fsync .file.tmp',
    'close .file.tmp',
    'rename .file.tmp file',
    `openat ${at}`,
    `fsync ${at}`,
    `close ${at}`,
  ]);
  assert.match(calls[0]?.args ?? '', /O_WRONLY\|O_CREAT\|O_EXCL/);
});

test('a durable write that must not overwrite links instead of renaming', { skip }, async (t) => {
  const folder = temporaryDirectory(t);
  const path = join(folder, 'file');
  const { calls } = await traceCalls(
    program(`await writeDurable('${path}', new Uint8Array(10), { overwrite: false })`, [
      path,
      temporaryPath(path),
    ]),
    ['fsync', 'rename', 'link', 'unlink'],
  );
  assert.deepEqual(calls.map(brief), ['fsync .file.tmp', 'link .file.tmp file', 'unlink .file.tmp']);
});

test(
  'many files: every sync comes before the first name, and each folder is synced once, last',
  { skip },
  async (t) => {
    const folder = temporaryDirectory(t);
    const { calls } = await traceCalls(
      program(
        `await writeDurableMany([1, 2, 3, 4, 5].map((n) => ({ path: '${folder}/' + n, bytes: new Uint8Array(n) })))`,
        [],
      ),
      ['fsync', 'rename'],
    );
    const names = calls.map(({ name, args }) =>
      name === 'fsync' && args.includes(`${folder}>`) ? 'fsync folder' : name,
    );
    assert.deepEqual(names, [
      ...Array<string>(5).fill('fsync'),
      ...Array<string>(5).fill('rename'),
      'fsync folder',
    ]);
  },
);

test('a new folder is made durable by syncing its parent', { skip }, async (t) => {
  const folder = temporaryDirectory(t);
  const { calls } = await traceCalls(program(`await makeDurableDirectory('${folder}/a/b')`, []), [
    'mkdir',
    'fsync',
  ]);
  const made = calls.filter(({ args }) => args.includes(folder));
  assert.deepEqual(
    made.map(
      ({ name, args, result }) =>
        `${name} ${basename(/[<"]([^">]+)/.exec(args)?.[1] ?? '')} ${result.split(' ')[0]}`,
    ),
    ['mkdir b -1', 'mkdir a 0', `fsync ${basename(folder)} 0`, 'mkdir b 0', 'fsync a 0'],
  );
});

const faults = [
  ['openat:error=EACCES:when=1', 'file.permission'],
  ['write:error=ENOSPC:when=1', 'file.no-space'],
  ['fsync:error=EIO:when=1', 'file.io'],
  ['fsync:error=ENOSPC:when=1', 'file.no-space'],
  ['rename:error=EIO:when=1', 'file.io'],
] as const;

for (const [inject, code] of faults) {
  test(
    `after ${inject} the old file stands, nothing is acknowledged, nothing is left`,
    { skip },
    async (t) => {
      const folder = temporaryDirectory(t);
      const path = join(folder, 'file');
      writeFileSync(path, 'old');
      const traced = program(`await writeDurable('${path}', Buffer.from('new'))`, [
        path,
        temporaryPath(path),
      ]);
      const { stdout, calls } = await runWithFault({ ...traced, inject });
      assert.ok(
        calls.some(({ result }) => result.includes('INJECTED')),
        'the fault struck',
      );
      assert.equal(stdout, `${code}\n`);
      assert.equal(readFileSync(path, 'utf8'), 'old');
      assert.deepEqual(readdirSync(folder), ['file']);
    },
  );
}

test('when the folder cannot be synced the write is not acknowledged', { skip }, async (t) => {
  const folder = temporaryDirectory(t);
  const path = join(folder, 'file');
  const traced = program(`await writeDurable('${path}', Buffer.from('new'))`, [folder]);
  const { stdout } = await runWithFault({ ...traced, inject: 'fsync:error=EIO:when=1' });
  assert.equal(stdout, 'file.io\n');
});

for (const call of ['openat', 'write', 'fsync', 'rename']) {
  test(`killed in ${call}, a writer leaves the old file or the new one`, { skip }, async (t) => {
    const folder = temporaryDirectory(t);
    const path = join(folder, 'file');
    writeFileSync(path, 'old');
    const traced = program(`await writeDurable('${path}', Buffer.from('new'))`, [path, temporaryPath(path)]);
    const { stdout, signal, code } = await runWithFault({ ...traced, inject: `${call}:signal=KILL:when=1` });
    assert.equal(stdout, '');
    assert.ok(signal === 'SIGKILL' || code === 137);
    assert.ok(['old', 'new'].includes(readFileSync(path, 'utf8')));
    assert.ok(readdirSync(folder).every((name) => name === 'file' || name === basename(temporaryPath(path))));
    assert.ok(existsSync(path));
  });
}
