// Where data belongs, as this data center knows it: the last sharing.json that it accepted, kept durable, so
// that it goes on when the repository is silent, and goes back for nobody.

import { join } from 'node:path';
import {
  canonicalJson,
  fields,
  formatTime,
  isVitrineError,
  parseCanonicalJson,
  schema,
  type TrustPolicy,
} from '@vitrine/evidence';
import { fetchBytes, sha256, verifySignature, writeDurable, type Clock } from '@vitrine/host';
import {
  readSharing,
  rememberSharing,
  residencyAt,
  sharingLimit,
  type Residency,
  type Sharing,
  type SharingMemory,
} from '@vitrine/reports';
import { fail } from '../codes.ts';
import { readIfPresent } from '../files.ts';
import { readTrust, type DataCenterFolder } from './folder.ts';

/** Answers sharing.json as it is served now. */
export type FetchSharing = () => Promise<Uint8Array>;

export function httpSharing(repository: string): FetchSharing {
  return async () => {
    const url = `${repository.replace(/\/$/, '')}/sharing.json`;
    const { bytes } = await fetchBytes(url, { maxBytes: sharingLimit, timeoutMs: 30_000 });
    return bytes;
  };
}

const memoryForm = schema.object(
  {
    version: schema.integer(1),
    digest: fields.sha256Hex,
    size: schema.integer(0),
  },
  { origin: fields.origin, time: schema.integer(0) },
);

export class Residence {
  readonly #folder: DataCenterFolder;
  readonly #fetch: FetchSharing;
  readonly #clock: Clock;
  #memory: SharingMemory | undefined;
  #sharing: Sharing | undefined;
  #trust: TrustPolicy;

  private constructor(folder: DataCenterFolder, trust: TrustPolicy, fetch: FetchSharing, clock: Clock) {
    this.#folder = folder;
    this.#trust = trust;
    this.#fetch = fetch;
    this.#clock = clock;
  }

  static async open(folder: DataCenterFolder, fetch: FetchSharing, clock: Clock): Promise<Residence> {
    const residence = new Residence(folder, await readTrust(folder), fetch, clock);
    const memory = await readIfPresent(residence.#path('sharing-memory.json'));
    if (memory !== undefined) residence.#memory = memoryForm.check(parseCanonicalJson(memory));
    const kept = await readIfPresent(residence.#path('sharing.json'), sharingLimit);
    if (kept !== undefined) await residence.#adopt(kept).catch(ignoreRefusal);
    return residence;
  }

  /** Accepts what is served now, under the root and policy that are accepted now. */
  async look(): Promise<void> {
    this.#trust = await readTrust(this.#folder);
    const bytes = await this.#fetch();
    const memory = await this.#adopt(bytes);
    const last = this.#memory;
    if (last?.size !== memory.size || last.digest !== memory.digest) {
      await writeDurable(this.#path('sharing.json'), bytes);
      await writeDurable(this.#path('sharing-memory.json'), canonicalJson({ ...memory }));
    }
    // A newer time alone is kept here: in the file it is older, and so excuses more and accuses of nothing.
    this.#memory = memory;
  }

  /** Seconds since 1970: never before what witnesses have attested. */
  now(): number {
    return Math.max(Math.floor(this.#clock.now() / 1000), this.#sharing?.time ?? 0);
  }

  /** Root and policy as they were accepted at the last look. */
  trust(): TrustPolicy {
    return this.#trust;
  }

  sharing(): Sharing | undefined {
    return this.#sharing;
  }

  /** Every version, ascending; none before the first sharing.json. */
  versions(): readonly Residency[] {
    return this.#sharing?.residencies ?? [];
  }

  /** In force now. Without one nothing is taken: nobody could say whether it belongs here. */
  inForce(): Residency {
    if (this.#sharing === undefined)
      throw fail('datacenter.residency', `no residency policy was seen until ${formatTime(this.now())}`);
    return residencyAt(this.#sharing.residencies, this.now());
  }

  async #adopt(bytes: Uint8Array): Promise<SharingMemory> {
    const trust = { policy: this.#trust, root: this.#trust.root };
    const sharing = await readSharing(bytes, trust, { sha256, verifySignature });
    const memory = rememberSharing(sharing, this.#memory);
    this.#requireOwnKeys(sharing);
    this.#sharing = sharing;
    return memory;
  }

  /** A version that is in force, or will be, and has other keys under our name, is about somebody else. */
  #requireOwnKeys({ residencies, time }: Sharing): void {
    const own = this.#folder.center;
    for (const [i, { policy }] of residencies.entries()) {
      const next = residencies[i + 1];
      if (next !== undefined && fields.parseTime(next.policy.effective) <= time) continue;
      const listed = policy.centers.find(({ id }) => id === own.id);
      if (listed === undefined) continue;
      for (const key of ['identity', 'ledger', 'access'] as const)
        if (listed[key] !== own[key])
          throw fail(
            'datacenter.listing',
            `version ${policy.version} of the residency policy has another ${key} key for ${own.id}`,
            { at: key },
          );
    }
  }

  #path(name: string): string {
    return join(this.#folder.folder, 'trust', name);
  }
}

/** What was kept under another root or policy: the next look brings it again, and the memory still holds. */
function ignoreRefusal(error: unknown): void {
  if (!isVitrineError(error)) throw error;
}
