// One set of migrations for both databases. Their differences are four words, given by the dialect.
// A migration that has shipped never changes: append.

/** How a database spells a type. Text compares by bytes in both: ORDER BY must not follow a locale. */
export interface ColumnTypes {
  readonly integer: string;
  readonly text: string;
  readonly bytes: string;
  /** At the end of CREATE TABLE. */
  readonly strict: string;
}

/** Statements that lead from version i to i + 1. */
export const migrations: readonly ((types: ColumnTypes) => readonly string[])[] = [
  ({ integer, text, bytes, strict }) => [
    `CREATE TABLE center (one ${integer} PRIMARY KEY CHECK (one = 1), id ${text} NOT NULL) ${strict}`,
    `CREATE TABLE ledger (name ${text} PRIMARY KEY, size ${integer} NOT NULL) ${strict}`,
    `INSERT INTO ledger (name, size) VALUES ('custody', 0), ('access', 0)`,
    `CREATE TABLE custody_leaf (idx ${integer} PRIMARY KEY, data ${bytes} NOT NULL) ${strict}`,
    `CREATE TABLE access_leaf (idx ${integer} PRIMARY KEY, data ${bytes} NOT NULL) ${strict}`,
    `CREATE TABLE day_key (
       ref ${text} PRIMARY KEY,
       subject ${text} NOT NULL,
       day ${text} NOT NULL,
       part ${integer} NOT NULL,
       half ${bytes} NOT NULL,
       sealed ${bytes} NOT NULL
     ) ${strict}`,
    `CREATE UNIQUE INDEX day_key_name ON day_key (subject, day, part)`,
    `CREATE TABLE report (
       first ${integer} PRIMARY KEY,
       count ${integer} NOT NULL,
       mark ${text} NOT NULL,
       sealing_key ${text} NOT NULL,
       subject ${text},
       day_key ${text} REFERENCES day_key (ref),
       country ${text} NOT NULL,
       day ${text} NOT NULL,
       at ${integer} NOT NULL,
       deadline ${integer} NOT NULL
     ) ${strict}`,
    `CREATE UNIQUE INDEX report_mark ON report (mark)`,
    `CREATE INDEX report_subject ON report (subject) WHERE subject IS NOT NULL`,
    `CREATE INDEX report_day_key ON report (day_key) WHERE day_key IS NOT NULL`,
    `CREATE TABLE record (
       idx ${integer} PRIMARY KEY,
       report ${integer} NOT NULL,
       kind ${text} NOT NULL,
       expires ${text} NOT NULL,
       projection ${bytes} NOT NULL,
       ciphertext ${bytes} NOT NULL
     ) ${strict}`,
    `CREATE INDEX record_expires ON record (expires)`,
    `CREATE TABLE subject (
       pseudonym ${text} PRIMARY KEY,
       consent ${bytes} NOT NULL,
       restricted ${integer} NOT NULL CHECK (restricted IN (0, 1))
     ) ${strict}`,
    `CREATE TABLE request (
       id ${text} PRIMARY KEY,
       act ${text} NOT NULL,
       at ${integer} NOT NULL,
       answer ${bytes} NOT NULL
     ) ${strict}`,
    `CREATE TABLE reading (
       idx ${integer} PRIMARY KEY,
       record ${integer} NOT NULL,
       salt ${bytes} NOT NULL
     ) ${strict}`,
    `CREATE INDEX reading_record ON reading (record)`,
    `CREATE TABLE sealing_key (
       id ${text} PRIMARY KEY,
       salt ${bytes} NOT NULL,
       grace_until ${integer} NOT NULL
     ) ${strict}`,
    `CREATE TABLE tombstone (
       idx ${integer} PRIMARY KEY,
       salt ${bytes} NOT NULL,
       covers ${bytes} NOT NULL
     ) ${strict}`,
    `CREATE TABLE refusal (
       day ${text} NOT NULL,
       code ${text} NOT NULL,
       count ${integer} NOT NULL,
       PRIMARY KEY (day, code)
     ) ${strict}`,
  ],
  // Filled in by `Consents.fill`: SQL cannot compute it.
  ({ text }) => [`ALTER TABLE subject ADD COLUMN digest ${text} NOT NULL DEFAULT ''`],
  ({ integer }) => [`ALTER TABLE center ADD COLUMN epoch ${integer} NOT NULL DEFAULT 0`],
];
