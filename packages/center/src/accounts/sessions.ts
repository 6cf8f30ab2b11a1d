// Sessions: a secret in the browser's cookie, its hash here. A session is made when somebody signs in and
// never before, always with a new secret: what a browser brought along is worth nothing (no fixation).
// Account and groups are read with every request, so that what is revoked is revoked.

import type { DatabaseSync } from 'node:sqlite';
import type { Clock } from '@vitrine/host';
import { accountOf, type Account } from './people.ts';
import { derived, keptOf, newName, newSecret } from './secret.ts';

export type Means = 'passkey' | 'oidc';

export interface Session {
  readonly id: string;
  readonly account: Account;
  readonly means: Means;
  readonly created: number;
  readonly seen: number;
  readonly expires: number;
  /** Goes back in a header of every change, which no other site can set. */
  readonly csrf: string;
}

export type SessionLine = Omit<Session, 'account' | 'csrf'>;

export interface SessionLimits {
  /** Without a request for this long, it ends. */
  readonly idleMs: number;
  /** After this time it ends in any case. */
  readonly mostMs: number;
}

export interface Sessions {
  /** The session of a cookie, or undefined: unknown, ended, expired, or of a revoked account. */
  find(secret: string | undefined): Session | undefined;
  /** Ends the session that the browser had, if any, and answers the secret of the new one. */
  begin(account: string, means: Means, before: string | undefined): string;
  end(secret: string | undefined): void;
  /** Ends one of the account's sessions by its name; false if it has no such. */
  endOne(account: string, id: string): boolean;
  endAll(account: string, butNot?: string): void;
  /** Newest first. */
  of(account: string): readonly SessionLine[];
  forget(): void;
}

/** `seen` is written at most this often: a page with a hundred requests writes it once. */
const seenEveryMs = 60_000;
/** The oldest of an account's sessions give way. */
const mostOfOne = 50;

export function openSessions(database: DatabaseSync, clock: Clock, limits: SessionLimits): Sessions {
  const { idleMs, mostMs } = limits;
  const find = database.prepare(
    `SELECT s.id AS session, s.means, s.created AS begun, s.seen, s.expires,
       p.id, p.name, p.groups, p.issuer, p.created, p.revoked
     FROM accounts_sessions s JOIN accounts_people p ON p.id = s.account
     WHERE s.secret = ? AND p.revoked IS NULL`,
  );
  const touch = database.prepare('UPDATE accounts_sessions SET seen = ? WHERE secret = ?');
  const insert = database.prepare(
    'INSERT INTO accounts_sessions (secret, id, account, means, created, seen, expires) VALUES (?, ?, ?, ?, ?, ?, ?)',
  );
  const crowd = database.prepare(
    `DELETE FROM accounts_sessions WHERE account = ? AND secret NOT IN
       (SELECT secret FROM accounts_sessions WHERE account = ? ORDER BY created DESC, rowid DESC LIMIT ${mostOfOne})`,
  );
  const end = database.prepare('DELETE FROM accounts_sessions WHERE secret = ?');
  const endOne = database.prepare('DELETE FROM accounts_sessions WHERE account = ? AND id = ?');
  const endAll = database.prepare('DELETE FROM accounts_sessions WHERE account = ? AND id <> ?');
  const list = database.prepare(
    `SELECT id, means, created, seen, expires FROM accounts_sessions
     WHERE account = ? AND expires > ? AND seen > ? ORDER BY created DESC`,
  );
  const old = database.prepare('DELETE FROM accounts_sessions WHERE expires <= ? OR seen <= ?');
  return {
    find(secret) {
      const kept = keptOf(secret);
      if (kept === undefined || secret === undefined) return undefined;
      const row = find.get(kept) as unknown as FoundRow | undefined;
      const now = clock.now();
      if (row === undefined || row.expires <= now || row.seen + idleMs <= now) return undefined;
      if (now - row.seen >= seenEveryMs) touch.run(now, kept);
      const { session: id, means, begun: created, seen, expires } = row;
      const csrf = derived('vitrine csrf v1', secret);
      return { id, account: accountOf(row), means, created, seen, expires, csrf };
    },
    begin(account, means, before) {
      const secret = newSecret();
      const now = clock.now();
      const kept = keptOf(before);
      if (kept !== undefined) end.run(kept);
      insert.run(keptOf(secret) as string, newName(), account, means, now, now, now + mostMs);
      crowd.run(account, account);
      return secret;
    },
    end(secret) {
      const kept = keptOf(secret);
      if (kept !== undefined) end.run(kept);
    },
    endOne: (account, id) => endOne.run(account, id).changes > 0,
    endAll: (account, butNot = '') => void endAll.run(account, butNot),
    of: (account) =>
      list.all(account, clock.now(), clock.now() - idleMs) as unknown as readonly SessionLine[],
    forget: () => void old.run(clock.now(), clock.now() - idleMs),
  };
}

interface FoundRow {
  readonly session: string;
  readonly means: Means;
  readonly begun: number;
  readonly seen: number;
  readonly expires: number;
  readonly id: string;
  readonly name: string;
  readonly groups: string;
  readonly issuer: string | null;
  readonly created: number;
  readonly revoked: number | null;
}
