// The data center's own statements: durable before they are sent, and sent until the verified tree of the log
// holds them. One file for each slot; what is put into a slot again takes its place.

import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import {
  canonicalJson,
  formatEnvelope,
  fromUtf8,
  isVitrineError,
  parseCanonicalJson,
  parseEnvelope,
  schema,
  utf8,
  type Envelope,
} from '@vitrine/evidence';
import {
  makeDurableDirectory,
  removeDurable,
  removeTemporaries,
  writeDurable,
  type Clock,
} from '@vitrine/host';
import { readFile } from '../files.ts';

export interface OwnStatement {
  readonly slot: string;
  readonly envelope: Envelope;
  /** In the log; undefined until its verified tree was seen to hold it. */
  readonly index: number | undefined;
}

export interface Appending {
  append(envelope: Envelope): Promise<{ readonly index: number }>;
}

interface Attempts {
  readonly failed: number;
  /** Milliseconds since 1970. */
  readonly due: number;
  readonly trouble: string;
}

const form = schema.object({
  envelope: schema.text(/^[^\0]+$/, 1 << 17, 'an envelope'),
  index: schema.nullable(schema.integer(0)),
});

const firstWait = 2_000;
const longestWait = 600_000;

export class Statements {
  readonly #folder: string;
  readonly #clock: Clock;
  readonly #slots = new Map<string, OwnStatement>();
  readonly #attempts = new Map<string, Attempts>();
  /** Put, and not to be sent yet. */
  readonly #held = new Set<string>();

  private constructor(folder: string, clock: Clock) {
    this.#folder = folder;
    this.#clock = clock;
  }

  static async open(folder: string, clock: Clock): Promise<Statements> {
    const statements = new Statements(folder, clock);
    await makeDurableDirectory(folder);
    await removeTemporaries(folder);
    for (const name of (await readdir(folder)).toSorted()) {
      const [, slot] = /^([a-z0-9-]{1,100})\.json$/.exec(name) ?? [];
      if (slot === undefined) continue;
      const { envelope, index } = form.check(parseCanonicalJson(await readFile(join(folder, name))));
      statements.#slots.set(slot, {
        slot,
        envelope: parseEnvelope(utf8(envelope)),
        index: index ?? undefined,
      });
    }
    return statements;
  }

  get(slot: string): OwnStatement | undefined {
    return this.#slots.get(slot);
  }

  list(): readonly (OwnStatement & { readonly trouble: string | undefined })[] {
    return [...this.#slots.values()].map((one) => ({
      ...one,
      trouble: this.#attempts.get(one.slot)?.trouble,
    }));
  }

  /** Durable when it resolves; the next `send` takes it, unless it is held until `release`. */
  async put(
    slot: string,
    envelope: Envelope,
    { held = false }: { readonly held?: boolean } = {},
  ): Promise<void> {
    if (held) this.#held.add(slot);
    await this.#write({ slot, envelope, index: undefined });
    this.#attempts.delete(slot);
  }

  release(slot: string): void {
    this.#held.delete(slot);
  }

  async drop(slot: string): Promise<void> {
    await removeDurable(this.#pathOf(slot));
    this.#slots.delete(slot);
    this.#attempts.delete(slot);
  }

  /** Sends what is due; what fails waits twice as long as before, from two seconds to ten minutes. */
  async send(log: Appending): Promise<void> {
    for (const { slot, envelope, index } of this.#slots.values()) {
      const before = this.#attempts.get(slot);
      if (index !== undefined || this.#held.has(slot) || (before?.due ?? 0) > this.#clock.now()) continue;
      try {
        const logged = await log.append(envelope);
        // Meanwhile another may have taken its place.
        if (this.#slots.get(slot)?.envelope !== envelope) continue;
        await this.#write({ slot, envelope, index: logged.index });
        this.#attempts.delete(slot);
      } catch (error) {
        if (!isVitrineError(error)) throw error;
        const failed = (before?.failed ?? 0) + 1;
        const wait = Math.min(longestWait, firstWait * 2 ** Math.min(failed - 1, 20));
        const due = this.#clock.now() + wait;
        // Whoever tells it adds that code by itself.
        const code = error.code === 'log-client.refused' ? '' : ` (${error.code})`;
        this.#attempts.set(slot, { failed, due, trouble: `${error.message}${code}` });
      }
    }
  }

  async #write(statement: OwnStatement): Promise<void> {
    const { slot, envelope, index } = statement;
    const body = { envelope: fromUtf8(formatEnvelope(envelope)), index: index ?? null };
    await writeDurable(this.#pathOf(slot), canonicalJson(body));
    this.#slots.set(slot, statement);
  }

  #pathOf(slot: string): string {
    return join(this.#folder, `${slot}.json`);
  }
}
