// What it takes for a share to leave a supervisor, and what does not suffice.

import assert from 'node:assert/strict';
import { readdirSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import {
  accessGrant,
  canonicalJson,
  expectKind,
  formatEnvelope,
  formatTime,
  fromBase64,
  fromHex,
  openCommitment,
  signStatement,
  statementIdOf,
  statementOf,
  utf8,
  type Envelope,
  type Json,
  type JsonObject,
  type Signer,
  type StatementKey,
} from '@vitrine/evidence';
import {
  openDecision,
  openReleased,
  parseGrantBody,
  recordKeyFromHalves,
  requireGrantOf,
  type NumberedShare,
} from '@vitrine/reports';
import { approveRequest, denyRequest, openRequests, type Trust } from '@vitrine/supervisor';
import { eventually, testSigner, worldOrigin } from '@vitrine/testkit';
import { makeDeskWorld, type Asking, type Desk, type Name } from './desk-world.ts';

/** What the data center makes of an answer, with the secret of its request. */
async function sharesIn(
  answer: Readonly<Record<string, unknown>>,
  { signed, reply }: Asking,
  name: Name,
): Promise<readonly NumberedShare[]> {
  const shares = (answer['shares'] ?? []) as readonly { key: string; sealed: string }[];
  return Promise.all(
    shares.map(({ key, sealed }) => {
      const halves = signed.request.keys.find((one) => one.key === key);
      assert.ok(halves);
      return openReleased(fromBase64(sealed), signed, halves, name, reply);
    }),
  );
}

async function decisionIn(
  answer: Readonly<Record<string, unknown>>,
  { signed, reply }: Asking,
  name: Name,
): Promise<JsonObject> {
  return (await openDecision(fromBase64(String(answer['opening'])), signed, name, reply)) as JsonObject;
}

async function granted(desk: Desk, digest: string): Promise<Record<string, unknown>> {
  await eventually(async () => (await desk.get(digest))['state'] === 'granted');
  return desk.get(digest);
}

describe('the desk of a supervisor', () => {
  test('gives its share for what it approved, once the log holds the grant', async (t) => {
    const world = await makeDeskWorld(t);
    const a = await world.open('supervisor-a');
    const asking = await world.ask();
    const { digest } = asking.signed;
    assert.deepEqual(await a.post(asking.body), { status: 202, json: { request: digest, state: 'waiting' } });
    assert.deepEqual(await a.get(digest), { state: 'waiting' });
    assert.deepEqual(a.supervisor.status().access, { waiting: 1, granted: 0 });

    approveRequest(a.folder, digest.slice(0, 8));
    const answer = await granted(a, digest);
    assert.doesNotMatch(JSON.stringify(answer), /analyst|reason/i, 'nobody else reads who asked, or why');
    const shares = await sharesIn(answer, asking, 'supervisor-a');
    assert.deepEqual(
      await recordKeyFromHalves(asking.made.sealed, asking.made.center, shares),
      asking.made.key,
    );

    const [envelope] = world.grants() as [Envelope];
    assert.equal(answer['grant'], statementIdOf(envelope));
    assert.doesNotMatch(Buffer.from(envelope.payload, 'base64').toString(), /analyst|reason|zurich/i);
    const { salt, body } = await decisionIn(answer, asking, 'supervisor-a');
    const { predicate } = expectKind(statementOf(envelope), accessGrant);
    openCommitment(predicate, fromHex(salt as string), canonicalJson(body as Json));
    requireGrantOf(parseGrantBody(canonicalJson(body as Json)), asking.signed, 'supervisor-a');

    // Sent again it is the same request: nothing is decided or logged twice.
    assert.equal((await a.post(asking.body)).json['state'], 'granted');
    assert.throws(() => approveRequest(a.folder, digest), { code: 'desk.decided' });
    assert.equal(world.grants().length, 1);
    const [opening = ''] = readdirSync(join(a.folder, 'grants'));
    assert.equal(opening, `${predicate.commitment}.json`);
  });

  test('gives nothing while the log keeps the grant out, whatever was decided', async (t) => {
    const world = await makeDeskWorld(t);
    const kept: Envelope[] = [];
    const a = await world.open('supervisor-a', {
      submit: (envelope) => Promise.resolve(void kept.push(envelope)),
    });
    const asking = await world.ask();
    await a.post(asking.body);
    approveRequest(a.folder, asking.signed.digest);
    await eventually(() => kept.length > 0);
    assert.deepEqual(await a.get(asking.signed.digest), { state: 'waiting' });
    world.append(kept[0] as Envelope);
    const answer = await granted(a, asking.signed.digest);
    assert.equal((await sharesIn(answer, asking, 'supervisor-a')).length, 1);
  });

  test('keeps a decision over its death, and makes one statement of it', async (t) => {
    const world = await makeDeskWorld(t);
    const first = await world.open('supervisor-a');
    const asking = await world.ask();
    await first.post(asking.body);
    await first.stop();
    approveRequest(first.folder, asking.signed.digest);
    // As if it had died between the opening and its row.
    const stray = join(first.folder, 'grants', `${'a'.repeat(64)}.json`);
    writeFileSync(stray, '{}');
    const second = await world.open('supervisor-a');
    await granted(second, asking.signed.digest);
    await second.stop();
    const third = await world.open('supervisor-a');
    await granted(third, asking.signed.digest);
    assert.equal(world.grants().length, 1);
    assert.deepEqual(
      readdirSync(join(first.folder, 'grants')).map((name) => name.length),
      [69],
      'only the opening of the grant is left',
    );
  });

  test('denies with a reason for the requester alone, revokes, and ends with its time', async (t) => {
    const world = await makeDeskWorld(t);
    const a = await world.open('supervisor-a');
    const [denied, revoked, over] = await Promise.all([world.ask(), world.ask(), world.ask()]);
    for (const { body } of [denied, revoked, over]) await a.post(body);

    denyRequest(a.folder, denied.signed.digest, 'too many records');
    const answer = await a.get(denied.signed.digest);
    assert.equal(answer['state'], 'denied');
    assert.doesNotMatch(JSON.stringify(answer), /too many/);
    assert.deepEqual(await decisionIn(answer, denied, 'supervisor-a'), { why: 'too many records' });
    assert.throws(() => approveRequest(a.folder, denied.signed.digest), { code: 'desk.decided' });

    for (const { signed } of [revoked, over]) approveRequest(a.folder, signed.digest);
    for (const { signed } of [revoked, over]) await granted(a, signed.digest);
    denyRequest(a.folder, revoked.signed.digest, 'it was read enough');
    const after = await a.get(revoked.signed.digest);
    assert.deepEqual([after['state'], after['shares']], ['revoked', undefined]);
    assert.throws(() => approveRequest(a.folder, revoked.signed.digest), { code: 'desk.decided' });

    world.clock.ahead += 3_600_000;
    assert.deepEqual(await a.get(over.signed.digest), { state: 'ended' });
    const late = await a.post(over.body);
    assert.deepEqual([late.status, (late.json['error'] as JsonObject)['code']], [403, 'access.time']);
    assert.deepEqual(
      openRequests(a.folder, world.clock)
        .map(({ state }) => state)
        .toSorted(),
      ['denied', 'ended', 'revoked'],
    );
    // What nobody granted is forgotten with who asked.
    world.clock.ahead += 31 * 86_400_000;
    await eventually(() => openRequests(a.folder, world.clock).length === 2);
  });

  test('lets no share leave that was being opened when its grant was ended', async (t) => {
    const world = await makeDeskWorld(t);
    const asking = await world.ask();
    const { digest } = asking.signed;
    const a = await world.open('supervisor-a', {
      release: () => {
        denyRequest(a.folder, digest, 'on second thought', world.clock);
        return Promise.resolve(new Uint8Array(80));
      },
    });
    await a.post(asking.body);
    approveRequest(a.folder, digest);
    let answer: Readonly<Record<string, unknown>> = {};
    await eventually(async () => {
      answer = await a.get(digest);
      return answer['state'] !== 'waiting';
    });
    assert.deepEqual([answer['state'], answer['shares']], ['revoked', undefined]);
  });

  test('refuses what is not a request of a data center, for a share of its own, of now', async (t) => {
    const world = await makeDeskWorld(t);
    const a = await world.open('supervisor-a');
    const now = Math.floor(world.clock.now() / 1000);
    const good = await world.ask();
    const payload = Buffer.from(good.envelope.payload, 'base64').toString();
    const altered = Buffer.from(payload.replace('A reason.', 'Another!!')).toString('base64');
    const statement = await signStatement(
      accessGrant,
      [{ name: 'request', digest: { sha256: 'a'.repeat(64) } }],
      { commitment: 'a'.repeat(64), heldBy: 'vendor', issuedAt: formatTime(now) },
      testSigner('zurich identity'),
    );
    const cases: readonly (readonly [string, Uint8Array, number, string])[] = [
      ['garbage', utf8('{"a":1}'), 400, 'access.form'],
      ['not JSON', utf8('\0'), 400, 'access.form'],
      ['another document by its key', formatEnvelope(statement), 400, 'access.form'],
      ['altered', formatEnvelope({ ...good.envelope, payload: altered }), 403, 'access.signature'],
      ['by a stranger', (await world.ask({}, testSigner('stranger'))).body, 403, 'access.signature'],
      [
        "by another center's key",
        (await world.ask({}, testSigner('singapore identity'))).body,
        403,
        'access.signature',
      ],
      [
        "of another center's ledger",
        (await world.ask({ ledger: 'moon.example/custody' })).body,
        403,
        'desk.ledger',
      ],
      ['of an unknown center', (await world.ask({ center: 'moon' })).body, 403, 'access.signature'],
      [
        'of tomorrow',
        (await world.ask({ at: formatTime(now + 86_400), until: formatTime(now + 90_000) })).body,
        403,
        'access.time',
      ],
      [
        'of yesterday',
        (await world.ask({ at: formatTime(now - 90_000), until: formatTime(now - 86_400) })).body,
        403,
        'access.time',
      ],
      [
        "for another supervisor's share",
        (await world.ask({}, undefined, [['supervisor-b', 'supervisor-b']])).body,
        403,
        'desk.share',
      ],
      ['too large', new Uint8Array(70_000), 413, 'http.body-too-large'],
    ];
    for (const [what, body, status, code] of cases) {
      const answer = await a.post(body);
      assert.deepEqual([answer.status, (answer.json['error'] as JsonObject)['code']], [status, code], what);
    }
    assert.deepEqual(openRequests(a.folder), [], 'nothing of it was kept');
    assert.equal((await fetch(`${a.url}/access/${'0'.repeat(64)}`)).status, 404);
    assert.equal((await fetch(`${a.url}/access/../supervisor.db`)).status, 404);
    assert.equal((await fetch(`${a.url}/access`)).status, 405);
    for (const id of ['', '12', 'zzzzzzzz', '0'.repeat(64)])
      assert.throws(() => approveRequest(a.folder, id), { code: 'desk.request' }, id);
  });

  test('opens nothing that was sealed to another supervisor under its name', async (t) => {
    const world = await makeDeskWorld(t);
    const a = await world.open('supervisor-a');
    const asking = await world.ask({}, undefined, [['supervisor-a', 'supervisor-b']]);
    await a.post(asking.body);
    approveRequest(a.folder, asking.signed.digest);
    const answer = await granted(a, asking.signed.digest);
    assert.deepEqual([answer['shares'], answer['unopened']], [[], [asking.made.sealed.key]]);
  });

  test('is closed without halves, slow to strangers, and says when its residency policy is not sound', async (t) => {
    const world = await makeDeskWorld(t);
    const closed = await world.open('supervisor-a', { release: undefined });
    const asking = await world.ask();
    assert.equal((await closed.post(asking.body)).status, 503);
    await closed.stop();
    const slow = await world.open('supervisor-a', { rate: { perSecond: 0.001, burst: 1 } });
    assert.equal((await slow.post(asking.body)).status, 202);
    assert.equal((await slow.post(asking.body)).status, 429);
    await slow.stop();
    const unsound = await world.open('supervisor-a');
    writeFileSync(join(unsound.folder, 'residency.json'), '{}');
    const { status, json } = await unsound.post(asking.body);
    assert.deepEqual([status, (json['error'] as JsonObject)['code']], [503, 'desk.residency']);
    await eventually(() => unsound.supervisor.status().custody['residency'] !== undefined);
    // Without one, a key of the trust policy says for nobody that it may ask.
    rmSync(join(unsound.folder, 'residency.json'));
    const { json: told, status: refused } = await unsound.post(asking.body);
    assert.deepEqual([refused, (told['error'] as JsonObject)['code']], [503, 'desk.closed']);
    approveRequest(unsound.folder, asking.signed.digest);
    await eventually(() => unsound.supervisor.status().custody['residency'] === undefined);
    assert.deepEqual(world.grants(), [], 'and nothing that was taken before is granted meanwhile');
    writeFileSync(join(unsound.folder, 'residency.json'), world.residency);
    assert.equal((await granted(unsound, asking.signed.digest))['state'], 'granted');
  });

  test('a second supervisor opens the same door when the first does not answer', async (t) => {
    const world = await makeDeskWorld(t);
    const asking = await world.ask();
    const b = await world.open('supervisor-b');
    await b.post(asking.body);
    approveRequest(b.folder, asking.signed.digest);
    const answer = await granted(b, asking.signed.digest);
    const shares = await sharesIn(answer, asking, 'supervisor-b');
    assert.deepEqual(
      await recordKeyFromHalves(asking.made.sealed, asking.made.center, shares),
      asking.made.key,
    );
    // It is b's word, and opens under no other name.
    await assert.rejects(sharesIn(answer, asking, 'supervisor-a'), { code: 'seal.open' });
  });
});

describe('a policy that is accepted while the supervisor runs', () => {
  const without = (keys: readonly StatementKey[], ...ended: readonly Signer[]): readonly StatementKey[] =>
    keys.map((key) =>
      ended.some(({ keyid }) => keyid === key.keyid)
        ? { ...key, until: { origin: worldOrigin, index: 1 } }
        : key,
    );

  test('ends a data center: nothing of it is taken, granted or given any more, and nobody goes back', async (t) => {
    const world = await makeDeskWorld(t);
    const { keys } = world.world.policy.document;
    let accepted: Trust = world.world;
    const said: string[] = [];
    const options = {
      accepted: () => Promise.resolve(accepted),
      onTrust: (line: string) => void said.push(line),
    };
    const a = await world.open('supervisor-a', options);
    const [before, waiting, after] = await Promise.all([world.ask(), world.ask(), world.ask()]);
    for (const { body } of [before, waiting]) await a.post(body);
    approveRequest(a.folder, before.signed.digest);
    await granted(a, before.signed.digest);

    accepted = await world.policyWith({ keys: without(keys, testSigner('zurich identity')) });
    await eventually(() => a.supervisor.status().policy.version === 2);
    const refused = await a.post(after.body);
    assert.deepEqual(
      [refused.status, (refused.json['error'] as JsonObject)['code']],
      [403, 'access.signature'],
    );
    assert.equal(((await a.get(before.signed.digest))['error'] as JsonObject)['code'], 'desk.requester');
    approveRequest(a.folder, waiting.signed.digest);
    await eventually(async () => (await a.get(waiting.signed.digest))['state'] === 'denied');
    const reason = await decisionIn(await a.get(waiting.signed.digest), waiting, 'supervisor-a');
    assert.match(JSON.stringify(reason), /does not count/);
    assert.equal(world.grants().length, 1);
    // Others go on, and its own grant is known still: the log was read again from its beginning.
    const other = await world.ask(
      { center: 'singapore', ledger: 'singapore.example/custody' },
      testSigner('singapore identity'),
    );
    assert.equal((await a.post(other.body)).status, 202);
    await eventually(() => a.supervisor.status().log.read === 1);

    accepted = world.world;
    await eventually(() => /supervisor\.older/.test(a.supervisor.status().policy.trouble ?? ''));
    assert.equal((await a.post(after.body)).status, 403);
    assert.equal(a.supervisor.status().policy.version, 2);
    assert.deepEqual(
      said.map((line) => line.slice(0, 33)),
      ['policy 2 under root 1 is in force', 'the policy is not taken up: super'],
    );
    await a.stop();
    await assert.rejects(world.open('supervisor-a'), { code: 'supervisor.older' });
    accepted = await world.policyWith({});
    await assert.rejects(
      world.open('supervisor-a', options),
      { code: 'supervisor.older' },
      'another second one',
    );
  });

  test('waits for what is being judged, and ends the supervisor whose own key it ends', async (t) => {
    const world = await makeDeskWorld(t);
    const { keys } = world.world.policy.document;
    let accepted: Trust = world.world;
    let looks = 0;
    const a = await world.open('supervisor-a', {
      accepted: () => Promise.resolve((looks++, accepted)),
    });
    const { body } = await world.ask();
    const answered = Promise.withResolvers<number | undefined>();
    const slow = request(`${a.url}/access`, { method: 'POST' }, (response) => {
      response.resume();
      answered.resolve(response.statusCode);
    });
    slow.write(body.subarray(0, 10));
    await eventually(() => a.supervisor.status().log.size !== null);
    accepted = await world.policyWith({ keys: without(keys, testSigner('zurich identity')) });
    const from = looks;
    await eventually(() => looks > from);
    for (let i = 0; i < 5; i++) await fetch(`${a.url}/status`);
    assert.equal(a.supervisor.status().policy.version, 1);
    slow.end(body.subarray(10));
    assert.equal(await answered.promise, 202, 'judged by the policy under which it came');
    await eventually(() => a.supervisor.status().policy.version === 2);
    assert.equal((await a.post((await world.ask()).body)).status, 403);

    accepted = await world.policyWith({
      version: 3,
      keys: without(keys, testSigner('supervisor-a supervisor')),
    });
    assert.equal(((await a.supervisor.stopped) as { code: string }).code, 'supervisor.key');
  });
});
