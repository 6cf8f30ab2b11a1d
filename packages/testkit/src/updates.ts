// A repository of signed updates as a vendor writes it, with two supervisors and a trustee, and a client
// that follows it. Every key in one hand, from fixed seeds; each part can be replaced.

import { utf8, type RootDraftPlan, type RootHolder, type RootSigner, type Scheme } from '@vitrine/evidence';
import type { RefreshOptions, TrustedMetadata } from '@vitrine/tuf';
import {
  assemble,
  draftRole,
  draftRoot,
  draftSnapshot,
  draftTargets,
  draftTimestamp,
  folderFetcher,
  openRepository,
  signDraft,
  type PlannedTarget,
  type Repository,
  type TopLevelPlan,
} from '@vitrine/tuf/repository';
import { testSigner } from './keys.ts';
import { nodePlatform } from './platform.ts';
import { worldTime } from './world.ts';

const day = 86_400;

function held(operator: string, name: string, scheme: Scheme = 'ed25519'): RootSigner {
  return { operator, signer: testSigner(`${operator} ${name}`, scheme) };
}

type Online = 'snapshot' | 'timestamp';
type OfRoles = 'vendorRole' | 'vendorSecond' | 'cosignerA' | 'cosignerB' | 'trusteeRole';

export const updateHolders: Readonly<Record<Online | OfRoles, RootSigner>> & {
  readonly root: readonly RootSigner[];
} = {
  root: [
    held('vendor', 'tuf root 0', 'ecdsa-p256'),
    held('vendor', 'tuf root 1'),
    held('vendor', 'tuf root 2'),
    held('supervisor-a', 'tuf root'),
    held('supervisor-b', 'tuf root'),
    held('trustee', 'tuf root'),
  ],
  snapshot: held('vendor', 'tuf snapshot'),
  timestamp: held('vendor', 'tuf timestamp', 'ecdsa-p256'),
  vendorRole: held('vendor', 'tuf role', 'ecdsa-p256'),
  vendorSecond: held('vendor', 'tuf role 2'),
  cosignerA: held('supervisor-a', 'tuf role'),
  cosignerB: held('supervisor-b', 'tuf role'),
  trusteeRole: held('trustee', 'tuf role'),
};

export function publicOf({ signer: { publicKey }, operator }: RootSigner): RootHolder {
  return { publicKey, operator };
}

/** The file of a draft, signed by each of `holders`. */
export async function signedBy(draft: Uint8Array, holders: readonly RootSigner[]): Promise<Uint8Array> {
  return assemble(draft, await Promise.all(holders.map(({ signer }) => signDraft(draft, signer))));
}

const { root, snapshot, timestamp, vendorRole, vendorSecond, cosignerA, cosignerB, trusteeRole } =
  updateHolders;

export function updateRootFile(
  version = 1,
  change: Partial<RootDraftPlan> = {},
  signers: readonly RootSigner[] = root,
): Promise<Uint8Array> {
  const plan: RootDraftPlan = {
    version,
    expires: '2036-01-01T00:00:00Z',
    threshold: 5,
    vendor: 'vendor',
    keys: root.map(publicOf),
    snapshot: [publicOf(snapshot)],
    timestamp: [publicOf(timestamp)],
  };
  return signedBy(draftRoot({ ...plan, ...change }), signers);
}

/** Top-level targets: one role of vendor and supervisors, one of the vendor alone. */
export function updateTargetsPlan(version = 1, at: number = worldTime): TopLevelPlan {
  return {
    version,
    expires: at + 365 * day,
    targets: {},
    delegations: [
      {
        name: 'agent-stable',
        threshold: 2,
        holders: [vendorRole, vendorSecond, cosignerA, cosignerB, trusteeRole].map(publicOf),
        terminating: true,
        paths: ['agent/stable/*/*', 'agent/stable/*/*/*', 'agent/stable/*/*/*/*'],
      },
      {
        name: 'agent-deltas',
        threshold: 1,
        holders: [publicOf(vendorRole)],
        terminating: true,
        paths: ['agent/deltas/*/*'],
      },
    ],
  };
}

export const updateArtifact: { readonly path: string; readonly bytes: Uint8Array } = {
  path: 'agent/stable/any/vitrine-agent.mjs',
  bytes: utf8('export default "the agent";\n'),
};

/** Publishes the artifact under version `version` of every role but the root, valid from `at`. */
export async function publishUpdate(
  repository: Repository,
  version = 1,
  at: number = worldTime,
): Promise<void> {
  const { path, bytes } = updateArtifact;
  const { length, sha256 } = await repository.stageTarget(path, bytes);
  const custom = { vitrine: { sequence: version, version: `0.1.${version}` } };
  const agent: PlannedTarget = { length, sha256, custom };
  const role = (targets: Readonly<Record<string, PlannedTarget>>): Uint8Array =>
    draftRole({ version, expires: at + 90 * day, targets });
  const top = await signedBy(draftTargets(updateTargetsPlan(version, at)), root);
  const stable = await signedBy(role({ [path]: agent }), [vendorRole, cosignerA]);
  const deltas = await signedBy(role({}), [vendorRole]);
  const roles = {
    targets: await repository.writeRole('targets', top),
    'agent-stable': await repository.writeRole('agent-stable', stable),
    'agent-deltas': await repository.writeRole('agent-deltas', deltas),
  };
  const meta = await repository.writeSnapshot(
    await signedBy(draftSnapshot({ version, expires: at + 7 * day, roles }), [snapshot]),
  );
  await repository.commitTimestamp(
    await signedBy(draftTimestamp({ version, expires: at + day, snapshot: meta }), [timestamp]),
  );
}

/** A repository in `folder` with root 1 and one publication. */
export async function makeUpdates(
  folder: string,
  at: number = worldTime,
): Promise<{ readonly repository: Repository; readonly root: Uint8Array }> {
  const repository = openRepository(folder);
  const first = await updateRootFile();
  await repository.writeRoot(first);
  await publishUpdate(repository, 1, at);
  return { repository, root: first };
}

/** A client in memory. It notes what it fetched, judged and kept. */
export class UpdateClient {
  trusted: TrustedMetadata;
  readonly fetched: string[] = [];
  readonly judged: string[] = [];
  readonly kept: TrustedMetadata[] = [];
  readonly #folder: string;

  constructor(folder: string, trusted: Uint8Array | TrustedMetadata) {
    this.#folder = folder;
    this.trusted = trusted instanceof Uint8Array ? { root: trusted, roles: {} } : trusted;
  }

  options(change: Partial<RefreshOptions> = {}): RefreshOptions {
    const fetcher = folderFetcher(this.#folder);
    const judge = (what: string): Promise<void> => {
      this.judged.push(what);
      return Promise.resolve();
    };
    return {
      trusted: this.trusted,
      fetcher: {
        fetch: (path, maxBytes) => {
          this.fetched.push(path);
          return fetcher.fetch(path, maxBytes);
        },
      },
      now: worldTime,
      sha256: nodePlatform.sha256,
      verify: nodePlatform.verifySignature,
      supervisors: new Set(['supervisor-a', 'supervisor-b']),
      acceptRoot: ({ version }) => judge(`root ${version}`),
      acceptSnapshot: ({ version }) => judge(`snapshot ${version}`),
      persist: (trusted) => {
        this.trusted = trusted;
        this.kept.push(trusted);
        return Promise.resolve();
      },
      ...change,
    };
  }
}
