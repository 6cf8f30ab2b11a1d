// What an endpoint is, from its own memory alone: no network, no lease, nothing changed.

import {
  expectKind,
  parsePublicationFile,
  parseTime,
  publication as publicationKind,
  statementOf,
} from '@vitrine/evidence';
import { openFolder } from './folder.ts';
import type { Memory, Version } from './memory.ts';
import { loadNamed } from './policy.ts';
import { openPointer } from './pointer.ts';
import { readRun, type RunState } from './run/state.ts';
import { secondsOf, Session, type Agent } from './session.ts';
import { sharingStatus, type SharingStatus } from './sharing/status.ts';
import { isIntact } from './versions.ts';

export interface Status {
  readonly folder: string;
  readonly enrolment: Memory['enrolment'];
  readonly running?: Version & {
    /** The file has the bytes that were accepted. */
    readonly intact: boolean;
    /** The pointer leads to it. */
    readonly inPlace: boolean;
  };
  /** An activation that began and has not ended: the next update goes back. */
  readonly unfinished?: string;
  readonly published?: {
    readonly seq: number;
    readonly snapshot: number;
    readonly issuedAt: string;
    readonly ageSeconds: number;
    readonly maxAgeSeconds: number;
    readonly stale: boolean;
  };
  readonly log: {
    readonly address: string;
    readonly origin: string;
    readonly size?: number;
    readonly root?: string;
    readonly comparedAt?: number;
  };
  readonly policy: {
    readonly version: number;
    readonly digest: string;
    readonly rootVersion: number;
    readonly pending?: { readonly version: number; readonly digest: string; readonly effective: number };
  };
  readonly sequences: Readonly<Record<string, number>>;
  readonly checkedAt?: number;
  readonly versions: readonly Version[];
  readonly changes: Memory['changes'];
  readonly refusal?: Memory['refusal'];
  /** Where the agent ever ran by itself. */
  readonly run?: RunState;
  /** Where anything was ever decided about sharing. */
  readonly sharing?: SharingStatus;
}

export async function status(agent: Agent): Promise<Status> {
  const folder = openFolder(agent.folder);
  const memory = await folder.read();
  const session = new Session(agent, folder, memory);
  const policy = await loadNamed(session, memory.policy);
  const { enrolment, verdict, current, comparedAt, checkedAt, activation, refusal } = memory;
  const version = memory.versions.find(({ sha256 }) => sha256 === current);
  const { pending } = memory.policy;
  const sharing = await sharingStatus(agent);
  const run = await readRun(agent.folder);
  return {
    folder: folder.path,
    enrolment,
    ...(version === undefined
      ? {}
      : {
          running: {
            ...version,
            intact: await isIntact(session, version),
            inPlace: (await openPointer(folder.path).read()) === version.sha256,
          },
        }),
    ...(activation === undefined ? {} : { unfinished: activation }),
    ...(await publishedIn(session, policy.document.freshness.maxAge)),
    log: {
      address: enrolment.log,
      origin: policy.document.log.origin,
      ...(verdict.head === undefined ? {} : { size: verdict.head.size, root: verdict.head.root }),
      ...(comparedAt === undefined ? {} : { comparedAt }),
    },
    policy: {
      version: policy.document.version,
      digest: policy.digest,
      rootVersion: policy.root.version,
      ...(pending === undefined
        ? {}
        : {
            pending: {
              version: pending.version,
              digest: pending.digest,
              effective: pending.effective,
            },
          }),
    },
    sequences: verdict.sequences,
    ...(checkedAt === undefined ? {} : { checkedAt }),
    versions: memory.versions,
    changes: memory.changes,
    ...(refusal === undefined ? {} : { refusal }),
    ...(run === undefined ? {} : { run }),
    ...(sharing === undefined ? {} : { sharing }),
  };
}

async function publishedIn(
  { memory, folder, agent }: Session,
  maxAgeSeconds: number,
): Promise<Pick<Status, 'published'>> {
  if (memory.publication === undefined) return {};
  const { statement } = parsePublicationFile(await folder.object(memory.publication));
  const { seq, snapshot, issuedAt } = expectKind(statementOf(statement.envelope), publicationKind).predicate;
  const now = Math.max(secondsOf(agent.clock), memory.verdict.floor);
  const ageSeconds = Math.max(now - parseTime(issuedAt), 0);
  return {
    published: { seq, snapshot, issuedAt, ageSeconds, maxAgeSeconds, stale: ageSeconds > maxAgeSeconds },
  };
}
