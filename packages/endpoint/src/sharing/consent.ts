// Consent on the endpoint (D21). The owner sees everything that a profile shares, in the words that are made from
// its fields, and where it would be kept; then says yes, here. Giving and withdrawing are signed here first and
// durable before anything is sent; the data center's signature comes when it can. Nothing is shared before both
// have signed, and nothing after a withdrawal, whether or not anybody was reached.

import { existsSync } from 'node:fs';
import { countries, formatTime, isVitrineError, type DataCenter, type Envelope } from '@vitrine/evidence';
import { createSecret } from '@vitrine/host';
import {
  formatConsent,
  formatRecoveryCode,
  giveConsent,
  ledgerRulesOf,
  newReportId,
  openAnswer,
  parseConsent,
  placeUnder,
  profiles,
  readConsent,
  readOwnConsent,
  recoverySize,
  screenOf,
  screenText,
  sealMessage,
  textDigest,
  withdrawConsent,
  type Consent,
  type ProfileName,
  type Subject,
} from '@vitrine/reports';
import { fail } from '../codes.ts';
import { locate } from '../repository.ts';
import { postSealed } from './intake.ts';
import { centerFor, centerNamed, sealingKeyOf, type Known } from './residency.ts';
import type { SharingSession, Trust } from './session.ts';
import { mostUnsent, type KnownSubject } from './state.ts';

export interface ConsentAsked {
  readonly profile: ProfileName;
  readonly country: string;
  /** Countries beyond the data center's own in which it may be kept, too. */
  readonly also: readonly string[];
}

/** What the owner is shown before the yes. */
export interface Shown {
  readonly center: DataCenter;
  readonly text: string;
}

export function showConsent({ profile, country }: ConsentAsked, known: Known, trust: Trust): Shown {
  requireCountry(country);
  const center = centerFor(known, country);
  const operator = trust.policy.operators.get(center.operator)?.name ?? center.operator;
  const screen = screenOf(profile, { name: center.name, operator, country: center.country });
  return { center, text: screenText(screen) };
}

function requireCountry(country: string): void {
  if (!countries.includes(country))
    throw fail('endpoint.usage', `"${country}" is no country code of ISO 3166-1, for example CH`);
}

export interface Given {
  readonly profile: ProfileName;
  readonly center: string;
  /** Shown once: it is the only way back to what was shared, should this machine be lost. */
  readonly recoveryCode?: string;
  /** Observations and samples that waited and are not shared under this profile. */
  readonly dropped: number;
}

/** The owner's yes to exactly the text that was shown. */
export async function giveShown(
  session: SharingSession,
  asked: ConsentAsked,
  { center, text }: Shown,
  known: Known,
): Promise<Given> {
  asked.also.forEach(requireCountry);
  const { profile, country } = asked;
  if (profiles[profile].kinds.length === 0) {
    // Nothing of it goes to a data center, so none is told; what was shared before ends.
    const dropped = await endSharing(session);
    await session.remember({ profile, country });
    return { profile, center: center.id, dropped };
  }
  const recoveryCode = await makeSecret(session);
  const current = await currentConsent(session);
  const same = current?.known.center === center.id && current.decided.record.act === 'given';
  const of = same ? current.known : freshSubject(session, center.id);
  const subject = await session.subject(of.center, of.generation);
  await decide(
    session,
    of,
    await giveConsent(
      {
        profile,
        country,
        center,
        residency: known.residency.policy.version,
        jurisdictions: asked.also,
        method: 'terminal',
        policyUrl: policyUrlOf(session),
        text: textDigest(text, session.agent.platform.sha256),
        previous: same ? current.decided.digest : null,
        id: newReportId(),
        at: formatTime(session.now),
      },
      subject,
    ),
  );
  await session.remember({
    profile,
    country,
    current: { center: center.id, generation: of.generation },
    suspended: undefined,
  });
  const dropped = await dropUnshared(session, profile);
  return { profile, center: center.id, dropped, ...(recoveryCode === undefined ? {} : { recoveryCode }) };
}

/** Made with the first consent. Answers the code if it is new. */
async function makeSecret({ paths }: SharingSession): Promise<string | undefined> {
  if (existsSync(paths.secret)) return undefined;
  return formatRecoveryCode(await createSecret(paths.secret, recoverySize));
}

