// POST /role: what is refused, each with its own code; and what is signed once is signed for nothing else.

import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { after, before, describe, test } from 'node:test';
import {
  formatTime,
  parseJson,
  rebuild as rebuildKind,
  rootVersion as rootKind,
  signStatement,
  type Envelope,
  type Json,
  type JsonObject,
} from '@vitrine/evidence';
import type { Produced } from '@vitrine/conveyor';
import { sha256Hex } from '@vitrine/host';
import { supervisorErrors } from '@vitrine/supervisor';
import { draftTargets } from '@vitrine/tuf/repository';
import { eventually } from '@vitrine/testkit';
import {
  build,
  buildAltered,
  commit,
  cosignerOf,
  held,
  makeWorld,
  plannedOf,
  postRole,
  publish,
  rebuilderOf,
  release,
  roleDraft,
  rootFile,
  rootHolders,
  sign,
  targetsFile,
  vendorRole,
  withdraw,
  type Answer,
  type Running,
  type SupervisorName,
  type Target,
  type World,
} from './world.ts';

const patience = 30_000;
const day = 86_400;
const now = Math.floor(Date.now() / 1000);
const honest = 'cat in.txt > $OUT/tiny.txt';

/** What was built, and the target that its release names. */
interface Cast {
  readonly world: World;
  readonly a: Running;
  readonly first: Produced & { readonly target: Target };
  readonly second: Produced & { readonly target: Target };
}

async function reproduced({ supervisor }: Running, { statements }: Produced): Promise<void> {
  const { id } = statements.order;
  await eventually(() => {
    const { rebuilds, unlogged, wanted } = supervisor.status();
    const isDone = rebuilds.find(({ order }) => order === id)?.result === 'reproduced';
    return isDone && unlogged === 0 && wanted.length === 0;
  }, patience);
}

const one = ({ target }: { readonly target: Target }): Record<string, Target['planned']> => ({
  [target.path]: target.planned,
});

const byVendor = (draft: Uint8Array): Promise<Uint8Array> => sign(draft, [vendorRole]);

/** A draft that no writer of ours makes. */
function changed(draft: Uint8Array, change: (signed: Record<string, Json>) => Json): Uint8Array {
  return Buffer.from(JSON.stringify(change({ ...(parseJson(draft) as JsonObject) })));
}

interface Refusal {
  readonly what: string;
  readonly code: string;
  readonly status?: number;
  readonly name?: string;
  readonly file: (cast: Cast) => Promise<Uint8Array> | Uint8Array;
}

const outputOf = ({ result }: Produced): { path: string; sha256: string; size: number } => {
  const [output] = result.manifest.outputs;
  if (output === undefined) throw new Error('no output');
  return output;
};

