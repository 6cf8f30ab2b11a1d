/** Tables of center.db that this area owns. Times are milliseconds since 1970. */
export const accountMigrations: readonly string[] = [
  `CREATE TABLE accounts_people (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    groups TEXT NOT NULL,
    issuer TEXT,
    subject TEXT,
    created INTEGER NOT NULL,
    revoked INTEGER,
    UNIQUE (issuer, subject)
  ) STRICT;
  CREATE TABLE accounts_passkeys (
    id TEXT PRIMARY KEY,
    account TEXT NOT NULL REFERENCES accounts_people (id),
    public_key BLOB NOT NULL,
    counter INTEGER NOT NULL,
    transports TEXT NOT NULL,
    label TEXT NOT NULL,
    synced INTEGER NOT NULL,
    created INTEGER NOT NULL,
    used INTEGER
  ) STRICT;
  CREATE INDEX accounts_passkeys_by_account ON accounts_passkeys (account, created);
  CREATE TABLE accounts_invitations (
    id TEXT PRIMARY KEY,
    secret TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    groups TEXT NOT NULL,
    created INTEGER NOT NULL,
    expires INTEGER NOT NULL,
    used INTEGER,
    account TEXT REFERENCES accounts_people (id),
    revoked INTEGER
  ) STRICT;
  CREATE TABLE accounts_sessions (
    secret TEXT PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    account TEXT NOT NULL REFERENCES accounts_people (id),
    means TEXT NOT NULL,
    created INTEGER NOT NULL,
    seen INTEGER NOT NULL,
    expires INTEGER NOT NULL
  ) STRICT;
  CREATE INDEX accounts_sessions_by_account ON accounts_sessions (account, created);
  CREATE TABLE accounts_ceremonies (
    flow TEXT PRIMARY KEY,
    purpose TEXT NOT NULL,
    about TEXT NOT NULL,
    value TEXT NOT NULL,
    expires INTEGER NOT NULL
  ) STRICT;
  CREATE INDEX accounts_ceremonies_by_time ON accounts_ceremonies (expires);`,
];
