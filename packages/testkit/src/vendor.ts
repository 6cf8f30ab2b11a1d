// A vendor that publishes: a world's releases as the files of a repository (TUF by the real writer, evidence,
// publication) and the tiles of its log, in one folder that any web server can serve. In the order of D1.

import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  activeNegatives,
  formatTime,
  leafHash,
  parseEnvelope,
  sha256,
  signStatement,
  toHex,
  withdrawal,
  type Envelope,
  type LoggedStatement,
  type Signer,
} from '@vitrine/evidence';
import {
  assemble,
  draftRole,
  draftSnapshot,
  draftTargets,
  draftTimestamp,
  openRepository,
  signDraft,
  type Repository,
} from '@vitrine/tuf/repository';
import { testSigner } from './keys.ts';
import type { LoggedRelease, ReleasePlan } from './release.ts';
import { worldTime, type World } from './world.ts';

export interface PublishOptions {
  /** Signers of the product role, whoever they are; by default the vendor and one supervisor. */
  readonly signers?: readonly string[];
  /** Seconds since 1970 of checkpoint and issue. */
  readonly time?: number;
  readonly witnesses?: readonly string[];
  /** What `active` says; by default what the log says. */
  readonly active?: Awaited<ReturnType<typeof activeNegatives>>;
  /** Leaves the proof file away. */
  readonly withoutProof?: boolean;
  /** Lists the artifact as something else than it was released as. */
  readonly listedAs?: Partial<LoggedRelease['plan']>;
}

export interface Vendor {
  readonly world: World;
  /** The repository; the log is in its subfolder `log`. */
  readonly folder: string;
  /** The release that is published, or to be published next. */
  readonly current: LoggedRelease;
  /** Logs a release and stages artifact and evidence; `publish` lists it. */
  stage(plan: ReleasePlan): Promise<LoggedRelease>;
  /** Lists what was staged last: role, snapshot, publication, timestamp. */
  publish(options?: PublishOptions): Promise<void>;
  /** The publication again, with the same snapshot (D3). */
  heartbeat(options?: PublishOptions): Promise<void>;
  withdraw(what: LoggedRelease): Promise<void>;
  /** Writes evidence against the log as it is now. */
  writeEvidence(what?: LoggedRelease): Promise<void>;
  /** Writes the tiles of the log as it is now. */
  writeTiles(): Promise<void>;
  /** Lists a policy document in top-level targets; `publish` publishes it. */
  listPolicy(document: Uint8Array): Promise<void>;
  write(path: string, bytes: Uint8Array): Promise<void>;
}

/** Long after every test. */
const expires = Date.parse('2036-01-01T00:00:00Z') / 1000;

