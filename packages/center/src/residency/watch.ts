// Where data is kept, followed: the repository's sharing file as endpoints follow it (D19–D21), and what each
// data center says of itself. Whatever either of them does is shown, and stops nothing else.

import {
  equal,
  isVitrineError,
  parseTime,
  type DataCenter,
  type TrustPolicy,
  type VitrineError,
} from '@vitrine/evidence';
import { fetchBytes, sha256, verifySignature, type Clock } from '@vitrine/host';
import { readSharing, rememberSharing, sharingLimit, type Sharing } from '@vitrine/reports';
import { fail } from '../codes.ts';
import type { TroubleView } from '../contract/residency.ts';
import { reportOf } from '../http/errors.ts';
import { publicWords } from '../public-words.ts';
import { Rounds } from '../rounds.ts';
import { readCounts, type Counts } from './counts.ts';
import { ResidencyMemory } from './memory.ts';

export interface ResidencyState {
  /** Undefined as long as the repository has never served one. */
  readonly sharing: Sharing | undefined;
  /** When it was last read and verified, in seconds. */
  readonly checkedAt: number | undefined;
  readonly trouble: TroubleView | undefined;
}

export interface CenterSays {
  /** The last good answer. */
  readonly counts: Counts | undefined;
  readonly trouble: TroubleView | undefined;
}

export interface ResidencyOptions {
  readonly folder: string;
  readonly repository: string;
  readonly policy: TrustPolicy;
  readonly report?: ((line: string) => void) | undefined;
}

const platform = { sha256, verifySignature };
const requestMs = 5_000;
const silent: CenterSays = { counts: undefined, trouble: undefined };

export class ResidencyWatch {
  readonly #options: ResidencyOptions;
  readonly #clock: Clock;
  readonly #memory: ResidencyMemory;
  readonly #rounds = new Rounds(() => this.#look());
  #state: ResidencyState = { sharing: undefined, checkedAt: undefined, trouble: undefined };
  /** Of the file that is shown. */
  #bytes: Uint8Array | undefined;
  readonly #says = new Map<string, CenterSays>();
  #version = 0;

  private constructor(options: ResidencyOptions, clock: Clock) {
    this.#options = options;
    this.#clock = clock;
    this.#memory = new ResidencyMemory(options.folder);
  }

  /** Shows what was kept at once; nobody is asked yet. */
  static async open(options: ResidencyOptions, clock: Clock): Promise<ResidencyWatch> {
    const watch = new ResidencyWatch(options, clock);
    await watch.#attempt(async () => {
      const kept = await watch.#memory.file();
      if (kept === undefined) return;
      watch.#show(kept, await watch.#judge(kept), undefined);
    });
    return watch;
  }

  state(): ResidencyState {
    return this.#state;
  }

  says(center: string): CenterSays {
    return this.#says.get(center) ?? silent;
  }

  /** Grows with each change of what is shown. */
  get version(): number {
    return this.#version;
  }

  /** Never throws for what others do: that is what is shown. */
  look(): Promise<void> {
    return this.#rounds.look();
  }

  start(everyMs = 15_000): void {
    this.#rounds.start(everyMs);
  }

  close(): Promise<void> {
    return this.#rounds.close();
  }

  async #look(): Promise<void> {
    await this.#attempt(() => this.#follow());
    await Promise.all(this.#centers().map((center) => this.#ask(center)));
  }

  /** fetch → verify → not older than before → durable → shown */
  async #follow(): Promise<void> {
    const bytes = await this.#fetch();
    if (bytes === undefined) {
      if ((await this.#memory.last()) !== undefined)
        throw fail('center.sharing', 'the repository serves no sharing file any more');
      return;
    }
    if (this.#bytes !== undefined && equal(bytes, this.#bytes)) {
      this.#show(bytes, this.#state.sharing, this.#now());
      return;
    }
    const sharing = await this.#judge(bytes);
    await this.#memory.keep(bytes, rememberSharing(sharing, await this.#memory.last()));
    this.#show(bytes, sharing, this.#now());
  }

  #judge(bytes: Uint8Array): Promise<Sharing> {
    const { policy } = this.#options;
    return readSharing(bytes, { policy, root: policy.root }, platform);
  }

  async #fetch(): Promise<Uint8Array | undefined> {
    const { status, bytes } = await fetchBytes(
      `${this.#options.repository.replace(/\/$/, '')}/sharing.json`,
      {
        maxBytes: sharingLimit,
        timeoutMs: requestMs,
        expectStatus: [200, 404],
        signal: this.#rounds.signal,
      },
    );
    return status === 404 ? undefined : bytes;
  }

  #show(bytes: Uint8Array, sharing: Sharing | undefined, checkedAt: number | undefined): void {
    const isNew = this.#bytes === undefined || !equal(bytes, this.#bytes);
    if (isNew || this.#state.trouble !== undefined) this.#version++;
    this.#bytes = bytes;
    this.#state = { sharing, checkedAt, trouble: undefined };
  }

  async #attempt(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      if (this.#rounds.signal.aborted) return;
      if (!isVitrineError(error)) throw error;
      const before = this.#state.trouble;
      this.#state = { ...this.#state, trouble: this.#troubleOf(error, before) };
      if (before?.code === error.code) return;
      this.#version++;
      const { code, message, exit } = error;
      // That the repository is down, the operator hears from who follows its metadata.
      if (exit === 5) return;
      reportOf(this.#options)(`where data is kept cannot be followed: ${code}: ${message}`);
    }
  }

  /** Everybody who takes, took or will take reports, at the address of the newest version in force. */
  #centers(): readonly DataCenter[] {
    const { sharing } = this.#state;
    const byId = new Map<string, DataCenter>();
    for (const { policy } of sharing?.residencies ?? []) {
      const isInForce = parseTime(policy.effective) <= (sharing?.time ?? 0);
      for (const center of policy.centers) if (isInForce || !byId.has(center.id)) byId.set(center.id, center);
    }
    return [...byId.values()];
  }

  async #ask(center: DataCenter): Promise<void> {
    const before = this.says(center.id);
    try {
      const counts = await readCounts(center, this.#now(), this.#rounds.signal);
      this.#says.set(center.id, { counts, trouble: undefined });
      if (before.trouble !== undefined || before.counts?.at !== counts.at) this.#version++;
    } catch (error) {
      if (this.#rounds.signal.aborted) return;
      if (!isVitrineError(error)) throw error;
      this.#says.set(center.id, { ...before, trouble: this.#troubleOf(error, before.trouble) });
      if (before.trouble?.code !== error.code) this.#version++;
    }
  }

  #troubleOf(error: VitrineError, before: TroubleView | undefined): TroubleView {
    const { code, message } = publicWords(error);
    const since = before?.code === code ? before.since : this.#now();
    return { code, message: message.slice(0, 500), since };
  }

  #now(): number {
    return Math.floor(this.#clock.now() / 1000);
  }
}
