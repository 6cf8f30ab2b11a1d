import assert from 'node:assert/strict';
import {
  closeSync,
  existsSync,
  openSync,
  readFileSync,
  statSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { checkDatabase, openDatabase, run, transaction } from '@vitrine/host';
import { temporaryDirectory } from '@vitrine/testkit';

const first = 'CREATE TABLE logs (origin TEXT PRIMARY KEY, size INTEGER NOT NULL) STRICT';
const second = "ALTER TABLE logs ADD COLUMN root TEXT NOT NULL DEFAULT ''";

function pragma(database: ReturnType<typeof openDatabase>, name: string): unknown {
  return Object.values(database.prepare(`PRAGMA ${name}`).get() ?? {})[0];
}

test('a database is made with the settings that make commits durable', (t) => {
  const path = join(temporaryDirectory(t), 'db');
  const database = openDatabase(path, { migrations: [first], secureDelete: true });
  t.after(() => database.close());
  assert.deepEqual(
    ['journal_mode', 'synchronous', 'foreign_keys', 'busy_timeout', 'secure_delete', 'user_version'].map(
      (name) => pragma(database, name),
    ),
    ['wal', 2, 1, 5000, 1, 1],
  );
});

test('migrations run once, in order, and keep what is there', (t) => {
  const path = join(temporaryDirectory(t), 'db');
  const old = openDatabase(path, { migrations: [first] });
  old.exec("INSERT INTO logs VALUES ('example.com/log', 7)");
  old.close();
  for (let i = 0; i < 2; i++) {
    const database = openDatabase(path, { migrations: [first, second] });
    assert.deepEqual(
      { ...database.prepare('SELECT * FROM logs').get() },
      { origin: 'example.com/log', size: 7, root: '' },
    );
    assert.equal(pragma(database, 'user_version'), 2);
    database.close();
  }
});

test('a migration that fails leaves the old version whole', (t) => {
  const path = join(temporaryDirectory(t), 'db');
  openDatabase(path, { migrations: [first] }).close();
  assert.throws(
    () => openDatabase(path, { migrations: [first, second, 'CREATE TABLE broken (', 'SELECT 1'] }),
    /incomplete|syntax/,
  );
  const database = openDatabase(path, { migrations: [first], readonly: true });
  t.after(() => database.close());
  assert.deepEqual(
    database
      .prepare('PRAGMA table_info(logs)')
      .all()
      .map((column) => column['name']),
    ['origin', 'size'],
  );
});

test('a database of a newer version is refused and left alone', (t) => {
  const path = join(temporaryDirectory(t), 'db');
  openDatabase(path, { migrations: [first, second] }).close();
  for (const readonly of [true, false]) {
    assert.throws(() => openDatabase(path, { migrations: [first], readonly }), {
      code: 'database.newer',
      message: `couldn't open database "${path}": version 2, known are up to 1`,
    });
  }
  openDatabase(path, { migrations: [first, second] }).close();
});

test('reading only, nothing is made or changed', (t) => {
  const folder = temporaryDirectory(t);
  const path = join(folder, 'db');
  assert.throws(() => openDatabase(path, { migrations: [], readonly: true }), { code: 'file.missing' });
  assert.ok(!existsSync(path));
  openDatabase(path, { migrations: [first] }).close();
  const database = openDatabase(path, { migrations: [first, second], readonly: true });
  t.after(() => database.close());
  assert.throws(() => database.exec("INSERT INTO logs VALUES ('x', 1)"), /readonly/);
  assert.equal(pragma(database, 'user_version'), 1);
});

test('a missing folder and a folder in the place of the file are typed refusals', (t) => {
  const folder = temporaryDirectory(t);
  assert.throws(() => openDatabase(join(folder, 'absent', 'db'), { migrations: [first] }), {
    code: 'file.missing',
  });
  assert.throws(() => openDatabase(folder, { migrations: [first] }), { code: 'file.permission' });
});

test('a file that is no database is refused and left alone', (t) => {
  const path = join(temporaryDirectory(t), 'db');
  for (const content of ['not a database at all, but long enough to be looked at'.repeat(50), 'short']) {
    writeFileSync(path, content);
    assert.throws(() => openDatabase(path, { migrations: [first] }), { code: 'database.damaged', exit: 1 });
    assert.equal(readFileSync(path, 'utf8'), content);
  }
});

test('a damaged database is found', (t) => {
  const path = join(temporaryDirectory(t), 'db');
  const database = openDatabase(path, { migrations: [first] });
  const insert = database.prepare('INSERT INTO logs VALUES (?, ?)');
  for (let i = 0; i < 2000; i++) insert.run(`example.com/log/${i}/with/a/long/name`, i);
  checkDatabase(database);
  database.close();

  const { size } = statSync(path);
  const file = openSync(path, 'r+');
  for (let offset = 4096 * 3; offset < size; offset += 4096)
    writeSync(file, Buffer.alloc(64, 0xff), 0, 64, offset);
  closeSync(file);
  const damaged = openDatabase(path, { migrations: [first] });
  assert.throws(() => checkDatabase(damaged), { code: 'database.damaged' });
  assert.throws(
    () => transaction(damaged, () => damaged.prepare('SELECT sum(length(origin)) FROM logs').get()),
    {
      code: 'database.damaged',
    },
  );
  damaged.close();

  truncateSync(path, 5000);
  assert.throws(() => checkDatabase(openDatabase(path, { migrations: [first] })), {
    code: 'database.damaged',
  });
});

test('a transaction commits what returns and rolls back what throws', (t) => {
  const database = openDatabase(join(temporaryDirectory(t), 'db'), { migrations: [first] });
  t.after(() => database.close());
  const add = (origin: string): void => void database.prepare('INSERT INTO logs VALUES (?, 0)').run(origin);
  const origins = (): unknown[] =>
    database
      .prepare('SELECT origin FROM logs')
      .all()
      .map((row) => row['origin']);
  assert.equal(
    transaction(database, () => (add('a'), 'answer')),
    'answer',
  );
  const fault = new Error('refused');
  assert.throws(
    () =>
      transaction(database, () => {
        add('b');
        throw fault;
      }),
    fault,
  );
  assert.deepEqual(origins(), ['a']);
  // A broken constraint is the caller's own to understand.
  assert.throws(
    () => transaction(database, () => add('a')),
    (error: Error & { errcode?: number }) => ((error.errcode ?? 0) & 0xff) === 19,
  );
  assert.throws(() => transaction(database, async () => add('c')), TypeError);
  assert.deepEqual(origins(), ['a']);
  assert.equal(database.isTransaction, false);
});

test('a lock that does not go away is database.busy', (t) => {
  const path = join(temporaryDirectory(t), 'db');
  const one = openDatabase(path, { migrations: [first] });
  const two = openDatabase(path, { migrations: [first], busyMs: 20 });
  t.after(() => (one.close(), two.close()));
  transaction(one, () => {
    assert.throws(() => transaction(two, () => 1), { code: 'database.busy' });
  });
  assert.equal(
    transaction(two, () => 1),
    1,
  );
});

test('what was committed is there after kill -9, what was not is gone', async (t) => {
  const path = join(temporaryDirectory(t), 'db');
  const source = `
    import { openDatabase, transaction } from '@vitrine/host';
    const db = openDatabase(process.argv[1], { migrations: [process.argv[2]] });
    transaction(db, () => db.exec("INSERT INTO logs VALUES ('committed', 1)"));
    db.exec("BEGIN; INSERT INTO logs VALUES ('open', 2)");
    process.kill(process.pid, 'SIGKILL');`;
  const { signal } = await run(process.execPath, ['--input-type=module', '-e', source, path, first], {
    env: {},
    cwd: import.meta.dirname,
    timeoutMs: 20_000,
    maxOutputBytes: 1000,
  });
  assert.equal(signal, 'SIGKILL');
  const database = openDatabase(path, { migrations: [first] });
  t.after(() => database.close());
  assert.deepEqual(
    database
      .prepare('SELECT origin FROM logs')
      .all()
      .map((row) => row['origin']),
    ['committed'],
  );
});

test('two processes that open a new database at once both find it migrated', async (t) => {
  const path = join(temporaryDirectory(t), 'db');
  const source = `
    import { openDatabase } from '@vitrine/host';
    openDatabase(process.argv[1], { migrations: process.argv.slice(2) }).close();
    console.log('opened');`;
  const opens = await Promise.all(
    [1, 2, 3].map(() =>
      run(process.execPath, ['--input-type=module', '-e', source, path, first, second], {
        env: {},
        cwd: import.meta.dirname,
        timeoutMs: 30_000,
        maxOutputBytes: 10_000,
      }),
    ),
  );
  for (const { stdout, stderr } of opens) assert.equal(stdout, 'opened\n', stderr);
});
