// What the pages about findings answer.

import { z } from '@hono/zod-openapi';
import { entryView, logView, openingView, type EntryView, type LogView, type OpeningView } from './log.ts';

export type Severity = 'note' | 'minor' | 'major' | 'critical';

/** A sealed finding; what it says is known only where it was opened (D11). */
export interface FindingView {
  readonly index: number;
  readonly severity: Severity;
  readonly operator: string | null;
  readonly issuedAt: string;
  readonly about: string;
  /** Where the log holds what it is about, as far as it does. */
  readonly entry: EntryView | null;
  /** The page about it. */
  readonly page: string | null;
  readonly product: string | null;
  readonly sealed: OpeningView;
  /** Its code, where it was opened (docs/spec/finding-codes.md). */
  readonly code: string | null;
  readonly counts: boolean;
}

/** A rebuild that gave other bytes: a hold until a supervisor answers it (D14). */
export interface DifferenceView {
  readonly index: number;
  readonly operator: string | null;
  readonly order: string;
  readonly product: string | null;
  readonly seenAt: number;
  /** Seconds until when the policy wants an answer. */
  readonly due: number;
  readonly resolution: {
    readonly index: number;
    readonly outcome: 'cleared' | 'upheld';
    readonly operator: string | null;
    readonly issuedAt: string;
  } | null;
}

export interface FindingsPage {
  readonly log: LogView;
  readonly counts: Readonly<Record<Severity, number>>;
  readonly total: number;
  readonly page: number;
  readonly pages: number;
  readonly findings: readonly FindingView[];
  readonly differences: readonly DifferenceView[];
  readonly operators: readonly string[];
}

export interface FindingDetail {
  readonly log: LogView;
  readonly finding: FindingView;
  readonly objection: string | null;
  readonly keyid: string;
  readonly seenAt: number;
  /** Other findings about the same digest. */
  readonly others: readonly FindingView[];
  readonly differences: readonly DifferenceView[];
}

const text = z.string();
const whole = z.number().int().nonnegative();
const hex = z.string().regex(/^[0-9a-f]{64}$/);
const severity = z.enum(['note', 'minor', 'major', 'critical']);

const findingView: z.ZodType<FindingView> = z
  .object({
    index: whole,
    severity,
    operator: text.nullable(),
    issuedAt: text,
    about: hex,
    entry: entryView.nullable(),
    page: text.nullable(),
    product: text.nullable(),
    sealed: openingView,
    code: text.nullable(),
    counts: z.boolean(),
  })
  .openapi('Finding');

const differenceView: z.ZodType<DifferenceView> = z
  .object({
    index: whole,
    operator: text.nullable(),
    order: hex,
    product: text.nullable(),
    seenAt: z.number().int(),
    due: z.number().int(),
    resolution: z
      .object({
        index: whole,
        outcome: z.enum(['cleared', 'upheld']),
        operator: text.nullable(),
        issuedAt: text,
      })
      .nullable(),
  })
  .openapi('Difference');

export const findingsPage: z.ZodType<FindingsPage> = z
  .object({
    log: logView,
    counts: z.object({ note: whole, minor: whole, major: whole, critical: whole }),
    total: whole,
    page: whole,
    pages: whole,
    findings: z.array(findingView),
    differences: z.array(differenceView),
    operators: z.array(text),
  })
  .openapi('Findings');

export const findingDetail: z.ZodType<FindingDetail> = z
  .object({
    log: logView,
    finding: findingView,
    objection: text.nullable(),
    keyid: hex,
    seenAt: z.number().int(),
    others: z.array(findingView),
    differences: z.array(differenceView),
  })
  .openapi('FindingDetail');

export interface FindingsQuery {
  readonly severity?: Severity | undefined;
  readonly operator?: string | undefined;
  readonly page?: number | undefined;
}

export const findingsQuery: z.ZodType<FindingsQuery> = z.object({
  severity: severity.optional(),
  operator: z.string().max(64).optional(),
  page: z.coerce.number().int().min(1).max(1_000_000).optional(),
});
