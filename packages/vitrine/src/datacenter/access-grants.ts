// What a supervisor decided, proven before it is believed (D11, D18): its grant must be an entry of the
// public log under a witnessed head, by a supervisor key that the policy lists for it, and commit to exactly
// this request. Whatever the supervisor's own server says beyond that counts for nothing.
//
//   supervisor's answer → entry of the log → commitment → request → shares

import {
  accessGrant,
  canonicalJson,
  fields,
  formatEnvelope,
  fromBase64,
  fromHex,
  isVitrineError,
  openCommitment,
  parseJson,
  quote,
  schema,
  type Json,
  type Schema,
  type Sealed,
  type TrustPolicy,
} from '@vitrine/evidence';
import { fetchBytes, sha256 } from '@vitrine/host';
import { headRulesOf, openLog, type LogReader } from '@vitrine/log';
import { judgeEntry } from '@vitrine/log/monitor';
import {
  openDecision,
  openReleased,
  parseGrantBody,
  requireGrantOf,
  type NumberedShare,
  type OpeningKey,
  type SignedAccessRequest,
} from '@vitrine/reports';
import { fail } from '../codes.ts';

export interface AskedSupervisor {
  readonly operator: string;
  readonly url: string;
}

const states = ['waiting', 'granted', 'denied', 'revoked', 'ended'] as const;
type SupervisorState = (typeof states)[number];

const base64 = schema.text(/^[A-Za-z0-9+/]+={0,2}$/, 1 << 18, 'base64');
interface Answer {
  readonly state: SupervisorState;
  readonly grant?: string;
  readonly index?: number;
  readonly opening?: string;
  readonly shares?: readonly { readonly key: string; readonly sealed: string }[];
}

const answerForm: Schema<Answer> = schema.object(
  { state: schema.oneOf(...states) },
  {
    grant: fields.statementId,
    index: fields.index,
    opening: base64,
    shares: schema.list(schema.object({ key: fields.sha256Hex, sealed: base64 }), { most: 64 }),
  },
  { open: true },
);

const answerBytes = 1 << 20;
const timeoutMs = 15_000;

/** Hands the request over; asking twice is asking once. */
export async function submitRequest(
  { operator, url }: AskedSupervisor,
  { envelope }: SignedAccessRequest,
): Promise<SupervisorState> {
  const at = `${url.replace(/\/$/, '')}/access`;
  const { status, bytes } = await reach(operator, at, formatEnvelope(envelope));
  if (status !== 202) throw fail('grant.away', `${operator} answered ${status}: ${reasonOf(bytes)}`);
  return readAnswer(operator, bytes).state;
}

/** Undefined where the supervisor does not know the request. */
export async function askDecision(
  { operator, url }: AskedSupervisor,
  { digest }: SignedAccessRequest,
): Promise<Answer | undefined> {
  const { status, bytes } = await reach(operator, `${url.replace(/\/$/, '')}/access/${digest}`);
  if (status === 404) return undefined;
  if (status !== 200) throw fail('grant.away', `${operator} answered ${status}: ${reasonOf(bytes)}`);
  return readAnswer(operator, bytes);
}

async function reach(
  operator: string,
  url: string,
  body?: Uint8Array,
): Promise<{ readonly status: number; readonly bytes: Uint8Array }> {
  try {
    const method = body === undefined ? {} : { method: 'POST' as const, body };
    return await fetchBytes(url, { ...method, maxBytes: answerBytes, timeoutMs, expectStatus: 'any' });
  } catch (cause) {
    if (!isVitrineError(cause)) throw cause;
    throw fail('grant.away', `couldn't reach ${operator}: ${cause.message}`, { cause });
  }
}

function readAnswer(operator: string, bytes: Uint8Array): Answer {
  try {
    return answerForm.check(parseJson(bytes));
  } catch (cause) {
    if (!isVitrineError(cause)) throw cause;
    throw fail('grant.unproven', `${operator} gave an answer that cannot be read: ${cause.message}`, {
      cause,
    });
  }
}

const refusal = schema.object(
  { error: schema.object({ code: schema.text(/^[a-z.-]+$/, 64, 'a code') }, {}, { open: true }) },
  {},
  { open: true },
);

