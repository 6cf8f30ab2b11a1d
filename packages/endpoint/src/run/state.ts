// What the agent that runs by itself remembers of it (docs/spec/endpoint-state.md): when it ran, when it runs
// next, what failed, and whom it leaves alone. Nothing that is believed depends on it: where it is damaged, it
// begins anew.

import { join } from 'node:path';
import {
  canonicalJson,
  isVitrineError,
  parseCanonicalJson,
  schema,
  type Json,
  type Schema,
} from '@vitrine/evidence';
import {
  acquireLease,
  makeDurableDirectory,
  readBounded,
  removeTemporaries,
  writeDurable,
  type Lease,
} from '@vitrine/host';

/** A host that is left alone. */
export interface Rest {
  /** In a row. */
  readonly failures: number;
  /** Seconds since 1970. */
  readonly until: number;
  readonly code: string;
}

export const halfNames = ['update', 'sharing'] as const;
export type HalfName = (typeof halfNames)[number];

export interface Failure {
  readonly at: number;
  readonly code: string;
  readonly remedy: string;
}

/** What is known of one half of the cycles. Times are seconds since 1970. */
export interface Half {
  readonly beganAt: number;
  /** Absent while it is under way, or if it was cut short. */
  readonly endedAt?: number;
  /** As a command ends. */
  readonly exit?: number;
  /** Since it last ended well. */
  readonly failure?: Failure;
  /** Earlier than the next cycle: after a failure, or for proofs that are promised by then. */
  readonly again?: number;
}

export interface RunState {
  /** Seconds between cycles; absent after a single one. */
  readonly every?: number;
  /** Of the next whole cycle. */
  readonly next?: number;
  /** It was stopped, and nobody has started it since. */
  readonly stoppedAt?: number;
  readonly halves: { readonly [Name in HalfName]?: Half };
  readonly hosts: Readonly<Record<string, Rest>>;
}

export const freshRun: RunState = { halves: {}, hosts: {} };

const { integer, object, record, text } = schema;
const seconds = integer(0);
const code = text(/^[a-z]+(?:-[a-z]+)*\.[a-z]+(?:-[a-z]+)*$/, 64, 'a code');
const half: Schema<Half> = object(
  { beganAt: seconds },
  {
    endedAt: seconds,
    exit: integer(0, 6),
    failure: object({ at: seconds, code, remedy: text(/^[^\0]*$/u, 1_024, 'a remedy') }),
    again: seconds,
  },
);
const mostHosts = 64;
const stateSchema: Schema<RunState> = object(
  {
    halves: object({}, { update: half, sharing: half }),
    hosts: record(/^[!-~]{1,255}$/, object({ failures: integer(1), until: seconds, code }), mostHosts),
  },
  { every: integer(1), next: seconds, stoppedAt: seconds },
);
const format = 'urn:vitrine:endpoint-run:v1';
const fileSchema = object({ format: schema.oneOf(format), state: stateSchema });
const stateLimit = 1 << 17;

export function runFolder(endpoint: string): string {
  return join(endpoint, 'run');
}

function stateFile(endpoint: string): string {
  return join(runFolder(endpoint), 'state.json');
}

/** Undefined where the agent never ran by itself, or where the file cannot be used. */
export async function readRun(endpoint: string): Promise<RunState | undefined> {
  try {
    const bytes = await readBounded(stateFile(endpoint), stateLimit);
    return fileSchema.check(parseCanonicalJson(bytes, { bytes: stateLimit, depth: 8 })).state;
  } catch (error) {
    if (!isVitrineError(error)) throw error;
    return undefined;
  }
}

/** Durable when it resolves. Only for the holder of the lease. */
export async function writeRun(endpoint: string, state: RunState): Promise<void> {
  const hosts = Object.entries(state.hosts).toSorted(([, a], [, b]) => b.until - a.until);
  const kept = { ...state, hosts: Object.fromEntries(hosts.slice(0, mostHosts)) };
  const bytes = canonicalJson({ format, state: kept } as unknown as Json);
  await writeDurable(stateFile(endpoint), bytes, { mode: 0o600 });
}

/** One agent runs by itself in a folder. The leases of updates and of sharing are taken cycle by cycle. */
export async function lockRun(endpoint: string): Promise<Lease> {
  const folder = runFolder(endpoint);
  await makeDurableDirectory(folder, { mode: 0o700 });
  const lease = acquireLease(folder, 'run');
  try {
    await removeTemporaries(folder);
  } catch (error) {
    lease.release();
    throw error;
  }
  return lease;
}