const refusals: readonly Refusal[] = [
  {
    what: 'what is not JSON',
    code: 'json.syntax',
    status: 400,
    file: () => Buffer.from('role'),
  },
  {
    what: 'a snapshot',
    code: 'schema.mismatch',
    status: 400,
    file: ({ first }) =>
      byVendor(changed(roleDraft(2, one(first)), (signed) => ({ ...signed, _type: 'snapshot' }))),
  },
  {
    what: 'a role that nobody delegates to',
    code: 'cosign.role',
    name: 'nobody',
    file: ({ first }) => byVendor(roleDraft(2, one(first))),
  },
  {
    what: 'a role that the vendor signs alone',
    code: 'cosign.role',
    name: 'tiny-deltas',
    file: () => byVendor(roleDraft(1, {})),
  },
  {
    what: 'an empty role without a name: it could be any',
    code: 'cosign.role',
    file: () => byVendor(roleDraft(2, {})),
  },
  {
    what: 'a role without the vendor',
    code: 'cosign.signature',
    file: ({ first }) => sign(roleDraft(2, one(first)), [cosignerOf('supervisor-b')]),
  },
  {
    what: 'a role whose vendor signed something else',
    code: 'cosign.signature',
    async file({ first }) {
      const other = parseJson(await byVendor(roleDraft(3, one(first)))) as JsonObject;
      const file = parseJson(await byVendor(roleDraft(2, one(first)))) as JsonObject;
      return Buffer.from(JSON.stringify({ ...file, signatures: other['signatures'] }));
    },
  },
  {
    what: 'other bytes under a version that was signed',
    code: 'cosign.version',
    file: ({ second }) => byVendor(roleDraft(1, one(second))),
  },
  {
    what: 'a version that leaves one out',
    code: 'cosign.version',
    file: ({ first }) => byVendor(roleDraft(3, one(first))),
  },
  {
    what: 'an expired role',
    code: 'cosign.expires',
    file: ({ first }) => byVendor(roleDraft(2, one(first), now - 1)),
  },
  {
    what: 'a role for two years',
    code: 'cosign.expires',
    file: ({ first }) => byVendor(roleDraft(2, one(first), now + 730 * day)),
  },
  {
    what: 'a role that delegates further',
    code: 'cosign.delegates',
    name: 'tiny-stable',
    file: () =>
      byVendor(
        draftTargets({
          version: 2,
          expires: now + day,
          targets: {},
          delegations: [
            {
              name: 'tiny-other',
              threshold: 1,
              holders: [{ publicKey: vendorRole.signer.publicKey, operator: 'vendor' }],
              terminating: true,
              paths: ['tiny/stable/*/*'],
            },
          ],
        }),
      ),
  },
  {
    what: 'a target of two gigabytes',
    code: 'cosign.limit',
    file: ({ first: { target } }) =>
      byVendor(roleDraft(2, { [target.path]: { ...target.planned, length: 2 ** 31 } })),
  },
  {
    what: 'a target of another product',
    code: 'cosign.path',
    name: 'tiny-stable',
    file: ({ first: { target } }) => byVendor(roleDraft(2, { 'other/stable/any/tiny.txt': target.planned })),
  },
  {
    what: 'a target without a sequence',
    code: 'cosign.target',
    file: ({ first: { target } }) =>
      byVendor(roleDraft(2, { [target.path]: { ...target.planned, custom: {} } })),
  },
  {
    what: 'a target that says more than releases do',
    code: 'cosign.target',
    file: ({ first: { target } }) =>
      byVendor(
        roleDraft(2, { [target.path]: { ...target.planned, custom: { ...target.planned.custom, more: 1 } } }),
      ),
  },
  {
    what: 'other bytes at a path under the same sequence',
    code: 'cosign.sequence',
    file: ({ first: { target }, second }) =>
      byVendor(roleDraft(2, { [target.path]: plannedOf(outputOf(second), 2, '2.0.0') })),
  },
  {
    what: 'an older release at a path',
    code: 'cosign.sequence',
    file: ({ first: { target } }) =>
      byVendor(roleDraft(2, { [target.path]: { ...target.planned, ...plannedSequence(1) } })),
  },
  {
    what: 'a target whose release is not in the log',
    code: 'cosign.pending',
    status: 409,
    file: ({ first: { target } }) =>
      byVendor(roleDraft(2, { [target.path]: plannedOf({ sha256: 'c'.repeat(64), size: 3 }, 9, '9.0.0') })),
  },
  {
    what: 'a target that was released under another sequence',
    code: 'cosign.release',
    file: ({ second: { target }, second }) =>
      byVendor(roleDraft(2, { [target.path]: plannedOf(outputOf(second), 4, '2.0.0') })),
  },
  {
    what: 'a target that was released for another platform',
    code: 'cosign.release',
    file: ({ second }) =>
      byVendor(roleDraft(2, { 'tiny/stable/any/tiny.txt': plannedOf(outputOf(second), 3, '2.0.0') })),
  },
  {
    what: 'a target whose order is in no log',
    code: 'cosign.pending',
    status: 409,
    async file({ world, second }) {
      const target = await release(world, second, 5, { order: 'd'.repeat(64) });
      return byVendor(roleDraft(2, one({ target })));
    },
  },
  {
    what: 'a target whose order gave something else here',
    code: 'cosign.output',
    async file({ world, first, second }) {
      const target = await release(world, second, 6, { version: '1.0.0', order: first.statements.order.id });
      return byVendor(roleDraft(2, one({ target })));
    },
  },
  {
    what: 'a target that was released as another version than was ordered',
    code: 'cosign.output',
    async file({ world, second }) {
      const target = await release(world, second, 7, { version: '3.0.0' });
      return byVendor(roleDraft(2, one({ target })));
    },
  },
  {
    what: 'a target whose order could not be built here',
    code: 'cosign.unbuilt',
    async file({ world, a }) {
      // Built by the vendor, where the counter is beside the build; a supervisor has none.
      const produced = await buildOnce(world, '4.0.0');
      const target = await release(world, produced, 8);
      await eventually(
        () => a.supervisor.status().rebuilds.some(({ result }) => result === 'cannot-build'),
        patience,
      );
      return byVendor(roleDraft(2, one({ target })));
    },
  },
  {
    what: 'a target whose provenance is not in the log',
    code: 'cosign.pending',
    status: 409,
    async file({ world, a }) {
      commit(world, honest, '5.0.0');
      const produced = await build(world, { provenance: () => Promise.resolve(undefined) });
      const target = await release(world, produced, 9);
      await eventually(
        () => a.supervisor.status().rebuilds.some(({ result }) => result === 'built'),
        patience,
      );
      return byVendor(roleDraft(2, one({ target })));
    },
  },
  {
    what: 'a target whose source cannot be fetched',
    code: 'cosign.pending',
    status: 409,
    async file({ world }) {
      commit(world, honest, '6.0.0');
      world.withheld.add(sha256Hex(Buffer.from('input of 6.0.0\n')));
      const target = await release(world, await build(world), 10);
      return byVendor(roleDraft(2, one({ target })));
    },
  },
  {
    what: 'a target that was built from altered source',
    code: 'cosign.differs',
    async file({ world, a }) {
      const produced = await buildAltered(world, '7.0.0');
      const target = await release(world, produced, 11);
      await eventually(
        () => a.supervisor.status().rebuilds.some(({ result }) => result === 'differs'),
        patience,
      );
      return byVendor(roleDraft(2, one({ target })));
    },
  },
  {
    what: 'a target that another rebuilder holds',
    code: 'cosign.held',
    async file({ world, a }) {
      commit(world, honest, '8.0.0');
      const produced = await build(world);
      const target = await release(world, produced, 12);
      await reproducedAlone(a, produced);
      await world.append(await holdBy('supervisor-b', produced.statements.order.id));
      return byVendor(roleDraft(2, one({ target })));
    },
  },
  {
    what: 'a target that was withdrawn',
    code: 'cosign.withdrawn',
    async file({ world, a }) {
      commit(world, honest, '9.0.0');
      const produced = await build(world);
      const target = await release(world, produced, 13);
      await reproducedAlone(a, produced);
      await withdraw(world, target.planned.sha256, 13);
      return byVendor(roleDraft(2, one({ target })));
    },
  },
];

