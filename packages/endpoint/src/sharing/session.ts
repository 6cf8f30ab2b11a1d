// One run of a command that shares, or asks about what was shared: it holds the lease of the sharing folder and
// owns what is in it. Whom it believes is read from the endpoint's memory, and never changed here.

import { existsSync } from 'node:fs';
import { isVitrineError, loadRoot, type Root, type TrustPolicy } from '@vitrine/evidence';
import { readSecret } from '@vitrine/host';
import { recoverySize, subjectOfCenter, type Subject } from '@vitrine/reports';
import { fail } from '../codes.ts';
import { openFolder } from '../folder.ts';
import type { Enrolment } from '../memory.ts';
import { loadNamed } from '../policy.ts';
import { secondsOf, Session, type Agent } from '../session.ts';
import { GivingWay, takeSharing } from './decision.ts';
import { OwnLedgerFile } from './ledger.ts';
import { resumeReports } from './make.ts';
import { openOutbox, openPromised, type Outbox, type PromisedFiles } from './outbox.ts';
import { sharingPaths, type SharingPaths } from './place.ts';
import { Queue, type QueueLimits } from './queue.ts';
import { Samples } from './samples.ts';
import { readSharingState, writeSharingState, type KnownSubject, type SharingState } from './state.ts';

/** Members to set; undefined removes. */
type Changes = { readonly [Name in keyof SharingState]?: SharingState[Name] | undefined };

export interface Trust {
  readonly enrolment: Enrolment;
  readonly policy: TrustPolicy;
  readonly root: Root;
  /** What the endpoint knows of the time (D7), in seconds. */
  readonly floor: number;
}

export class SharingSession {
  readonly agent: Agent;
  readonly paths: SharingPaths;
  readonly trust: Trust;
  readonly ledger: OwnLedgerFile;
  readonly queue: Queue;
  readonly samples: Samples;
  readonly outbox: Outbox;
  readonly promised: PromisedFiles;
  /** To who waits to decide something else. */
  readonly givingWay: GivingWay;
  #state: SharingState;
  readonly #subjects = new Map<string, Promise<Subject>>();

  constructor(agent: Agent, trust: Trust, { ledger, state, givingWay, queueLimits }: SharingParts) {
    this.agent = { ...agent, limits: { ...agent.limits, hosts: givingWay } };
    this.givingWay = givingWay;
    this.paths = sharingPaths(agent.folder);
    this.trust = trust;
    this.ledger = ledger;
    this.samples = new Samples(this.paths.samples);
    this.outbox = openOutbox(this.paths.outbox);
    this.queue = new Queue(this.paths.queue, queueLimits, async () =>
      (await this.outbox.all()).flatMap(({ taken }) => taken),
    );
    this.promised = openPromised(this.paths.promised);
    this.#state = state;
  }

  get state(): SharingState {
    return this.#state;
  }

  /** Seconds. A run may wait for data centers, so its clock goes on; it never goes behind what is known. */
  get now(): number {
    return Math.max(secondsOf(this.agent.clock), this.trust.floor);
  }

  /** When it resolves, the changed state is durable; if it rejects, the old one is. */
  async remember(changes: Changes): Promise<void> {
    const ledger = this.ledger.reach;
    const next = { ...this.#state, ...changes, ledger, generation: this.#state.generation + 1 };
    const present = Object.fromEntries(Object.entries(next).filter(([, value]) => value !== undefined));
    await writeSharingState(this.paths.state, present as unknown as SharingState);
    this.#state = present as unknown as SharingState;
  }

  hasSecret(): boolean {
    return existsSync(this.paths.secret);
  }

  /** Derived from the recovery secret; kept for this run. */
  subject(center: string, generation: number): Promise<Subject> {
    const name = `${center} ${generation}`;
    const known = this.#subjects.get(name) ?? this.#derive(center, generation);
    this.#subjects.set(name, known);
    return known;
  }

  async #derive(center: string, generation: number): Promise<Subject> {
    const secret = await readSecret(this.paths.secret, recoverySize).catch((error: unknown) => {
      if (!isVitrineError(error, 'file.missing')) throw error;
      throw fail('endpoint.recovery', 'this endpoint has no recovery secret', { cause: error });
    });
    return subjectOfCenter(secret, center, generation, this.agent.platform.sha256);
  }

  knownSubject(center: string, generation: number): KnownSubject | undefined {
    return this.#state.subjects.find((one) => one.center === center && one.generation === generation);
  }
}

interface SharingParts {
  readonly ledger: OwnLedgerFile;
  readonly state: SharingState;
  readonly givingWay: GivingWay;
  readonly queueLimits: QueueLimits | undefined;
}

export interface SharingOptions {
  readonly queueLimits?: QueueLimits;
  /** The owner decides in it, and so does not wait until others are done. */
  readonly decides?: boolean;
}

/** Runs `work` as the only writer of the sharing folder. */
export async function runSharing<T>(
  agent: Agent,
  work: (session: SharingSession) => Promise<T>,
  { queueLimits, decides = false }: SharingOptions = {},
): Promise<T> {
  const trust = await readTrust(agent);
  const paths = sharingPaths(agent.folder);
  const lease = await takeSharing(agent, paths, decides);
  const givingWay = new GivingWay(paths, agent.limits.hosts);
  let ledger: OwnLedgerFile | undefined;
  try {
    const state = await readSharingState(paths.state);
    ledger = await OwnLedgerFile.open(paths.ledger, state.ledger);
    const session = new SharingSession(agent, trust, { ledger, state, givingWay, queueLimits });
    // Before anything is added to queue or ledger: what a killed run began is then still at their end.
    await resumeReports(session);
    const done = await work(session);
    // The state comes after the ledger, always: it may know less of it, never more.
    if (ledger.reach.entries > (session.state.ledger?.entries ?? 0)) await session.remember({});
    return done;
  } finally {
    givingWay.close();
    await ledger?.close();
    lease.release();
  }
}

/** Policy and root as the last update left them. */
async function readTrust(agent: Agent): Promise<Trust> {
  const folder = openFolder(agent.folder);
  const memory = await folder.read();
  const { verifySignature, sha256 } = agent.platform;
  return {
    enrolment: memory.enrolment,
    policy: await loadNamed(new Session(agent, folder, memory), memory.policy),
    root: await loadRoot(await folder.object(memory.metadata.root), verifySignature, sha256),
    floor: memory.verdict.floor,
  };
}
