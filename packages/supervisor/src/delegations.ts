// To whom the vendor's top-level targets delegate, and whose the keys are: followed from the pinned root
// by our own hand, not by the vendor's word. Only holders of root can change it.

import {
  isVitrineError,
  loadRoot,
  parseRoot,
  requireRootThreshold,
  rootVersion as rootKind,
  type Root,
} from '@vitrine/evidence';
import { sha256, verifySignature, type Clock } from '@vitrine/host';
import {
  parseSnapshot,
  parseTargets,
  requireThreshold,
  type Delegation,
  type DelegationKey,
  type Fetcher,
  type RoleKey,
  type Targets,
} from '@vitrine/tuf';
import type { Claims } from './claims.ts';
import { fail } from './codes.ts';
import type { Meta } from './database.ts';
import type { SignedRoles } from './signed-roles.ts';

export interface DelegationsOptions {
  readonly meta: Meta;
  readonly claims: Claims;
  readonly signed: SignedRoles;
  readonly repository: Fetcher;
  /** The bytes of the root that the operator pinned. */
  readonly root: Uint8Array;
  readonly clock: Clock;
}

/** A role that vendor and supervisor sign together. */
export interface JointRole {
  readonly name: string;
  readonly paths: readonly string[];
  readonly vendorKeys: readonly DelegationKey[];
}

/** Who signs what now, by the root that was followed from the pinned one. */
export interface Trusted {
  /** SHA-256 of the root file; the version of the top-level targets. */
  readonly root: string;
  readonly targets: number;
  /** Whether this file of the role, of this version, has the signatures that the role takes. */
  signs(name: string, bytes: Uint8Array, version?: number): Promise<boolean>;
}

const rootBytes = 512_000;
const targetsBytes = 8_000_000;
/** New versions that are followed at once. */
const mostSteps = 64;

export class Delegations {
  readonly #options: DelegationsOptions;

  constructor(options: DelegationsOptions) {
    this.#options = options;
  }

  /**
   * The delegations to the vendor and to this key of this operator, by the newest top-level targets. Where
   * the repository cannot be reached, those that were read before.
   */
  async jointRoles(keyid: string, operator: string): Promise<readonly JointRole[]> {
    const { root, targets } = await this.#current();
    const operatorOf = ({ tufKeyid }: DelegationKey): string | undefined => targets.operators.get(tufKeyid);
    return targets.delegations
      .filter(({ keys }) => keys.some((key) => key.tufKeyid === keyid && operatorOf(key) === operator))
      .map(({ name, paths, keys }: Delegation) => ({
        name,
        paths,
        vendorKeys: keys.filter((key) => operatorOf(key) === root.vendor),
      }));
  }

  /** Root and top-level targets as they were followed last, whether or not they have expired since. */
  async trusted(): Promise<Trusted> {
    const root = await this.#followRoot();
    const targets = await this.#followTargets(root);
    return {
      root: root.sha256,
      targets: targets.version,
      signs: (name, bytes, version) => isSigned(root, targets, name, bytes, version),
    };
  }

  async #current(): Promise<{ readonly root: Root; readonly targets: Targets }> {
    const root = await this.#followRoot();
    const targets = await this.#followTargets(root);
    if (targets.expires <= this.#options.clock.now() / 1000)
      throw fail('delegation.targets', `version ${targets.version} of the top-level targets has expired`);
    return { root, targets };
  }

  /** TUF 5.3, each step only after its `root` statement stands in the log (D4). */
  async #followRoot(): Promise<Root> {
    const { meta, claims } = this.#options;
    let root = await loadRoot(this.#knownRoot(), verifySignature, sha256);
    for (let steps = 0; steps < mostSteps; steps++) {
      const bytes = await this.#look(`metadata/${root.version + 1}.root.json`, rootBytes);
      if (bytes === undefined) break;
      const next = await successorOf(root, bytes);
      if (next === undefined) break;
      const isLogged = claims
        .of(rootKind, next.sha256)
        .some(({ statement }) => statement.predicate.version === next.version);
      if (!isLogged) break;
      meta.set('root', bytes);
      root = next;
    }
    return root;
  }

