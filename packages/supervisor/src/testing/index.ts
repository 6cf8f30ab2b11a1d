// A supervisor whose desk is open, for tests of those who meet it: it builds and fetches nothing.

import { chooseSandbox } from '@vitrine/conveyor';
import type { Signer } from '@vitrine/evidence';
import { listen, sha256, verifySignature, type Clock } from '@vitrine/host';
import { releaseShare, type OpeningKey } from '@vitrine/reports';
import type { Submit } from '../outbox.ts';
import { openSupervisor, type Supervisor, type SupervisorOptions } from '../supervisor.ts';
import type { AcceptedTrust } from '../trust.ts';

export interface TestDeskOptions {
  readonly folder: string;
  readonly operator: string;
  readonly accepted: AcceptedTrust;
  /** Of each role of the operator. */
  readonly signer: (role: 'rebuilder' | 'supervisor' | 'cosigner') => Signer;
  /** Of its halves. */
  readonly opening: OpeningKey;
  /** Its address. */
  readonly log: string;
  readonly submit: Submit;
  readonly clock: Clock;
  readonly change?: Partial<SupervisorOptions>;
}

export interface TestDesk {
  readonly supervisor: Supervisor;
  readonly url: string;
  readonly stop: () => Promise<void>;
}

export async function openTestDesk(options: TestDeskOptions): Promise<TestDesk> {
  const { folder, operator, accepted, signer, opening, log, submit, clock, change } = options;
  const { sandbox } = await chooseSandbox('none');
  const supervisor = await openSupervisor({
    folder,
    operator,
    accepted,
    signers: {
      rebuilder: signer('rebuilder'),
      supervisor: signer('supervisor'),
      cosigner: signer('cosigner'),
    },
    log,
    submit,
    objects: { blob: nothing, source: nothing },
    repository: { fetch: () => Promise.resolve(undefined) },
    sandbox,
    release: async (ask) => {
      const { policy } = await accepted();
      return releaseShare(ask, { opening, policy, now: clock.now() / 1000 }, { sha256, verifySignature });
    },
    clock,
    pollMs: 10,
    peerMs: 10,
    rate: { perSecond: 1_000, burst: 1_000 },
    host: { node: process.version, user: 'test', directory: folder },
    ...change,
  });
  const server = await listen(supervisor.handler, { port: 0, graceMs: 100 });
  let stopped: Promise<void> | undefined;
  const stop = async (): Promise<void> => {
    await server.close();
    await supervisor.close();
  };
  return { supervisor, url: server.url, stop: () => (stopped ??= stop()) };
}

function nothing(): Promise<never> {
  return Promise.reject(new Error('nothing is fetched here'));
}
