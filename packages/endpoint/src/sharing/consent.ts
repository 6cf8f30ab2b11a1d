// Consent on the endpoint (D21). The owner sees everything that a profile shares, in the words that are made from
// its fields, and where it would be kept; then says yes, here. Giving and withdrawing are signed here first and
// durable before anything is sent; the data center's signature comes when it can. Nothing is shared before both
// have signed, and nothing after a withdrawal, whether or not anybody was reached.

import { existsSync } from 'node:fs';
import { countries, formatTime, isVitrineError, type DataCenter, type Envelope } from '@vitrine/evidence';
import { createSecret, readSecret } from '@vitrine/host';
import {
  formatRecoveryCode,
  giveConsent,
  newReportId,
  placeUnder,
  profiles,
  readOwnConsent,
  recoverySize,
  screenOf,
  screenText,
  textDigest,
  withdrawConsent,
  type Consent,
  type OwnBody,
  type ProfileName,
  type Subject,
} from '@vitrine/reports';
import { fail } from '../codes.ts';
import { locate } from '../repository.ts';
import { leaveInDoubt } from './make.ts';
import { centerFor, type Known } from './residency.ts';
import type { SharingSession, Trust } from './session.ts';
import { mostUnsent, withSubject, type KnownSubject, type SharingState } from './state.ts';

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

export function showConsent({ profile, country, also }: ConsentAsked, known: Known, trust: Trust): Shown {
  requireCountry(country);
  const center = centerFor(known, country);
  const operator = trust.policy.operators.get(center.operator)?.name ?? center.operator;
  const screen = screenOf(profile, { name: center.name, operator, country: center.country, also });
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
  const leftover = await dropLeftover(session, current); // This yes is not for it.
  const same = current?.known.center === center.id && current.decided.record.act === 'given';
  const of = same ? current.known : freshSubject(session, center.id);
  const subject = await session.subject(of.center, of.generation);
  const envelope = await giveConsent(
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
  );
  // The old place hears that its consent is over: it waits there and is sent like every decision.
  const left = !same && current?.decided.record.act === 'given' ? [await withdrawalOf(session, current)] : [];
  await decideAll(session, [...left, { known: of, envelope }], {
    profile,
    country,
    current: { center: center.id, generation: of.generation },
  });
  const dropped = leftover + (await dropUnshared(session, profile));
  return { profile, center: center.id, dropped, ...(recoveryCode === undefined ? {} : { recoveryCode }) };
}

/** Made with the first consent. Answers the code if it is new, or was made by a run that was killed before it said so. */
async function makeSecret({ paths, state }: SharingSession): Promise<string | undefined> {
  if (!existsSync(paths.secret)) {
    // Another one would be another's: what is known to the data centers comes back with the printed code alone.
    if (state.subjects.length > 0)
      throw fail('endpoint.recovery', 'the recovery secret of this endpoint is gone');
    return formatRecoveryCode(await createSecret(paths.secret, recoverySize));
  }
  return state.subjects.length === 0
    ? formatRecoveryCode(await readSecret(paths.secret, recoverySize))
    : undefined;
}

function policyUrlOf({ trust }: SharingSession): string {
  return locate(trust.enrolment.repositories[0] as string, 'sharing.json');
}

