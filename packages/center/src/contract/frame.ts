// What stands around every page: who reads, and what the log is like now.

import { z } from '@hono/zod-openapi';

export interface Frame {
  readonly reader: {
    readonly account: string | null;
    readonly name: string | null;
    readonly groups: readonly string[];
  };
  /** Goes back in the header x-vitrine-csrf of every POST. */
  readonly csrf: string;
  readonly log: {
    readonly origin: string;
    readonly size: number;
    /** Seconds. */
    readonly witnessTime: number | null;
    readonly checkedAt: number | null;
    readonly trouble: {
      readonly code: string;
      readonly message: string;
      readonly since: number;
      readonly kind: 'down' | 'lies' | 'ours';
    } | null;
  };
}

export const frameSchema: z.ZodType<Frame> = z
  .object({
    reader: z.object({
      account: z.string().nullable(),
      name: z.string().nullable(),
      groups: z.array(z.string()),
    }),
    csrf: z.string(),
    log: z.object({
      origin: z.string(),
      size: z.number().int(),
      witnessTime: z.number().int().nullable(),
      checkedAt: z.number().int().nullable(),
      trouble: z
        .object({
          code: z.string(),
          message: z.string(),
          since: z.number().int(),
          kind: z.enum(['down', 'lies', 'ours']),
        })
        .nullable(),
    }),
  })
  .openapi('Frame');
