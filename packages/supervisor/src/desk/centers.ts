// Which data centers there are, and which key speaks for each. The residency policy that this supervisor
// accepted by hand says so (residency.json in its folder); its keys must stand in the trust policy as well.
// Without it nobody may ask: a key of the trust policy alone says neither for which center nor for which ledger it
// speaks.

import { join } from 'node:path';
import {
  fromBase64,
  isVitrineError,
  keyidOf,
  parseVkey,
  quote,
  type DataCenter,
  type StatementKey,
  type TrustPolicy,
} from '@vitrine/evidence';
import { readBounded, sha256, sha256Hex, verifySignature } from '@vitrine/host';
import { loadResidency, type Residency, type SignedAccessRequest } from '@vitrine/reports';
import { fail } from '../codes.ts';

/** As `vitrine residency accept` writes it. */
const fileName = 'residency.json';
const mostBytes = 1 << 20;

export class Centers {
  readonly #folder: string;
  readonly #policy: TrustPolicy;
  #read: { readonly digest: string; readonly residency: Residency } | undefined;

  constructor(folder: string, policy: TrustPolicy) {
    this.#folder = folder;
    this.#policy = policy;
  }

  /** Undefined where none was accepted. Read again each time: it is accepted while the daemon runs. */
  async residency(): Promise<Residency | undefined> {
    try {
      const bytes = await readBounded(join(this.#folder, fileName), mostBytes);
      const digest = sha256Hex(bytes);
      if (this.#read?.digest === digest) return this.#read.residency;
      const residency = await loadResidency(bytes, this.#policy.root, verifySignature, sha256);
      this.#read = { digest, residency };
      return residency;
    } catch (cause) {
      if (isVitrineError(cause, 'file.missing')) return undefined;
      if (!isVitrineError(cause)) throw cause;
      throw fail('desk.residency', `couldn't use ${fileName}: ${cause.message}`, { cause });
    }
  }

  async list(): Promise<readonly DataCenter[]> {
    return (await this.residency())?.policy.centers ?? [];
  }

  /** A center asks for records of its own custody ledger: places in another's would be granted in its name. */
  async requireOwnLedger(id: string, ledger: string): Promise<void> {
    const center = (await this.list()).find((one) => one.id === id);
    if (center !== undefined && parseVkey(center.ledger, sha256).name !== ledger)
      throw fail('desk.ledger', `${quote(ledger, 300)} is not the custody ledger of ${id}`);
  }

  /** Identity keys (SPKI) by center, as of now; throws `desk.closed` where no residency policy was accepted. */
  async identities(): Promise<(center: string) => readonly Uint8Array[]> {
    const residency = await this.residency();
    if (residency === undefined) throw fail('desk.closed', `there is no ${fileName} in the folder`);
    const listed = [...this.#policy.keys.values()].filter(isIdentity).map(({ spki }) => spki);
    return (id) => {
      const center = residency.policy.centers.find((one) => one.id === id);
      if (center === undefined) return [];
      const keyid = identityOf(center);
      return listed.filter((spki) => keyidOf(spki, sha256) === keyid);
    };
  }

  /** Whether the key that signed a request, when it was taken, is still its center's. */
  async stillSpeaks(): Promise<(signed: SignedAccessRequest) => boolean> {
    const identities = await this.identities();
    return ({ envelope, request }) =>
      identities(request.center).some((spki) => keyidOf(spki, sha256) === envelope.signatures[0]?.keyid);
  }
}

export function identityOf({ identity }: DataCenter): string {
  return keyidOf(fromBase64(identity), sha256);
}

function isIdentity({ role, until }: Pick<StatementKey, 'role' | 'until'>): boolean {
  return role === 'datacenter' && until === undefined;
}
