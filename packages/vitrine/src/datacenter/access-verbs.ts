// Reading single records, as the operator of a data center asks its daemon to (D18):
//
//   access-request → supervisors decide → access-read: prove each grant from the log → enough shares → read
//
// Shares are fetched for one reading and forgotten with it: a grant that a supervisor revokes, or that ends,
// opens nothing from then on.

import { randomBytes } from 'node:crypto';
import {
  formatTime,
  isVitrineError,
  parseTime,
  schema,
  toBase64,
  toHex,
  type Json,
  type Schema,
  type Signer,
  type TrustPolicy,
} from '@vitrine/evidence';
import type { DataCenter, Grant } from '@vitrine/datacenter';
import { sha256, systemClock, type Clock } from '@vitrine/host';
import {
  accessLimits,
  openingKey,
  signAccessRequest,
  type NumberedShare,
  type SealedHalves,
} from '@vitrine/reports';
import { fail } from '../codes.ts';
import {
  askDecision,
  GrantLog,
  reasonIn,
  submitRequest,
  troubleIn,
  type AskedSupervisor,
  type ProvenGrant,
} from './access-grants.ts';
import { AskedRequests, type AskedAccess } from './access-requests.ts';
import { verbBody, type Verbs } from './control.ts';

export interface AccessContext {
  /** The data center's folder: requests are kept in requests/. */
  readonly folder: string;
  /** Signs requests: the identity key of the residency policy. */
  readonly identity: Signer;
  /** As it is accepted now. */
  readonly policy: () => TrustPolicy;
  /** Address of the public log. */
  readonly log: string;
  readonly supervisors: readonly AskedSupervisor[];
  readonly clock?: Clock | undefined;
}

const operators = schema.list(schema.text(/^[a-z0-9._-]{1,64}$/, 64, 'an operator'), { least: 1, most: 16 });
const indices: Schema<readonly number[]> = schema.list(schema.integer(0), {
  least: 1,
  most: accessLimits.records,
  sortedBy: (index: number) => index,
});
const name: Schema<string> = schema.text(/^[0-9a-f]{8,64}$/, 64, 'a request: 8 hex digits or more of it');
const requestForm = schema.object({
  who: schema.text(/^[^\p{Cc}\p{Cf}\p{Co}]{1,200}$/u, 200, 'the name of who asks'),
  why: schema.text(/^(?:[^\p{Cc}\p{Cf}\p{Co}]|\n){1,2000}$/u, 2000, 'why, in at most 2,000 characters'),
  indices,
  seconds: schema.integer(60, accessLimits.seconds),
  supervisors: operators,
});

export function accessVerbs(dc: DataCenter, context: AccessContext): Verbs {
  const { clock = systemClock } = context;
  const parts: Parts = {
    dc,
    context,
    clock,
    kept: new AskedRequests(context.folder),
    log: new GrantLog(context.log, context.policy),
  };
  return {
    'access-request': async (body) => request(parts, verbBody(requestForm, body)),
    'access-ask': async (body) =>
      ask(parts, verbBody(schema.object({ request: name, supervisors: operators }), body)),
    'access-list': async () => list(parts),
    'access-read': async (body) => read(parts, verbBody(schema.object({ request: name }, { indices }), body)),
    'access-revoke': async (body) => revoke(parts, verbBody(schema.object({ request: name }), body)),
  };
}

interface Parts {
  readonly dc: DataCenter;
  readonly context: AccessContext;
  readonly clock: Clock;
  readonly kept: AskedRequests;
  readonly log: GrantLog;
}

