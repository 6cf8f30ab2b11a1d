// Data centers: where data is kept, what is collected, who was let read it, and what a reader checks alone. All
// of it is the same for everyone.

import type { OpenAPIHono } from '@hono/zod-openapi';
import type { CenterContext, CenterEnv } from '../context.ts';
import { consentPage, consentQuery, grantsPage, grantsQuery, myDataPage } from '../contract/custody.ts';
import { centerPage, centerParams, residencyPage } from '../contract/residency.ts';
import { Openings } from '../log/openings.ts';
import { publicTwin } from '../twin.ts';
import { describeCenter } from './center.ts';
import { describeConsent } from './consent.ts';
import { describeGrants } from './grants.ts';
import { describeMyData } from './my-data.ts';
import { describeResidency } from './page.ts';

export function addResidency(app: OpenAPIHono<CenterEnv>, context: CenterContext): void {
  const openings = new Openings(context.options.folder);
  publicTwin(
    app,
    context,
    { path: '/residency', summary: 'Which country is kept where, over time', answer: residencyPage },
    () => describeResidency(context),
  );
  publicTwin(
    app,
    context,
    {
      path: '/residency/centers/:id',
      summary: 'One data center: keys, ledgers, and what it says of itself',
      params: centerParams,
      answer: centerPage,
    },
    ({ params: { id } }) => describeCenter(context, id),
  );
  publicTwin(
    app,
    context,
    {
      path: '/consent',
      summary: 'What is collected under each profile',
      query: consentQuery,
      answer: consentPage,
    },
    ({ query: { country } }) => describeConsent(context, country),
  );
  publicTwin(
    app,
    context,
    {
      path: '/grants',
      summary: 'Grants of access, and how much was read',
      query: grantsQuery,
      answer: grantsPage,
    },
    ({ query: { page } }) => describeGrants(context, openings, page),
  );
  publicTwin(
    app,
    context,
    { path: '/my-data', summary: 'What a browser checks receipts against', answer: myDataPage },
    () => describeMyData(context),
  );
}
