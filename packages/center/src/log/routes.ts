// The log explorer, the witnesses and the findings: all that is here is the same for everyone.

import type { OpenAPIHono } from '@hono/zod-openapi';
import { fail } from '../codes.ts';
import type { CenterContext, CenterEnv } from '../context.ts';
import { findingDetail, findingsPage, findingsQuery } from '../contract/findings.ts';
import { entryDetail, entryParams, logQuery, logSearch, witnessesPage } from '../contract/log.ts';
import { publicTwin } from '../twin.ts';
import { describeEntry } from './entry.ts';
import { fetchLogFile, logFileOf } from './files.ts';
import { describeFinding, listFindings } from './findings.ts';
import { Openings } from './openings.ts';
import { searchLog } from './search.ts';
import { describeWitnesses } from './witnesses.ts';

export function addLog(app: OpenAPIHono<CenterEnv>, context: CenterContext): void {
  const openings = new Openings(context.options.folder);
  addPages(app, context, openings);
  addFiles(app, context);
}

function addPages(app: OpenAPIHono<CenterEnv>, context: CenterContext, openings: Openings): void {
  publicTwin(
    app,
    context,
    { path: '/log', summary: 'Entries of the log, newest first', query: logQuery, answer: logSearch },
    ({ query }) => searchLog(context, query),
  );
  publicTwin(
    app,
    context,
    { path: '/log/entries/:index', summary: 'One entry', params: entryParams, answer: entryDetail },
    ({ params: { index } }) => describeEntry(context, openings, index),
  );
  publicTwin(
    app,
    context,
    {
      path: '/log/witnesses',
      summary: 'Witnesses, what supervisors publish, contradictions',
      answer: witnessesPage,
    },
    () => describeWitnesses(context),
  );
  publicTwin(
    app,
    context,
    { path: '/findings', summary: 'Findings and differences', query: findingsQuery, answer: findingsPage },
    ({ query }) => listFindings(context, openings, query),
  );
  publicTwin(
    app,
    context,
    { path: '/findings/:index', summary: 'One finding', params: entryParams, answer: findingDetail },
    ({ params: { index } }) => describeFinding(context, openings, index),
  );
}

function addFiles(app: OpenAPIHono<CenterEnv>, { options, following }: CenterContext): void {
  const json = { 'content-type': 'application/json', 'cache-control': 'public, no-cache' };
  // The pinned root and policy, as they were given to this Center: a browser checks under them.
  app.get('/log/files/policy.json', (c) => c.body(new Uint8Array(options.policyFile), 200, json));
  app.get('/log/files/root.json', (c) => c.body(new Uint8Array(options.root), 200, json));
  app.get('/log/files/*', async (c) => {
    const path = new URL(c.req.url).pathname.slice('/log/files/'.length);
    const { type, seconds, maxBytes } = logFileOf(path);
    const bytes = await fetchLogFile(options.log, path, maxBytes);
    return c.body(new Uint8Array(bytes), 200, {
      'content-type': type,
      'cache-control': seconds === 0 ? 'public, no-cache' : `public, max-age=${seconds}`,
      'x-content-type-options': 'nosniff',
    });
  });
  app.get('/log/contradictions/:id/:side', (c) => {
    const { id, side } = c.req.param();
    const found = following.log.contradictions().find((one) => one.id === id);
    if (found === undefined || (side !== 'ours' && side !== 'theirs'))
      throw fail('center.not-found', 'there is no such checkpoint');
    return c.body(new Uint8Array(found[side]), 200, {
      'content-type': 'text/plain; charset=utf-8',
      'content-disposition': `attachment; filename="${id.slice(0, 16)}-${side}.checkpoint"`,
      'cache-control': 'public, no-cache',
      'x-content-type-options': 'nosniff',
    });
  });
}
