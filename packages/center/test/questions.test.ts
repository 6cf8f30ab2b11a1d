// Questions and answers on lines: who sees them, who may write, and that what was written stays.

import assert from 'node:assert/strict';
import test, { after, before } from 'node:test';
import type { Questions, Thread } from '../src/contract/questions.ts';
import { openPortal, type Portal, type SignedIn } from './portal.ts';
import { makeCenterWorld } from './world.ts';

const table = `table = 1
[[products]]
name = "sample"
critical = ["src/**"]
[[grants]]
who = "group:readers"
product = "sample"
tier = "everything"
[[grants]]
who = "group:part"
product = "sample"
tier = "everything"
paths = ["src/util/**"]
[[grants]]
who = "group:overview"
product = "sample"
tier = "overview"
[[grants]]
who = "group:vendor"
product = "sample"
tier = "everything"
[[grants]]
who = "anyone"
product = "sample"
tier = "everything"
paths = ["native/add.c"]
`;

const ending: (() => unknown)[] = [];
let portal: Portal;
let trees: readonly string[];
let reader: SignedIn;
let part: SignedIn;
let vendor: SignedIn;

before(async () => {
  const t = { after: (work: () => unknown) => void ending.push(work) };
  const world = await makeCenterWorld(t);
  portal = await openPortal(t, world, { table });
  await portal.center.look();
  trees = world.trees.map(({ digest }) => digest);
  reader = await portal.reader('readers');
  part = await portal.reader('part');
  vendor = await portal.reader('vendor');
});
after(async () => {
  for (const work of ending.toReversed()) await work();
});

async function ask(
  who: SignedIn,
  path: string,
  text: string,
  lines: readonly [number, number] = [1, 1],
): Promise<string> {
  const [first, last] = lines;
  const { id } = await who.browser.done('/do/questions/ask', { tree: trees[2], path, first, last, text });
  return String(id);
}

const see = async (who: SignedIn | undefined, address: string): Promise<Response> =>
  (who?.browser ?? portal.browser()).get(address);
const list = async (who: SignedIn | undefined, query = ''): Promise<Questions> =>
  (await (await see(who, `/questions.json${query}`)).json()) as Questions;

test('a question is answered by the vendor, asked on, and closed by who asked it', async () => {
  const id = await ask(reader, 'src/main.ts', 'Why\r\nthis?', [1, 2]);
  const at = `/questions/${id}.json`;
  const state = async (): Promise<string> => (await reader.browser.json<Thread>(at)).thread.state;
  assert.equal(await state(), 'open');
  await vendor.browser.done('/do/questions/post', { id, text: 'Because of that.' });
  assert.equal(await state(), 'answered');
  await reader.browser.done('/do/questions/post', { id, text: 'I see. And this?' });
  assert.equal(await state(), 'open');
  const { posts, may } = await reader.browser.json<Thread>(at);
  assert.deepEqual(
    posts.map(({ text, vendor: official, mine }) => [text, official, mine]),
    [
      ['Why\nthis?', false, true],
      ['Because of that.', true, false],
      ['I see. And this?', false, true],
    ],
  );
  assert.deepEqual(may, { post: true, close: true, reopen: false });
  assert.match(posts[0]?.author ?? '', /^reviewer-[0-9a-f]{8}$/);
  assert.doesNotMatch(JSON.stringify(posts), /A Reader/);

  const another = await portal.reader('readers');
  assert.equal((await another.browser.post('/do/questions/state', { id, state: 'closed' })).status, 403);
  await reader.browser.done('/do/questions/state', { id, state: 'closed' });
  assert.equal((await reader.browser.post('/do/questions/post', { id, text: 'x' })).status, 409);
  assert.equal(
    (await reader.browser.post('/do/questions/edit', { post: posts[0]?.id, text: 'x' })).status,
    409,
  );
  assert.equal((await reader.browser.post('/do/questions/state', { id, state: 'closed' })).status, 409);
  await vendor.browser.done('/do/questions/state', { id, state: 'open' });
  assert.equal(await state(), 'open');
});

test('what was written before stays to be read, and only its author changes it', async () => {
  const id = await ask(reader, 'src/main.ts', 'First words');
  const at = `/questions/${id}.json`;
  const post = (await reader.browser.json<Thread>(at)).posts[0]?.id;
  await reader.browser.done('/do/questions/edit', { post, text: 'Second words' });
  await reader.browser.done('/do/questions/edit', { post, text: 'Second words' });
  await reader.browser.done('/do/questions/edit', { post, text: 'Third words' });
  const [shown] = (await vendor.browser.json<Thread>(at)).posts;
  assert.equal(shown?.text, 'Third words');
  assert.deepEqual(
    shown.earlier.map(({ text }) => text),
    ['First words', 'Second words'],
  );
  for (const who of [vendor, part])
    assert.equal((await who.browser.post('/do/questions/edit', { post, text: 'Not mine' })).status, 404);
});

