// Supervisors publish their statements at their own addresses and relay each other's (D8): a log that will
// not take one from its author takes it from anyone, or is seen to keep it out. Their heads are compared
// with ours, so that a log cannot show two histories to two supervisors.

import type { DatabaseSync } from 'node:sqlite';
import {
  equal,
  fields,
  formatEnvelope,
  isVitrineError,
  parseEnvelope,
  parseJson,
  quote,
  schema,
  statementIdOf,
  toBase64,
  type Envelope,
  type TrustPolicy,
} from '@vitrine/evidence';
import { fetchBytes, sha256, type Clock } from '@vitrine/host';
import type { VerifiedHead } from '@vitrine/log';
import { PublishedList, readPublished, type ListedStatement, type Look } from '@vitrine/log/monitor';
import type { Claim, Claims } from './claims.ts';
import { fail } from './codes.ts';
import { blob, type Row } from './database.ts';
import type { Findings } from './findings.ts';
import type { Outbox, Submit } from './outbox.ts';
import { troubleOf, waitAfter } from './retry.ts';
import type { Tail } from './tail.ts';

export interface Peer {
  readonly operator: string;
  /** Its own address. */
  readonly url: string;
}

export interface RelayOptions {
  readonly database: DatabaseSync;
  readonly claims: Claims;
  readonly tail: Tail;
  readonly policy: TrustPolicy;
  readonly outbox: Outbox;
  readonly findings: Findings;
  readonly submit: Submit;
  readonly peers: readonly Peer[];
  /** A checkpoint under the policy: signed by the log and by a quorum. */
  readonly verifyHead: (bytes: Uint8Array) => Promise<VerifiedHead>;
  readonly clock: Clock;
  /** How long a statement may be missing from the log before that is a finding. */
  readonly graceMs: number;
}

const page = schema.object({
  statements: schema.list(
    schema.object({ n: schema.integer(1), id: fields.statementId }, {}, { open: true }),
    { most: 1_000 },
  ),
});
const pageBytes = 1 << 20;
/** In one round, of one peer; the next round goes on. */
const mostAtOnce = 10_000;
const envelopeBytes = 1 << 17;
const timeoutMs = 15_000;

export class Relay {
  readonly #options: RelayOptions;
  /** Why a peer could not be read the last time, by its address. */
  readonly #troubles = new Map<string, readonly string[]>();
  readonly #lists = new Map<string, PublishedList<ListedStatement>>();

  constructor(options: RelayOptions) {
    this.#options = options;
  }

  troubles(): ReadonlyMap<string, string> {
    const said = this.#options.peers.map(({ operator, url }) => {
      const foreign = this.#listOf(url).foreign().at(-1);
      const troubles = [...(this.#troubles.get(url) ?? [])];
      if (foreign !== undefined)
        troubles.push(
          `supervisor.peer: ${operator} lists ${quote(foreign)}, which it does not serve as its own word`,
        );
      return [url, troubles.join('; ').slice(0, 2_000)] as const;
    });
    return new Map(said.filter(([, trouble]) => trouble !== ''));
  }

