// From a draft to an entry of the log, and all that can go wrong on the way.

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { createPublicKey, createHash, verify as nodeVerify } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import test, { after } from 'node:test';
import {
  commitTo,
  formatEnvelope,
  formatWebauthnSignature,
  fromBase64,
  inTotoPayload,
  openCommitment,
  parseEnvelope,
  preAuthEncoding,
  requireListedSignature,
  review as reviewKind,
  signStatement,
  statementOf,
  statementPayload,
  toBase64,
  utf8,
  payloadOf,
  type Envelope,
  type Sealed,
  type Signer,
} from '@vitrine/evidence';
import { hostErrors, sha256 } from '@vitrine/host';
import { freePort, repositoryRoot, temporaryDirectory, testSigner } from '@vitrine/testkit';
import { composeReview } from '../src/contract/review-text.ts';
import { serveCenter } from '../src/serve.ts';
import type { Review, Reviews } from '../src/contract/reviews.ts';
import type { AccountPage } from '../src/contract/account.ts';
import { makeAuthenticator, type Lie } from './authenticator.ts';
import { openPortal, portalOrigin, type Portal, type PortalOptions, type SignedIn } from './portal.ts';
import { makeCenterWorld, type CenterWorld } from './world.ts';
import type { Ending } from './world/gate.ts';
import { reviewersName } from './world/log.ts';

const table = `table = 1
[[products]]
name = "sample"
critical = ["src/**"]
[[grants]]
who = "group:readers"
product = "sample"
tier = "everything"
[[grants]]
who = "group:vendor"
product = "sample"
tier = "everything"
`;

interface Place {
  readonly world: CenterWorld;
  readonly portal: Portal;
  readonly tree: string;
}

async function place(t: Ending, options: Partial<PortalOptions> = {}): Promise<Place> {
  const world = await makeCenterWorld(t, { trouble: false });
  const portal = await openPortal(t, world, {
    table,
    reviewers: join(world.folder, reviewersName),
    ...options,
  });
  await portal.center.look();
  return { world, portal, tree: world.trees[1]?.digest ?? '' };
}

const endings: (() => unknown)[] = [];
let shared: Promise<Place> | undefined;

/** One place for all tests that look at what their own readers did, and leave clock, log and table as they were. */
function sharedPlace(): Promise<Place> {
  return (shared ??= place({ after: (work) => void endings.push(work) }));
}

after(async () => {
  for (const work of endings.toReversed()) await work();
});

/** A draft that is ready to be signed. */
async function draft({ tree }: Place, who: SignedIn, text = 'I read it.\nIt is good.'): Promise<string> {
  const { id } = (await who.browser.done('/do/reviews/begin', { tree })) as { id: string };
  const { draft: begun } = await who.browser.json<Review>(`/reviews/${id}.json`);
  assert.ok(begun);
  await who.browser.done('/do/reviews/save', { id, version: begun.version, verdict: 'remarks', text });
  return id;
}

interface Handed {
  readonly salt: string;
  readonly body: string;
  readonly envelope: string;
  readonly publicKey?: string;
}

interface Change extends Lie {
  readonly tree?: string;
  readonly heldBy?: string;
  readonly body?: string;
  readonly keyid?: string;
  readonly issuedAt?: string;
  readonly about?: Uint8Array;
}

const salt = new Uint8Array(32).fill(7);

function payload(
  portal: Portal,
  body: string,
  shown: NonNullable<Review['draft']>,
  change: Change,
): Uint8Array {
  const issuedAt = change.issuedAt ?? new Date(portal.clock.now()).toISOString().replace(/\.\d+Z$/, 'Z');
  const tree = change.tree ?? shown.content.tree;
  return statementPayload(reviewKind, [{ name: 'tree', digest: { sha256: tree } }], {
    ...commitTo(salt, utf8(body), change.heldBy ?? shown.heldBy),
    issuedAt,
  } satisfies Sealed);
}

/** What the page makes of a draft with the passkey of its reader. */
async function signed(portal: Portal, who: SignedIn, id: string, change: Change = {}): Promise<Handed> {
  const { draft: shown } = await who.browser.json<Review>(`/reviews/${id}.json`);
  assert.ok(shown);
  const body = change.body ?? composeReview(shown.content);
  const bytes = payload(portal, body, shown, change);
  const message = change.about ?? preAuthEncoding(inTotoPayload, bytes);
  const { response } = who.authenticator.assert(Buffer.from(sha256(message)).toString('base64url'), change);
  const part = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, 'base64url'));
  const sig = formatWebauthnSignature({
    authenticatorData: part(response.authenticatorData),
    clientDataJSON: part(response.clientDataJSON),
    signature: part(response.signature),
  });
  const keyid = change.keyid ?? shown.passkeys[0]?.keyid ?? '';
  return handed(body, {
    payload: toBase64(bytes),
    payloadType: inTotoPayload,
    signatures: [{ keyid, sig: toBase64(sig) }],
  });
}

