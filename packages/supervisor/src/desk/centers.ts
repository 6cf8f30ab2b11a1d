// Which data centers there are, and which key speaks for each. The residency policy that this supervisor
// accepted by hand says so (residency.json in its folder); its keys must stand in the trust policy as well.
// Without it nobody may ask: a key of the trust policy alone says neither for which center nor for which ledger it
// speaks. A center that an accepted version does not list any more keeps data still (D19): the versions before,
// in sharing.json beside it, go on to speak for it until the trust policy ends its key.

import { join } from 'node:path';
import {
  formatEnvelope,
  fromBase64,
  isVitrineError,
  keyidOf,
  parseVkey,
  quote,
  type DataCenter,
  type Envelope,
  type TrustPolicy,
} from '@vitrine/evidence';
import { readBounded, sha256, sha256Hex, verifySignature } from '@vitrine/host';
import {
  loadResidency,
  parseSharing,
  sharingLimit,
  type Residency,
  type SignedAccessRequest,
} from '@vitrine/reports';
import { fail } from '../codes.ts';

/** As `vitrine residency accept` writes them. */
const fileName = 'residency.json';
const sharingName = 'sharing.json';
const mostBytes = 1 << 20;

export class Centers {
  readonly #folder: string;
  readonly #policy: TrustPolicy;
  #read: { readonly digest: string; readonly residency: Residency } | undefined;
  /** Ascending. */
  #former: { readonly digest: string; readonly versions: readonly Residency[] } | undefined;

  constructor(folder: string, policy: TrustPolicy) {
    this.#folder = folder;
    this.#policy = policy;
  }

  /** Undefined where none was accepted. Read again each time: it is accepted while the daemon runs. */
  async residency(): Promise<Residency | undefined> {
    return usable(fileName, async () => {
      const bytes = await this.#file(fileName, mostBytes);
      if (bytes === undefined) return undefined;
      const digest = sha256Hex(bytes);
      if (this.#read?.digest === digest) return this.#read.residency;
      const residency = await loadResidency(bytes, this.#policy.root, verifySignature, sha256);
      this.#read = { digest, residency };
      return residency;
    });
  }

  /** Every center that keeps data, as the newest version that lists it does; none where none was accepted. */
  async list(): Promise<readonly DataCenter[]> {
    const residency = await this.residency();
    if (residency === undefined) return [];
    const centers = [...residency.policy.centers];
    const known = new Set(centers.map(({ ledger }) => ledger));
    const speaking = this.#identities();
    for (const { policy } of await this.#before(residency))
      for (const center of policy.centers) {
        if (known.has(center.ledger)) continue;
        known.add(center.ledger);
        if (speaking.has(identityOf(center))) centers.push(center);
      }
    return centers;
  }

  /**
   * The versions before this one, newest first. What lies there was accepted by hand with this one; a version that
   * the root of today did not sign in sufficient number has no say.
   */
  async #before({ policy: { version } }: Residency): Promise<readonly Residency[]> {
    const bytes = await this.#file(sharingName, sharingLimit);
    if (bytes === undefined) return [];
    const digest = sha256Hex(bytes);
    if (this.#former?.digest !== digest) {
      const versions: Residency[] = [];
      for (const { document } of await usable(sharingName, () => parseSharing(bytes).policies))
        versions.push(...(await this.#signed(document)));
      this.#former = { digest, versions };
    }
    return this.#former.versions.filter(({ policy }) => policy.version < version).toReversed();
  }

  async #signed(document: Envelope): Promise<readonly Residency[]> {
    try {
      return [await loadResidency(formatEnvelope(document), this.#policy.root, verifySignature, sha256)];
    } catch (error) {
      if (!isVitrineError(error, 'residency.signature')) throw error;
      return [];
    }
  }

  async #file(name: string, most: number): Promise<Uint8Array | undefined> {
    try {
      return await readBounded(join(this.#folder, name), most);
    } catch (error) {
      if (isVitrineError(error, 'file.missing')) return undefined;
      throw error;
    }
  }

  /** The keys that speak for data centers now. */
  #identities(): ReadonlyMap<string, Uint8Array> {
    const listed = [...this.#policy.keys.values()].filter(
      ({ role, until }) => role === 'datacenter' && until === undefined,
    );
    return new Map(listed.map(({ keyid, spki }) => [keyid, spki]));
  }

  /** A center asks for records of its own custody ledger: places in another's would be granted in its name. */
  async requireOwnLedger(id: string, ledger: string): Promise<void> {
    const own = (await this.list()).filter((one) => one.id === id);
    if (own.length > 0 && !own.some((one) => parseVkey(one.ledger, sha256).name === ledger))
      throw fail('desk.ledger', `${quote(ledger, 300)} is not the custody ledger of ${id}`);
  }

  /** Identity keys (SPKI) by center, as of now; throws `desk.closed` where no residency policy was accepted. */
  async identities(): Promise<(center: string) => readonly Uint8Array[]> {
    const centers = await this.list();
    if (centers.length === 0) throw fail('desk.closed', `there is no ${fileName} in the folder`);
    const speaking = this.#identities();
    return (id) =>
      centers.filter((one) => one.id === id).flatMap((one) => speaking.get(identityOf(one)) ?? []);
  }

  /** Whether the key that signed a request, when it was taken, is still its center's. */
  async stillSpeaks(): Promise<(signed: SignedAccessRequest) => boolean> {
    const identities = await this.identities();
    return ({ envelope, request }) =>
      identities(request.center).some((spki) => keyidOf(spki, sha256) === envelope.signatures[0]?.keyid);
  }
}

/** What lies in the folder and cannot be used is a trouble of the supervisor's own. */
async function usable<T>(name: string, read: () => T | Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (cause) {
    if (!isVitrineError(cause)) throw cause;
    throw fail('desk.residency', `couldn't use ${name}: ${cause.message}`, { cause });
  }
}

export function identityOf({ identity }: DataCenter): string {
  return keyidOf(fromBase64(identity), sha256);
}
