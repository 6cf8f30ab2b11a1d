// A decision of the owner goes before all else that is done with what is shared (D21): whoever is to decide holds a
// second lease while waiting for the first one. Who holds the first looks whether somebody does, before each
// request and while one is under way; then it gives up that request and asks nobody any more. Both leases fall
// with their process: a decision whose process was killed is waited for by nobody.

import { isVitrineError, type VitrineError } from '@vitrine/evidence';
import { acquireLease, type Lease } from '@vitrine/host';
import { fail } from '../codes.ts';
import { waitForLease } from '../lease.ts';
import { requestFrom, type HostRequest, type Hosts } from '../repository.ts';
import type { Agent } from '../session.ts';
import { lockSharing, makeSharing, type SharingPaths } from './place.ts';

/** Above what anybody needs to give way: the file that is read, the entries that are checked. */
const decisionPatienceMs = 60_000;
const lookAgainMs = 200;

/** The lease of the sharing folder, which `decides` gets before everybody else. */
export async function takeSharing(
  agent: Pick<Agent, 'patienceMs'>,
  paths: SharingPaths,
  decides: boolean,
): Promise<Lease> {
  await makeSharing(paths);
  if (!decides) return waitForLease(agent, () => lockSharing(paths));
  const patience = { patienceMs: Math.max(agent.patienceMs ?? 0, decisionPatienceMs) };
  using _ = await waitForLease(patience, () => lockDecision(paths));
  return await waitForLease(patience, () => lockSharing(paths));
}

function lockDecision({ path }: SharingPaths): Lease {
  return acquireLease(path, 'decision');
}

/** For the holder of the lease of the sharing folder, from its beginning to `close`. Every request goes through it. */
export class GivingWay implements Hosts {
  readonly #paths: SharingPaths;
  readonly #beyond: Hosts | undefined;
  readonly #asked = new AbortController();
  readonly #timer: NodeJS.Timeout;

  constructor(paths: SharingPaths, beyond: Hosts | undefined) {
    this.#paths = paths;
    this.#beyond = beyond;
    this.#timer = setInterval(() => this.isAsked, lookAgainMs).unref();
  }

  /** Says when somebody waits to decide. */
  get signal(): AbortSignal {
    return this.#asked.signal;
  }

  /** Whether somebody waits to decide, or did since this began. */
  get isAsked(): boolean {
    if (!this.#asked.signal.aborted && isHeld(this.#paths)) this.#asked.abort();
    return this.#asked.signal.aborted;
  }

  /** Throws `endpoint.gives-way`. */
  requireNotAsked(): void {
    if (this.isAsked) throw givesWay();
  }

  async request<T>(address: string, work: (request: HostRequest) => Promise<T>): Promise<T> {
    this.requireNotAsked();
    const controller = new AbortController();
    const abort = (): void => {
      controller.abort();
    };
    this.signal.addEventListener('abort', abort);
    try {
      return await requestFrom({ hosts: this.#beyond }, address, (request) => {
        request.signal?.addEventListener('abort', abort);
        return work({ ...request, signal: controller.signal });
      });
    } catch (error) {
      if (this.signal.aborted && isVitrineError(error, 'fetch.aborted')) throw givesWay(error);
      throw error;
    } finally {
      this.signal.removeEventListener('abort', abort);
    }
  }

  close(): void {
    clearInterval(this.#timer);
  }
}

/** What cannot be looked at is looked at again: who wants to decide is told what is wrong with it. */
function isHeld(paths: SharingPaths): boolean {
  try {
    lockDecision(paths).release();
    return false;
  } catch (error) {
    if (!isVitrineError(error)) throw error;
    return error.code === 'lease.held';
  }
}

function givesWay(cause?: unknown): VitrineError {
  return fail('endpoint.gives-way', 'what was under way ends here: a decision about sharing goes first', {
    cause,
  });
}