/** What the command line makes of it with a key file. */
async function signedByFile(
  portal: Portal,
  who: SignedIn,
  id: string,
  signer: Signer,
  change: Change = {},
): Promise<Handed> {
  const { draft: shown } = await who.browser.json<Review>(`/reviews/${id}.json`);
  assert.ok(shown);
  const body = composeReview(shown.content);
  const statement = statementOf({
    payload: toBase64(payload(portal, body, shown, change)),
    payloadType: inTotoPayload,
    signatures: [],
  });
  const envelope = await signStatement(
    reviewKind,
    statement.subject,
    statement.predicate as unknown as Sealed,
    signer,
  );
  return { ...handed(body, envelope), publicKey: toBase64(signer.publicKey) };
}

function handed(body: string, envelope: Envelope): Handed {
  return { salt: toBase64(salt), body, envelope: toBase64(formatEnvelope(envelope)) };
}

async function refusal(response: Response): Promise<{ status: number; code: string; message: string }> {
  const { error } = (await response.json()) as { error: { code: string; message: string } };
  return { status: response.status, ...error };
}

const hex = (value: number, digits: number): string => value.toString(16).padStart(digits, '0');

test('a review goes from the draft into the log, signed by the passkey, and node confirms the signature', async (t) => {
  const here = await place(t);
  const { portal, world, tree } = here;
  const who = await portal.reader('readers');
  const id = await draft(here, who);
  const one = await signed(portal, who, id);
  const answer = (await who.browser.done('/do/reviews/sign', { id, ...one })) as {
    state: string;
    index: number;
  };
  assert.equal(
    answer.state,
    'logged',
    JSON.stringify((await who.browser.json<Review>(`/reviews/${id}.json`)).waiting),
  );
  assert.equal(answer.index, world.log.writer.size() - 1);

  await portal.center.look();
  const { review, key, envelope, body, salt: kept } = await who.browser.json<Review>(`/reviews/${id}.json`);
  assert.deepEqual(review.logged, { index: answer.index, seen: true });
  assert.match(
    body ?? '',
    /^Vitrine review, form 1\ntree: [0-9a-f]{64}\nrelease: sample stable 1\.1\.0\nverdict: remarks\n/,
  );
  assert.ok(key?.webauthn && envelope !== null && body !== null && kept !== null);
  assert.deepEqual(key.webauthn, { rpId: 'localhost', origin: 'http://localhost:7440' });

  // The page of the release has it in its chain, under the pseudonym.
  const page = await who.browser.json<{ reviews: { index: number; operator: string }[] }>(
    '/releases/sample/stable/2.json',
  );
  assert.deepEqual(
    page.reviews.map(({ index, operator }) => [index, operator]),
    [[answer.index, review.author]],
  );

  // What is in the log is what was sent, and the formula of WebAuthn holds without any code of ours.
  const logged = parseEnvelope(fromBase64(envelope));
  const statement = statementOf(logged);
  assert.equal(statement.subject[0]?.digest.sha256, tree);
  openCommitment(statement.predicate as unknown as Sealed, fromBase64(kept), utf8(body));
  const sig = fromBase64(logged.signatures[0]?.sig ?? '');
  const length = Number(sig[38]) * 256 + Number(sig[39]);
  const data = sig.slice(40, 40 + length);
  const spki = createPublicKey({ key: Buffer.from(key.publicKey, 'base64'), format: 'der', type: 'spki' });
  const message = preAuthEncoding(inTotoPayload, payloadOf(logged));
  assert.equal(
    (JSON.parse(Buffer.from(data).toString()) as { challenge: string }).challenge,
    createHash('sha256').update(message).digest('base64url'),
  );
  const over = Buffer.concat([sig.slice(1, 38), createHash('sha256').update(data).digest()]);
  assert.ok(nodeVerify('sha256', over, spki, sig.slice(40 + length)));
  await requireListedSignature({ spki: fromBase64(key.publicKey), webauthn: key.webauthn }, message, sig);

  // The log lists the reviewer under a pseudonym, and nothing of the account.
  const { reviewers } = JSON.parse(Buffer.from(world.log.writer.admission()?.bytes ?? []).toString()) as {
    reviewers: { operator: string; keyid: string }[];
  };
  assert.deepEqual(
    reviewers.map(({ keyid }) => keyid),
    [key.keyid],
  );
  assert.equal(reviewers[0]?.operator, review.author);
  assert.doesNotMatch(JSON.stringify(reviewers), /A Reader/);
});

