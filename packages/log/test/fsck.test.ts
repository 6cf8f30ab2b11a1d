import assert from 'node:assert/strict';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import test, { type TestContext } from 'node:test';
import { fsck } from '@vitrine/log';
import { testSigner } from '@vitrine/testkit';
import { admissionFor, flipped, newLog, startLog, statement } from './helpers.ts';

const alice = testSigner('alice');

/** 260 statements are published, 5 more are durable only. */
async function sampleLog(t: TestContext): Promise<string> {
  const log = await startLog(t, {
    dir: await newLog(t, 'admission'),
    admission: admissionFor([alice]),
    intervalMs: 60_000,
  });
  await Promise.all(Array.from({ length: 260 }, async (_, i) => log.append(await statement(alice, i))));
  await log.publishNow();
  await Promise.all(Array.from({ length: 5 }, async (_, i) => log.append(await statement(alice, 260 + i))));
  await log.close();
  // As a larger log does by itself.
  sql(log.dir, 'INSERT INTO seen SELECT key, idx FROM entries WHERE idx < 200; UPDATE log SET filed = 200');
  return log.dir;
}

function sql(dir: string, statements: string): void {
  const database = new DatabaseSync(join(dir, 'log.db'));
  database.exec(statements);
  database.close();
}

const flip =
  (path: string, at = 40) =>
  (dir: string): void => {
    writeFileSync(join(dir, path), flipped(readFileSync(join(dir, path)), at));
  };

const damages: readonly {
  readonly what: string;
  readonly damage: (dir: string) => void;
  readonly at: RegExp;
}[] = [
  { what: 'a full tile with a flipped bit', damage: flip('tile/0/000'), at: /^tile\/0\/000$/ },
  { what: 'a partial tile with a flipped bit', damage: flip('tile/0/001.p/4'), at: /^tile\/0\/001\.p\/4$/ },
  { what: 'a tile above with a flipped bit', damage: flip('tile/1/000.p/1', 5), at: /^tile\/1\/000\.p\/1$/ },
  { what: 'a bundle with a flipped bit', damage: flip('tile/entries/000', 900), at: /./ },
  {
    what: 'a bundle that is cut short',
    damage: (dir) =>
      writeFileSync(
        join(dir, 'tile/entries/000'),
        readFileSync(join(dir, 'tile/entries/000')).subarray(0, -1),
      ),
    at: /^tile\/entries\/000$/,
  },
  { what: 'a missing tile', damage: (dir) => rmSync(join(dir, 'tile/0/000')), at: /^tile\/0\/000$/ },
  {
    what: 'a missing bundle',
    damage: (dir) => rmSync(join(dir, 'tile/entries/000')),
    at: /^tile\/entries\/000$/,
  },
  {
    what: 'a tile beyond the log',
    damage: (dir) => writeFileSync(join(dir, 'tile/0/002'), Buffer.alloc(8192)),
    at: /^tile\/0\/002$/,
  },
  {
    what: 'a partial tile wider than the log',
    damage: (dir) => writeFileSync(join(dir, 'tile/0/001.p/9'), Buffer.alloc(288)),
    at: /^tile\/0\/001\.p\/9$/,
  },
  {
    what: 'a file that is no tile',
    damage: (dir) => writeFileSync(join(dir, 'tile/0/1'), ''),
    at: /^tile\/0\/1$/,
  },
  { what: 'an altered checkpoint file', damage: flip('checkpoint', 30), at: /^checkpoint$/ },
  { what: 'an altered admission list', damage: flip('admission.json', 30), at: /^admission\.json$/ },
  {
    what: 'an altered row',
    damage: (dir) => sql(dir, `UPDATE entries SET data = x'00' WHERE idx = 258`),
    at: /entry 258/,
  },
  {
    what: 'an altered row that no checkpoint covers',
    damage: (dir) => sql(dir, `UPDATE entries SET data = x'00' WHERE idx = 262`),
    at: /entry 262/,
  },
  {
    what: 'a missing row',
    damage: (dir) => sql(dir, 'DELETE FROM entries WHERE idx = 261'),
    at: /log\.db, entries/,
  },
  {
    what: 'a forgotten statement',
    damage: (dir) => sql(dir, 'DELETE FROM seen WHERE idx = 17'),
    at: /log\.db, seen/,
  },
  {
    what: 'a forgotten statement that is not filed yet',
    damage: (dir) => sql(dir, 'UPDATE entries SET key = NULL WHERE idx = 217'),
    at: /log\.db, seen/,
  },
  {
    what: 'a statement filed under another number',
    damage: (dir) => sql(dir, 'UPDATE seen SET idx = 18 WHERE idx = 17'),
    at: /log\.db, seen/,
  },
  {
    what: 'a key too many',
    damage: (dir) => sql(dir, `INSERT INTO seen VALUES (x'00', 3)`),
    at: /log\.db, seen/,
  },
  {
    what: 'another root',
    damage: (dir) => sql(dir, `UPDATE head SET root = zeroblob(32) WHERE state = 'published'`),
    at: /published checkpoint/,
  },
  {
    what: 'another size',
    damage: (dir) => sql(dir, `UPDATE head SET size = 259 WHERE state = 'committed'`),
    at: /committed checkpoint/,
  },
];

test('a sound log has no problems, and every entry was derived again', async (t) => {
  const report = await fsck(await sampleLog(t));
  assert.deepEqual(report, {
    origin: 'log.example/test',
    entries: 260,
    published: 260,
    files: 5,
    problems: [],
  });
});

for (const { what, damage, at } of damages) {
  test(`fsck finds ${what}`, async (t) => {
    const dir = await sampleLog(t);
    damage(dir);
    const { problems } = await fsck(dir);
    assert.ok(
      problems.some((problem) => at.test(problem.at)),
      JSON.stringify(problems),
    );
  });
}