function policyUrlOf({ trust }: SharingSession): string {
  return locate(trust.enrolment.repositories[0] as string, 'sharing.json');
}

/** A number that no subject at this center has had: what comes cannot be linked to what was. */
function freshSubject({ state }: SharingSession, center: string): KnownSubject {
  const used = state.subjects.filter((one) => one.center === center).map(({ generation }) => generation);
  return { center, generation: Math.max(0, ...used) + 1, unsent: [] };
}

/** The consent under which is shared now, as its owner decided it last. */
export interface CurrentConsent {
  readonly known: KnownSubject;
  readonly decided: Consent;
  readonly subject: Subject;
}

export async function currentConsent(session: SharingSession): Promise<CurrentConsent | undefined> {
  const { current } = session.state;
  const known = current === undefined ? undefined : session.knownSubject(current.center, current.generation);
  const envelope = known?.unsent.at(-1) ?? known?.confirmed;
  if (known === undefined || envelope === undefined) return undefined;
  const subject = await session.subject(known.center, known.generation);
  return { known, subject, decided: await ownConsent(session, envelope, subject) };
}

/** By the subject's signature; the other one, where it is there, was verified when it came. */
function ownConsent(
  { agent: { platform } }: SharingSession,
  envelope: Envelope,
  { signer: { keyid } }: Subject,
): Promise<Consent> {
  const own = { ...envelope, signatures: envelope.signatures.filter((one) => one.keyid === keyid) };
  return readOwnConsent(own, platform.verifySignature, platform.sha256);
}

/** A decision of the owner: durable, and in the own ledger, before anybody is told. */
async function decide(session: SharingSession, known: KnownSubject, envelope: Envelope): Promise<void> {
  if (known.unsent.length >= mostUnsent)
    throw fail('endpoint.unsent', `${known.unsent.length} decisions wait for ${known.center} already`);
  const { center, generation } = known;
  const { platform } = session.agent;
  const { record, digest } = await readOwnConsent(envelope, platform.verifySignature, platform.sha256);
  await session.rememberSubject({ ...known, unsent: [...known.unsent, envelope] });
  const { act, profile, country } = record;
  await session.ledger.append(session.now, {
    type: 'consent',
    center,
    act,
    profile,
    country,
    receipt: digest,
    generation,
  });
}

/** Sharing ends here and now, with a withdrawal where a consent is. Answers how much of the queue went. */
export async function endSharing(session: SharingSession): Promise<number> {
  const current = await currentConsent(session);
  await session.remember({ profile: 'none', suspended: undefined });
  if (current?.decided.record.act === 'given') {
    const { known, decided, subject } = current;
    const at = formatTime(session.now);
    const withdrawal = await withdrawConsent(decided, { id: newReportId(), at, method: 'terminal' }, subject);
    await decide(session, known, withdrawal);
  }
  return dropUnshared(session, 'none');
}

/** What waits and is not shared under this profile. Reports that were made and not taken go, too. */
async function dropUnshared(session: SharingSession, profile: ProfileName): Promise<number> {
  const { kinds } = profiles[profile];
  let dropped = await session.queue.filter(({ kind }) => kinds.includes(kind));
  if (!kinds.includes('sample')) dropped += await session.samples.clear();
  for (const { report } of await session.outbox.all()) {
    if (report.observations.every(({ observation: { kind } }) => kinds.includes(kind))) continue;
    await session.outbox.remove(report.id);
    dropped += report.observations.length;
  }
  return dropped;
}

/** Receipts that a data center did not take, which it will not take later either. */
export interface ConsentRefused {
  readonly center: string;
  readonly status: number;
  readonly code: string;
}

/**
 * Brings what the owner decided to the data centers, in order: signed here → sealed → signed there → kept. What
 * cannot be brought now waits; what is refused is told.
 */