  /** Reads what is new at every peer, and compares heads. A peer that fails does not stop the others. */
  async readPeers(): Promise<void> {
    for (const peer of this.#options.peers) {
      // Its head is compared whatever its list does.
      const done = await Promise.allSettled([this.#readStatements(peer), this.#compareHead(peer)]);
      const troubles = done.flatMap((one) => (one.status === 'rejected' ? [troubleOf(one.reason)] : []));
      this.#troubles.set(peer.url, troubles);
    }
  }

  #listOf(url: string): PublishedList<ListedStatement> {
    let list = this.#lists.get(url);
    if (list === undefined) this.#lists.set(url, (list = new PublishedList()));
    return list;
  }

  /** What is not the peer's own word under the policy is said, and not relayed. */
  #readStatements(peer: Peer): Promise<void> {
    return this.#listOf(peer.url).read({
      page: async (from) =>
        page.check(parseJson(await get(peer, `statements?from=${from}`, pageBytes))).statements,
      look: ({ id }) => this.#look(peer, id),
      most: mostAtOnce,
      refuse: (what) => fail('supervisor.peer', `${peer.operator} ${what}`),
    });
  }

  /** Kept until the log holds it. */
  async #look(peer: Peer, id: string): Promise<Look> {
    const { database, clock, policy, tail, claims } = this.#options;
    const { operator } = peer;
    const known = database.prepare('SELECT 1 FROM relayed WHERE id = ? AND operator = ?').get(id, operator);
    if (known !== undefined) return 'known';
    const own = await readPublished({ ...peer, id, timeoutMs }, policy, {
      next: () => tail.next(),
      indexOf: (statement, keyid) => claims.indexOf(statement, keyid),
    });
    if (own === undefined) return 'foreign';
    database
      .prepare('INSERT OR IGNORE INTO relayed (id, operator, envelope, seen) VALUES (?, ?, ?, ?)')
      .run(id, operator, formatEnvelope(own.envelope), clock.now());
    return 'own';
  }

  /** Inside the transaction that records the claim. */
  markLogged({ id, operator, index }: Pick<Claim, 'id' | 'operator' | 'index'>): void {
    this.#options.database
      .prepare('UPDATE relayed SET idx = ? WHERE id = ? AND operator = ? AND idx IS NULL')
      .run(index, id, operator);
  }

  /** Sends what the log lacks, on behalf of its author. */
  async send(): Promise<void> {
    const { database, clock, claims, submit } = this.#options;
    const rows = database
      .prepare('SELECT * FROM relayed WHERE idx IS NULL AND due <= ? ORDER BY seen LIMIT 100')
      .all(clock.now());
    for (const row of rows) {
      const envelope = parseEnvelope(blob(row, 'envelope'));
      const index = claims.indexOf(statementIdOf(envelope, sha256), envelope.signatures[0]?.keyid ?? '');
      if (index === undefined) await this.#sendOne(row, envelope, submit);
      else this.markLogged({ id: String(row['id']), operator: String(row['operator']), index });
    }
  }

  async #sendOne(row: Row, envelope: Envelope, submit: Submit): Promise<void> {
    let attempts = Number(row['attempts']) + 1;
    let trouble: string | null = null;
    try {
      await submit(envelope);
      attempts = Math.max(attempts, 5); // Half a minute for the log to show it.
    } catch (error) {
      trouble = troubleOf(error);
    }
    this.#options.database
      .prepare('UPDATE relayed SET attempts = ?, due = ?, trouble = ? WHERE id = ? AND operator = ?')
      .run(
        attempts,
        this.#options.clock.now() + waitAfter(attempts),
        trouble,
        String(row['id']),
        String(row['operator']),
      );
  }

  /** D8: a statement of a supervisor, ours or another's, that the log keeps out. */
  async reportMissing(): Promise<void> {
    const { database, outbox, findings, clock, graceMs } = this.#options;
    const late = clock.now() - graceMs;
    for (const { id, kind, slot, made } of outbox.missing()) {
      // That a finding of this code is missing too says nothing new.
      if (made > late || slot.startsWith('finding/statement-missing/')) continue;
      await findings.raise('statement-missing', id, { kind, author: 'own' });
    }
    const rows = database
      .prepare('SELECT id, operator FROM relayed WHERE idx IS NULL AND seen <= ?')
      .all(late);
    for (const { id, operator } of rows)
      await findings.raise('statement-missing', String(id), { author: String(operator) });
  }

  /** The newest head of a peer against our own tree of that size. */
  async #compareHead(peer: Peer): Promise<void> {
    const { tail, verifyHead, findings } = this.#options;
    const theirs = await verifyHead(await get(peer, 'checkpoint', envelopeBytes));
    const reader = tail.reader();
    const ours = tail.note();
    if (reader === undefined || ours === undefined) return;
    const { size, root } = theirs.checkpoint;
    if (size > reader.head().checkpoint.size) return; // Ours grows; it is compared the next time.
    if (equal(await reader.root(size), root)) return;
    await findings.raise('log-fork', toAbout(ours), {
      message: `${peer.operator} was shown another tree of size ${size}`,
      ours: toBase64(ours),
      theirs: toBase64(theirs.bytes),
    });
  }
}

/** What a finding against the log is about: the digest of the note that we stand on. */
export function toAbout(note: Uint8Array): string {
  return Buffer.from(sha256(note)).toString('hex');
}

async function get({ url }: Peer, path: string, maxBytes: number): Promise<Uint8Array> {
  try {
    return (await fetchBytes(`${url.replace(/\/$/, '')}/${path}`, { maxBytes, timeoutMs })).bytes;
  } catch (error) {
    // A supervisor that has not seen a checkpoint yet has none to compare.
    if (path === 'checkpoint' && isVitrineError(error, 'fetch.status') && error.at === 404)
      throw fail('supervisor.unlogged', `the supervisor at ${quote(url, 200)} has not read the log yet`);
    throw error;
  }
}
