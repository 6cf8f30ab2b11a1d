// The secret of a supervisor's halves: made with its folder, held by the signer's process, and used for a
// grant of its own supervisor alone.

import assert from 'node:assert/strict';
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import {
  accessGrant,
  commitTo,
  formatTime,
  fromBase64,
  inTotoPayload,
  preAuthEncoding,
  signPolicy,
  signStatement,
  toBase64,
  toHex,
  utf8,
  statementKeyOf,
  type Envelope,
  type Signer,
} from '@vitrine/evidence';
import { readSecret, sha256 } from '@vitrine/host';
import { loadSigner } from '@vitrine/keys';
import {
  formatGrantBody,
  formatShareAsk,
  grantBodyOf,
  newRecordKey,
  openingKey,
  openReleased,
  recordKeyFromHalves,
  signAccessRequest,
  subjectOfCenter,
  type ShareAsk,
} from '@vitrine/reports';
import { makeWorld, temporaryDirectory, testSigner, worldOrigin, type World } from '@vitrine/testkit';
import { initSupervisor } from '../src/init/supervisor.ts';
import { parseOperator, type OperatorFile } from '../src/operator/file.ts';
import { parseGrants, requireGranted } from '../src/signer/grants.ts';
import type { Signers } from '../src/signer/remote.ts';
import { openSigners } from '../src/signer/start.ts';

async function makeFolder(t: TestContext): Promise<{ readonly folder: string; readonly file: OperatorFile }> {
  const folder = join(temporaryDirectory(t), 'S');
  await initSupervisor(folder, {
    operator: 'north',
    name: 'Supervisor North',
    jurisdiction: 'NO',
    listen: '127.0.0.1:7410',
    vendor: {
      log: { origin: 'log.example', vkeys: [], url: 'http://127.0.0.1:9' },
    } as unknown as OperatorFile,
  });
  return { folder, file: parseOperator(readFileSync(join(folder, 'public.json'))) };
}

/** A log and a policy that lists the supervisor's key for grants, accepted into its folder. */
async function trustOf(folder: string): Promise<World> {
  const signer = await loadSigner(join(folder, 'keys', 'supervisor.key'));
  const world = await makeWorld({
    policy: (document) => ({
      ...document,
      operators: [
        { id: 'north', name: 'Supervisor North', jurisdiction: 'NO', part: 'supervisor' as const },
        ...document.operators,
      ],
      keys: [
        ...document.keys,
        {
          ...statementKeyOf(signer),
          operator: 'north',
          role: 'supervisor' as const,
          from: { origin: worldOrigin, index: 0 },
        },
      ].toSorted((a, b) => (a.keyid < b.keyid ? -1 : 1)),
    }),
  });
  writeFileSync(join(folder, 'policy.json'), world.policyBytes);
  writeFileSync(join(folder, 'root.json'), world.root);
  return world;
}

async function signersOf(t: TestContext, folder: string): Promise<Signers> {
  const key = (name: string, may: 'supervisor' | 'halves'): Parameters<typeof openSigners>[0][number] => ({
    may: [may],
    option: name,
    file: join(folder, 'keys', name),
    ...(may === 'halves'
      ? { trust: { policy: join(folder, 'policy.json'), root: join(folder, 'root.json') } }
      : {}),
  });
  const signers = await openSigners(
    [key('supervisor.key', 'supervisor'), key('halves.secret', 'halves')],
    undefined,
  );
  t.after(() => signers.close());
  return signers;
}

test('a new supervisor has a secret for its halves, and says its public key', async (t) => {
  const { folder, file } = await makeFolder(t);
  const path = join(folder, 'keys', 'halves.secret');
  if (process.platform !== 'win32') assert.equal(statSync(path).mode & 0o777, 0o600);
  const opening = await openingKey(await readSecret(path, 32));
  assert.equal(file.halves, toBase64(opening.publicKey));
});

