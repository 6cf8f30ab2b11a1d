// The vendor's repository of the world: the folder that anyone may fetch, written in the order of D1.

import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  activeNegatives,
  formatEvidence,
  formatPublicationFile,
  formatTime,
  publication,
  signStatement,
  statementIdOf,
  statementOf,
  subjectOf,
  withdrawal,
  type JsonObject,
  type RootSigner,
} from '@vitrine/evidence';
import { listen, serveStatic, type Clock, type Store } from '@vitrine/host';
import {
  assemble,
  draftRole,
  draftSnapshot,
  draftTargets,
  draftTimestamp,
  openRepository,
  signDraft,
  type PlannedTarget,
} from '@vitrine/tuf/repository';
import { openGate, type Ending, type Gate } from './gate.ts';
import type { WorldLog } from './log.ts';
import { rootKeys, signerOf, supervisors, tufHolder, type Parties } from './parties.ts';
import type { WorldRelease } from './release.ts';

export interface WorldRepository {
  readonly folder: string;
  readonly url: string;
  readonly gate: Gate;
  /** Stages artifact and evidence of a release; `publish` lists it. */
  stage(release: WorldRelease): Promise<void>;
  /** Evidence against the log as it is now. */
  writeEvidence(release: WorldRelease): Promise<void>;
  /** Lists of each product, channel and output the newest that was staged and not withdrawn; announces it. */
  publish(): Promise<{ readonly index: number; readonly snapshot: string }>;
  /** Announces the same snapshot again (D3). */
  heartbeat(): Promise<{ readonly index: number; readonly snapshot: string }>;
}

const day = 86_400;
const roleNames = ['sample-stable', 'sample-beta', 'verifier-stable'] as const;

