// What goes wrong between an endpoint and its data centers: nothing is lost, nothing is sent that was not agreed
// to, and the owner is told.

import assert from 'node:assert/strict';
import { once } from 'node:events';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { bytes } from 'node:stream/consumers';
import test, { after } from 'node:test';
import { formatNote, parseEnvelope, parseNote, signCheckpoint, statementIdOf } from '@vitrine/evidence';
import { acquireLease } from '@vitrine/host';
import {
  formatExport,
  openMessage,
  readCommitment,
  sampleLimits,
  sealAnswer,
  subjectOfCenter,
} from '@vitrine/reports';
import { temporaryDirectory } from '@vitrine/testkit';
import { makeScene, type Endpoint, type Scene, type Wire } from './world.ts';

const files = temporaryDirectory({ after });
let made = 0;
/** A program that nobody has reported before. */
function program(content = ''): string {
  const path = join(files, `program-${++made}.exe`);
  writeFileSync(path, `MZ\0${made} ${content}`);
  return path;
}

async function agreed(
  scene: Scene,
  name: string,
  profile = 'reports',
  ...more: readonly string[]
): Promise<Endpoint> {
  const one = await scene.endpoint(name);
  const { code, err } = await one.run('consent', 'give', profile, '--country', 'SG', '--yes', ...more);
  assert.equal(code, 0, err);
  return one;
}

const scene = await makeScene({ after });
const { zurich, singapore } = scene;
const bodies = (center: { readonly requests: readonly { readonly path: string }[] }): number =>
  center.requests.filter(({ path }) => path === '/v1/reports').length;

/** A report is taken, and nobody hears of it. */
const unheard: Wire = async (path, request, response) => {
  if (path !== '/v1/reports') return undefined;
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  await singapore.running.intake.take(new Uint8Array(Buffer.concat(chunks)));
  response.destroy();
  return 'answered';
};

test('an answer that was lost is asked for again, and the report is stored once', async () => {
  const one = await agreed(scene, 'lost');
  await one.run('report', program());
  singapore.wire = unheard;
  const lost = await one.run('send');
  assert.equal(lost.code, 5);
  assert.match(lost.out, /fetch\.unreachable/);
  singapore.wire = undefined;
  // Under another consent it is the same report still.
  await one.run('consent', 'give', 'reports', '--country', 'SG', '--also', 'CH', '--yes');
  const again = await one.run('send');
  assert.equal(again.code, 0, again.out);
  assert.match(again.out, /^1 records in 1 reports promised/);
  await singapore.publish();
  await one.run('send');
  assert.match((await one.run('subject', 'export', '--into', join(files, 'lost'))).out, /1 records/);
  assert.match((await one.run('ledger', 'verify')).out, /^records: 1 proven$/m);
});

test('of a report whose answer was lost before its owner withdrew nobody says that it was refused', async () => {
  const one = await agreed(scene, 'doubtful');
  await one.run('report', program());
  singapore.wire = unheard;
  await one.run('send');
  singapore.wire = undefined;
  await one.run('consent', 'withdraw');
  assert.match((await one.run('ledger', 'list')).out, /1 file-seen to singapore: 1 IN-DOUBT/);
  const verified = await one.run('ledger', 'verify');
  assert.match(verified.out, /^records: 1 IN-DOUBT$/m);
  assert.equal(verified.code, 0);
  await one.run('subject', 'export', '--into', join(files, 'doubtful'));
  assert.match((await one.run('ledger', 'list')).out, /1 file-seen to singapore: 1 kept/);
  assert.match((await one.run('subject', 'erase', '--yes')).out, /^erase: 1 records/);
  await singapore.publish();
  assert.match((await one.run('ledger', 'verify')).out, /^records: 1 erased$/m);
});

test('what an export has nothing of may come later, and the next export says so', async () => {
  const one = await agreed(scene, 'slow');
  await one.run('report', program());
  let body = new Uint8Array(0);
  // Somebody between them holds it, and the withdrawal does not come through either.
  singapore.wire = async (path, request) => {
    if (path !== '/v1/reports') return path === '/v1/consents' ? 500 : undefined;
    body = await bytes(request);
    return 500;
  };
  await one.run('send');
  await one.run('consent', 'withdraw');
  await one.run('subject', 'export', '--into', join(files, 'slow-1'));
  assert.match((await one.run('ledger', 'list')).out, /1 file-seen to singapore: 1 absent/);
  await singapore.running.intake.take(body);
  for (const name of ['slow-2', 'slow-3']) {
    await one.run('subject', 'export', '--into', join(files, name));
    assert.match((await one.run('ledger', 'list')).out, /1 file-seen to singapore: 1 kept/);
  }
  singapore.wire = undefined;
  const { entries } = JSON.parse((await one.run('ledger', 'list', '--json')).out) as {
    entries: { type: string }[];
  };
  assert.equal(entries.filter(({ type }) => type === 'settled').length, 2);
});

