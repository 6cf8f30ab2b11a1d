// A data center as one process: intake, ledgers, residency, sealing keys, roots in the public log.
//
//   round: look at residency → make and destroy sealing keys → roots of the ledgers → send statements
//   sweep: what expired goes, the copy of the keys is written anew
//   stop: no more requests → last roots → ledgers and store closed
//
// Rounds, sweeps and what the operator asks for are done one after the other: whatever they touch has one
// owner. A process that is killed at any moment goes on from what is durable (statements.ts, sealing.ts).

import { setTimeout as delay } from 'node:timers/promises';
import { join } from 'node:path';
import {
  custodyRoot,
  expectKind,
  fields,
  formatTime,
  fromBase64,
  isVitrineError,
  signStatement,
  statementOf,
  subjectOf,
  type Signer,
} from '@vitrine/evidence';
import {
  custodyRootOf,
  datacenterHandler,
  openDataCenter,
  type DataCenter,
  type DataCenterOptions,
  type Ledger,
} from '@vitrine/datacenter';
import { systemClock, type Clock, type Handler } from '@vitrine/host';
import { fail } from '../codes.ts';
import { logAccess } from '../log-access.ts';
import { AskedRequests } from './access-requests.ts';
import { auditorsOf, defaults, limitsOf } from './config.ts';
import {
  keysCopyOf,
  ledgerWitnesses,
  loadLedgerKeys,
  readMaster,
  readTrust,
  requireIdentity,
  requireIndependent,
  requireListed,
  sealingFolder,
  statementsFolder,
  storeOf,
  type DataCenterFolder,
} from './folder.ts';
import { httpSharing, Residence, type FetchSharing } from './residence.ts';
import { idOf, SealingRing } from './sealing.ts';
import { Statements, type Appending } from './statements.ts';

export interface DaemonParts {
  readonly folder: DataCenterFolder;
  /** Signs sealing keys and roots. */
  readonly identity: Signer;
  /** Told in words what went wrong, once, and when it is well again; never anything that a subject sent. */
  readonly note: (line: string) => void;
  readonly clock?: Clock | undefined;
  readonly fetchSharing?: FetchSharing | undefined;
  /** The vendor's log, under the policy that is accepted now. */
  readonly openLog?: (() => Promise<Appending>) | undefined;
  readonly rhythm?: Pick<DataCenterOptions, 'intervalMs' | 'guardMs' | 'retryMs'> | undefined;
}

export interface Swept {
  /** Seconds since 1970. */
  readonly at: number;
  readonly expired: number;
}

/** How long a stop waits for the last checkpoints, and then for the log; what is not sent then goes at the next start. */
const stopMs = 3_000;
/** Seconds by which the clock may be ahead of the last witnessed time before nothing expires any more. */
const aheadMost = 7 * 86_400;

export class DataCenterDaemon {
  readonly folder: DataCenterFolder;
  readonly identity: Signer;
  readonly center: DataCenter;
  readonly residence: Residence;
  readonly ring: SealingRing;
  readonly statements: Statements;
  readonly asked: AskedRequests;
  readonly clock: Clock;
  /** By what failed: why. */
  readonly troubles: Map<string, string> = new Map();
  swept: Swept | undefined;
  readonly #parts: DaemonParts;
  #log: Appending | undefined;
  #queue: Promise<unknown> = Promise.resolve();
  #sending: Promise<void> | undefined;
  #signerGone: Error | undefined;

  private constructor(
    parts: DaemonParts,
    opened: Pick<DataCenterDaemon, 'center' | 'residence' | 'ring' | 'statements' | 'asked'>,
  ) {
    this.#parts = parts;
    this.folder = parts.folder;
    this.identity = parts.identity;
    this.clock = parts.clock ?? systemClock;
    this.center = opened.center;
    this.residence = opened.residence;
    this.ring = opened.ring;
    this.statements = opened.statements;
    this.asked = opened.asked;
  }