export async function settleConsents(
  session: SharingSession,
  known: Known,
): Promise<readonly ConsentRefused[]> {
  const refused: ConsentRefused[] = [];
  for (const { center, generation } of session.state.subjects) {
    for (;;) {
      const one = session.knownSubject(center, generation);
      const envelope = one?.unsent[0];
      if (one === undefined || envelope === undefined) break;
      const reply = await sendConsent(session, known, one, envelope);
      if (reply.kind === 'refused') refused.push({ center, status: reply.status, code: reply.code });
      if (reply.kind !== 'done') break;
      await session.ledger.append(session.now, { type: 'countersigned', consent: reply.value });
      await session.rememberSubject({ ...one, confirmed: reply.value, unsent: one.unsent.slice(1) });
    }
  }
  return refused;
}

type ConsentReply =
  | { readonly kind: 'done'; readonly value: Envelope }
  | { readonly kind: 'later' | 'elsewhere' }
  | { readonly kind: 'refused'; readonly status: number; readonly code: string };

async function sendConsent(
  session: SharingSession,
  known: Known,
  { center: id, generation }: KnownSubject,
  envelope: Envelope,
): Promise<ConsentReply> {
  const { platform, limits } = session.agent;
  const center = centerNamed(known, id);
  const subject = await session.subject(id, generation);
  const key = sealingKeyOf(known, id, session.now);
  const message = await sealMessage({ type: 'consent', body: formatConsent(envelope) }, key, platform.sha256);
  const reply = await postSealed(center, 'v1/consents', message, limits);
  if (reply.kind === 'refused') return reply;
  if (reply.kind !== 'done') return { kind: reply.kind };
  const sent = await ownConsent(session, envelope, subject);
  const answer = parseConsent(await openAnswer(reply.value, subject.opening, sent.digest));
  const { ledger } = ledgerRulesOf(session.trust.policy, center);
  const both = await readConsent(answer, ledger.spki, platform.verifySignature, platform.sha256);
  if (both.digest !== sent.digest)
    throw fail('endpoint.answer', `the data center ${id} answers with another consent than was sent`);
  return { kind: 'done', value: answer };
}

/** Under which a report may be sealed now. */
export interface Standing {
  readonly subject: Subject;
  readonly generation: number;
  readonly consent: Consent;
  readonly center: DataCenter;
}

/**
 * The consent in force, for the place that the policy now names. Undefined while the data center has not signed.
 * Another center within the countries that were agreed to gets a subject and receipt of its own; any other
 * place suspends sharing until the owner agrees (D21).
 */
export async function standingConsent(session: SharingSession, known: Known): Promise<Standing | undefined> {
  const current = await currentConsent(session);
  if (current === undefined || current.decided.record.act !== 'given')
    throw fail('endpoint.no-consent', 'nothing is shared: no consent is in force');
  const center = centerFor(known, current.decided.record.country);
  if ((await placeOrSuspend(session, current.decided, center)) === 'renew') {
    await renew(session, current, center, known);
    return standingConsent(session, known);
  }
  const { known: of, decided: consent, subject } = current;
  if (of.unsent.length > 0) return undefined;
  if (session.state.suspended !== undefined) await session.remember({ suspended: undefined });
  return { subject, generation: of.generation, consent, center };
}

async function placeOrSuspend(
  session: SharingSession,
  consent: Consent,
  center: DataCenter,
): Promise<'same' | 'renew'> {
  try {
    return placeUnder(consent, center);
  } catch (error) {
    if (!isVitrineError(error, 'consent.moved')) throw error;
    const { code, message } = error;
    if (session.state.suspended?.message !== message)
      await session.remember({ suspended: { at: session.now, code, message } });
    throw error;
  }
}

/** What the owner agreed to, for the other center: the same text, profile and countries. */
async function renew(
  session: SharingSession,
  { decided: { record } }: CurrentConsent,
  center: DataCenter,
  known: Known,
): Promise<void> {
  const fresh = freshSubject(session, center.id);
  const subject = await session.subject(center.id, fresh.generation);
  const { profile, country, jurisdictions, method, notice } = record;
  const envelope = await giveConsent(
    {
      profile,
      country,
      center,
      residency: known.residency.policy.version,
      jurisdictions,
      method,
      ...notice,
      previous: null,
      id: newReportId(),
      at: formatTime(session.now),
    },
    subject,
  );
  await decide(session, fresh, envelope);
  await session.remember({ current: { center: center.id, generation: fresh.generation } });
}