/** A rebuild that gave other bytes. */
function holdBy(operator: SupervisorName, order: string): Promise<Envelope> {
  return signStatement(
    rebuildKind,
    [{ name: 'outputs', digest: { sha256: 'e'.repeat(64) } }],
    {
      order,
      result: 'differs',
      isolation: 'none',
      finishedOn: formatTime(now),
      difference: { commitment: 'f'.repeat(64), heldBy: operator },
    },
    rebuilderOf(operator).signer,
  );
}

function plannedSequence(sequence: number): { custom: JsonObject } {
  return { custom: { vitrine: { sequence, version: '1.0.0' } } };
}

async function reproducedAlone({ supervisor }: Running, { statements }: Produced): Promise<void> {
  const { id } = statements.order;
  await eventually(
    () => supervisor.status().rebuilds.find(({ order }) => order === id)?.result === 'reproduced',
    patience,
  );
}

/** A build that succeeds the first time only: it leaves a mark on the machine. */
async function buildOnce(world: World, version: string): Promise<Produced> {
  const mark = `${world.folder}/mark`;
  commit(world, `test ! -e ${mark} && : > ${mark} && cat in.txt > $OUT/tiny.txt`, version);
  return build(world);
}

describe('the cosigner refuses', () => {
  let cast: Cast;
  let signed: Answer;
  const endings: (() => Promise<void> | void)[] = [];
  const ending = { after: (work: () => Promise<void> | void) => void endings.unshift(work) };

  before(async () => {
    const world = await makeWorld(ending as never);
    const a = await world.open(ending as never, 'supervisor-a');
    commit(world, honest, '1.0.0');
    const built = await build(world);
    const first = { ...built, target: await release(world, built, 2) };
    commit(world, honest, '2.0.0');
    const next = await build(world);
    const second = { ...next, target: await release(world, next, 3) };
    await reproduced(a, first);
    await reproduced(a, second);
    signed = await postRole(a.url, await byVendor(roleDraft(1, one(first), now + day)));
    assert.equal(signed.status, 200, JSON.stringify(signed.body));
    cast = { world, a, first, second };
  });

  after(async () => {
    for (const end of endings) await end();
  });

  for (const { what, code, status = 403, name, file } of refusals) {
    test(`${what}: ${code}`, async () => {
      const answer = await postRole(cast.a.url, await file(cast), name);
      assert.deepEqual([answer.status, answer.code], [status, code], JSON.stringify(answer.body));
      const list = (await (await fetch(`${cast.a.url}/signed`)).json()) as unknown[];
      assert.equal(list.length, 1, 'nothing was signed');
    });
  }

  test('with every code of the table, and no other way', () => {
    const codes = Object.keys(supervisorErrors).filter((code) => code.startsWith('cosign.'));
    const tested = new Set(refusals.map(({ code }) => code));
    assert.deepEqual(
      codes.filter((code) => !tested.has(code)),
      ['cosign.busy'],
    );
  });

  test('nothing of what it signed before: the same bytes get the same signature', async () => {
    const again = await postRole(cast.a.url, await byVendor(roleDraft(1, one(cast.first), now + day)));
    assert.deepEqual(again, signed);
  });

  test('no newer release at the path, and no removal of it', async () => {
    const { a, second } = cast;
    const newer = await postRole(a.url, await byVendor(roleDraft(2, one(second), now + day)));
    assert.equal(newer.status, 200, JSON.stringify(newer.body));
    const removed = await postRole(a.url, await byVendor(roleDraft(3, {}, now + day)), 'tiny-stable');
    assert.equal(removed.status, 200, JSON.stringify(removed.body));
    // What was removed does not come back as it was before something newer stood there.
    const { first } = cast;
    const older = await postRole(a.url, await byVendor(roleDraft(4, one(first), now + day)));
    assert.equal(older.code, 'cosign.sequence');
    const back = await postRole(a.url, await byVendor(roleDraft(4, one(second), now + day)));
    assert.equal(back.status, 200, JSON.stringify(back.body));
  });
});

