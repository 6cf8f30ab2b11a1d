// Reports on their way. One that was made is durable, with its id and salts, before it is sent for the first
// time: sent again after a crash it is the same report, and a data center that has it answers with the same
// promise. With its promise it waits for its proof.

import { join } from 'node:path';
import {
  canonicalJson,
  envelopeSchema,
  fields,
  isVitrineError,
  parseCanonicalJson,
  schema,
  type Envelope,
  type Json,
  type Schema,
} from '@vitrine/evidence';
import { readBounded, removeDurable, writeDurable } from '@vitrine/host';
import { checkReport, type Report } from '@vitrine/reports';
import { fail } from '../codes.ts';
import { namesIn } from '../folder.ts';

/** A report, and what of the queue it was made from, so that a run that was killed can be carried on. */
export interface Outgoing {
  readonly report: Report;
  readonly generation: number;
  /** Files of the queue whose observations it has. */
  readonly taken: readonly string[];
  /** The piece of a sample that it has. */
  readonly piece?: { readonly object: string; readonly piece: number };
  /** The report that it is sent instead of. */
  readonly replaces?: string;
  /** The code with which each sending of that one was answered; absent where an answer may have been lost. */
  readonly answered?: string;
}

/** A promise that waits for its proof. */
export interface Promised {
  readonly report: string;
  readonly center: string;
  readonly promise: Envelope;
  /** RFC 3339. */
  readonly deadline: string;
  readonly records: number;
  /** A checkpoint from after the deadline stands in the own ledger. */
  readonly late: boolean;
  /** Up to here its leaf is not in the ledger, by the tiles. */
  readonly searched?: number;
}

const reportId = schema.text(/^[0-9a-f]{32}$/, 32, 'the id of a report');

const outgoingSchema: Schema<Outgoing> = schema.object(
  {
    report: { json: {}, check: checkReport },
    generation: schema.integer(1, 65_535),
    taken: schema.list(schema.text(/^[0-9]{12}-[0-9]{1,2}\.json$/, 20, 'a file of the queue'), { most: 50 }),
  },
  {
    piece: schema.object({ object: fields.sha256Hex, piece: schema.integer(0, 255) }),
    replaces: reportId,
    answered: schema.text(/^[a-z-]+\.[a-z-]+$/, 64, 'a code'),
  },
);

const promisedSchema: Schema<Promised> = schema.object(
  {
    report: reportId,
    center: fields.name,
    promise: envelopeSchema,
    deadline: fields.time,
    records: schema.integer(1, 50),
    late: schema.flag,
  },
  { searched: fields.index },
);

const fileName = /^([0-9a-f]{32})\.json$/;
const fileLimit = 1 << 20;

/** Files of one kind, named by report. */
class Files<T> {
  readonly #path: string;
  readonly #schema: Schema<T>;

  constructor(path: string, of: Schema<T>) {
    this.#path = path;
    this.#schema = of;
  }

  async ids(): Promise<readonly string[]> {
    return (await namesIn(this.#path)).flatMap((name) => fileName.exec(name)?.[1] ?? []).toSorted();
  }

  /** Who reads without the lease may find less than was listed: what is done goes meanwhile. */
  async all(): Promise<readonly T[]> {
    const all: T[] = [];
    for (const id of await this.ids()) {
      const one = await this.get(id).catch((error: unknown) => {
        if (error instanceof Error && isVitrineError(error.cause, 'file.missing')) return undefined;
        throw error;
      });
      if (one !== undefined) all.push(one);
    }
    return all;
  }

  async get(id: string): Promise<T> {
    const path = join(this.#path, `${id}.json`);
    try {
      const bytes = await readBounded(path, fileLimit);
      return this.#schema.check(parseCanonicalJson(bytes, { bytes: fileLimit, depth: 10 }));
    } catch (cause) {
      if (!isVitrineError(cause)) throw cause;
      throw fail('endpoint.sharing-state', `couldn't use ${path}: ${cause.message}`, { at: path, cause });
    }
  }

  write(id: string, value: T): Promise<void> {
    const path = join(this.#path, `${id}.json`);
    return writeDurable(path, canonicalJson(value as unknown as Json), { mode: 0o600 });
  }

  remove(id: string): Promise<void> {
    return removeDurable(join(this.#path, `${id}.json`));
  }
}

export type Outbox = Pick<Files<Outgoing>, 'ids' | 'get' | 'all' | 'write' | 'remove'>;
export type PromisedFiles = Pick<Files<Promised>, 'ids' | 'get' | 'all' | 'write' | 'remove'>;

export const openOutbox = (path: string): Outbox => new Files(path, outgoingSchema);
export const openPromised = (path: string): PromisedFiles => new Files(path, promisedSchema);
