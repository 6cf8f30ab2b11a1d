import assert from 'node:assert/strict';
import { copyFileSync, mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import test from 'node:test';
import { isVitrineError } from '@vitrine/evidence';
import { fakeClock } from '@vitrine/host';
import { temporaryDirectory } from '@vitrine/testkit';
import { openReadRecord } from '../src/access/record.ts';
import { openCenterDatabase } from '../src/database.ts';
import { backUpCenter, openManagement } from '../src/manage.ts';

const clock = fakeClock(Date.parse('2027-01-01T00:00:00Z'));
const read = { what: 'file', tree: '00', path: 'a', product: 'p' } as const;

test('a backup made while the Center writes is one moment of it, and can be put in its place', async (t) => {
  const folder = temporaryDirectory(t);
  const database = openCenterDatabase(folder);
  t.after(() => database.close());
  const reads = openReadRecord(database, { clock, keepDays: 30 });
  const management = openManagement(folder, clock);
  t.after(() => management.close());
  const { id } = management.invitations.make('A', ['g'], 7);

  // Each write is two rows in one transaction: a copy of half of one would hold an odd number.
  let written = 0;
  const writer = setInterval(() => {
    for (let i = 0; i < 20; i++)
      reads.add('x', [
        { ...read, path: `${written}/a` },
        { ...read, path: `${written++}/b` },
      ]);
  }, 1);
  const file = join(temporaryDirectory(t), 'center.backup');
  writeFileSync(file, 'an older backup');
  const modes = new Set<number>();
  let looking = true;
  const look = (): void => {
    if (!looking) return;
    for (const name of readdirSync(dirname(file)).filter((one) => one !== basename(file))) {
      const partial = statSync(join(dirname(file), name), { throwIfNoEntry: false });
      if (partial !== undefined) modes.add(partial.mode & 0o777);
    }
    setImmediate(look);
  };
  look();
  await backUpCenter(folder, file);
  looking = false;
  clearInterval(writer);
  // Nobody else reads it, whole or while it is written.
  assert.deepEqual([[...modes], statSync(file).mode & 0o777], [[0o600], 0o600]);

  const restored = temporaryDirectory(t);
  copyFileSync(file, join(restored, 'center.db'));
  const copy = openCenterDatabase(restored);
  t.after(() => copy.close());
  const count = openReadRecord(copy, { clock, keepDays: 30 }).count('x');
  assert.equal(count % 2, 0);
  assert.ok(count <= 2 * written);
  const again = openManagement(restored, clock);
  t.after(() => again.close());
  assert.deepEqual(
    again.invitations.all().map((one) => one.id),
    [id],
  );
});

test('a backup that cannot be made leaves nothing behind, and the one before it as it was', async (t) => {
  const empty = temporaryDirectory(t);
  const folder = temporaryDirectory(t);
  const target = join(folder, 'taken');
  await assert.rejects(backUpCenter(empty, target), (error) => isVitrineError(error, 'file.missing'));
  openCenterDatabase(empty).close();
  mkdirSync(target);
  writeFileSync(join(target, 'in-the-way'), '');
  await assert.rejects(backUpCenter(empty, target));
  assert.deepEqual(readdirSync(folder), ['taken']);
});
