// Findings: the log gets a commitment and how grave it is; salt and body stay in the supervisor's own
// folder (D11), to be opened to whom it concerns, or forgotten by destroying the file.

import { randomBytes } from 'node:crypto';
import type { DatabaseSync } from 'node:sqlite';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import {
  canonicalJson,
  commitTo,
  finding as findingKind,
  formatTime,
  fromHex,
  isVitrineError,
  openCommitment,
  parseCanonicalJson,
  schema,
  signStatement,
  toHex,
  type Commitment,
  type JsonObject,
  type Signer,
} from '@vitrine/evidence';
import {
  makeDurableDirectory,
  readBounded,
  removeDurable,
  sha256,
  transaction,
  writeDurable,
  type Clock,
} from '@vitrine/host';
import { fail } from './codes.ts';
import { openRecords } from './database.ts';
import { findingCodes, type FindingCode, type Severity } from './finding-codes.ts';
import type { Outbox } from './outbox.ts';

export interface RaisedFinding {
  readonly code: FindingCode;
  readonly severity: Severity;
  /** A statement identifier, or another digest that the code explains. */
  readonly about: string;
  readonly commitment: string;
  /** Milliseconds since 1970. */
  readonly raised: number;
}

/** Salt and body as they lie in the folder: `<commitment>.json`, canonical, mode 0600. */
interface Opening {
  readonly salt: string;
  readonly body: JsonObject;
}

const opening = schema.object({
  salt: schema.text(/^[0-9a-f]{64}$/, 64, 'a salt of 32 bytes in hex'),
  body: schema.anything,
});

const openingBytes = 1 << 20;

export interface FindingsOptions {
  readonly database: DatabaseSync;
  readonly folder: string;
  readonly outbox: Outbox;
  readonly signer: Signer;
  readonly operator: string;
  readonly clock: Clock;
}

export class Findings {
  readonly #options: FindingsOptions;

  constructor(options: FindingsOptions) {
    this.#options = options;
  }

  /** Raises a finding once: the same code about the same thing again is the same finding. */
  async raise(code: FindingCode, about: string, detail: JsonObject): Promise<void> {
    if (this.#has(code, about)) return;
    const { database, outbox, signer, clock, operator, folder } = this.#options;
    const { severity } = findingCodes[code];
    const raised = clock.now();
    const issuedAt = formatTime(raised / 1000);
    const body = { format: 'urn:vitrine:finding:v1', code, about, issuedAt, detail };
    // Durable before the entry that commits to it: a commitment that nobody can open would be worthless.
    const commitment = await keepSealed(folder, body, operator);
    const envelope = await signStatement(
      findingKind,
      [{ name: 'about', digest: { sha256: about } }],
      { ...commitment, severity, issuedAt },
      signer,
    );
    transaction(database, () => {
      if (this.#has(code, about)) return;
      database
        .prepare('INSERT INTO finding VALUES (?, ?, ?, ?, ?)')
        .run(code, about, severity, commitment.commitment, raised);
      outbox.put(`finding/${code}/${about}`, envelope);
    });
  }

  #has(code: FindingCode, about: string): boolean {
    const row = this.#options.database
      .prepare('SELECT 1 FROM finding WHERE code = ? AND about = ?')
      .get(code, about);
    return row !== undefined;
  }

  /** Removes openings that no statement commits to: a crash came between file and row. */
  async sweep(): Promise<void> {
    const { database, folder } = this.#options;
    for (const name of await namesIn(folder)) {
      const row = database
        .prepare('SELECT 1 FROM finding WHERE commitment = ?')
        .get(name.replace(/\.json$/, ''));
      if (row === undefined) await removeDurable(join(folder, name));
    }
  }
}

export function listFindings(database: DatabaseSync): readonly RaisedFinding[] {
  return database
    .prepare('SELECT code, about, severity, commitment, raised FROM finding ORDER BY raised, code, about')
    .all() as unknown as readonly RaisedFinding[];
}

/** The findings of a folder, also while the daemon runs in it. */
export function openFindings(folder: string): readonly RaisedFinding[] {
  const database = openRecords(folder);
  try {
    return listFindings(database);
  } finally {
    database.close();
  }
}

/** Writes `<commitment>.json` {salt, body} and answers the commitment to it. */
export async function keepSealed(folder: string, body: JsonObject, heldBy: string): Promise<Commitment> {
  const salt = new Uint8Array(randomBytes(32));
  const commitment = commitTo(salt, canonicalJson(body), heldBy, sha256);
  await makeDurableDirectory(folder, { mode: 0o700 });
  const bytes = canonicalJson({ salt: toHex(salt), body });
  await writeDurable(join(folder, `${commitment.commitment}.json`), bytes, { mode: 0o600 });
  return commitment;
}

/** Salt and body of a commitment, checked against it. */
export async function openSealed(folder: string, commitment: string): Promise<Opening> {
  try {
    const bytes = await readBounded(join(folder, `${commitment}.json`), openingBytes);
    const { salt, body } = opening.check(parseCanonicalJson(bytes));
    openCommitment({ commitment, heldBy: '' }, fromHex(salt), canonicalJson(body), sha256);
    return { salt, body: body as JsonObject };
  } catch (cause) {
    if (!isVitrineError(cause)) throw cause;
    throw fail('supervisor.finding', `there is no sound opening of ${commitment}`, { cause });
  }
}

async function namesIn(folder: string): Promise<readonly string[]> {
  await makeDurableDirectory(folder, { mode: 0o700 });
  return (await readdir(folder)).filter((name) => /^[0-9a-f]{64}\.json$/.test(name));
}
