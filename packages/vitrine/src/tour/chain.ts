// Chapter one, the chain: this repository's own verifier, from its source at HEAD to an offline verdict.

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  formatEnvelope,
  loadPolicy,
  parseJson,
  schema,
  type Envelope,
  type TrustPolicy,
} from '@vitrine/evidence';
import {
  chooseSandbox,
  openMaterialCache,
  produce,
  sourceGate,
  type Produced,
  type ProductionStep,
  type Sandbox,
} from '@vitrine/conveyor';
import {
  fetchBytes,
  listen,
  makeDurableDirectory,
  sha256,
  verifySignature,
  writeDurable,
  type Listener,
  type Store,
} from '@vitrine/host';
import { httpAppender } from '../append.ts';
import { fail } from '../codes.ts';
import { openStores } from '../commands/build.ts';
import { openPolicyLog } from '../log-access.ts';
import { siteHandler } from '../site.ts';
import { builderId, makeCast, type Cast } from './cast.ts';
import { judge, judgeWith, requireAccepted, type Files } from './judge.ts';
import type { Service } from './processes.ts';
import { watchForOrder } from './rebuilder.ts';
import {
  publish,
  releaseOutputs,
  signPublication,
  writeEvidence,
  writePublication,
  type Publisher,
} from './release.ts';
import { startServices } from './services.ts';
import type { Stage } from './stage.ts';

export interface Folders {
  readonly data: string;
  readonly keys: string;
  readonly log: string;
  readonly logs: string;
  readonly vendor: string;
  readonly rebuilder: string;
  readonly home: string;
  /** Served: the released files, evidence/, publication/, policy and root. */
  readonly public: string;
}

/** What stands when the chain is closed; the attacks start from here. */
export interface Chain extends Publisher {
  readonly folders: Folders;
  readonly log: { readonly url: string; readonly service: Service };
  readonly siteUrl: string;
  readonly stores: { readonly source: Store; readonly blobs: Store };
  readonly sandbox: Sandbox;
  readonly produced: Produced;
  /** What `vitrine verify` needs to accept the built verifier.mjs, now. */
  readonly files: Required<Files>;
  /** The publication before the last one. */
  readonly olderPublication: string;
  close(): Promise<void>;
}

type Running = Omit<Chain, 'produced' | 'files' | 'olderPublication' | 'close'>;

/** Builds HEAD of the git repository in `repository`; everything it writes is below `data`. */
export async function runChain(stage: Stage, repository: string, data: string): Promise<Chain> {
  const started: (() => Promise<unknown>)[] = [];
  const close = async (): Promise<void> => {
    for (const stop of started.splice(0).reverse()) await stop();
  };
  try {
    const running = await setUp(stage, data, (stop) => started.push(stop));
    const produced = await buildAndRebuild(stage, running, repository);
    const { files, index } = await releaseAndJudge(stage, running, produced);
    const older = await killAndRecover(stage, running, produced, files, index);
    return { ...running, produced, files, olderPublication: older, close };
  } catch (error) {
    await close();
    throw error;
  }
}

async function setUp(
  stage: Stage,
  data: string,
  onStart: (stop: () => Promise<unknown>) => void,
): Promise<Running> {
  const folders = await makeFolders(data);
  const { cast, policy } = await stage.step(
    'policy',
    'nobody reaches the root threshold alone; each quorum of witnesses holds a supervisor',
    () => signPolicy(folders),
  );
  const stores = await openStores(folders.vendor);
  const gate = sourceGate({ policy: () => policy, hosts: () => [new URL(site.url).host] });
  const site: Listener = await listen(siteHandler({ ...stores, gate, files: folders.public }), {
    host: '127.0.0.1',
    port: 0,
  });
  onStart(() => site.close());
  const log = await stage.step(
    'processes',
    'log and witnesses are processes of their own, each with its own keys and folder',
    async () => {
      const services = await startServices(cast, policy, folders, (service) => onStart(() => service.stop()));
      return [
        services.log,
        `log at ${services.log.url} and ${services.all.length - 1} witnesses; vendor at ${site.url}`,
      ];
    },
  );
  const { sandbox } = await chooseSandbox(process.env['VITRINE_SANDBOX']);
  return {
    folders,
    cast,
    policy,
    log,
    logUrl: log.url,
    siteUrl: site.url,
    folder: folders.public,
    appender: httpAppender(log.url),
    stores,
    sandbox,
  };
}

