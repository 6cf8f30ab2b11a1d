/** Tables of center.db that this area owns. Times are milliseconds since 1970. */
export const reviewMigrations: readonly string[] = [
  `CREATE TABLE reviews_people (
    account TEXT PRIMARY KEY,
    pseudonym TEXT NOT NULL UNIQUE
  ) STRICT;
  CREATE TABLE reviews_keys (
    keyid TEXT PRIMARY KEY,
    account TEXT NOT NULL REFERENCES reviews_people (account),
    public_key BLOB NOT NULL,
    rp_id TEXT,
    origin TEXT,
    registered INTEGER NOT NULL,
    ended INTEGER
  ) STRICT;
  CREATE INDEX reviews_keys_by_account ON reviews_keys (account, registered);
  CREATE TABLE reviews_reviews (
    id TEXT PRIMARY KEY,
    account TEXT NOT NULL REFERENCES reviews_people (account),
    tree TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('draft', 'signed', 'logged', 'opened', 'destroyed')),
    version INTEGER NOT NULL,
    verdict TEXT NOT NULL,
    text TEXT NOT NULL,
    read_paths TEXT NOT NULL,
    changed INTEGER NOT NULL,
    keyid TEXT REFERENCES reviews_keys (keyid),
    statement TEXT,
    envelope BLOB,
    salt BLOB,
    body BLOB,
    log_index INTEGER,
    trouble_code TEXT,
    trouble_message TEXT,
    trouble_since INTEGER
  ) STRICT;
  CREATE INDEX reviews_by_account ON reviews_reviews (account, changed);
  CREATE INDEX reviews_by_statement ON reviews_reviews (statement);
  CREATE INDEX reviews_by_state ON reviews_reviews (state, changed);
  CREATE TABLE reviews_findings (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    review TEXT NOT NULL REFERENCES reviews_reviews (id) ON DELETE CASCADE,
    severity TEXT NOT NULL,
    path TEXT,
    first INTEGER,
    last INTEGER,
    text TEXT NOT NULL,
    written INTEGER NOT NULL
  ) STRICT;
  CREATE INDEX reviews_findings_by_review ON reviews_findings (review, id);
  CREATE TABLE reviews_tasks (
    secret TEXT PRIMARY KEY,
    review TEXT NOT NULL UNIQUE REFERENCES reviews_reviews (id) ON DELETE CASCADE,
    expires INTEGER NOT NULL
  ) STRICT;
  CREATE TABLE reviews_threads (
    id TEXT PRIMARY KEY,
    account TEXT NOT NULL REFERENCES reviews_people (account),
    tree TEXT NOT NULL,
    path TEXT NOT NULL,
    first INTEGER NOT NULL,
    last INTEGER NOT NULL,
    blob TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('open', 'answered', 'closed')),
    asked INTEGER NOT NULL,
    changed INTEGER NOT NULL
  ) STRICT;
  CREATE INDEX reviews_threads_by_file ON reviews_threads (path, blob);
  CREATE INDEX reviews_threads_by_time ON reviews_threads (changed, id);
  CREATE TABLE reviews_posts (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    thread TEXT NOT NULL REFERENCES reviews_threads (id),
    account TEXT NOT NULL REFERENCES reviews_people (account),
    vendor INTEGER NOT NULL,
    text TEXT NOT NULL,
    written INTEGER NOT NULL
  ) STRICT;
  CREATE INDEX reviews_posts_by_thread ON reviews_posts (thread, id);
  CREATE INDEX reviews_posts_by_account ON reviews_posts (account, written);
  CREATE TABLE reviews_revisions (
    post INTEGER NOT NULL REFERENCES reviews_posts (id),
    text TEXT NOT NULL,
    written INTEGER NOT NULL
  ) STRICT;
  CREATE INDEX reviews_revisions_by_post ON reviews_revisions (post);`,
  // The lists of reviews are read from indexes alone: a row may hold megabytes, and its lists of paths come first.
  `ALTER TABLE reviews_reviews ADD COLUMN signed INTEGER;
  DROP INDEX reviews_by_account;
  CREATE INDEX reviews_by_account ON reviews_reviews
    (account, changed DESC, id, state, tree, verdict, keyid, statement, log_index);
  CREATE INDEX reviews_by_change ON reviews_reviews
    (changed DESC, id, account, state, tree, verdict, keyid, statement, log_index) WHERE state <> 'draft';
  DROP INDEX reviews_by_statement;
  CREATE INDEX reviews_by_statement ON reviews_reviews (statement, keyid);
  CREATE INDEX reviews_by_signing ON reviews_reviews (account, signed);`,
];
