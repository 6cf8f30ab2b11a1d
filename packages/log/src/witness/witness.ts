// An independent witness (C2SP tlog-witness): it vouches that a log, as it sees it, only ever grows.

import { statSync } from 'node:fs';
import type { DatabaseSync } from 'node:sqlite';
import { join } from 'node:path';
import {
  equal,
  emptyRoot,
  formatNote,
  formatSignatureLine,
  formatVkey,
  noteTypes,
  parseNote,
  quote,
  signaturesBy,
  signCheckpoint,
  verifyConsistency,
  verifySignatureBy,
  VitrineError,
  type NoteSignature,
  type NoteSigner,
  type SignedCheckpoint,
  type VerifierKey,
} from '@vitrine/evidence';
import {
  acquireLease,
  makeDurableDirectory,
  sha256,
  systemClock,
  transaction,
  verifySignature,
  type Clock,
} from '@vitrine/host';
import { fail } from '../codes.ts';
import { requireEmpty } from '../init.ts';
import { openWitnessDatabase, witnessDatabase } from './database.ts';
import { WitnessMemory, type Fork, type Seen } from './memory.ts';
import { RateLimiter, type RateLimit } from './rate.ts';
import { parseProofLines, splitAddCheckpoint } from './request.ts';

/** A log that this witness follows. */
export interface WitnessedLog {
  readonly origin: string;
  /** The Ed25519 log key, and further keys of the log whose signatures must verify where they are. */
  readonly keys: readonly VerifierKey[];
}

export interface WitnessOptions {
  readonly dir: string;
  /** A cosignature/v1 key (type 04) and optionally an ML-DSA-44 key (type 06). */
  readonly signers: readonly NoteSigner[];
  readonly logs: readonly WitnessedLog[];
  readonly clock?: Clock | undefined;
  /** For each log: checkpoints that extend the last one. Default: 10 a second, 50 at once. */
  readonly rate?: RateLimit | undefined;
  /** For each log: what anybody can ask with an old checkpoint. Default: 1 a second, 10 at once. */
  readonly repeats?: RateLimit | undefined;
}

export interface Witness {
  /** Answers the signature lines; refuses with the codes that `witnessHandler` turns into statuses. */
  addCheckpoint(body: Uint8Array): Promise<string>;
  /** The last checkpoint that was cosigned, with the cosignatures. */
  checkpoint(origin: string): Seen | undefined;
  /** Every log that was ever cosigned. */
  status(): readonly Seen[];
  /** Evidence of forks, oldest first. */
  forks(): readonly Fork[];
  readonly logs: readonly WitnessedLog[];
  readonly keys: readonly VerifierKey[];
  close(): void;
}

/** A cosignature this young answers for the next one, far below every freshness that a policy asks for. */
const freshSeconds = 10;

/** The refusal that carries the size for `text/x.tlog.size`. */
const conflicts = new WeakMap<object, number>();

export function conflictSize(error: unknown): number | undefined {
  return typeof error === 'object' && error !== null ? conflicts.get(error) : undefined;
}

/** Makes a witness in an empty folder, or in a new one below a folder that exists. */
export async function initWitness(
  dir: string,
  { vkeys }: { readonly vkeys: readonly string[] },
): Promise<void> {
  await requireEmpty(dir, 'witness.exists', witnessDatabase);
  await makeDurableDirectory(dir);
  const database = openWitnessDatabase(dir);
  try {
    transaction(database, () =>
      database.prepare('INSERT INTO witness (one, vkeys) VALUES (1, ?)').run(vkeys.join('\n')),
    );
  } finally {
    database.close();
  }
}

export function openWitness(options: WitnessOptions): Witness {
  const { dir, signers, logs } = options;
  requireCosigners(signers);
  requireLogs(logs);
  if (statSync(join(dir, witnessDatabase), { throwIfNoEntry: false })?.isFile() !== true) {
    throw fail(
      'witness.missing',
      `couldn't open a witness in ${quote(dir, 400)}: no ${witnessDatabase} there`,
      { at: dir },
    );
  }
  // Two processes with one memory are safe (compare and set); two copies of a memory are not, and a
  // second process is how copies begin.
  const lease = acquireLease(dir, 'witness');
  let database: DatabaseSync | undefined;
  try {
    database = openWitnessDatabase(dir);
    requireSameKeys(database, dir, signers);
    return new OpenWitness(options, new WitnessMemory(database), () => {
      database?.close();
      lease.release();
    });
  } catch (error) {
    database?.close();
    lease.release();
    throw error;
  }
}

