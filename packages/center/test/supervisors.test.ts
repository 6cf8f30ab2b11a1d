import assert from 'node:assert/strict';
import { DatabaseSync } from 'node:sqlite';
import test, { type TestContext } from 'node:test';
import {
  canonicalJson,
  finding,
  formatEnvelope,
  formatTime,
  signStatement,
  statementIdOf,
  utf8,
  type Envelope,
  type Json,
  type Signer,
} from '@vitrine/evidence';
import { hostErrors, listen, respond, sha256Hex } from '@vitrine/host';
import { makeWorld, worldOrigin, worldTime, type World } from '@vitrine/testkit';
import { makeLogWorld, type LogWorld } from './log-world.ts';

function aFinding(world: World, text: string, signer?: Signer): Promise<Envelope> {
  return signStatement(
    finding,
    [{ name: 'about', digest: { sha256: sha256Hex(utf8(text)) } }],
    {
      commitment: sha256Hex(utf8(`sealed ${text}`)),
      heldBy: 'supervisor-a',
      issuedAt: formatTime(worldTime),
      severity: 'major',
    },
    signer ?? world.signer('supervisor'),
  );
}

const status: Record<string, Json> = {
  operator: 'supervisor-a',
  node: 'v26.10.0',
  user: 'builder',
  directory: '/srv/supervisor',
  isolation: 'bubblewrap',
  log: { origin: worldOrigin, size: 3, read: 3, time: formatTime(worldTime), trouble: null },
  rebuilds: [],
  wanted: [],
  publications: { seen: 0, unread: 0, trouble: null },
  unlogged: 0,
  signed: 1,
  findings: { note: 0, minor: 0, major: 1, critical: 0 },
  peers: {},
};

/** What a supervisor's address answers, by path or whole address; a function makes the answer when it is asked. */
type Answers = Record<string, Uint8Array | ((query: URLSearchParams) => Uint8Array | undefined)>;

async function serve(t: TestContext, answers: Answers): Promise<string> {
  const server = await listen(
    (request, response) => {
      const { pathname, search, searchParams } = new URL(request.url ?? '', 'http://supervisor.invalid');
      const answer = answers[pathname + search] ?? answers[pathname];
      const bytes = typeof answer === 'function' ? answer(searchParams) : answer;
      if (bytes !== undefined) respond(response, 200, bytes);
      return bytes !== undefined;
    },
    { port: 0, graceMs: 50 },
  );
  t.after(() => server.close());
  return server.url;
}

function listOf(envelopes: readonly Envelope[], query: URLSearchParams): Uint8Array {
  const statements = envelopes.map((envelope, i) => ({
    n: i + 1,
    id: statementIdOf(envelope),
    kind: 'finding',
    made: formatTime(worldTime),
    index: null,
  }));
  return canonicalJson({ statements: statements.filter(({ n }) => n >= Number(query.get('from'))) });
}

function answersFor(envelopes: readonly Envelope[]): Answers {
  return {
    '/status': canonicalJson(status),
    '/signed': canonicalJson([
      { role: 'verifier-stable', version: 1, sha256: 'a'.repeat(64), at: formatTime(worldTime) },
    ]),
    '/statements': (query) => listOf(envelopes, query),
    ...Object.fromEntries(
      envelopes.map((envelope) => [`/statement/${statementIdOf(envelope)}`, formatEnvelope(envelope)]),
    ),
  };
}

async function opened(
  t: TestContext,
  answers: (all: LogWorld) => Promise<Answers> | Answers,
  world?: World,
): Promise<{ all: LogWorld; following: Awaited<ReturnType<LogWorld['following']>>; url: string }> {
  const all = await makeLogWorld(t, world);
  await all.log.append(...all.world.log.entries);
  await all.log.publish();
  const url = await serve(t, await answers(all));
  const following = await all.following({ supervisors: [{ operator: 'supervisor-a', url }] });
  return { all, following, url };
}