test('what is queued while a report is on its way is another thing, and is sent after it', async () => {
  const one = await agreed(scene, 'queued');
  await one.run('report', program());
  singapore.wire = (path) => (path === '/v1/reports' ? 500 : undefined);
  assert.equal((await one.run('send')).code, 5);
  singapore.wire = undefined;
  await one.run('report', program());
  assert.match((await one.run('send')).out, /^2 records in 2 reports promised/);
});

test('what a killed run had entered in the own ledger is entered once, whichever command comes next', async () => {
  const one = await agreed(scene, 'entered');
  await one.run('report', program());
  const queue = join(one.folder, 'sharing', 'queue');
  const [name = ''] = readdirSync(queue);
  const waited = readFileSync(join(queue, name));
  singapore.wire = (path) => (path === '/v1/reports' ? 500 : undefined);
  await one.run('send');
  // As if it had been killed before the report left the queue.
  writeFileSync(join(queue, name), waited);
  await one.run('consent', 'give', 'reports', '--country', 'SG', '--also', 'CH', '--yes');
  singapore.wire = undefined;
  assert.match((await one.run('send')).out, /^1 records in 1 reports promised/);
  const { entries } = JSON.parse((await one.run('ledger', 'list', '--json')).out) as {
    entries: { type: string; report: string }[];
  };
  const reports = entries.flatMap(({ type, report }) => (type === 'report' ? [report] : []));
  assert.deepEqual(reports, [...new Set(reports)]);
});

test('without its secret an endpoint that is known makes no other one', async () => {
  const one = await agreed(scene, 'secret');
  const secret = join(one.folder, 'sharing', 'recovery.secret');
  rmSync(secret);
  const { err } = await one.run('consent', 'give', 'reports', '--country', 'SG', '--yes');
  assert.match(err, /endpoint\.recovery/);
  assert.ok(!existsSync(secret));
});

test('a data center that asks to wait is left alone for as long', async () => {
  const one = await agreed(scene, 'busy');
  await one.run('report', program());
  singapore.wire = (path, _request, response) => {
    if (path !== '/v1/reports') return undefined;
    response.setHeader('retry-after', '120');
    return 503;
  };
  const busy = await one.run('send');
  assert.equal(busy.code, 5);
  assert.match(busy.out, /asks to wait for 120 s\n {2}endpoint\.center-busy/);
  const asked = bodies(singapore);
  assert.equal((await one.run('send')).code, 5);
  assert.equal(bodies(singapore), asked);
  singapore.wire = undefined;
  scene.clock.advance(121_000);
  assert.match((await one.run('send')).out, /^1 records in 1 reports promised/);
});

test('what answers like no data center refuses nothing: it is tried again', async () => {
  const one = await agreed(scene, 'proxy');
  await one.run('report', program());
  for (const status of [422, 400, 413, 200, 404, 500]) {
    singapore.wire = (path) => (path === '/v1/reports' ? status : undefined);
    const { code, out } = await one.run('send');
    assert.equal(code, 5, String(status));
    assert.match(out, /endpoint\.answer/);
  }
  singapore.wire = undefined;
  assert.match((await one.run('send')).out, /^1 records in 1 reports promised/);
});

test('an answer that cannot be read ends nothing: the rest is done, and it is tried again', async () => {
  const one = await agreed(scene, 'garbled');
  await one.run('report', program());
  await one.run('send');
  await singapore.publish();
  await one.run('report', program());
  singapore.wire = (path, _request, response) => {
    if (path !== '/v1/reports') return undefined;
    response.writeHead(201);
    response.end('{"no":"promise"}');
    return 'answered';
  };
  const garbled = await one.run('send');
  assert.equal(garbled.code, 5, garbled.err);
  assert.match(garbled.out, /1 records proven\n[^]*endpoint\.answer/);
  singapore.wire = (path) => (path === '/v1/consents' ? 200 : undefined);
  const unsigned = await scene.endpoint('unsigned');
  const given = await unsigned.run('consent', 'give', 'reports', '--country', 'SG', '--yes');
  assert.equal(given.code, 0, given.err);
  assert.match(given.out, /signed here; the data center follows with "send"/);
  singapore.wire = undefined;
  assert.match((await one.run('send')).out, /^1 records in 1 reports promised/);
});

