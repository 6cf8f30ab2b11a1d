// A log that runs: from the bytes of an entry to the published checkpoint that covers it.

import { isVitrineError, type NoteSigner } from '@vitrine/evidence';
import { createMetrics, systemClock, type Clock, type Metrics } from '@vitrine/host';
import { admit, type Admitted } from './admission/admit.ts';
import type { AdmissionList } from './admission/list.ts';
import { Roll } from './admission/roll.ts';
import { requireEntrySize } from './bundle.ts';
import { fail } from './codes.ts';
import type { LogMode } from './database.ts';
import type { WitnessEndpoint } from './endpoint.ts';
import { openLogFolder, requireSameKeys, type LogFolder } from './folder.ts';
import { Heads, type SignedHead } from './heads.ts';
import { openIntegrator, type StepName } from './integrator.ts';
import { logMetrics, type LogMetrics } from './metrics.ts';
import { Pool, type PoolLimits } from './pool.ts';
import { Publisher, type Rhythm } from './publisher.ts';
import { SqliteRows } from './rows.ts';
import type { Sequencer } from './sequencer.ts';
import { Witnesses, type Enough, type WitnessOptions } from './witnesses.ts';

export interface RunOptions extends Rhythm, WitnessOptions {
  readonly dir: string;
  /** All keys that the log was made with. */
  readonly signers: readonly NoteSigner[];
  readonly witnesses?: readonly WitnessEndpoint[] | undefined;
  /** Default: all witnesses. */
  readonly enough?: Enough | undefined;
  readonly clock?: Clock | undefined;
  readonly metrics?: Metrics | undefined;
  readonly testingOnlyAt?: ((step: StepName) => void) | undefined;
}

/** A log whose rows stand in somebody else's store. */
export interface RunningLog {
  readonly dir: string;
  readonly origin: string;
  readonly mode: LogMode;
  readonly metrics: Metrics;
  committed(): SignedHead;
  published(): SignedHead | undefined;
  /** Everything that is sequenced now; rejects with what kept it from being published. */
  publishNow(): Promise<SignedHead>;
  /** The first published checkpoint that covers the entry; `log.timeout` after `timeoutMs` (default 30,000). */
  wait(index: number, timeoutMs?: number): Promise<SignedHead>;
  /** Resolves with the error after which the log had to stop, or with undefined after `close`. */
  readonly stopped: Promise<Error | undefined>;
  close(): Promise<void>;
}

export interface WriterOptions extends RunOptions {
  /** Default: the admission.json of the folder. Not for raw logs. */
  readonly admission?: AdmissionList | undefined;
  /** The file by which a Center admits reviewers (docs/spec/admission.md). Not for raw logs. */
  readonly reviewers?: string | undefined;
  readonly onReviewers?: ((trouble: Error | undefined) => void) | undefined;
  readonly limits?: PoolLimits | undefined;
}

export interface Appended {
  readonly index: number;
  /** Undefined in a raw log. */
  readonly statementId: string | undefined;
}

export interface LogWriter extends RunningLog {
  /** Resolves once the entry is durable and has its number for ever. The same statement by the same key has the number it got first. */
  append(bytes: Uint8Array): Promise<Appended>;
  /** Entries that are durable. */
  size(): number;
  admission(): AdmissionList | undefined;
  /** From the next entry on; published before it is used. */
  replaceAdmission(list: AdmissionList): Promise<void>;
  /** Looks at the reviewers' file now; a running log does so by itself once a second. */
  readReviewers(): Promise<void>;
}

/** Opens a log that takes entries itself. */
export async function openLogWriter(options: WriterOptions): Promise<LogWriter> {
  const folder = openLogFolder(options.dir);
  let roll: Roll | undefined;
  try {
    const rows = new SqliteRows(folder.database);
    if (folder.identity.mode === 'foreign')
      throw fail('log.mode', 'this log takes its rows from another store');
    const listed = await openRoll(folder, options);
    roll = listed;
    const running = await run(folder, rows, () => rows.size(), options);
    const pool = new Pool(rows, running.failed, options.limits);

    const append = async (bytes: Uint8Array): Promise<Appended> => {
      try {
        requireEntrySize(bytes);
        running.requireRunning();
        let statementId: string | undefined;
        const index = await pool.append(bytes.length, async () => {
          const admitted = listed === undefined ? undefined : await admitBy(listed, bytes);
          running.requireRunning();
          statementId = admitted?.statementId;
          return { data: bytes, key: admitted?.deduplicationKey };
        });
        running.report.appended();
        running.publisher.poke();
        return { index, statementId };
      } catch (error) {
        running.report.refused(isVitrineError(error) ? error.code : 'unexpected');
        throw error;
      }
    };
    return {
      ...running.log,
      append,
      size: () => rows.size(),
      admission: () => listed?.current(),
      async replaceAdmission(list) {
        if (listed === undefined) throw fail('log.mode', 'a raw log has no admission list');
        await listed.replace(list);
      },
      async readReviewers() {
        await listed?.look();
      },
      close: () =>
        running.close(() => {
          listed?.close();
          return pool.drained();
        }),
    };
  } catch (error) {
    roll?.close();
    folder[Symbol.dispose]();
    throw error;
  }
}