async function makeFolders(data: string): Promise<Folders> {
  const at = (name: string): string => join(data, name);
  const folders: Folders = {
    data,
    keys: at('keys'),
    log: at('log'),
    logs: at('logs'),
    vendor: at('vendor'),
    rebuilder: at('rebuilder'),
    home: at('home'),
    public: at('public'),
  };
  const { data: top, keys, logs, vendor, rebuilder, home, public: served } = folders; // The log's is made by its init.
  for (const folder of [top, keys, logs, vendor, rebuilder, home, served]) await makeDurableDirectory(folder);
  for (const name of ['evidence', 'publication']) await makeDurableDirectory(join(folders.public, name));
  return folders;
}

async function signPolicy(folders: Folders): Promise<readonly [{ cast: Cast; policy: TrustPolicy }, string]> {
  const cast = await makeCast(folders.keys);
  const [document, root] = await Promise.all([readFile(cast.policyFile), readFile(cast.rootFile)]);
  const policy = await loadPolicy(document, root, verifySignature, sha256);
  await writeDurable(join(folders.public, 'policy.json'), document, {});
  await writeDurable(join(folders.public, 'root.json'), root, {});
  const { keys, threshold } = policy.root;
  return [
    { cast, policy },
    `root of ${keys.length} keys held by ${new Set(keys.map(({ operator }) => operator)).size} operators, threshold ${threshold}`,
  ];
}

const proves: Readonly<Record<ProductionStep, string>> = {
  source: 'what is built is named by the digest of every file before anything runs',
  materials: 'everything else the build may read, fetched by digest while nothing is executed',
  order: 'builder and rebuilders start from one signed order and nothing else',
  build: 'no network, fixed clock, path and locale; outputs hashed before anything else runs',
  provenance: 'the builder says which order gave which bytes, once the rebuilder has committed to its own',
};

/** The vendor builds; as soon as its order is in the log, the rebuilder starts from that alone. */
async function buildAndRebuild(stage: Stage, running: Running, repository: string): Promise<Produced> {
  const { cast, stores, sandbox, folders } = running;
  const rebuilder = watchForOrder(running, folders.rebuilder);
  const times: { readonly step: ProductionStep; readonly ms: number }[] = [];
  const produced = await produce({
    repository,
    revision: 'HEAD',
    recipePath: 'products/verifier/conveyor.toml',
    signers: { source: cast.signer('source'), order: cast.signer('order'), builder: cast.signer('builder') },
    builderId,
    log: rebuilder.appender,
    source: stores.source,
    materials: openMaterialCache(stores.blobs, join(folders.vendor, 'materials')),
    sandbox,
    onStep: (step, ms) => times.push({ step, ms }),
  });
  for (const { step, ms } of times) stage.record(step, proves[step], ms, detailOf(step, produced));
  const { ms, result, blind } = await rebuilder.finished;
  if (result !== 'reproduced')
    throw fail('tour.step', `the rebuild of ${produced.statements.order.id} ended with "${result}"`);
  stage.record(
    'rebuild',
    'another process with its own folder, stores and key got the same bytes from the log’s entry alone',
    ms,
    `reproduced${blind ? ', its digest logged before it could see the vendor’s' : ''}`,
  );
  return produced;
}

function detailOf(step: ProductionStep, { tree, materials, statements, result }: Produced): string {
  switch (step) {
    case 'source':
      return `tree ${tree.digest.slice(0, 16)}… of ${tree.listing.files.length} files at commit ${tree.commit.oid.slice(0, 12)}`;
    case 'materials':
      return `${materials.length} packages, ${materials.filter(({ opaque }) => opaque).length} of them opaque`;
    case 'order':
      return `${statements.order.id.slice(0, 16)}…, entry ${statements.order.index}`;
    case 'build':
      return `${result.manifest.outputs.map(({ path }) => path).join(' and ')}, isolation ${result.isolation}`;
    case 'provenance':
      return `outputs ${result.digest.slice(0, 16)}…, entry ${statements.provenance.index}`;
  }
}