test('a report that is not taken is a finding, and never sent again', async () => {
  const one = await agreed(scene, 'refused');
  await one.run('report', program());
  singapore.wire = (path, _request, response) => {
    if (path !== '/v1/reports') return undefined;
    response.writeHead(422, { 'content-type': 'application/json' });
    response.end(JSON.stringify({ code: 'consent.field', meaning: 'x', remedy: 'y' }));
    return 'answered';
  };
  const sent = await one.run('send');
  assert.equal(sent.code, 3);
  assert.match(sent.out, /^REFUSED by singapore: report [0-9a-f]{32}, status 422, consent\.field/m);
  singapore.wire = undefined;
  const asked = bodies(singapore);
  assert.equal((await one.run('send')).code, 0);
  assert.equal(bodies(singapore), asked);
  assert.match((await one.run('ledger', 'list')).out, /NOT TAKEN: consent\.field/);
  assert.match((await one.run('status')).out, /1 reports were not taken/);
  const verified = await one.run('ledger', 'verify');
  assert.equal(verified.code, 3);
  assert.match(verified.out, /own-ledger\.refused/);
});

test('a field that was not consented to is refused before it is queued, and so is a kind', async () => {
  const one = await agreed(scene, 'field');
  const observation = (change: object): string => {
    const path = join(files, `observation-${++made}.json`);
    writeFileSync(
      path,
      JSON.stringify({
        kind: 'contact',
        facts: { domain: 'bad.example', port: 443, action: 'blocked', seen: '2026-11-24', ...change },
        personal: {},
      }),
    );
    return path;
  };
  const asked = bodies(singapore);
  const idle = await one.run('report', '--observations', observation({}), '--no-names');
  assert.match(idle.err, /--no-names says nothing about --observations\n {2}endpoint\.usage/);
  const wrong = await one.run('report', '--observations', observation({ user: 'me' }));
  assert.equal(wrong.code, 3);
  assert.match(wrong.err, /consent\.field/);
  assert.equal((await one.run('report', '--observations', observation({}))).code, 0);
  // Whoever may write in the folder adds no field either.
  const queue = join(one.folder, 'sharing', 'queue');
  const [name = ''] = readdirSync(queue);
  const path = join(queue, name);
  writeFileSync(path, readFileSync(path, 'utf8').replace('"port":443', '"port":443,"user":"me"'));
  assert.match((await one.run('send')).err, /endpoint\.sharing-state/);
  assert.equal(bodies(singapore), asked);
  const sample = await one.run('report', program(), '--sample');
  assert.match(sample.err, /the profile reports does not share sample\n {2}endpoint\.not-shared/);
});

test('documents and archives stay, but for the very file that has a yes; a sample goes in pieces', async () => {
  const one = await agreed(scene, 'samples', 'samples');
  const folder = join(files, 'samples');
  mkdirSync(folder);
  writeFileSync(join(folder, 'letter.pdf'), '%PDF-1.7');
  const hostile = join(folder, "it's $(id).pdf");
  writeFileSync(hostile, '%PDF-1.7 hostile');
  writeFileSync(join(folder, 'files.zip'), 'PK\u0003\u0004');
  writeFileSync(join(folder, 'text.exe'), 'a letter with a wrong name');
  const large = Buffer.alloc(2 * sampleLimits.piece + 17, 7);
  large.write('MZ');
  writeFileSync(join(folder, 'large.exe'), large);
  const walked = await one.run('report', folder, '--sample', '--yes');
  assert.match(walked.out, /^5 observations wait to be sent\n1 samples wait to be sent$/m);
  assert.match(walked.out, /4 files stay here: each needs a yes of its own/);
  assert.ok(walked.out.includes(`--yes '${hostile.replace("'", String.raw`'\''`)}'`), walked.out);
  const named = await one.run('report', join(folder, 'letter.pdf'), '--sample', '--yes');
  assert.match(named.out, /1 samples wait/);
  assert.match((await one.run('report', join(folder, 'files.zip'), '--sample')).out, /1 files stay here/);

  // Interrupted after the first piece, it goes on with the second.
  let taken = 0;
  singapore.wire = (path) => (path === '/v1/reports' && ++taken > 3 ? 500 : undefined);
  assert.equal((await one.run('send')).code, 5);
  singapore.wire = undefined;
  assert.equal((await one.run('send')).code, 0);
  await singapore.publish();
  await one.run('send');
  const verified = await one.run('ledger', 'verify');
  assert.match(verified.out, /^records: 9 proven$/m);
  assert.deepEqual(readdirSync(join(one.folder, 'sharing', 'samples')), []);
  await one.run('subject', 'export', '--into', join(files, 'samples-out'));
  const records = JSON.parse(
    readFileSync(join(files, 'samples-out', 'singapore-1', 'records.json'), 'utf8'),
  ) as {
    observation: { kind: string; facts: { piece: number; size: number }; personal: { data: string } };
  }[];
  const pieces = records
    .filter(({ observation: { kind, facts } }) => kind === 'sample' && facts.size === large.length)
    .map(({ observation: { personal } }) => Buffer.from(personal.data, 'base64'));
  assert.equal(pieces.length, 3);
  assert.ok(Buffer.concat(pieces).equals(large));
});

