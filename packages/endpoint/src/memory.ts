// What an endpoint remembers, as one value: written whole, or not at all (docs/spec/endpoint-state.md).
// Large matter (metadata, policies, evidence) lies beside it as objects named by their digest.

import {
  canonicalJson,
  fields,
  freshState,
  isVitrineError,
  parseCanonicalJson,
  parseState,
  schema,
  type Json,
  type Schema,
  type State,
} from '@vitrine/evidence';
import { sha256Hex } from '@vitrine/host';
import { isTargetPath } from '@vitrine/tuf';
import { fail } from './codes.ts';

const { integer, list, object, oneOf, record, text, where } = schema;

/** Fixed when the endpoint is enrolled. */
export interface Enrolment {
  /** Address of the vendor's repository, then of its mirrors. */
  readonly repositories: readonly string[];
  readonly log: string;
  readonly product: string;
  readonly channel: string;
  readonly platform: string;
  /** Path of the product's file among the outputs of its build: the end of the target's path. */
  readonly output: string;
}

/** One installed version, `versions/<sha256>/`. */
export interface Version {
  readonly sha256: string;
  readonly size: number;
  readonly version: string;
  readonly sequence: number;
  /** Statement identifier of the order: what a hold is about. */
  readonly order: string;
  /** SHA-256 of the evidence file by which it was accepted. */
  readonly evidence: string;
  readonly installedAt: number;
  /**
   * `good`: was seen to start where it was put. `untried`: was not, or not yet. `failed`: did not start;
   * `rolled-back`: by hand; neither of these two is put in place again by itself.
   */
  readonly standing: 'good' | 'untried' | 'failed' | 'rolled-back';
  /** What the last accepted publication lists about it. */
  readonly listed?: 'hold' | 'withdrawal';
}

/** A policy that is logged and waits for its day (D5). */
export interface PendingPolicy {
  readonly document: string;
  readonly root: string;
  readonly version: number;
  readonly digest: string;
  /** Seconds of witness time: seen in the log; in force from. */
  readonly since: number;
  readonly effective: number;
}

export interface Refusal {
  readonly at: number;
  readonly step: string;
  readonly code: string;
  readonly message: string;
  readonly remedy: string;
  /** Objects kept because they prove something: the two publications of a fork. */
  readonly kept?: readonly string[];
}

export type Change = 'installed' | 'fell-back' | 'rolled-back' | 'recovered' | 'policy';

export interface Memory {
  /** Counts writes. */
  readonly generation: number;
  readonly enrolment: Enrolment;
  /** Digests of the TUF files accepted last. */
  readonly metadata: {
    readonly root: string;
    readonly timestamp?: string;
    readonly snapshot?: string;
    readonly roles: Readonly<Record<string, string>>;
  };
  readonly policy: {
    readonly document: string;
    /** The root under which the document was accepted: not always the newest one. */
    readonly root: string;
    readonly pending?: PendingPolicy;
  };
  /** Digest of the publication file accepted last. */
  readonly publication?: string;
  /** D7: what must not go back. */
  readonly verdict: State;
  /** Digest of the file whose checkpoint is the head in `verdict`: half of the proof, should the log fork. */
  readonly headFile?: string;
  /** Seconds since 1970: when the log was last shown to be one history; when an update last ended well. */
  readonly comparedAt?: number;
  readonly checkedAt?: number;
  /** In the order of their installation. */
  readonly versions: readonly Version[];
  /** The version that `current` leads to. */
  readonly current?: string;
  /** An activation that began and has not ended. */
  readonly activation?: string;
  /** The newest last. */
  readonly changes: readonly {
    readonly at: number;
    readonly what: Change;
    readonly from?: string;
    readonly to?: string;
  }[];
  /** Of the last run, if that was refused. */
  readonly refusal?: Refusal;
}

export const mostVersions = 16;
export const mostChanges = 32;

const digest = fields.sha256Hex;
const seconds = integer(0);
const line = (most: number, meaning: string): Schema<string> => text(/^[^\0]*$/u, most, meaning);
const address: Schema<string> = text(/^https?:\/\/[!-~]{1,500}$/, 512, 'an http or https address');

const enrolmentSchema: Schema<Enrolment> = object({
  repositories: list(address, { least: 1, most: 8 }),
  log: address,
  product: fields.name,
  channel: fields.name,
  platform: fields.name,
  // Joined to folders and addresses: no segment of dots.
  output: where(line(200, 'a path'), (path) =>
    isTargetPath(path) ? undefined : 'a path that a target can have',
  ),
});