interface Trick {
  readonly what: string;
  readonly change?: Change;
  readonly edit?: (one: Handed) => Handed;
  readonly code: string;
  readonly message?: RegExp;
}
const otherTree = 'a'.repeat(64);
const tricks: readonly Trick[] = [
  {
    what: 'a signature for another tree',
    change: { tree: otherTree },
    code: 'review.refused',
    message: /another tree/,
  },
  {
    what: 'a signature made at another origin',
    change: { origin: 'https://evil.example' },
    code: 'review.refused',
    message: /another origin/,
  },
  {
    what: 'a signature for another relying party',
    change: { rpId: 'example' },
    code: 'review.refused',
    message: /relying party/,
  },
  {
    what: 'a signature without the owner being verified',
    change: { flags: 1 },
    code: 'review.refused',
    message: /not verified/,
  },
  {
    what: 'a registration in place of a signature',
    change: { type: 'webauthn.create' },
    code: 'review.refused',
    message: /another type/,
  },
  {
    what: 'the answer to a sign-in',
    change: { about: utf8('a sign-in') },
    code: 'review.refused',
    message: /another challenge/,
  },
  {
    what: 'another holder',
    change: { heldBy: 'somebody' },
    code: 'review.refused',
    message: /somebody holds it/,
  },
  {
    what: 'another text than the draft',
    change: { body: 'Vitrine review, form 1\nforged' },
    code: 'review.refused',
    message: /not the text of the draft/,
  },
  { what: 'a key of nobody', change: { keyid: 'b'.repeat(64) }, code: 'review.key' },
  {
    what: 'a review of last month',
    change: { issuedAt: '2020-01-01T00:00:00Z' },
    code: 'review.refused',
    message: /more than a week ago/,
  },
  {
    what: 'a review of tomorrow',
    change: { issuedAt: '2099-01-01T00:00:00Z' },
    code: 'review.refused',
    message: /in the future/,
  },
  {
    what: 'another salt',
    edit: (one) => ({ ...one, salt: toBase64(new Uint8Array(32)) }),
    code: 'review.refused',
    message: /committed to/,
  },
  {
    what: 'a short salt',
    edit: (one) => ({ ...one, salt: toBase64(new Uint8Array(31)) }),
    code: 'review.refused',
  },
  {
    what: 'an envelope that is no envelope',
    edit: (one) => ({ ...one, envelope: toBase64(utf8('{}')) }),
    code: 'review.refused',
  },
  {
    what: 'base64 with unused bits',
    edit: (one) => ({ ...one, salt: one.salt.replace(/.=$/, 'd=') }),
    code: 'review.refused',
  },
  {
    what: 'an altered signature',
    edit: (one) => ({ ...one, envelope: alter(one.envelope) }),
    code: 'review.refused',
    message: /does not verify|out of range/,
  },
  {
    what: 'the passkey as if it were a key file',
    edit: (one) => ({
      ...one,
      envelope: alter(one.envelope),
      publicKey: toBase64(testSigner('x', 'ecdsa-p256').publicKey),
    }),
    code: 'review.refused',
  },
];

/** One bit of the s of the signature. */
function alter(envelope: string): string {
  const parsed = parseEnvelope(fromBase64(envelope));
  const [one] = parsed.signatures;
  assert.ok(one);
  const sig = fromBase64(one.sig);
  const at = sig.length - 1;
  const changed = sig.with(at, Number(sig[at]) ^ 1);
  return toBase64(formatEnvelope({ ...parsed, signatures: [{ ...one, sig: toBase64(changed) }] }));
}

test('nothing is kept, registered or logged of a review that is not what it must be', async () => {
  const here = await sharedPlace();
  const { portal, world } = here;
  const who = await portal.reader('readers');
  const id = await draft(here, who);
  const size = world.log.writer.size();
  for (const { what, change, edit = (same: Handed): Handed => same, code, message } of tricks) {
    const one = edit(await signed(portal, who, id, change));
    const answer = await refusal(await who.browser.post('/do/reviews/sign', { id, ...one }));
    assert.deepEqual([answer.status, answer.code], [403, code], `${what}: ${answer.message}`);
    if (message !== undefined) assert.match(answer.message, message, what);
  }
  assert.equal(world.log.writer.size(), size);
  const { me } = await who.browser.json<Reviews>('/reviews.json');
  assert.deepEqual(me?.keys, []);
});

test("another reader's passkey signs no review of mine, and mine none of theirs", async () => {
  const here = await sharedPlace();
  const { portal } = here;
  const [who, other] = [await portal.reader('readers'), await portal.reader('readers')];
  const [mine, theirs] = [await draft(here, who), await draft(here, other)];
  const one = await signed(portal, other, theirs);
  assert.equal(
    (await refusal(await who.browser.post('/do/reviews/sign', { id: mine, ...one }))).code,
    'review.key',
  );
  assert.equal(
    (await refusal(await who.browser.post('/do/reviews/sign', { id: theirs, ...one }))).status,
    404,
  );
  assert.equal((await who.browser.get(`/reviews/${theirs}.json`)).status, 404);
  for (const [path, body] of [
    ['save', { id: theirs, version: 1, verdict: 'objection', text: 'x' }],
    ['discard', { id: theirs }],
    ['finding', { id: theirs, severity: 'minor', path: null, first: null, last: null, text: 'x' }],
    ['drop-finding', { id: theirs, finding: 1 }],
    ['task', { id: theirs }],
    ['open', { id: theirs }],
    ['destroy', { id: theirs }],
  ] as const)
    assert.equal((await who.browser.post(`/do/reviews/${path}`, body)).status, 404, path);
});

