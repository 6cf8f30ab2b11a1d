// What a sign-in or a registration waits for: a challenge, or the state of OpenID Connect. Bound to the
// browser by a cookie of its own and taken out when it is looked at, so that each is answered once at most,
// within minutes, by the browser that asked.

import type { DatabaseSync } from 'node:sqlite';
import type { Clock } from '@vitrine/host';
import { keptOf, newSecret } from './secret.ts';

export type Purpose = 'invitation' | 'sign-in' | 'add-passkey' | 'oidc';

export interface Pending {
  readonly purpose: Purpose;
  /** The invitation or account that it is about; empty for a sign-in. */
  readonly about: string;
  /** The challenge, or the state as JSON. */
  readonly value: string;
}

export interface Ceremonies {
  /** Answers the cookie's secret. What the browser had begun before is forgotten. */
  begin(pending: Pending, before: string | undefined): string;
  /** Once: a second call gets undefined, and so does another purpose. */
  take(flow: string | undefined, purpose: Purpose): Pending | undefined;
}

export const ceremonyMs: number = 5 * 60_000;
/** Beginning costs a stranger nothing, so what waits is bounded: the oldest gives way. */
const most = 20_000;

export function openCeremonies(database: DatabaseSync, clock: Clock): Ceremonies {
  const insert = database.prepare(
    'INSERT INTO accounts_ceremonies (flow, purpose, about, value, expires) VALUES (?, ?, ?, ?, ?)',
  );
  const old = database.prepare('DELETE FROM accounts_ceremonies WHERE expires <= ? OR flow = ?');
  const count = database.prepare('SELECT count(*) AS n FROM accounts_ceremonies');
  const crowd = database.prepare(
    `DELETE FROM accounts_ceremonies WHERE flow IN
       (SELECT flow FROM accounts_ceremonies ORDER BY expires LIMIT 100)`,
  );
  const take = database.prepare(
    'DELETE FROM accounts_ceremonies WHERE flow = ? RETURNING purpose, about, value, expires',
  );
  return {
    begin({ purpose, about, value }, before) {
      const now = clock.now();
      old.run(now, keptOf(before) ?? '');
      if (Number(count.get()?.['n']) >= most) crowd.run();
      const flow = newSecret();
      insert.run(keptOf(flow) as string, purpose, about, value, now + ceremonyMs);
      return flow;
    },
    take(flow, purpose) {
      const kept = keptOf(flow);
      const row = kept === undefined ? undefined : take.get(kept);
      if (row === undefined) return undefined;
      const found = row as unknown as Pending & { readonly expires: number };
      if (found.purpose !== purpose || found.expires <= clock.now()) return undefined;
      return { purpose: found.purpose, about: found.about, value: found.value };
    },
  };
}