const versionSchema: Schema<Version> = object(
  {
    sha256: digest,
    size: fields.size,
    version: fields.version,
    sequence: integer(1),
    order: fields.statementId,
    evidence: digest,
    installedAt: seconds,
    standing: oneOf('good', 'untried', 'failed', 'rolled-back'),
  },
  { listed: oneOf('hold', 'withdrawal') },
);

const memorySchema: Schema<Memory> = object(
  {
    generation: integer(1),
    enrolment: enrolmentSchema,
    metadata: object(
      { root: digest, roles: record(/^[a-z0-9._-]{1,200}$/, digest, 4_096) },
      { timestamp: digest, snapshot: digest },
    ),
    policy: object(
      { document: digest, root: digest },
      {
        pending: object({
          document: digest,
          root: digest,
          version: integer(1),
          digest,
          since: seconds,
          effective: seconds,
        }),
      },
    ),
    verdict: { json: {}, check: (value: Json): State => parseState(canonicalJson(value)) },
    versions: list(versionSchema, { most: mostVersions }),
    changes: list(
      object(
        { at: seconds, what: oneOf('installed', 'fell-back', 'rolled-back', 'recovered', 'policy') },
        { from: digest, to: digest },
      ),
      { most: mostChanges },
    ),
  },
  {
    publication: digest,
    headFile: digest,
    comparedAt: seconds,
    checkedAt: seconds,
    current: digest,
    activation: digest,
    refusal: object(
      {
        at: seconds,
        step: line(64, 'a step'),
        code: line(64, 'a code'),
        message: line(4_096, 'a message'),
        remedy: line(1_024, 'a remedy'),
      },
      { kept: list(digest, { most: 4 }) },
    ),
  },
);

const format = 'urn:vitrine:endpoint-state:v1';
/** Well above what the limits of the schema allow. */
export const memoryLimit: number = 1 << 20;

const fileSchema = where(
  object({ format: oneOf(format), memory: memorySchema, sha256: digest }),
  ({ memory, sha256 }) => {
    if (sha256 !== digestOf(memory)) return 'the digest of the memory';
    const known = new Set(memory.versions.map((one) => one.sha256));
    const named = [memory.current, memory.activation].filter((one) => one !== undefined);
    return named.every((one) => known.has(one)) ? undefined : 'a current version that is listed';
  },
);

function digestOf(memory: Memory): string {
  return sha256Hex(canonicalJson(memory as unknown as Json));
}

/** The digest finds a damaged disk; against whoever may write here nothing local helps. */
export function formatMemory(memory: Memory): Uint8Array {
  const bytes = canonicalJson({ format, memory, sha256: digestOf(memory) } as unknown as Json);
  parseMemory(bytes);
  return bytes;
}

export function parseMemory(bytes: Uint8Array): Memory {
  return fileSchema.check(parseCanonicalJson(bytes, { bytes: memoryLimit, depth: 16 })).memory;
}

export function newMemory(
  enrolment: Enrolment,
  { root, policy }: { readonly root: string; readonly policy: string },
): Memory {
  return {
    generation: 1,
    enrolment: requireEnrolment(enrolment),
    metadata: { root, roles: {} },
    policy: { document: policy, root },
    verdict: freshState,
    versions: [],
    changes: [],
  };
}

function requireEnrolment(enrolment: Enrolment): Enrolment {
  try {
    return enrolmentSchema.check(enrolment as unknown as Json);
  } catch (cause) {
    if (!isVitrineError(cause)) throw cause;
    throw fail('endpoint.usage', `the enrolment: ${cause.message}`, { cause });
  }
}

/** Every object that the memory needs. */
export function objectsOf(memory: Memory): ReadonlySet<string> {
  const { metadata, policy, publication, headFile, versions, refusal } = memory;
  const { root, timestamp, snapshot, roles } = metadata;
  const { pending } = policy;
  return new Set(
    [
      root,
      timestamp,
      snapshot,
      ...Object.values(roles),
      policy.document,
      policy.root,
      pending?.document,
      pending?.root,
      publication,
      headFile,
      ...versions.map(({ evidence }) => evidence),
      ...(refusal?.kept ?? []),
    ].filter((one) => one !== undefined),
  );
}

export function versionOf(memory: Memory, sha256: string): Version {
  const version = memory.versions.find((one) => one.sha256 === sha256);
  if (version === undefined) throw fail('endpoint.state', `the state lists no version ${sha256}`);
  return version;
}
