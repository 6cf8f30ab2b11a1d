// The access table as the portal shows it: who may read what, and whether that is what the log says.

import { z } from '@hono/zod-openapi';

export interface AccessGrantLine {
  readonly who: string;
  readonly product: string;
  readonly tier: 'overview' | 'critical' | 'everything';
  readonly paths: readonly string[] | null;
  /** RFC 3339. */
  readonly from: string | null;
  readonly until: string | null;
  readonly state: 'open' | 'ended' | 'later';
}

export interface LoggedTable {
  readonly index: number;
  readonly sha256: string;
  readonly size: number;
  readonly issuedAt: string;
}

export interface AccessPage {
  /** `same`: the table in force is the one last logged. */
  readonly agreement: 'same' | 'differs' | 'never-logged' | 'no-table';
  readonly file: { readonly sha256: string; readonly size: number } | null;
  /** Why all source is closed. */
  readonly trouble: { readonly code: string; readonly message: string } | null;
  readonly products: readonly { readonly name: string; readonly critical: readonly string[] }[];
  readonly grants: readonly AccessGrantLine[];
  /** Newest first. */
  readonly logged: readonly LoggedTable[];
  /** What is open to whoever asks. */
  readonly mine: readonly {
    readonly product: string;
    readonly tier: 'none' | 'overview' | 'critical' | 'everything';
  }[];
}

export const accessSchema: z.ZodType<AccessPage> = z
  .object({
    agreement: z.enum(['same', 'differs', 'never-logged', 'no-table']),
    file: z.object({ sha256: z.string(), size: z.number().int() }).nullable(),
    trouble: z.object({ code: z.string(), message: z.string() }).nullable(),
    products: z.array(z.object({ name: z.string(), critical: z.array(z.string()) })),
    grants: z.array(
      z.object({
        who: z.string(),
        product: z.string(),
        tier: z.enum(['overview', 'critical', 'everything']),
        paths: z.array(z.string()).nullable(),
        from: z.string().nullable(),
        until: z.string().nullable(),
        state: z.enum(['open', 'ended', 'later']),
      }),
    ),
    logged: z.array(
      z.object({
        index: z.number().int(),
        sha256: z.string(),
        size: z.number().int(),
        issuedAt: z.string(),
      }),
    ),
    mine: z.array(
      z.object({ product: z.string(), tier: z.enum(['none', 'overview', 'critical', 'everything']) }),
    ),
  })
  .openapi('Access');