test('a key file that one reader registered is not the key of another', async () => {
  const here = await sharedPlace();
  const { portal } = here;
  const [who, other] = [await portal.reader('readers'), await portal.reader('readers')];
  const signer = testSigner('review file');
  const [mine, theirs] = [await draft(here, who), await draft(here, other)];
  const one = await signedByFile(portal, who, mine, signer);
  assert.equal((await who.browser.done('/do/reviews/sign', { id: mine, ...one }))['state'], 'logged');
  const two = await signedByFile(portal, other, theirs, signer);
  assert.equal(
    (await refusal(await other.browser.post('/do/reviews/sign', { id: theirs, ...two }))).code,
    'review.key',
  );
});

test('a program hands in a review by the address of a task, and asks again if the answer was lost', async (t) => {
  const here = await place(t);
  const { portal, world } = here;
  const who = await portal.reader('readers');
  const id = await draft(here, who);
  const { address } = (await who.browser.done('/do/reviews/task', { id })) as { address: string };
  const { pathname } = new URL(address);
  const program = portal.browser();
  const task = await program.json<{ tree: string; heldBy: string; body: string }>(pathname);
  const one = await signedByFile(portal, who, id, testSigner('task file'));
  assert.deepEqual(task, {
    tree: here.tree,
    heldBy: 'vendor',
    body: createHash('sha256').update(one.body).digest('hex'),
  });
  const headers = { 'x-vitrine-csrf': 'none' };
  const first = await program.post(pathname, one, headers);
  assert.equal(first.status, 200, await first.clone().text());
  const size = world.log.writer.size();
  assert.deepEqual(await (await program.post(pathname, one, headers)).json(), await first.json());
  assert.equal(world.log.writer.size(), size, 'nothing is logged twice');
  const other = await signedByFile(portal, who, await draft(here, who, 'another'), testSigner('task file'));
  assert.equal((await refusal(await program.post(pathname, other, headers))).code, 'review.state');
  portal.clock.advance(3_600_001);
  assert.equal((await program.post(pathname, one, headers)).status, 404);
  assert.equal((await program.get('/do/reviews/task/unknown')).status, 404);
});

test('without the header of the session no change is made, whoever is signed in', async () => {
  const here = await sharedPlace();
  const { portal, tree } = here;
  const who = await portal.reader('readers');
  for (const path of ['/do/reviews/begin', '/do/questions/ask']) {
    for (const headers of [
      { 'x-vitrine-csrf': '' },
      { origin: 'https://evil.example' },
      { 'content-type': 'text/plain' },
    ] as Record<string, string>[]) {
      const answer = await refusal(await who.browser.post(path, { tree }, headers));
      assert.deepEqual([answer.status, answer.code], [403, 'center.csrf'], JSON.stringify(headers));
    }
  }
  assert.equal((await portal.browser().post('/do/reviews/begin', { tree })).status, 401);
});

test('of two windows the slower one is told, and what was signed is what was last shown', async () => {
  const here = await sharedPlace();
  const { portal } = here;
  const who = await portal.reader('readers');
  const id = await draft(here, who);
  const stale = await signed(portal, who, id);
  const save = { id, version: 1, verdict: 'objection', text: 'On a second thought' };
  await who.browser.done('/do/reviews/save', save);
  assert.equal((await refusal(await who.browser.post('/do/reviews/save', save))).code, 'review.state');
  assert.equal(
    (await refusal(await who.browser.post('/do/reviews/sign', { id, ...stale }))).code,
    'review.refused',
  );
  await who.browser.done('/do/reviews/finding', {
    id,
    severity: 'major',
    path: 'src/main.ts',
    first: 1,
    last: 2,
    text: 'Look\nhere',
  });
  const one = await signed(portal, who, id);
  assert.match(one.body, /\nfinding: major, src\/main\.ts lines 1-2\n {2}Look\n {2}here\n/);
  assert.equal((await who.browser.done('/do/reviews/sign', { id, ...one }))['state'], 'logged');
  assert.equal(
    (await refusal(await who.browser.post('/do/reviews/save', { ...save, version: 3 }))).status,
    409,
  );
});

test('an empty review, an unknown tree, a foreign path and a control character are refused', async () => {
  const here = await sharedPlace();
  const { portal, tree } = here;
  const who = await portal.reader('readers');
  const id = await draft(here, who, '');
  const one = await signed(portal, who, id);
  assert.equal(
    (await refusal(await who.browser.post('/do/reviews/sign', { id, ...one }))).code,
    'review.refused',
  );
  assert.equal((await who.browser.post('/do/reviews/begin', { tree: otherTree })).status, 404);
  const finding = { id, severity: 'minor', path: '../etc/passwd', first: null, last: null, text: 'x' };
  assert.equal((await who.browser.post('/do/reviews/finding', finding)).status, 404);
  assert.equal(
    (await who.browser.post('/do/reviews/finding', { ...finding, path: null, first: 1 })).status,
    400,
  );
  assert.equal(
    (await who.browser.post('/do/reviews/save', { id, version: 1, verdict: 'remarks', text: 'a\u0007b' }))
      .status,
    400,
  );
  const stranger = await portal.reader('others');
  assert.equal((await stranger.browser.post('/do/reviews/begin', { tree })).status, 404);
});

