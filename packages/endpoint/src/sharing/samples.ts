// Samples that wait: a copy of each file, made when its owner said so, so that what is sent is what was agreed to
// even if the file changes. It goes piece by piece; which piece comes next is durable, so that a transfer that
// was interrupted goes on where it stopped. A copy goes once its last piece stands in a report.

import { createHash } from 'node:crypto';
import { open, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import {
  canonicalJson,
  fields,
  formatTime,
  isVitrineError,
  parseCanonicalJson,
  schema,
  toBase64,
  type Json,
  type Schema,
} from '@vitrine/evidence';
import {
  fileFault,
  makeDurableDirectory,
  readBounded,
  syncDirectory,
  temporaryPath,
  writeDurable,
} from '@vitrine/host';
import {
  categoryOf,
  checkObservation,
  dayOf,
  needsFileYes,
  pieceSize,
  sampleLimits,
  type Observation,
  type SampleCategory,
} from '@vitrine/reports';
import { fail } from '../codes.ts';
import { namesIn, removeFile } from '../folder.ts';
import { rename } from 'node:fs/promises';
import { openAsItIs } from './walk.ts';

export interface SampleQueueLimits {
  readonly samples: number;
  readonly bytes: number;
}

export const defaultSampleLimits: SampleQueueLimits = { samples: 64, bytes: 512 << 20 };

interface Waiting {
  readonly object: string;
  readonly size: number;
  readonly category: SampleCategory;
  /** When its owner said yes to this very file. */
  readonly yes?: string;
  readonly seen: string;
  /** The piece that comes next. */
  readonly next: number;
}

const waitingSchema: Schema<Waiting> = schema.object(
  {
    object: fields.sha256Hex,
    size: schema.integer(1, sampleLimits.bytes),
    category: schema.oneOf('program', 'script', 'document', 'archive', 'other'),
    seen: schema.text(/^[0-9]{4}-[0-9]{2}-[0-9]{2}$/, 10, 'a day'),
    next: schema.integer(0, sampleLimits.pieces),
  },
  { yes: fields.time },
);

export interface Piece {
  readonly object: string;
  readonly piece: number;
  readonly observation: Observation;
}

export class Samples {
  readonly #path: string;
  readonly #limits: SampleQueueLimits;

  constructor(path: string, limits: SampleQueueLimits = defaultSampleLimits) {
    this.#path = path;
    this.#limits = limits;
  }

  /**
   * Copies the file, durable when it resolves. `yes`: its owner said so for this very file; without it only
   * programs and scripts are taken, and the first bytes of what was copied decide which they are.
   */
  async add(path: string, now: number, yes: boolean): Promise<'added' | 'known'> {
    const waiting = await this.#all();
    if (waiting.length >= this.#limits.samples)
      throw fail('endpoint.queue-full', `${waiting.length} samples wait; there is no room for more`);
    const held = waiting.reduce((sum, { size }) => sum + size, 0);
    const incoming = temporaryPath(join(this.#path, 'sample'));
    try {
      const { object, size, category } = await copy(path, incoming);
      if (needsFileYes(category) && !yes)
        throw fail('endpoint.file-yes', `${path} is of the category ${category}`, { at: path });
      if (waiting.some((one) => one.object === object)) return 'known';
      if (held + size > this.#limits.bytes)
        throw fail('endpoint.queue-full', `${held} bytes of samples wait; there is no room for ${size} more`);
      const folder = join(this.#path, object);
      await makeDurableDirectory(folder, { mode: 0o700 });
      await rename(incoming, join(folder, 'data'));
      await syncDirectory(folder);
      const agreed = needsFileYes(category) ? { yes: formatTime(now) } : {};
      await this.#write({ object, size, category, seen: dayOf(now), next: 0, ...agreed });
      return 'added';
    } catch (error) {
      throw fileFault('copy', path, error);
    } finally {
      await removeFile(incoming);
    }
  }

  async count(): Promise<number> {
    return (await this.#all()).length;
  }

  /** The same for who only reads. */
  async waiting(): Promise<number> {
    return (await namesIn(this.#path)).filter((name) => /^[0-9a-f]{64}$/.test(name)).length;
  }

  /** The piece that comes next, of the first sample. Its bytes are those that were copied, or it is refused. */
  async take(): Promise<Piece | undefined> {
    const [first] = await this.#all();
    if (first === undefined) return undefined;
    const { object, size, category, yes, seen, next: piece } = first;
    const data = await this.#read(first);
    const observation = checkObservation({
      kind: 'sample',
      facts: { object, size, category, piece, seen },
      personal: { data: toBase64(data), ...(yes === undefined ? {} : { yes }) },
    });
    return { object, piece, observation };
  }

  async isNext({ object, piece }: Pick<Piece, 'object' | 'piece'>): Promise<boolean> {
    return (await this.#all()).some((one) => one.object === object && one.next === piece);
  }

  /** A piece was put into a report that is durable: the next one follows. */
  async advance({ object, piece }: Pick<Piece, 'object' | 'piece'>): Promise<void> {
    const sample = (await this.#all()).find((one) => one.object === object);
    if (sample === undefined || sample.next > piece) return;
    const next = piece + 1;
    if (next * sampleLimits.piece >= sample.size) await this.#remove(object);
    else await this.#write({ ...sample, next });
  }

  /** Gives up a sample of which a piece was refused: the others are worth nothing. */
  async drop(object: string): Promise<void> {
    await this.#remove(object);
  }

  async clear(): Promise<number> {
    const all = await this.#all();
    for (const { object } of all) await this.#remove(object);
    return all.length;
  }

  async #all(): Promise<readonly Waiting[]> {
    const all: Waiting[] = [];
    for (const name of (await namesIn(this.#path)).toSorted()) {
      if (!/^[0-9a-f]{64}$/.test(name)) continue;
      const waiting = await this.#known(name);
      // A run was killed before it said what it had copied: the owner was told nothing of it.
      if (waiting === undefined) await removeFile(join(this.#path, name));
      else all.push(waiting);
    }
    return all;
  }

  async #known(object: string): Promise<Waiting | undefined> {
    const path = join(this.#path, object, 'sample.json');
    try {
      return waitingSchema.check(parseCanonicalJson(await readBounded(path, 4_096)));
    } catch (cause) {
      if (!isVitrineError(cause)) throw cause;
      if (cause.code === 'file.missing') return undefined;
      throw fail('endpoint.sharing-state', `couldn't use ${path}: ${cause.message}`, { at: path, cause });
    }
  }

  #write(waiting: Waiting): Promise<void> {
    const path = join(this.#path, waiting.object, 'sample.json');
    return writeDurable(path, canonicalJson(waiting as unknown as Json), { mode: 0o600 });
  }

  async #read({ object, size, next }: Waiting): Promise<Uint8Array> {
    const path = join(this.#path, object, 'data');
    const length = pieceSize(size, next);
    const bytes = new Uint8Array(length);
    try {
      await using handle: FileHandle = await open(path, 'r');
      const { bytesRead } = await handle.read(bytes, 0, length, next * sampleLimits.piece);
      if (bytesRead < length) throw fail('endpoint.sharing-state', `${path} is cut short`, { at: path });
    } catch (error) {
      throw fileFault('read', path, error);
    }
    return bytes;
  }

  /** What it is goes first: killed after that, the rest is swept. */
  async #remove(object: string): Promise<void> {
    await removeFile(join(this.#path, object, 'sample.json'));
    await removeFile(join(this.#path, object));
    await syncDirectory(this.#path);
  }
}

async function copy(
  from: string,
  to: string,
): Promise<{ readonly object: string; readonly size: number; readonly category: SampleCategory }> {
  await using source = await openAsItIs(from);
  if (!(await source.stat()).isFile())
    throw fail('endpoint.sample', `${from} is no regular file`, { at: from });
  await using target = await open(to, 'wx', 0o600);
  const digest = createHash('sha256');
  const chunk = new Uint8Array(sampleLimits.piece);
  let category: SampleCategory = 'other';
  let size = 0;
  for (;;) {
    const { bytesRead } = await source.read(chunk);
    if (bytesRead === 0) break;
    const bytes = chunk.subarray(0, bytesRead);
    if (size === 0) category = categoryOf(bytes);
    size += bytesRead;
    if (size > sampleLimits.bytes)
      throw fail('endpoint.sample', `${from} is larger than ${sampleLimits.bytes} bytes`, { at: from });
    digest.update(bytes);
    await target.writeFile(bytes);
  }
  if (size === 0) throw fail('endpoint.sample', `${from} is empty`, { at: from });
  await target.sync();
  return { object: digest.digest('hex'), size, category };
}
