// The keys to which reports are sealed (D20): each valid for seven days, the next one in the log two days before
// it is needed, the private key destroyed when its grace is over.
//
//   make: seed in memory → statement, durable → secret, durable → log (statements.ts)
//   start: a statement that never left and has no secret is forgotten; one that has both goes on
//   end: secret overwritten and removed → statement forgotten; the log has it for ever

import { randomBytes } from 'node:crypto';
import { open, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import {
  fields,
  formatTime,
  fromBase64,
  parseTime,
  toBase64,
  type SealingKey,
  type Signer,
} from '@vitrine/evidence';
import type { OpenableKey } from '@vitrine/datacenter';
import {
  errnoOf,
  fileFault,
  readSecret,
  removeDurable,
  removeTemporaries,
  sha256,
  writeDurable,
} from '@vitrine/host';
import {
  openingKey,
  readSealingKey,
  schemaDigest,
  sealingKeyId,
  sealingKeyLife,
  signSealingKey,
  type CenterIdentity,
  type Residency,
} from '@vitrine/reports';
import { fail } from '../codes.ts';
import type { Statements } from './statements.ts';

const hour = 3_600;
const day = 24 * hour;

/** Two keys are valid together for this long, so that clocks may differ. */
const overlap = hour;
/** How long before it is needed a key is made. */
const lead = 2 * day;
/** Endpoints seal when they send: what arrives later than this was on its way for two days. */
const grace = 2 * day;

interface Span {
  readonly policy: number;
  readonly from: number;
  readonly until: number;
}

/** When this center is listed with this identity key: by version, cut to [now, now + lead). */
function spansOf(
  residencies: readonly Residency[],
  { id, identity }: CenterIdentity,
  now: number,
): readonly Span[] {
  return residencies.flatMap(({ policy }, i): Span[] => {
    const next = residencies[i + 1];
    const from = Math.max(now, parseTime(policy.effective));
    const until = Math.min(now + lead, next === undefined ? Infinity : parseTime(next.policy.effective));
    const listed = policy.centers.some((center) => center.id === id && center.identity === identity);
    return listed && from < until ? [{ policy: policy.version, from, until }] : [];
  });
}

/** From when on, within the span, no key is valid any more; undefined where there always is one. */
function gapIn(
  { policy, from, until }: Span,
  keys: readonly SealingKey[],
  consent: string,
): number | undefined {
  let covered = from;
  for (;;) {
    const ends = keys
      .filter(
        (key) => key.policy === policy && key.consent === consent && parseTime(key.notBefore) <= covered,
      )
      .map((key) => parseTime(key.notAfter))
      .filter((end) => end > covered);
    if (ends.length === 0) return covered;
    covered = Math.max(...ends);
    if (covered >= until) return undefined;
  }
}

export interface NewKey {
  readonly policy: number;
  readonly notBefore: number;
}

/** The next key to be made, if one is due. `residencies` ascend by version. */
export function keyDue(
  keys: readonly SealingKey[],
  residencies: readonly Residency[],
  center: CenterIdentity,
  now: number,
): NewKey | undefined {
  for (const span of spansOf(residencies, center, now)) {
    const gap = gapIn(span, keys, schemaDigest());
    if (gap !== undefined) return { policy: span.policy, notBefore: gap - overlap };
  }
  return undefined;
}

export interface HeldKey extends OpenableKey {
  readonly id: string;
  readonly index: number | undefined;
}

const slotOf = (id: string): string => `sealing-key-${id}`;

/** Owns the folder of secrets. Its calls are never made at once. */
export class SealingRing {
  readonly #folder: string;
  readonly #center: CenterIdentity;
  readonly #signer: Signer;
  readonly #statements: Statements;
  readonly #held = new Map<string, OpenableKey>();
  /** Keys in the log whose secrets are not here: what is sealed to them opens no more. */
  readonly lost: string[] = [];

  private constructor(folder: string, center: CenterIdentity, signer: Signer, statements: Statements) {
    this.#folder = folder;
    this.#center = center;
    this.#signer = signer;
    this.#statements = statements;
  }

  static async open(
    folder: string,
    center: CenterIdentity,
    signer: Signer,
    statements: Statements,
  ): Promise<SealingRing> {
    const ring = new SealingRing(folder, center, signer, statements);
    await removeTemporaries(folder);
    const secrets = new Set(await secretsIn(folder));
    for (const id of secrets)
      // Nothing says how long it may be kept, so it may not.
      if (statements.get(slotOf(id)) === undefined) await destroySecret(ring.#pathOf(id));
    for (const { slot, envelope, index } of statements.list()) {
      const [, id] = /^sealing-key-([0-9a-f]{64})$/.exec(slot) ?? [];
      if (id === undefined) continue;
      const key = await readSealingKey(envelope, center);
      if (secrets.has(id)) {
        const opening = await openingKey(await readSecret(ring.#pathOf(id), 32));
        if (sealingKeyId(opening.publicKey, sha256) !== id)
          throw fail('datacenter.keys', `keys/sealing/${id}.secret is not the secret of this key`, {
            at: id,
          });
        ring.#held.set(id, { key, opening });
      } else if (index === undefined) await statements.drop(slot);
      else ring.lost.push(id);
    }
    return ring;
  }

  /** Those whose secrets are here, the last to end first. */
  keys(): readonly HeldKey[] {
    return [...this.#held]
      .map(([id, held]) => ({ ...held, id, index: this.#statements.get(slotOf(id))?.index }))
      .toSorted((a, b) => parseTime(b.key.notAfter) - parseTime(a.key.notAfter));
  }

  /** Makes what is due, one after the other. `require` throws where none is to be made. */
  async makeDue(
    residencies: readonly Residency[],
    now: number,
    require: () => Promise<void>,
  ): Promise<readonly OpenableKey[]> {
    const made: OpenableKey[] = [];
    for (;;) {
      const due = keyDue(
        this.keys().map(({ key }) => key),
        residencies,
        this.#center,
        now,
      );
      if (due === undefined) return made;
      await require();
      made.push(await this.make(due));
    }
  }

  async make({ policy, notBefore }: NewKey): Promise<OpenableKey> {
    const seed = new Uint8Array(randomBytes(32));
    const opening = await openingKey(seed);
    const id = sealingKeyId(opening.publicKey, sha256);
    const notAfter = notBefore + sealingKeyLife.use;
    const key: SealingKey = {
      center: this.#center.id,
      suite: 'x25519-sha256-aes256gcm',
      publicKey: toBase64(opening.publicKey),
      policy,
      consent: schemaDigest(),
      notBefore: formatTime(notBefore),
      notAfter: formatTime(notAfter),
      graceUntil: formatTime(notAfter + grace),
    };
    const statement = await signSealingKey(key, this.#signer);
    await this.#statements.put(slotOf(id), statement, { held: true });
    await writeDurable(this.#pathOf(id), seed, { mode: 0o600, overwrite: false });
    this.#statements.release(slotOf(id));
    seed.fill(0);
    const made = { key, opening };
    this.#held.set(id, made);
    return made;
  }

  /** Answers which are gone for ever. */
  async destroyEnded(now: number): Promise<readonly string[]> {
    const ended = [...this.#held].filter(([, { key }]) => parseTime(key.graceUntil) <= now).map(([id]) => id);
    for (const id of ended) {
      // Held until it is gone: what a disk refuses now is tried again, and its statement still names it.
      await destroySecret(this.#pathOf(id));
      this.#held.delete(id);
    }
    for (const { slot, envelope } of this.#statements.list()) {
      const [, id] = /^sealing-key-([0-9a-f]{64})$/.exec(slot) ?? [];
      if (id === undefined || this.#held.has(id)) continue;
      const { graceUntil } = await readSealingKey(envelope, this.#center);
      if (parseTime(graceUntil) <= now) await this.#statements.drop(slot);
    }
    return ended;
  }

  #pathOf(id: string): string {
    return join(this.#folder, `${fields.sha256Hex.check(id)}.secret`);
  }
}

async function secretsIn(folder: string): Promise<readonly string[]> {
  try {
    const names = await readdir(folder);
    return names.flatMap((name) => /^([0-9a-f]{64})\.secret$/.exec(name)?.[1] ?? []);
  } catch (error) {
    throw fileFault('read', folder, error);
  }
}

/** Overwritten first: what a disk does with it is the disk's, but a file system may give the block away as it is. */
export async function destroySecret(path: string): Promise<void> {
  try {
    await using file = await open(path, 'r+');
    await file.write(new Uint8Array(32), 0, 32, 0);
    await file.sync();
  } catch (error) {
    if (errnoOf(error) !== 'ENOENT') throw fileFault('overwrite', path, error);
  }
  await removeDurable(path);
}

/** The identifier of a key, as its statement is about it. */
export function idOf({ publicKey }: SealingKey): string {
  return sealingKeyId(fromBase64(publicKey), sha256);
}
