// The custody watch (D11, D17): what a data center logs as the root of its ledger must be the root of the
// ledger that its endpoints are shown. Each logged root is compared with the ledger's own tiles under a
// checkpoint that the ledger and a quorum of witnesses signed.

import {
  custodyRoot,
  equal,
  fromHex,
  isVitrineError,
  parseSignedCheckpoint,
  subjectOf,
  toBase64,
  toHex,
  utf8,
  type CustodyRoot,
  type DataCenter,
  type TrustPolicy,
} from '@vitrine/evidence';
import { sha256, sha256Hex, type Clock } from '@vitrine/host';
import { openLog, type HeadRules, type LogReader, type VerifiedHead } from '@vitrine/log';
import { ledgerRulesOf } from '@vitrine/reports';
import type { Claim, Claims } from '../claims.ts';
import type { Meta } from '../database.ts';
import type { Findings } from '../findings.ts';
import { fail } from '../codes.ts';
import { troubleOf } from '../retry.ts';
import { identityOf, type Centers } from './centers.ts';

export interface CustodyWatchOptions {
  readonly claims: Claims;
  readonly meta: Meta;
  readonly policy: TrustPolicy;
  readonly centers: Centers;
  readonly findings: Findings;
  readonly clock: Clock;
  /** How long a logged root may be ahead of what the ledger serves. */
  readonly graceMs: number;
  /** How long a ledger may grow without a root of it in the log, or not be served at all. */
  readonly silentMs: number;
}

interface Ledger {
  readonly center: DataCenter;
  readonly purpose: CustodyRoot['purpose'];
  readonly rules: HeadRules;
}

interface Shown {
  reader: LogReader | undefined;
  /** The last checkpoint with valid signatures, whether or not it goes with the one before. */
  seen: VerifiedHead | undefined;
}

export class CustodyWatch {
  readonly #options: CustodyWatchOptions;
  /** By origin. */
  readonly #shown = new Map<string, Shown>();
  readonly #troubles = new Map<string, string>();
  /** Roots that were compared although one before them waits: no root of a size that never comes hides others. */
  readonly #beyond = new Set<string>();

  constructor(options: CustodyWatchOptions) {
    this.#options = options;
  }

  /** Why a ledger could not be compared the last time, by its origin. */
  troubles(): ReadonlyMap<string, string> {
    return this.#troubles;
  }

  /** Every ledger of a center that keeps data. One that fails does not stop the others. */
  async look(): Promise<void> {
    const ledgers = await this.#ledgers();
    const roots = this.#options.claims.of(custodyRoot);
    await this.#reportStray(ledgers, roots);
    for (const ledger of ledgers) {
      const { origin } = ledger.rules;
      const fresh = this.#unread(ledger, roots);
      try {
        await this.#compare(ledger, fresh);
        this.#troubles.delete(origin);
        this.#options.meta.set(`custody-away/${origin}`, 0);
      } catch (error) {
        this.#troubles.set(origin, troubleOf(error));
        await this.#unserved(ledger, fresh[0], error);
      }
    }
  }

  async #ledgers(): Promise<readonly Ledger[]> {
    try {
      const centers = await this.#options.centers.list();
      this.#troubles.delete('residency');
      return centers.flatMap((center) =>
        (['custody', 'access'] as const).map((purpose) => ({
          center,
          purpose,
          rules: headRulesOfLedger(this.#options.policy, center, purpose),
        })),
      );
    } catch (error) {
      this.#troubles.set('residency', troubleOf(error));
      return [];
    }
  }

