// The fixture of the Center's tests: a vendor with a log, two witnesses, two supervisors and a repository,
// all over HTTP and with real signatures, and three releases of one product:
//
//   1.0.0  released, reproduced blind by both, published, later withdrawn in favour of 1.1.0
//   1.1.0  released, reproduced blind by both, published, nothing against it
//   1.2.0  released and published; then supervisor-b got other bytes: a hold, a sealed difference, a finding
//
// The log begins with the root and the policy. Everything is written before `makeCenterWorld` resolves.

import { cpSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  parseDocument,
  rootVersion,
  signStatement,
  type Envelope,
  type Role,
  type Signer,
  type TrustPolicy,
  type TrustPolicyDocument,
} from '@vitrine/evidence';
import { fakeClock, openStore, type FakeClock, type Store } from '@vitrine/host';
import { temporaryDirectory } from '@vitrine/testkit';
import type { Ending } from './world/gate.ts';
import { startLog, type Logged, type WorldLog } from './world/log.ts';
import {
  makeParties,
  rootKeys,
  signerOf,
  supervisors,
  type Admitted,
  type Parties,
  type SupervisorName,
} from './world/parties.ts';
import {
  findingAbout,
  makeRelease,
  resolutionOf,
  withdrawalOf,
  type ReleasePlan,
  type WorldRelease,
} from './world/release.ts';
import { openWorldRepository, type WorldRepository } from './world/repository.ts';
import { commit, filesOf, type WorldTree } from './world/source.ts';
import { startSupervisor, type WorldSupervisor } from './world/supervisor.ts';

export interface CenterWorldOptions {
  /** Milliseconds since 1970 at which the world's clock stands; default now. */
  readonly start?: number;
  /** Changes the policy before it is signed: a passkey's key of a reviewer, other thresholds. */
  readonly policy?: (document: TrustPolicyDocument) => TrustPolicyDocument;
  /** Keys on the log's admission list besides the policy's. */
  readonly admitted?: readonly Admitted[];
  /** `false`: only 1.0.0 and 1.1.0, and nothing against either. Default true. */
  readonly trouble?: boolean;
}

export interface CenterWorld {
  readonly folder: string;
  readonly clock: FakeClock;
  readonly policy: TrustPolicy;
  readonly policyBytes: Uint8Array;
  readonly root: Uint8Array;
  readonly log: WorldLog;
  readonly repository: WorldRepository;
  readonly supervisors: readonly WorldSupervisor[];
  /** The vendor's source store (listings and blobs by SHA-256) and its folder. */
  readonly source: Store;
  readonly sourceFolder: string;
  /** The git repository that the trees were committed to. */
  readonly gitFolder: string;
  readonly trees: readonly WorldTree[];
  /** By version, oldest first. */
  readonly releases: readonly WorldRelease[];
  /** Places of what was said beside the releases; undefined without trouble. */
  readonly finding: Logged | undefined;
  readonly withdrawal: Logged | undefined;
  signer(role: Role, operator?: string): Signer;
  /** Logs another release and stages it; `repository.publish` lists it. */
  release(plan: ReleasePlan): Promise<WorldRelease>;
  /** Another supervisor answers the latest difference about a release (D14). */
  resolve(release: WorldRelease, outcome: 'cleared' | 'upheld', operator?: SupervisorName): Promise<Logged>;
}

const versions = ['1.0.0', '1.1.0', '1.2.0'] as const;

