// What the log explorer answers.

import { z } from '@hono/zod-openapi';

/** Why an entry counts for nothing under the policy (D10). */
export type Objection =
  | 'not-an-envelope'
  | 'not-a-statement'
  | 'unlisted-key'
  | 'bad-signature'
  | 'unknown-kind'
  | 'provisional-kind'
  | 'malformed'
  | 'wrong-role'
  | 'not-valid-here';

export interface TroubleView {
  readonly code: string;
  readonly message: string;
  /** Seconds. */
  readonly since: number;
  readonly kind: 'down' | 'lies' | 'ours';
}

/** The log as this Center has verified it. */
export interface LogView {
  readonly origin: string;
  /** Where anyone reads it. */
  readonly address: string;
  /** Its keys that count now, as verifier keys. */
  readonly vkeys: readonly string[];
  readonly size: number;
  /** Hex. */
  readonly root: string | null;
  /** Seconds. */
  readonly witnessTime: number | null;
  readonly checkedAt: number | null;
  readonly trouble: TroubleView | null;
  readonly policy: { readonly version: number; readonly digest: string };
  /** Policies and roots in the log that are newer than the one in force here (D5). */
  readonly newer: readonly { readonly kind: string; readonly index: number; readonly version: number }[];
  /** How many contradictions of the log are kept as evidence. */
  readonly contradictions: number;
}

export interface SubjectView {
  readonly name: string;
  readonly sha256: string;
}

export interface EntryView {
  readonly index: number;
  /** `other`: a statement of a kind that is not ours. `unreadable`: no statement. */
  readonly kind: string;
  /** Statement identifier. */
  readonly id: string | null;
  readonly leaf: string;
  readonly keyid: string | null;
  readonly operator: string | null;
  readonly role: string | null;
  readonly counts: boolean;
  readonly objection: Objection | null;
  readonly product: string | null;
  readonly channel: string | null;
  readonly sequence: number | null;
  readonly subjects: readonly SubjectView[];
  /** Seconds: the witnesses' time of the first checkpoint that was seen with it. */
  readonly seenAt: number;
}

export interface LogSearch {
  readonly log: LogView;
  /** False where `q` is neither the number of an entry nor the beginning of a digest. */
  readonly understood: boolean;
  readonly total: number;
  readonly page: number;
  readonly pages: number;
  readonly entries: readonly EntryView[];
  /** What there is to choose from. */
  readonly kinds: readonly string[];
  readonly operators: readonly string[];
  readonly products: readonly string[];
  readonly channels: readonly string[];
}

export interface MentionView {
  readonly index: number;
  readonly kind: string;
  /** As what the digest stands there. */
  readonly part: 'subject' | 'statement' | 'leaf' | 'named';
}

/** A digest of the entry, and where else it is. */
export interface DigestLinks {
  readonly sha256: string;
  /** A page about it; null where there is none. */
  readonly page: string | null;
  /** The first of them. */
  readonly mentions: readonly MentionView[];
  readonly mentioned: number;
}

export interface KeyView {
  readonly keyid: string;
  readonly operator: string;
  readonly organisation: string | null;
  readonly role: string;
  /** Positions at which it counts; null for a key of the root. */
  readonly from: number | null;
  readonly until: number | null;
}

export interface OpeningView {
  readonly commitment: string;
  readonly heldBy: string;
  /** Where the commitment stands in the predicate. */
  readonly member: string;
  /** The body, where the Center was given it with its salt and found that it is what was committed to. */
  readonly opened: { readonly salt: string; readonly body: unknown } | null;
}

export interface EntryDetail {
  readonly log: LogView;
  readonly entry: EntryView;
  readonly bytes: number;
  readonly seenAfter: number | null;
  readonly predicateType: string | null;
  readonly predicate: unknown;
  /** The entry as text, or in base64 where it is none. */
  readonly raw: { readonly encoding: 'utf8' | 'base64'; readonly text: string };
  readonly key: KeyView | null;
  readonly links: readonly DigestLinks[];
  readonly release: string | null;
  readonly sealed: readonly OpeningView[];
  /** Other signatures over the same statement (D9). */
  readonly alsoSigned: readonly { readonly index: number; readonly operator: string | null }[];
}