test('a thread is there only for whoever may read the file now', async () => {
  const [secret, shared] = [
    await ask(reader, 'src/secret/implant.ts', 'A word about the secret file'),
    await ask(reader, 'src/util/text.ts', 'A word about the shared file'),
  ];
  const overview = await portal.reader('overview');
  for (const who of [part, overview, undefined]) {
    const missing = await (await see(who, `/questions/${'0'.repeat(20)}.json`)).text();
    const answer = await see(who, `/questions/${secret}.json`);
    assert.equal(answer.status, 404);
    assert.equal(await answer.text(), missing);
    const all = await list(who);
    assert.ok(!JSON.stringify(all).includes('secret'));
    assert.equal(all.threads.length, all.counts.open + all.counts.answered + all.counts.closed);
    assert.equal((await see(who, `/questions.json?tree=${trees[2]}&path=src/secret/implant.ts`)).status, 404);
  }
  assert.equal((await list(part)).threads.map(({ id }) => id).includes(shared), true);
  assert.deepEqual((await list(undefined)).threads, []);
  for (const [path, body] of [
    ['ask', { tree: trees[2], path: 'src/secret/implant.ts', first: 1, last: 1, text: 'x' }],
    ['post', { id: secret, text: 'x' }],
    ['state', { id: secret, state: 'closed' }],
  ] as const)
    assert.equal((await part.browser.post(`/do/questions/${path}`, body)).status, 404, path);

  // Access that ends takes the thread along, also its author's.
  portal.replaceTable(table.replace('group:readers', 'group:former'));
  assert.equal((await see(reader, `/questions/${secret}.json`)).status, 404);
  assert.equal((await reader.browser.post('/do/questions/post', { id: shared, text: 'x' })).status, 404);
  portal.replaceTable(table);
});

test('a question on a file is found in every tree with the same file at the same path', async () => {
  const id = await ask(reader, 'native/add.c', 'Which one?');
  const ids = async (tree: string | undefined): Promise<readonly string[]> =>
    (await list(reader, `?tree=${tree}&path=native/add.c`)).threads.map((thread) => thread.id);
  assert.deepEqual(await ids(trees[2]), [id]);
  assert.deepEqual(await ids(trees[1]), [id]);
  assert.deepEqual((await list(reader, `?tree=${trees[1]}`)).threads, []);
  // Whoever is not signed in reads what anyone may read, and writes nothing.
  const open = await list(undefined, `?tree=${trees[1]}&path=native/add.c`);
  assert.deepEqual([open.threads.length, open.mayAsk], [1, false]);
  const body = { tree: trees[2], path: 'native/add.c', first: 1, last: 1, text: 'x' };
  assert.equal((await portal.browser().post('/do/questions/ask', body)).status, 401);
});

const bad: readonly (readonly [string, Record<string, unknown>])[] = [
  ['no text', { text: ' \n' }],
  ['a text that is too long', { text: 'x'.repeat(10_001) }],
  ['a control character', { text: 'a\u0000b' }],
  ['half a surrogate pair', { text: '\ud800' }],
  ['line 0', { first: 0 }],
  ['lines the wrong way round', { first: 2, last: 1 }],
  ['lines after the end', { last: 9_999 }],
  ['a member more', { account: 'somebody' }],
  ['a tree that is no digest', { tree: '../..' }],
];
for (const [what, change] of bad) {
  test(`a question with ${what} is refused`, async () => {
    const body = { tree: trees[2], path: 'src/main.ts', first: 1, last: 1, text: 'A question', ...change };
    assert.equal((await reader.browser.post('/do/questions/ask', body)).status, 400);
  });
}

test('text is kept and answered as text, whatever it would like to be', async () => {
  const text = '<script>alert(1)</script>\n<img src=x onerror=alert(1)> [a](javascript:alert(1)) \u202e';
  const id = await ask(reader, 'src/main.ts', text);
  const answer = await reader.browser.get(`/questions/${id}.json`);
  assert.match(answer.headers.get('content-type') ?? '', /^application\/json/);
  assert.equal(((await answer.json()) as Thread).posts[0]?.text, text);
  assert.equal(answer.headers.get('cache-control'), 'private, no-store');
});

test('one reader does not fill the disk', async () => {
  const busy = await portal.reader('readers');
  const id = await ask(busy, 'src/main.ts', 'one');
  for (let i = 1; i < 300; i++) {
    portal.clock.advance(1_000);
    await busy.browser.done('/do/questions/post', { id, text: String(i) });
  }
  assert.equal((await busy.browser.post('/do/questions/post', { id, text: 'too many' })).status, 429);
  portal.clock.advance(86_400_000);
  const back = await portal.reader('readers');
  await back.browser.done('/do/questions/post', { id, text: 'tomorrow' });
});
