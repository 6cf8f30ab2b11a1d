// Everything about who reads, opened on center.db: by the Center while it runs, and by commands beside it.

import type { DatabaseSync } from 'node:sqlite';
import type { Clock } from '@vitrine/host';
import { openCeremonies, type Ceremonies } from './ceremonies.ts';
import { openInvitations, type Invitations } from './invitations.ts';
import { openOidc, type Oidc, type OidcOptions } from './oidc.ts';
import { openPasskeys, type Passkeys } from './passkeys.ts';
import { openPeople, type People } from './people.ts';
import { openSessions, type SessionLimits, type Sessions } from './sessions.ts';

export interface Accounts {
  readonly people: People;
  readonly invitations: Invitations;
  readonly sessions: Sessions;
  readonly passkeys: Passkeys;
  readonly ceremonies: Ceremonies;
  readonly oidc: Oidc | undefined;
}

export interface AccountOptions {
  readonly origin: URL;
  /** Whose Center this is: authenticators show it. */
  readonly name: string;
  readonly sessions: SessionLimits;
  readonly oidc?: OidcOptions | undefined;
}

export function openAccounts(
  database: DatabaseSync,
  clock: Clock,
  { origin, name, sessions, oidc }: AccountOptions,
): Accounts {
  const people = openPeople(database, clock);
  return {
    people,
    invitations: openInvitations(database, clock, people),
    sessions: openSessions(database, clock, sessions),
    passkeys: openPasskeys(database, clock, { name, origin }),
    ceremonies: openCeremonies(database, clock),
    oidc: oidc === undefined ? undefined : openOidc(oidc, origin),
  };
}