test('a log that is down: the review is kept, said to wait, and logged once when the log is back', async (t) => {
  const here = await place(t);
  const { portal, world } = here;
  const who = await portal.reader('readers');
  const id = await draft(here, who);
  const one = await signed(portal, who, id);
  world.log.gate.state = 'down';
  assert.deepEqual(await who.browser.done('/do/reviews/sign', { id, ...one }), {
    id,
    state: 'signed',
    index: null,
  });
  const waiting = await who.browser.json<Review>(`/reviews/${id}.json`);
  assert.equal(waiting.waiting?.code, 'review.log');
  assert.equal((await portal.browser().json<Review>(`/reviews/${id}.json`)).body, null);
  const size = world.log.writer.size();
  // The longer it lasts, the more rarely it is sent: five seconds after the first time, ten after the second.
  portal.clock.advance(5_000);
  await portal.center.look();
  world.log.gate.state = 'up';
  portal.clock.advance(9_999);
  await portal.center.look();
  assert.equal(world.log.writer.size(), size);
  portal.clock.advance(1);
  await portal.center.look();
  await portal.center.look();
  assert.equal(world.log.writer.size(), size + 1);
  const { review } = await who.browser.json<Review>(`/reviews/${id}.json`);
  assert.deepEqual([review.state, review.logged], ['logged', { index: size, seen: true }]);
});

test('a log that cannot be asked is told to the author by the rule, and to the operator by its address', async (t) => {
  const here = await place(t);
  const { portal, world } = here;
  const who = await portal.reader('readers');
  const id = await draft(here, who);
  world.log.gate.lies.set('/add', Buffer.alloc(70_000));
  await who.browser.done('/do/reviews/sign', { id, ...(await signed(portal, who, id)) });
  const { waiting } = await who.browser.json<Review>(`/reviews/${id}.json`);
  assert.deepEqual(
    [waiting?.code, waiting?.message],
    ['fetch.too-large', hostErrors['fetch.too-large'].meaning],
  );
  portal.clock.advance(5_000);
  await portal.center.look();
  assert.deepEqual(
    portal.reported.map((line) => line.includes(world.log.url)),
    [true],
  );
});

test('killed after it was kept: the next start writes the file of reviewers and logs it, once', async (t) => {
  const here = await place(t);
  const { portal, world } = here;
  const who = await portal.reader('readers');
  const id = await draft(here, who);
  const one = await signed(portal, who, id);
  const path = join(world.folder, reviewersName);
  // Everything after the transaction is lost: neither file nor log hear of it.
  world.log.gate.state = 'down';
  await who.browser.done('/do/reviews/sign', { id, ...one });
  await portal.center.close();
  writeFileSync(
    path,
    readFileSync(path)
      .toString()
      .replace(/"keys":\[.*\]/, '"keys":[]'),
  );
  world.log.gate.state = 'up';
  await world.log.writer.readReviewers();
  const size = world.log.writer.size();
  const again = await openPortal(t, world, { table, reviewers: path, folder: portal.folder });
  await again.center.look();
  assert.equal(world.log.writer.size(), size + 1);

  // And after the log took it, before that was written down.
  const database = new DatabaseSync(join(portal.folder, 'center.db'));
  database.exec(`UPDATE reviews_reviews SET state = 'signed', log_index = NULL WHERE id = '${id}'`);
  database.close();
  await again.center.look();
  assert.equal(world.log.writer.size(), size + 1);
  assert.match(readFileSync(path).toString(), /reviewer-[0-9a-f]{8}/);
});

test('sealed for others, read by who holds it, opened to all, or destroyed for good', async () => {
  const here = await sharedPlace();
  const { portal } = here;
  const [who, vendor] = [await portal.reader('readers'), await portal.reader('vendor')];
  const id = await draft(here, who, 'A secret remark');
  await who.browser.done('/do/reviews/sign', { id, ...(await signed(portal, who, id)) });
  const page = `/reviews/${id}.json`;
  const nobody = portal.browser();
  const sealed = await nobody.json<Review>(page);
  assert.deepEqual([sealed.body, sealed.salt, sealed.review.verdict], [null, null, null]);
  assert.ok(sealed.envelope);
  assert.match((await vendor.browser.json<Review>(page)).body ?? '', /A secret remark/);
  assert.equal((await nobody.json<Reviews>('/reviews.json')).reviews[0]?.verdict, null);
  assert.doesNotMatch(await (await nobody.get('/reviews.json')).text(), /secret remark/);

  assert.equal((await vendor.browser.post('/do/reviews/open', { id })).status, 404);
  await who.browser.done('/do/reviews/open', { id });
  const opened = await nobody.json<Review>(page);
  assert.match(opened.body ?? '', /A secret remark/);
  const statement = statementOf(parseEnvelope(fromBase64(opened.envelope ?? '')));
  openCommitment(
    statement.predicate as unknown as Sealed,
    fromBase64(opened.salt ?? ''),
    utf8(opened.body ?? ''),
  );

  await who.browser.done('/do/reviews/destroy', { id });
  for (const one of [who.browser, vendor.browser, nobody]) {
    const gone = await one.json<Review>(page);
    assert.deepEqual(
      [gone.review.state, gone.body, gone.salt, gone.review.verdict],
      ['destroyed', null, null, null],
    );
  }
  for (const name of ['center.db', 'center.db-wal']) {
    const bytes = readFileSync(join(portal.folder, name), 'latin1');
    assert.ok(!bytes.includes('A secret remark'), name);
  }
  assert.equal((await who.browser.post('/do/reviews/open', { id })).status, 409);
});