export async function makeCenterWorld(t: Ending, options: CenterWorldOptions = {}): Promise<CenterWorld> {
  const { start = Math.floor(Date.now() / 1000) * 1000, policy: change = (same) => same } = options;
  const { admitted = [], trouble = true } = options;
  const folder = temporaryDirectory(t);
  const clock = fakeClock(start);
  const parties = await makeParties(change);
  const log = await startLog(t, folder, parties, clock, admitted);
  const sourceFolder = join(folder, 'source');
  const gitFolder = join(folder, 'git');
  const committed = await sourcesOf(versions.slice(0, trouble ? 3 : 2), options.start);
  cpSync(committed.folder, folder, { recursive: true });
  const source = openStore(sourceFolder);
  const blobs = openStore(join(folder, 'blobs'));
  const repository = await openWorldRepository(t, folder, parties, log, blobs, clock);
  const running = await Promise.all(supervisors.map((operator) => startSupervisor(t, operator, log, clock)));

  await log.append(...(await trustStatements(parties)));

  const { trees } = committed;
  const releases: WorldRelease[] = [];
  const release = async (plan: ReleasePlan): Promise<WorldRelease> => {
    const made = await makeRelease({ log, blobs, clock }, plan);
    await repository.stage(made);
    return made;
  };
  for (const [i, version] of versions.slice(0, trouble ? 3 : 2).entries()) {
    const tree = committed.trees[i];
    if (tree === undefined) throw new Error(`no source of ${version}`);
    const differs = version === '1.2.0' ? ({ differs: 'supervisor-b' } as const) : {};
    releases.push(await release({ tree, version, sequence: i + 1, ...differs }));
    await repository.publish();
  }
  const [first, second, third] = releases;
  let finding: Logged | undefined;
  let withdrawal: Logged | undefined;
  if (first !== undefined && second !== undefined && third !== undefined) {
    [finding, withdrawal] = await log.append(
      await findingAbout(third.orderId, 'critical', 'The rebuild of 1.2.0 gives other bytes.', {
        operator: 'supervisor-b',
        clock,
      }),
      await withdrawalOf(first, clock, second.artifact.sha256),
    );
    for (const one of releases) await repository.writeEvidence(one);
    await repository.publish();
  }

  return {
    folder,
    clock,
    policy: parties.policy,
    policyBytes: parties.policyBytes,
    root: parties.root,
    log,
    repository,
    supervisors: running,
    source,
    sourceFolder,
    gitFolder,
    trees,
    releases,
    finding,
    withdrawal,
    signer: signerOf,
    release,
    async resolve(one, outcome, operator = 'supervisor-a') {
      const differs = one.at.rebuilds.at(-1)?.index ?? 0;
      const [at] = await log.append(await resolutionOf(one, differs, outcome, { operator, clock }));
      if (at === undefined) throw new Error('nothing was logged');
      return at;
    },
  };
}

interface Sources {
  /** With `git` and `source`. */
  readonly folder: string;
  readonly trees: readonly WorldTree[];
}

/** By versions and start. Each world gets a copy: git and some eighty syncs of the disk are waited for once. */
const committed = new Map<string, Promise<Sources>>();

function sourcesOf(made: readonly string[], start: number | undefined): Promise<Sources> {
  const key = JSON.stringify([made, start]);
  const there = committed.get(key) ?? commitSources(made, start ?? Date.now());
  committed.set(key, there);
  return there;
}

async function commitSources(made: readonly string[], start: number): Promise<Sources> {
  const folder = mkdtempSync(join(tmpdir(), 'vitrine-sources-'));
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  mkdirSync(join(folder, 'source'));
  const source = openStore(join(folder, 'source'));
  const trees: WorldTree[] = [];
  for (const [i, version] of made.entries()) {
    const date = Math.floor(start / 1000) - (3 - i) * 86_400;
    trees.push(await commit(join(folder, 'git'), source, filesOf(version), `Make ${version}`, date));
  }
  return { folder, trees };
}

/** Root and policy as the log takes them: one entry for each holder's signature. */
async function trustStatements({ policy, policyBytes }: Parties): Promise<readonly Envelope[]> {
  const root = [{ name: 'root', digest: { sha256: policy.root.sha256 } }];
  const roots = rootKeys.map(({ signer }) => signStatement(rootVersion, root, { version: 1 }, signer));
  const document = parseDocument(policyBytes);
  const policies = document.signatures.map((signature) => ({ ...document, signatures: [signature] }));
  return [...(await Promise.all(roots)), ...policies];
}
