// Every publication of the log, judged by what the log itself holds (D1–D3), then read: which role versions
// it brought, and whether they are the ones that we co-signed (D15).

import type { DatabaseSync } from 'node:sqlite';
import {
  activeNegatives,
  isVitrineError,
  parseTime,
  provenance as provenanceKind,
  publication as publicationKind,
  rebuild as rebuildKind,
  resolution as resolutionKind,
  subjectOf,
  toHex,
  withdrawal as withdrawalKind,
  type JsonObject,
  type Kind,
  type Negative,
  type Publication,
  type TrustPolicy,
} from '@vitrine/evidence';
import { sha256, transaction, verifySignature, type Clock } from '@vitrine/host';
import { parseSnapshot, parseTargets, type Fetcher, type FileMeta, type Snapshot } from '@vitrine/tuf';
import type { Claim, Claims } from './claims.ts';
import { fail } from './codes.ts';
import { whole, type Meta, type Row } from './database.ts';
import type { FindingCode } from './finding-codes.ts';
import type { Findings } from './findings.ts';
import { troubleOf, waitAfter } from './retry.ts';
import type { Delegations } from './delegations.ts';
import type { SignedRoles } from './signed-roles.ts';
import type { Moment } from './tail.ts';

export interface PublicationsOptions {
  readonly database: DatabaseSync;
  readonly meta: Meta;
  readonly claims: Claims;
  readonly policy: TrustPolicy;
  readonly findings: Findings;
  readonly signed: SignedRoles;
  readonly delegations: Delegations;
  /** The vendor's repository. */
  readonly repository: Fetcher;
  readonly clock: Clock;
  /** How long a snapshot or role may be out of reach before that is a finding. */
  readonly graceMs: number;
}

/** Clocks of publisher and witnesses may differ by this many seconds (D3). */
const clockSkew = 300;
const snapshotBytes = 2_000_000;
const roleBytes = 8_000_000;
/** `active` is a function of these kinds. */
const negativeKinds: readonly Kind<unknown>[] = [provenanceKind, rebuildKind, resolutionKind, withdrawalKind];

interface Announced extends Publication {
  readonly index: number;
  readonly id: string;
  /** SHA-256 of the snapshot file. */
  readonly digest: string;
}

type Objection = readonly [FindingCode, JsonObject];

export class Publications {
  readonly #options: PublicationsOptions;

  constructor(options: PublicationsOptions) {
    this.#options = options;
  }

  /** Inside the transaction that records the claim. */
  record(claim: Claim<Publication>, { after, before }: Moment): void {
    const { seq, snapshot } = claim.statement.predicate;
    this.#options.database
      .prepare(
        `INSERT OR IGNORE INTO publication (idx, seq, version, snapshot, after_time, before_time, state)
         VALUES (?, ?, ?, ?, ?, ?, 'new')`,
      )
      .run(
        claim.index,
        seq,
        snapshot,
        subjectOf(claim.statement, 'snapshot') ?? '',
        after ?? null,
        before ?? null,
      );
  }

  /** How many there are whose roles are not known yet. */
  unread(): number {
    const row = this.#options.database
      .prepare("SELECT count(*) AS unread FROM publication WHERE state <> 'read'")
      .get();
    return Number(row?.['unread']);
  }

  /** The oldest publication that has not been judged; answers whether there was one. */
  async judgeNext(): Promise<boolean> {
    const { database, findings } = this.#options;
    const row = database
      .prepare("SELECT * FROM publication WHERE state = 'new' AND idx < ? ORDER BY idx LIMIT 1")
      .get(this.#known());
    if (row === undefined) return false;
    const one = this.#announced(row);
    if (one !== undefined) {
      const objections = [
        objectToOrder(one, this.#before(one)),
        objectToSnapshot(one, this.#otherSnapshot(one)),
        objectToCover(one),
        objectToTime(one, row),
        await this.#objectToActive(one),
      ];
      for (const objection of objections.filter((found) => found !== undefined))
        await findings.raise(objection[0], one.id, { index: one.index, seq: one.seq, ...objection[1] });
    }
    database.prepare("UPDATE publication SET state = 'judged' WHERE idx = ?").run(Number(row['idx']));
    return true;
  }

  /** Below this, entries were judged by the policy of now; under another one they are all judged again first. */
  #known(): number {
    return this.#options.meta.number('next') ?? 0;
  }

  /** Undefined where another policy listed its signer, and this one does not. */
  #announced(row: Row): Announced | undefined {
    const claim = this.#options.claims.at(Number(row['idx']), publicationKind);
    if (claim === undefined) return undefined;
    const digest = subjectOf(claim.statement, 'snapshot') ?? '';
    return { ...claim.statement.predicate, index: claim.index, id: claim.id, digest };
  }

  #before({ index }: Announced): { readonly index: number; readonly seq: number } | undefined {
    const row = this.#options.database
      .prepare('SELECT idx, seq FROM publication WHERE idx < ? ORDER BY idx DESC LIMIT 1')
      .get(index);
    return row === undefined ? undefined : { index: Number(row['idx']), seq: Number(row['seq']) };
  }