test('a key that has ended, and the keys of a revoked account, leave the list', async (t) => {
  const here = await place(t);
  const { portal, world } = here;
  const listed = async (): Promise<number> => {
    await portal.center.look();
    await world.log.writer.readReviewers();
    return world.log.writer.admission()?.document.reviewers?.length ?? 0;
  };
  const [one, two] = [await portal.reader('readers'), await portal.reader('readers')];
  for (const who of [one, two]) {
    const id = await draft(here, who);
    await who.browser.done('/do/reviews/sign', { id, ...(await signed(portal, who, id)) });
  }
  assert.equal(await listed(), 2);
  const { me } = await one.browser.json<Reviews>('/reviews.json');
  const keyid = me?.keys[0]?.keyid ?? '';
  assert.equal((await two.browser.post('/do/reviews/end-key', { keyid })).status, 403);
  await one.browser.done('/do/reviews/end-key', { keyid });
  assert.equal(await listed(), 1);
  const id = await draft(here, one, 'again');
  const { draft: shown } = await one.browser.json<Review>(`/reviews/${id}.json`);
  assert.deepEqual(shown?.passkeys, []);
  const late = await signed(portal, one, id, { keyid });
  assert.equal(
    (await refusal(await one.browser.post('/do/reviews/sign', { id, ...late }))).code,
    'review.key',
  );
  const frame = await two.browser.json<{ reader: { account: string } }>('/frame.json');
  portal.accounts.people.revoke(frame.reader.account);
  assert.equal(await listed(), 0);
});

test('a passkey that its reader removes signs no more reviews', async (t) => {
  const here = await place(t);
  const { portal, world } = here;
  const who = await portal.reader('readers');
  const id = await draft(here, who);
  await who.browser.done('/do/reviews/sign', { id, ...(await signed(portal, who, id)) });
  const challenge = await who.browser.challenge('/do/account/passkeys/options', {});
  await who.browser.done('/do/account/passkeys/add', {
    label: 'second',
    response: makeAuthenticator(portalOrigin).register(challenge),
  });
  const listed = async (): Promise<number> => {
    await world.log.writer.readReviewers();
    return world.log.writer.admission()?.document.reviewers?.length ?? 0;
  };
  assert.equal(await listed(), 1);
  const { passkeys } = await who.browser.json<AccountPage>('/account.json');
  const first = passkeys.find(({ label }) => label !== 'second')?.id ?? '';
  await who.browser.done('/do/account/passkeys/remove', { id: first });
  // At once, and not only at the next look.
  assert.equal(await listed(), 0);
  const { me } = await who.browser.json<Reviews>('/reviews.json');
  assert.deepEqual([me?.passkeys, me?.keys.map(({ ended }) => ended !== null)], [1, [true]]);
});

test('a reader signs with ten keys at most, and one that has ended makes room', async () => {
  const here = await sharedPlace();
  const { portal } = here;
  const who = await portal.reader('readers');
  const handIn = async (name: string): Promise<Response> => {
    const id = await draft(here, who, `by ${name}`);
    const one = await signedByFile(portal, who, id, testSigner(name, 'ed25519'));
    return who.browser.post('/do/reviews/sign', { id, ...one });
  };
  for (let i = 0; i < 10; i++) assert.equal((await handIn(`key ${i}`)).status, 200);
  const { status, code } = await refusal(await handIn('one more'));
  assert.deepEqual([status, code], [429, 'review.too-many']);
  const { me } = await who.browser.json<Reviews>('/reviews.json');
  await who.browser.done('/do/reviews/end-key', { keyid: me?.keys[0]?.keyid ?? '' });
  assert.equal((await handIn('one more')).status, 200);
});

test('the thousand keys that the log takes are those of accounts that are not revoked', async (t) => {
  const here = await place(t);
  const { portal } = here;
  const who = await portal.reader('readers');
  const database = new DatabaseSync(join(portal.folder, 'center.db'));
  t.after(() => database.close());
  const all = Array.from({ length: 100 }, (_, i) => i);
  for (const i of all) portal.accounts.people.add(`account ${i}`, 'A Reader', []);
  database.exec('BEGIN');
  for (const i of all) {
    const account = `account ${i}`;
    database.prepare('INSERT INTO reviews_people VALUES (?, ?)').run(account, `reviewer-${hex(i, 8)}`);
    for (let n = 0; n < 10; n++)
      database
        .prepare('INSERT INTO reviews_keys VALUES (?, ?, ?, NULL, NULL, 0, NULL)')
        .run(hex(i * 10 + n, 64), account, testSigner(`${i} ${n}`, 'ed25519').publicKey);
  }
  database.exec('COMMIT');
  const id = await draft(here, who);
  const one = await signed(portal, who, id);
  assert.equal((await refusal(await who.browser.post('/do/reviews/sign', { id, ...one }))).status, 429);
  portal.accounts.people.revoke('account 0');
  assert.equal((await who.browser.post('/do/reviews/sign', { id, ...one })).status, 200);
});

