// The check of a review that a reader's browser makes, against a real log: a Center that makes everything up,
// and makes it fit together, is found out by what the log itself holds and lists.

import assert from 'node:assert/strict';
import test, { type TestContext } from 'node:test';
import {
  commitTo,
  formatEnvelope,
  review as reviewKind,
  signStatement,
  toBase64,
  utf8,
  type Envelope,
  type Signer,
} from '@vitrine/evidence';
import { sha256Hex } from '@vitrine/host';
import { makeAdmissionList } from '@vitrine/log/admission';
import { testSigner, worldOrigin, worldTime } from '@vitrine/testkit';
import { composeReview, readReview, type VerdictWord } from '../src/contract/review-text.ts';
import type { Review } from '../src/contract/reviews.ts';
import { shelfMemory } from '../web/src/log/head-memory.ts';
import type { ReadFile } from '../web/src/log/tiles.ts';
import { checkReview, type CheckedReview, type Outcome } from '../web/src/reviews/check.ts';
import { isReadAsListed, prepare } from '../web/src/reviews/prepare.ts';
import { shelfOver } from '../web/src/ui/shelf.ts';
import { makeLogWorld, type LogWorld } from './log-world.ts';

const tree = 'a'.repeat(64);
const author = 'reviewer-0a1b2c3d';
const salt = new Uint8Array(32).fill(9);
const reviewer = testSigner('a reviewer');

function bodyOf(verdict: VerdictWord, of = tree): string {
  return composeReview({
    tree: of,
    releases: [{ product: 'sample', channel: 'stable', version: '1.1.0' }],
    verdict,
    read: { files: 0, of: 3, list: 'b'.repeat(64) },
    findings: [],
    text: 'verdict: no objection, some would say',
  });
}

function sign(body: string, signer: Signer, about = tree): Promise<Envelope> {
  return signStatement(
    reviewKind,
    [{ name: 'tree', digest: { sha256: about } }],
    { ...commitTo(salt, utf8(body), 'center'), issuedAt: '2026-11-24T09:00:00Z' },
    signer,
  );
}

/** What a Center shows of a review that is its own word from the first letter to the last. */
async function shownAs(body: string, signer: Signer, index: number): Promise<Review> {
  return {
    review: {
      id: '0'.repeat(20),
      state: 'opened',
      tree: { digest: tree, products: ['sample'], releases: [] },
      author,
      mine: false,
      verdict: readReview(body)?.verdict ?? null,
      keyid: signer.keyid,
      logged: { index, seen: true },
      changed: worldTime,
    },
    draft: null,
    body,
    salt: toBase64(salt),
    envelope: toBase64(formatEnvelope(await sign(body, signer))),
    key: { keyid: signer.keyid, publicKey: toBase64(signer.publicKey), webauthn: null },
    waiting: null,
    may: { open: false, destroy: false },
  };
}

interface Place {
  readonly all: LogWorld;
  readonly honest: Review;
  readonly index: number;
  readonly check: (data: Review, list?: Uint8Array) => Promise<CheckedReview>;
}

const listOf = (...signers: readonly Signer[]): Uint8Array =>
  makeAdmissionList(
    worldOrigin,
    signers.map(({ publicKey }) => ({ publicKey, operator: author, kinds: ['review'] })),
  ).bytes;

/** A log that holds an objection by the reviewer. */
async function place(t: TestContext): Promise<Place> {
  const all = await makeLogWorld(t);
  await all.log.append(...all.world.log.entries, await sign(bodyOf('objection'), reviewer));
  await all.log.publish();
  const index = all.world.log.entries.length;
  const files = new Map([
    ['policy.json', all.world.policyBytes],
    ['root.json', all.world.root],
  ]);
  return {
    all,
    index,
    honest: await shownAs(bodyOf('objection'), reviewer, index),
    check(data, list = listOf(reviewer)) {
      const read: ReadFile = async (path) => {
        if (path === 'admission.json') return list;
        const own = files.get(path);
        if (own !== undefined) return own;
        const response = await fetch(all.url + path);
        return response.status === 404 ? undefined : new Uint8Array(await response.arrayBuffer());
      };
      const kept = new Map<string, string>();
      const memory = shelfMemory(
        shelfOver(() => ({
          getItem: (key) => kept.get(key) ?? null,
          setItem: (key, value) => void kept.set(key, value),
          removeItem: (key) => void kept.delete(key),
        })),
      );
      return checkReview(data, { read, memory, now: () => worldTime });
    },
  };
}