  /** An earlier publication of a later snapshot, or of another one under the same version. */
  #otherSnapshot({
    index,
    snapshot,
    digest,
  }: Announced): { readonly index: number; readonly version: number } | undefined {
    const row = this.#options.database
      .prepare(
        `SELECT idx, version FROM publication
         WHERE idx < ? AND (version > ? OR (version = ? AND snapshot <> ?)) ORDER BY version DESC, idx LIMIT 1`,
      )
      .get(index, snapshot, snapshot, digest);
    return row === undefined ? undefined : { index: Number(row['idx']), version: Number(row['version']) };
  }

  /** D2: `active` is a pure function of the entries [0, asOf); what it leaves out is a logged lie. */
  async #objectToActive({ index, asOf, active }: Announced): Promise<Objection | undefined> {
    if (asOf > index) return undefined; // An objection of its own.
    const { claims, policy } = this.#options;
    const due = await activeNegatives(claims.below(asOf, negativeKinds), policy, verifySignature, sha256);
    const missing = due.filter((one) => !active.some((listed) => sameNegative(one, listed)));
    const extra = active.filter((one) => !due.some((listed) => sameNegative(one, listed)));
    if (missing.length + extra.length === 0) return undefined;
    return ['publication-active', { asOf, missing: missing.map(plain), extra: extra.map(plain) }];
  }

  /** The oldest publication whose snapshot has not been read and is due; answers whether there was one. */
  async readNext(): Promise<boolean> {
    const { database, clock } = this.#options;
    const row = database
      .prepare(
        "SELECT * FROM publication WHERE state = 'judged' AND due <= ? AND idx < ? ORDER BY idx LIMIT 1",
      )
      .get(clock.now(), this.#known());
    if (row === undefined) return false;
    const one = this.#announced(row);
    try {
      if (one !== undefined && !this.#isRead(one)) await this.#read(one);
      database
        .prepare("UPDATE publication SET state = 'read', trouble = NULL WHERE idx = ?")
        .run(Number(row['idx']));
    } catch (error) {
      await this.#failed(row, one, error);
    }
    return true;
  }

  /** A heartbeat announces the same snapshot again (D3). */
  #isRead({ digest }: Announced): boolean {
    const row = this.#options.database
      .prepare("SELECT 1 FROM publication WHERE snapshot = ? AND state = 'read'")
      .get(digest);
    return row !== undefined;
  }

  async #read(one: Announced): Promise<void> {
    const bytes = await this.#fetch(`metadata/${one.snapshot}.snapshot.json`, snapshotBytes, one.digest);
    const snapshot = parseSnapshot(bytes).signed;
    const objection = objectToRoles(one, snapshot);
    if (objection !== undefined) await this.#options.findings.raise(objection[0], one.id, objection[1]);
    for (const [role, meta] of snapshot.roles) await this.#compare(one, role, meta);
    const brought = await this.#brought(one, bytes, snapshot);
    transaction(this.#options.database, () => {
      for (const [role, { version, sha256: digest }] of brought)
        this.#options.signed.notePublished(role, version, digest, one.index);
    });
  }

  /**
   * The roles whose files carry the signatures that root and delegations ask for now. Only these count as
   * published: the publisher's key alone must not be able to push a version so high that nothing can be
   * signed after it (D15). What older keys signed brings nothing and is no finding.
   */
  async #brought(
    one: Announced,
    bytes: Uint8Array,
    snapshot: Snapshot,
  ): Promise<readonly (readonly [string, FileMeta])[]> {
    const { delegations, findings, signed } = this.#options;
    const trusted = await delegations.trusted();
    const brought: (readonly [string, FileMeta])[] = [];
    const unsigned: string[] = [];
    if (!(await trusted.signs('snapshot', bytes))) unsigned.push('snapshot');
    for (const [role, meta] of unsigned.length > 0 ? [] : snapshot.roles) {
      if (signed.published(role) >= meta.version) continue;
      const path = `metadata/${meta.version}.${role}.json`;
      const file = await this.#fetchUnless(!this.#isNewest(one), path, roleBytes, meta.sha256);
      if (file === undefined) continue;
      if (await trusted.signs(role, file, meta.version)) brought.push([role, meta]);
      else unsigned.push(role);
    }
    const current =
      one.root.sha256 === trusted.root && snapshot.roles.get('targets')?.version === trusted.targets;
    if (unsigned.length > 0 && current) await findings.raise('publication-roles', one.id, { unsigned });
    return brought;
  }

  #isNewest({ index }: Announced): boolean {
    const row = this.#options.database.prepare('SELECT max(idx) AS newest FROM publication').get();
    return Number(row?.['newest']) === index;
  }

  /** Files that only older publications name may be gone, where `mayBeGone`. */
  async #fetchUnless(
    mayBeGone: boolean,
    ...file: readonly [path: string, maxBytes: number, digest: string]
  ): Promise<Uint8Array | undefined> {
    try {
      return await this.#fetch(...file);
    } catch (error) {
      if (mayBeGone && isVitrineError(error, 'publication.missing')) return undefined;
      throw error;
    }
  }

  /** Whether the file that was published under a version is the one that we signed. */
  async #compare({ index }: Announced, role: string, { version, sha256: digest }: FileMeta): Promise<void> {
    const { signed, findings } = this.#options;
    const ours = signed.get(role, version);
    if (ours === undefined || ours.published !== undefined) return;
    const bytes = await this.#fetch(`metadata/${version}.${role}.json`, roleBytes, digest);
    const published = toHex(sha256(parseTargets(bytes, { sha256 }).message));
    if (published === ours.sha256) return signed.markPublished(role, version, index);
    const detail = { role, version, signed: ours.sha256, published, index };
    await findings.raise('role-replaced', ours.sha256, detail);
  }

  async #fetch(path: string, maxBytes: number, digest: string): Promise<Uint8Array> {
    const bytes = await this.#options.repository.fetch(path, maxBytes);
    if (bytes === undefined)
      throw fail('publication.missing', `the repository does not serve ${path}`, { at: path });
    if (toHex(sha256(bytes)) !== digest)
      throw fail('publication.digest', `${path} is not the file that was announced`, { at: path });
    return bytes;
  }

  async #failed(row: Row, one: Announced | undefined, error: unknown): Promise<void> {
    const { database, clock, findings, graceMs } = this.#options;
    const trouble = troubleOf(error);
    const attempts = Number(row['attempts']) + 1;
    const now = clock.now();
    const first = whole(row, 'since') ?? now;
    if (one !== undefined && (now - first >= graceMs || isUnsound(error)))
      await findings.raise('blob-not-served', one.id, { index: one.index, reason: trouble });
    database
      .prepare('UPDATE publication SET attempts = ?, since = ?, due = ?, trouble = ? WHERE idx = ?')
      .run(attempts, first, now + waitAfter(attempts), trouble, Number(row['idx']));
  }
}

