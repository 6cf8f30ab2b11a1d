// What is answered about data centers: which country's data is kept where and until when, and what each data
// center has logged and says of itself.

import { z } from '@hono/zod-openapi';

export interface TroubleView {
  readonly code: string;
  readonly message: string;
  /** Seconds. */
  readonly since: number;
}

/** One country whose data goes to another data center than under the version before. */
export interface MoveView {
  readonly country: string;
  readonly name: string;
  /** Data centers, and the countries in which they stand. */
  readonly from: string;
  readonly to: string;
  readonly jurisdictionFrom: string;
  readonly jurisdictionTo: string;
}

export interface ResidencyVersion {
  readonly version: number;
  readonly digest: string;
  /** The entry of the log that the sharing file proves. */
  readonly index: number;
  readonly issuedAt: string;
  readonly effective: string;
  /** Seconds that its successor is announced ahead. */
  readonly notice: number;
  readonly state: 'past' | 'in-force' | 'announced';
  /** The log still lacked it when the notice that the version before promised had begun. */
  readonly late: boolean;
  readonly moves: readonly MoveView[];
  /** Data centers that it adds, and those that no country is sent to any more. */
  readonly added: readonly string[];
  readonly drained: readonly string[];
}

export interface CenterRow {
  readonly id: string;
  readonly name: string;
  readonly operator: string;
  /** ISO 3166-1 code and name of where it stands. */
  readonly country: string;
  readonly countryName: string;
  /** How many countries are sent there now, and under the last version that is announced. */
  readonly serves: number;
  readonly willServe: number;
  /** Records and their bytes as the data center says itself. */
  readonly said: { readonly records: number; readonly bytes: number; readonly at: string } | null;
  readonly trouble: TroubleView | null;
}

export interface CountryRow {
  readonly code: string;
  readonly name: string;
  /** Now; null as long as no version is in force. */
  readonly center: string | null;
  /** Under the last version that is announced. */
  readonly next: string | null;
  /** Every data center that it had or will have, oldest first. */
  readonly spans: readonly {
    readonly version: number;
    readonly effective: string;
    readonly center: string;
  }[];
}

export interface MilestoneView {
  readonly id: string;
  readonly what: 'data' | 'conveyor' | 'signing' | 'center';
  readonly due: string;
  readonly state: 'done' | 'due' | 'overdue';
  /** The statement that is said to fulfil it, and its entry, where the log holds it. */
  readonly done: { readonly id: string; readonly index: number | null; readonly kind: string | null } | null;
}

export interface ResidencyPage {
  /** When the sharing file was last read and verified, in seconds, and the witness time of its checkpoint. */
  readonly checkedAt: number | null;
  readonly time: number | null;
  readonly trouble: TroubleView | null;
  readonly inForce: number | null;
  /** A version that the log holds and the repository does not serve. */
  readonly unserved: { readonly version: number; readonly index: number } | null;
  /** Newest first. */
  readonly versions: readonly ResidencyVersion[];
  readonly centers: readonly CenterRow[];
  readonly countries: readonly CountryRow[];
  readonly milestones: readonly MilestoneView[];
}

export interface SealingKeyView {
  /** Hex SHA-256 of the public key. */
  readonly id: string;
  readonly index: number;
  readonly policy: number;
  readonly notBefore: string;
  readonly notAfter: string;
  readonly graceUntil: string;
  /** `grace`: nothing new is sealed to it, what was is opened still. `invalid`: not as a sealing key must be. */
  readonly state: 'next' | 'in-use' | 'grace' | 'ended' | 'invalid';
}

export interface HeadView {
  readonly index: number;
  readonly size: number;
  /** Hex. */
  readonly root: string;
  readonly issuedAt: string;
}

export interface LedgerView {
  readonly purpose: 'custody' | 'access';
  readonly origin: string;
  readonly vkey: string;
  /** The newest in the log, newest first; and how many there are. */
  readonly heads: readonly HeadView[];
  readonly logged: number;
  /** As the data center says itself. */
  readonly said: { readonly size: number; readonly root: string } | null;
  /**
   * What it says against the log: `equal`; `ahead`, to be logged next; `behind` the newest head; `other`, two
   * roots of one size; `unknown` where one of the two is missing.
   */
  readonly compared: 'equal' | 'ahead' | 'behind' | 'other' | 'unknown';
  /** Pairs of logged heads of which only one can be true. */
  readonly contradictions: readonly (readonly [HeadView, HeadView])[];
}

export interface CountsView {
  /** Where it was asked, and when, in seconds. */
  readonly address: string;
  readonly readAt: number;
  /** The data center's clock. */
  readonly at: string;
  readonly records: readonly {
    readonly kind: string;
    readonly country: string;
    readonly count: number;
    readonly bytes: number;
  }[];
  readonly refusals: readonly { readonly day: string; readonly code: string; readonly count: number }[];
}