class OpenWitness implements Witness {
  readonly logs: readonly WitnessedLog[];
  readonly keys: readonly VerifierKey[];
  readonly close: () => void;
  readonly #signers: readonly NoteSigner[];
  readonly #memory: WitnessMemory;
  readonly #clock: Clock;
  /** Only the log itself can spend from this one. */
  readonly #growth: RateLimiter;
  readonly #repeats: RateLimiter;

  constructor(options: WitnessOptions, memory: WitnessMemory, close: () => void) {
    const { signers, logs, clock = systemClock } = options;
    const { rate = { perSecond: 10, burst: 50 }, repeats = { perSecond: 1, burst: 10 } } = options;
    this.logs = logs;
    this.keys = signers.map(({ key }) => key);
    this.close = close;
    this.#signers = signers;
    this.#memory = memory;
    this.#clock = clock;
    this.#growth = new RateLimiter(rate);
    this.#repeats = new RateLimiter(repeats);
  }

  checkpoint(origin: string): Seen | undefined {
    return this.#memory.read(origin);
  }

  status(): readonly Seen[] {
    return this.#memory.all();
  }

  forks(): readonly Fork[] {
    return this.#memory.forks();
  }

  /**
   * The order of the checks is the specification's. A published checkpoint is validly signed whoever
   * sends it: the bucket of repeats may be drained by anybody, and a log that goes on from where it is
   * never needs it. Larger checkpoints are the log's own: a 409 for one is free, and its growth has a
   * bucket that only growth empties. The last checkpoint again is bounded by its age instead.
   */
  async addCheckpoint(body: Uint8Array): Promise<string> {
    const { lines, signed } = splitAddCheckpoint(body); // 400
    const log = this.#requireLog(signed); // 404
    await requireLogSignature(log, signed); // 403
    const { old, proof } = parseProofLines(lines); // 400
    const { checkpoint } = signed;
    if (old > checkpoint.size)
      throw fail('witness.size', `the old size ${old} is beyond the checkpoint of ${checkpoint.size}`); // 400
    const seen = this.#memory.read(log.origin);
    const isLarger = seen === undefined || checkpoint.size > seen.size;
    if (old !== (seen?.size ?? 0)) {
      if (!isLarger) this.#requireRepeat(log); // 429
      throw conflict(seen); // 409
    }
    this.#requireExtension(seen, signed, old, proof); // 422
    if (isLarger) return await this.#vouchForGrowth(seen, signed, log); // 429
    return await this.#vouchAgain(seen, signed, log); // 429
  }

  /** Charged once the memory has moved: a larger checkpoint that is sent many times at once costs one token. */
  async #vouchForGrowth(
    seen: Seen | undefined,
    signed: SignedCheckpoint,
    log: WitnessedLog,
  ): Promise<string> {
    if (!this.#growth.has(log.origin, performance.now())) throw tooOften(log);
    const lines = await this.#vouch(seen, signed, log);
    this.#growth.take(log.origin, performance.now());
    return lines;
  }

  /**
   * A fresh time for the last checkpoint, at most every `freshSeconds`: until then the lines that were
   * given out for it. The same tree under another text (extension lines) is signed anew each time.
   */
  async #vouchAgain(seen: Seen, signed: SignedCheckpoint, log: WitnessedLog): Promise<string> {
    const last = parseNote(seen.note);
    const age = this.#now() - seen.time;
    if (last.text !== signed.note.text) this.#requireRepeat(log);
    else if (age >= 0 && age < freshSeconds)
      return formatLines(this.keys.flatMap((key) => signaturesBy(last, key)));
    return await this.#vouch(seen, signed, log);
  }

  #requireRepeat(log: WitnessedLog): void {
    if (!this.#repeats.take(log.origin, performance.now())) throw tooOften(log);
  }

  #requireLog({ checkpoint }: SignedCheckpoint): WitnessedLog {
    const log = this.logs.find(({ origin }) => origin === checkpoint.origin);
    if (log === undefined)
      throw fail('witness.origin', `this witness does not follow ${quote(checkpoint.origin, 255)}`);
    return log;
  }

  /** Same size: same root. Larger: a valid proof. Whatever is signed and does not fit is kept. */
  #requireExtension(
    seen: Seen | undefined,
    { checkpoint, note }: SignedCheckpoint,
    old: number,
    proof: readonly Uint8Array[],
  ): void {
    const before = seen?.root ?? emptyRoot(sha256);
    try {
      verifyConsistency(proof, old, checkpoint.size, before, checkpoint.root, sha256);
    } catch (cause) {
      if (seen !== undefined && !(old === checkpoint.size && equal(before, checkpoint.root))) {
        this.#memory.keepFork(
          old === checkpoint.size ? 'root' : 'unproven',
          seen,
          checkpoint,
          formatNote(note),
          this.#now(),
        );
      }
      throw fail(
        'witness.proof',
        `the checkpoint of ${checkpoint.size} is not proved to extend that of ${old}`,
        { cause },
      );
    }
  }

  /** Signed, then remembered for good, then told: a cosignature that lost the race never leaves. */
  async #vouch(
    seen: Seen | undefined,
    { checkpoint, note }: SignedCheckpoint,
    log: WitnessedLog,
  ): Promise<string> {
    const time = this.#now();
    const cosignatures = await Promise.all(
      this.#signers.map((signer) => signCheckpoint(note.text, signer, time)),
    );
    const own = log.keys.flatMap((key) => signaturesBy(note, key));
    const next: Seen = {
      origin: checkpoint.origin,
      size: checkpoint.size,
      root: checkpoint.root,
      note: formatNote({ text: note.text, signatures: [...own, ...cosignatures] }),
      time,
    };
    if (!this.#memory.replace(seen, next)) throw conflict(this.#memory.read(checkpoint.origin));
    return formatLines(cosignatures);
  }

  #now(): number {
    return Math.floor(this.#clock.now() / 1000);
  }
}

