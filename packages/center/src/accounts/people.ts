// Accounts: a name to show, groups that the access table speaks of, and how they came to be. What is
// changed here, by this process or by a command beside it, counts from the next request on.

import type { DatabaseSync } from 'node:sqlite';
import type { Clock } from '@vitrine/host';
import { fail } from '../codes.ts';
import { newName } from './secret.ts';

export interface Account {
  readonly id: string;
  readonly name: string;
  readonly groups: readonly string[];
  /** Whose word its groups are: the issuer of OpenID Connect, or nobody's but ours. */
  readonly issuer: string | undefined;
  readonly created: number;
  /** On the revocation list since then. */
  readonly revoked: number | undefined;
}

export interface People {
  get(id: string): Account | undefined;
  all(): readonly Account[];
  add(id: string, name: string, groups: readonly string[]): Account;
  /** The account of this subject, with the name and the groups that the issuer gives it now. */
  fromIssuer(issuer: string, subject: string, name: string, groups: readonly string[]): Account;
  /** For ever: it signs in no more, and its sessions end with the next request. */
  revoke(id: string): void;
  /** Not of an account of an issuer, whose next sign-in would bring the group back: `account.groups`. */
  leaveGroup(id: string, group: string): void;
}

interface Row {
  readonly id: string;
  readonly name: string;
  readonly groups: string;
  readonly issuer: string | null;
  readonly created: number;
  readonly revoked: number | null;
}

export function accountOf({ id, name, groups, issuer, created, revoked }: Row): Account {
  return {
    id,
    name,
    groups: JSON.parse(groups) as readonly string[],
    issuer: issuer ?? undefined,
    created,
    revoked: revoked ?? undefined,
  };
}

export function openPeople(database: DatabaseSync, clock: Clock): People {
  const columns = 'id, name, groups, issuer, created, revoked';
  const byId = database.prepare(`SELECT ${columns} FROM accounts_people WHERE id = ?`);
  const every = database.prepare(`SELECT ${columns} FROM accounts_people ORDER BY created, id`);
  const insert = database.prepare(
    'INSERT INTO accounts_people (id, name, groups, issuer, subject, created) VALUES (?, ?, ?, ?, ?, ?)',
  );
  const upsert = database.prepare(
    `INSERT INTO accounts_people (id, name, groups, issuer, subject, created) VALUES (?, ?, ?, ?, ?, ?)
     ON CONFLICT (issuer, subject) DO UPDATE SET name = excluded.name, groups = excluded.groups
     RETURNING ${columns}`,
  );
  const revoke = database.prepare('UPDATE accounts_people SET revoked = ? WHERE id = ? AND revoked IS NULL');
  const regroup = database.prepare('UPDATE accounts_people SET groups = ? WHERE id = ?');
  const get = (id: string): Account | undefined => {
    const row = byId.get(id);
    return row === undefined ? undefined : accountOf(row as unknown as Row);
  };
  const known = (id: string): Account => {
    const account = get(id);
    if (account === undefined) throw fail('account.unknown', `there is no account ${id}`);
    return account;
  };
  const listed = (groups: readonly string[]): string => JSON.stringify([...new Set(groups)].sort());
  return {
    get,
    all: () => every.all().map((row) => accountOf(row as unknown as Row)),
    add(id, name, groups) {
      insert.run(id, name, listed(groups), null, null, clock.now());
      return known(id);
    },
    fromIssuer(issuer, subject, name, groups) {
      const row = upsert.get(newName(), name, listed(groups), issuer, subject, clock.now());
      return accountOf(row as unknown as Row);
    },
    revoke(id) {
      known(id);
      revoke.run(clock.now(), id);
    },
    leaveGroup(id, group) {
      const { groups, issuer } = known(id);
      if (issuer !== undefined)
        throw fail('account.groups', `the groups of the account ${id} are those that ${issuer} tells`);
      if (!groups.includes(group)) throw fail('account.unknown', `the account ${id} is not in ${group}`);
      regroup.run(listed(groups.filter((one) => one !== group)), id);
    },
  };
}