test('what is larger than a sample may be, empty or no file is refused', async () => {
  const one = await agreed(scene, 'large', 'samples');
  const folder = join(files, 'huge');
  mkdirSync(folder);
  const path = join(folder, 'huge.exe');
  writeFileSync(path, Buffer.concat([Buffer.from('MZ'), Buffer.alloc(sampleLimits.bytes)]));
  const { code, err } = await one.run('report', path, '--sample');
  assert.equal(code, 2);
  assert.match(err, /endpoint\.sample/);
  const walked = await one.run('report', folder, '--sample');
  assert.match(walked.out, /^1 observations wait to be sent\n1 skipped: too-large$/m, walked.err);
  assert.match((await one.run('report', join(files, 'none'))).err, /file\.missing/);
});

test('an own ledger of which the end was cut off is refused, by readers and by writers', async () => {
  const one = await agreed(scene, 'cut');
  await one.run('report', program());
  await one.run('send');
  const path = join(one.folder, 'sharing', 'ledger.jsonl');
  const whole = readFileSync(path, 'utf8');
  const lines = whole.split('\n').slice(0, -1);
  for (const kept of [lines.length - 1, 1, 0]) {
    const cut = lines.slice(0, kept).map((line) => `${line}\n`);
    writeFileSync(path, cut.join(''));
    for (const asked of [['send'], ['ledger', 'list'], ['ledger', 'verify'], ['ledger', 'show', '0']]) {
      const { code, err } = await one.run(...asked);
      assert.equal(code, 1, asked.join(' '));
      assert.match(err, /endpoint\.ledger/);
    }
    assert.equal(readFileSync(path, 'utf8'), cut.join(''), 'it was left as it is');
  }
  writeFileSync(path, whole);
  assert.equal((await one.run('ledger', 'verify')).code, 0);
});

test('after a withdrawal nothing is sent, whether or not the data center can be reached', async () => {
  const one = await agreed(scene, 'withdrawn');
  await one.run('report', program());
  singapore.wire = () => 500;
  const queue = join(one.folder, 'sharing', 'queue');
  const [name = ''] = readdirSync(queue);
  const waited = readFileSync(join(queue, name));
  const away = await one.run('consent', 'withdraw');
  assert.equal(away.code, 0, away.err);
  assert.match(away.out, /^withdrawn: nothing is shared any more; the data center is told with "send"$/m);
  assert.match(away.out, /^1 of what waited was removed$/m);
  singapore.wire = undefined;
  const asked = bodies(singapore);
  assert.equal((await one.run('report', program())).code, 1);
  const { code, out } = await one.run('send');
  assert.equal(code, 0, out);
  assert.equal(bodies(singapore), asked);
  // A run that was killed as it withdrew left it in the queue.
  writeFileSync(join(queue, name), waited);
  const left = await one.run('send');
  assert.equal(left.code, 0, left.out);
  assert.deepEqual(readdirSync(queue), []);
  assert.equal(bodies(singapore), asked);
  assert.match((await one.run('consent', 'show')).out, /^sharing {3}nothing$/m);
  // Agreeing again is another subject: what was cannot be linked to what comes. Nor is the yes for what a run
  // that was killed as it withdrew left in the queue.
  writeFileSync(join(queue, name), waited);
  await one.run('consent', 'give', 'reports', '--country', 'SG', '--yes');
  await one.run('report', program());
  assert.match((await one.run('send')).out, /^1 records in 1 reports promised/);
  const { subjects } = JSON.parse((await one.run('subject', 'recovery', '--json')).out) as {
    subjects: { generation: number }[];
  };
  assert.deepEqual(
    subjects.map(({ generation }) => generation).toSorted((a, b) => a - b),
    [1, 2],
  );
});

for (const [decision, says, before] of [
  [['consent', 'withdraw'], /^withdrawn: .* and the data center has confirmed it$/m, ['send']],
  [['consent', 'withdraw'], /^withdrawn: /, ['send', '--wait']],
  [['consent', 'withdraw'], /^withdrawn: /, ['run', '--once']],
  [['consent', 'give', 'look-ups', '--country', 'SG', '--yes'], /^look-ups, for SG/, ['send']],
] as const)
  test(`"${decision.slice(0, 2).join(' ')}" ends "${before.join(' ')}" in the middle of a report`, async () => {
    const one = await agreed(scene, `${decision[1]}-${before.join('')}`);
    await one.run('report', program());
    const begun = Promise.withResolvers<void>();
    singapore.wire = async (path, _request, response) => {
      if (path !== '/v1/reports') return undefined;
      begun.resolve();
      await once(response, 'close'); // Nothing is answered, for as long as the endpoint waits.
      return 'answered';
    };
    const under = one.run(...before);
    await begun.promise;
    const decided = await one.run(...decision);
    assert.equal(decided.code, 0, decided.err);
    assert.match(decided.out, says);
    assert.match(decided.out, /^1 of what waited /m);
    const ended = await under;
    assert.equal(ended.code, 5);
    assert.match(ended.out, /endpoint\.gives-way/);
    const status = JSON.parse((await one.run('status', '--json')).out) as {
      run?: { halves: { sharing: { again: number } } };
    };
    if (before[0] === 'run')
      assert.equal(status.run?.halves.sharing.again, Math.floor(scene.clock.now() / 1000) + 60);
    singapore.wire = undefined;
    const asked = bodies(singapore);
    assert.equal((await one.run('send')).code, 0);
    assert.equal(bodies(singapore), asked);
    assert.match((await one.run('ledger', 'verify')).out, /^records: 1 IN-DOUBT$/m);
  });