const answers = ({ outcomes }: CheckedReview): Readonly<Record<string, Outcome['answer']>> =>
  Object.fromEntries(outcomes.map(({ name, answer }) => [name, answer]));

const good = { entry: 'yes', opening: 'yes', subject: 'yes', key: 'yes', signature: 'yes' } as const;

test('a review that is what the log holds is told to be, and its verdict is read from the text', async (t) => {
  const { honest, check } = await place(t);
  const checked = await check(honest);
  assert.deepEqual(answers(checked), good, JSON.stringify(checked.outcomes));
  assert.equal(checked.verdict, 'objection');
  // What the Center says of the verdict is nowhere looked at.
  const lie = { ...honest, review: { ...honest.review, verdict: 'no objection' as const } };
  assert.equal((await check(lie)).verdict, 'objection');
});

test('a forged review, of one piece in itself, is told to be none', async (t) => {
  const { index, check } = await place(t);
  const forged = await shownAs(bodyOf('no objection'), testSigner('a forger'), index);
  const checked = await check(forged);
  assert.deepEqual(answers(checked), { ...good, entry: 'no', key: 'no' }, JSON.stringify(checked.outcomes));
  assert.equal(checked.verdict, undefined);
});

test('other words of the same reviewer than those in the log are told to be none', async (t) => {
  const { index, check } = await place(t);
  const checked = await check(await shownAs(bodyOf('no objection'), reviewer, index));
  assert.deepEqual(answers(checked), { ...good, entry: 'no' });
  assert.equal(checked.verdict, undefined);
});

const altered: readonly {
  readonly what: string;
  readonly lie: (honest: Review) => Review;
  readonly answers: Partial<Record<keyof typeof good, Outcome['answer']>>;
  readonly reason?: Outcome['reason'];
}[] = [
  { what: 'a text without its salt', lie: (one) => ({ ...one, salt: null }), answers: { opening: 'no' } },
  { what: 'a salt without its text', lie: (one) => ({ ...one, body: null }), answers: { opening: 'no' } },
  {
    what: 'another text',
    lie: (one) => ({ ...one, body: bodyOf('no objection') }),
    answers: { opening: 'no' },
  },
  {
    what: 'another tree',
    lie: (one) => ({
      ...one,
      review: { ...one.review, tree: { ...one.review.tree, digest: 'c'.repeat(64) } },
    }),
    answers: { subject: 'no' },
  },
  {
    what: 'the key of somebody else',
    lie: (one) => {
      const { keyid, publicKey } = testSigner('somebody');
      return { ...one, key: { keyid, publicKey: toBase64(publicKey), webauthn: null } };
    },
    answers: { key: 'no' },
  },
  {
    what: 'a key under a keyid that is not its own',
    lie: (one) => {
      const { publicKey } = testSigner('somebody');
      return { ...one, key: { keyid: reviewer.keyid, publicKey: toBase64(publicKey), webauthn: null } };
    },
    answers: { key: 'no' },
  },
  {
    what: 'a place that the list does not say',
    lie: (one) => ({
      ...one,
      key: one.key && { ...one.key, webauthn: { rpId: 'x.example', origin: 'https://x.example' } },
    }),
    answers: { key: 'no' },
  },
  {
    what: 'the pseudonym of another reviewer',
    lie: (one) => ({ ...one, review: { ...one.review, author: 'reviewer-ffffffff' } }),
    answers: { key: 'no' },
  },
  { what: 'no key', lie: (one) => ({ ...one, key: null }), answers: { key: 'no' } },
  {
    what: 'the number of another entry',
    lie: (one) => ({ ...one, review: { ...one.review, logged: { index: 2, seen: true } } }),
    answers: { entry: 'no' },
  },
  {
    what: 'a number that the log has not reached, as one that was seen there',
    lie: (one) => ({ ...one, review: { ...one.review, logged: { index: 9_999, seen: true } } }),
    answers: { entry: 'no' },
  },
  {
    what: 'a number that the log has not reached, as one that was not seen yet',
    lie: (one) => ({ ...one, review: { ...one.review, logged: { index: 9_999, seen: false } } }),
    answers: { entry: 'unknown' },
    reason: 'not-covered',
  },
  {
    what: 'no number',
    lie: (one) => ({ ...one, review: { ...one.review, logged: null } }),
    answers: { entry: 'unknown' },
    reason: 'not-logged',
  },
  {
    what: 'a sealed review',
    lie: (one) => ({ ...one, body: null, salt: null }),
    answers: { opening: 'unknown' },
    reason: 'sealed',
  },
  {
    what: 'a review that was destroyed',
    lie: (one) => ({ ...one, body: null, salt: null, review: { ...one.review, state: 'destroyed' } }),
    answers: { opening: 'unknown' },
    reason: 'destroyed',
  },
];

