// An owner shares what is in a folder with a real data center: sees, agrees, sends, verifies, exports, erases.

import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test, { after } from 'node:test';
import { loadRoot } from '@vitrine/evidence';
import { openShare, parseOwnLedger, readSharing, verifyOwnLedger } from '@vitrine/reports';
import { makeScene, now } from './world.ts';

const scene = await makeScene({ after });
const { zurich, singapore } = scene;
const one = await scene.endpoint('one');
const walked = join(scene.dir, 'walked');
mkdirSync(join(walked, 'below'), { recursive: true });
for (const [name, content] of Object.entries({
  'setup.exe': 'MZ\0a program',
  'tool.sh': '#!/bin/sh\n',
  'below/letter.pdf': '%PDF a letter',
  'below/<b>&.txt': 'a text',
}))
  writeFileSync(join(walked, name), content);
symlinkSync('/etc', join(walked, 'elsewhere'));

test('nothing is shared before its owner agreed, and nobody is asked', async () => {
  const { out } = await one.run('status');
  assert.doesNotMatch(out, /sharing/);
  const reported = await one.run('report', walked);
  assert.equal(reported.code, 1);
  assert.match(reported.err, /endpoint\.no-consent/);
  const sent = await one.run('send');
  assert.equal(sent.code, 0, sent.out + sent.err);
  assert.deepEqual([...zurich.requests, ...scene.repository.requests], []);
});

test('the owner sees everything that a profile shares, and where it would be kept', async () => {
  const { out, code, err } = await one.run('consent', 'show', 'reports', '--country', 'CH');
  assert.equal(code, 0, err);
  for (const words of [
    /Profile: reports/,
    /the SHA-256 digest of the file/,
    /the folder in which it lies, .*\(personal,\s+where known\)/s,
    /deleted after 365 days/,
    /Data center zurich \(CH\), run by Example\s+Vendor/,
  ])
    assert.match(out, words);
  assert.equal(one.folder.length > 0, true);
});

test('without a yes nothing is changed; with one both sides sign, and the recovery code is shown once', async () => {
  const silent = await one.run('consent', 'give', 'reports', '--country', 'CH');
  assert.equal(silent.code, 2);
  assert.match(silent.shown, /Profile: reports/);
  assert.match(silent.err, /endpoint\.consent-yes/);
  const no = await one.typed('no', 'consent', 'give', 'reports', '--country', 'CH');
  assert.equal(no.code, 2);
  assert.equal(existsSync(join(one.folder, 'sharing', 'recovery.secret')), false);

  const given = await one.typed('yes', 'consent', 'give', 'reports', '--country', 'CH');
  assert.equal(given.code, 0, given.err);
  assert.match(given.out, /^reports, for CH, kept by zurich: signed by both sides$/m);
  assert.match(given.shown, /^ {4}(?:[0-9A-Z]{4}-){8}[0-9A-Z]{2}$/m, 'before any data center was asked');
  assert.equal(statSync(join(one.folder, 'sharing', 'recovery.secret')).mode & 0o777, 0o600);
  const again = await one.run('consent', 'give', 'reports', '--country', 'CH', '--yes');
  assert.doesNotMatch(again.shown, /recovery code/);
  assert.match((await one.run('consent', 'show')).out, /^sharing {3}reports, CH, kept by zurich$/m);
});

test('a walk queues facts about files, follows no link, and leaves nothing twice', async () => {
  const { out, code, err } = await one.run('report', walked, '--arrived', 'web');
  assert.equal(code, 0, err);
  assert.equal(out, '4 observations wait to be sent\n1 skipped: link\n');
  assert.equal(
    (await one.run('report', walked)).out,
    '0 observations wait to be sent\n4 files were reported before\n1 skipped: link\n',
  );
  assert.match((await one.run('status')).out, /^waiting {3}4 observations, 0 samples, 0 reports/m);
});

test('what waits is sent sealed, promised at once and proven once witnesses have seen the ledger', async () => {
  const { out, code, err } = await one.run('send');
  assert.equal(code, 0, err + out);
  assert.equal(
    out,
    '4 records in 1 reports promised, 0 records proven\n1 reports wait for their proof; run "send" again\n',
  );
  await zurich.publish();
  const proven = await one.run('send');
  assert.equal(proven.out, '0 records in 0 reports promised, 4 records proven\n');
  const verified = await one.run('ledger', 'verify');
  assert.equal(verified.code, 0, verified.out);
  assert.match(verified.out, /^records: 4 proven$/m);
  assert.match((await one.run('ledger', 'list')).out, /4 file-seen to zurich: 4 proven/);
  assert.deepEqual(singapore.requests, []);
});

