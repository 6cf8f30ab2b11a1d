// A repository as the vendor writes it, and a client that follows it, with every key in one hand.

import { utf8, type RootHolder, type RootSigner, type Scheme } from '@vitrine/evidence';
import { sha256, verifySignature } from '@vitrine/host';
import { testSigner } from '@vitrine/testkit';
import { type RefreshOptions, type TrustedMetadata } from '@vitrine/tuf';
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
} from '@vitrine/tuf/repository';

/** 2026-11-24T09:00:00Z */
export const now = 1_795_510_800;
const day = 86_400;
export const supervisors: ReadonlySet<string> = new Set(['supervisor-a', 'supervisor-b']);

export function held(operator: string, name: string, scheme: Scheme = 'ed25519'): RootSigner {
  return { operator, signer: testSigner(`${operator} ${name}`, scheme) };
}
export const holderOf = ({ signer: { publicKey }, operator }: RootSigner): RootHolder => ({
  publicKey,
  operator,
});

export const rootHolders: readonly RootSigner[] = [
  held('vendor', 'tuf root 0', 'ecdsa-p256'),
  held('vendor', 'tuf root 1'),
  held('vendor', 'tuf root 2'),
  held('supervisor-a', 'tuf root'),
  held('supervisor-b', 'tuf root'),
  held('trustee', 'tuf root'),
];
export const snapshotHolder: RootSigner = held('vendor', 'tuf snapshot');
export const timestampHolder: RootSigner = held('vendor', 'tuf timestamp', 'ecdsa-p256');
export const vendorRole: RootSigner = held('vendor', 'tuf role', 'ecdsa-p256');
export const vendorSecond: RootSigner = held('vendor', 'tuf role 2');
export const cosignerA: RootSigner = held('supervisor-a', 'tuf role');
export const cosignerB: RootSigner = held('supervisor-b', 'tuf role');

export async function sign(draft: Uint8Array, holders: readonly RootSigner[]): Promise<Uint8Array> {
  return assemble(draft, await Promise.all(holders.map(({ signer }) => signDraft(draft, signer))));
}

export function rootFile(
  version = 1,
  change: Partial<Parameters<typeof draftRoot>[0]> = {},
): Promise<Uint8Array> {
  const draft = draftRoot({
    version,
    expires: '2036-01-01T00:00:00Z',
    threshold: 5,
    vendor: 'vendor',
    keys: rootHolders.map(holderOf),
    snapshot: [holderOf(snapshotHolder)],
    timestamp: [holderOf(timestampHolder)],
    ...change,
  });
  return sign(draft, rootHolders);
}

export const agentPaths: readonly string[] = [
  'agent/stable/*/*',
  'agent/stable/*/*/*',
  'agent/stable/*/*/*/*',
];

export function targetsFile(version = 1, at: number = now): Promise<Uint8Array> {
  const draft = draftTargets({
    version,
    expires: at + 365 * day,
    targets: {},
    delegations: [
      {
        name: 'agent-stable',
        threshold: 2,
        holders: [vendorRole, vendorSecond, cosignerA, cosignerB].map(holderOf),
        terminating: true,
        paths: agentPaths,
      },
      {
        name: 'agent-deltas',
        threshold: 1,
        holders: [vendorRole].map(holderOf),
        terminating: true,
        paths: ['agent/deltas/*/*'],
      },
    ],
  });
  return sign(draft, rootHolders);
}

export const artifact: Uint8Array = utf8('export default "the agent";\n');
export const artifactPath = 'agent/stable/any/vitrine-agent.mjs';

/** Publishes the artifact as version `version` of everything but the root, valid from `at`. */
export async function publish(repository: Repository, version = 1, at: number = now): Promise<void> {
  const staged = await repository.stageTarget(artifactPath, artifact);
  const custom = { vitrine: { sequence: version, version: `0.1.${version}` } };
  const agent: PlannedTarget = { length: staged.length, sha256: staged.sha256, custom };
  const roles = {
    targets: await repository.writeRole('targets', await targetsFile(version, at)),
    'agent-stable': await repository.writeRole(
      'agent-stable',
      await sign(draftRole({ version, expires: at + 90 * day, targets: { [artifactPath]: agent } }), [
        vendorRole,
        cosignerA,
      ]),
    ),
    'agent-deltas': await repository.writeRole(
      'agent-deltas',
      await sign(draftRole({ version, expires: at + 90 * day, targets: {} }), [vendorRole]),
    ),
  };
  const snapshot = await repository.writeSnapshot(
    await sign(draftSnapshot({ version, expires: at + 7 * day, roles }), [snapshotHolder]),
  );
  await repository.commitTimestamp(
    await sign(draftTimestamp({ version, expires: at + day, snapshot }), [timestampHolder]),
  );
}

/** A client that remembers what it was asked to keep. */
export class Client {
  trusted: TrustedMetadata;
  readonly fetched: string[] = [];
  readonly kept: TrustedMetadata[] = [];
  readonly accepted: string[] = [];
  readonly #folder: string;

  constructor(folder: string, root: Uint8Array) {
    this.#folder = folder;
    this.trusted = { root, roles: {} };
  }

  options(change: Partial<RefreshOptions> = {}): RefreshOptions {
    const fetcher = folderFetcher(this.#folder);
    return {
      trusted: this.trusted,
      fetcher: {
        fetch: (path, maxBytes) => {
          this.fetched.push(path);
          return fetcher.fetch(path, maxBytes);
        },
      },
      now,
      sha256,
      verify: verifySignature,
      supervisors,
      acceptRoot: ({ version }) => this.#note(`root ${version}`),
      acceptSnapshot: ({ version }) => this.#note(`snapshot ${version}`),
      persist: (trusted) => {
        this.trusted = trusted;
        this.kept.push(trusted);
        return Promise.resolve();
      },
      ...change,
    };
  }

  #note(what: string): Promise<void> {
    this.accepted.push(what);
    return Promise.resolve();
  }
}

export async function makeRepository(
  folder: string,
  at: number = now,
): Promise<{ repository: Repository; root: Uint8Array }> {
  const repository = openRepository(folder);
  const root = await rootFile();
  await repository.writeRoot(root);
  await publish(repository, 1, at);
  return { repository, root };
}
