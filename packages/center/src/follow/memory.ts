// What the Center may not forget of a log, as files beside log.db: the newest checkpoint that it has verified,
// so that a log cannot go back or show another history to a Center that began anew, and signed checkpoints
// that contradict each other, which whoever holds them can show to anyone.

import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import {
  canonicalJson,
  fromBase64,
  isVitrineError,
  noteLimits,
  parseJson,
  parseSignedCheckpoint,
  schema,
  toBase64,
  utf8,
} from '@vitrine/evidence';
import { makeDurableDirectory, readBounded, sha256Hex, writeDurable } from '@vitrine/host';
import type { VerifiedHead } from '@vitrine/log';

/** Two signed checkpoints of which one at most can be of the log's one history. */
export interface Contradiction {
  /** SHA-256 of both notes, in hex. */
  readonly id: string;
  /** `reader.rollback` alone may be an old copy on the way; `reader.fork` is a proof. */
  readonly code: 'reader.fork' | 'reader.rollback';
  readonly message: string;
  /** Where the other checkpoint was shown. */
  readonly from: string;
  /** Seconds, by the Center's clock. */
  readonly seenAt: number;
  readonly ours: Uint8Array;
  readonly theirs: Uint8Array;
}

const stored = schema.object({
  code: schema.oneOf('reader.fork', 'reader.rollback'),
  from: schema.text(/^[^\0]*$/, 1_000, 'an address'),
  message: schema.text(/^[^\0]*$/, 4_096, 'a message'),
  ours: schema.text(/^[A-Za-z0-9+/=]*$/, noteLimits.bytes * 2, 'base64'),
  seenAt: schema.integer(0),
  theirs: schema.text(/^[A-Za-z0-9+/=]*$/, noteLimits.bytes * 2, 'base64'),
});

const fileLimit = noteLimits.bytes * 5;
/** A log that lies for years does not fill the disk: the first ones are as good as the last. */
const mostContradictions = 64;

export class LogMemory {
  readonly #head: string;
  readonly #folder: string;
  readonly #contradictions: Contradiction[] = [];

  private constructor(folder: string, origin: string) {
    this.#folder = join(folder, 'contradictions');
    this.#head = join(folder, `${sha256Hex(utf8(origin))}.checkpoint`);
  }

  static async open(folder: string, origin: string): Promise<LogMemory> {
    const memory = new LogMemory(folder, origin);
    await makeDurableDirectory(memory.#folder);
    const names = (await readdir(memory.#folder)).filter((name) => /^[0-9a-f]{64}\.json$/.test(name));
    for (const name of names.toSorted()) {
      const found = await readContradiction(join(memory.#folder, name));
      // What somebody else put there, or what a disk has lost, keeps nobody from seeing the rest.
      if (found !== undefined) memory.#contradictions.push({ id: name.slice(0, 64), ...found });
    }
    memory.#contradictions.sort((a, b) => a.seenAt - b.seenAt);
    return memory;
  }

  /** It was verified before it was kept. One that cannot be read is no reason to begin anew: it is thrown. */
  async head(): Promise<VerifiedHead | undefined> {
    try {
      const bytes = await readBounded(this.#head, noteLimits.bytes);
      return { ...parseSignedCheckpoint(bytes), bytes, signatures: [] };
    } catch (error) {
      if (isVitrineError(error, 'file.missing')) return undefined;
      throw error;
    }
  }

  /** Durable before any entry below it is shown. */
  keepHead({ bytes }: VerifiedHead): Promise<void> {
    return writeDurable(this.#head, bytes);
  }

  contradictions(): readonly Contradiction[] {
    return this.#contradictions;
  }

  /** Whether it is new. */
  async keepContradiction(found: Omit<Contradiction, 'id'>): Promise<boolean> {
    const id = sha256Hex(Buffer.concat([found.ours, found.theirs]));
    if (this.#contradictions.some((one) => one.id === id)) return false;
    if (this.#contradictions.length >= mostContradictions) return false;
    const { code, from, message, seenAt } = found;
    await writeDurable(
      join(this.#folder, `${id}.json`),
      canonicalJson({
        code,
        from: from.slice(0, 1_000),
        message: message.slice(0, 4_096),
        ours: toBase64(found.ours),
        seenAt,
        theirs: toBase64(found.theirs),
      }),
    );
    this.#contradictions.push({ ...found, id });
    return true;
  }
}

async function readContradiction(path: string): Promise<Omit<Contradiction, 'id'> | undefined> {
  try {
    const { ours, theirs, ...rest } = stored.check(parseJson(await readBounded(path, fileLimit)));
    return { ...rest, ours: fromBase64(ours), theirs: fromBase64(theirs) };
  } catch (error) {
    if (isVitrineError(error)) return undefined;
    throw error;
  }
}