/** Durable before anybody is asked: what a supervisor sees can always be read here, too. */
async function request(parts: Parts, asked: ReturnType<(typeof requestForm)['check']>): Promise<Json> {
  const { dc, context, clock, kept } = parts;
  const supervisors = listed(context, asked.supervisors);
  const found = await dc.readings.ask(asked.indices);
  if (found.length === 0) throw fail('grant.request', 'none of these records is there');
  const keys = new Map<string, SealedHalves>(found.map(({ sealed }) => [sealed.key, sealed]));
  const now = Math.floor(clock.now() / 1000);
  const reply = new Uint8Array(randomBytes(32));
  const signed = await signAccessRequest(
    {
      v: 1,
      id: toHex(new Uint8Array(randomBytes(16))),
      center: dc.id,
      ledger: dc.custody.origin,
      who: asked.who,
      why: asked.why,
      records: found.map(({ index, sealed }) => ({ index, key: sealed.key })),
      keys: [...keys.values()].toSorted((a, b) => (a.key < b.key ? -1 : 1)),
      until: formatTime(now + asked.seconds),
      at: formatTime(now),
      replyTo: toBase64((await openingKey(reply)).publicKey),
    },
    context.identity,
    sha256,
  );
  const one: AskedAccess = { signed, asked: asked.supervisors, revoked: null };
  await kept.keep(one, reply);
  reply.fill(0);
  const there = new Set(found.map(({ index }) => index));
  return {
    ...summaryOf(one),
    need: Math.max(...found.map(({ sealed }) => sealed.need)),
    gone: asked.indices.filter((index) => !there.has(index)),
    supervisors: await submitAll(supervisors, one),
  };
}

/** The same request to others: where one does not answer, or where more must agree. */
async function ask(
  { context, kept }: Parts,
  { request: start, supervisors }: { readonly request: string; readonly supervisors: readonly string[] },
): Promise<Json> {
  const chosen = listed(context, supervisors);
  const one = await kept.ask(await kept.named(start), supervisors);
  return { ...summaryOf(one), supervisors: await submitAll(chosen, one) };
}

async function submitAll(supervisors: readonly AskedSupervisor[], { signed }: AskedAccess): Promise<Json> {
  return Promise.all(
    supervisors.map(async (supervisor): Promise<Json> => {
      const { operator } = supervisor;
      try {
        return { operator, state: await submitRequest(supervisor, signed) };
      } catch (error) {
        return { operator, trouble: troubleIn(error) };
      }
    }),
  );
}

async function list(parts: Parts): Promise<Json> {
  const { clock, kept, context } = parts;
  await kept.forgetEnded(clock.now() / 1000);
  const all = await kept.list();
  return Promise.all(
    all.map(async (one): Promise<Json> => {
      const isOver = one.revoked !== null || parseTime(one.signed.request.until) <= clock.now() / 1000;
      const supervisors = isOver
        ? one.asked.map((operator): Json => ({ operator, state: one.revoked === null ? 'ended' : 'revoked' }))
        : await Promise.all(listed(context, one.asked).map((supervisor) => stateAt(parts, one, supervisor)));
      return { ...summaryOf(one), supervisors };
    }),
  );
}

async function stateAt({ kept }: Parts, one: AskedAccess, supervisor: AskedSupervisor): Promise<Json> {
  const { operator } = supervisor;
  try {
    const answer = await askDecision(supervisor, one.signed);
    if (answer === undefined) return { operator, state: 'unknown' };
    const { state, grant, index } = answer;
    if (state === 'granted' && grant !== undefined && index !== undefined)
      return { operator, state, grant, index };
    const why =
      state === 'denied' || state === 'revoked'
        ? await reasonIn(answer, one.signed, operator, await kept.replyOf(one))
        : undefined;
    return { operator, state, ...(why === undefined ? {} : { why }) };
  } catch (error) {
    return { operator, trouble: troubleIn(error) };
  }
}

