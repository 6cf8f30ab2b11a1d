import assert from 'node:assert/strict';
import test, { after } from 'node:test';
import { accessTable, formatTime, signStatement, utf8 } from '@vitrine/evidence';
import { fakeClock, sha256Hex } from '@vitrine/host';
import { openReadRecord } from '../src/access/record.ts';
import type { AccessPage } from '../src/contract/access.ts';
import { openCenterDatabase } from '../src/database.ts';
import { openPortal } from './portal.ts';
import { makeCenterWorld } from './world.ts';

const world = await makeCenterWorld({ after }, { trouble: false });

const table = (tier: string): string => `table = 1
[[products]]
name = "sample"
critical = ["src/util/**"]
[[grants]]
who = "anyone"
product = "sample"
tier = "${tier}"
[[grants]]
who = "group:past"
product = "sample"
tier = "everything"
until = "2020-01-01T00:00:00Z"
[[grants]]
who = "group:future"
product = "sample"
tier = "everything"
from = "2120-01-01T00:00:00Z"
`;

async function log(text: string): Promise<number> {
  const bytes = utf8(text);
  const [logged] = await world.log.append(
    await signStatement(
      accessTable,
      [{ name: 'table', digest: { sha256: sha256Hex(bytes) } }],
      { size: bytes.length, issuedAt: formatTime(world.clock.now() / 1000) },
      world.signer('publisher'),
    ),
  );
  return logged?.index ?? assert.fail('nothing was logged');
}

test('the page says whether the table in force is the one last logged', async (t) => {
  const portal = await openPortal(t, world, { table: table('overview') });
  const browser = portal.browser();
  const page = async (): Promise<AccessPage> => {
    await portal.center.look();
    return browser.json<AccessPage>('/access.json');
  };
  assert.equal((await page()).agreement, 'never-logged');

  const first = await log(table('overview'));
  const agreed = await page();
  assert.equal(agreed.agreement, 'same');
  assert.deepEqual(
    agreed.logged.map(({ index, sha256 }) => [index, sha256]),
    [[first, sha256Hex(utf8(table('overview')))]],
  );
  assert.deepEqual(agreed.mine, [{ product: 'sample', tier: 'overview' }]);
  assert.deepEqual(
    agreed.grants.map(({ who, state }) => `${who} ${state}`),
    ['anyone open', 'group:past ended', 'group:future later'],
  );
  const raw = await browser.get('/access/access.toml');
  assert.equal(sha256Hex(utf8(await raw.text())), agreed.file?.sha256);

  portal.replaceTable(table('everything'));
  assert.equal((await page()).agreement, 'differs');
  const second = await log(table('everything'));
  const agreedAgain = await page();
  assert.equal(agreedAgain.agreement, 'same');
  assert.deepEqual(
    agreedAgain.logged.map(({ index }) => index),
    [second, first],
  );
  // Back to what was in force before is a change, too: the log has to say so again.
  portal.replaceTable(table('overview'));
  assert.equal((await page()).agreement, 'differs');
});

test('what is older than the record is kept for is gone when the Center starts', async (t) => {
  const portal = await openPortal(t, world, { table: table('overview'), settings: { keepReadsDays: 1 } });
  const { browser, account } = await portal.reader('past');
  const database = openCenterDatabase(portal.folder);
  t.after(() => database.close());
  const old = openReadRecord(database, {
    clock: fakeClock(portal.clock.now() - 3 * 86_400_000),
    keepDays: 30,
  });
  old.add(account, [{ what: 'file', tree: '00', path: 'old', product: 'sample' }]);
  assert.equal((await browser.json<readonly unknown[]>('/account/reads.json')).length, 1);
  await openPortal(t, world, {
    table: table('overview'),
    settings: { keepReadsDays: 1 },
    folder: portal.folder,
  });
  assert.equal((await browser.json<readonly unknown[]>('/account/reads.json')).length, 0);
});

test('a table that does not parse closes everything and shows its place', async (t) => {
  const portal = await openPortal(t, world, { table: table('everything') });
  portal.replaceTable(table('all'));
  const page = await portal.browser().json<AccessPage>('/access.json');
  assert.equal(page.trouble?.code, 'access.table');
  assert.match(page.trouble?.message ?? '', /line 8: .*tier/);
  assert.deepEqual([page.grants, page.mine], [[], []]);
  assert.equal((await portal.browser().get(`/source/${world.trees[0]?.digest}.json`)).status, 404);
});
