// The search for a target: order, terminating delegations, cycles, and roles with more than one delegator.

import assert from 'node:assert/strict';
import test from 'node:test';
import { isVitrineError, tufKeyidOf, tufKeyOf, type Json, type RootSigner } from '@vitrine/evidence';
import { testSigner, UpdateClient, updateHolders } from '@vitrine/testkit';
import { findTarget, refresh, targetPath, type Fetcher, type Target } from '@vitrine/tuf';
import { Mirror, type Change, type Edit } from './mirror.ts';

const { vendorRole, cosignerA } = updateHolders;
const path = 'agent/stable/any/agent.mjs';

interface Delegated {
  readonly terminating?: boolean;
  readonly paths?: readonly string[];
  readonly keys?: readonly RootSigner[];
  readonly threshold?: number;
}

interface Node {
  /** The length by which a test knows whose target it found. */
  readonly lists?: number;
  readonly delegates?: readonly (readonly [name: string, delegated?: Delegated])[];
  readonly signers?: readonly RootSigner[];
}

const operator = (holder: RootSigner): Edit => [`/x-vitrine/operators/${keyidOf(holder)}`, holder.operator];
const keyidOf = ({ signer }: RootSigner): string => tufKeyidOf(tufKeyOf(signer.publicKey));

function delegationsOf({ delegates = [] }: Node): Json {
  const all = delegates.flatMap(([, { keys = [vendorRole] } = {}]) => keys);
  const keys = Object.fromEntries(
    all.map((holder) => [keyidOf(holder), tufKeyOf(holder.signer.publicKey) as unknown as Json]),
  );
  const roles = delegates.map(
    ([
      name,
      { terminating = false, paths = ['agent/stable/*/*'], keys: own = [vendorRole], threshold = 1 } = {},
    ]) => ({
      name,
      terminating,
      paths,
      keyids: own.map(keyidOf),
      threshold,
    }),
  );
  return { keys, roles };
}

interface Found {
  readonly target: Target | undefined;
  readonly fetched: readonly string[];
}

/** What a client finds in the graph of roles under `targets`. */
async function search(...question: Parameters<typeof explore>): Promise<Target | undefined> {
  return (await explore(...question)).target;
}

async function explore(graph: Readonly<Record<string, Node>>, wanted = path, visits = 32): Promise<Found> {
  const mirror = new Mirror();
  const root = await mirror.root(1);
  const { targets = {}, ...nodes } = graph;
  const roles: Record<string, Change> = {};
  const holders = new Set(
    Object.values(graph).flatMap(({ delegates = [] }) => delegates.flatMap(([, d]) => d?.keys ?? [])),
  );
  for (const [name, node] of Object.entries(nodes)) {
    roles[name] = {
      signers: node.signers ?? [vendorRole],
      draft: [
        ['/delegations', delegationsOf(node)],
        ...(node.lists === undefined
          ? []
          : [
              [
                `/targets/${path.replaceAll('/', '~1')}`,
                { length: node.lists, hashes: { sha256: '0'.repeat(64) } },
              ] as const,
            ]),
      ],
    };
  }
  const top: readonly Edit[] = [['/delegations', delegationsOf(targets)], ...[...holders].map(operator)];
  await mirror.publish({ version: 1, roles, targets: { draft: top } });
  const client = new UpdateClient('', root);
  const fetched: string[] = [];
  const fetcher: Fetcher = { fetch: (file) => (fetched.push(file), mirror.fetch(file)) };
  const target = await findTarget(await refresh(client.options({ fetcher, limits: { visits } })), wanted);
  return { target, fetched };
}

test('delegations are searched in their own order, depth first, whatever their names', async () => {
  const found = await search({
    targets: { delegates: [['b'], ['1a'], ['0a']] },
    b: { delegates: [['c']] },
    c: { lists: 3 },
    '1a': { lists: 1 },
    '0a': { lists: 2 },
  });
  assert.equal(found?.role, 'c');
  assert.equal(found.length, 3);
});

test('what a role lists itself comes before what it delegates', async () => {
  const found = await search({
    targets: { delegates: [['a']] },
    a: { lists: 1, delegates: [['b']] },
    b: { lists: 2 },
  });
  assert.equal(found?.role, 'a');
});

test('after a terminating delegation nothing else is searched, at no level', async () => {
  assert.equal(
    await search({
      targets: { delegates: [['a'], ['z']] },
      a: { delegates: [['b', { terminating: true }], ['c']] },
      b: {},
      c: { lists: 1 },
      z: { lists: 2 },
    }),
    undefined,
  );
  const otherPath = await search({
    targets: { delegates: [['a', { terminating: true, paths: ['agent/beta/*/*'] }], ['z']] },
    a: { lists: 1 },
    z: { lists: 2 },
  });
  assert.equal(otherPath?.role, 'z', 'one whose paths do not match ends nothing');
});

