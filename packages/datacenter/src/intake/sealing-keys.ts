// The keys that open messages (D20): the one in use, the next, and those within their grace. With each
// goes a salt under which the ids of its reports are remembered; both are forgotten together. A report that is
// sealed again to the next key is looked for under the salts of all that are not forgotten, those of keys that
// this process was not given, too.

import { randomBytes } from 'node:crypto';
import { fromBase64, parseTime, type SealingKey } from '@vitrine/evidence';
import { sha256 } from '@vitrine/host';
import { replayMark, sealingKeyId, stillOpens, type OpeningKey } from '@vitrine/reports';
import { fail } from '../codes.ts';
import type { Store, Writing } from '../store/store.ts';

export interface OpenableKey {
  readonly key: SealingKey;
  readonly opening: OpeningKey;
}

interface KnownKey extends OpenableKey {
  readonly id: string;
  readonly salt: Uint8Array;
}

export class SealingKeys {
  readonly #store: Store;
  readonly #center: string;
  readonly #known = new Map<string, KnownKey>();
  /** By key, as they stand in the store. */
  #salts: ReadonlyMap<string, Uint8Array> = new Map();

  constructor(store: Store, center: string) {
    this.#store = store;
    this.#center = center;
  }

  async add({ key, opening }: OpenableKey): Promise<void> {
    if (key.center !== this.#center)
      throw fail('intake.sealing-key', `a sealing key of ${key.center}, not of ${this.#center}`);
    const id = sealingKeyId(fromBase64(key.publicKey), sha256);
    const fresh = { id, salt: new Uint8Array(randomBytes(32)), grace_until: parseTime(key.graceUntil) };
    const salts = await this.#store.write('remember a sealing key', async (tx) => {
      await tx
        .insertInto('sealing_key')
        .values(fresh)
        .onConflict((conflict) => conflict.doNothing())
        .execute();
      return saltsIn(tx);
    });
    this.#salts = salts;
    this.#known.set(id, { id, salt: salts.get(id) ?? fresh.salt, key, opening });
  }

  /** `seconds` since 1970. A key is used by nobody before it is valid, so one that is not yet is refused, too. */
  find(id: string, seconds: number): KnownKey {
    const known = this.#known.get(id);
    if (known === undefined || !stillOpens(known.key, seconds))
      throw fail('intake.sealing-key', 'sealed to a key that is not, or no longer, opened here');
    return known;
  }

  /** Its secret was destroyed: it opens nothing here any more, whatever the clock. Its marks stay for now. */
  forget(id: string): void {
    this.#known.delete(id);
  }

  /** Under which marks a report with this id can have been taken. */
  marksOf(reportId: string): readonly string[] {
    return [...this.#salts.values()].map((salt) => replayMark(salt, reportId, sha256));
  }

  /** Forgets keys whose grace has ended, and with their salts which ids were taken. */
  async expire(seconds: number): Promise<void> {
    for (const [id, { key }] of this.#known) if (parseTime(key.graceUntil) <= seconds) this.#known.delete(id);
    this.#salts = await this.#store.write('forget sealing keys', async (tx) => {
      await tx.deleteFrom('sealing_key').where('grace_until', '<=', seconds).execute();
      return saltsIn(tx);
    });
  }
}

async function saltsIn(tx: Writing): Promise<ReadonlyMap<string, Uint8Array>> {
  const rows = await tx.selectFrom('sealing_key').select(['id', 'salt']).orderBy('id').execute();
  return new Map(rows.map(({ id, salt }) => [id, salt]));
}