test('while somebody waits to decide, nobody is asked and nothing is queued', async () => {
  const one = await agreed(scene, 'waits');
  await one.run('report', program());
  const decision = acquireLease(join(one.folder, 'sharing'), 'decision');
  const [asked, fetched] = [singapore.requests.length, scene.repository.requests.length];
  const sent = await one.run('send');
  assert.equal(sent.code, 5);
  assert.match(sent.out, /endpoint\.gives-way/);
  const reported = await one.run('report', program());
  assert.equal(reported.code, 5);
  assert.match(reported.err, /endpoint\.gives-way/);
  assert.deepEqual([singapore.requests.length, scene.repository.requests.length], [asked, fetched]);
  decision.release();
  assert.match((await one.run('send')).out, /^1 records in 1 reports promised/);
});

test('a question that nobody answers keeps nobody from withdrawing', async () => {
  const one = await agreed(scene, 'asked');
  const asked = Promise.withResolvers<void>();
  const giving = one.silent(asked.resolve, 'consent', 'give', 'samples', '--country', 'SG');
  await asked.promise;
  assert.match((await one.run('consent', 'withdraw')).out, /^withdrawn: /);
  const given = await giving;
  assert.equal(given.code, 5);
  assert.match(given.err, /endpoint\.gives-way/);
  assert.match((await one.run('consent', 'show')).out, /^sharing {3}nothing$/m);
});

test('what is done while somebody reads the status is no damage', async () => {
  const one = await agreed(scene, 'read');
  for (const place of ['outbox', 'promised'])
    symlinkSync('gone', join(one.folder, 'sharing', place, `${'0'.repeat(32)}.json`)); // Listed, and not there any more.
  const { code, out, err } = await one.run('status');
  assert.equal(code, 0, err);
  assert.match(out, /^sharing {3}reports, SG/m);
});

test('a promise for something else is not believed, and a proof that does not come is a finding', async () => {
  const one = await agreed(scene, 'overdue');
  await one.run('report', program());
  const other = await agreed(scene, 'other');
  await other.run('report', program());
  await other.run('send');
  singapore.wire = (path, _request, response) => {
    if (path !== '/v1/reports') return undefined;
    const sharing = join(other.folder, 'sharing', 'promised');
    const [name = ''] = readdirSync(sharing);
    const { promise } = JSON.parse(readFileSync(join(sharing, name), 'utf8')) as { promise: object };
    response.writeHead(201);
    response.end(JSON.stringify(promise));
    return 'answered';
  };
  const lied = await one.run('send');
  assert.match(lied.out, /the promise is for another report\n {2}custody\.promise/);
  singapore.wire = undefined;
  assert.match((await one.run('send')).out, /^1 records in 1 reports promised/);
  assert.equal((await one.run('ledger', 'verify')).code, 0);

  scene.clock.advance(3_600_000);
  // The ledger goes on without the record, and the witnesses see it.
  const seen = await checkpointNow(scene);
  singapore.wire = (path, _request, response) => {
    if (path !== '/ledgers/custody/checkpoint') return undefined;
    response.end(seen);
    return 'answered';
  };
  const late = await one.run('send');
  assert.equal(late.code, 3, late.out);
  assert.match(late.out, /OVERDUE: report/);
  assert.match((await one.run('status')).out, /OVERDUE: 1 reports have no proof by their deadline/);
  const verified = await one.run('ledger', 'verify');
  assert.equal(verified.code, 3);
  assert.match(verified.out, /own-ledger\.overdue/);
  assert.match((await one.run('ledger', 'list')).out, /1 file-seen to singapore: 1 OVERDUE/);
  singapore.wire = undefined;
  await singapore.publish();
  const sent = await one.run('send');
  assert.equal(sent.code, 0, sent.out);
  // The checkpoint that was seen after the deadline and without the record stays: the delay is proven.
  assert.match((await one.run('ledger', 'verify')).out, /own-ledger\.late/);
});