/** The Ed25519 log keys first: whoever cannot sign with one of them costs no ML-DSA verification. */
async function requireLogSignature(log: WitnessedLog, { note }: SignedCheckpoint): Promise<void> {
  const isLogKey = ({ type }: VerifierKey): boolean => type === noteTypes.log;
  const verify = (keys: readonly VerifierKey[]): Promise<readonly unknown[]> =>
    Promise.all(keys.map((key) => verifySignatureBy(note, key, verifySignature)));
  try {
    const valid = await verify(log.keys.filter(isLogKey));
    if (valid.some((signature) => signature !== undefined)) {
      await verify(log.keys.filter((key) => !isLogKey(key)));
      return;
    }
  } catch (cause) {
    if (!(cause instanceof VitrineError)) throw cause;
    throw fail('witness.signature', `a signature of ${quote(log.origin, 255)} is not valid`, { cause });
  }
  throw fail(
    'witness.signature',
    `the checkpoint carries no signature of the log key of ${quote(log.origin, 255)}`,
  );
}

function formatLines(signatures: readonly NoteSignature[]): string {
  return signatures.map((signature) => formatSignatureLine(signature)).join('');
}

function tooOften({ origin }: WitnessedLog): Error {
  return fail('witness.rate', `${quote(origin, 255)} asks too often`);
}

function conflict(seen: Seen | undefined): Error {
  const size = seen?.size ?? 0;
  const error = fail('witness.conflict', `this witness last cosigned the size ${size}`);
  conflicts.set(error, size);
  return error;
}

function requireCosigners(signers: readonly NoteSigner[]): void {
  const types = signers.map(({ key }) => key.type);
  if (
    !types.includes(noteTypes.cosignature) ||
    types.includes(noteTypes.log) ||
    new Set(types).size !== types.length
  ) {
    throw fail('witness.key', 'a witness signs with one key of type 04 and at most one of type 06');
  }
}

function requireLogs(logs: readonly WitnessedLog[]): void {
  const names = new Set<string>();
  for (const { origin, keys } of logs) {
    if (names.has(origin)) throw fail('witness.log', `the log ${quote(origin, 255)} is configured twice`);
    names.add(origin);
    if (!keys.some(({ type }) => type === noteTypes.log))
      throw fail('witness.log', `the log ${quote(origin, 255)} has no key of type 01`);
  }
}

function requireSameKeys(database: DatabaseSync, dir: string, signers: readonly NoteSigner[]): void {
  const row = database.prepare('SELECT vkeys FROM witness').get();
  if (row === undefined)
    throw fail('witness.missing', `couldn't open ${quote(dir, 400)}: its "init" was cut short`, { at: dir });
  const known = String(row['vkeys']).split('\n').sort().join('\n');
  if (
    known !==
    signers
      .map(({ key }) => formatVkey(key))
      .sort()
      .join('\n')
  )
    throw fail('witness.key', 'the keys of this witness are not the ones given');
}