export interface WitnessView {
  readonly operator: string;
  readonly organisation: string;
  readonly name: string;
  readonly scheme: string;
  readonly vkey: string;
  /** Whether it may still vouch for a checkpoint. */
  readonly current: boolean;
  readonly until: number | null;
  /** Its latest cosignature that was seen, in seconds, and what it covers. */
  readonly time: number | null;
  readonly size: number | null;
}

export interface SupervisorView {
  readonly operator: string;
  readonly url: string;
  readonly reached: number | null;
  readonly trouble: { readonly code: string; readonly message: string; readonly since: number } | null;
  readonly status: {
    readonly isolation: string;
    readonly node: string;
    readonly logSize: number | null;
    readonly logTrouble: string | null;
    readonly findings: Readonly<Record<'note' | 'minor' | 'major' | 'critical', number>>;
    readonly peers: Readonly<Record<string, string>>;
  } | null;
  readonly statements: number;
  /** What it said and the log does not show. */
  readonly unlogged: readonly { readonly id: string; readonly kind: string; readonly seen: number }[];
  readonly signed: readonly {
    readonly role: string;
    readonly version: number;
    readonly sha256: string;
    readonly at: string;
  }[];
  readonly signedCount: number;
}

export interface ContradictionView {
  readonly id: string;
  readonly code: 'reader.fork' | 'reader.rollback';
  readonly message: string;
  readonly from: string;
  readonly seenAt: number;
  readonly ours: { readonly size: number; readonly root: string };
  readonly theirs: { readonly size: number; readonly root: string };
}

export interface WitnessesPage {
  readonly log: LogView;
  readonly quorum: number;
  readonly operators: number;
  /** What may be claimed of the quorum (D6). */
  readonly claim: string;
  readonly witnesses: readonly WitnessView[];
  readonly supervisors: readonly SupervisorView[];
  readonly contradictions: readonly ContradictionView[];
}

const seconds = z.number().int();
const whole = z.number().int().nonnegative();
const text = z.string();
const hex = z.string().regex(/^[0-9a-f]{64}$/);

export const objection: z.ZodType<Objection> = z.enum([
  'not-an-envelope',
  'not-a-statement',
  'unlisted-key',
  'bad-signature',
  'unknown-kind',
  'provisional-kind',
  'malformed',
  'wrong-role',
  'not-valid-here',
]);

export const logView: z.ZodType<LogView> = z
  .object({
    origin: text,
    address: text,
    vkeys: z.array(text),
    size: whole,
    root: hex.nullable(),
    witnessTime: seconds.nullable(),
    checkedAt: seconds.nullable(),
    trouble: z
      .object({ code: text, message: text, since: seconds, kind: z.enum(['down', 'lies', 'ours']) })
      .nullable(),
    policy: z.object({ version: whole, digest: hex }),
    newer: z.array(z.object({ kind: text, index: whole, version: whole })),
    contradictions: whole,
  })
  .openapi('Log');

export const entryView: z.ZodType<EntryView> = z
  .object({
    index: whole,
    kind: text,
    id: hex.nullable(),
    leaf: hex,
    keyid: hex.nullable(),
    operator: text.nullable(),
    role: text.nullable(),
    counts: z.boolean(),
    objection: objection.nullable(),
    product: text.nullable(),
    channel: text.nullable(),
    sequence: whole.nullable(),
    subjects: z.array(z.object({ name: text, sha256: hex })),
    seenAt: seconds,
  })
  .openapi('LogEntry');