test('a promise whose report is forgotten is proven by the tiles that everybody sees', async () => {
  const one = await agreed(scene, 'forgotten');
  const folder = join(files, 'forgotten');
  mkdirSync(folder);
  for (const name of ['a.exe', 'b.exe']) writeFileSync(join(folder, name), `MZ\0forgotten ${name}`);
  await one.run('report', folder);
  assert.match((await one.run('send')).out, /^2 records in 1 reports promised/);
  scene.clock.advance(3_600_000);
  // As a data center answers once the key of the report is dead.
  singapore.wire = (path, _request, response) => {
    if (!path.startsWith('/v1/receipts/')) return undefined;
    response.writeHead(404, { 'content-type': 'application/json' });
    response.end(JSON.stringify({ code: 'intake.path', meaning: 'x', remedy: 'y' }));
    return 'answered';
  };
  const before = await one.run('send');
  assert.equal(before.code, 3, before.out);
  assert.match(before.out, /OVERDUE: report/);
  await singapore.publish();
  const found = await one.run('send');
  singapore.wire = undefined;
  assert.equal(found.code, 0, found.out);
  assert.match(found.out, /, 2 records proven$/m);
  assert.match((await one.run('ledger', 'verify')).out, /^records: 2 proven$/m);
});

/** The last published state of the ledger, signed and cosigned again at the time it is now. */
async function checkpointNow({ world, clock }: Scene): Promise<Uint8Array> {
  const { note } = singapore.running.custody.log.published() ?? {};
  assert.ok(note);
  const { text } = parseNote(note);
  const signers = [singapore.test.custody, ...world.witnessSigners.values()];
  const time = Math.floor(clock.now() / 1000);
  return formatNote({
    text,
    signatures: await Promise.all(signers.map((signer) => signCheckpoint(text, signer, time))),
  });
}

test('with the recovery code another machine has everything exported and erased', async () => {
  const one = await scene.endpoint('before');
  const { shown } = await one.run('consent', 'give', 'reports', '--country', 'SG', '--yes');
  const code = /^ {4}([0-9A-Z-]{42})$/m.exec(shown)?.[1] ?? '';
  await one.run('report', program());
  await one.run('send');

  const next = await scene.endpoint('after');
  assert.match(
    (await next.run('subject', 'export', '--into', join(files, 'no'))).err,
    /endpoint\.no-subject/,
  );
  assert.match(
    (
      await next.typed(
        code.replace(/.$/, (last) => (last === 'A' ? 'B' : 'A')),
        'subject',
        'recovery',
        '--from',
        '-',
      )
    ).err,
    /subject\.recovery-code/,
  );
  const beyond = await next.run('subject', 'restrict', '--center', 'singapore', '--generation', '65536');
  assert.match(beyond.err, /endpoint\.usage/);
  const recovered = await next.typed(` ${code.toLowerCase()}\n`, 'subject', 'recovery', '--from', '-');
  assert.equal(recovered.code, 0, recovered.err);
  assert.match((await next.typed(code, 'subject', 'recovery', '--from', '-')).err, /endpoint\.recovery/);
  const exported = await next.run(
    'subject',
    'export',
    '--into',
    join(files, 'recovered'),
    '--center',
    'singapore',
  );
  assert.match(exported.out, /^singapore, subject 1: 1 records/m);
  // Sharing goes on under another subject: the data center knows the first one, from the lost machine.
  const given = await next.run('consent', 'give', 'reports', '--country', 'SG', '--yes');
  assert.equal(given.code, 0, given.err);
  await next.run('report', program());
  assert.match((await next.run('send')).out, /^1 records in 1 reports promised/);
  const erased = await next.run('subject', 'erase', '--yes');
  assert.match(erased.out, /^erase: 1 records of subject 1 at singapore/m);
  assert.match(erased.out, /^erase: 1 records of subject 2 at singapore/m);
});

test('an export that does not come to an end is ended, and nothing of it is written', async () => {
  const one = await agreed(scene, 'endless');
  await one.run('report', program());
  await one.run('send');
  const { keys } = await subjectOfCenter(
    new Uint8Array(readFileSync(join(one.folder, 'sharing', 'recovery.secret'))),
    'singapore',
    1,
  );
  const salt = new Uint8Array(32);
  let asked = 0;
  singapore.wire = async (path, request, response) => {
    if (!path.startsWith('/v1/requests')) return undefined;
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const { key, opening } = singapore.test;
    const { body } = await openMessage(new Uint8Array(Buffer.concat(chunks)), key, opening);
    const digest = statementIdOf(parseEnvelope(body));
    const reads = Array.from({ length: 200 }, (_, i) => ({
      index: asked * 200 + i,
      entry: JSON.stringify({
        at: '2026-11-24T10:00:00Z',
        grant: 'cd'.repeat(32),
        record: readCommitment(salt, 0),
        type: 'read',
        v: 1,
      }),
      record: 0,
      salt: Buffer.from(salt).toString('base64'),
    }));
    const page = {
      v: 1 as const,
      center: 'singapore',
      ledger: singapore.running.custody.origin,
      request: digest,
      page: asked++,
      last: false,
      keys: [],
      records: [],
      reads,
    };
    response.end(await sealAnswer(formatExport(page), keys.sealing, digest));
    return 'answered';
  };
  const into = join(files, 'endless');
  const beside = join(files, '.endless.vitrine-export');
  mkdirSync(beside);
  writeFileSync(join(beside, 'of a killed run'), '');
  const { code, err } = await one.run('subject', 'export', '--into', into);
  singapore.wire = undefined;
  assert.equal(code, 3);
  assert.match(
    err,
    /page 10 of the export by singapore: 0 records, 2200 readings[^]*endpoint\.export-endless/,
  );
  assert.equal(asked, 11);
  assert.ok(!existsSync(into));
  // What a killed run had begun is not taken for an export, and goes with the next one.
  const whole = await one.run('subject', 'export', '--into', into);
  assert.equal(whole.code, 0, whole.err);
  assert.deepEqual(readdirSync(into).toSorted(), ['index.html', 'singapore-1']);
  assert.ok(!existsSync(beside));
});

