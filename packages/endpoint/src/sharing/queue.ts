// Observations that wait to be sent: files of up to 50, each durable before the command that made it ends, and
// none larger than a report may be. They are neither signed nor sealed: that happens when they are sent (D20).

import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { canonicalJson, isVitrineError, parseCanonicalJson, type Json } from '@vitrine/evidence';
import { fileFault, readBounded, removeDurable, writeDurable } from '@vitrine/host';
import { checkObservation, observationsAtOnce, type Observation } from '@vitrine/reports';
import { fail } from '../codes.ts';
import { namesIn } from '../folder.ts';

export interface QueueLimits {
  readonly observations: number;
  readonly bytes: number;
}

const defaultQueueLimits: QueueLimits = { observations: 50_000, bytes: 64 << 20 };

/** Room for salts and the frame of a report within the largest padding class. */
const batchBytes = 384 * 1024;

/** `<number>-<how many>.json`: what waits is counted without reading it. */
const fileName = /^([0-9]{12})-([0-9]{1,2})\.json$/;

interface Batch {
  readonly name: string;
  readonly number: number;
  readonly count: number;
}

/** Some files of the queue, and what is in them. */
export interface Taken {
  readonly names: readonly string[];
  readonly observations: readonly Observation[];
}

export class Queue {
  readonly #path: string;
  readonly #limits: QueueLimits;
  readonly #inUse: () => Promise<readonly string[]>;

  /** `inUse`: names of files that have left the queue, and by which a report on its way knows them still. */
  constructor(
    path: string,
    limits: QueueLimits = defaultQueueLimits,
    inUse: () => Promise<readonly string[]> = () => Promise.resolve([]),
  ) {
    this.#path = path;
    this.#limits = limits;
    this.#inUse = inUse;
  }

  async count(): Promise<number> {
    return (await this.#batches()).reduce((sum, { count }) => sum + count, 0);
  }

  /** Durable when it resolves. Refused where the queue is full: then nothing of these is in it. */
  async add(observations: readonly Observation[]): Promise<void> {
    const batches = await this.#batches();
    const waiting = batches.reduce((sum, { count }) => sum + count, 0);
    if (waiting + observations.length > this.#limits.observations)
      throw fail('endpoint.queue-full', `${waiting} observations wait; there is no room for more`);
    const chunks = split(observations);
    const bytes = chunks.reduce((sum, { bytes: { length } }) => sum + length, 0);
    if ((await this.#bytes(batches)) + bytes > this.#limits.bytes)
      throw fail('endpoint.queue-full', `${waiting} observations wait; there is no room for more`);
    const written: string[] = [];
    // A number that a report on its way was made from is not used again: what waits would be taken for it.
    const last = Math.max(0, ...[...batches, ...batchesIn(await this.#inUse())].map(({ number }) => number));
    try {
      for (const [i, chunk] of chunks.entries()) {
        const number = last + 1 + i;
        const name = `${String(number).padStart(12, '0')}-${chunk.count}.json`;
        await writeDurable(join(this.#path, name), chunk.bytes, { mode: 0o600, overwrite: false });
        written.push(name);
      }
    } catch (error) {
      // A full disk: all or nothing, as far as the disk lets us.
      await this.remove(written).catch(() => {});
      throw error;
    }
  }

  /** As many of the oldest files as fit into one report; undefined where none is left. */
  async take(): Promise<Taken | undefined> {
    const names: string[] = [];
    const observations: Observation[] = [];
    let bytes = 0;
    for (const { name, count } of await this.#batches()) {
      if (names.length > 0 && observations.length + count > observationsAtOnce) break;
      const file = await readBounded(join(this.#path, name), 2 * batchBytes);
      if (names.length > 0 && bytes + file.length > batchBytes) break;
      bytes += file.length;
      names.push(name);
      observations.push(...observationsIn(file, name));
      if (observations.length === observationsAtOnce) break;
    }
    return names.length === 0 ? undefined : { names, observations };
  }

  async *each(): AsyncGenerator<Observation> {
    for (const { name } of await this.#batches())
      yield* observationsIn(await readBounded(join(this.#path, name), 2 * batchBytes), name);
  }

  async has(name: string): Promise<boolean> {
    return (await this.#batches()).some((batch) => batch.name === name);
  }

  async remove(names: readonly string[]): Promise<void> {
    for (const name of names) await removeDurable(join(this.#path, name));
  }

  /** Removes what `keep` does not want; answers how many observations went. */
  async filter(keep: (observation: Observation) => boolean): Promise<number> {
    let removed = 0;
    for (const { name, count } of await this.#batches()) {
      const path = join(this.#path, name);
      const kept = observationsIn(await readBounded(path, 2 * batchBytes), name).filter(keep);
      if (kept.length === count) continue;
      removed += count - kept.length;
      if (kept.length > 0) {
        // The rest comes first, under the same number: killed in between, it is there twice, and sent once more.
        const rest = name.replace(/-[0-9]+/, `-${kept.length}`);
        await writeDurable(join(this.#path, rest), canonicalJson(kept), { mode: 0o600 });
      }
      await removeDurable(path);
    }
    return removed;
  }

  async #batches(): Promise<readonly Batch[]> {
    return batchesIn(await namesIn(this.#path)).toSorted((a, b) => a.number - b.number);
  }

  async #bytes(batches: readonly Batch[]): Promise<number> {
    let bytes = 0;
    for (const { name } of batches) {
      const path = join(this.#path, name);
      bytes += await stat(path).then(
        ({ size }) => size,
        (error: unknown) => {
          throw fileFault('look at', path, error);
        },
      );
    }
    return bytes;
  }
}

function batchesIn(names: readonly string[]): readonly Batch[] {
  return names.flatMap((name) => {
    const [, number, count] = fileName.exec(name) ?? [];
    return number === undefined ? [] : [{ name, number: Number(number), count: Number(count) }];
  });
}

function split(
  observations: readonly Observation[],
): readonly { readonly count: number; readonly bytes: Uint8Array }[] {
  const chunks: { count: number; bytes: Uint8Array }[] = [];
  let chunk: Observation[] = [];
  let size = 0;
  const end = (): void => {
    if (chunk.length > 0) chunks.push({ count: chunk.length, bytes: canonicalJson(chunk) });
    chunk = [];
    size = 0;
  };
  for (const observation of observations) {
    const { length } = canonicalJson(observation);
    if (chunk.length === observationsAtOnce || size + length > batchBytes) end();
    chunk.push(observation);
    size += length + 1;
  }
  end();
  return chunks;
}

/** Checked as they go in and as they come out: whoever may write in the folder adds no field. */
function observationsIn(bytes: Uint8Array, name: string): readonly Observation[] {
  try {
    const list = parseCanonicalJson(bytes, { bytes: 2 * batchBytes, depth: 6 });
    if (!Array.isArray(list) || list.length > observationsAtOnce)
      throw fail('endpoint.sharing-state', `${name} of the queue is no list of observations`, { at: name });
    return list.map((one: Json, i) => checkObservation(one, `/${i}`));
  } catch (cause) {
    if (!isVitrineError(cause) || cause.code === 'endpoint.sharing-state') throw cause;
    throw fail('endpoint.sharing-state', `couldn't use ${name} of the queue: ${cause.message}`, {
      at: name,
      cause,
    });
  }
}