test('the signer gives a share for a grant of its own supervisor, sealed to who asked, and for nothing else', async (t) => {
  const { folder, file } = await makeFolder(t);
  const world = await trustOf(folder);
  const signers = await signersOf(t, folder);
  const { release } = signers;
  assert.ok(release !== undefined);
  assert.throws(() => signers.for('halves'), { code: 'signer.role' });

  const subject = await subjectOfCenter(sha256(utf8('one')).slice(0, 20), 'zurich', 1);
  const holder = { supervisor: 'north', publicKey: fromBase64(file.halves ?? '') };
  const made = await newRecordKey(
    { subject: subject.pseudonym, day: '2026-11-24', part: 1 },
    [holder],
    1,
    subject.keys.sealing,
  );
  const reply = await openingKey(sha256(utf8('reply')));
  const now = Math.floor(Date.now() / 1000);
  const request = await signAccessRequest(
    {
      v: 1,
      id: '00'.repeat(16),
      center: 'zurich',
      ledger: 'zurich.example/custody',
      who: 'An analyst',
      why: 'A reason.',
      records: [{ index: 3, key: made.sealed.key }],
      keys: [made.sealed],
      until: formatTime(now + 3_600),
      at: formatTime(now),
      replyTo: toBase64(reply.publicKey),
    },
    testSigner('identity'),
  );
  const grantBy = async (signer: Signer, change: Partial<ShareAsk['body']> = {}): Promise<ShareAsk> => {
    const salt = sha256(utf8('salt'));
    const body = { ...grantBodyOf(request, 'north', formatTime(now)), ...change };
    const commitment = commitTo(salt, formatGrantBody(body), 'north');
    const grant = await signStatement(
      accessGrant,
      [{ name: 'request', digest: { sha256: commitment.commitment } }],
      { ...commitment, issuedAt: formatTime(now) },
      signer,
    );
    const index = world.log.append(grant);
    const proven = { grant: { envelope: grant, index, path: await world.log.path(index) } };
    const checkpoint = await world.checkpoint();
    return {
      request: request.envelope,
      ...proven,
      checkpoint,
      salt: toHex(salt),
      body,
      key: made.sealed.key,
    };
  };
  const good = await grantBy(signers.for('supervisor'));
  const share = await openReleased(await release(good), request, made.sealed, 'north', reply);
  assert.deepEqual(await recordKeyFromHalves(made.sealed, made.center, [share]), made.key);

  const again = await signStatement(
    accessGrant,
    [{ name: 'request', digest: { sha256: 'a'.repeat(64) } }],
    { commitment: 'a'.repeat(64), heldBy: 'north', issuedAt: formatTime(now) },
    signers.for('supervisor'),
  );
  const unlogged: ShareAsk['grant'] = { ...good.grant, envelope: again satisfies Envelope };
  const refused: readonly (readonly [string, ShareAsk, string])[] = [
    ['signed by a stranger', await grantBy(testSigner('identity')), 'access.grant'],
    ['signed by another supervisor', await grantBy(world.signer('supervisor')), 'access.grant'],
    [
      'under a head that one witness saw',
      { ...good, checkpoint: await world.checkpoint({ witnesses: ['supervisor-a'] }) },
      'access.grant',
    ],
    ['at another place', { ...good, grant: { ...good.grant, index: good.grant.index - 1 } }, 'access.grant'],
    ['that is not in the log', { ...good, grant: unlogged }, 'access.grant'],
    ['opened to another body', { ...good, body: { ...good.body, who: 'Another' } }, 'access.grant'],
    ['of another salt', { ...good, salt: '11'.repeat(32) }, 'access.grant'],
    [
      'of more records',
      await grantBy(signers.for('supervisor'), { records: [{ index: 4, key: made.sealed.key }] }),
      'access.grant',
    ],
    [
      'for another request',
      await grantBy(signers.for('supervisor'), { request: 'a'.repeat(64) }),
      'access.grant',
    ],
    ['for another key', { ...good, key: 'b'.repeat(64) }, 'access.grant'],
    [
      'of another supervisor',
      await grantBy(signers.for('supervisor'), { supervisor: 'south' }),
      'access.grant',
    ],
  ];
  for (const [what, ask, code] of refused) await assert.rejects(release(ask), { code }, what);
  // It signs nothing, and the key of grants opens nothing.
  await assert.rejects(signers.for('supervisor').sign(formatShareAsk(good)), { code: 'signer.refused' });

  // What is accepted while it runs counts at once, nothing older after it, and what is not sound opens nothing.
  const { keyid } = signers.for('supervisor');
  const until = { origin: worldOrigin, index: good.grant.index };
  const ended = await signPolicy(
    {
      ...world.policy.document,
      version: 2,
      keys: world.policy.document.keys.map((key) => (key.keyid === keyid ? { ...key, until } : key)),
    },
    world.rootKeys.map((one) => one.signer),
  );
  for (const [document, code] of [
    [ended, 'access.grant'],
    [world.policyBytes, 'signer.older'],
    [utf8('{}'), 'schema.mismatch'],
  ] as const) {
    writeFileSync(join(folder, 'policy.json'), document);
    await assert.rejects(release(good), { code }, code);
  }
});

test('the secret of halves has no other purpose, and requests for access have one form', () => {
  assert.throws(() => parseGrants('halves,supervisor'), { code: 'signer.grant' });
  const type = 'application/vnd.vitrine.access-request+json';
  const may = parseGrants('datacenter,access-request');
  assert.equal(requireGranted(preAuthEncoding(type, utf8('{"v":1}')), may), 'access-request');
  for (const [message, grants] of [
    [preAuthEncoding(type, utf8('{"v":1}')), 'datacenter'],
    [preAuthEncoding(type, utf8('{"v": 1}')), 'access-request'],
    [preAuthEncoding(`${type}x`, utf8('{}')), 'access-request'],
    [preAuthEncoding(inTotoPayload, utf8('{}')), 'access-request'],
    [utf8(`DSSEv1 43 ${type} 9 {}`), 'access-request'],
  ] as const)
    assert.throws(() => requireGranted(message, parseGrants(grants)), { code: 'signer.refused' }, grants);
});