export interface CenterPage {
  readonly id: string;
  readonly name: string;
  readonly operator: string;
  /** Its name in the trust policy. */
  readonly organisation: string | null;
  readonly country: string;
  readonly countryName: string;
  readonly state: 'in-force' | 'announced' | 'past';
  readonly intake: readonly string[];
  /** The version of the policy that says all of this, and its entry in the log. */
  readonly stated: { readonly version: number; readonly index: number };
  readonly identity: {
    readonly keyid: string;
    /** `listed`: what it signs now counts, as this operator's key of a data center under the trust policy. */
    readonly state: 'listed' | 'ended' | 'unlisted';
  };
  readonly countries: readonly { readonly code: string; readonly name: string }[];
  /** What the last version that is announced changes for it. */
  readonly next: {
    readonly version: number;
    readonly index: number;
    readonly effective: string;
    readonly joins: readonly string[];
    readonly leaves: readonly string[];
  } | null;
  readonly sealingKeys: readonly SealingKeyView[];
  readonly ledgers: readonly LedgerView[];
  readonly counts: CountsView | null;
  readonly trouble: TroubleView | null;
}

const text = z.string();
const whole = z.number().int().nonnegative();
const hex = z.string().regex(/^[0-9a-f]{64}$/);

const trouble: z.ZodType<TroubleView> = z.object({ code: text, message: text, since: whole });
const move: z.ZodType<MoveView> = z.object({
  country: text,
  name: text,
  from: text,
  to: text,
  jurisdictionFrom: text,
  jurisdictionTo: text,
});

export const residencyPage: z.ZodType<ResidencyPage> = z
  .object({
    checkedAt: whole.nullable(),
    time: whole.nullable(),
    trouble: trouble.nullable(),
    inForce: whole.nullable(),
    unserved: z.object({ version: whole, index: whole }).nullable(),
    versions: z.array(
      z.object({
        version: whole,
        digest: hex,
        index: whole,
        issuedAt: text,
        effective: text,
        notice: whole,
        state: z.enum(['past', 'in-force', 'announced']),
        late: z.boolean(),
        moves: z.array(move),
        added: z.array(text),
        drained: z.array(text),
      }),
    ),
    centers: z.array(
      z.object({
        id: text,
        name: text,
        operator: text,
        country: text,
        countryName: text,
        serves: whole,
        willServe: whole,
        said: z.object({ records: whole, bytes: whole, at: text }).nullable(),
        trouble: trouble.nullable(),
      }),
    ),
    countries: z.array(
      z.object({
        code: text,
        name: text,
        center: text.nullable(),
        next: text.nullable(),
        spans: z.array(z.object({ version: whole, effective: text, center: text })),
      }),
    ),
    milestones: z.array(
      z.object({
        id: text,
        what: z.enum(['data', 'conveyor', 'signing', 'center']),
        due: text,
        state: z.enum(['done', 'due', 'overdue']),
        done: z.object({ id: hex, index: whole.nullable(), kind: text.nullable() }).nullable(),
      }),
    ),
  })
  .openapi('Residency');

export const centerParams: z.ZodType<{ readonly id: string }> = z.object({
  id: z.string().regex(/^[a-z0-9](?:[a-z0-9._-]{0,62}[a-z0-9])?$/),
});

const head: z.ZodType<HeadView> = z.object({ index: whole, size: whole, root: hex, issuedAt: text });

export const centerPage: z.ZodType<CenterPage> = z
  .object({
    id: text,
    name: text,
    operator: text,
    organisation: text.nullable(),
    country: text,
    countryName: text,
    state: z.enum(['in-force', 'announced', 'past']),
    intake: z.array(text),
    stated: z.object({ version: whole, index: whole }),
    identity: z.object({ keyid: hex, state: z.enum(['listed', 'ended', 'unlisted']) }),
    countries: z.array(z.object({ code: text, name: text })),
    next: z
      .object({ version: whole, index: whole, effective: text, joins: z.array(text), leaves: z.array(text) })
      .nullable(),
    sealingKeys: z.array(
      z.object({
        id: hex,
        index: whole,
        policy: whole,
        notBefore: text,
        notAfter: text,
        graceUntil: text,
        state: z.enum(['next', 'in-use', 'grace', 'ended', 'invalid']),
      }),
    ),
    ledgers: z.array(
      z.object({
        purpose: z.enum(['custody', 'access']),
        origin: text,
        vkey: text,
        heads: z.array(head),
        logged: whole,
        said: z.object({ size: whole, root: hex }).nullable(),
        compared: z.enum(['equal', 'ahead', 'behind', 'other', 'unknown']),
        contradictions: z.array(z.tuple([head, head])),
      }),
    ),
    counts: z
      .object({
        address: text,
        readAt: whole,
        at: text,
        records: z.array(z.object({ kind: text, country: text, count: whole, bytes: whole })),
        refusals: z.array(z.object({ day: text, code: text, count: whole })),
      })
      .nullable(),
    trouble: trouble.nullable(),
  })
  .openapi('ResidencyCenter');
