// The desk (D18): a data center that wants to read asks here; the operator decides; the decision goes to the
// public log; and only when our own verified view of the log shows it do the shares leave, sealed to whoever
// asked. No other path leads to a share.
//
//   request → decision, durable → statement, durable → log → shares

import type { DatabaseSync } from 'node:sqlite';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import {
  accessGrant,
  canonicalJson,
  formatTime,
  isVitrineError,
  signStatement,
  toBase64,
  type Json,
  type JsonObject,
  type Signer,
} from '@vitrine/evidence';
import {
  makeDurableDirectory,
  removeDurable,
  sha256,
  transaction,
  verifySignature,
  type Clock,
} from '@vitrine/host';
import {
  grantBodyOf,
  holdsShareOf,
  parseGrantBody,
  readAccessRequest,
  sealDecision,
  type ShareAsk,
  type SignedAccessRequest,
} from '@vitrine/reports';
import { fail } from '../codes.ts';
import { keepSealed, openSealed } from '../findings.ts';
import type { Outbox, OwnStatement } from '../outbox.ts';
import type { Tail } from '../tail.ts';
import type { Centers } from './centers.ts';
import { Requests, type DeskRequest } from './requests.ts';

/** Beside the secret of the halves, in the signer's process: proves the grant again, and seals what it opens. */
export type ReleaseShare = (ask: ShareAsk) => Promise<Uint8Array>;

export interface DeskOptions {
  readonly database: DatabaseSync;
  /** Salts and bodies of grants. */
  readonly folder: string;
  readonly outbox: Outbox;
  readonly centers: Centers;
  readonly tail: Tail;
  readonly signer: Signer;
  readonly operator: string;
  /** Absent: this supervisor holds no halves. */
  readonly release: ReleaseShare | undefined;
  readonly clock: Clock;
}

export interface Released extends JsonObject {
  readonly shares: readonly { readonly key: string; readonly sealed: string }[];
  /** Keys of which what was sealed to us does not open. */
  readonly unopened: readonly string[];
  /** Salt and body of the grant, sealed to the request's key. */
  readonly opening: string;
}

/** Said to whoever asked before its key was ended. */
const endedWhy = 'the key that signed the request does not count any more';
/** Released grants in memory: each took an opening for every key. */
const mostReleased = 64;

export class Desk {
  readonly #options: DeskOptions;
  readonly #requests: Requests;
  readonly #released = new Map<string, Promise<Released>>();

  constructor(options: DeskOptions) {
    this.#options = options;
    this.#requests = new Requests(options.database);
  }

