// The update (flow B): nothing is installed that was not published for everyone, logged, witnessed, rebuilt by
// others to the same bytes, and seen to start here.

import {
  fields,
  isVitrineError,
  schema,
  verify,
  type ConsistencyProof,
  type Outcome,
  type Release,
  type TrustPolicy,
} from '@vitrine/evidence';
import { findTarget, targetPath, type Fetcher, type Target } from '@vitrine/tuf';
import { activate, fallBack, recover, running } from './activation.ts';
import { fail } from './codes.ts';
import { keepOne } from './folder.ts';
import { download } from './download.ts';
import type { Version } from './memory.ts';
import { noticePolicy, policyInForce } from './policy.ts';
import { headFileOf, historyOf, keepFork, refreshMetadata, type Published } from './refresh.ts';
import { openRepositories } from './repository.ts';
import { requireAccepted, runSession, type Agent, type Ran, type Session } from './session.ts';
import { fileOf, isIntact, isSetAside, stage, tidy } from './versions.ts';

/** Evidence may grow to this (D2). */
const evidenceLimit = 1 << 20;

export interface UpdateOptions {
  /** Everything up to the verdict; installs nothing. */
  readonly check?: boolean;
  /** Also what failed here before or was rolled back by hand. */
  readonly again?: boolean;
}

export type Updated =
  | { readonly result: 'current'; readonly version: Version }
  | { readonly result: 'available'; readonly version: Version }
  | { readonly result: 'installed'; readonly version: Version; readonly from?: Version | undefined }
  | { readonly result: 'fell-back'; readonly version: Version; readonly from?: Version | undefined };

export function update(agent: Agent, options: UpdateOptions = {}): Promise<Ran<Updated>> {
  return runSession(agent, async (session) => {
    await recover(session);
    const { repositories } = session.memory.enrolment;
    const fetcher = openRepositories(repositories, agent.limits);
    const policy = await policyInForce(session);
    // Whatever is missing after it: once a publication says that what runs was withdrawn, it gives way.
    const updated = await orFallBack(session, running(session), options, async () => {
      const published = await refreshMetadata(session, fetcher, policy);
      await noticePolicy(session, fetcher, published.metadata, policy);
      const before = running(session);
      const target = await findRelease(session, published);
      if (before?.sha256 === target.sha256 && (await isIntact(session, before)))
        return { result: 'current', version: before };
      const version = await judge(session, fetcher, policy, published, target);
      if (options.check === true) return { result: 'available', version };
      if (options.again !== true) requireNotSetAside(session, version);
      await install(session, target, version);
      return { result: 'installed', version, from: before };
    });
    await session.remember({ checkedAt: session.now });
    return updated;
  });
}

/** D26: a running version that was withdrawn gives way, to a new one or to the last good one. */
async function orFallBack(
  session: Session,
  before: Version | undefined,
  { check }: UpdateOptions,
  proceed: () => Promise<Updated>,
): Promise<Updated> {
  const isWithdrawn = (): boolean => running(session)?.listed === 'withdrawal';
  let updated: Updated;
  try {
    updated = await proceed();
  } catch (error) {
    const { step } = session;
    if (isWithdrawn() && check !== true) await fallBackAfter(session, error);
    session.enter(step); // Where it was refused.
    throw error;
  }
  if (updated.result !== 'current' || !isWithdrawn() || check === true) return updated;
  return { result: 'fell-back', version: await fallBack(session), from: before };
}

/** Where there is nothing good to go back to, the first refusal says more, unless it is the withdrawal itself. */
async function fallBackAfter(session: Session, refusal: unknown): Promise<void> {
  try {
    await fallBack(session);
  } catch (error) {
    if (isVitrineError(refusal, 'verdict.withdrawn') || !isVitrineError(error, 'endpoint.nothing-good'))
      throw error;
  }
}

/** The file of this product, channel and platform, as the delegated role lists it. */
async function findRelease(session: Session, { metadata }: Published): Promise<Target> {
  session.enter('target');
  const { product, channel, platform, output } = session.memory.enrolment;
  const path = `${product}/${channel}/${platform}/${output}`;
  const target = await findTarget(metadata, path);
  if (target === undefined) throw fail('endpoint.no-target', `the repository lists no ${path}`);
  return target;
}

/** The one offline verdict (D7), with the fork check that every install needs. */
async function judge(
  session: Session,
  fetcher: Fetcher,
  policy: TrustPolicy,
  { publication }: Published,
  target: Target,
): Promise<Version> {
  session.enter('evidence');
  const { sha256, length: size } = target;
  const evidence = await fetcher.fetch(`evidence/${sha256}.json`, evidenceLimit);

  session.enter('verdict');
  const { product, channel, platform } = session.memory.enrolment;
  const ask = (consistency: readonly ConsistencyProof[], demanded: boolean): Promise<Outcome> =>
    verify(
      {
        artifact: { sha256, size },
        expected: { product, channel, platform },
        evidence,
        publication,
        policy,
        state: session.memory.verdict,
        consistency,
        demand: demanded ? ['publication', 'consistency'] : ['publication'],
        now: session.now,
      },
      session.agent.platform,
    );
  let outcome = await ask([], false);
  // The log is read only below heads that log and witnesses signed.
  if (outcome.verdict === 'accepted' && evidence !== undefined)
    outcome = await ask(await historyOf(session, policy, [publication, evidence]), true);
  if (outcome.code === 'verdict.fork' && evidence !== undefined)
    await keepFork(session, [publication, evidence]);
  const { release, state } = requireAccepted(outcome);
  if (release === undefined || state === undefined || evidence === undefined)
    throw new TypeError('an accepted verdict without release and state');
  requireSameRelease(target, release);
  await session.remember({
    verdict: state,
    ...(await headFileOf(session, state, [publication, evidence])),
    comparedAt: session.now,
  });
  return {
    sha256,
    size,
    version: release.version,
    sequence: release.sequence,
    order: release.order,
    evidence: await keepOne(session.folder, evidence),
    installedAt: session.now,
    standing: 'untried',
  };
}

const listingSchema = schema.object({ sequence: schema.integer(1), version: fields.version });

/** What the role says about its target is what is logged: else stock clients would be told another story. */
function requireSameRelease({ path, custom }: Target, { version, sequence }: Release): void {
  const said = custom?.['vitrine'];
  const told = listingSchema.check(said ?? null, '/custom/vitrine');
  if (told.sequence === sequence && told.version === version) return;
  throw fail(
    'endpoint.target',
    `${path} is not listed as version ${version}, sequence ${sequence}, as which it was released`,
  );
}

function requireNotSetAside({ memory }: Session, { sha256, version }: Version): void {
  if (!isSetAside(memory, sha256)) return;
  const { standing } = memory.versions.find((one) => one.sha256 === sha256) as Version;
  throw fail('endpoint.set-aside', `version ${version} is offered, and is ${standing} here`);
}

/** Download → hash → stage → load test → swap → health check → commit. */
async function install(session: Session, target: Target, version: Version): Promise<void> {
  const { folder, memory, agent } = session;
  const { product, repositories } = memory.enrolment;
  if (!(await isIntact(session, version))) {
    session.enter('download');
    const wanted = { path: targetPath(target), sha256: target.sha256, length: target.length };
    await stage(session, await download(wanted, repositories, folder.path, agent.limits), version);
  }
  session.enter('load-test');
  await agent.runner.selfTest(fileOf(session, version), { ...version, product });
  await activate(session, version, 'installed');
  await tidy(session);
}