/** Answers what `vitrine verify` needs, and the index of the first publication. */
async function releaseAndJudge(
  stage: Stage,
  running: Running,
  produced: Produced,
): Promise<{ readonly files: Required<Files>; readonly index: number }> {
  const { outputs } = produced.result.manifest;
  await stage.step(
    'release',
    'the vendor says what each file is: product, channel, platform, sequence',
    async () => {
      await releaseOutputs(running, produced, running.stores.blobs);
      return [undefined, `${outputs.map(({ path }) => path).join(' and ')}: stable, sequence 1`];
    },
  );
  const announced = await stage.step(
    'evidence',
    'everything claimed about a file, proven against one checkpoint that both witnesses cosigned',
    async () => {
      const { file, index } = await publish(running, outputs, 1, null);
      await writeEvidence(running, produced);
      const artifact = outputs.find(({ path }) => path === 'verifier.mjs');
      if (artifact === undefined) throw fail('tour.step', 'the build gave no verifier.mjs');
      const evidence = join(running.folder, 'evidence', `${artifact.sha256}.json`);
      const files: Required<Files> = {
        artifact: join(running.folder, artifact.path),
        evidence,
        publication: file,
        policy: running.cast.policyFile,
        root: running.cast.rootFile,
        state: join(running.folders.data, 'state.json'),
        log: running.logUrl,
      };
      return [{ files, index }, `${(await readFile(evidence)).length} bytes of evidence, publication 1`];
    },
  );
  const { files } = announced;
  await stage.step(
    'verdict',
    'accepted offline: by the command, and by the very file that was built',
    async () => {
      const own = await judge(files, running.folders.home);
      requireAccepted(own, 'vitrine verify');
      const { artifact, evidence, publication, policy, root } = files;
      const built = await judgeWith(
        artifact,
        { artifact, evidence, publication, policy, root },
        running.folders.home,
      );
      requireAccepted(built, 'the built verifier');
      return [undefined, `vitrine verify: ${own.detail}; verifier.mjs: ${built.detail}`];
    },
  );
  return announced;
}

/** A heartbeat (D3) is acknowledged, the log is killed at once, and started again. Answers the older publication. */
async function killAndRecover(
  stage: Stage,
  running: Running,
  produced: Produced,
  files: Required<Files>,
  previous: number,
): Promise<string> {
  const older = join(running.folders.data, 'publication-1.json');
  await writeDurable(older, await readFile(files.publication), {});
  return stage.step(
    'kill -9',
    'what the log acknowledged is there after a crash, once and in its place',
    async () => {
      const { envelope, snapshot } = await signPublication(
        running,
        produced.result.manifest.outputs,
        2,
        previous,
      );
      const acknowledged = await addUnpublished(running.logUrl, envelope);
      await running.log.service.kill9();
      await running.log.service.start();
      const { index } = await running.appender.append(envelope);
      if (index !== acknowledged)
        throw fail('tour.step', `entry ${acknowledged} was acknowledged and is ${index} after the crash`);
      const reader = await openPolicyLog(running.logUrl, running.policy);
      const entry = await reader.entry(index);
      if (!Buffer.from(entry).equals(formatEnvelope(envelope)))
        throw fail('tour.step', `entry ${index} has other bytes after the crash`);
      await writePublication(running, index, snapshot);
      await writeEvidence(running, produced); // Against the same checkpoint: one history, visibly.
      const judged = await judge(files, running.folders.home);
      requireAccepted(judged, 'vitrine verify after the crash');
      return [older, `entry ${index} survived; size ${reader.head().checkpoint.size}; ${judged.detail}`];
    },
  );
}

/** Acknowledged as durable (202), not yet covered by any checkpoint. */
async function addUnpublished(logUrl: string, envelope: Envelope): Promise<number> {
  const { bytes } = await fetchBytes(`${logUrl}/add`, {
    method: 'POST',
    body: formatEnvelope(envelope),
    maxBytes: 65_536,
    timeoutMs: 10_000,
    expectStatus: 202,
  });
  return schema.object({ index: schema.integer(0) }, {}, { open: true }).check(parseJson(bytes)).index;
}
