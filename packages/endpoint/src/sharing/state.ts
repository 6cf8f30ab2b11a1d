// What the owner decided about sharing, and how far that is known at the data centers. Written whole or not at
// all; the queue, the own ledger and what is under way lie beside it in files of their own.

import {
  canonicalJson,
  documentSchema,
  fields,
  isVitrineError,
  parseCanonicalJson,
  schema,
  type Envelope,
  type Json,
  type Schema,
} from '@vitrine/evidence';
import { readBounded, writeDurable } from '@vitrine/host';
import { profileNames, type ProfileName, type SharingMemory } from '@vitrine/reports';
import { fail } from '../codes.ts';
import type { LedgerReach } from './ledger.ts';

/** One subject at one data center, and its consent receipts. */
export interface KnownSubject {
  readonly center: string;
  readonly generation: number;
  /** The last receipt that both sides signed. */
  readonly confirmed?: Envelope;
  /** Signed here, in order, and not countersigned yet: the last one is what the owner decided. */
  readonly unsent: readonly Envelope[];
}

/** Why sharing stopped by itself. */
export interface Suspension {
  readonly at: number;
  readonly code: string;
  readonly message: string;
}

export interface SharingState {
  /** Counts writes. */
  readonly generation: number;
  /** What the owner chose last. */
  readonly profile: ProfileName;
  readonly country?: string;
  /** Of the sharing file that was accepted last. */
  readonly remembered?: SharingMemory;
  /** The newest last. */
  readonly subjects: readonly KnownSubject[];
  /** The one under which is shared now. */
  readonly current?: { readonly center: string; readonly generation: number };
  readonly suspended?: Suspension;
  /** By data center: seconds since 1970 before which it asked not to be asked again. */
  readonly later: Readonly<Record<string, number>>;
  /** Reports that were not taken, in all. */
  readonly refused: number;
  /** Of the own ledger, when this was written. */
  readonly ledger?: LedgerReach;
}

const freshSharing: SharingState = {
  generation: 0,
  profile: 'none',
  subjects: [],
  later: {},
  refused: 0,
};

export const mostUnsent = 16;
const mostSubjects = 256;
const place = { center: fields.name, generation: schema.integer(1, 65_535) };

const stateSchema: Schema<SharingState> = schema.object(
  {
    generation: schema.integer(0),
    profile: schema.oneOf(...profileNames),
    subjects: schema.list(
      schema.object(
        { ...place, unsent: schema.list(documentSchema, { most: mostUnsent }) },
        { confirmed: documentSchema },
      ),
      { most: mostSubjects },
    ),
    later: schema.record(/^[a-z0-9._-]{1,64}$/, schema.integer(0), mostSubjects),
    refused: schema.integer(0),
  },
  {
    country: fields.country,
    remembered: schema.object(
      {
        version: schema.integer(1),
        digest: fields.sha256Hex,
        size: fields.size,
      },
      { origin: fields.origin, time: schema.integer(0) },
    ),
    ledger: schema.object({ entries: fields.size, head: fields.sha256Hex }),
    current: schema.object(place),
    suspended: schema.object({
      at: schema.integer(0),
      code: schema.text(/^[a-z.-]+$/, 64, 'a code'),
      message: schema.text(/^[^\0]*$/u, 1_024, 'a message'),
    }),
  },
);

/** The list with this one in it, the newest last. */
export function withSubject({ subjects }: SharingState, subject: KnownSubject): readonly KnownSubject[] {
  const { center, generation } = subject;
  return [...subjects.filter((one) => one.center !== center || one.generation !== generation), subject];
}

const format = 'urn:vitrine:endpoint-sharing:v1';
const fileSchema = schema.object({ format: schema.oneOf(format), state: stateSchema });
const stateLimit = 4 << 20;

/** Where nothing was ever decided, nothing is shared. A damaged state is refused, never reset. */
export async function readSharingState(path: string): Promise<SharingState> {
  let bytes: Uint8Array;
  try {
    bytes = await readBounded(path, stateLimit);
  } catch (error) {
    if (isVitrineError(error, 'file.missing')) return freshSharing;
    throw error;
  }
  try {
    return fileSchema.check(parseCanonicalJson(bytes, { bytes: stateLimit, depth: 12 })).state;
  } catch (cause) {
    if (!isVitrineError(cause)) throw cause;
    throw fail('endpoint.sharing-state', `couldn't use ${path}: ${cause.message}`, { at: path, cause });
  }
}

/** Durable when it resolves. */
export async function writeSharingState(path: string, state: SharingState): Promise<void> {
  await writeDurable(path, canonicalJson({ format, state } as unknown as Json), { mode: 0o600 });
}
