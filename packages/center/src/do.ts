// A change: POST below /do/, JSON in and out. The guard has already asked whether it comes from our page.

import { z, type OpenAPIHono } from '@hono/zod-openapi';
import type { Context } from 'hono';
import { fail } from './codes.ts';
import type { CenterEnv } from './context.ts';
import { parse } from './twin.ts';

export interface ChangePlan<Body, Answer> {
  /** Begins with /do/. */
  readonly path: string;
  readonly summary: string;
  readonly body: z.ZodType<Body>;
  readonly answer: z.ZodType<Answer>;
}

export function changeRoute<Body, Answer>(
  app: OpenAPIHono<CenterEnv>,
  plan: ChangePlan<Body, Answer>,
  make: (c: Context<CenterEnv>, body: Body) => Answer | Promise<Answer>,
): void {
  const { path, summary, body, answer } = plan;
  app.openAPIRegistry.registerPath({
    method: 'post',
    path,
    summary,
    request: { body: { content: { 'application/json': { schema: body } } } },
    responses: { 200: { description: summary, content: { 'application/json': { schema: answer } } } },
  });
  app.post(path, async (c) => {
    const value = parse(body, await readJsonBody(c));
    const answered = await make(c, value);
    c.header('cache-control', 'private, no-store');
    c.header('vary', 'Cookie');
    return c.json(answered as object, 200);
  });
}

async function readJsonBody(c: Context<CenterEnv>): Promise<unknown> {
  const text = await c.req.text();
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw fail('center.request', 'the body is not JSON', { cause });
  }
}
