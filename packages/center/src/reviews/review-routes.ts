import type { OpenAPIHono } from '@hono/zod-openapi';
import type { Context } from 'hono';
import { requireSession } from '../accounts/own-account.ts';
import { fail } from '../codes.ts';
import type { CenterEnv } from '../context.ts';
import { doneSchema, type Done } from '../contract/account.ts';
import { composeReview, normaliseText } from '../contract/review-text.ts';
import {
  beginBody,
  begunSchema,
  dropFindingBody,
  findingBody,
  idBody,
  keyBody,
  reviewParams,
  reviewSchema,
  reviewsSchema,
  saveBody,
  savedSchema,
  signBody,
  signedBody,
  signingSchema,
  taskAddressSchema,
  type NewFinding,
  type SigningTask,
} from '../contract/reviews.ts';
import { utf8 } from '@vitrine/evidence';
import { sha256Hex } from '@vitrine/host';
import { changeRoute } from '../do.ts';
import { readerTwin } from '../twin.ts';
import type { ReviewArea } from './area.ts';
import { fail as refuse } from './codes.ts';
import { openFile } from './question-pages.ts';
import { findOwn, requireReviewable, reviewPage, reviewsPage } from './review-pages.ts';
import type { KeptReview } from './reviews.ts';
import { contentOf, readPathsOf, signReview } from './signing.ts';

type App = OpenAPIHono<CenterEnv>;

const done: Done = { done: true };

export function addReviews(app: App, area: ReviewArea): void {
  readerTwin(
    app,
    { path: '/reviews', summary: 'Reviews: yours, and those in the log', answer: reviewsSchema },
    (c) => reviewsPage(area, c.get('reader')),
  );
  readerTwin(
    app,
    { path: '/reviews/:id', summary: 'A review', params: reviewParams, answer: reviewSchema },
    (c, { params }) => reviewPage(area, c.get('reader'), params.id),
  );
  addDrafts(app, area);
  addSigning(app, area);
  addEndings(app, area);
}

const accountOf = (c: Context<CenterEnv>): string => requireSession(c).account.id;

/** The reader's own, and still about a tree that is open to it: access may have ended meanwhile. */
function ownDraft(area: ReviewArea, c: Context<CenterEnv>, id: string): KeptReview {
  const review = findOwn(area, accountOf(c), id);
  requireReviewable(area, c.get('reader'), review.tree);
  return review;
}

function addDrafts(app: App, area: ReviewArea): void {
  changeRoute(
    app,
    { path: '/do/reviews/begin', summary: 'Begin to review a tree', body: beginBody, answer: begunSchema },
    (c, { tree }) => {
      const account = accountOf(c);
      requireReviewable(area, c.get('reader'), tree);
      area.reviewers.enrol(account);
      const { id } = area.reviews.begin(account, tree, readPathsOf(area, account, tree));
      return { id };
    },
  );
  changeRoute(
    app,
    { path: '/do/reviews/save', summary: 'Save a draft', body: saveBody, answer: savedSchema },
    (c, { id, version, verdict, text }) => {
      const { account, tree } = ownDraft(area, c, id);
      const readPaths = readPathsOf(area, account, tree);
      return { version: area.reviews.save(id, version, { verdict, text: normaliseText(text), readPaths }) };
    },
  );
  changeRoute(
    app,
    { path: '/do/reviews/discard', summary: 'Discard a draft', body: idBody, answer: doneSchema },
    (c, { id }) => {
      findOwn(area, accountOf(c), id);
      area.reviews.discard(id);
      return done;
    },
  );
  changeRoute(
    app,
    {
      path: '/do/reviews/finding',
      summary: 'Add a finding to a draft',
      body: findingBody,
      answer: doneSchema,
    },
    async (c, body) => {
      const { tree } = ownDraft(area, c, body.id);
      await requirePlace(area, c, tree, body);
      area.reviews.addFinding(body.id, { ...body, text: normaliseText(body.text) });
      return done;
    },
  );
  changeRoute(
    app,
    {
      path: '/do/reviews/drop-finding',
      summary: 'Take a finding out of a draft',
      body: dropFindingBody,
      answer: doneSchema,
    },
    (c, { id, finding }) => {
      findOwn(area, accountOf(c), id);
      area.reviews.dropFinding(id, finding);
      return done;
    },
  );
}