describe('a target that stood in the version before', () => {
  /** The same bytes from another commit, whose source cannot be fetched. */
  async function orderAgain(world: World): Promise<Produced> {
    const script = `true; ${honest}`;
    commit(world, script, '1.0.0');
    world.withheld.add(sha256Hex(readFileSync(`${world.folder}/product/conveyor.toml`)));
    return build(world);
  }

  test('is judged anew when a release names another order, and answers for the orders before it', async (t) => {
    const world = await makeWorld(t);
    const a = await world.open(t, 'supervisor-a');
    commit(world, honest, '1.0.0');
    const produced = await build(world);
    const target = await release(world, produced, 1);
    await reproduced(a, produced);
    const draft = (version: number): Promise<Uint8Array> =>
      byVendor(roleDraft(version, one({ target }), now + day));
    assert.equal((await postRole(a.url, await draft(1))).status, 200);
    assert.equal((await postRole(a.url, await draft(2))).status, 200, 'unchanged');

    const again = await orderAgain(world);
    assert.notEqual(again.statements.order.id, produced.statements.order.id);
    assert.deepEqual(await release(world, again, 1), target, 'the same bytes at the same place');
    const unbuilt = await postRole(a.url, await draft(3));
    assert.deepEqual([unbuilt.status, unbuilt.code], [409, 'cosign.pending'], JSON.stringify(unbuilt.body));

    world.withheld.clear();
    a.clock.advance(600_000);
    await reproduced(a, again);
    assert.equal((await postRole(a.url, await draft(3))).status, 200);
    await world.append(await holdBy('supervisor-b', produced.statements.order.id));
    const refused = await postRole(a.url, await draft(4));
    assert.deepEqual([refused.status, refused.code], [403, 'cosign.held']);
  });
});