export const logSearch: z.ZodType<LogSearch> = z
  .object({
    log: logView,
    understood: z.boolean(),
    total: whole,
    page: whole,
    pages: whole,
    entries: z.array(entryView),
    kinds: z.array(text),
    operators: z.array(text),
    products: z.array(text),
    channels: z.array(text),
  })
  .openapi('LogSearch');

const part = z.enum(['subject', 'statement', 'leaf', 'named']);

export const openingView: z.ZodType<OpeningView> = z.object({
  commitment: hex,
  heldBy: text,
  member: text,
  opened: z.object({ salt: hex, body: z.unknown() }).nullable(),
});

export const entryDetail: z.ZodType<EntryDetail> = z
  .object({
    log: logView,
    entry: entryView,
    bytes: whole,
    seenAfter: seconds.nullable(),
    predicateType: text.nullable(),
    predicate: z.unknown(),
    raw: z.object({ encoding: z.enum(['utf8', 'base64']), text }),
    key: z
      .object({
        keyid: hex,
        operator: text,
        organisation: text.nullable(),
        role: text,
        from: whole.nullable(),
        until: whole.nullable(),
      })
      .nullable(),
    links: z.array(
      z.object({
        sha256: hex,
        page: text.nullable(),
        mentions: z.array(z.object({ index: whole, kind: text, part })),
        mentioned: whole,
      }),
    ),
    release: text.nullable(),
    sealed: z.array(openingView),
    alsoSigned: z.array(z.object({ index: whole, operator: text.nullable() })),
  })
  .openapi('LogEntryDetail');

const severityCounts = z.object({ note: whole, minor: whole, major: whole, critical: whole });
const head = z.object({ size: whole, root: hex });

export const witnessesPage: z.ZodType<WitnessesPage> = z
  .object({
    log: logView,
    quorum: whole,
    operators: whole,
    claim: text,
    witnesses: z.array(
      z.object({
        operator: text,
        organisation: text,
        name: text,
        scheme: text,
        vkey: text,
        current: z.boolean(),
        until: whole.nullable(),
        time: seconds.nullable(),
        size: whole.nullable(),
      }),
    ),
    supervisors: z.array(
      z.object({
        operator: text,
        url: text,
        reached: seconds.nullable(),
        trouble: z.object({ code: text, message: text, since: seconds }).nullable(),
        status: z
          .object({
            isolation: text,
            node: text,
            logSize: whole.nullable(),
            logTrouble: text.nullable(),
            findings: severityCounts,
            peers: z.record(text, text),
          })
          .nullable(),
        statements: whole,
        unlogged: z.array(z.object({ id: hex, kind: text, seen: seconds })),
        signed: z.array(z.object({ role: text, version: whole, sha256: hex, at: text })),
        signedCount: whole,
      }),
    ),
    contradictions: z.array(
      z.object({
        id: hex,
        code: z.enum(['reader.fork', 'reader.rollback']),
        message: text,
        from: text,
        seenAt: seconds,
        ours: head,
        theirs: head,
      }),
    ),
  })
  .openapi('LogWitnesses');

/** `q`: the number of an entry, or at least eight hex digits of any digest or keyid. */
export interface LogQuery {
  readonly q?: string | undefined;
  readonly kind?: string | undefined;
  readonly signer?: string | undefined;
  readonly product?: string | undefined;
  readonly channel?: string | undefined;
  readonly counts?: 'yes' | 'no' | undefined;
  readonly page?: number | undefined;
}

const word = z.string().max(64).optional();
const pageNumber = z.coerce.number().int().min(1).max(1_000_000).optional();

export const logQuery: z.ZodType<LogQuery> = z.object({
  q: z.string().max(200).optional(),
  kind: word,
  signer: word,
  product: word,
  channel: word,
  counts: z.enum(['yes', 'no']).optional(),
  page: pageNumber,
});

export const entryParams: z.ZodType<{ readonly index: number }> = z.object({
  index: z
    .string()
    .regex(/^(?:0|[1-9][0-9]{0,14})$/)
    .transform(Number),
});
