// What is answered about what data centers collect, who was let read it, and what a reader checks alone.

import { z } from '@hono/zod-openapi';
import type { OpeningView } from './log.ts';

/** The screen that an endpoint shows before it asks, made from the same fields. */
export interface ConsentScreen {
  readonly profile: string;
  readonly summary: string;
  readonly sections: readonly {
    readonly kind: string;
    readonly plain: string;
    readonly kept: string;
    readonly fields: readonly {
      readonly name: string;
      readonly plain: string;
      readonly purpose: string;
      readonly personal: boolean;
      readonly optional: boolean;
    }[];
  }[];
  readonly notes: readonly string[];
}

export interface ConsentPage {
  readonly schema: {
    readonly version: number;
    readonly digest: string;
    /** The newest sealing key of each data center that commits to this digest: else it is our word alone. */
    readonly committed: readonly {
      readonly center: string;
      readonly name: string;
      readonly index: number;
    }[];
  };
  /** For whom the screens speak; null where no country was asked for, or none has a data center yet. */
  readonly place: {
    readonly country: string;
    readonly countryName: string;
    readonly center: string;
    readonly name: string;
  } | null;
  readonly countries: readonly { readonly code: string; readonly name: string }[];
  readonly screens: readonly ConsentScreen[];
}

export const consentQuery: z.ZodType<{ readonly country?: string | undefined }> = z.object({
  // An empty field of a form asks for nothing.
  country: z
    .string()
    .regex(/^(?:[A-Z]{2})?$/)
    .optional(),
});

/** One statement by a supervisor that it released its half of keys (D18). */
export interface GrantView {
  readonly index: number;
  readonly operator: string;
  readonly organisation: string | null;
  readonly issuedAt: string;
  readonly seenAt: number;
  readonly sealed: OpeningView;
  /** Of a body that was opened and has the form of a grant. */
  readonly body: {
    readonly center: string;
    readonly who: string;
    readonly why: string;
    readonly until: string;
    readonly records: number;
    readonly ended: boolean;
  } | null;
}

export interface ReadingsView {
  readonly center: string;
  readonly name: string;
  readonly origin: string;
  /** Entries of its ledger of reads under the newest logged head; null where none is logged. */
  readonly readings: number | null;
  /** That size over time, thinned out; oldest first. */
  readonly points: readonly { readonly index: number; readonly at: string; readonly size: number }[];
}

export interface GrantsPage {
  readonly total: number;
  readonly opened: number;
  readonly page: number;
  readonly pages: number;
  /** Newest first. */
  readonly grants: readonly GrantView[];
  readonly bySupervisor: readonly { readonly operator: string; readonly count: number }[];
  readonly ledgers: readonly ReadingsView[];
}

export const grantsQuery: z.ZodType<{ readonly page?: number | undefined }> = z.object({
  page: z.coerce.number().int().min(1).max(1_000_000).optional(),
});

/** Everything that the page fetches: what is checked against it never leaves the browser. */
export interface MyDataPage {
  /** Addresses of this Center. */
  readonly files: { readonly sharing: string; readonly policy: string; readonly root: string };
  /** Heads of ledgers in the log, the newest of each: a receipt of equal size must have the same root. */
  readonly heads: readonly {
    readonly ledger: string;
    readonly index: number;
    readonly size: number;
    readonly root: string;
  }[];
}

const text = z.string();
const whole = z.number().int().nonnegative();
const hex = z.string().regex(/^[0-9a-f]{64}$/);

export const consentPage: z.ZodType<ConsentPage> = z
  .object({
    schema: z.object({
      version: whole,
      digest: hex,
      committed: z.array(z.object({ center: text, name: text, index: whole })),
    }),
    place: z.object({ country: text, countryName: text, center: text, name: text }).nullable(),
    countries: z.array(z.object({ code: text, name: text })),
    screens: z.array(
      z.object({
        profile: text,
        summary: text,
        sections: z.array(
          z.object({
            kind: text,
            plain: text,
            kept: text,
            fields: z.array(
              z.object({
                name: text,
                plain: text,
                purpose: text,
                personal: z.boolean(),
                optional: z.boolean(),
              }),
            ),
          }),
        ),
        notes: z.array(text),
      }),
    ),
  })
  .openapi('Consent');

export const grantsPage: z.ZodType<GrantsPage> = z
  .object({
    total: whole,
    opened: whole,
    page: whole,
    pages: whole,
    grants: z.array(
      z.object({
        index: whole,
        operator: text,
        organisation: text.nullable(),
        issuedAt: text,
        seenAt: whole,
        sealed: z.object({
          commitment: hex,
          heldBy: text,
          member: text,
          opened: z.object({ salt: hex, body: z.unknown() }).nullable(),
        }),
        body: z
          .object({
            center: text,
            who: text,
            why: text,
            until: text,
            records: whole,
            ended: z.boolean(),
          })
          .nullable(),
      }),
    ),
    bySupervisor: z.array(z.object({ operator: text, count: whole })),
    ledgers: z.array(
      z.object({
        center: text,
        name: text,
        origin: text,
        readings: whole.nullable(),
        points: z.array(z.object({ index: whole, at: text, size: whole })),
      }),
    ),
  })
  .openapi('Grants');

export const myDataPage: z.ZodType<MyDataPage> = z
  .object({
    files: z.object({ sharing: text, policy: text, root: text }),
    heads: z.array(z.object({ ledger: text, index: whole, size: whole, root: hex })),
  })
  .openapi('MyData');
