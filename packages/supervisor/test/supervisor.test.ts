import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test, type TestContext } from 'node:test';
import {
  finding as findingKind,
  kindOf,
  openCommitment,
  parseEnvelope,
  rebuild as rebuildKind,
  signStatement,
  resolution as resolutionKind,
  statementOf,
  canonicalJson,
  expectKind,
  fromHex,
  type Envelope,
  type JsonObject,
} from '@vitrine/evidence';
import { activeIn } from '@vitrine/conveyor';
import { respond, sha256, sha256Hex } from '@vitrine/host';
import { headRulesOf, openLog } from '@vitrine/log';
import { httpSubmit, openFindings, openSealed, resolve, type Trust } from '@vitrine/supervisor';
import { eventually } from '@vitrine/testkit';
import {
  build,
  buildAltered,
  commit,
  makeWorld,
  operators,
  postRole,
  publish,
  rebuilderOf,
  release,
  roleDraft,
  sign,
  supervisorKeyOf,
  vendorRole,
  type Running,
  type SupervisorName,
  type World,
  serve,
} from './world.ts';

const honest = 'cat in.txt > $OUT/tiny.txt';
const patience = 30_000;

const resultOf = ({ supervisor }: Running, orderId: string): string | undefined =>
  supervisor.status().rebuilds.find(({ order }) => order === orderId)?.result;

/** Said, and seen in the log. */
function result(running: Running, orderId: string, wanted: string): Promise<void> {
  const { supervisor } = running;
  return eventually(
    () => resultOf(running, orderId) === wanted && supervisor.status().unlogged === 0,
    patience,
  );
}

/** Everything that the log holds, as the vendor and everyone else sees it. */
async function entriesOf(world: World): Promise<readonly Envelope[]> {
  const reader = await openLog(world.logUrl, headRulesOf(world.policy));
  const found: Envelope[] = [];
  for await (const { entry } of reader.entries(0, reader.head().checkpoint.size))
    found.push(parseEnvelope(entry));
  return found;
}

async function rebuildsBy(world: World, operator: SupervisorName): Promise<readonly string[]> {
  const { keyid } = rebuilderOf(operator).signer;
  return (await entriesOf(world))
    .filter(({ signatures }) => signatures[0]?.keyid === keyid)
    .map((envelope) => expectKind(statementOf(envelope), rebuildKind).predicate.result);
}

async function everythingRead(world: World, { supervisor }: Running): Promise<void> {
  await eventually(() => supervisor.status().log.read === world.log.size(), patience);
}

