// What a supervisor tells about itself at GET /status: where it runs is part of what it can vouch for (D37).

import type { DatabaseSync } from 'node:sqlite';
import {
  formatTime,
  parseSignedCheckpoint,
  type Isolation,
  type JsonObject,
  type TrustPolicy,
} from '@vitrine/evidence';
import type { CustodyWatch } from './desk/custody.ts';
import type { Desk } from './desk/desk.ts';
import type { Severity } from './finding-codes.ts';
import { text } from './database.ts';
import { listFindings } from './findings.ts';
import type { Orders } from './orders.ts';
import type { Outbox } from './outbox.ts';
import type { Relay } from './relay.ts';
import type { SignedRoles } from './signed-roles.ts';
import type { Tail } from './tail.ts';

/** The machine as it is: given by whoever starts the daemon. */
export interface Host {
  readonly node: string;
  readonly user: string;
  readonly directory: string;
}

export interface SupervisorStatus extends JsonObject {
  readonly operator: string;
  readonly node: string;
  readonly user: string;
  readonly directory: string;
  readonly isolation: Isolation;
  readonly log: {
    readonly origin: string;
    readonly size: number | null;
    readonly read: number;
    readonly time: string | null;
    readonly trouble: string | null;
  };
  /** By which it judges; `trouble`: why it does not judge by what lies in its folder now. */
  readonly policy: { readonly version: number; readonly root: number; readonly trouble: string | null };
  readonly rebuilds: readonly {
    readonly order: string;
    readonly index: number;
    readonly result: string;
    readonly blind: boolean;
    readonly outputs: string | null;
    readonly trouble: string | null;
  }[];
  readonly wanted: readonly {
    readonly statement: string;
    readonly kind: string;
    readonly trouble: string | null;
  }[];
  readonly publications: { readonly seen: number; readonly unread: number; readonly trouble: string | null };
  /** Ours that the log does not show yet. */
  readonly unlogged: number;
  readonly signed: number;
  readonly findings: { readonly [Name in Severity]: number };
  readonly peers: Readonly<Record<string, string>>;
  /** Requests for access. */
  readonly access: { readonly waiting: number; readonly granted: number };
  /** Why a ledger of a data center cannot be compared with what was logged of it, by its origin. */
  readonly custody: Readonly<Record<string, string>>;
}

export interface StatusParts {
  readonly database: DatabaseSync;
  readonly operator: string;
  readonly policy: TrustPolicy;
  readonly tail: Tail;
  readonly orders: Orders;
  readonly outbox: Outbox;
  readonly signed: SignedRoles;
  readonly relay: Relay;
  readonly desk: Desk;
  readonly custody: CustodyWatch;
  readonly host: Host;
  readonly isolation: Isolation;
  readonly trouble: { readonly log: string | undefined; readonly policy: string | undefined };
}

/** The newest of many: the whole record is in the log and under /statements. */
const mostRows = 200;

export function statusOf(parts: StatusParts): SupervisorStatus {
  const { operator, host, isolation, tail, orders, outbox, signed, relay, trouble, policy } = parts;
  const note = tail.note();
  const time = tail.time();
  return {
    operator,
    ...host,
    isolation,
    log: {
      origin: policy.document.log.origin,
      size: note === undefined ? null : parseSignedCheckpoint(note).checkpoint.size,
      read: tail.next(),
      time: time === undefined ? null : formatTime(time),
      trouble: trouble.log ?? null,
    },
    policy: {
      version: policy.document.version,
      root: policy.root.version,
      trouble: trouble.policy ?? null,
    },
    rebuilds: orders
      .list()
      .slice(-mostRows)
      .map(({ orderId, index, state, outputs, trouble: why }) => ({
        order: orderId,
        index,
        result: state,
        blind: orders.isBlind(orderId),
        outputs: outputs ?? null,
        trouble: why ?? null,
      })),
    wanted: wantedOf(parts.database),
    publications: countPublications(parts.database),
    unlogged: outbox.missing().length,
    signed: signed.count(),
    findings: countFindings(parts.database),
    peers: Object.fromEntries(relay.troubles()),
    access: parts.desk.counts(),
    custody: Object.fromEntries(parts.custody.troubles()),
  };
}

function wantedOf(database: DatabaseSync): SupervisorStatus['wanted'] {
  return database
    .prepare("SELECT statement, kind, trouble FROM holding WHERE state <> 'stored' ORDER BY idx DESC LIMIT ?")
    .all(mostRows)
    .map((row) => ({
      statement: text(row, 'statement') ?? '',
      kind: text(row, 'kind') ?? '',
      trouble: text(row, 'trouble') ?? null,
    }));
}

function countFindings(database: DatabaseSync): SupervisorStatus['findings'] {
  const counts = { note: 0, minor: 0, major: 0, critical: 0 };
  for (const { severity } of listFindings(database)) counts[severity]++;
  return counts;
}

function countPublications(database: DatabaseSync): SupervisorStatus['publications'] {
  const row = database
    .prepare("SELECT count(*) AS seen, count(*) FILTER (WHERE state <> 'read') AS unread FROM publication")
    .get();
  const failing = database
    .prepare('SELECT trouble FROM publication WHERE trouble IS NOT NULL ORDER BY idx LIMIT 1')
    .get();
  return {
    seen: Number(row?.['seen']),
    unread: Number(row?.['unread']),
    trouble: failing === undefined ? null : (text(failing, 'trouble') ?? null),
  };
}