function reasonOf(bytes: Uint8Array): string {
  try {
    return refusal.check(parseJson(bytes)).error.code;
  } catch (error) {
    if (!isVitrineError(error)) throw error;
    return 'no reason that can be read';
  }
}

/** Why it was denied or revoked, in the supervisor's words to us. */
export async function reasonIn(
  { opening }: Answer,
  signed: SignedAccessRequest,
  operator: string,
  reply: OpeningKey,
): Promise<string | undefined> {
  if (opening === undefined) return undefined;
  const decision = await openDecision(fromBase64(opening), signed, operator, reply);
  return schema.object({ why: schema.text(/^[^\0]*$/, 2_000, 'a reason') }).check(decision).why;
}

export interface ProvenGrant {
  readonly operator: string;
  /** Statement identifier. */
  readonly statement: string;
  readonly index: number;
  /** By key. */
  readonly shares: ReadonlyMap<string, NumberedShare>;
}

/** The public log as this data center reads it: one reader, which never goes back. */
export class GrantLog {
  readonly #log: string;
  readonly #policy: () => TrustPolicy;
  #reader: { readonly policy: TrustPolicy; readonly reader: LogReader } | undefined;

  constructor(log: string, policy: () => TrustPolicy) {
    this.#log = log;
    this.#policy = policy;
  }

  /** Throws `grant.unproven` unless the log holds it as the supervisor says. */
  async prove(
    answer: Answer,
    signed: SignedAccessRequest,
    operator: string,
    reply: OpeningKey,
  ): Promise<ProvenGrant> {
    const { grant, index, opening, shares = [] } = answer;
    if (grant === undefined || index === undefined || opening === undefined)
      throw fail('grant.unproven', `${operator} calls it granted and names no grant`);
    const sealed = await this.#entry(index, grant, operator);
    try {
      const { salt, body } = openingForm.check(
        await openDecision(fromBase64(opening), signed, operator, reply),
      );
      const bytes = canonicalJson(body);
      openCommitment(sealed, fromHex(salt), bytes, sha256);
      requireGrantOf(parseGrantBody(bytes), signed, operator);
      return { operator, statement: grant, index, shares: await openShares(shares, signed, operator, reply) };
    } catch (cause) {
      if (!isVitrineError(cause)) throw cause;
      throw fail('grant.unproven', `the grant of ${operator} does not hold: ${cause.message}`, { cause });
    }
  }

  async #entry(index: number, grant: string, operator: string): Promise<Sealed> {
    const policy = this.#policy();
    const reader = await this.#open(policy);
    if (index >= reader.head().checkpoint.size)
      throw fail('grant.waiting', `the log does not show entry ${index} yet`);
    const judged = await judgeEntry({ index, bytes: await reader.entry(index) }, policy);
    const isGrant = judged.objection === undefined && judged.kind.kind === accessGrant.kind;
    if (!isGrant || judged.operator !== operator || judged.id !== grant)
      throw fail('grant.unproven', `entry ${index} of the log is no grant ${quote(grant)} by ${operator}`);
    return judged.statement.predicate as Sealed;
  }

  async #open(policy: TrustPolicy): Promise<LogReader> {
    if (this.#reader?.policy.digest !== policy.digest)
      this.#reader = { policy, reader: await openLog(this.#log, headRulesOf(policy)) };
    else await this.#reader.reader.refresh();
    return this.#reader.reader;
  }
}

const openingForm = schema.object({
  salt: schema.text(/^[0-9a-f]{64}$/, 64, 'a salt of 32 bytes in hex'),
  body: schema.anything,
});

async function openShares(
  sealed: readonly { readonly key: string; readonly sealed: string }[],
  signed: SignedAccessRequest,
  operator: string,
  reply: OpeningKey,
): Promise<ReadonlyMap<string, NumberedShare>> {
  const shares = new Map<string, NumberedShare>();
  for (const { key, sealed: bytes } of sealed) {
    const halves = signed.request.keys.find((one) => one.key === key);
    if (halves === undefined) continue;
    shares.set(key, await openReleased(fromBase64(bytes), signed, halves, operator, reply));
  }
  return shares;
}

/** What is shown of an answer that cannot be had. */
export function troubleIn(error: unknown): Json {
  if (!isVitrineError(error)) throw error;
  return { code: error.code, message: error.message.slice(0, 500) };
}