describe('the honest flow', () => {
  test('an order is rebuilt blind and compared, its release is co-signed and its publication found true', async (t) => {
    const world = await makeWorld(t);
    const a = await world.open(t, 'supervisor-a');
    commit(world, honest);
    const produced = await build(world, { beforeProvenance: (orderId) => result(a, orderId, 'built') });
    const orderId = produced.statements.order.id;
    await result(a, orderId, 'reproduced');
    assert.equal(a.supervisor.status().rebuilds[0]?.blind, true);
    assert.deepEqual(await rebuildsBy(world, 'supervisor-a'), ['built', 'reproduced']);

    const { path, planned } = await release(world, produced, 1);
    const draft = roleDraft(1, { [path]: planned });
    const file = await sign(draft, [vendorRole]);
    const answer = await postRole(a.url, file);
    assert.equal(answer.status, 200, JSON.stringify(answer.body));
    assert.deepEqual(await postRole(a.url, file), answer, 'the same bytes get the same signature');

    await publish(world, draft, ['supervisor-a'], 1, null);
    await everythingRead(world, a);
    a.clock.advance(2 * 3_600_000);
    await eventually(async () => {
      const signed = (await (await fetch(`${a.url}/signed`)).json()) as unknown[];
      return signed.length === 1;
    });
    assert.deepEqual(openFindings(a.folder), []);
  });

  test('two supervisors rebuild side by side, and neither waits for or copies the other', async (t) => {
    const world = await makeWorld(t);
    const a = await world.open(t, 'supervisor-a');
    const b = await world.open(t, 'supervisor-b');
    commit(world, honest);
    const produced = await build(world, {
      beforeProvenance: async (orderId) => {
        await Promise.all([result(a, orderId, 'built'), result(b, orderId, 'built')]);
      },
    });
    const orderId = produced.statements.order.id;
    await Promise.all([result(a, orderId, 'reproduced'), result(b, orderId, 'reproduced')]);
    for (const one of [a, b]) assert.equal(one.supervisor.status().rebuilds[0]?.blind, true);
    const { path, planned } = await release(world, produced, 1);
    const file = await sign(roleDraft(1, { [path]: planned }), [vendorRole]);
    const answers = await Promise.all([a, b, a, b].map((one) => postRole(one.url, file)));
    assert.deepEqual(
      answers.map(({ status }) => status),
      [200, 200, 200, 200],
    );
    assert.equal(new Set(answers.map(({ body }) => body['sig'])).size, 2, 'one signature of each');
    for (const name of operators)
      assert.deepEqual(await rebuildsBy(world, name), ['built', 'reproduced'], 'each said each thing once');
  });

  test('a folder has one daemon at a time', async (t) => {
    const world = await makeWorld(t);
    await world.open(t, 'supervisor-a');
    await assert.rejects(world.open(t, 'supervisor-a'), { code: 'lease.held' });
  });

  test('an order that was there before is rebuilt too, and not called blind', async (t) => {
    const world = await makeWorld(t);
    commit(world, honest);
    const produced = await build(world);
    const a = await world.open(t, 'supervisor-a');
    await result(a, produced.statements.order.id, 'reproduced');
    assert.equal(a.supervisor.status().rebuilds[0]?.blind, false);
    assert.deepEqual(await rebuildsBy(world, 'supervisor-a'), ['reproduced']);
  });

  test('a supervisor whose keys the policy does not list is not started', async (t) => {
    const world = await makeWorld(t);
    const { signers } = world.options('supervisor-a');
    const stranger = world.options('supervisor-b').signers;
    for (const change of [{ rebuilder: stranger.rebuilder }, { supervisor: signers.cosigner }])
      await assert.rejects(world.open(t, 'supervisor-a', { signers: { ...signers, ...change } }), {
        code: 'supervisor.key',
      });
  });
});

describe('another policy', () => {
  test('is applied to every entry again, and nothing that was said is said again', async (t) => {
    const world = await makeWorld(t);
    const { policy } = await world.policyWith((document) => ({
      ...document,
      keys: document.keys.filter(({ role }) => role !== 'builder'),
    }));
    const { root } = world;
    let accepted: Trust = { policy, root };
    const a = await world.open(t, 'supervisor-a', { accepted: () => Promise.resolve(accepted) });
    commit(world, honest);
    const produced = await build(world);
    const orderId = produced.statements.order.id;
    await result(a, orderId, 'built');
    accepted = await world.policyWith((document) => ({ ...document, version: 2 }));
    await result(a, orderId, 'reproduced');
    assert.equal(a.supervisor.status().policy.version, 2);
    assert.deepEqual(await rebuildsBy(world, 'supervisor-a'), ['built', 'reproduced']);
  });
});

describe('a build that cannot succeed', () => {
  test('is a result, logged once, and its reason stays with the supervisor', async (t) => {
    const world = await makeWorld(t);
    commit(world, honest);
    const broken = await build(world, { provenance: () => Promise.resolve(undefined) });
    // The order is honest; what its source says cannot be built by somebody else.
    commit(world, 'test -e "$OUT/../../vendor-only" && cp in.txt $OUT/tiny.txt; false', '2.0.0');
    await assert.rejects(build(world), { code: 'build.command' });
    const a = await world.open(t, 'supervisor-a');
    await result(a, broken.statements.order.id, 'built');
    const { order } = a.supervisor.status().rebuilds[1] ?? { order: '' };
    await result(a, order, 'cannot-build');
    assert.deepEqual(await rebuildsBy(world, 'supervisor-a'), ['built', 'cannot-build']);
    assert.deepEqual(openFindings(a.folder), []);
  });
});