test('by itself: with the repository down what waits is sent all the same, and its proof is fetched', async () => {
  const one = await agreed(scene, 'by-itself');
  await one.run('report', program());
  const first = await one.run('run', '--once', '--json');
  assert.equal(first.code, 6, first.out + first.err);
  const lines = first.out.trimEnd().split('\n');
  const [update, sent] = lines.map((line) => JSON.parse(line) as Record<string, unknown>);
  assert.deepEqual([update?.['event'], update?.['code'], update?.['exit']], ['update', 'tuf.missing', 5]);
  assert.deepEqual([sent?.['event'], sent?.['records'], sent?.['unproven']], ['sharing', 1, 1]);
  assert.doesNotMatch(first.out, /program|\.exe/);
  const { run } = JSON.parse((await one.run('status', '--json')).out) as {
    run: { halves: { sharing: { again: number } } };
  };
  assert.ok(run.halves.sharing.again > scene.clock.now() / 1000, 'proofs are due by their deadline');
  await singapore.publish();
  assert.match((await one.run('run', '--once')).out, /sharing exit=0 reports=0 records=0 proven=1/);
  // A data center that asks to wait is left alone; the update is tried.
  await one.run('report', program());
  singapore.wire = (path, _request, response) => {
    if (path !== '/v1/reports') return undefined;
    response.writeHead(503, { 'retry-after': '600' });
    response.end();
    return 'answered';
  };
  const busy = await one.run('run', '--once');
  assert.equal(busy.code, 5);
  assert.match(busy.out, /host host=127\.0\.0\.1:\d+ code=fetch\.status failures=1/);
  assert.match(busy.out, /sharing exit=5 .*waiting=endpoint\.center-busy/);
  singapore.wire = undefined;
  const asked = singapore.requests.length;
  assert.match((await one.run('run', '--once')).out, /waiting=endpoint\.center-busy/);
  assert.equal(singapore.requests.length, asked);
});

test('by itself: without a consent nobody is asked for anything, and no answer changes what is shared', async () => {
  const asks = (): readonly number[] => [zurich.requests.length, singapore.requests.length];
  const never = await scene.endpoint('never');
  const before = asks();
  const residency = (): number =>
    scene.repository.requests.filter(({ path }) => path === '/sharing.json').length;
  const looked = residency();
  assert.equal((await never.run('run', '--once')).code, 5);
  assert.equal(residency(), looked);
  assert.ok(!existsSync(join(never.folder, 'sharing')));
  const ended = await agreed(scene, 'ended');
  await ended.run('report', program());
  await ended.run('consent', 'withdraw');
  const told = asks();
  await ended.run('run', '--once');
  assert.deepEqual(asks(), told);
  assert.deepEqual(before[0], told[0]);

  const one = await agreed(scene, 'told');
  const document = join(files, 'told.pdf');
  writeFileSync(document, '%PDF-1.7 told');
  await one.run('report', document);
  const sent = bodies(singapore);
  const order = {
    code: 'consent.profile',
    profile: 'samples',
    upload: [document],
    consent: { act: 'given', profile: 'samples' },
  };
  for (const status of [200, 201, 202, 409, 422, 503]) {
    singapore.wire = (_path, _request, response) => {
      response.writeHead(status, { 'x-upload': document, 'set-cookie': 'upload=all' });
      response.end(JSON.stringify(order));
      return 'answered';
    };
    await one.run('run', '--once');
    scene.clock.advance(300_000);
  }
  singapore.wire = undefined;
  // One report, again and again until it was refused; never a sample, never the file.
  assert.ok(bodies(singapore) - sent <= 6);
  for (const { headers } of singapore.requests) assert.equal(headers.cookie, undefined);
  const { sharing } = JSON.parse((await one.run('status', '--json')).out) as {
    sharing: { profile: string; samples: number; refused: number };
  };
  assert.deepEqual([sharing.profile, sharing.samples, sharing.refused], ['reports', 0, 1]);
  const { entries } = JSON.parse((await one.run('ledger', 'list', '--json')).out) as {
    entries: { type: string; records?: { kind: string }[] }[];
  };
  const kinds = entries.flatMap(({ records = [] }) => (Array.isArray(records) ? records : []));
  assert.deepEqual(
    kinds.map(({ kind }) => kind),
    ['file-seen'],
  );
  assert.equal(entries.filter(({ type }) => type === 'consent').length, 1);
});

