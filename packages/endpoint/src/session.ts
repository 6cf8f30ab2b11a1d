// One run of a command that changes an endpoint: it holds the lease, owns the memory, and knows at which
// step it is, so that a refusal can say so.

import {
  isVitrineError,
  type Exit,
  type Outcome,
  type Platform,
  raiser,
  evidenceErrors,
  type VitrineError,
} from '@vitrine/evidence';
import type { Clock, Lease } from '@vitrine/host';
import { openFolder, sweepTemporaries, type Folder } from './folder.ts';
import { waitForLease } from './lease.ts';
import { mostChanges, type Change, type Memory, type Refusal } from './memory.ts';
import { openPointer, type Pointer } from './pointer.ts';
import type { Limits } from './repository.ts';
import type { Runner } from './runner.ts';

export type Step =
  | 'state'
  | 'recover'
  | 'metadata'
  | 'root'
  | 'publication'
  | 'remember'
  | 'policy'
  | 'target'
  | 'evidence'
  | 'verdict'
  | 'download'
  | 'stage'
  | 'load-test'
  | 'activate'
  | 'health'
  | 'commit'
  | 'fall-back'
  | 'tidy';

/** What an endpoint works with. */
export interface Agent {
  readonly folder: string;
  readonly clock: Clock;
  readonly platform: Platform;
  readonly limits: Limits;
  readonly runner: Runner;
  /** How long to wait for a lease that another process holds; by default not at all. */
  readonly patienceMs?: number | undefined;
  /** Told as each step begins. */
  readonly onStep?: ((step: Step) => void) | undefined;
}

/** How a run ended: done, or refused with a reason that a machine can read. */
export type Ran<T> =
  | { readonly done: T }
  | { readonly refused: Refusal; readonly exit: Exit; readonly error: VitrineError };

/** Members to set; undefined removes. */
type Changes = { readonly [Name in keyof Memory]?: Memory[Name] | undefined };

export class Session {
  readonly agent: Agent;
  readonly folder: Folder;
  readonly pointer: Pointer;
  /** Seconds since 1970, fixed for the run (TUF 5.1). */
  readonly now: number;
  #memory: Memory;
  #step: Step = 'state';
  /** Objects that a refusal keeps as proof. */
  kept: readonly string[] = [];

  constructor(agent: Agent, folder: Folder, memory: Memory) {
    this.agent = agent;
    this.folder = folder;
    this.pointer = openPointer(folder.path);
    this.now = secondsOf(agent.clock);
    this.#memory = memory;
  }

  get memory(): Memory {
    return this.#memory;
  }

  get step(): Step {
    return this.#step;
  }

  enter(step: Step): void {
    this.#step = step;
    this.agent.onStep?.(step);
  }

  /** When it resolves, the changed memory is durable; if it rejects, the old one is. */
  async remember(changes: Changes): Promise<void> {
    const next = { ...this.#memory, ...changes, generation: this.#memory.generation + 1 } as Memory;
    await this.folder.write(next);
    this.#memory = next;
  }

  /** The list of changes with one more. */
  changed(what: Change, from: string | undefined, to: string | undefined): Memory['changes'] {
    const change = {
      at: this.now,
      what,
      ...(from === undefined ? {} : { from }),
      ...(to === undefined ? {} : { to }),
    };
    return [...this.#memory.changes, change].slice(-mostChanges);
  }
}

/** Runs `work` as the only writer of the folder. What it refuses is remembered, and shown by `status`. */
export async function runSession<T>(agent: Agent, work: (session: Session) => Promise<T>): Promise<Ran<T>> {
  const folder = openFolder(agent.folder);
  let session: Session | undefined;
  let lease: Lease | undefined;
  try {
    // The memory is read twice: a folder without one gets no lease file.
    await folder.read();
    lease = await waitForLease(agent, () => folder.lock());
    await sweepTemporaries(folder);
    session = new Session(agent, folder, await folder.read());
    try {
      const done = await work(session);
      if (session.memory.refusal !== undefined) await session.remember({ refusal: undefined });
      return { done };
    } catch (error) {
      // What its owner stopped was refused by nobody.
      if (isVitrineError(error) && error.exit !== 2 && error.code !== 'fetch.aborted')
        await session.remember({ refusal: refusalOf(error, session) }).catch(() => {}); // Told all the same.
      throw error;
    }
  } catch (error) {
    if (!isVitrineError(error)) throw error;
    return { refused: refusalOf(error, session, secondsOf(agent.clock)), exit: error.exit, error };
  } finally {
    lease?.release();
  }
}

function refusalOf(
  { code, message, remedy }: VitrineError,
  session: Session | undefined,
  at: number = session?.now ?? 0,
): Refusal {
  const kept = session?.kept ?? [];
  return {
    at,
    step: session?.step ?? 'state',
    code,
    message: message.replaceAll('\0', '').slice(0, 4_000),
    remedy,
    ...(kept.length === 0 ? {} : { kept }),
  };
}

const failVerdict = raiser(evidenceErrors);

/** A verdict that is no leave to go on, as an error: its deciding check, or that it is stale (D7). */
export function requireAccepted<O extends Outcome>(outcome: O): O {
  const deciding =
    outcome.verdict === 'accepted'
      ? outcome.checks.find(({ code }) => code === 'verdict.stale')
      : outcome.checks.at(-1);
  if (deciding?.code === undefined) return outcome;
  throw failVerdict(deciding.code as keyof typeof evidenceErrors, `${deciding.name}: ${deciding.detail}`);
}

export function secondsOf(clock: Clock): number {
  return Math.floor(clock.now() / 1000);
}