test('what a supervisor published and the log does not show is named, until the log shows it', async (t) => {
  let kept: Envelope | undefined;
  const { all, following } = await opened(t, async ({ world }) => {
    kept = await aFinding(world, 'kept out');
    return answersFor([kept]);
  });
  await following.look();
  const [report] = following.supervisors.reports();
  assert.equal(report?.trouble, undefined);
  assert.equal(report?.reached, worldTime);
  assert.equal(report?.statements, 1);
  assert.deepEqual(
    report?.unlogged.map(({ id, kind, seen }) => [id, kind, seen]),
    [[statementIdOf(kept as Envelope), 'finding', worldTime]],
  );
  assert.deepEqual([report?.signedCount, report?.signed[0]?.role], [1, 'verifier-stable']);
  // Anyone can take it from here, and give it to whom they like.
  assert.deepEqual(
    Buffer.from(following.supervisors.envelope(statementIdOf(kept as Envelope)) ?? []),
    Buffer.from(formatEnvelope(kept as Envelope)),
  );
  // What it says of its machine is not passed on.
  assert.equal(JSON.stringify(report).includes('/srv/supervisor'), false);

  await all.log.append(kept as Envelope);
  await all.log.publish();
  await following.look();
  assert.deepEqual(following.supervisors.reports()[0]?.unlogged, []);
});

test('the same words by another key in the log are not this supervisor’s statement', async (t) => {
  const { all, following } = await opened(t, async ({ world }) =>
    answersFor([await aFinding(world, 'words')]),
  );
  const other = await aFinding(all.world, 'words', all.world.signer('publisher'));
  await all.log.append(other);
  await all.log.publish();
  await following.look();
  assert.equal(following.supervisors.reports()[0]?.unlogged.length, 1);
});

test('whatever a supervisor says is wrong, however long, its status is shown with the beginning of it', async (t) => {
  // A peer's two troubles, each as long as a supervisor writes one, are longer together.
  const long = `${'x'.repeat(999)}\u{1F600}${'y'.repeat(50_000)}\0\u0007`;
  const { following } = await opened(t, () => ({
    ...answersFor([]),
    '/status': canonicalJson({
      ...status,
      log: { ...(status['log'] as Record<string, Json>), trouble: long },
      rebuilds: [
        { order: 'c'.repeat(64), index: 2, result: 'queued', blind: true, outputs: null, trouble: long },
      ],
      peers: { 'http://127.0.0.1:7420': long },
    }),
  }));
  await following.look();
  const [report] = following.supervisors.reports();
  assert.equal(report?.trouble, undefined);
  const shown = `${'x'.repeat(999)}…`;
  assert.deepEqual(
    [report?.status?.log.trouble, report?.status?.rebuilds[0]?.trouble, report?.status?.peers],
    [shown, shown, { 'http://127.0.0.1:7420': shown }],
  );
});

const hostile: readonly {
  readonly what: string;
  readonly code: string;
  readonly answers: (world: World) => Promise<Answers> | Answers;
}[] = [
  {
    what: 'answers with something else than JSON',
    code: 'json.syntax',
    answers: () => ({ ...answersFor([]), '/status': utf8('<html>') }),
  },
  {
    what: 'answers without end',
    code: 'fetch.too-large',
    answers: () => ({ ...answersFor([]), '/status': Buffer.alloc(2 << 20, ' ') }),
  },
  {
    what: 'says that it is somebody else',
    code: 'center.supervisor',
    answers: () => ({ ...answersFor([]), '/status': canonicalJson({ ...status, operator: 'supervisor-b' }) }),
  },
  {
    what: 'serves a statement that somebody else signed',
    code: 'center.supervisor',
    answers: async (world) => answersFor([await aFinding(world, 'x', world.signer('publisher'))]),
  },
  {
    what: 'serves another statement under an identifier',
    code: 'center.supervisor',
    answers: async (world) => {
      const [one, two] = [await aFinding(world, 'one'), await aFinding(world, 'two')];
      return { ...answersFor([one]), [`/statement/${statementIdOf(one)}`]: formatEnvelope(two) };
    },
  },
  {
    what: 'lists the same place again and again',
    code: 'center.supervisor',
    answers: async (world) => {
      const one = await aFinding(world, 'one');
      const listed = { n: 1, id: statementIdOf(one), kind: 'finding' };
      return { ...answersFor([one]), '/statements?from=1': canonicalJson({ statements: [listed, listed] }) };
    },
  },
  {
    what: 'has markup for an isolation and control characters in it',
    code: 'schema.mismatch',
    answers: () => ({ ...answersFor([]), '/status': canonicalJson({ ...status, isolation: 'a\u0007b' }) }),
  },
];

