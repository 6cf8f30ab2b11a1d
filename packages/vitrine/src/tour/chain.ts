// The chain, closed at both ends: this repository at HEAD becomes two products that are built, logged,
// rebuilt by two supervisors, co-signed and published; an endpoint installs the agent after checking
// everything offline, and the verifier judges what it is given in Node and in a browser tab.

import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { join } from 'node:path';
import { fields, schema, type TrustPolicy } from '@vitrine/evidence';
import {
  chooseSandbox,
  hostPlatform,
  openMaterialCache,
  type Produced,
  type Sandbox,
} from '@vitrine/conveyor';
import { type Store } from '@vitrine/host';
import { openStores } from '../commands/build.ts';
import { Endpoint } from './agent.ts';
import { makeCast, products, type Cast, type ProductName } from './cast.ts';
import { fail } from '../codes.ts';
import { killAndRecover } from './crash.ts';
import { judge, judgeWith, requireAccepted, type Files } from './judge.ts';
import { produceOn, requireReproduced } from './production.ts';
import { publicationFile, releaseOf, targetFile } from './release.ts';
import { secondNode } from './second-node.ts';
import { startServices, type Services } from './services.ts';
import type { Stage } from './stage.ts';

/** What stands when the chain is closed; the attacks start from here. */
/** Everything but what is expected. */
export type JudgedFiles = Required<Omit<Files, 'product'>>;

export interface Chain {
  readonly cast: Cast;
  readonly policy: TrustPolicy;
  readonly services: Services;
  readonly sandbox: Sandbox;
  readonly stores: { readonly source: Store; readonly blobs: Store };
  readonly produced: Readonly<Record<ProductName, Produced>>;
  /** The platform under which the releases are listed. */
  readonly platform: string;
  /** What `vitrine verify` needs to accept the built verifier.mjs, now. */
  readonly files: JudgedFiles;
  /** The timestamp file before the last release. */
  readonly olderTimestamp: Uint8Array;
  /** The publication before the last one, of the same snapshot. */
  readonly olderPublication: string;
  /** It runs what was built. */
  readonly endpoint: Endpoint;
  close(): Promise<void>;
}

const agentSource = fileURLToPath(new URL('../../../../products/agent/src/main.ts', import.meta.url));

