// Signing in, and what a reader sees of its own account. Times are seconds since 1970.

import { z } from '@hono/zod-openapi';

export interface SignInPage {
  readonly signedIn: boolean;
  /** The organisation whose accounts are taken too. */
  readonly oidc: string | null;
}

export const signInSchema: z.ZodType<SignInPage> = z
  .object({ signedIn: z.boolean(), oidc: z.string().nullable() })
  .openapi('SignIn');

export interface InvitationPage {
  readonly state: 'open' | 'used' | 'revoked' | 'expired' | 'unknown';
  /** Of an open one; nothing is said of the others. */
  readonly invitation: {
    readonly name: string;
    readonly groups: readonly string[];
    readonly expires: number;
  } | null;
}

export const invitationSchema: z.ZodType<InvitationPage> = z
  .object({
    state: z.enum(['open', 'used', 'revoked', 'expired', 'unknown']),
    invitation: z
      .object({ name: z.string(), groups: z.array(z.string()), expires: z.number().int() })
      .nullable(),
  })
  .openapi('Invitation');

export interface PasskeyLine {
  readonly id: string;
  readonly label: string;
  readonly synced: boolean;
  readonly created: number;
  readonly used: number | null;
}

export interface SessionRow {
  readonly id: string;
  readonly means: 'passkey' | 'oidc';
  readonly created: number;
  readonly seen: number;
  readonly expires: number;
  readonly current: boolean;
}

export interface ReadLine {
  readonly what: 'file' | 'raw' | 'blame' | 'history' | 'compare' | 'search' | 'symbols' | 'proof';
  readonly tree: string;
  readonly path: string;
  readonly product: string;
  /** Times that day. */
  readonly count: number;
  readonly first: number;
  readonly last: number;
}

export interface AccountPage {
  readonly account: {
    readonly id: string;
    readonly name: string;
    readonly groups: readonly string[];
    /** Whose word the groups are; null: the vendor's own invitation. */
    readonly issuer: string | null;
    readonly created: number;
  };
  /** Passkeys change only shortly after signing in. */
  readonly fresh: boolean;
  readonly passkeys: readonly PasskeyLine[];
  readonly sessions: readonly SessionRow[];
  readonly reads: {
    readonly count: number;
    readonly keptDays: number;
    readonly latest: readonly ReadLine[];
  };
}

const time = z.number().int();

const readSchema: z.ZodType<ReadLine> = z.object({
  what: z.enum(['file', 'raw', 'blame', 'history', 'compare', 'search', 'symbols', 'proof']),
  tree: z.string(),
  path: z.string(),
  product: z.string(),
  count: z.number().int(),
  first: time,
  last: time,
});

export const accountSchema: z.ZodType<AccountPage> = z
  .object({
    account: z.object({
      id: z.string(),
      name: z.string(),
      groups: z.array(z.string()),
      issuer: z.string().nullable(),
      created: time,
    }),
    fresh: z.boolean(),
    passkeys: z.array(
      z.object({
        id: z.string(),
        label: z.string(),
        synced: z.boolean(),
        created: time,
        used: time.nullable(),
      }),
    ),
    sessions: z.array(
      z.object({
        id: z.string(),
        means: z.enum(['passkey', 'oidc']),
        created: time,
        seen: time,
        expires: time,
        current: z.boolean(),
      }),
    ),
    reads: z.object({ count: z.number().int(), keptDays: z.number().int(), latest: z.array(readSchema) }),
  })
  .openapi('Account');

const base64url = (most: number): z.ZodType<string> =>
  z
    .string()
    .max(most)
    .regex(/^[A-Za-z0-9_-]+$/, 'not base64url');

interface Credential<Response> {
  readonly id: string;
  readonly rawId: string;
  readonly type: 'public-key';
  readonly response: Response;
}

/** What a browser answers to a registration, as far as it is looked at. */
export type Registration = Credential<{
  readonly clientDataJSON: string;
  readonly attestationObject: string;
  readonly transports?: string[] | undefined;
}>;

/** What a browser answers to a sign-in. */
export type Assertion = Credential<{
  readonly clientDataJSON: string;
  readonly authenticatorData: string;
  readonly signature: string;
  readonly userHandle?: string | undefined;
}>;

function credential<Response>(response: z.ZodType<Response>): z.ZodType<Credential<Response>> {
  const id = base64url(1_400);
  return z.object({ id, rawId: id, type: z.literal('public-key'), response });
}

const transport = z
  .string()
  .max(32)
  .regex(/^[a-z-]+$/, 'not a transport');

export const registrationSchema: z.ZodType<Registration> = credential(
  z.object({
    clientDataJSON: base64url(8_192),
    attestationObject: base64url(65_536),
    transports: z.array(transport).max(8).optional(),
  }),
);

export const assertionSchema: z.ZodType<Assertion> = credential(
  z.object({
    clientDataJSON: base64url(8_192),
    authenticatorData: base64url(8_192),
    signature: base64url(8_192),
    userHandle: base64url(128).optional(),
  }),
);

export const labelSchema: z.ZodType<string> = z
  .string()
  .trim()
  .min(1)
  .max(60)
  .regex(/^[^\p{Cc}\p{Cf}\p{Co}]*$/u, 'no control characters');

/** What `navigator.credentials` is asked; the browser's library reads it. */
export interface BrowserOptions {
  readonly options: Readonly<Record<string, unknown>>;
}
export const browserOptionsSchema: z.ZodType<BrowserOptions> = z.object({
  options: z.record(z.string(), z.unknown()),
});

export interface Done {
  readonly done: true;
}
export const doneSchema: z.ZodType<Done> = z.object({ done: z.literal(true) });

export interface Location {
  readonly location: string;
}
export const locationSchema: z.ZodType<Location> = z.object({ location: z.string() });