  /** Throws `witnesses.silent` while too few witnesses answer: a ledger is not continued without them (D24). */
  static async open(parts: DaemonParts): Promise<DataCenterDaemon> {
    const { folder, identity, clock = systemClock, rhythm } = parts;
    const { config } = folder;
    const trust = await readTrust(folder);
    requireListed(folder, trust);
    requireIndependent(folder, trust);
    requireIdentity(folder, identity);
    const ledgers = await loadLedgerKeys(folder);
    const statements = await Statements.open(statementsFolder(folder.folder), clock);
    const ring = await SealingRing.open(sealingFolder(folder.folder), folder.center, identity, statements);
    const fetchSharing = parts.fetchSharing ?? httpSharing(config.repository);
    const asked = await AskedRequests.open(folder.folder);
    const residence = await Residence.open(folder, fetchSharing, clock);
    const center = await openDataCenter({
      id: config.id,
      store: await storeOf(folder),
      custody: { dir: join(folder.folder, 'custody'), signer: ledgers.custody },
      access: { dir: join(folder.folder, 'access'), signer: ledgers.access },
      residency: () => residence.inForce(),
      sealingKeys: ring.keys(),
      master: await readMaster(folder),
      holders: config.supervisors.map(({ operator, halves }) => ({
        supervisor: operator,
        publicKey: fromBase64(halves),
      })),
      need: config.halves,
      keysCopy: keysCopyOf(folder),
      promiseSeconds: config['promise-seconds'] ?? defaults.promiseSeconds,
      backupSeconds: (config['backup-days'] ?? defaults.backupDays) * 86_400,
      ...ledgerWitnesses(folder, trust),
      ...rhythm,
      clock,
    });
    return new DataCenterDaemon(parts, { center, residence, ring, statements, asked });
  }

  /** What listens for endpoints. */
  handler(): Handler {
    return datacenterHandler(this.center, {
      auditors: auditorsOf(this.folder.config),
      ...limitsOf(this.folder.config),
      onTrouble: (error) => this.tell('intake', error),
    });
  }

  /** Resolves with the error after which a ledger had to stop. */
  stopped(): Promise<Error | undefined> {
    return Promise.race([this.center.custody.log.stopped, this.center.access.log.stopped]);
  }

  round(): Promise<void> {
    return this.alone(async () => {
      await this.attempt('residency', () => this.residence.look());
      await this.attempt('sealing keys', () => this.#keepKeys());
      await this.attempt('roots', () => this.#roots({ force: false }));
      // Nobody brings it back but a new start, and without it no key is made any more.
      if (this.#signerGone !== undefined) throw this.#signerGone;
    }).then(() => this.send());
  }

  sweep(): Promise<number> {
    return this.alone(() => this.#sweep());
  }

  /** Another sealing key for now, beside the one in use: endpoints take the one that lasts longest. */
  renew(): Promise<string> {
    return this.alone(async () => {
      const { version } = this.residence.inForce().policy;
      await this.#requireOwn();
      const made = await this.ring.make({ policy: version, notBefore: this.residence.now() - 3_600 });
      await this.center.intake.sealing.add(made);
      return idOf(made.key);
    });
  }

  /** Beside everything else: the log may take a minute to publish. */
  send(): Promise<void> {
    this.#sending ??= this.attempt('log', () => this.#send()).finally(() => {
      this.#sending = undefined;
    });
    return this.#sending;
  }

  /** One after the other, in the order of asking. */
  alone<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#queue.then(work);
    this.#queue = done.catch(() => {}); // Whoever asked is told.
    return done;
  }

  /** A typed failure is told and tried again at the next round; anything else is a fault of ours. */
  async attempt(what: string, work: () => Promise<unknown>): Promise<void> {
    try {
      await work();
      this.#well(what);
    } catch (error) {
      if (!isVitrineError(error)) throw error;
      this.tell(what, error);
    }
  }

  tell(what: string, error: unknown): void {
    if (isVitrineError(error, 'signer.gone')) this.#signerGone = error;
    const words = wordsOf(error);
    if (this.troubles.get(what) === words) return;
    this.troubles.set(what, words);
    this.#parts.note(`${what}: ${words}`);
  }

  /** After the server has stopped: nothing more is taken. */
  async close(): Promise<void> {
    await this.alone(() => this.attempt('roots', () => this.#lastRoots()));
    const sent = (this.#sending ?? Promise.resolve()).then(() => this.send());
    sent.catch(() => {}); // The next start sends it.
    await Promise.race([sent, delay(stopMs, undefined, { ref: false })]);
    await this.center.close();
  }

  #well(what: string): void {
    if (this.troubles.delete(what)) this.#parts.note(`${what}: well again`);
  }

  async #keepKeys(): Promise<void> {
    const now = this.residence.now();
    try {
      await this.#makeKeys(now);
    } finally {
      await this.#endKeys(now);
    }
  }

  async #makeKeys(now: number): Promise<void> {
    for (const made of await this.ring.makeDue(this.residence.versions(), now, () => this.#requireOwn())) {
      await this.center.intake.sealing.add(made);
      this.#parts.note(
        `sealing key ${idOf(made.key).slice(0, 16)}… from ${made.key.notBefore} to ${made.key.notAfter}`,
      );
    }
  }

  /** Before a key is made: endpoints would seal to it, and whoever has taken the store over could not open that. */
  #requireOwn(): Promise<void> {
    return this.center.store.write('see whose the store is', () => Promise.resolve());
  }