describe('the versions that a cosigner follows', () => {
  test('go on after those that were published while it was away', async (t) => {
    const world = await makeWorld(t);
    const first = await publish(world, roleDraft(1, {}), ['supervisor-b'], 1, null);
    await publish(world, roleDraft(2, {}), ['supervisor-b'], 2, first);
    world.withheld.add('/metadata/2.snapshot.json');
    const a = await world.open(t, 'supervisor-a');
    const file = await byVendor(roleDraft(3, {}));
    const early = await postRole(a.url, file, 'tiny-stable');
    assert.deepEqual([early.status, early.code], [409, 'cosign.pending'], 'what it has not read may matter');
    world.withheld.clear();
    a.clock.advance(600_000);
    await eventually(() => {
      const { publications } = a.supervisor.status();
      return publications.seen === 2 && publications.unread === 0;
    }, patience);
    const answers = [];
    for (const version of [2, 4, 3])
      answers.push(await postRole(a.url, await byVendor(roleDraft(version, {})), 'tiny-stable'));
    assert.deepEqual(
      answers.map(({ status, code }) => [status, code]),
      [
        [403, 'cosign.version'],
        [403, 'cosign.version'],
        [200, undefined],
      ],
    );
  });

  test('are signed for one of two drafts that arrive at once', async (t) => {
    const world = await makeWorld(t);
    const a = await world.open(t, 'supervisor-a');
    const drafts = await Promise.all(
      [now + day, now + 2 * day].map((end) => byVendor(roleDraft(1, {}, end))),
    );
    const answers = await Promise.all(drafts.map((file) => postRole(a.url, file, 'tiny-stable')));
    assert.deepEqual(
      answers.map(({ status }) => status).toSorted((x, y) => x - y),
      [200, 403],
    );
  });

  test('leave what was judged of the newest one behind, and nothing else that was sent', async (t) => {
    const world = await makeWorld(t);
    const a = await world.open(t, 'supervisor-a');
    const stray = Array.from({ length: 63 }, (_, i) => ({
      keyid: sha256Hex(Buffer.from(`stray ${i}`)),
      sig: 'ab'.repeat(80),
    }));
    for (const version of [1, 2]) {
      const file = parseJson(await byVendor(roleDraft(version, {}))) as JsonObject;
      const signatures = [...(file['signatures'] as Json[]), ...stray];
      const padded = Buffer.from(JSON.stringify({ ...file, signatures, pad: 'x'.repeat(900_000) }));
      assert.equal((await postRole(a.url, padded, 'tiny-stable')).status, 200);
    }
    assert.equal(a.supervisor.status().signed, 2);
    await a.stop();
    const records = new DatabaseSync(`${a.folder}/supervisor.db`, { readOnly: true });
    t.after(() => records.close());
    const lengths = records.prepare('SELECT length(bytes) AS length FROM signed ORDER BY version').all();
    const [older, newest] = lengths.map(({ length }) => length);
    assert.equal(older, null);
    assert.ok(Number(newest) > 0 && Number(newest) < 2_000, `${Number(newest)} bytes`);
  });

  test('follow the delegations that root signed, and no top-level targets of anyone else', async (t) => {
    const world = await makeWorld(t);
    const a = await world.open(t, 'supervisor-a');
    const file = await byVendor(roleDraft(1, {}));
    await world.repository.writeRole('targets', await targetsFile(2, ['tiny/beta/*/*']));
    assert.equal((await postRole(a.url, file, 'tiny-stable')).status, 200);
    const forged = await sign(
      draftTargets({ version: 3, expires: now + day, targets: {}, delegations: [] }),
      [vendorRole],
    );
    writeFileSync(`${world.folder}/vendor/public/metadata/3.targets.json`, forged);
    const next = await postRole(a.url, await byVendor(roleDraft(2, {})), 'tiny-stable');
    assert.equal(next.status, 200, 'by the version before');
  });

  test('follow a new root only once its statement stands in the log', async (t) => {
    const world = await makeWorld(t);
    const a = await world.open(t, 'supervisor-a');
    const [oldest, ...others] = rootHolders;
    const next = [...others, held('vendor', 'another root')];
    const root = await rootFile(2, next, rootHolders);
    await world.repository.writeRoot(root);
    // Signed by four of the holders before, and by five of those after.
    const nothing = draftTargets({ version: 2, expires: now + day, targets: {}, delegations: [] });
    await world.repository.writeRole('targets', await sign(nothing, next.slice(1)));
    const file = await byVendor(roleDraft(1, {}));
    const early = await postRole(a.url, file, 'tiny-stable');
    assert.equal(early.status, 200, 'by the top-level targets that the root before signed');
    assert.ok(oldest !== undefined);
    const sha256 = sha256Hex(root);
    const subject = [{ name: 'root', digest: { sha256 } }];
    await world.append(
      await signStatement(
        rootKind,
        subject,
        { version: 2, previous: world.policy.root.sha256 },
        oldest.signer,
      ),
    );
    await eventually(() => a.supervisor.status().log.read === 1, patience);
    const late = await postRole(a.url, await byVendor(roleDraft(2, {})), 'tiny-stable');
    assert.deepEqual([late.status, late.code], [403, 'cosign.role'], 'the new root delegates nothing');
  });

  test('go on under a new root by the top-level targets of the one before, until it signs others', async (t) => {
    const world = await makeWorld(t);
    const a = await world.open(t, 'supervisor-a');
    const post = async (version: number): Promise<Answer> =>
      postRole(a.url, await byVendor(roleDraft(version, {})), 'tiny-stable');
    assert.equal((await post(1)).status, 200);

    const [oldest, , ...others] = rootHolders;
    assert.ok(oldest !== undefined);
    const next = [...others, held('vendor', 'another root'), held('vendor', 'one more root')];
    const root = await rootFile(2, next, rootHolders);
    await world.repository.writeRoot(root);
    await world.append(
      await signStatement(
        rootKind,
        [{ name: 'root', digest: { sha256: sha256Hex(root) } }],
        { version: 2, previous: world.policy.root.sha256 },
        oldest.signer,
      ),
    );
    await eventually(() => a.supervisor.status().log.read === 1, patience);
    const kept = await post(2);
    assert.equal(kept.status, 200, JSON.stringify(kept.body));

    const top = (version: number): Uint8Array =>
      draftTargets({ version, expires: now + day, targets: {}, delegations: [] });
    const files = [await sign(top(2), rootHolders), await sign(top(3), next)];
    for (const [i, file] of files.entries())
      writeFileSync(`${world.folder}/vendor/public/metadata/${i + 2}.targets.json`, file);
    assert.equal((await post(3)).code, 'cosign.role', 'the new root delegates nothing');
  });

  test('wait while the log cannot be reached, for a hold might stand in it', async (t) => {
    const world = await makeWorld(t);
    const a = await world.open(t, 'supervisor-a', { log: 'http://127.0.0.1:9' });
    const answer = await postRole(a.url, await byVendor(roleDraft(1, {})), 'tiny-stable');
    assert.deepEqual([answer.status, answer.code], [409, 'cosign.pending']);
  });
});