/** Builds HEAD of the git repository in `repository`; everything it writes is below `data`. */
export async function runChain(stage: Stage, repository: string, data: string): Promise<Chain> {
  const started: (() => Promise<unknown>)[] = [];
  const close = async (): Promise<void> => {
    for (const stop of started.splice(0).reverse()) await stop();
  };
  try {
    const cast = await beginWithParties(stage, data);
    const stores = await openStores(cast.vendor.store);
    const { sandbox } = await chooseSandbox(process.env['VITRINE_SANDBOX']);
    const services = await runEveryone(stage, cast, stores, sandbox, (stop) => started.push(stop));
    const plant = { cast, logUrl: services.urls.log, sandbox };
    const made: Partial<Record<ProductName, Produced>> = {};
    for (const product of products) {
      made[product] = await produceOn(stage, plant, repository, product);
      await requireReproduced(stage, services, product, made[product]);
    }
    const produced = made as Record<ProductName, Produced>;
    await publishAgent(stage, cast, produced.agent);
    const platform = hostPlatform().name;
    const endpoint = await installOn(stage, cast, services, platform);
    const olderTimestamp = await readFile(join(cast.vendor.public, 'metadata/timestamp.json'));
    const olderPublication = await killAndRecover(stage, cast, services, produced.verifier);
    const files = await judgeVerifier(stage, cast, services, produced.verifier);
    const { policy } = cast;
    return {
      cast,
      policy,
      services,
      sandbox,
      stores,
      produced,
      platform,
      files,
      olderTimestamp,
      olderPublication,
      endpoint,
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

function beginWithParties(stage: Stage, data: string): Promise<Cast> {
  return stage.step(
    'parties',
    'nobody reaches the root threshold alone; each quorum of witnesses holds a supervisor',
    async () => {
      const cast = await makeCast(data);
      const { keys, threshold } = cast.policy.root;
      const holders = new Set(keys.map(({ operator }) => operator)).size;
      return [
        cast,
        `root of ${keys.length} keys held by ${holders} operators, ${threshold} must sign: signed in a ceremony`,
      ];
    },
  );
}

function runEveryone(
  stage: Stage,
  cast: Cast,
  stores: { readonly blobs: Store },
  sandbox: Sandbox,
  onStart: (stop: () => Promise<unknown>) => void,
): Promise<Services> {
  return stage.step(
    'processes',
    'log, witnesses, repository and supervisors are processes of their own, each with its own keys and folder',
    async () => {
      const cache = openMaterialCache(stores.blobs, join(cast.vendor.store, 'materials'));
      const second = await secondNode(cache, join(cast.folders.data, 'second-node'));
      const services = await startServices(cast, { sandbox, secondNode: second }, (service) =>
        onStart(() => service.stop()),
      );
      const { log, repository } = services.urls;
      return [services, `log at ${log}, repository at ${repository}, 2 witnesses, 2 supervisors`];
    },
  );
}

function publishAgent(stage: Stage, { vendor, folders }: Cast, produced: Produced): Promise<void> {
  return stage.step(
    'publish',
    'both supervisors signed the very bytes that list the agent; announced in the log before anyone can fetch it',
    async () => {
      const { sequence, publication } = await releaseOf(vendor.folder, produced, folders.home);
      return [undefined, `agent ${produced.order.version}, sequence ${sequence}, publication ${publication}`];
    },
  );
}

/** From the agent's own source to the agent that was built: from then on it keeps itself up to date. */
async function installOn(stage: Stage, cast: Cast, { urls }: Services, platform: string): Promise<Endpoint> {
  const { home, data } = cast.folders;
  const first = new Endpoint(agentSource, join(data, 'endpoint'), home);
  await stage.step(
    'enrol',
    'the endpoint pins root and policy, and from then on believes nothing that they do not prove',
    async () => {
      const { exit, code, detail } = await first.enrol(cast, { ...urls, platform });
      if (exit !== 0) throw fail('tour.step', `the agent could not enrol: ${code}, ${detail}`);
      return [undefined, `policy ${cast.policy.digest.slice(0, 16)}…`];
    },
  );
  return stage.step(
    'update',
    'metadata, publication, evidence and rebuilds checked offline, then downloaded, tried, put in place',
    async () => {
      await first.must(['update']);
      const installed = first.with(first.installed());
      // The one that was installed looks for the next, and says what it is.
      await installed.must(['update']);
      const { running } = statusDocument.check(await installed.must(['status']));
      return [
        installed,
        `version ${running.version}, sequence ${running.sequence}, ${running.sha256.slice(0, 16)}…: installed, started, and up to date by its own judgement`,
      ];
    },
  );
}

const statusDocument = schema.object(
  {
    running: schema.object(
      { version: fields.version, sequence: schema.integer(1), sha256: fields.sha256Hex },
      {},
      { open: true },
    ),
  },
  {},
  { open: true },
);

/** Offline: by the command, and by the very file that was built. */
async function judgeVerifier(
  stage: Stage,
  cast: Cast,
  { urls }: Services,
  { result }: Produced,
): Promise<JudgedFiles> {
  const artifact = result.manifest.outputs.find(({ path }) => path === 'verifier.mjs');
  if (artifact === undefined) throw fail('tour.step', 'the build gave no verifier.mjs');
  const { vendor, policyFile, rootFile, folders } = cast;
  const files: JudgedFiles = {
    artifact: targetFile(vendor.public, 'verifier', artifact),
    evidence: join(vendor.public, 'evidence', `${artifact.sha256}.json`),
    publication: await publicationFile(vendor.public),
    policy: policyFile,
    root: rootFile,
    state: join(folders.data, 'state.json'),
    log: urls.log,
  };
  await stage.step(
    'verdict',
    'accepted offline: by the command, and by the very file that was built',
    async () => {
      const own = await judge(files, folders.home);
      requireAccepted(own, 'vitrine verify');
      const { state: _state, log: _log, ...offline } = files;
      const built = await judgeWith(files.artifact, offline, folders.home);
      requireAccepted(built, 'the built verifier');
      return [undefined, `vitrine verify: ${own.detail}; verifier.mjs: ${built.detail}`];
    },
  );
  return files;
}
