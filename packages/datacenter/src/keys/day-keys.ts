// Keys of the day (D18). The first record of a subject's day makes a key of two halves; the supervisors'
// half is sealed and forgotten at once. The key itself stays in memory until the day ends, for the records
// that follow; after a restart, or when memory is needed, the next record begins another part of the day.

import { randomInt } from 'node:crypto';
import { sha256 } from '@vitrine/host';
import {
  formatHalves,
  newRecordKey,
  type HalfHolder,
  type KeyName,
  type SubjectKeys,
} from '@vitrine/reports';
import { fail } from '../codes.ts';
import type { DayKeyTable } from '../store/tables.ts';
import { wrapHalf } from './cipher.ts';

/** Keys in memory at most. */
const mostKeys = 100_000;

export interface DayKeyRules {
  readonly master: Uint8Array;
  /** The supervisors, and how many of them must agree. */
  readonly holders: readonly HalfHolder[];
  readonly need: number;
}

export interface DayKey {
  readonly ref: string;
  readonly day: string;
  readonly key: Uint8Array;
  /** What the store must have of it. The writer forgets it once it is committed: memory has all keys of a day. */
  unwritten: DayKeyTable | null;
  /** Nothing may be stored under it any more: its subject was erased, or nobody knows whether its row is there. */
  dead: boolean;
}

export class DayKeys {
  readonly #rules: DayKeyRules;
  /** By pseudonym, the last used at the end. */
  readonly #keys = new Map<string, DayKey>();
  readonly #making = new Map<string, Promise<DayKey>>();

  constructor(rules: DayKeyRules) {
    if (rules.master.length !== 32)
      throw fail('custody.half-size', `a master key of ${rules.master.length} bytes`);
    this.#rules = rules;
  }

  async keyFor(subject: SubjectKeys, pseudonym: string, day: string): Promise<DayKey> {
    const known = this.#keys.get(pseudonym);
    if (known !== undefined && known.day === day && !known.dead) {
      this.#keys.delete(pseudonym);
      this.#keys.set(pseudonym, known);
      return known;
    }
    const running = this.#making.get(pseudonym);
    if (running !== undefined) return running;
    const made = this.#make(subject, pseudonym, day).finally(() => this.#making.delete(pseudonym));
    this.#making.set(pseudonym, made);
    return made;
  }

  /** After an erasure, and when the day is over. */
  forget(pseudonym: string): void {
    const known = this.#keys.get(pseudonym);
    if (known !== undefined) this.#drop(pseudonym, known);
  }

  async #make(subject: SubjectKeys, pseudonym: string, day: string): Promise<DayKey> {
    // Random, so that the name of a key that was erased never becomes that of another: a backup has names.
    const name: KeyName = { subject: pseudonym, day, part: randomInt(2 ** 48 - 1) };
    const { holders, need, master } = this.#rules;
    const { key, center, sealed } = await newRecordKey(name, holders, need, subject.sealing, sha256);
    const half = wrapHalf(master, sealed.key, center);
    center.fill(0);
    const row = { ...name, ref: sealed.key, half, sealed: formatHalves(sealed) };
    const made: DayKey = { ref: sealed.key, day, key, unwritten: row, dead: false };
    // First out with the one before: a Map would give the new key the old one's place.
    this.forget(pseudonym);
    this.#keys.set(pseudonym, made);
    for (const [oldest, old] of this.#keys) {
      if (this.#keys.size <= mostKeys && old.day === day) break;
      this.#drop(oldest, old);
    }
    return made;
  }

  #drop(pseudonym: string, key: DayKey): void {
    key.dead = true;
    this.#keys.delete(pseudonym);
    key.key.fill(0);
  }
}