test('a target must lie in the paths of every role down to the one that lists it', async () => {
  const graph = (inner: readonly string[], outer: readonly string[]): Readonly<Record<string, Node>> => ({
    targets: { delegates: [['a', { paths: outer }]] },
    a: { delegates: [['b', { paths: inner }]] },
    b: { lists: 1 },
  });
  const all = ['agent/*/*/*'];
  assert.equal((await search(graph(all, all)))?.role, 'b');
  assert.equal(await search(graph(all, ['scanner/*/*/*'])), undefined);
  assert.equal(await search(graph(['scanner/*/*/*'], all)), undefined);
});

test('delegations that go in a circle are refused', async () => {
  for (const graph of [
    { targets: { delegates: [['a']] }, a: { delegates: [['a']] } },
    {
      targets: { delegates: [['a']] },
      a: { delegates: [['b']] },
      b: { delegates: [['c']] },
      c: { delegates: [['a']] },
    },
  ] as readonly Readonly<Record<string, Node>>[]) {
    await assert.rejects(search(graph), (error) => isVitrineError(error, 'tuf.cycle'));
  }
});

test('a role with two delegators is met twice and fetched once', async () => {
  const { target, fetched } = await explore({
    targets: { delegates: [['a'], ['b']] },
    a: { delegates: [['c']] },
    b: { delegates: [['c'], ['d']] },
    c: {},
    d: { lists: 1 },
  });
  assert.equal(target?.role, 'd');
  assert.equal(fetched.filter((file) => file.endsWith('.c.json')).length, 1);
});

test("a role that one delegator's keys signed does not count under another's", async () => {
  const strict: Delegated = { keys: [vendorRole, cosignerA], threshold: 2 };
  const graph = (signers: readonly RootSigner[]): Readonly<Record<string, Node>> => ({
    targets: { delegates: [['a', { paths: ['agent/stable/*/*'] }], ['b']] },
    a: { delegates: [['c']] },
    b: { delegates: [['c', strict]] },
    c: { signers },
  });
  // Under `a` the vendor's signature is enough; the search goes on to `b`, where it is not.
  await assert.rejects(search(graph([vendorRole])), (error) => isVitrineError(error, 'tuf.threshold'));
  assert.equal(await search(graph([vendorRole, cosignerA])), undefined);
});

test('who holds a key of a nested delegation, top-level targets say, not the delegator', async () => {
  const other: RootSigner = { operator: 'supervisor-a', signer: testSigner('no key of supervisor-a') };
  const mirror = new Mirror();
  const root = await mirror.root(1);
  const nested: Delegated = { keys: [vendorRole, other], threshold: 2 };
  const draft: readonly Edit[] = [
    ['/delegations', delegationsOf({ delegates: [['b', nested]] })],
    operator(other),
  ];
  await mirror.publish({
    version: 1,
    targets: { draft: [['/delegations', delegationsOf({ delegates: [['a']] })]] },
    roles: { a: { signers: [vendorRole], draft }, b: { signers: [vendorRole, other] } },
  });
  const client = new UpdateClient('', root);
  const refreshed = await refresh(client.options({ fetcher: mirror }));
  await assert.rejects(findTarget(refreshed, path), (error) => isVitrineError(error, 'tuf.operators'));
});

test('a search that leads through too many roles is refused', async () => {
  const names = Array.from({ length: 9 }, (_, i) => `r${i}`);
  const chain = Object.fromEntries(
    names.map((name, i): [string, Node] => [name, i === 8 ? { lists: 1 } : { delegates: [[`r${i + 1}`]] }]),
  );
  const graph = { targets: { delegates: [['r0']] }, ...chain } as Readonly<Record<string, Node>>;
  assert.equal((await search(graph, path, 9))?.role, 'r8');
  await assert.rejects(search(graph, path, 8), (error) => isVitrineError(error, 'tuf.delegations'));
});

test('a role that the snapshot does not list is refused', async () => {
  await assert.rejects(search({ targets: { delegates: [['agent-beta']] } }), (error) =>
    isVitrineError(error, 'tuf.unlisted'),
  );
});

test('names that mean something to JavaScript mean nothing here', async () => {
  for (const name of ['constructor', 'tostring', 'has-own-property'])
    assert.equal(await search({}, name), undefined);
  for (const name of [
    '__proto__/../x',
    'toString',
    '../policy.json',
    'a//b',
    '/a',
    'a/',
    '.a',
    'a/.b',
    'a.',
    '',
  ])
    await assert.rejects(search({}, name), (error) => isVitrineError(error, 'tuf.name'), name);
});

test('the path of a target carries its digest', () => {
  const sha256 = 'ab'.repeat(32);
  assert.equal(targetPath({ path: 'a/b/c.mjs', sha256 }), `targets/a/b/${sha256}.c.mjs`);
  assert.equal(targetPath({ path: 'policy.json', sha256 }), `targets/${sha256}.policy.json`);
});