  /** Roots by the center's own key that were not compared yet, in the order of the log. */
  #unread(ledger: Ledger, roots: readonly Claim<CustodyRoot>[]): readonly Claim<CustodyRoot>[] {
    const from = this.#options.meta.number(`custody-next/${ledger.rules.origin}`) ?? 0;
    const identity = identityOf(ledger.center);
    return roots.filter((root) => root.index >= from && root.keyid === identity && isOf(ledger, root));
  }

  /**
   * Roots that are compared with nothing: under the key of a center, of a ledger that is none of its own (once for
   * each name), or under a key that counts and is of no center that we know: our operator may not have accepted its
   * residency policy yet. Keys that were ended stay in the log with all that they signed, and are no trouble.
   */
  async #reportStray(ledgers: readonly Ledger[], roots: readonly Claim<CustodyRoot>[]): Promise<void> {
    const { findings, policy } = this.#options;
    const own = Map.groupBy(ledgers, ({ center }) => identityOf(center));
    const named = new Set<string>();
    this.#troubles.delete('unlisted');
    for (const { index, id, keyid, statement } of roots) {
      const { ledger, purpose, size } = statement.predicate;
      const its = own.get(keyid);
      const isEnded = policy.keys.get(keyid)?.until !== undefined;
      if (its === undefined && ledgers.length > 0 && !isEnded)
        this.#troubles.set(
          'unlisted',
          `entry ${index} is a root of ${ledger}, by the key ${keyid.slice(0, 16)} of no data center that was accepted here`,
        );
      if (its === undefined || its.some((one) => isOf(one, { statement }))) continue;
      const name = `${keyid} ${purpose} ${ledger}`;
      if (named.has(name)) continue;
      named.add(name);
      const center = its[0]?.center.id ?? '';
      await findings.raise('custody-root-stray', id, { center, ledger, purpose, index, size });
    }
  }

  async #compare(ledger: Ledger, fresh: readonly Claim<CustodyRoot>[]): Promise<void> {
    const { meta, clock } = this.#options;
    const { origin } = ledger.rules;
    const reader = await this.#refresh(ledger);
    const head = reader.head();
    let ahead: number | undefined;
    for (const claim of fresh) {
      const { index, id, statement } = claim;
      const { size } = statement.predicate;
      if (size > head.checkpoint.size) {
        ahead ??= size;
        continue;
      }
      if (!this.#beyond.has(id)) {
        await this.#compareRoot(origin, claim, reader);
        meta.set(`custody-last/${origin}`, fromHex(id));
        meta.set(`custody-size/${origin}`, Math.max(size, meta.number(`custody-size/${origin}`) ?? 0));
      }
      if (ahead === undefined) {
        this.#beyond.delete(id);
        meta.set(`custody-next/${origin}`, index + 1);
      } else this.#beyond.add(id);
    }
    if (ahead !== undefined)
      throw fail(
        'desk.behind',
        `the log holds a root of ${origin} at ${ahead}; the ledger shows ${head.checkpoint.size}`,
      );
    // A ledger that does not grow need not be logged again.
    const hasGrown = head.checkpoint.size > (meta.number(`custody-size/${origin}`) ?? 0);
    const since = hasGrown ? meta.number(`custody-grown/${origin}`) || clock.now() : 0;
    meta.set(`custody-grown/${origin}`, since);
    if (hasGrown) await this.#silent(origin, since, `it shows ${head.checkpoint.size} entries`);
  }

  async #compareRoot(
    ledger: string,
    { index, id, statement }: Claim<CustodyRoot>,
    reader: LogReader,
  ): Promise<void> {
    const { size } = statement.predicate;
    const logged = subjectOf(statement, 'root') ?? '';
    const served = await reader.root(size);
    if (equal(served, fromHex(logged))) return;
    await this.#options.findings.raise('custody-root-differs', id, {
      ledger,
      index,
      size,
      logged,
      served: toHex(served),
      checkpoint: toBase64(reader.head().bytes),
    });
  }

  async #refresh({ center, purpose, rules }: Ledger): Promise<LogReader> {
    const { meta } = this.#options;
    const shown = this.#shown.get(rules.origin) ?? { reader: undefined, seen: undefined };
    this.#shown.set(rules.origin, shown);
    if (shown.reader === undefined) {
      const note = meta.bytes(`custody-head/${rules.origin}`);
      const location = `${(center.intake[0] ?? '').replace(/\/$/, '')}/ledgers/${purpose}`;
      shown.reader = await openLog(location, {
        ...rules,
        trusted:
          note === undefined ? undefined : { ...parseSignedCheckpoint(note), bytes: note, signatures: [] },
        onHead: (head) => {
          shown.seen = head;
        },
      });
    } else await shown.reader.refresh();
    meta.set(`custody-head/${rules.origin}`, shown.reader.head().bytes);
    return shown.reader;
  }

  /** Two signed heads at once are proof; what is merely not there may come, for a while. */
  async #unserved({ rules }: Ledger, oldest: Claim<CustodyRoot> | undefined, error: unknown): Promise<void> {
    const { meta, findings, clock, graceMs } = this.#options;
    const { origin } = rules;
    const ours = meta.bytes(`custody-head/${origin}`);
    const theirs = this.#shown.get(origin)?.seen?.bytes;
    if (isVitrineError(error, 'reader.fork') && ours !== undefined && theirs !== undefined) {
      const both = { message: error.message, ours: toBase64(ours), theirs: toBase64(theirs) };
      return findings.raise('custody-root-fork', sha256Hex(ours), { ledger: origin, ...both });
    }
    const since = meta.number(`custody-away/${origin}`) || clock.now();
    meta.set(`custody-away/${origin}`, since);
    await this.#silent(origin, since, troubleOf(error));
    if (oldest === undefined || clock.now() - since < graceMs) return;
    const { size } = oldest.statement.predicate;
    await findings.raise('custody-root-unserved', oldest.id, {
      ledger: origin,
      index: oldest.index,
      size,
      reason: troubleOf(error),
    });
  }

  async #silent(origin: string, since: number, reason: string): Promise<void> {
    const { meta, findings, clock, silentMs } = this.#options;
    if (clock.now() - since < silentMs) return;
    const last = meta.bytes(`custody-last/${origin}`) ?? sha256(utf8(origin));
    await findings.raise('custody-root-silent', toHex(last), {
      ledger: origin,
      since: Math.floor(since / 1000),
      reason,
    });
  }
}

function isOf({ purpose, rules }: Ledger, { statement }: Pick<Claim<CustodyRoot>, 'statement'>): boolean {
  const { predicate } = statement;
  return predicate.ledger === rules.origin && predicate.purpose === purpose;
}

/** Signed by the ledger, cosigned by as many operators as the public log needs. */
function headRulesOfLedger(
  policy: TrustPolicy,
  center: DataCenter,
  purpose: CustodyRoot['purpose'],
): HeadRules {
  const { ledger, witnesses, quorum } = ledgerRulesOf(
    policy,
    center,
    purpose === 'custody' ? 'ledger' : 'access',
  );
  return {
    origin: ledger.name,
    logKeys: [ledger],
    witnessKeys: witnesses.map(({ key }) => key),
    enough: (cosigners) => {
      const operators = witnesses
        .filter(({ key }) => cosigners.includes(key))
        .map(({ operator }) => operator);
      return new Set(operators).size >= quorum;
    },
  };
}
