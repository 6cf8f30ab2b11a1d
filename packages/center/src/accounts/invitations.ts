// Invitations: a link that makes one account, once, within some days. The link is the secret; it is shown
// when it is made and never again.

import type { DatabaseSync } from 'node:sqlite';
import { transaction, type Clock } from '@vitrine/host';
import { fail } from '../codes.ts';
import type { Account, People } from './people.ts';
import { keptOf, newName, newSecret } from './secret.ts';

export interface Invitation {
  /** Of the account, too, once it is made: authenticators know it from the beginning. */
  readonly id: string;
  readonly name: string;
  readonly groups: readonly string[];
  readonly created: number;
  readonly expires: number;
  readonly used: number | undefined;
  readonly account: string | undefined;
  readonly revoked: number | undefined;
}

export type InvitationState = 'open' | 'used' | 'revoked' | 'expired';

export interface Invitations {
  make(
    name: string,
    groups: readonly string[],
    days: number,
  ): { readonly id: string; readonly secret: string };
  /** By its secret; undefined where there is none. */
  find(secret: string): Invitation | undefined;
  state(invitation: Invitation): InvitationState;
  /**
   * Uses the invitation up: `work` gets the new account, in one transaction with everything it writes. Of
   * two who come at once, one gets `account.invitation`.
   */
  accept<T>(secret: string, work: (account: Account) => T): T;
  revoke(id: string): void;
  all(): readonly Invitation[];
}

interface Row {
  readonly id: string;
  readonly name: string;
  readonly groups: string;
  readonly created: number;
  readonly expires: number;
  readonly used: number | null;
  readonly account: string | null;
  readonly revoked: number | null;
}

const invitationOf = (row: Row): Invitation => ({
  ...row,
  groups: JSON.parse(row.groups) as readonly string[],
  used: row.used ?? undefined,
  account: row.account ?? undefined,
  revoked: row.revoked ?? undefined,
});

const dayMs = 86_400_000;

export function openInvitations(database: DatabaseSync, clock: Clock, people: People): Invitations {
  const columns = 'id, name, groups, created, expires, used, account, revoked';
  const insert = database.prepare(
    'INSERT INTO accounts_invitations (id, secret, name, groups, created, expires) VALUES (?, ?, ?, ?, ?, ?)',
  );
  const bySecret = database.prepare(`SELECT ${columns} FROM accounts_invitations WHERE secret = ?`);
  const every = database.prepare(`SELECT ${columns} FROM accounts_invitations ORDER BY created DESC, id`);
  const use = database.prepare(
    `UPDATE accounts_invitations SET used = ?, account = ?
     WHERE id = ? AND used IS NULL AND revoked IS NULL AND expires > ?`,
  );
  const revoke = database.prepare(
    'UPDATE accounts_invitations SET revoked = ? WHERE id = ? AND used IS NULL AND revoked IS NULL',
  );
  const find = (secret: string): Invitation | undefined => {
    const kept = keptOf(secret);
    const row = kept === undefined ? undefined : bySecret.get(kept);
    return row === undefined ? undefined : invitationOf(row as unknown as Row);
  };
  const state = ({ used, revoked, expires }: Invitation): InvitationState =>
    used !== undefined
      ? 'used'
      : revoked !== undefined
        ? 'revoked'
        : expires <= clock.now()
          ? 'expired'
          : 'open';
  return {
    find,
    state,
    make(name, groups, days) {
      const [id, secret, now] = [newName(), newSecret(), clock.now()];
      const listed = JSON.stringify([...new Set(groups)].sort());
      insert.run(id, keptOf(secret) as string, name, listed, now, now + days * dayMs);
      return { id, secret };
    },
    accept: (secret, work) =>
      transaction(database, () => {
        const invitation = find(secret);
        if (invitation === undefined || state(invitation) !== 'open') throw spent(invitation, state);
        const account = people.add(invitation.id, invitation.name, invitation.groups);
        const now = clock.now();
        if (use.run(now, account.id, invitation.id, now).changes !== 1) throw spent(invitation, state);
        return work(account);
      }),
    revoke(id) {
      if (revoke.run(clock.now(), id).changes === 0)
        throw fail('account.unknown', `there is no open invitation ${id}`);
    },
    all: () => every.all().map((row) => invitationOf(row as unknown as Row)),
  };
}

export function spent(
  invitation: Invitation | undefined,
  state: (invitation: Invitation) => InvitationState,
): Error {
  const why = invitation === undefined ? 'unknown' : state(invitation);
  return fail('account.invitation', `this invitation is ${why}`);
}