test('a reader signs fifty reviews a day at most', async (t) => {
  const here = await place(t);
  const { portal } = here;
  const who = await portal.reader('readers');
  const id = await draft(here, who);
  await who.browser.done('/do/reviews/sign', { id, ...(await signed(portal, who, id)) });
  const database = new DatabaseSync(join(portal.folder, 'center.db'));
  t.after(() => database.close());
  const columns = 'account, tree, state, version, verdict, text, read_paths, changed, keyid, signed';
  for (let i = 1; i < 50; i++)
    database.exec(
      `INSERT INTO reviews_reviews (id, ${columns}) SELECT '${hex(i, 20)}', ${columns} FROM reviews_reviews WHERE id = '${id}'`,
    );
  const next = await draft(here, who, 'the next one');
  const one = await signed(portal, who, next);
  const refused = await refusal(await who.browser.post('/do/reviews/sign', { id: next, ...one }));
  assert.deepEqual([refused.status, refused.code], [429, 'review.too-many']);
  // What was opened or destroyed today was not signed today.
  portal.clock.advance(86_400_000);
  const challenge = await who.browser.challenge('/do/account/sign-in/options');
  await who.browser.done('/do/account/sign-in', { response: who.authenticator.assert(challenge) });
  await who.browser.done('/do/reviews/destroy', { id });
  assert.equal((await who.browser.post('/do/reviews/sign', { id: next, ...one })).status, 200);
});

test('a list of reviews is as long as it may be, and made of what it shows alone', async (t) => {
  const here = await place(t);
  const { portal } = here;
  const who = await portal.reader('readers');
  const id = await draft(here, who);
  await who.browser.done('/do/reviews/sign', { id, ...(await signed(portal, who, id)) });
  const database = new DatabaseSync(join(portal.folder, 'center.db'));
  t.after(() => database.close());
  const columns = 'account, tree, state, version, verdict, text, changed, keyid, statement, log_index';
  database.exec(
    `WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1100)
     INSERT INTO reviews_reviews (id, read_paths, ${columns})
     SELECT printf('%020x', i), 'none of these is read', ${columns} FROM n JOIN reviews_reviews r ON r.id = '${id}'`,
  );
  for (const browser of [portal.browser(), who.browser]) {
    const { reviews, elsewhere } = await browser.json<Reviews>('/reviews.json');
    assert.deepEqual([reviews.length, elsewhere], [1_000, []]);
    assert.deepEqual(
      reviews.map(({ logged }) => logged),
      reviews.map(() => reviews[0]?.logged),
    );
  }
});

test('a review that the log refuses is destroyed, and not sent any more', async (t) => {
  const here = await place(t);
  const { portal, world } = here;
  const who = await portal.reader('readers');
  const id = await draft(here, who, 'A secret remark');
  world.log.gate.state = 'down';
  await who.browser.done('/do/reviews/sign', { id, ...(await signed(portal, who, id)) });
  const page = await who.browser.json<Review>(`/reviews/${id}.json`);
  assert.deepEqual([page.review.state, page.may], ['signed', { open: false, destroy: true }]);
  assert.equal((await who.browser.post('/do/reviews/discard', { id })).status, 409);
  await who.browser.done('/do/reviews/destroy', { id });
  world.log.gate.state = 'up';
  const size = world.log.writer.size();
  portal.clock.advance(600_000);
  await portal.center.look();
  assert.equal(world.log.writer.size(), size);
  assert.equal((await who.browser.json<Review>(`/reviews/${id}.json`)).review.state, 'destroyed');
});

test('a review is said to be destroyed once nothing of it is in the write-ahead log', async (t) => {
  const here = await place(t);
  const { portal } = here;
  const who = await portal.reader('readers');
  const id = await draft(here, who, 'A secret remark');
  await who.browser.done('/do/reviews/sign', { id, ...(await signed(portal, who, id)) });
  // Somebody beside the Center reads what is there now.
  const reading = new DatabaseSync(join(portal.folder, 'center.db'), { readOnly: true });
  reading.exec('BEGIN');
  reading.prepare('SELECT count(*) FROM reviews_reviews').get();
  const refused = await refusal(await who.browser.post('/do/reviews/destroy', { id }));
  assert.deepEqual([refused.status, refused.code], [503, 'database.busy']);
  reading.close();
  await portal.center.look();
  for (const name of ['center.db', 'center.db-wal'])
    assert.ok(!readFileSync(join(portal.folder, name), 'latin1').includes('A secret remark'), name);
});