test("no request carries a cookie, an identifier or a header that is not every client's", () => {
  const usual =
    /^(?:host|connection|accept|accept-language|sec-fetch-mode|user-agent|accept-encoding|content-length|cache-control|pragma)$/;
  for (const { headers, path } of [...zurich.requests, ...scene.repository.requests])
    for (const name of Object.keys(headers)) assert.match(name, usual, `${path}: ${name}`);
});

test('the exported ledger is verified by others, with the keys that are published', async () => {
  const file = join(scene.dir, 'ledger.json');
  const exported = await one.run('ledger', 'export', file);
  assert.equal(exported.code, 0, exported.err);
  const ledger = parseOwnLedger(new Uint8Array(readFileSync(file)));
  const { policy, root } = scene.world;
  const trust = { policy, root: await loadRoot(root) };
  const { residencies } = await readSharing(scene.repository.sharing ?? new Uint8Array(), trust);
  const check = await verifyOwnLedger(ledger, { now, published: { policy, residencies } });
  assert.deepEqual(check.findings, []);
  assert.ok(check.records.every(({ standing }) => standing === 'proven'));
  const [keys] = ledger.ledgers;
  assert.ok(keys);
  const others = { ...ledger, ledgers: [{ ...keys, quorum: 1 }, ...ledger.ledgers] };
  const { findings } = await verifyOwnLedger(others, { now, published: { policy, residencies } });
  assert.deepEqual(
    findings.map(({ code }) => code),
    ['own-ledger.keys'],
  );
});

test('an export is read without the data center, and nothing that was promised is missing', async () => {
  const into = join(scene.dir, 'export');
  const { code, out, err } = await one.run('subject', 'export', '--into', into);
  assert.equal(code, 0, err + out);
  assert.match(out, /^zurich, subject 1: 4 records, read 0 times$/m);
  const page = readFileSync(join(into, 'index.html'), 'utf8');
  assert.match(page, /name: &lt;b&gt;&amp;\.txt/);
  assert.match(page, /Nothing that was promised is missing/);
  assert.match(page, /compared with the public ledger of 4 entries, as its witnesses saw it</);
  const records = JSON.parse(readFileSync(join(into, 'zurich-1', 'records.json'), 'utf8')) as {
    observation: { personal: { name: string } };
  }[];
  assert.deepEqual(records.map(({ observation }) => observation.personal.name).toSorted(), [
    '<b>&.txt',
    'letter.pdf',
    'setup.exe',
    'tool.sh',
  ]);
});

test('an export is compared with the public ledger, and says where it is another or was not compared', async () => {
  const exchange = (): Promise<void> =>
    zurich.running.store.write('exchange two records', async (tx) => {
      const rows = await tx.selectFrom('record').selectAll().where('idx', '<', 2).orderBy('idx').execute();
      const leaves = await tx
        .selectFrom('custody_leaf')
        .selectAll()
        .where('idx', '<', 2)
        .orderBy('idx')
        .execute();
      for (const idx of [0, 1]) {
        const { ciphertext, kind } = rows[1 - idx] ?? assert.fail();
        await tx.updateTable('record').set({ ciphertext, kind }).where('idx', '=', idx).execute();
        const { data } = leaves[1 - idx] ?? assert.fail();
        await tx.updateTable('custody_leaf').set({ data }).where('idx', '=', idx).execute();
      }
    });
  await exchange();
  const other = await one.run('subject', 'export', '--into', join(scene.dir, 'exchanged'));
  await exchange();
  assert.equal(other.code, 3, other.err);
  assert.match(
    other.out,
    /FALSE: 2 records are not those at their place of the public ledger, the first at 0/,
  );
  assert.match(other.out, /nothing that was promised is missing/);
  zurich.wire = (path) => (path.startsWith('/ledgers/') ? 503 : undefined);
  const alone = await one.run('subject', 'export', '--into', join(scene.dir, 'not compared'));
  zurich.wire = undefined;
  assert.equal(alone.code, 0, alone.err);
  assert.match(alone.out, /NOT COMPARED with the public ledger of the data center: /);
});