/** Bytes of the right digest that no client could read: no retry mends them. */
function isUnsound(error: unknown): boolean {
  return isVitrineError(error) && /^(?:tuf|schema|json|bytes)\./.test(error.code);
}

/** D3: seq by seq, each naming the one before; anything else is a second sequence. */
function objectToOrder(
  one: Announced,
  before: { readonly index: number; readonly seq: number } | undefined,
): Objection | undefined {
  const expected = { seq: (before?.seq ?? 0) + 1, previous: before?.index ?? null };
  if (one.seq === expected.seq && one.previous === expected.previous) return undefined;
  return ['publication-order', { previous: one.previous, expected }];
}

function objectToSnapshot(
  one: Announced,
  earlier: { readonly index: number; readonly version: number } | undefined,
): Objection | undefined {
  if (earlier === undefined) return undefined;
  return ['snapshot-back', { snapshot: one.snapshot, digest: one.digest, earlier }];
}

/** D1: as of no later than itself, and later than the one before, so that each covers its predecessor. */
function objectToCover({ index, asOf, previous }: Announced): Objection | undefined {
  if (asOf <= index && (previous === null || previous < asOf)) return undefined;
  return ['publication-cover', { asOf, previous }];
}

/** D3: between what the witnesses attested before the entry was there and when it was. */
function objectToTime({ issuedAt }: Announced, row: Row): Objection | undefined {
  const issued = parseTime(issuedAt);
  const after = whole(row, 'after_time') ?? -Infinity;
  const before = whole(row, 'before_time') ?? Infinity;
  if (issued >= after - clockSkew && issued <= before + clockSkew) return undefined;
  const known = (time: number): number | null => (Number.isFinite(time) ? time : null);
  return ['publication-time', { issuedAt, after: known(after), before: known(before) }];
}

/** D1: the roles of the publication are those of the snapshot; it has room for 128. */
function objectToRoles({ roles }: Announced, snapshot: Snapshot): Objection | undefined {
  const wrong = Object.entries(roles)
    .filter(([role, digest]) => snapshot.roles.get(role)?.sha256 !== digest)
    .map(([role]) => role);
  const delegated = [...snapshot.roles.keys()].filter((role) => role !== 'targets');
  const absent = delegated.length > 128 ? [] : delegated.filter((role) => !Object.hasOwn(roles, role));
  if (wrong.length + absent.length === 0) return undefined;
  return ['publication-roles', { wrong, absent }];
}

function sameNegative(one: Negative, other: Negative): boolean {
  return one.kind === other.kind && one.index === other.index && one.about === other.about;
}

function plain({ kind, index, about }: Negative): JsonObject {
  return { kind, index, about };
}