async function read(
  parts: Parts,
  { request: start, indices: wanted }: { readonly request: string; readonly indices?: readonly number[] },
): Promise<Json> {
  const { dc, clock, kept } = parts;
  await kept.forgetEnded(clock.now() / 1000);
  const one = await kept.named(start);
  const { records, until } = one.signed.request;
  if (one.revoked !== null) throw fail('grant.revoked', `the request was given up at ${one.revoked}`);
  // Ended: the data center's own check says so, before anybody is asked for a share.
  const isOver = parseTime(until) <= clock.now() / 1000;
  const proven = isOver ? [] : await proveAll(parts, one);
  const grant = grantOf(one, proven);
  try {
    const observations: Json[] = [];
    const refused: Json[] = [];
    let first: Error | undefined;
    for (const index of wanted ?? records.map((record) => record.index))
      try {
        observations.push({ index, observation: (await dc.readings.read(grant, index)) as unknown as Json });
      } catch (error) {
        // What its subject erased or restricted meanwhile: the others were entered as read, so they are shown.
        if (!isVitrineError(error) || !/^grant\.(?:gone|restricted)$/.test(error.code)) throw error;
        first ??= error;
        refused.push({ index, code: error.code });
      }
    if (first !== undefined && observations.length === 0) throw first;
    return {
      request: one.signed.digest,
      until,
      grants: proven.map(({ operator, statement, index }) => ({ operator, statement, index })),
      records: observations,
      refused,
    };
  } finally {
    for (const shares of grant.shares.values()) for (const { share } of shares) share.fill(0);
  }
}

/** Every grant that holds. Where a key lacks shares, throws why the others are not among them. */
async function proveAll({ context, kept, log }: Parts, one: AskedAccess): Promise<readonly ProvenGrant[]> {
  const reply = await kept.replyOf(one);
  const proven: ProvenGrant[] = [];
  const lacking: Error[] = [];
  for (const supervisor of listed(context, one.asked)) {
    const { operator } = supervisor;
    try {
      const answer = await askDecision(supervisor, one.signed);
      const state = answer?.state ?? 'waiting';
      if (answer !== undefined && state === 'granted')
        proven.push(await log.prove(answer, one.signed, operator, reply));
      else lacking.push(notGranted(operator, state));
    } catch (error) {
      if (!isVitrineError(error)) throw error;
      lacking.push(error);
    }
  }
  // A lie is said before an absence.
  const worst = lacking.find((error) => isVitrineError(error, 'grant.unproven')) ?? lacking[0];
  const few = one.signed.request.keys.find(
    ({ key, need }) => proven.filter(({ shares }) => shares.has(key)).length < need,
  );
  if (few !== undefined)
    throw worst ?? fail('grant.waiting', `${few.need} supervisors must grant it, and ${proven.length} did`);
  return proven.toSorted((a, b) => a.index - b.index);
}

function notGranted(operator: string, state: string): Error {
  if (state === 'denied') return fail('grant.denied', `${operator} denied the request`);
  if (state === 'revoked') return fail('grant.revoked', `${operator} revoked its grant`);
  return fail('grant.waiting', `${operator} has not granted the request: ${state}`);
}

/** The ledger of reads names the first grant of those that were needed; the request is the same in all. */
function grantOf({ signed }: AskedAccess, proven: readonly ProvenGrant[]): Grant {
  const shares = new Map<string, NumberedShare[]>();
  for (const { shares: some } of proven)
    for (const [key, share] of some) shares.set(key, [...(shares.get(key) ?? []), share]);
  return {
    statement: proven[0]?.statement ?? '',
    records: new Set(signed.request.records.map(({ index }) => index)),
    until: parseTime(signed.request.until),
    shares,
  };
}

async function revoke(
  { clock, kept }: Parts,
  { request: start }: { readonly request: string },
): Promise<Json> {
  const one = await kept.named(start);
  if (one.revoked === null) await kept.revoke(one, formatTime(clock.now() / 1000));
  return { ...summaryOf(one), revoked: true };
}

function listed({ supervisors }: AccessContext, wanted: readonly string[]): readonly AskedSupervisor[] {
  return [...new Set(wanted)].map((operator) => {
    const found = supervisors.find((one) => one.operator === operator);
    if (found === undefined) throw fail('grant.request', `no supervisor "${operator}" is listed here`);
    return found;
  });
}

function summaryOf({ signed: { request: asked, digest } }: AskedAccess): {
  readonly request: string;
  readonly who: string;
  readonly why: string;
  readonly until: string;
  readonly records: readonly number[];
} {
  const { who, why, until, records } = asked;
  return { request: digest, who, why, until, records: records.map(({ index }) => index) };
}
