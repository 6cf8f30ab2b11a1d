// Reading single records from one end to the other: data center, supervisors, public log, subject.

import assert from 'node:assert/strict';
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import {
  accessGrant,
  canonicalJson,
  commitTo,
  formatTime,
  signStatement,
  statementIdOf,
  toBase64,
  type Json,
} from '@vitrine/evidence';
import { listen, sha256 } from '@vitrine/host';
import { grantBodyOf, sealDecision } from '@vitrine/reports';
import { denyRequest } from '@vitrine/supervisor';
import { accessVerbs } from '../src/datacenter/access-verbs.ts';
import { AskedRequests } from '../src/datacenter/access-requests.ts';
import { parseRanges, rangesOf } from '../src/ranges.ts';
import { accessWorld, identity, observationsIn, start, type AccessWorld } from './access-world.ts';

const read = (
  world: Pick<AccessWorld, 'verbs'>,
  request: string,
  indices?: readonly number[],
): Promise<Json> =>
  world.verbs['access-read']?.({ request, ...(indices === undefined ? {} : { indices }) }) ??
  Promise.reject(new Error('no verb'));

describe('access to single records', () => {
  test('is refused without a grant, with every key of the data center in hand', async (t) => {
    const world = await accessWorld(t, 1);
    const request = await world.ask([0, 1]);
    await assert.rejects(read(world, request), { code: 'grant.waiting' });

    // The center writes what a supervisor would, with the keys that it has: its identity's, in the log.
    const kept = new AskedRequests(world.folder);
    const { signed } = await kept.named(request);
    const body = grantBodyOf(signed, 'supervisor-a', formatTime(start));
    const salt = new Uint8Array(32);
    const commitment = commitTo(salt, canonicalJson(body as unknown as Json), 'supervisor-a', sha256);
    const forged = await signStatement(
      accessGrant,
      [{ name: 'request', digest: { sha256: commitment.commitment } }],
      { ...commitment, issuedAt: formatTime(start) },
      identity,
    );
    world.log.append(forged);
    const opening = toBase64(
      await sealDecision({ salt: '00'.repeat(32), body: body as unknown as Json }, signed, 'supervisor-a'),
    );
    const answer = { state: 'granted', grant: statementIdOf(forged), index: 0, opening, shares: [] };
    const liar = await listen(
      (_, response) => {
        response.setHeader('content-type', 'application/json');
        response.end(JSON.stringify(answer));
      },
      { port: 0, graceMs: 10 },
    );
    t.after(() => liar.close());
    const verbs = accessVerbs(world.center, {
      ...world.context,
      supervisors: [{ operator: 'supervisor-a', url: liar.url }],
    });
    await assert.rejects(read({ verbs }, request), { code: 'grant.unproven' });
    // And goes past all of it: there is no share, so there is no key.
    const grant = {
      statement: statementIdOf(forged),
      records: new Set([0]),
      until: start + 60,
      shares: new Map(),
    };
    await assert.rejects(world.center.readings.read(grant, 0), { code: 'halves.shares' });
    assert.deepEqual(await world.seen(), []);
  });

  test('is given for the records and the time that were asked, and its subject sees every reading', async (t) => {
    const world = await accessWorld(t, 1);
    const request = await world.ask([0, 2, 99]);
    await world.approve('supervisor-a', request);
    const answer = await read(world, request.slice(0, 10));
    assert.deepEqual(observationsIn(answer), [
      [0, 'file-0.exe'],
      [2, 'file-2.exe'],
    ]);
    const { grants } = answer as unknown as { grants: readonly { statement: string; operator: string }[] };
    assert.equal(grants[0]?.operator, 'supervisor-a');
    await assert.rejects(read(world, request, [1]), { code: 'grant.outside' });
    const statement = grants[0]?.statement ?? '';
    assert.deepEqual(await world.seen(), [
      [0, statement],
      [2, statement],
    ]);
    const [listed] = ((await world.verbs['access-list']?.({})) ?? []) as readonly Record<string, Json>[];
    assert.deepEqual(listed?.['supervisors'], [
      { operator: 'supervisor-a', state: 'granted', grant: statement, index: 0 },
    ]);

    world.clock.ahead += 3_600_000;
    await assert.rejects(read(world, request), { code: 'grant.over' });
    assert.deepEqual(
      readdirSync(join(world.folder, 'requests')).filter((name) => name.endsWith('.reply')),
      [],
      'what was sealed for this request opens no more',
    );
    world.clock.ahead += 30 * 86_400_000;
    assert.deepEqual(await world.verbs['access-list']?.({}), []);
  });

  test('shows what was entered as read, though another record is gone meanwhile', async (t) => {
    const world = await accessWorld(t, 1);
    const request = await world.ask([0, 1]);
    await world.approve('supervisor-a', request);
    await world.center.store.write('erase', (tx) => tx.deleteFrom('record').where('idx', '=', 1).execute());
    const answer = await read(world, request);
    assert.deepEqual(observationsIn(answer), [[0, 'file-0.exe']]);
    assert.deepEqual((answer as { refused: Json }).refused, [{ index: 1, code: 'grant.gone' }]);
    assert.equal((await world.seen()).length, 1);
    await assert.rejects(read(world, request, [1]), { code: 'grant.gone' });
  });

  test('ends with a denial, with the revocation of the supervisor, and with that of the data center', async (t) => {
    const world = await accessWorld(t, 1);
    const { folder } = world.supervisor('supervisor-a');
    const [denied, revoked, given] = [await world.ask([0]), await world.ask([0]), await world.ask([0])];
    denyRequest(folder, denied, 'not without a case number', world.clock);
    await assert.rejects(read(world, denied), { code: 'grant.denied' });
    const listed = (await world.verbs['access-list']?.({})) as readonly { request: string }[];
    const shown = listed.find((one) => one.request === denied);
    assert.match(JSON.stringify(shown), /not without a case number/);

    for (const request of [revoked, given]) await world.approve('supervisor-a', request);
    assert.equal(observationsIn(await read(world, revoked)).length, 1);
    denyRequest(folder, revoked, 'enough', world.clock);
    await assert.rejects(read(world, revoked), { code: 'grant.revoked' });

    await world.verbs['access-revoke']?.({ request: given });
    await assert.rejects(read(world, given), { code: 'grant.revoked' });
    assert.equal((await world.seen()).length, 1);
  });

  test('takes as many supervisors as the record was sealed for, and any that hold a share', async (t) => {
    const two = await accessWorld(t, 2);
    const request = await two.ask([1]);
    await two.approve('supervisor-a', request);
    await assert.rejects(read(two, request), { code: 'grant.waiting', message: /2 supervisors must/ });
    await two.verbs['access-ask']?.({ request, supervisors: ['supervisor-b'] });
    await assert.rejects(read(two, request), { code: 'grant.waiting' });
    await two.approve('supervisor-b', request);
    assert.deepEqual(observationsIn(await read(two, request)), [[1, 'file-1.exe']]);
  });

  test('goes through a second supervisor where the first does not answer', async (t) => {
    const world = await accessWorld(t, 1);
    const verbs = accessVerbs(world.center, {
      ...world.context,
      supervisors: world.context.supervisors.map((one) =>
        one.operator === 'supervisor-a' ? { ...one, url: 'http://127.0.0.1:9' } : one,
      ),
    });
    const asked = (await verbs['access-request']?.({
      who: 'An analyst',
      why: 'Night.',
      indices: [0],
      seconds: 600,
      supervisors: ['supervisor-a'],
    })) as { request: string; supervisors: readonly { trouble?: { code: string } }[] };
    assert.equal(asked.supervisors[0]?.trouble?.code, 'grant.away');
    await assert.rejects(read({ verbs }, asked.request), { code: 'grant.away' });
    await verbs['access-ask']?.({ request: asked.request, supervisors: ['supervisor-b'] });
    await world.approve('supervisor-b', asked.request);
    assert.equal(observationsIn(await read({ verbs }, asked.request)).length, 1);
  });

  test('keeps what it asked for its owner alone, and refuses what is no request', async (t) => {
    const world = await accessWorld(t, 1);
    await world.ask([0]);
    for (const name of readdirSync(join(world.folder, 'requests')))
      assert.equal(statSync(join(world.folder, 'requests', name)).mode & 0o077, 0, name);
    const good = { who: 'A', why: 'B', indices: [0], seconds: 60, supervisors: ['supervisor-a'] };
    const cases: readonly (readonly [string, Json, string])[] = [
      ['access-request', { ...good, indices: [1, 0] }, 'control.verb'],
      ['access-request', { ...good, indices: [] }, 'control.verb'],
      ['access-request', { ...good, indices: [77] }, 'grant.request'],
      ['access-request', { ...good, who: 'A\u001b[2J' }, 'control.verb'],
      ['access-request', { ...good, seconds: 10_000_000 }, 'control.verb'],
      ['access-request', { ...good, supervisors: ['nobody'] }, 'grant.request'],
      ['access-read', { request: 'a'.repeat(64) }, 'grant.request'],
      ['access-read', { request: '../../x' }, 'control.verb'],
      ['access-revoke', {}, 'control.verb'],
      ['access-ask', { request: 'a'.repeat(8), supervisors: ['supervisor-b'] }, 'grant.request'],
    ];
    for (const [verb, body, code] of cases)
      await assert.rejects(world.verbs[verb]?.(body) ?? Promise.resolve(), { code }, JSON.stringify(body));
  });
});

test('records are named as people write them', () => {
  for (const [text, indices] of [
    ['7', [7]],
    ['12,40-44', [12, 40, 41, 42, 43, 44]],
    ['3,1-3', [1, 2, 3]],
  ] as const) {
    assert.deepEqual(parseRanges(text, 10), indices);
    assert.deepEqual(parseRanges(rangesOf(indices), 10), indices);
  }
  for (const text of ['', '1-', '-1', 'x', '3-1', '1,,2', '0-10', '0-999999999999999'])
    assert.throws(() => parseRanges(text, 10), { code: 'cli.usage' }, text);
});