  /** What the operator pinned, or the later version to which it led. */
  #knownRoot(): Uint8Array {
    const { meta, root } = this.#options;
    const kept = meta.bytes('root');
    if (kept === undefined) return root;
    const versionOf = (bytes: Uint8Array): number => parseRoot(bytes, sha256).root.version;
    return versionOf(kept) > versionOf(root) ? kept : root;
  }

  /**
   * Version by version: a publication may not have named the newest one yet. What is kept was verified by the
   * root of its day; a version that this root did not sign is passed over, and the one before it holds.
   */
  async #followTargets(root: Root): Promise<Targets> {
    const { meta, signed } = this.#options;
    const kept = meta.bytes('targets');
    let current = kept === undefined ? undefined : parseTargets(kept, { sha256 }).signed;
    let refused: Error | undefined;
    // A vendor may stop serving versions that nobody asks for any more.
    const first = current === undefined ? Math.max(1, signed.published('targets')) : current.version + 1;
    for (let version = first; version < first + mostSteps; version++) {
      const bytes = await this.#look(`metadata/${version}.targets.json`, targetsBytes);
      if (bytes === undefined) break;
      try {
        current = await readTargets(bytes, version, root);
        meta.set('targets', bytes);
      } catch (error) {
        if (!isVitrineError(error, 'delegation.targets')) throw error;
        refused = error;
      }
    }
    if (current !== undefined) return current;
    throw refused ?? fail('delegation.missing', 'the repository serves no top-level targets');
  }

  /** Undefined also where the repository is out of reach: what we know goes on to hold. */
  async #look(path: string, maxBytes: number): Promise<Uint8Array | undefined> {
    try {
      return await this.#options.repository.fetch(path, maxBytes);
    } catch (error) {
      if (isVitrineError(error) && error.exit === 5) return undefined;
      throw error;
    }
  }
}

/** The next root, if this is one that the present one and itself signed; a file of anything else is passed over. */
async function successorOf(root: Root, bytes: Uint8Array): Promise<Root | undefined> {
  try {
    const read = parseRoot(bytes, sha256);
    await requireRootThreshold(read, root.roles.root, verifySignature);
    await requireRootThreshold(read, read.root.roles.root, verifySignature);
    return read.root.version === root.version + 1 ? read.root : undefined;
  } catch (error) {
    if (isVitrineError(error)) return undefined;
    throw error;
  }
}

async function isSigned(
  root: Root,
  targets: Targets,
  name: string,
  bytes: Uint8Array,
  version: number | undefined,
): Promise<boolean> {
  const role =
    name === 'snapshot' || name === 'targets'
      ? root.roles[name]
      : targets.delegations.find((delegation) => delegation.name === name);
  if (role === undefined) return false;
  try {
    const metadata = name === 'snapshot' ? parseSnapshot(bytes) : parseTargets(bytes, { sha256 });
    await requireThreshold<RoleKey>(name, metadata, role, verifySignature);
    return version === undefined || metadata.signed.version === version;
  } catch (error) {
    if (isVitrineError(error)) return false;
    throw error;
  }
}

async function readTargets(bytes: Uint8Array, version: number, root: Root): Promise<Targets> {
  const role = root.roles.targets;
  if (role === undefined)
    throw fail('delegation.targets', 'the pinned root does not name who signs the top-level targets');
  try {
    const metadata = parseTargets(bytes, { sha256 });
    await requireThreshold('targets', metadata, role, verifySignature);
    if (metadata.signed.version === version) return metadata.signed;
  } catch (cause) {
    if (!isVitrineError(cause)) throw cause;
    throw fail('delegation.targets', `the top-level targets are refused: ${cause.message}`, { cause });
  }
  throw fail('delegation.targets', `another version of the top-level targets is served as ${version}`);
}