  async #endKeys(now: number): Promise<void> {
    this.#requirePlausibleClock();
    for (const id of await this.ring.destroyEnded(now)) {
      this.center.intake.sealing.forget(id);
      this.#parts.note(`sealing key ${id.slice(0, 16)}… destroyed`);
    }
    const [lost] = this.ring.lost;
    if (lost !== undefined)
      throw fail(
        'datacenter.keys',
        `the secret of ${this.ring.lost.length} sealing keys is gone, first ${lost}`,
      );
  }

  /** Of each ledger, where its head is another one than the last that was put, and often enough. */
  async #roots({ force }: { readonly force: boolean }): Promise<void> {
    const now = Math.floor(this.clock.now() / 1000);
    for (const ledger of [this.center.custody, this.center.access]) {
      const head = custodyRootOf(ledger, now);
      const last = this.#lastRoot(ledger);
      if (head === undefined || (last?.root === head.root && last.size === head.predicate.size)) continue;
      const rest = this.folder.config['roots-seconds'] ?? defaults.rootsSeconds;
      if (!force && last !== undefined && now < last.at + rest) continue;
      const subject = [{ name: 'root', digest: { sha256: head.root } }];
      const envelope = await signStatement(custodyRoot, subject, head.predicate, this.identity);
      await this.statements.put(rootSlot(ledger), envelope);
    }
  }

  #lastRoot(
    ledger: Ledger,
  ): { readonly root: string; readonly size: number; readonly at: number } | undefined {
    const put = this.statements.get(rootSlot(ledger));
    if (put === undefined) return undefined;
    const statement = expectKind(statementOf(put.envelope), custodyRoot);
    const { size, issuedAt } = statement.predicate;
    return { root: subjectOf(statement, 'root') ?? '', size, at: fields.parseTime(issuedAt) };
  }

  async #lastRoots(): Promise<void> {
    const ledgers = [this.center.custody, this.center.access];
    const published = Promise.all(ledgers.map(({ log }) => log.publishNow()));
    published.catch(() => {}); // Too late is no trouble: the next start publishes.
    await Promise.race([published, delay(stopMs, undefined, { ref: false })]);
    await this.#roots({ force: true });
  }

  async #send(): Promise<void> {
    if (this.statements.list().every(({ index }) => index !== undefined)) return;
    try {
      this.#log ??= await (this.#parts.openLog ?? (() => this.#openLog()))();
      await this.statements.send(this.#log);
    } catch (error) {
      this.#log = undefined;
      throw error;
    }
    const failed = this.statements.list().find(({ trouble }) => trouble !== undefined);
    if (failed === undefined) return;
    this.#log = undefined; // Opened anew, under the policy that is accepted then.
    throw fail('log-client.refused', `${failed.slot.slice(0, 28)}: ${failed.trouble ?? ''}`);
  }

  async #openLog(): Promise<Appending> {
    return logAccess(this.folder.config.log, await readTrust(this.folder));
  }

  /** What is deleted because its time has come is gone for ever: not by a clock that nobody else has. */
  #requirePlausibleClock(): void {
    const witnessed = this.residence.sharing()?.time;
    const now = Math.floor(this.clock.now() / 1000);
    if (witnessed !== undefined && now - witnessed <= aheadMost) return;
    const last = witnessed === undefined ? 'nothing was ever witnessed' : `it was ${formatTime(witnessed)}`;
    throw fail(
      'datacenter.clock',
      `the clock says ${formatTime(now)}, and when witnesses last said the time, ${last}`,
    );
  }

  async #sweep(): Promise<number> {
    // Whoever recorded what supervisors sealed to a request must find no secret of it once it has ended.
    await this.attempt('requests', () => this.asked.forgetEnded(this.residence.now()));
    try {
      this.#requirePlausibleClock();
    } catch (error) {
      await this.center.sweep({ expire: false });
      throw error;
    }
    const expired = await this.center.sweep();
    this.swept = { at: Math.floor(this.clock.now() / 1000), expired };
    // The store answers; what else an intake fails at is told again when it does.
    this.#well('intake');
    return expired;
  }
}

const rootSlot = ({ name }: Ledger): string => `custody-root-${name}`;

/** A message of ours names no subject; one of the runtime may quote anything, so only its kind is said. */
export function wordsOf(error: unknown): string {
  if (isVitrineError(error)) return `${error.message} (${error.code})`;
  if (!(error instanceof Error)) return 'a fault without a name';
  const frames = (error.stack ?? '').split('\n').filter((line) => /^ +at /.test(line));
  return [`internal error: ${error.name}`, ...frames].join('\n');
}
