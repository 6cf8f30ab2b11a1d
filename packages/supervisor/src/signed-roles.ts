// Everything that the cosigner key ever signed (D15), and what publications brought of it. A version that
// was signed once is signed for no other bytes, for ever: never restore this record from a backup.

import type { DatabaseSync } from 'node:sqlite';
import type { Clock } from '@vitrine/host';
import { blob, text, whole, type Row } from './database.ts';
import type { Findings } from './findings.ts';

export interface SignedRole {
  readonly role: string;
  readonly version: number;
  /** SHA-256 of the canonical signed part. */
  readonly sha256: string;
  /** The TUF keyid. */
  readonly keyid: string;
  /** In hex; undefined if a crash came between record and signature: it is made again. */
  readonly sig: string | undefined;
  /** Milliseconds since 1970. */
  readonly at: number;
  /** Index of the publication that brought it. */
  readonly published: number | undefined;
}

/** What stands at a path: the newest release that was signed there. */
export interface PathRecord {
  readonly sequence: number;
  readonly sha256: string;
}

/** D15: a signed version that no publication has brought after this time is a finding. */
const publishWithinMs = 3_600_000;
/** All but the bytes, which are read for one role at a time. */
const columns = 'role, version, sha256, keyid, sig, at, published';

export class SignedRoles {
  readonly #database: DatabaseSync;

  constructor(database: DatabaseSync) {
    this.#database = database;
  }

  get(role: string, version: number): SignedRole | undefined {
    const row = this.#database
      .prepare(`SELECT ${columns} FROM signed WHERE role = ? AND version = ?`)
      .get(role, version);
    return row === undefined ? undefined : readRow(row);
  }

  list(): readonly SignedRole[] {
    return this.#database
      .prepare(`SELECT ${columns} FROM signed ORDER BY at, role, version`)
      .all()
      .map(readRow);
  }

  count(): number {
    return Number(this.#database.prepare('SELECT count(*) AS signed FROM signed').get()?.['signed']);
  }

  /** The highest version that was signed, as it was judged. */
  newest(role: string): { readonly version: number; readonly bytes: Uint8Array } | undefined {
    const row = this.#database
      .prepare('SELECT version, bytes FROM signed WHERE role = ? ORDER BY version DESC LIMIT 1')
      .get(role);
    if (row === undefined) return undefined;
    return { version: whole(row, 'version') ?? 0, bytes: blob(row, 'bytes') };
  }

  /** The highest version that is taken: signed here, or brought by a publication while we were away. */
  last(role: string): number {
    const row = this.#database
      .prepare(
        'SELECT max(version) AS version FROM (SELECT version FROM signed WHERE role = ? UNION SELECT version FROM published WHERE role = ?)',
      )
      .get(role, role);
    return Number(row?.['version'] ?? 0);
  }

  /** The highest version of any role that a publication brought; 0 before the first. */
  published(role: string): number {
    const row = this.#database
      .prepare('SELECT max(version) AS version FROM published WHERE role = ?')
      .get(role);
    return Number(row?.['version'] ?? 0);
  }

  at(role: string, path: string): PathRecord | undefined {
    const row = this.#database
      .prepare('SELECT sequence, sha256 FROM path WHERE role = ? AND path = ?')
      .get(role, path);
    return row === undefined
      ? undefined
      : { sequence: Number(row['sequence']), sha256: String(row['sha256']) };
  }

  /**
   * Within a transaction. Throws where the version is taken: the caller has checked it before. Only the bytes
   * of this version are kept from now on: the next one is compared with them.
   */
  record(
    one: Pick<SignedRole, 'role' | 'version' | 'sha256' | 'keyid' | 'at'> & { readonly bytes: Uint8Array },
    paths: ReadonlyMap<string, PathRecord>,
  ): void {
    this.#database
      .prepare('INSERT INTO signed (role, version, sha256, bytes, keyid, at) VALUES (?, ?, ?, ?, ?, ?)')
      .run(one.role, one.version, one.sha256, one.bytes, one.keyid, one.at);
    this.#database
      .prepare('UPDATE signed SET bytes = NULL WHERE role = ? AND version < ? AND bytes IS NOT NULL')
      .run(one.role, one.version);
    const put = this.#database.prepare(
      'INSERT INTO path VALUES (?, ?, ?, ?) ON CONFLICT (role, path) DO UPDATE SET sequence = excluded.sequence, sha256 = excluded.sha256',
    );
    for (const [path, { sequence, sha256 }] of paths) put.run(one.role, path, sequence, sha256);
  }

  keepSignature(role: string, version: number, sig: string): void {
    this.#database
      .prepare('UPDATE signed SET sig = ? WHERE role = ? AND version = ? AND sig IS NULL')
      .run(sig, role, version);
  }

  /** What a publication brought. */
  notePublished(role: string, version: number, sha256: string, index: number): void {
    this.#database
      .prepare('INSERT OR IGNORE INTO published VALUES (?, ?, ?, ?)')
      .run(role, version, sha256, index);
  }

  /** The publication at this index brought the bytes that were signed. */
  markPublished(role: string, version: number, index: number): void {
    this.#database
      .prepare('UPDATE signed SET published = ? WHERE role = ? AND version = ? AND published IS NULL')
      .run(index, role, version);
  }

  /** D15: what was signed and hidden. */
  async reportUnpublished(findings: Findings, clock: Clock): Promise<void> {
    const rows = this.#database
      .prepare(`SELECT ${columns} FROM signed WHERE at <= ? AND published IS NULL ORDER BY at`)
      .all(clock.now() - publishWithinMs)
      .map(readRow);
    for (const { role, version, sha256, at } of rows)
      await findings.raise('role-unpublished', sha256, { role, version, signedAt: Math.floor(at / 1000) });
  }
}

function readRow(row: Row): SignedRole {
  return {
    role: text(row, 'role') ?? '',
    version: whole(row, 'version') ?? 0,
    sha256: text(row, 'sha256') ?? '',
    keyid: text(row, 'keyid') ?? '',
    sig: text(row, 'sig'),
    at: whole(row, 'at') ?? 0,
    published: whole(row, 'published'),
  };
}
