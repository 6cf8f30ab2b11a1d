import assert from 'node:assert/strict';
import { join } from 'node:path';
import test from 'node:test';
import fc from 'fast-check';
import { fakeClock, openDatabase } from '@vitrine/host';
import { temporaryDirectory } from '@vitrine/testkit';
import { openReadRecord, recordMigrations, type ReadRecord } from '../src/access/record.ts';
import { csvCell, readsAsCsv, readsAsJson } from '../src/accounts/reads-export.ts';

const clock = fakeClock(Date.parse('2027-01-01T00:00:00Z'));

function recordOf(t: test.TestContext, paths: readonly string[]): ReadRecord {
  const database = openDatabase(join(temporaryDirectory(t), 'center.db'), { migrations: recordMigrations });
  t.after(() => database.close());
  const reads = openReadRecord(database, { clock, keepDays: 30 });
  reads.add(
    'x',
    paths.map((path) => ({ what: 'file', tree: '00', path, product: 'p' }) as const),
  );
  return reads;
}

test('no cell of the export is a formula to a spreadsheet', () => {
  for (const [text, cell] of [
    ['plain', '"plain"'],
    ['=HYPERLINK("http://evil.example")', '"\'=HYPERLINK(""http://evil.example"")"'],
    ['+1', '"\'+1"'],
    ['-1', '"\'-1"'],
    ['@SUM(A1)', '"\'@SUM(A1)"'],
    ['\t=1', '"\'\t=1"'],
    ['\r=1', '"\'\r=1"'],
    ['a,b\n"c"', '"a,b\n""c"""'],
  ] as const)
    assert.equal(csvCell(text), cell);
  fc.assert(
    fc.property(fc.string(), (text) => {
      const cell = csvCell(text);
      assert.match(cell, /^"(?:[^"]|"")*"$/);
      assert.doesNotMatch(cell, /^"[=+\-@\t\r\n]/);
    }),
  );
});

test('the whole record is exported, however many pages it has, in both forms', async (t) => {
  for (const count of [0, 1, 999, 1_000, 1_001, 2_500]) {
    const paths = Array.from({ length: count }, (_, i) => `=file ${i}`);
    const reads = recordOf(t, paths);
    const json = (await new Response(readsAsJson(reads, 'x')).json()) as readonly { readonly path: string }[];
    assert.deepEqual(json.map(({ path }) => path).toSorted(), paths.toSorted());
    const lines = (await new Response(readsAsCsv(reads, 'x')).text()).split('\r\n');
    assert.equal(lines.length, count + 2, 'a head, the rows, and nothing after the last end of line');
    assert.deepEqual(await new Response(readsAsJson(reads, 'somebody else')).json(), []);
  }
});