/** A number that no subject at this center has had: what comes cannot be linked to what was. */
export function freshSubject({ state }: SharingSession, center: string): KnownSubject {
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
export function ownConsent(
  { agent: { platform } }: SharingSession,
  envelope: Envelope,
  { signer: { keyid } }: Subject,
): Promise<Consent> {
  const own = { ...envelope, signatures: envelope.signatures.filter((one) => one.keyid === keyid) };
  return readOwnConsent(own, platform.verifySignature, platform.sha256);
}

/** Signed by its owner, for one subject. */
interface Decision {
  readonly known: KnownSubject;
  readonly envelope: Envelope;
}

type Follows = Partial<Pick<SharingState, 'profile' | 'country' | 'current'>>;

export function decide(
  session: SharingSession,
  known: KnownSubject,
  envelope: Envelope,
  follows: Follows,
): Promise<void> {
  return decideAll(session, [{ known, envelope }], follows);
}

/**
 * What the owner decided with one yes, of different subjects: in the own ledger, then durable together with what
 * follows from it, before anybody is told. Killed before that, nothing was decided.
 */
async function decideAll(
  session: SharingSession,
  decisions: readonly Decision[],
  follows: Follows,
): Promise<void> {
  const { platform } = session.agent;
  const entries: OwnBody[] = [];
  let { state } = session;
  for (const { known, envelope } of decisions) {
    const { center, generation, unsent } = known;
    if (unsent.length >= mostUnsent)
      throw fail('endpoint.unsent', `${unsent.length} decisions wait for ${center} already`);
    const { record, digest } = await readOwnConsent(envelope, platform.verifySignature, platform.sha256);
    const { act, profile, country } = record;
    entries.push({ type: 'consent', center, act, profile, country, receipt: digest, generation });
    state = { ...state, subjects: withSubject(state, { ...known, unsent: [...unsent, envelope] }) };
  }
  await session.ledger.append(session.now, ...entries);
  await session.remember({ subjects: state.subjects, suspended: undefined, ...follows });
}

/** Sharing ends here and now, with a withdrawal where a consent is. Answers how much of the queue went. */
export async function endSharing(session: SharingSession): Promise<number> {
  const current = await currentConsent(session);
  if (current?.decided.record.act !== 'given')
    await session.remember({ profile: 'none', suspended: undefined });
  else await decideAll(session, [await withdrawalOf(session, current)], { profile: 'none' });
  return dropUnshared(session, 'none');
}

async function withdrawalOf(
  session: SharingSession,
  { known, decided, subject }: CurrentConsent,
): Promise<Decision> {
  const at = formatTime(session.now);
  const envelope = await withdrawConsent(decided, { id: newReportId(), at, method: 'terminal' }, subject);
  return { known, envelope };
}

/** What waits under a consent that ended: the run that ended it was killed before it had removed it. */
export async function dropLeftover(
  session: SharingSession,
  current: CurrentConsent | undefined,
): Promise<number> {
  return current?.decided.record.act === 'given' ? 0 : dropUnshared(session, 'none');
}

/** What waits and is not shared under this profile. Reports that were made and not taken go, too. */
async function dropUnshared(session: SharingSession, profile: ProfileName): Promise<number> {
  const { kinds } = profiles[profile];
  let dropped = await session.queue.filter(({ kind }) => kinds.includes(kind));
  if (!kinds.includes('sample')) dropped += await session.samples.clear();
  for (const { report } of await session.outbox.all()) {
    if (report.observations.every(({ observation: { kind } }) => kinds.includes(kind))) continue;
    await leaveInDoubt(session, report.id, 0, profile === 'none' ? 'consent.withdrawn' : 'consent.profile');
    dropped += report.observations.length;
  }
  return dropped;
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
  const envelope = await signAgain(session, fresh, record, center, known.residency.policy.version);
  await decide(session, fresh, envelope, { current: { center: center.id, generation: fresh.generation } });
}

/** The first consent of another subject, to what was agreed to before. */
export async function signAgain(
  session: SharingSession,
  { center: id, generation }: KnownSubject,
  { profile, country, jurisdictions, method, notice }: Consent['record'],
  center: Pick<DataCenter, 'id' | 'name' | 'operator' | 'country'>,
  residency: number,
): Promise<Envelope> {
  const subject = await session.subject(id, generation);
  return giveConsent(
    {
      profile,
      country,
      center,
      residency,
      jurisdictions,
      method,
      ...notice,
      previous: null,
      id: newReportId(),
      at: formatTime(session.now),
    },
    subject,
  );
}