/** Opens a finding that the log holds: salt and body from the folder, the commitment from the entry. */
async function openedFindings(world: World, { folder }: Running): Promise<readonly JsonObject[]> {
  const { keyid } = supervisorKeyOf('supervisor-a').signer;
  const logged = (await entriesOf(world))
    .filter(({ signatures }) => signatures[0]?.keyid === keyid)
    .map((envelope) => statementOf(envelope))
    .filter(({ predicateType }) => kindOf(predicateType) === findingKind)
    .map((statement) => expectKind(statement, findingKind).predicate);
  return Promise.all(
    logged.map(async (sealed) => {
      const { salt, body } = await openSealed(join(folder, 'findings'), sealed.commitment);
      openCommitment(sealed, fromHex(salt), canonicalJson(body), sha256);
      return { ...body, severity: sealed.severity };
    }),
  );
}

async function oneFinding(t: TestContext, world: World, running: Running, code: string): Promise<JsonObject> {
  await eventually(() => openFindings(running.folder).length > 0, patience).catch(() => {
    t.diagnostic(JSON.stringify(running.supervisor.status()));
  });
  await eventually(() => running.supervisor.status().unlogged === 0, patience);
  const found = await openedFindings(world, running);
  assert.deepEqual(
    found.map((one) => one['code']),
    [code],
  );
  return found[0] as JsonObject;
}

describe('what is not as it was said becomes a sealed finding in the log', () => {
  test('a build from altered source: it differs, that is a hold, and a supervisor resolves it', async (t) => {
    const world = await makeWorld(t);
    const a = await world.open(t, 'supervisor-a');
    const produced = await buildAltered(world, '1.0.0');
    const orderId = produced.statements.order.id;
    await result(a, orderId, 'differs');
    const found = await oneFinding(t, world, a, 'rebuild-differs');
    assert.equal(found['severity'], 'critical');
    assert.equal((found['detail'] as JsonObject)['order'], orderId);

    const reader = await openLog(world.logUrl, headRulesOf(world.policy));
    const [hold] = await activeIn(reader, world.policy);
    assert.equal(hold?.kind, 'hold');
    assert.equal(hold.about, orderId);

    const { folder } = a;
    const { signer } = supervisorKeyOf('supervisor-a');
    const request = {
      folder,
      outcome: 'cleared',
      explanation: 'the clock',
      operator: 'supervisor-a',
      signer,
    } as const;
    await assert.rejects(resolve({ ...request, differs: 0 }), { code: 'supervisor.resolution' });
    const { id } = await resolve({ ...request, differs: hold.index });
    await eventually(() => a.supervisor.status().unlogged === 0, patience);
    await assert.rejects(resolve({ ...request, differs: hold.index }), /was resolved here before/);
    const entries = await entriesOf(world);
    const resolutions = entries.filter(
      (envelope) => kindOf(statementOf(envelope).predicateType) === resolutionKind,
    );
    assert.equal(resolutions.length, 1);
    assert.ok((await (await fetch(`${a.url}/statement/${id}`)).text()).includes('payload'));
    await reader.refresh();
    assert.deepEqual(await activeIn(reader, world.policy), [], 'cleared');
  });

  test('source that is not served: nothing is signed, and after ten minutes it is a finding', async (t) => {
    const world = await makeWorld(t);
    const a = await world.open(t, 'supervisor-a');
    commit(world, honest);
    world.withheld.add(sha256Hex(readFileSync(join(world.folder, 'product/in.txt'))));
    const produced = await build(world);
    const orderId = produced.statements.order.id;
    await eventually(() => a.supervisor.status().wanted.some(({ trouble }) => trouble !== null), patience);
    assert.deepEqual(openFindings(a.folder), []);
    a.clock.advance(600_000);
    const found = await oneFinding(t, world, a, 'blob-not-served');
    assert.equal(found['about'], produced.statements.source.id);
    assert.equal(resultOf(a, orderId), 'queued');
    assert.deepEqual(await rebuildsBy(world, 'supervisor-a'), []);

    world.withheld.clear();
    a.clock.advance(600_000);
    await result(a, orderId, 'reproduced');
  });

  test('a role version that was co-signed and then hidden, or replaced', async (t) => {
    const world = await makeWorld(t);
    const a = await world.open(t, 'supervisor-a');
    commit(world, honest);
    const produced = await build(world);
    await result(a, produced.statements.order.id, 'reproduced');
    const { path, planned } = await release(world, produced, 1);
    const file = await sign(roleDraft(1, { [path]: planned }), [vendorRole]);
    assert.equal((await postRole(a.url, file)).status, 200);
    a.clock.advance(3_599_000 - 60_000);
    await publish(world, roleDraft(1, {}), ['supervisor-b'], 1, null);
    await oneFinding(t, world, a, 'role-replaced');
    a.clock.advance(61_000);
    await eventually(() => openFindings(a.folder).length === 2, patience);
    assert.deepEqual(
      openFindings(a.folder)
        .map(({ code }) => code)
        .toSorted(),
      ['role-replaced', 'role-unpublished'],
    );
  });
});