export async function openWorldRepository(
  t: Ending,
  folder: string,
  { root, policy, policyBytes }: Parties,
  log: WorldLog,
  blobs: Store,
  clock: Clock,
): Promise<WorldRepository> {
  const site = join(folder, 'public');
  for (const name of ['evidence', 'publication', 'blob']) mkdirSync(join(site, name), { recursive: true });
  const repository = openRepository(site);
  const write = (path: string, bytes: Uint8Array): void => writeFileSync(join(site, path), bytes);
  const now = (): number => Math.floor(clock.now() / 1000);
  const staged: WorldRelease[] = [];
  const versions = { snapshot: 0, timestamp: 0, seq: 0 };
  const roles = new Map<string, { readonly version: number; readonly targets: string }>();
  let last: { readonly index: number; readonly snapshot: string; readonly roles: Record<string, string> } = {
    index: -1,
    snapshot: '',
    roles: {},
  };

  const sign = async (draft: Uint8Array, holders: readonly RootSigner[]): Promise<Uint8Array> =>
    assemble(draft, await Promise.all(holders.map(({ signer }) => signDraft(draft, signer))));
  const cosigners = [tufHolder('role'), ...supervisors.map((operator) => tufHolder('cosigner', operator))];

  await repository.writeRoot(root);
  write('root.json', root);
  write('policy.json', policyBytes);
  const policyTarget = await repository.stageTarget('policy.json', policyBytes);
  const top = draftTargets({
    version: 1,
    expires: now() + 365 * day,
    targets: { 'policy.json': { length: policyTarget.length, sha256: policyTarget.sha256 } },
    delegations: roleNames.map((name) => ({
      name,
      threshold: 2,
      holders: cosigners.map(({ signer, operator }) => ({ publicKey: signer.publicKey, operator })),
      terminating: true,
      paths: [`${name.replace('-', '/')}/*/*`],
    })),
  });
  const targets = await repository.writeRole('targets', await sign(top, rootKeys));

  const gate = openGate(serveStatic(site));
  const server = await listen(gate.handler, { port: 0, graceMs: 100 });
  t.after(() => server.close());

  async function writeEvidence(one: WorldRelease): Promise<void> {
    const about = new Set([one.at.source.id, one.at.order.id]);
    const chosen = log.statements.filter(({ envelope }) => {
      const statement = statementOf(envelope);
      const predicate = statement.predicate as JsonObject;
      const definition = predicate['buildDefinition'] as JsonObject | undefined;
      const named = (definition?.['externalParameters'] as JsonObject | undefined)?.['order'];
      return (
        about.has(statementIdOf(envelope)) ||
        predicate['order'] === one.orderId ||
        named === one.orderId ||
        subjectOf(statement, 'order') === one.orderId ||
        (statement.predicateType === withdrawal.predicateType &&
          subjectOf(statement, 'artifact') === one.artifact.sha256)
      );
    });
    const { sha256, size } = one.artifact;
    const file = formatEvidence({
      artifact: { sha256, size },
      checkpoint: await log.checkpoint(),
      outputs: { outputs: one.outputs },
      statements: await Promise.all(chosen.map(({ index }) => log.prove(index))),
    });
    write(`evidence/${sha256}.json`, file);
  }

  async function announce(snapshot: string): Promise<typeof last> {
    const envelope = await signStatement(
      publication,
      [{ name: 'snapshot', digest: { sha256: snapshot } }],
      {
        seq: ++versions.seq,
        previous: last.index < 0 ? null : last.index,
        root: { version: 1, sha256: policy.root.sha256 },
        snapshot: versions.snapshot,
        roles: last.roles,
        asOf: log.statements.length,
        active: await activeNegatives(log.statements, policy),
        issuedAt: formatTime(now()),
      },
      signerOf('publisher'),
    );
    const [at] = await log.append(envelope);
    if (at === undefined) throw new Error('nothing was logged');
    const checkpoint = await log.checkpoint();
    const file = formatPublicationFile({ checkpoint, statement: await log.prove(at.index) });
    write(`publication/${snapshot}.json`, file);
    last = { ...last, index: at.index, snapshot };
    return last;
  }

  /** By role: what it lists. */
  function listed(): ReadonlyMap<string, Record<string, PlannedTarget>> {
    const taken = new Set(
      log.statements
        .map(({ envelope }) => statementOf(envelope))
        .filter(({ predicateType }) => predicateType === withdrawal.predicateType)
        .map((statement) => subjectOf(statement, 'artifact')),
    );
    const found = new Map<string, Record<string, PlannedTarget>>();
    for (const { product, channel, platform, artifact, sequence, version } of staged) {
      if (taken.has(artifact.sha256)) continue;
      const of = found.get(`${product}-${channel}`) ?? {};
      of[`${product}/${channel}/${platform}/${artifact.path}`] = {
        length: artifact.size,
        sha256: artifact.sha256,
        custom: { vitrine: { sequence, version } },
      };
      found.set(`${product}-${channel}`, of);
    }
    return found;
  }

  async function publish(): Promise<typeof last> {
    const metas: Record<string, typeof targets> = { targets };
    for (const [name, planned] of listed()) {
      const before = roles.get(name);
      const text = JSON.stringify(planned);
      const version = before?.targets === text ? before.version : (before?.version ?? 0) + 1;
      roles.set(name, { version, targets: text });
      const draft = draftRole({ version, expires: now() + 180 * day, targets: planned });
      metas[name] = await repository.writeRole(name, await sign(draft, cosigners));
    }
    const snapshot = await repository.writeSnapshot(
      await sign(draftSnapshot({ version: ++versions.snapshot, expires: now() + 14 * day, roles: metas }), [
        tufHolder('snapshot'),
      ]),
    );
    last = {
      ...last,
      roles: Object.fromEntries(Object.entries(metas).map(([name, meta]) => [name, meta.sha256])),
    };
    await announce(snapshot.sha256);
    const timestamp = draftTimestamp({
      version: ++versions.timestamp,
      expires: now() + 2 * day,
      snapshot,
    });
    await repository.commitTimestamp(await sign(timestamp, [tufHolder('timestamp')]));
    return last;
  }

  return {
    folder: site,
    url: server.url,
    gate,
    writeEvidence,
    async stage(one) {
      const { product, channel, platform, artifact } = one;
      await repository.stageTarget(`${product}/${channel}/${platform}/${artifact.path}`, artifact.bytes);
      for (const digest of await blobs.list())
        write(`blob/${digest}`, await blobs.get(digest, { maxBytes: 1 << 26 }));
      await writeEvidence(one);
      staged.push(one);
    },
    publish,
    heartbeat: () => announce(last.snapshot),
  };
}