async function openRoll(
  folder: LogFolder,
  { admission: list, reviewers, onReviewers }: WriterOptions,
): Promise<Roll | undefined> {
  if (folder.identity.mode === 'admission')
    return Roll.open({ folder: folder.path, origin: folder.identity.origin, list, reviewers, onReviewers });
  if (list !== undefined || reviewers !== undefined)
    throw fail('log.mode', 'a raw log has no admission list');
  return undefined;
}

/** A signer who is not listed may have been registered a moment ago. */
async function admitBy(roll: Roll, bytes: Uint8Array): Promise<Admitted> {
  const list = roll.current();
  try {
    return await admit(bytes, list);
  } catch (error) {
    if (!isVitrineError(error, 'admission.signer')) throw error;
    await roll.look();
    if (roll.current() === list) throw error;
    return admit(bytes, roll.current());
  }
}

/** Opens a log over the rows of another store (D17). */
export async function openForeignLog(
  options: RunOptions & { readonly sequencer: Sequencer },
): Promise<RunningLog> {
  const folder = openLogFolder(options.dir);
  try {
    if (folder.identity.mode !== 'foreign') throw fail('log.mode', 'this log keeps its rows itself');
    return (await run(folder, options.sequencer, undefined, options)).log;
  } catch (error) {
    folder[Symbol.dispose]();
    throw error;
  }
}

interface Running {
  readonly log: RunningLog;
  readonly publisher: Publisher;
  readonly report: LogMetrics;
  readonly failed: (error: unknown) => void;
  readonly requireRunning: () => void;
  readonly close: (first: () => Promise<void>) => Promise<void>;
}

/** The start of a log: recover, ask the witnesses (D24), and only then begin. */
async function run(
  folder: LogFolder,
  sequencer: Sequencer,
  size: (() => number) | undefined,
  options: RunOptions,
): Promise<Running> {
  const { signers, witnesses: endpoints = [], metrics = createMetrics() } = options;
  const { origin, mode } = folder.identity;
  requireSameKeys(folder.identity, signers);
  const report = logMetrics(metrics);
  const witnesses = new Witnesses(
    endpoints,
    options.enough ?? ((keys) => keys.length === endpoints.length),
    options,
  );
  const integrator = await openIntegrator({
    folder: folder.path,
    origin,
    signers,
    sequencer,
    heads: new Heads(folder.database),
    witnesses,
    clock: options.clock ?? systemClock,
    onRefusals: (refusals) => refusals.forEach(({ witness }) => report.witnessRefused(witness.operator)),
    testingOnlyAt: options.testingOnlyAt,
  });
  await witnesses.guard(integrator.committed());

  const { promise: stopped, resolve: end } = Promise.withResolvers<Error | undefined>();
  let ended: Error | undefined;
  const failed = (error: unknown): void => {
    ended ??= fail('log.stopped', 'the log has stopped after an error', { cause: error });
    end(error as Error);
    void publisher.stop(ended);
  };
  const publisher = new Publisher({
    ...options,
    integrator,
    size,
    onFatal: failed,
    onRound(milliseconds, error) {
      report.round(
        milliseconds,
        error === undefined ? undefined : isVitrineError(error) ? error.code : 'unexpected',
      );
      report.sizes(integrator.committed().size, integrator.published()?.size ?? 0);
    },
  });
  const close = async (first: () => Promise<void>): Promise<void> => {
    ended ??= fail('log.stopped', 'the log is closed');
    await first();
    await publisher.stop(ended);
    folder[Symbol.dispose]();
    end(undefined);
  };
  return {
    publisher,
    report,
    failed,
    close,
    requireRunning() {
      if (ended !== undefined) throw ended;
    },
    log: {
      dir: folder.path,
      origin,
      mode,
      metrics,
      committed: () => integrator.committed(),
      published: () => integrator.published(),
      publishNow: () => publisher.now(),
      wait: (index, timeoutMs = 30_000) => publisher.wait(index, timeoutMs),
      stopped,
      close: () => close(() => Promise.resolve()),
    },
  };
}
