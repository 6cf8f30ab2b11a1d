import type { OpenAPIHono } from '@hono/zod-openapi';
import type { CenterContext, CenterEnv } from './context.ts';
import { frameSchema, type Frame } from './contract/frame.ts';
import { withoutSession } from './http/csrf.ts';
import { readerTwin } from './twin.ts';

export function addFrame(app: OpenAPIHono<CenterEnv>, { log }: CenterContext): void {
  readerTwin(
    app,
    { path: '/frame', summary: 'Who reads, and how the log is now', answer: frameSchema },
    (c): Frame => {
      const { origin, size, witnessTime, checkedAt, trouble } = log.state();
      const { account, name, groups } = c.get('reader');
      return {
        reader: { account: account ?? null, name: name ?? null, groups },
        csrf: c.get('session')?.csrf ?? withoutSession,
        log: {
          origin,
          size,
          witnessTime: witnessTime ?? null,
          checkedAt: checkedAt ?? null,
          trouble: trouble ?? null,
        },
      };
    },
  );
}
