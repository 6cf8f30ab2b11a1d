// One set of migrations for both databases. Their differences are four words, given by the dialect.
// A migration that has shipped never changes: append.

/** How a database spells a type. Text compares by bytes in both: ORDER BY must not follow a locale. */
export interface ColumnTypes {
  readonly serial: string;
  readonly integer: string;
  readonly text: string;
  readonly bytes: string;
  /** At the end of CREATE TABLE. */
  readonly strict: string;
}

/** Statements that lead from version i to i + 1. */
export const migrations: readonly ((types: ColumnTypes) => readonly string[])[] = [
  ({ serial, integer, text, bytes, strict }) => [
    `CREATE TABLE center (one ${integer} PRIMARY KEY CHECK (one = 1), id ${text} NOT NULL) ${strict}`,
    `CREATE TABLE leaf (
       id ${serial},
       ledger ${text} NOT NULL CHECK (ledger IN ('custody', 'access')),
       idx ${integer},
       hash ${text} NOT NULL,
       data ${bytes} NOT NULL
     ) ${strict}`,
    `CREATE UNIQUE INDEX leaf_index ON leaf (ledger, idx) WHERE idx IS NOT NULL`,
    `CREATE INDEX leaf_fresh ON leaf (ledger, id) WHERE idx IS NULL`,
    `CREATE INDEX leaf_hash ON leaf (hash)`,
    `CREATE TABLE day_key (
       id ${text} PRIMARY KEY,
       subject ${text} NOT NULL,
       day ${text} NOT NULL,
       half ${bytes} NOT NULL,
       supervisors ${bytes} NOT NULL,
       whole ${bytes} NOT NULL
     ) ${strict}`,
    `CREATE INDEX day_key_subject ON day_key (subject, day)`,
    `CREATE TABLE record (
       leaf ${integer} PRIMARY KEY REFERENCES leaf (id),
       day_key ${text} NOT NULL REFERENCES day_key (id),
       subject ${text} NOT NULL,
       kind ${text} NOT NULL,
       country ${text} NOT NULL,
       retention ${text} NOT NULL,
       day ${text} NOT NULL,
       expires ${text} NOT NULL,
       deadline ${integer} NOT NULL,
       restricted ${integer} NOT NULL CHECK (restricted IN (0, 1)),
       projection ${bytes} NOT NULL,
       ciphertext ${bytes} NOT NULL
     ) ${strict}`,
    `CREATE INDEX record_subject ON record (subject)`,
    `CREATE INDEX record_expires ON record (expires)`,
    `CREATE INDEX record_day_key ON record (day_key)`,
    `CREATE TABLE seen (
       report ${text} PRIMARY KEY,
       sealing_key ${text} NOT NULL,
       leaf ${integer} NOT NULL
     ) ${strict}`,
    `CREATE INDEX seen_sealing_key ON seen (sealing_key)`,
    `CREATE TABLE sealing_key (
       id ${text} PRIMARY KEY,
       salt ${bytes} NOT NULL,
       grace_until ${integer} NOT NULL
     ) ${strict}`,
    `CREATE TABLE refusal (
       day ${text} NOT NULL,
       code ${text} NOT NULL,
       count ${integer} NOT NULL,
       PRIMARY KEY (day, code)
     ) ${strict}`,
    `CREATE TABLE request (
       id ${text} PRIMARY KEY,
       kind ${text} NOT NULL,
       at ${integer} NOT NULL,
       leaf ${integer},
       answer ${bytes} NOT NULL
     ) ${strict}`,
  ],
];
