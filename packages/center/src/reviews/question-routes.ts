import type { OpenAPIHono } from '@hono/zod-openapi';
import type { Context } from 'hono';
import { requireSession } from '../accounts/own-account.ts';
import { fail } from '../codes.ts';
import type { CenterEnv } from '../context.ts';
import { doneSchema, type Done } from '../contract/account.ts';
import {
  askBody,
  askedSchema,
  editBody,
  postBody,
  questionsQuery,
  questionsSchema,
  stateBody,
  threadParams,
  threadSchema,
  type Ask,
} from '../contract/questions.ts';
import { normaliseText } from '../contract/review-text.ts';
import { changeRoute } from '../do.ts';
import { readerTwin } from '../twin.ts';
import { isVendor, type ReviewArea } from './area.ts';
import { fail as refuse } from './codes.ts';
import { findThread, openFile, questionsPage, threadPage } from './question-pages.ts';

const done: Done = { done: true };

export function addQuestions(app: OpenAPIHono<CenterEnv>, area: ReviewArea): void {
  readerTwin(
    app,
    {
      path: '/questions',
      summary: 'Questions on source that is open to you',
      query: questionsQuery,
      answer: questionsSchema,
    },
    (c, { query }) => questionsPage(area, c.get('reader'), query),
  );
  readerTwin(
    app,
    {
      path: '/questions/:id',
      summary: 'A question and its answers',
      params: threadParams,
      answer: threadSchema,
    },
    (c, { params }) => threadPage(area, c.get('reader'), params.id),
  );
  changeRoute(
    app,
    { path: '/do/questions/ask', summary: 'Ask about lines of a file', body: askBody, answer: askedSchema },
    async (c, body) => ({ id: await ask(area, c, body) }),
  );
  changeRoute(
    app,
    { path: '/do/questions/post', summary: 'Answer, or ask on', body: postBody, answer: doneSchema },
    (c, { id, text }) => {
      const { account, vendor } = writer(area, c);
      findThread(area, c.get('reader'), id);
      area.questions.add(id, account, vendor, normaliseText(text));
      return done;
    },
  );
  changeRoute(
    app,
    { path: '/do/questions/edit', summary: 'Change a text of yours', body: editBody, answer: doneSchema },
    (c, { post: id, text }) => {
      const { account } = writer(area, c);
      const post = area.questions.post(id);
      if (post?.account !== account) throw fail('center.not-found', 'there is no such text of yours');
      findThread(area, c.get('reader'), post.thread);
      area.questions.edit(post, normaliseText(text));
      return done;
    },
  );
  changeRoute(
    app,
    {
      path: '/do/questions/state',
      summary: 'Close a question, or open it again',
      body: stateBody,
      answer: doneSchema,
    },
    (c, { id, state }) => {
      const { account, vendor } = writer(area, c);
      const thread = findThread(area, c.get('reader'), id);
      if (thread.account !== account && !vendor)
        throw refuse('review.key', 'a question is closed by who asked it, or by the vendor');
      if (state === 'closed') area.questions.setState(id, ['open', 'answered'], 'closed');
      else area.questions.setState(id, ['closed'], 'open');
      return done;
    },
  );
}

async function ask(area: ReviewArea, c: Context<CenterEnv>, body: Ask): Promise<string> {
  const { account, vendor } = writer(area, c);
  const { tree, path, first, last, text } = body;
  const { blob, size } = await openFile(area, c.get('reader'), tree, path);
  const lines = await linesOf(area, blob, size);
  if (last < first || last > lines)
    throw fail('center.request', `lines ${first} to ${last} are not in a file of ${lines} lines`);
  return area.questions.ask(account, vendor, { tree, path, first, last, blob, text: normaliseText(text) });
}

/** As the file view counts them: an unfinished last line is one, an empty file has one. */
async function linesOf({ trees }: ReviewArea, blob: string, size: number): Promise<number> {
  const bytes = await trees.readBlob(blob, size);
  let lines = bytes.length === 0 || bytes.at(-1) !== 0x0a ? 1 : 0;
  for (const byte of bytes) if (byte === 0x0a) lines++;
  return lines;
}

function writer(
  area: ReviewArea,
  c: Context<CenterEnv>,
): { readonly account: string; readonly vendor: boolean } {
  const { id } = requireSession(c).account;
  area.reviewers.enrol(id);
  return { account: id, vendor: isVendor(c.get('reader')) };
}