test('the policy switches while reports wait: they are sealed again, for whom it names now', async () => {
  const inside = await agreed(scene, 'inside', 'reports', '--also', 'CH');
  const outside = await agreed(scene, 'outside');
  const lost = await agreed(scene, 'lost before it moved', 'reports', '--also', 'CH');
  for (const one of [inside, outside, lost]) assert.equal((await one.run('report', program())).code, 0);
  singapore.wire = (path) => (path === '/v1/reports' ? 500 : undefined);
  await lost.run('send');
  singapore.wire = undefined;
  const { sharing } = scene.repository;
  await scene.switchTo({ JP: 'singapore' });
  const newer = scene.repository.sharing;

  // The endpoint has not seen it yet; the data center has, and answers 421.
  let served = 0;
  const serve = (): Uint8Array | undefined => (++served > 2 ? newer : sharing);
  Object.defineProperty(scene.repository, 'sharing', { get: serve, set: () => {}, configurable: true });
  const [before, asked] = [bodies(zurich), bodies(singapore)];
  const moved = await inside.run('send');
  assert.equal(moved.code, 0, moved.out + moved.err);
  assert.match(moved.out, /^1 records in 1 reports promised/);
  // fetch itself repeats what is answered with 421 once.
  assert.deepEqual([bodies(zurich) - before, bodies(singapore) - asked], [1, 2]);
  const listed = (await inside.run('ledger', 'list')).out;
  assert.match(listed, /consent to reports, for SG, to zurich/);
  assert.match(listed, /1 file-seen to singapore: 1 REFUSED/);
  assert.match(listed, /1 file-seen to zurich: 1 waiting/);
  const verified = await inside.run('ledger', 'verify');
  assert.doesNotMatch(verified.out, /FINDING/);

  // Switzerland was not agreed to: sharing stops until the owner agrees.
  const stopped = await outside.run('send');
  assert.equal(stopped.code, 5);
  assert.match(stopped.out, /consent\.moved/);
  assert.match((await outside.run('status')).out, /SUSPENDED since .*: CH is not among the countries/);
  assert.equal(bodies(zurich) - before, 1);

  // Whether the other one was stored before the policy changed, only an export says.
  assert.match((await lost.run('send')).out, /^1 records in 1 reports promised/);
  const doubt = (await lost.run('ledger', 'list')).out;
  assert.match(doubt, /1 file-seen to singapore: 1 IN-DOUBT/);
  assert.match(doubt, /1 file-seen to zurich: 1 waiting/);
  await lost.run('subject', 'export', '--into', join(files, 'lost before it moved'));
  assert.match((await lost.run('ledger', 'list')).out, /1 file-seen to singapore: 1 absent/);

  // The old place is told that its consent is over, once it can be reached.
  singapore.wire = () => 500;
  const given = await outside.run('consent', 'give', 'reports', '--country', 'SG', '--yes');
  assert.match(given.shown, /Data center zurich \(CH\)/);
  assert.match(given.out, /kept by zurich: signed by both sides/);
  const untold = await outside.run('send');
  assert.match(untold.out, /^1 records in 1 reports promised/);
  assert.equal(untold.code, 5);
  assert.match((await outside.run('status')).out, /1 decision is not known to the data center yet/);
  singapore.wire = undefined;
  assert.equal((await outside.run('send')).code, 0);
  assert.doesNotMatch((await outside.run('status')).out, /not known to the data center/);
  const countersigned = (await outside.run('ledger', 'list', '--json')).out;
  assert.deepEqual(
    (JSON.parse(countersigned) as { entries: { type: string; act?: string; center: string }[] }).entries
      .filter(({ type }) => type === 'consent')
      .map(({ act, center }) => [act, center]),
    [
      ['given', 'singapore'],
      ['withdrawn', 'singapore'],
      ['given', 'zurich'],
    ],
  );
  assert.doesNotMatch((await outside.run('status')).out, /SUSPENDED/);

  // A repository that shows the older policy again is not followed.
  Object.defineProperty(scene.repository, 'sharing', {
    get: () => sharing,
    set: () => {},
    configurable: true,
  });
  const older = await outside.run('send');
  assert.equal(older.code, 3);
  assert.match(older.err, /sharing\.older/);
});