test('a reading under a grant is seen by its subject; what is restricted is read by nobody', async () => {
  const { readings } = zurich.running;
  const [asked] = await readings.ask([1]);
  assert.ok(asked);
  const supervisors = [...zurich.test.supervisors].slice(0, 2);
  const shares = await Promise.all(
    supervisors.map(([operator, opening]) => openShare(asked.sealed, operator, opening)),
  );
  const grant = {
    statement: 'cd'.repeat(32),
    records: new Set([1]),
    until: now + 3600,
    shares: new Map([[asked.sealed.key, shares]]),
  };
  await readings.read(grant, 1);
  assert.match(
    (await one.run('subject', 'restrict')).out,
    /^restrict: 4 records of subject 1 at zurich, confirmed/,
  );
  await assert.rejects(readings.read(grant, 1), { code: 'grant.restricted' });
  assert.equal((await one.run('subject', 'unrestrict')).code, 0);

  for (const into of ['read', 'read-again']) {
    const { out } = await one.run('subject', 'export', '--into', join(scene.dir, into));
    assert.match(out, /^zurich, subject 1: 4 records, read 1 times$/m);
  }
  const seen = /READ under a grant: record 1 at zurich/g;
  assert.equal((await one.run('ledger', 'list')).out.match(seen)?.length, 1);
  const { out } = await one.run('ledger', 'verify');
  assert.match(out, /^readings by others under a grant: 1\n {2}record 1 at zurich, .*, grant (?:cd){32}$/m);
});

test('a record that its data center lost is named, in the export and after it', async () => {
  const two = await scene.endpoint('two');
  await two.run('consent', 'give', 'reports', '--country', 'CH', '--yes', '--also', 'SG');
  const file = join(scene.dir, 'lost.exe');
  writeFileSync(file, 'MZ\0lost');
  await two.run('report', file, '--no-names');
  assert.match((await two.run('send')).out, /^1 records in 1 reports promised/);
  await zurich.running.store.write('lose a record', (tx) =>
    tx.deleteFrom('record').where('idx', '>', 3).execute(),
  );
  const { code, out } = await two.run('subject', 'export', '--into', join(scene.dir, 'lost'));
  assert.equal(code, 3);
  assert.match(out, /MISSING: 1 records were promised and are not there/);
  assert.match((await two.run('ledger', 'verify')).out, /own-ledger\.missing/);
});

test('a request goes by file to an operator, whose answer is taken once', async () => {
  const file = join(scene.dir, 'request');
  const written = await one.run('subject', 'restrict', '--request', file);
  assert.equal(written.code, 0, written.err);
  assert.match(written.out, /Nothing is done yet: hand it to the operator/);
  assert.match((await one.run('subject', 'restrict', '--request', file)).err, /is there already/);
  const other = join(scene.dir, 'request of the third subject');
  await one.run('subject', 'restrict', '--center', 'zurich', '--generation', '3', '--request', other);
  const third = join(scene.dir, 'answer to the third subject');
  writeFileSync(third, await zurich.running.rights.take(new Uint8Array(readFileSync(other))));
  assert.match(
    (await one.run('subject', 'answer', third)).out,
    /^restrict: 0 records of subject 3 at zurich/,
  );
  const answer = join(scene.dir, 'answer');
  writeFileSync(answer, await zurich.running.rights.take(new Uint8Array(readFileSync(file))));
  const taken = await one.run('subject', 'answer', answer);
  assert.match(taken.out, /^restrict: 4 records of subject 1 at zurich, confirmed and signed/);
  const again = await one.run('subject', 'answer', answer);
  assert.equal(again.code, 5);
  assert.match(again.err, /answers no request of this endpoint that has no answer yet/);
  assert.equal((await one.run('subject', 'unrestrict')).code, 0);
  assert.equal((await one.run('ledger', 'verify')).code, 0);
});

test('an erasure is confirmed, seen in the own ledger, and an export is empty after it', async () => {
  assert.match((await one.run('subject', 'erase')).err, /endpoint\.confirm/);
  const { code, out, err } = await one.run('subject', 'erase', '--yes');
  assert.equal(code, 0, err);
  assert.match(out, /^erase: 4 records of subject 1 at zurich, confirmed and signed; in no backup after /);
  const { out: exported } = await one.run('subject', 'export', '--into', join(scene.dir, 'empty'));
  assert.match(exported, /^zurich, subject 1: 0 records/m);
  assert.match(exported, /nothing that was promised is missing/);
  const verified = await one.run('ledger', 'verify');
  assert.match(verified.out, /^records: 4 erased$/m);
  assert.equal(verified.code, 0, verified.out);
});