for (const { what, code, answers } of hostile) {
  test(`a supervisor that ${what} is said to, and harms nothing`, async (t) => {
    const { all, following } = await opened(t, ({ world }) => answers(world));
    await following.look();
    const [report] = following.supervisors.reports();
    assert.equal(report?.trouble?.code, code);
    assert.equal(report?.reached, undefined);
    assert.equal(report?.unlogged.length, code === 'center.supervisor' && what.includes('again') ? 1 : 0);
    assert.equal(following.log.entries({}).length, all.world.log.entries.length);
  });
}

test('a supervisor that is down is said to be since when, and is read again later', async (t) => {
  let isDown = true;
  const { all, following } = await opened(t, () => {
    const answers = answersFor([]);
    const bytes = answers['/status'] as Uint8Array;
    return { ...answers, '/status': () => (isDown ? undefined : bytes) };
  });
  await following.look();
  all.clock.advance(60_000);
  await following.look();
  assert.deepEqual(
    [following.supervisors.reports()[0]?.trouble?.code, following.supervisors.reports()[0]?.trouble?.since],
    ['fetch.status', worldTime],
  );
  isDown = false;
  await following.look();
  assert.equal(following.supervisors.reports()[0]?.trouble, undefined);
  assert.equal(following.supervisors.reports()[0]?.reached, worldTime + 60);
});

test('two supervisors that were shown two histories are a fork, and both checkpoints are kept', async (t) => {
  const shown: { checkpoint?: Uint8Array } = {};
  const { all, following, url } = await opened(t, () => ({
    ...answersFor([]),
    '/checkpoint': () => shown.checkpoint,
  }));
  await following.look();
  const ours = following.log.state().checkpoint;
  const other = await all.fork();
  await other.append(await aFinding(all.world, 'shown to one alone'));
  const theirs = await other.publish();
  shown.checkpoint = theirs;
  // The log goes on showing us the first history.
  await all.log.publish();
  await following.look();
  assert.equal(following.log.state().trouble, undefined);
  assert.deepEqual(
    following.log.contradictions().map(({ code, from, ours: first, theirs: second }) => ({
      code,
      from,
      first: Buffer.from(first),
      second: Buffer.from(second),
    })),
    [
      {
        code: 'reader.fork',
        from: url,
        first: Buffer.from(ours ?? []),
        second: Buffer.from(theirs),
      },
    ],
  );
});

test('what is not a supervisor’s own word hides nothing that comes after it, and no fork', async (t) => {
  const shown: { checkpoint?: Uint8Array } = {};
  const own: Envelope[] = [];
  const { all, following } = await opened(t, async ({ world }) => {
    const foreign = await aFinding(world, 'by somebody else', world.signer('publisher'));
    const unserved = await aFinding(world, 'listed alone');
    own.push(await aFinding(world, 'own'));
    return {
      ...answersFor([foreign, unserved, ...own]),
      [`/statement/${statementIdOf(unserved)}`]: () => undefined,
      '/checkpoint': () => shown.checkpoint,
    };
  });
  await following.look();
  const other = await all.fork();
  await other.append(await aFinding(all.world, 'shown to one alone'));
  shown.checkpoint = await other.publish();
  await all.log.publish();
  await following.look();
  const [report] = following.supervisors.reports();
  assert.equal(report?.trouble?.code, 'center.supervisor');
  assert.deepEqual(
    report?.unlogged.map(({ id }) => id),
    own.map((one) => statementIdOf(one)),
  );
  assert.deepEqual(
    following.log.contradictions().map(({ code }) => code),
    ['reader.fork'],
  );
});