test('an entry under my key that did not come through here is shown to me', async () => {
  const here = await sharedPlace();
  const { portal, world, tree } = here;
  const who = await portal.reader('readers');
  const signer = testSigner('foreign file');
  const id = await draft(here, who);
  await who.browser.done('/do/reviews/sign', { id, ...(await signedByFile(portal, who, id, signer)) });
  const foreign = await signStatement(
    reviewKind,
    [{ name: 'tree', digest: { sha256: tree } }],
    { ...commitTo(salt, utf8('elsewhere'), 'vendor'), issuedAt: '2026-11-24T09:30:00Z' },
    signer,
  );
  const [at] = await world.log.append(foreign);
  await portal.center.look();
  const page = await who.browser.json<Reviews>('/reviews.json');
  assert.deepEqual(page.me?.foreign, [at?.index]);
  assert.deepEqual(
    page.elsewhere.map(({ index }) => index),
    [at?.index],
  );
});

test('what was read is counted from the own record, and its list is committed to', async () => {
  const here = await sharedPlace();
  const { portal, tree } = here;
  const who = await portal.reader('readers');
  for (const path of ['src/main.ts', 'README.md', 'src/main.ts'])
    assert.equal((await who.browser.get(`/source/${tree}/file.json?path=${path}`)).status, 200);
  const id = await draft(here, who);
  const { draft: shown } = await who.browser.json<Review>(`/reviews/${id}.json`);
  assert.deepEqual(shown?.readPaths, ['README.md', 'src/main.ts']);
  assert.equal(
    shown.content.read.list,
    createHash('sha256').update('README.md\nsrc/main.ts\n').digest('hex'),
  );
  assert.doesNotMatch(composeReview(shown.content), /main\.ts/);
});

test('a reader whose access ended reads no draft into the log', async (t) => {
  const here = await place(t);
  const { portal } = here;
  const who = await portal.reader('readers');
  const id = await draft(here, who);
  const one = await signed(portal, who, id);
  portal.replaceTable(table.replace('group:readers', 'group:nobody'));
  assert.equal((await who.browser.post('/do/reviews/sign', { id, ...one })).status, 404);
  assert.equal((await who.browser.post('/do/reviews/task', { id })).status, 404);
});

test('two hands at once register and log one review', async () => {
  const here = await sharedPlace();
  const { portal, world } = here;
  const who = await portal.reader('readers');
  const id = await draft(here, who);
  const [one, two] = [await signed(portal, who, id), await signed(portal, who, id)];
  const size = world.log.writer.size();
  const answers = await Promise.all(
    [one, two].map((each) => who.browser.post('/do/reviews/sign', { id, ...each })),
  );
  assert.deepEqual(
    answers.map(({ status }) => status).toSorted((a, b) => a - b),
    [200, 409],
  );
  await portal.center.look();
  assert.equal(world.log.writer.size(), size + 1);
});

const main = join(repositoryRoot, 'packages/vitrine/src/start.mjs');

/** The command line, as a reviewer runs it. */
function vitrine(
  cwd: string,
  ...args: readonly string[]
): Promise<{ code: number | string | undefined; out: string }> {
  return new Promise((resolve) => {
    execFile(process.execPath, [main, ...args], { cwd }, (error, stdout, stderr) =>
      resolve({ code: error?.code ?? 0, out: stdout + stderr }),
    );
  });
}

test('the command line signs with a key file and hands in, but only the text that the draft has', async (t) => {
  const port = await freePort();
  const here = await place(t, { origin: `http://localhost:${port}` });
  const { portal, world, tree } = here;
  const served = await serveCenter(portal.center, '127.0.0.1', port);
  t.after(() => served.close());
  const who = await portal.reader('readers');
  const id = await draft(here, who);
  const { draft: shown } = await who.browser.json<Review>(`/reviews/${id}.json`);
  assert.ok(shown);
  const { address } = (await who.browser.done('/do/reviews/task', { id })) as { address: string };
  const folder = temporaryDirectory(t);
  assert.equal((await vitrine(folder, 'keys', 'generate', 'reviewer.key')).code, 0);
  const sign = (): Promise<{ code: number | string | undefined; out: string }> =>
    vitrine(
      folder,
      'review',
      'sign',
      'review.txt',
      '--tree',
      tree,
      '--key',
      'reviewer.key',
      '--center',
      address,
    );
  writeFileSync(join(folder, 'review.txt'), 'Another text\n');
  const other = await sign();
  assert.equal(other.code, 3, other.out);
  assert.match(other.out, /review\.differs/);
  writeFileSync(join(folder, 'review.txt'), composeReview(shown.content));
  const size = world.log.writer.size();
  const done = await sign();
  assert.equal(done.code, 0, done.out);
  assert.match(done.out, new RegExp(`the log has it as entry ${size}`));
  await portal.center.look();
  const { review, key } = await who.browser.json<Review>(`/reviews/${id}.json`);
  assert.deepEqual([review.logged, key?.webauthn], [{ index: size, seen: true }, null]);
});