for (const { what, lie, answers: expected, reason } of altered) {
  test(`a page that shows ${what} says so`, async (t) => {
    const { honest, check } = await place(t);
    const checked = await check(lie(honest));
    assert.deepEqual(answers(checked), { ...good, ...expected }, JSON.stringify(checked.outcomes));
    if (reason !== undefined) assert.ok(checked.outcomes.some((one) => one.reason === reason));
    if (expected.opening !== undefined || expected.entry === 'no') assert.equal(checked.verdict, undefined);
  });
}

test('without an envelope nothing holds, and every line says so', async (t) => {
  const { honest, check } = await place(t);
  for (const envelope of [null, toBase64(utf8('{}'))]) {
    const { outcomes, verdict } = await check({ ...honest, envelope });
    assert.equal(outcomes.length, 5);
    assert.ok(outcomes.every(({ answer, fault }) => answer === 'no' && fault !== undefined));
    assert.equal(verdict, undefined);
  }
});

test('a key that the log does not list any more is said not to be listed', async (t) => {
  const { honest, check } = await place(t);
  const checked = await check(honest, listOf());
  assert.deepEqual(answers(checked), { ...good, key: 'no' });
});

test('a text about another tree than its statement is told to be', async (t) => {
  const { all, check } = await place(t);
  const body = bodyOf('remarks', 'd'.repeat(64));
  await all.log.append(await sign(body, reviewer));
  await all.log.publish();
  const checked = await check(await shownAs(body, reviewer, all.world.log.entries.length + 1));
  assert.deepEqual(answers(checked), { ...good, subject: 'no' });
});

test('a draft is signed only when what it says was read is the list on the page', () => {
  const readPaths = ['README.md', 'src/main.ts'];
  const list = '1b1a7c0d'.repeat(8);
  const draft = {
    version: 1,
    content: {
      tree,
      releases: [],
      verdict: 'remarks' as const,
      read: { files: 2, of: 3, list },
      findings: [],
      text: 'text',
    },
    readPaths,
    findings: [],
    heldBy: 'center',
    passkeys: [],
  };
  assert.equal(isReadAsListed(draft), false, 'another list');
  const right = { ...draft.content.read, list: sha256Hex(utf8('README.md\nsrc/main.ts\n')) };
  const honest = { ...draft, content: { ...draft.content, read: right } };
  assert.equal(isReadAsListed(honest), true);
  assert.match(prepare(honest, salt).body, new RegExp(`read: 2 of 3 files\nread list: ${right.list}\n`));
  const more = { ...honest, content: { ...honest.content, read: { ...right, files: 3 } } };
  assert.equal(isReadAsListed(more), false, 'another number');
  assert.throws(() => prepare(more, salt), /other files/);
});