/** `clock`: seconds since 1970, for what says no time of its own. */
export async function openVendor(
  folder: string,
  world: World,
  clock: () => number = () => worldTime,
): Promise<Vendor> {
  const repository: Repository = openRepository(folder);
  await repository.writeRoot(world.root);
  let current: LoggedRelease | undefined;
  let policy: { readonly length: number; readonly sha256: string } | undefined;
  let published: { readonly version: number; readonly sha256: string } | undefined;
  let last: { readonly seq: number; readonly index: number } | undefined;
  const versions = { targets: 0, role: 0, snapshot: 0, timestamp: 0 };

  const rootSigners = world.rootKeys.map(({ signer }) => signer);
  const sign = async (draft: Uint8Array, signers: readonly Signer[]): Promise<Uint8Array> =>
    assemble(draft, await Promise.all(signers.map((signer) => signDraft(draft, signer))));

  async function write(path: string, bytes: Uint8Array): Promise<void> {
    const file = join(folder, path);
    await mkdir(join(file, '..'), { recursive: true });
    await writeFile(file, bytes);
  }

  async function writeTiles(): Promise<void> {
    const { entries } = world.log;
    if (entries.length >= 256) throw new Error('this log is small: one partial tile');
    const tile = Buffer.concat(entries.map((entry) => leafHash(entry)));
    await write(`log/tile/0/000.p/${entries.length}`, new Uint8Array(tile));
  }

  async function writeEvidence(what: LoggedRelease = required(current)): Promise<void> {
    await write(
      `evidence/${what.artifact.sha256}.json`,
      await world.evidence({ of: what, checkpoint: await world.checkpoint({ time: clock() }) }),
    );
  }

  function listing({ listedAs }: PublishOptions): LoggedRelease['plan'] & { readonly role: string } {
    const plan = { ...required(current).plan, ...listedAs };
    return { ...plan, role: `${plan.product}-${plan.channel}` };
  }

  async function stage(next: ReleasePlan): Promise<LoggedRelease> {
    current = await world.release({ product: 'agent', output: 'agent.mjs', ...next });
    await writeEvidence(current);
    return current;
  }

  async function writeRole(options: PublishOptions): Promise<void> {
    const { signers = ['vendor', 'supervisor-a'] } = options;
    const { artifact } = required(current);
    const { role: name, product, channel, platform, output, version, sequence } = listing(options);
    const holders = tufHolders.map((holder) => ({
      operator: holder.replace(/ .*/, ''),
      publicKey: tufSigner(holder).publicKey,
    }));
    const paths = ['*/*', '*/*/*', '*/*/*/*'].map((rest) => `${product}/${channel}/${rest}`);
    const targets = draftTargets({
      version: ++versions.targets,
      expires,
      targets: policy === undefined ? {} : { 'policy.json': policy },
      delegations: [{ name, threshold: 2, holders, terminating: true, paths }],
    });
    await repository.writeRole('targets', await sign(targets, rootSigners));
    const target = `${product}/${channel}/${platform}/${output}`;
    await repository.stageTarget(target, artifact.bytes);
    const role = draftRole({
      version: ++versions.role,
      expires,
      targets: {
        [target]: {
          length: artifact.size,
          sha256: artifact.sha256,
          custom: { vitrine: { sequence, version } },
        },
      },
    });
    const signed = await sign(role, signers.map(tufSigner));
    // The writer refuses what a client would refuse: a lying vendor does not use it.
    if (options.signers === undefined) await repository.writeRole(name, signed);
    else await write(`metadata/${versions.role}.${name}.json`, signed);
  }

  async function announce(options: PublishOptions): Promise<void> {
    const { time = clock(), witnesses, withoutProof = false } = options;
    const snapshot = required(published);
    const active = options.active ?? (await activeNegatives(statements(), world.policy));
    const seq = (last?.seq ?? 0) + 1;
    const proof = await world.publish({
      seq,
      previous: last?.index ?? null,
      snapshot: snapshot.version,
      sha256: snapshot.sha256,
      active,
      issuedAt: time,
      time,
      ...(witnesses === undefined ? {} : { witnesses }),
    });
    last = { seq, index: world.log.entries.length - 1 };
    await writeTiles();
    if (!withoutProof) await write(`publication/${snapshot.sha256}.json`, proof);
  }

  function statements(): readonly LoggedStatement[] {
    return world.log.entries.map((entry, index): LoggedStatement => {
      const envelope: Envelope = parseEnvelope(entry);
      return { envelope, index };
    });
  }

  async function publish(options: PublishOptions = {}): Promise<void> {
    await writeRole(options);
    const name = listing(options).role;
    const metas = await Promise.all(
      (['targets', name] as const).map(async (role) => {
        const { bytes, signed } = required(await repository.newest(role));
        return [role, { version: signed.version, ...contentOf(bytes) }] as const;
      }),
    );
    const snapshot = await sign(
      draftSnapshot({ version: ++versions.snapshot, expires, roles: Object.fromEntries(metas) }),
      rootSigners,
    );
    if (options.signers === undefined) await repository.writeSnapshot(snapshot);
    else await write(`metadata/${versions.snapshot}.snapshot.json`, snapshot);
    published = { version: versions.snapshot, ...contentOf(snapshot) };
    await announce(options);
    const timestamp = draftTimestamp({
      version: ++versions.timestamp,
      expires,
      snapshot: { version: versions.snapshot, ...contentOf(snapshot) },
    });
    const signed = await sign(timestamp, rootSigners);
    if (options.signers === undefined) await repository.commitTimestamp(signed);
    else await write('metadata/timestamp.json', signed);
  }

  return {
    world,
    folder,
    get current() {
      return required(current);
    },
    stage,
    publish,
    heartbeat: (options = {}) => announce(options),
    async withdraw({ artifact, plan: { product, channel, sequence } }) {
      const envelope = await signStatement(
        withdrawal,
        [{ name: 'artifact', digest: { sha256: artifact.sha256 } }],
        { product, channel, sequence, reason: 'defect', issuedAt: formatTime(worldTime) },
        world.signer('releaser'),
      );
      world.log.append(envelope);
    },
    writeEvidence,
    writeTiles,
    async listPolicy(document) {
      policy = contentOf(document);
      await repository.stageTarget('policy.json', document);
    },
    write,
  };
}

/** By name: the operator first. */
const tufHolders = ['vendor', 'vendor second', 'supervisor-a', 'supervisor-b'];

function tufSigner(name: string): Signer {
  return testSigner(`${name} tuf`);
}

function contentOf(bytes: Uint8Array): { readonly length: number; readonly sha256: string } {
  return { length: bytes.length, sha256: toHex(sha256(bytes)) };
}

function required<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('nothing was staged yet');
  return value;
}