test('a list that began anew is read anew', async (t) => {
  const listed: Envelope[] = [];
  const { all, following } = await opened(t, async ({ world }) => {
    const both = [await aFinding(world, 'one'), await aFinding(world, 'two')];
    listed.push(...both);
    return { ...answersFor(both), '/statements': (query) => listOf(listed, query) };
  });
  await following.look();
  assert.equal(following.supervisors.reports()[0]?.statements, 2);
  // Its folder was lost: the first one that it lists now is one that it listed second before.
  listed.shift();
  await following.look();
  assert.equal(following.supervisors.reports()[0]?.trouble, undefined);
  assert.equal(following.supervisors.reports()[0]?.statements, 2);
  assert.equal(following.log.entries({}).length, all.world.log.entries.length);
});

test('a statement is judged at its own place in the log, or once the log has come to its key', async (t) => {
  const entries = (await makeWorld()).log.entries.length;
  const bounded = (from: number, until?: number): Promise<World> =>
    makeWorld({
      policy: (document) => ({
        ...document,
        keys: document.keys.map((key) =>
          key.role === 'supervisor'
            ? {
                ...key,
                from: { origin: worldOrigin, index: from },
                ...(until === undefined ? {} : { until: { origin: worldOrigin, index: until } }),
              }
            : key,
        ),
      }),
    });
  const later = await aFinding(await makeWorld(), 'under a key that begins later');
  const early = await opened(t, () => answersFor([later]), await bounded(entries + 1));
  await early.following.look();
  assert.equal(early.following.supervisors.reports()[0]?.trouble?.code, 'center.supervisor');
  await early.all.log.append(await aFinding(early.all.world, 'x', early.all.world.signer('publisher')));
  await early.all.log.publish();
  await early.following.look();
  const [report] = early.following.supervisors.reports();
  assert.deepEqual([report?.trouble, report?.unlogged.length], [undefined, 1]);

  const ended = await opened(t, () => answersFor([later]), await bounded(0, entries + 1));
  await ended.all.log.append(later);
  await ended.all.log.append(await aFinding(ended.all.world, 'x', ended.all.world.signer('publisher')));
  await ended.all.log.publish();
  await ended.following.look();
  const [second] = ended.following.supervisors.reports();
  assert.deepEqual([second?.trouble, second?.statements, second?.unlogged], [undefined, 1, []]);
});

const faults: readonly {
  readonly what: string;
  readonly code: 'file.no-space' | 'database.busy';
  /** Answers how to end it. */
  readonly begin: (database: DatabaseSync) => () => void;
}[] = [
  {
    what: 'a full disk',
    code: 'file.no-space',
    begin(database) {
      const pages = Number(database.prepare('PRAGMA page_count').get()?.['page_count']);
      database.exec(`PRAGMA max_page_count = ${pages}`);
      return () => database.exec('PRAGMA max_page_count = 1000000');
    },
  },
  {
    what: 'a database that somebody else holds',
    code: 'database.busy',
    begin(database) {
      database.exec('PRAGMA busy_timeout = 0');
      const other = new DatabaseSync(database.location() ?? '');
      other.exec('BEGIN IMMEDIATE');
      return () => other.close();
    },
  },
];

for (const { what, code, begin } of faults) {
  test(`${what} is trouble of ours, and the Center goes on`, async (t) => {
    const listed: Envelope[] = [];
    const reported: string[] = [];
    let isOpen = false;
    const all = await makeLogWorld(t);
    await all.log.append(...all.world.log.entries);
    await all.log.publish();
    for (let i = 0; i < 20; i++) listed.push(await aFinding(all.world, `${i} ${'long '.repeat(50)}`));
    const url = await serve(t, {
      ...answersFor(listed),
      '/statements': (query) => listOf(isOpen ? listed : [], query),
    });
    const following = await all.following({
      supervisors: [{ operator: 'supervisor-a', url }],
      report: (line) => reported.push(line),
    });
    await following.look();
    const end = begin(following.log.database);
    isOpen = true;
    await following.look();
    await following.look();
    const trouble = following.supervisors.reports()[0]?.trouble;
    assert.deepEqual([trouble?.code, trouble?.message], [code, hostErrors[code].meaning]);
    assert.equal(reported.length, 1);
    assert.match(reported[0] ?? '', /log\.db/);
    end();
    await following.look();
    const [report] = following.supervisors.reports();
    assert.deepEqual([report?.trouble, report?.statements], [undefined, listed.length]);
  });
}