async function requirePlace(
  area: ReviewArea,
  c: Context<CenterEnv>,
  tree: string,
  { path, first, last }: NewFinding,
): Promise<void> {
  if (path !== null) await openFile(area, c.get('reader'), tree, path);
  const wrong =
    path === null ? first !== null || last !== null : last !== null && (first === null || last < first);
  if (wrong) throw fail('center.request', 'a finding is about a tree, a file, or lines of a file');
}

function addSigning(app: App, area: ReviewArea): void {
  changeRoute(
    app,
    { path: '/do/reviews/sign', summary: 'Hand in a signed review', body: signBody, answer: signingSchema },
    (c, { id, ...signed }) => signReview(area, ownDraft(area, c, id), signed),
  );
  changeRoute(
    app,
    {
      path: '/do/reviews/task',
      summary: 'An address at which a program hands in this review, for an hour',
      body: idBody,
      answer: taskAddressSchema,
    },
    (c, { id }) => {
      if (ownDraft(area, c, id).state !== 'draft')
        throw refuse('review.state', 'this review is signed already');
      return { address: new URL(`/do/reviews/task/${area.tasks.make(id)}`, area.context.origin).href };
    },
  );
  app.get('/do/reviews/task/:secret', (c) => {
    const draft = taskOf(area, c.req.param('secret'));
    const body = composeReview(contentOf(area, draft));
    const task: SigningTask = { tree: draft.tree, heldBy: area.heldBy, body: sha256Hex(utf8(body)) };
    return c.json(task, 200, { 'cache-control': 'private, no-store' });
  });
  changeRoute(
    app,
    {
      path: '/do/reviews/task/:secret',
      summary: 'Hand in a signed review by the address of a task',
      body: signedBody,
      answer: signingSchema,
    },
    (c, signed) => signReview(area, taskOf(area, c.req.param('secret') ?? ''), signed),
  );
}

/** Whoever made the task may have lost access since, or the account been revoked. */
function taskOf(area: ReviewArea, secret: string): KeptReview {
  const id = area.tasks.reviewOf(secret);
  const draft = id === undefined ? undefined : area.reviews.get(id);
  const account = draft === undefined ? undefined : area.context.accounts.people.get(draft.account);
  if (draft === undefined || account === undefined || account.revoked !== undefined)
    throw fail('center.not-found', 'there is no such task; make a new one on the page of the review');
  const { id: name, groups } = account;
  requireReviewable(area, { account: name, name: account.name, groups }, draft.tree);
  return draft;
}

function addEndings(app: App, area: ReviewArea): void {
  changeRoute(
    app,
    { path: '/do/reviews/open', summary: 'Open a review to everyone', body: idBody, answer: doneSchema },
    (c, { id }) => {
      findOwn(area, accountOf(c), id);
      area.reviews.open(id);
      return done;
    },
  );
  changeRoute(
    app,
    { path: '/do/reviews/destroy', summary: 'Destroy what a review says', body: idBody, answer: doneSchema },
    (c, { id }) => {
      findOwn(area, accountOf(c), id);
      area.reviews.destroy(id);
      return done;
    },
  );
  changeRoute(
    app,
    {
      path: '/do/reviews/end-key',
      summary: 'End a key of yours for reviews',
      body: keyBody,
      answer: doneSchema,
    },
    async (c, { keyid }) => {
      if (!area.reviewers.end(accountOf(c), keyid))
        throw refuse('review.key', 'there is no such key of yours, or it has ended');
      await area.roll.write();
      return done;
    },
  );
}