describe('statements of supervisors', () => {
  const dead = httpSubmit('http://127.0.0.1:9');

  test('that the log does not take from their author are relayed by the other', async (t) => {
    const world = await makeWorld(t);
    commit(world, honest);
    const produced = await build(world);
    const b = await world.open(t, 'supervisor-b', { submit: dead });
    const a = await world.open(t, 'supervisor-a', { peers: [{ operator: 'supervisor-b', url: b.url }] });
    await result(a, produced.statements.order.id, 'reproduced');
    await eventually(async () => (await rebuildsBy(world, 'supervisor-b')).length === 1, patience);
    await eventually(() => b.supervisor.status().unlogged === 0, patience);
    assert.deepEqual(await rebuildsBy(world, 'supervisor-b'), ['reproduced']);
  });

  test('that are missing for ten minutes are a finding at their own address', async (t) => {
    const world = await makeWorld(t);
    commit(world, honest);
    await build(world);
    const a = await world.open(t, 'supervisor-a', { submit: dead });
    await eventually(() => a.supervisor.status().unlogged === 1, patience);
    a.clock.advance(600_000);
    await eventually(() => openFindings(a.folder).length === 1, patience);
    a.clock.advance(600_000);
    const { statements } = (await (await fetch(`${a.url}/statements`)).json()) as {
      statements: { kind: string; index: number | null }[];
    };
    assert.deepEqual(
      statements.map(({ kind, index }) => [kind, index]),
      [
        ['rebuild', null],
        ['finding', null],
      ],
    );
    assert.deepEqual(
      openFindings(a.folder).map(({ code }) => code),
      ['statement-missing'],
    );
  });

  /** What a rebuilder said, in the same words by another. */
  async function sameWords(
    { url }: Running,
    by: SupervisorName,
  ): Promise<Awaited<ReturnType<typeof signStatement>>> {
    const { statements } = (await (await fetch(`${url}/statements`)).json()) as {
      statements: { id: string }[];
    };
    const said = statementOf(
      parseEnvelope(await (await fetch(`${url}/statement/${statements[0]?.id}`)).bytes()),
    );
    const { subject, predicate } = expectKind(said, rebuildKind);
    return signStatement(rebuildKind, subject, predicate, rebuilderOf(by).signer);
  }

  test('are sent although another supervisor has logged the same words', async (t) => {
    const world = await makeWorld(t);
    commit(world, honest);
    await build(world);
    let submit = dead;
    const a = await world.open(t, 'supervisor-a', { submit: (...sent) => submit(...sent) });
    await eventually(() => a.supervisor.status().unlogged === 1, patience);
    await world.append(await sameWords(a, 'supervisor-b'));
    await everythingRead(world, a);
    assert.equal(a.supervisor.status().unlogged, 1, 'ours is not there');
    submit = httpSubmit(world.logUrl);
    a.clock.advance(600_000);
    await eventually(() => a.supervisor.status().unlogged === 0, patience);
    assert.deepEqual(await rebuildsBy(world, 'supervisor-a'), ['reproduced']);
  });

  test('are relayed although another supervisor has logged the same words', async (t) => {
    const world = await makeWorld(t);
    commit(world, honest);
    await build(world);
    const b = await world.open(t, 'supervisor-b', { submit: dead });
    await eventually(() => b.supervisor.status().unlogged === 1, patience);
    const { keyid } = rebuilderOf('supervisor-b').signer;
    let submit = dead;
    let taken = false;
    const a = await world.open(t, 'supervisor-a', {
      peers: [{ operator: 'supervisor-b', url: b.url }],
      submit(envelope, waitMs) {
        taken ||= envelope.signatures[0]?.keyid === keyid;
        return submit(envelope, waitMs);
      },
    });
    await eventually(() => taken, patience);
    await world.append(await sameWords(b, 'supervisor-a'));
    await everythingRead(world, a);
    submit = httpSubmit(world.logUrl);
    a.clock.advance(600_000);
    await eventually(() => b.supervisor.status().unlogged === 0, patience);
    assert.deepEqual(await rebuildsBy(world, 'supervisor-b'), ['reproduced']);
  });

  test('are relayed past one that is not its own word, also when the peer begins its list anew', async (t) => {
    const world = await makeWorld(t);
    commit(world, honest);
    await build(world);
    const b = await world.open(t, 'supervisor-b', { submit: dead });
    await eventually(() => b.supervisor.status().unlogged === 1, patience);
    const own = (await (await fetch(`${b.url}/statements`)).json()) as { statements: { id: string }[] };
    const ownId = own.statements[0]?.id ?? '';
    // First a list of a stranger's word alone; then, of another length, one that has b's own word behind it.
    let listed = ['a'.repeat(64)];
    const peer = await serve(t, async (request, response) => {
      const { pathname, searchParams } = new URL(request.url ?? '/', 'http://peer.invalid');
      if (pathname === '/statements') {
        const from = Number(searchParams.get('from'));
        const statements = listed.map((id, at) => ({ n: at + 1, id })).filter(({ n }) => n >= from);
        return respond(response, 200, JSON.stringify({ statements }));
      }
      // A statement that it does not have is answered with another one.
      const isOther = pathname.startsWith('/statement/') && !pathname.endsWith(ownId);
      const answer = await fetch(`${b.url}${isOther ? `/statement/${ownId}` : pathname}`);
      return respond(response, answer.status, Buffer.from(await answer.arrayBuffer()));
    });
    const a = await world.open(t, 'supervisor-a', { peers: [{ operator: 'supervisor-b', url: peer }] });
    const troubled = (): boolean =>
      /supervisor\.peer/.test(Object.values(a.supervisor.status().peers).join(''));
    await eventually(troubled, patience);
    assert.deepEqual(await rebuildsBy(world, 'supervisor-b'), []);
    listed = ['b'.repeat(64), ownId];
    await eventually(() => b.supervisor.status().unlogged === 0, patience);
    assert.deepEqual(await rebuildsBy(world, 'supervisor-b'), ['reproduced']);
  });

  test('by a peer that are not its own word are not relayed', async (t) => {
    const world = await makeWorld(t);
    commit(world, honest);
    const produced = await build(world);
    const b = await world.open(t, 'supervisor-b', { submit: dead });
    const peers = [{ operator: 'supervisor-a', url: b.url }];
    const a = await world.open(t, 'supervisor-a', { peers });
    await result(a, produced.statements.order.id, 'reproduced');
    await eventually(
      () => /supervisor\.peer/.test(Object.values(a.supervisor.status().peers).join('')),
      patience,
    );
    assert.deepEqual(await rebuildsBy(world, 'supervisor-b'), []);
  });
});
