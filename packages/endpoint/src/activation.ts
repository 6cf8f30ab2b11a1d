// Putting a version in place, so that a power cut or kill at any moment leaves one that runs:
//
//   memory: activation = new            the intent; `current` is still the old one
//   pointer → new                       the swap
//   health check through the pointer
//   memory: current = new, no intent    the commit
//
// A run that finds an intent knows that the one before died in between, and goes back: a version that was
// not seen to start never stays. The commit is the only point at which `current` moves.

import { join } from 'node:path';
import { isVitrineError } from '@vitrine/evidence';
import { fail } from './codes.ts';
import { versionOf, type Change, type Version } from './memory.ts';
import type { Session } from './session.ts';
import { isIntact, withVersion } from './versions.ts';

/** Swaps to a staged version and proves that it starts there; if not, goes back and throws. */
export async function activate(session: Session, version: Version, what: Change): Promise<void> {
  const { memory, pointer, folder, agent } = session;
  const from = memory.current;
  session.enter('activate');
  await session.remember({ activation: version.sha256, versions: withVersion(memory, version) });
  await pointer.set(version.sha256);
  session.enter('health');
  try {
    const { product, output } = memory.enrolment;
    const file = join(await pointer.follow(), output);
    await agent.runner.selfTest(file, { ...version, product }, folder.path);
  } catch (error) {
    if (!isVitrineError(error)) throw error;
    // Whatever else went wrong (a full disk) says nothing about the version.
    const failed = isVitrineError(error, 'endpoint.health');
    await abandon(session, failed ? { ...version, standing: 'failed' } : version);
    session.enter('health'); // Where it was refused.
    throw error;
  }
  session.enter('commit');
  const versions = withVersion(session.memory, { ...version, standing: 'good' });
  await session.remember({
    activation: undefined,
    current: version.sha256,
    versions: what === 'rolled-back' ? withStanding(versions, from, 'rolled-back') : versions,
    changes: session.changed(what, from, version.sha256),
  });
}

/** What ran before runs again, or, where that was withdrawn, the last good version. */
async function abandon(session: Session, version: Version): Promise<void> {
  session.enter('fall-back');
  const versions = withVersion(session.memory, version);
  const before = running(session);
  const isUsable = before !== undefined && before.sha256 !== version.sha256;
  const good = isUsable && before.listed !== 'withdrawal' ? before : await lastGood(session, versions);
  const back = (good ?? (isUsable ? before : undefined))?.sha256;
  if (back === undefined) await session.pointer.remove();
  else await session.pointer.set(back);
  await session.remember({
    activation: undefined,
    current: back,
    versions,
    changes: session.changed('recovered', version.sha256, back),
  });
}

function withStanding(
  versions: readonly Version[],
  sha256: string | undefined,
  standing: Version['standing'],
): readonly Version[] {
  return versions.map((one) => (one.sha256 === sha256 ? { ...one, standing } : one));
}

/** After a run that was killed: `current` counts, whatever the pointer says. */
export async function recover(session: Session): Promise<void> {
  session.enter('recover');
  const { memory, pointer } = session;
  const { current, activation } = memory;
  if ((await pointer.read()) !== current) {
    if (current === undefined) await pointer.remove();
    else await pointer.set(current);
  }
  if (activation !== undefined)
    await session.remember({
      activation: undefined,
      changes: session.changed('recovered', activation, current),
    });
}

/** D26: the last version that ran well here and that nothing in force is about. */
export async function lastGood(
  session: Session,
  versions: readonly Version[] = session.memory.versions,
): Promise<Version | undefined> {
  const { current } = session.memory;
  for (const version of versions.toReversed()) {
    const isGood = version.standing === 'good' && version.listed === undefined;
    if (version.sha256 !== current && isGood && (await isIntact(session, version))) return version;
  }
  return undefined;
}

/** The running version was withdrawn: back to the last good one. */
export async function fallBack(session: Session): Promise<Version> {
  session.enter('fall-back');
  const version = await lastGood(session);
  if (version === undefined)
    throw fail(
      'endpoint.nothing-good',
      `version ${running(session)?.version ?? ''} is withdrawn and still runs: there is no good one here`,
    );
  await activate(session, version, 'fell-back');
  return version;
}

export function running({ memory }: Pick<Session, 'memory'>): Version | undefined {
  return memory.current === undefined ? undefined : versionOf(memory, memory.current);
}