  /** Judged before it is kept: nobody but the data center itself can leave anything here. */
  async take(body: Uint8Array): Promise<Json> {
    const { centers, clock, operator, release } = this.#options;
    if (release === undefined) throw fail('desk.away', `${operator} holds no halves`);
    const now = clock.now();
    const identities = await centers.identities();
    const signed = await readAccessRequest(body, identities, now / 1000, verifySignature, sha256);
    await centers.requireOwnLedger(signed.request.center, signed.request.ledger);
    if (!holdsShareOf(signed, operator))
      throw fail('desk.share', `a key that is asked for has no share of ${operator}`);
    this.#requests.take(signed, body, now);
    return { request: signed.digest, state: this.#stateOf(signed.digest)?.state ?? 'waiting' };
  }

  /** What has become of a request. Undefined where there is none. */
  async answer(digest: string): Promise<Json | undefined> {
    const found = this.#stateOf(digest);
    if (found === undefined) return undefined;
    const { state, statement, request } = found;
    if (state === 'granted' && statement?.index !== undefined) {
      await this.#requireSpeaks(request);
      const released = await this.#release(request, statement);
      // Opening takes a while, in which the operator may have ended the grant: then none of it leaves.
      if (this.#stateOf(digest)?.state !== 'granted') return this.answer(digest);
      const { id, index } = statement;
      return { state, grant: id, index, until: request.signed.request.until, ...released };
    }
    this.#released.delete(digest);
    const { why, signed } = request;
    if (why === undefined) return { state };
    const sealed = await sealDecision({ why }, signed, this.#options.operator);
    return { state, opening: toBase64(sealed) };
  }

  /** Whoever was ended since gets nothing under what it was granted before. */
  async #requireSpeaks({ signed }: DeskRequest): Promise<void> {
    const stillSpeaks = await this.#options.centers.stillSpeaks();
    if (!stillSpeaks(signed))
      throw fail('desk.requester', `the key of ${signed.request.center} that signed the request was ended`);
  }

  /** `granted` only once the log holds it; until then everything is still to come. */
  #stateOf(
    digest: string,
  ):
    | { readonly state: string; readonly request: DeskRequest; readonly statement: OwnStatement | undefined }
    | undefined {
    const { outbox, clock } = this.#options;
    const request = this.#requests.find(digest, clock.now());
    if (request === undefined) return undefined;
    const statement = outbox.get(slotOf(digest));
    const isPending =
      request.state === 'approved' || (request.state === 'granted' && statement?.index === undefined);
    return { state: isPending ? 'waiting' : request.state, request, statement };
  }

  #release(request: DeskRequest, statement: OwnStatement): Promise<Released> {
    const { digest } = request.signed;
    let released = this.#released.get(digest);
    if (released === undefined) {
      released = this.#open(request, statement);
      this.#released.set(digest, released);
      for (const oldest of this.#released.keys()) {
        if (this.#released.size <= mostReleased) break;
        this.#released.delete(oldest);
      }
      released.catch(() => this.#released.delete(digest)); // Whoever asked is told; the next one tries again.
    }
    return released;
  }

  async #open(
    { signed, commitment = '' }: DeskRequest,
    { envelope, index = 0 }: OwnStatement,
  ): Promise<Released> {
    const { folder, operator, release, tail } = this.#options;
    if (release === undefined) throw fail('desk.away', `${operator} holds no halves`);
    const { salt, body } = await openSealed(folder, commitment);
    const { checkpoint, path } = await tail.proof(index);
    const proven = {
      request: signed.envelope,
      grant: { envelope, index, path },
      checkpoint,
      salt,
      body: parseGrantBody(canonicalJson(body)),
    };
    const shares: { readonly key: string; readonly sealed: string }[] = [];
    const unopened: string[] = [];
    for (const { key } of signed.request.keys) {
      try {
        const sealed = await release({ ...proven, key });
        shares.push({ key, sealed: toBase64(sealed) });
      } catch (error) {
        // Sealed to somebody else, or not at all: the data center's fault, and only this key's.
        if (!isVitrineError(error) || !/^(?:seal|halves)\./.test(error.code)) throw error;
        unopened.push(key);
      }
    }
    const opening = toBase64(await sealDecision({ salt, body }, signed, operator));
    return { shares, unopened, opening };
  }

  /** Makes the statements of what was approved: each once, whatever is killed in between. */
  async grantApproved(): Promise<void> {
    const { database, folder, outbox, operator, signer, clock } = this.#options;
    this.#requests.forget(clock.now());
    const approved = this.#requests.approved(clock.now());
    if (approved.length === 0) return;
    const stillSpeaks = await this.#whoSpeaks();
    if (stillSpeaks === undefined) return;
    for (const { signed } of approved) {
      const now = clock.now();
      if (!stillSpeaks(signed)) {
        transaction(database, () => {
          if (this.#requests.find(signed.digest, now)?.state === 'approved')
            this.#requests.decide(signed.digest, ['approved'], 'denied', { now, why: endedWhy });
        });
        continue;
      }
      const issuedAt = formatTime(now / 1000);
      const body = grantBodyOf(signed, operator, issuedAt);
      // Durable before the entry that commits to it; without a row that names it, `sweep` removes it.
      const commitment = await keepSealed(folder, body as unknown as JsonObject, operator);
      const subject = [{ name: 'request', digest: { sha256: commitment.commitment } }];
      const envelope = await signStatement(accessGrant, subject, { ...commitment, issuedAt }, signer);
      transaction(database, () => {
        // The operator may have thought better of it meanwhile.
        if (this.#requests.find(signed.digest, now)?.state !== 'approved') return;
        this.#requests.decide(signed.digest, ['approved'], 'granted', {
          now,
          commitment: commitment.commitment,
        });
        outbox.put(slotOf(signed.digest), envelope);
      });
    }
  }

  /** Undefined while nobody can tell: what was approved waits until the residency policy can be read again. */
  async #whoSpeaks(): Promise<((signed: SignedAccessRequest) => boolean) | undefined> {
    try {
      return await this.#options.centers.stillSpeaks();
    } catch (error) {
      if (!isVitrineError(error)) throw error;
      return undefined;
    }
  }

  /** When the daemon starts: openings that no grant names, because a crash or a change of mind came first. */
  async sweep(): Promise<void> {
    const { folder } = this.#options;
    await makeDurableDirectory(folder, { mode: 0o700 });
    for (const name of await readdir(folder)) {
      const [, commitment] = /^([0-9a-f]{64})\.json$/.exec(name) ?? [];
      if (commitment !== undefined && !this.#requests.holds(commitment))
        await removeDurable(join(folder, name));
    }
  }

  /** How many are waiting for the operator, and how many may be read under. */
  counts(): { readonly waiting: number; readonly granted: number } {
    const counts = this.#requests.counts(this.#options.clock.now());
    return { waiting: counts.get('waiting') ?? 0, granted: counts.get('granted') ?? 0 };
  }
}

function slotOf(digest: string): string {
  return `access-grant/${digest}`;
}
