// What a supervisor publishes at its own address (docs/spec/supervisor-http.md), as everyone who watches it
// reads on in its list (D8). Nothing in the list hides what comes after it.

import { isVitrineError, type CountingEntry, type JudgedEntry, type TrustPolicy } from '@vitrine/evidence';
import { fetchBytes } from '@vitrine/host';
import { judgeEntry } from './judge.ts';

export interface ListedStatement {
  /** Its place in the list. */
  readonly n: number;
  readonly id: string;
}

/** `foreign`: not the author's own word as far as the log has been read; it is looked at again. */
export type Look = 'known' | 'own' | 'foreign';

export interface ListReading<Listed extends ListedStatement> {
  /** The list from place `from` on; an empty one is its end. */
  readonly page: (from: number) => Promise<readonly Listed[]>;
  readonly look: (listed: Listed) => Promise<Look>;
  /** How many statements that were not known are read in one round; the next round goes on. */
  readonly most: number;
  /** The reader's own error for a list that is none. */
  readonly refuse: (what: string) => Error;
}

/** In one round. */
const mostPages = 20;
/** Statements that are not the author's own word: looked at again in one round, and remembered at all. */
const mostForeignAtOnce = 20;
const mostForeign = 1_000;

/** How far the list of one author was read since this process started. */
export class PublishedList<Listed extends ListedStatement> {
  #last: Listed | undefined;
  /** By identifier, in the order of their turns. */
  readonly #foreign = new Map<string, Listed>();
  #running: Promise<void> = Promise.resolve();

  /** Identifiers of what was not its author's own word when it was last looked at. */
  foreign(): readonly string[] {
    return [...this.#foreign.keys()];
  }

  /**
   * From the last one that was read on: it must still be there, or the author began its list anew and all of
   * it is read again, as when this process starts. What is not the author's own word under the policy is
   * passed over, and looked at again in later rounds: the policy may name its key from a place in the log on
   * that has not been read yet. One round at a time: two would move the place under each other.
   */
  read(reading: ListReading<Listed>): Promise<void> {
    const round = this.#running.then(() => this.#read(reading));
    this.#running = round.catch(() => undefined);
    return round;
  }

  async #read(reading: ListReading<Listed>): Promise<void> {
    const again = [...this.#foreign.values()].slice(0, mostForeignAtOnce);
    for (const listed of again) await this.#look(reading, listed);
    let fresh = 0;
    for (let pages = 0; pages < mostPages; pages++) {
      const last = this.#last;
      const page = await reading.page(last?.n ?? 1);
      if (last !== undefined && (page[0]?.n !== last.n || page[0].id !== last.id)) {
        this.#last = undefined;
        continue;
      }
      const next = last === undefined ? page : page.slice(1);
      if (next.length === 0) return;
      for (const listed of next) {
        if (listed.n <= (this.#last?.n ?? 0))
          throw reading.refuse(`lists statement ${listed.n} twice, or after a later one`);
        if ((await this.#look(reading, listed)) !== 'known') fresh++;
        this.#last = listed;
        if (fresh >= reading.most) return;
      }
    }
  }

  async #look({ look }: ListReading<Listed>, listed: Listed): Promise<Look> {
    const seen = await look(listed);
    // Again at the end, so that many do not keep one from its turn.
    this.#foreign.delete(listed.id);
    if (seen === 'foreign' && this.#foreign.size < mostForeign) this.#foreign.set(listed.id, listed);
    return seen;
  }
}

/** How far the reader has read the log, and where it holds a statement by a key. */
export interface ReadLog {
  next(): number;
  indexOf(id: string, keyid: string): number | undefined;
}

export interface Published {
  /** The author's own address. */
  readonly url: string;
  readonly operator: string;
  readonly id: string;
  readonly timeoutMs: number;
}

/** An entry of the log has 65,535 bytes at most; anyone's JSON may be laid out more widely. */
const envelopeBytes = 1 << 17;

/**
 * The statement under this identifier, if it is this author's own word (D10): judged at its own place in the
 * log, or at the next one if the log does not hold it, for its key may have ended, or not have begun, in
 * between. Undefined also where the author does not serve what it lists. Throws where it cannot be asked.
 */
export async function readPublished(
  published: Published,
  policy: TrustPolicy,
  log: ReadLog,
): Promise<(CountingEntry & JudgedEntry) | undefined> {
  const { operator, id } = published;
  const bytes = await fetchStatement(published);
  if (bytes === undefined) return undefined;
  const unlogged = await judgeEntry({ index: log.next(), bytes }, policy);
  const index = unlogged.keyid === undefined ? undefined : log.indexOf(id, unlogged.keyid);
  const judged = index === undefined ? unlogged : await judgeEntry({ index, bytes }, policy);
  const isOwn = judged.objection === undefined && judged.operator === operator && judged.id === id;
  return isOwn ? { ...judged, bytes } : undefined;
}

async function fetchStatement({ url, id, timeoutMs }: Published): Promise<Uint8Array | undefined> {
  try {
    const address = `${url.replace(/\/$/, '')}/statement/${id}`;
    return (await fetchBytes(address, { maxBytes: envelopeBytes, timeoutMs })).bytes;
  } catch (error) {
    if (isVitrineError(error, 'fetch.status') || isVitrineError(error, 'fetch.too-large')) return undefined;
    throw error;
  }
}
