// One data center as a process has it: its own store, its own two ledgers, its own keys. Several of them share
// nothing, and each is started by itself.

import { systemClock, type Clock } from '@vitrine/host';
import type { NoteSigner } from '@vitrine/evidence';
import type { Rhythm, WitnessOptions, RunOptions } from '@vitrine/log';
import { dayOf, type Residency } from '@vitrine/reports';
import { writeKeys } from './backup/copy.ts';
import { Access } from './access/access.ts';
import { RefusalCounts } from './intake/counts.ts';
import { Intake } from './intake/intake.ts';
import type { OpenableKey } from './intake/sealing-keys.ts';
import type { DayKeyRules } from './keys/day-keys.ts';
import { Ledger } from './ledger/ledger.ts';
import { expireRecords, forgetErased } from './retention.ts';
import { Rights } from './rights/rights.ts';
import { Settling } from './rights/settling.ts';
import { Store, type StoreOptions } from './store/store.ts';

export interface DataCenterOptions extends DayKeyRules, Rhythm, Pick<RunOptions, 'witnesses' | 'enough'> {
  /** As the residency policy names it. */
  readonly id: string;
  readonly store: StoreOptions;
  /** Folders made by `initLedger`, and the key of each. */
  readonly custody: { readonly dir: string; readonly signer: NoteSigner };
  readonly access: { readonly dir: string; readonly signer: NoteSigner };
  readonly residency: () => Residency;
  readonly sealingKeys: readonly OpenableKey[];
  /** Where the one current copy of the keys stands, on another disk than the store (D19). */
  readonly keysCopy?: string | undefined;
  readonly promiseSeconds?: number | undefined;
  readonly backupSeconds?: number | undefined;
  /** Messages in hand at most. */
  readonly most?: number | undefined;
  readonly clock?: Clock | undefined;
  readonly guardMs?: WitnessOptions['guardMs'];
}

export interface DataCenter {
  readonly id: string;
  readonly store: Store;
  readonly custody: Ledger;
  readonly access: Ledger;
  readonly intake: Intake;
  readonly rights: Rights;
  readonly readings: Access;
  readonly counts: RefusalCounts;
  /**
   * What is due now: counts, sealing keys, answers, records, the copy of the keys. Answers how many records
   * expired. To be called every few minutes: keys of records that came since are in no copy yet. Without
   * `expire` nothing is deleted because its day has come: for whoever has reason to doubt the clock.
   */
  sweep(options?: { readonly expire?: boolean }): Promise<number>;
  /** Answers what is in hand, publishes nothing more, closes the store. */
  close(): Promise<void>;
}

export async function openDataCenter(options: DataCenterOptions): Promise<DataCenter> {
  const { id, clock = systemClock } = options;
  const closers: (() => Promise<void>)[] = [];
  const close = async (): Promise<void> => {
    const failures: unknown[] = [];
    for (const end of closers.splice(0).toReversed()) await end().catch((error) => failures.push(error));
    // The rest is closed all the same: a ledger that keeps its lease could not be opened again.
    if (failures.length > 0) throw failures[0];
  };
  try {
    const store = await Store.open(options.store, id);
    closers.push(() => store.close());
    const openLedger = async (name: 'custody' | 'access'): Promise<Ledger> => {
      // Once a second: proofs are promised in minutes, and each round costs several syncs of the disk.
      const { witnesses, enough, intervalMs = 1_000, refreshMs, retryMs, guardMs } = options;
      const rhythm = { intervalMs, refreshMs, retryMs, guardMs };
      const ledger = await Ledger.open({
        ...options[name],
        ...rhythm,
        name,
        store,
        witnesses,
        enough,
        clock,
      });
      closers.push(() => ledger.close());
      return ledger;
    };
    const custody = await openLedger('custody');
    const access = await openLedger('access');
    // Only now: a start that comes to nothing (witnesses that are silent, a ledger that is behind) must not end
    // the one that runs. The ledgers write nothing into the store.
    await store.own();
    const counts = new RefusalCounts(store);
    const intake = await Intake.open({ ...options, center: id, store, ledger: custody, clock });
    const { backupSeconds, keysCopy } = options;
    const settling = new Settling(async () => {
      await store.afterErasure();
      if (keysCopy !== undefined) await writeKeys(store, id, keysCopy);
    });
    closers.push(async () => {
      await intake.close();
      await settling.drained();
      await counts.flush();
    });
    const rights = new Rights({ center: id, store, ledger: custody, intake, settling, backupSeconds });
    const sweep = async ({ expire = true }: { readonly expire?: boolean } = {}): Promise<number> => {
      await counts.flush();
      let expired = 0;
      if (expire) {
        await intake.sealing.expire(intake.now());
        await forgetErased(store);
        await rights.forget();
        expired = await expireRecords(store, intake.writer, dayOf(intake.now()));
      }
      await settling.run();
      return expired;
    };
    const { writer } = intake;
    const readings = new Access({ store, writer, master: options.master, now: () => intake.now() });
    return { id, store, custody, access, intake, rights, readings, counts, sweep, close };
  } catch (error) {
    await close();
    throw error;
  }
}
