// Back to the last good version by the hand of whoever owns the machine. It is recorded; metadata, policy and
// sequences stay where they are, and what was left is not installed again by itself.

import { activate, lastGood, recover, running } from './activation.ts';
import { fail } from './codes.ts';
import type { Version } from './memory.ts';
import { runSession, type Agent, type Ran } from './session.ts';

export interface RolledBack {
  readonly version: Version;
  readonly from: Version | undefined;
}

export function rollback(agent: Agent, { yes }: { readonly yes: boolean }): Promise<Ran<RolledBack>> {
  return runSession(agent, async (session) => {
    await recover(session);
    session.enter('fall-back');
    const from = running(session);
    const version = await lastGood(session);
    if (version === undefined) throw fail('endpoint.no-version', 'there is no earlier good version here');
    if (!yes)
      throw fail(
        'endpoint.confirm',
        `would go from version ${from?.version ?? 'none'} back to ${version.version} (sequence ${version.sequence})`,
      );
    await activate(session, version, 'rolled-back');
    return { version, from };
  });
}
