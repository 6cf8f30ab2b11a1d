// A whole world in one process: a log with two witnesses, a vendor that builds a tiny product and serves
// it, and as many supervisors as a test opens. Everything speaks over HTTP; every signature is real.

import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import {
  expectKind,
  formatEnvelope,
  formatTime,
  formatVkey,
  loadPolicy,
  noteSigner,
  noteTypes,
  order as orderKind,
  provenance as provenanceKind,
  publication as publicationKind,
  release as releaseKind,
  signPolicy,
  signStatement,
  statementIdOf,
  statementKeyOf,
  statementOf,
  withdrawal as withdrawalKind,
  type Envelope,
  type JsonObject,
  type Negative,
  type NoteSigner,
  type Publication,
  type Role,
  type RootSigner,
  type StatementKey,
  type TrustPolicy,
  type TrustPolicyDocument,
} from '@vitrine/evidence';
import {
  activeIn,
  chooseSandbox,
  httpObjects,
  openMaterialCache,
  produce,
  type MaterialCache,
  type Produced,
} from '@vitrine/conveyor';
import { listen, openStore, serveStatic, sha256Hex, type Handler, type Store } from '@vitrine/host';
import { headRulesOf, initLog, logHandler, openLog, openLogWriter, type LogWriter } from '@vitrine/log';
import { makeAdmissionList } from '@vitrine/log/admission';
import { initWitness, openWitness, witnessHandler } from '@vitrine/log/witness';
import {
  httpRepository,
  httpSubmit,
  openSupervisor,
  type Supervisor,
  type SupervisorOptions,
  type Trust,
} from '@vitrine/supervisor';
import {
  assemble,
  draftRole,
  draftRoot,
  draftSnapshot,
  draftTargets,
  draftTimestamp,
  openRepository,
  signDraft,
  type PlannedTarget,
  type Repository,
} from '@vitrine/tuf/repository';
import { temporaryDirectory, testSigner } from '@vitrine/testkit';

export const origin = 'log.example/vitrine';
const builderId = 'https://vendor.example/conveyor';
export const operators = ['supervisor-a', 'supervisor-b'] as const;
export type SupervisorName = (typeof operators)[number];

const day = 86_400;
export const held = (operator: string, name: string): RootSigner => ({
  operator,
  signer: testSigner(`${operator} ${name}`),
});
const holderOf = ({
  signer: { publicKey },
  operator,
}: RootSigner): { publicKey: Uint8Array; operator: string } => ({
  publicKey,
  operator,
});
export const rootHolders: readonly RootSigner[] = ['vendor', 'vendor', 'vendor', ...operators, 'trustee'].map(
  (operator, i) => held(operator, `root ${i}`),
);
export const vendorRole: RootSigner = held('vendor', 'tuf role');
export const cosignerOf = (operator: SupervisorName): RootSigner => held(operator, 'cosigner');

export const rebuilderOf = (operator: SupervisorName): RootSigner => held(operator, 'rebuilder');
export const supervisorKeyOf = (operator: SupervisorName): RootSigner => held(operator, 'supervisor');

const statementSigners: readonly (RootSigner & { readonly role: Role })[] = [
  ...(['source', 'order', 'builder', 'releaser', 'publisher'] as const).map((role) => ({
    ...held('vendor', role),
    role,
  })),
  ...operators.flatMap((operator) => [
    { ...rebuilderOf(operator), role: 'rebuilder' as const },
    { ...supervisorKeyOf(operator), role: 'supervisor' as const },
  ]),
];

function signerFor(role: Role): RootSigner['signer'] {
  return testSigner(`vendor ${role}`);
}

/** Signs with these holders and joins what they made. */
export async function sign(draft: Uint8Array, holders: readonly RootSigner[]): Promise<Uint8Array> {
  return assemble(draft, await Promise.all(holders.map(({ signer }) => signDraft(draft, signer))));
}

/** A clock that runs, and can be moved on. */
export class MovableClock {
  #offset = 0;
  now(): number {
    return Date.now() + this.#offset;
  }
  advance(milliseconds: number): void {
    this.#offset += milliseconds;
  }
}

/** A root signed by its own holders and, where others are given, by those of the version before. */
export function rootFile(
  version: number,
  holders: readonly RootSigner[],
  also: readonly RootSigner[] = [],
): Promise<Uint8Array> {
  const draft = draftRoot({
    version,
    expires: '2036-01-01T00:00:00Z',
    threshold: 5,
    vendor: 'vendor',
    keys: holders.map(holderOf),
    snapshot: [holderOf(held('vendor', 'snapshot'))],
    timestamp: [holderOf(held('vendor', 'timestamp'))],
  });
  return sign(draft, [...new Set([...holders, ...also])]);
}

export interface Running {
  readonly supervisor: Supervisor;
  readonly url: string;
  readonly folder: string;
  readonly clock: MovableClock;
  stop(): Promise<void>;
}

export interface Target {
  readonly path: string;
  readonly planned: PlannedTarget;
}

export interface World {
  readonly folder: string;
  readonly policy: TrustPolicy;
  readonly policyBytes: Uint8Array;
  policyWith(
    change: (document: TrustPolicyDocument) => TrustPolicyDocument,
  ): Promise<Trust & { readonly bytes: Uint8Array }>;
  readonly root: Uint8Array;
  readonly log: LogWriter;
  readonly logUrl: string;
  readonly siteUrl: string;
  readonly stores: { readonly source: Store; readonly materials: MaterialCache };
  readonly repository: Repository;
  /** Digests that the vendor's server does not give. */
  readonly withheld: Set<string>;
  append(envelope: Envelope): Promise<{ readonly index: number }>;
  options(name: SupervisorName, folder?: string): SupervisorOptions;
  open(t: TestContext, name: SupervisorName, change?: Partial<SupervisorOptions>): Promise<Running>;
}

/** `raw`: the log takes anything from anybody. */
export async function makeWorld(
  t: TestContext,
  { raw = false }: { readonly raw?: boolean } = {},
): Promise<World> {
  const folder = temporaryDirectory(t);
  const logSigner = noteSigner(origin, noteTypes.log, testSigner('log'));
  const witnessSigners = operators.map((operator) =>
    noteSigner(`${operator}.example/witness`, noteTypes.cosignature, testSigner(`${operator} witness`)),
  );
  const root = await rootFile(1, rootHolders);
  const document = policyDocument(logSigner, witnessSigners);
  const policyWith: World['policyWith'] = async (change) => {
    const bytes = await signPolicy(
      change(document),
      rootHolders.map(({ signer }) => signer),
    );
    return { bytes, root, policy: await loadPolicy(bytes, root) };
  };
  const { bytes: policyBytes, policy } = await policyWith((same) => same);
  const { log, url: logUrl } = await startLog(t, folder, logSigner, witnessSigners, raw);

  const blobs = openStore(join(folder, 'vendor/blobs'));
  const source = openStore(join(folder, 'vendor/source'));
  const stores = { source, materials: openMaterialCache(blobs, join(folder, 'vendor/integrity')) };
  const withheld = new Set<string>();
  const publicFolder = join(folder, 'vendor/public');
  mkdirSync(publicFolder, { recursive: true });
  const siteUrl = await serve(t, site(publicFolder, { blob: blobs, source }, withheld));
  const repository = openRepository(publicFolder);
  await repository.writeRoot(root);
  await repository.writeRole('targets', await targetsFile());

  const options: World['options'] = (name, own = join(folder, name)) => ({
    folder: own,
    operator: name,
    accepted: () => Promise.resolve({ policy, root }),
    signers: {
      rebuilder: rebuilderOf(name).signer,
      supervisor: supervisorKeyOf(name).signer,
      cosigner: cosignerOf(name).signer,
    },
    log: logUrl,
    submit: httpSubmit(logUrl),
    objects: httpObjects(siteUrl),
    repository: httpRepository(siteUrl),
    sandbox,
    pollMs: 20,
    peerMs: 50,
    rate: { perSecond: 1_000, burst: 1_000 },
    host: { node: process.version, user: 'test', directory: own },
  });

  return {
    folder,
    policy,
    policyBytes,
    policyWith,
    root,
    log,
    logUrl,
    siteUrl,
    stores,
    repository,
    withheld,
    async append(envelope) {
      const { index } = await log.append(formatEnvelope(envelope));
      await log.wait(index);
      return { index };
    },
    options,
    async open(context, name, change = {}) {
      const clock = new MovableClock();
      const own = change.folder ?? join(folder, name);
      mkdirSync(own, { recursive: true });
      const supervisor = await openSupervisor({ ...options(name, own), clock, ...change });
      const server = await listen(supervisor.handler, { port: 0, graceMs: 100 });
      const stop = async (): Promise<void> => {
        await server.close();
        await supervisor.close();
      };
      context.after(stop);
      return { supervisor, url: server.url, folder: own, clock, stop };
    },
  };
}

const { sandbox } = await chooseSandbox('none');

function policyDocument(logSigner: NoteSigner, witnesses: readonly NoteSigner[]): TrustPolicyDocument {
  const from = { origin, index: 0 };
  const byVkey = (a: { vkey: string }, b: { vkey: string }): number => (a.vkey < b.vkey ? -1 : 1);
  const keys = statementSigners.map(({ signer, operator, role }): StatementKey => ({
    ...statementKeyOf(signer),
    operator,
    role,
    from,
    ...(role === 'builder' ? { builder: builderId } : {}),
  }));
  return {
    version: 1,
    operators: [
      { id: 'supervisor-a', name: 'First Supervisor', jurisdiction: 'CH', part: 'supervisor' },
      { id: 'supervisor-b', name: 'Second Supervisor', jurisdiction: 'DE', part: 'supervisor' },
      { id: 'trustee', name: 'Trustee of the Customers', jurisdiction: 'FR', part: 'independent' },
      { id: 'vendor', name: 'Example Vendor', jurisdiction: 'CH', part: 'vendor' },
    ],
    log: { origin, keys: [{ vkey: formatVkey(logSigner.key), operator: 'vendor', from }], frozen: [] },
    witnesses: {
      quorum: 2,
      faulty: 1,
      keys: witnesses
        .map(({ key }, i) => ({ vkey: formatVkey(key), operator: operators[i] ?? '', from }))
        .sort(byVkey),
    },
    keys: keys.sort((a, b) => (a.keyid < b.keyid ? -1 : 1)),
    rebuilds: { threshold: 1, blind: true },
    freshness: { maxAge: 86_400, offlineMaxAge: 2_592_000 },
    resolutionDeadline: 604_800,
  };
}

async function startLog(
  t: TestContext,
  folder: string,
  signer: NoteSigner,
  witnesses: readonly NoteSigner[],
  raw: boolean,
): Promise<{ readonly log: LogWriter; readonly url: string }> {
  const endpoints = await Promise.all(
    witnesses.map(async (witness, i) => {
      const dir = join(folder, `witness-${i}`);
      mkdirSync(dir);
      await initWitness(dir, { vkeys: [formatVkey(witness.key)] });
      const running = openWitness({
        dir,
        signers: [witness],
        logs: [{ origin, keys: [signer.key] }],
        rate: { perSecond: 1e6, burst: 1e6 },
      });
      const url = await serve(t, witnessHandler(running), () => running.close());
      return { url, key: witness.key, operator: operators[i] ?? '' };
    }),
  );
  const dir = join(folder, 'log');
  mkdirSync(dir);
  await initLog(dir, { origin, vkeys: [formatVkey(signer.key)], mode: raw ? 'raw' : 'admission' });
  const kinds: Readonly<Record<string, readonly string[]>> = {
    source: ['source'],
    order: ['order'],
    builder: ['provenance'],
    releaser: ['release', 'withdrawal'],
    publisher: ['publication'],
    rebuilder: ['rebuild'],
    supervisor: ['finding', 'resolution'],
    root: ['root'],
  };
  const admission = makeAdmissionList(
    origin,
    [...statementSigners, ...rootHolders.map((holder) => ({ ...holder, role: 'root' }))].map(
      ({ signer: { publicKey }, operator, role }) => ({ publicKey, operator, kinds: kinds[role] ?? [] }),
    ),
  );
  const log = await openLogWriter({
    dir,
    signers: [signer],
    witnesses: endpoints,
    ...(raw ? {} : { admission }),
    intervalMs: 5,
    graceMs: 50,
    guardMs: 0,
  });
  const url = await serve(t, logHandler(log), () => log.close());
  return { log, url };
}

export async function serve(
  t: TestContext,
  handler: Handler,
  close: () => Promise<void> | void = () => {},
): Promise<string> {
  const server = await listen(handler, { port: 0, graceMs: 100 });
  t.after(async () => {
    await server.close();
    await close();
  });
  return server.url;
}

/** Objects straight from the vendor's stores, everything else from its public folder. */
function site(
  folder: string,
  stores: Readonly<Record<string, Store>>,
  withheld: ReadonlySet<string>,
): Handler {
  const files = serveStatic(folder);
  return async (request, response) => {
    const [, kind = '', digest = ''] = /^\/(blob|source)\/([0-9a-f]{64})$/.exec(request.url ?? '') ?? [];
    const store = stores[kind];
    if (store === undefined) return withheld.has(request.url ?? '') ? false : files(request, response);
    if (withheld.has(digest) || !(await store.has(digest))) return false;
    response.end(await store.get(digest, { maxBytes: 1 << 26 }));
    return true;
  };
}

const tinyPaths = ['tiny/stable/*/*'];

export function targetsFile(
  version = 1,
  paths: readonly string[] = tinyPaths,
  by: readonly RootSigner[] = rootHolders,
): Promise<Uint8Array> {
  const now = Math.floor(Date.now() / 1000);
  const holders = [vendorRole, ...operators.map(cosignerOf)].map(holderOf);
  const roleOf = (name: string, own: readonly string[], keys = holders) => ({
    name,
    threshold: Math.min(2, keys.length),
    holders: keys,
    terminating: true,
    paths: own,
  });
  const draft = draftTargets({
    version,
    expires: now + 365 * day,
    targets: {},
    delegations: [
      roleOf('tiny-stable', paths),
      roleOf('other-stable', ['other/stable/*/*']),
      roleOf('tiny-deltas', ['tiny/deltas/*/*'], [holderOf(vendorRole)]),
    ],
  });
  return sign(draft, by);
}

/** A commit of the tiny product: its one output is what the script writes. */
export function commit(
  world: Pick<World, 'folder'>,
  script: string,
  version = '1.0.0',
  name = 'product',
): void {
  const folder = join(world.folder, name);
  mkdirSync(folder, { recursive: true });
  const recipe = `recipe = 1
[product]
name = "tiny"
version = "${version}"
[build]
command = ["/bin/sh", "-c", ${JSON.stringify(script)}]
outputs = ["tiny.txt"]
`;
  writeFileSync(join(folder, 'conveyor.toml'), recipe);
  writeFileSync(join(folder, 'in.txt'), `input of ${version}\n`);
  const env = {
    PATH: process.env['PATH'],
    HOME: '/nonexistent',
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_AUTHOR_NAME: 'A',
    GIT_AUTHOR_EMAIL: 'a@example.org',
    GIT_COMMITTER_NAME: 'C',
    GIT_COMMITTER_EMAIL: 'c@example.org',
  };
  for (const args of [
    ['init', '-q', '-b', 'main'],
    ['add', '-A'],
    ['commit', '-q', '-m', version],
  ])
    execFileSync('git', ['-C', folder, ...args], { env, stdio: 'ignore' });
}

export interface BuildOptions {
  /** Told the order when everything but the provenance is logged; the provenance waits for it. */
  readonly beforeProvenance?: (orderId: string) => Promise<void>;
  /** Folder of the product. */
  readonly name?: string;
  /** What is logged in place of the true provenance; undefined: nothing. */
  readonly provenance?: (honest: Envelope) => Promise<Envelope | undefined>;
}

/** Builds HEAD of the product. */
export function build(world: World, options: BuildOptions = {}): Promise<Produced> {
  let orderId = '';
  return produceWith(world, options.name ?? 'product', async (envelope) => {
    const { predicateType } = statementOf(envelope);
    if (predicateType === orderKind.predicateType) orderId = statementIdOf(envelope);
    if (predicateType !== provenanceKind.predicateType) return world.append(envelope);
    await options.beforeProvenance?.(orderId);
    const stated = options.provenance === undefined ? envelope : await options.provenance(envelope);
    return stated === undefined ? { index: -1 } : world.append(stated);
  });
}

/** An order of honest source, and a provenance that says what an altered source gave. */
export async function buildAltered(world: World, version: string): Promise<Produced> {
  commit(world, 'cat in.txt > $OUT/tiny.txt; echo implant >> $OUT/tiny.txt', version, 'altered');
  const altered = await produceWith(world, 'altered', () => Promise.resolve({ index: -1 }));
  commit(world, 'cat in.txt > $OUT/tiny.txt', version);
  const produced = await build(world, {
    provenance(honest) {
      const { predicate } = expectKind(statementOf(honest), provenanceKind);
      const subject = [{ name: 'outputs', digest: { sha256: altered.result.digest } }];
      return signStatement(provenanceKind, subject, predicate, signerFor('builder'));
    },
  });
  return { ...produced, result: altered.result };
}

function produceWith(
  world: World,
  name: string,
  append: (envelope: Envelope) => Promise<{ readonly index: number }>,
): Promise<Produced> {
  return produce({
    repository: join(world.folder, name),
    revision: 'HEAD',
    recipePath: 'conveyor.toml',
    signers: { source: signerFor('source'), order: signerFor('order'), builder: signerFor('builder') },
    builderId,
    log: { append },
    source: world.stores.source,
    materials: world.stores.materials,
    sandbox,
  });
}

export interface ReleaseChange {
  readonly channel?: string;
  readonly platform?: string;
  readonly sequence?: number;
  readonly version?: string;
  readonly order?: string;
}

/** Logs the release of the product's only output (or of another file), and answers the target for it. */
export async function release(
  world: World,
  produced: Produced,
  sequence: number,
  change: ReleaseChange = {},
  file?: { readonly path: string; readonly sha256: string; readonly size: number },
): Promise<Target> {
  const output = file ?? produced.result.manifest.outputs[0];
  if (output === undefined) throw new Error('no output');
  const stated = {
    product: 'tiny',
    channel: 'stable',
    platform: produced.order.environment.platform,
    version: produced.order.version,
    sequence,
    order: produced.statements.order.id,
    ...change,
  };
  const envelope = await signStatement(
    releaseKind,
    [{ name: 'artifact', digest: { sha256: output.sha256 } }],
    { ...stated, purl: `pkg:generic/tiny@${stated.version}`, output: output.path },
    signerFor('releaser'),
  );
  await world.append(envelope);
  const path = `tiny/${stated.channel}/${stated.platform}/${output.path}`;
  const bytes = await world.stores.materials.store.get(output.sha256, { maxBytes: 1 << 20 });
  await world.repository.stageTarget(path, bytes);
  return { path, planned: plannedOf(output, stated.sequence, stated.version) };
}

export function plannedOf(
  { sha256, size }: { readonly sha256: string; readonly size: number },
  sequence: number,
  version: string,
): PlannedTarget {
  return { sha256, length: size, custom: { vitrine: { sequence, version } } };
}

export async function withdraw(world: World, artifact: string, sequence: number): Promise<void> {
  const envelope = await signStatement(
    withdrawalKind,
    [{ name: 'artifact', digest: { sha256: artifact } }],
    {
      product: 'tiny',
      channel: 'stable',
      sequence,
      reason: 'defect',
      issuedAt: formatTime(Date.now() / 1000),
    },
    signerFor('releaser'),
  );
  await world.append(envelope);
}

/** A role as the vendor drafts it. */
export function roleDraft(
  version: number,
  targets: Readonly<Record<string, PlannedTarget>>,
  expires: number = Math.floor(Date.now() / 1000) + 30 * day,
): Uint8Array {
  return draftRole({ version, expires, targets });
}

export interface Answer {
  readonly status: number;
  readonly code: string | undefined;
  readonly body: JsonObject;
}

export async function postRole(url: string, file: Uint8Array, name?: string): Promise<Answer> {
  const query = name === undefined ? '' : `?name=${name}`;
  const response = await fetch(`${url}/role${query}`, { method: 'POST', body: Buffer.from(file) });
  const body = (await response.json()) as JsonObject & { readonly error?: { readonly code: string } };
  return { status: response.status, code: body.error?.code, body };
}

export interface PublicationChange extends Partial<Omit<Publication, 'root'>> {
  readonly digest?: string;
}

/** Writes a role that vendor and supervisor signed, a snapshot, and logs their publication; answers its index. */
export async function publish(
  world: World,
  draft: Uint8Array,
  cosigners: readonly SupervisorName[],
  seq: number,
  previous: number | null,
  change: PublicationChange = {},
): Promise<number> {
  const now = Math.floor(Date.now() / 1000);
  const role = await world.repository.writeRole(
    'tiny-stable',
    await sign(draft, [vendorRole, ...cosigners.map(cosignerOf)]),
  );
  const top = await world.repository.newest('targets');
  if (top === undefined) throw new Error('no targets');
  const targets = { version: top.signed.version, length: top.bytes.length, sha256: sha256Hex(top.bytes) };
  const snapshot = await sign(
    draftSnapshot({ version: seq, expires: now + 7 * day, roles: { targets, 'tiny-stable': role } }),
    [held('vendor', 'snapshot')],
  );
  const meta = await world.repository.writeSnapshot(snapshot);
  const index = await announce(world, {
    seq,
    previous,
    snapshot: seq,
    digest: meta.sha256,
    roles: { targets: targets.sha256, 'tiny-stable': role.sha256 },
    ...change,
  });
  const timestamp = draftTimestamp({ version: seq, expires: now + day, snapshot: meta });
  await world.repository.commitTimestamp(await sign(timestamp, [held('vendor', 'timestamp')]));
  return index;
}

/** Logs a publication as it is told, true or not. */
export async function announce(world: World, change: PublicationChange): Promise<number> {
  const { digest = sha256Hex(Buffer.from('snapshot')), ...stated } = change;
  const reader = await openLog(world.logUrl, headRulesOf(world.policy));
  const active: readonly Negative[] = stated.active ?? (await activeIn(reader, world.policy));
  const envelope = await signStatement(
    publicationKind,
    [{ name: 'snapshot', digest: { sha256: digest } }],
    {
      seq: 1,
      previous: null,
      snapshot: 1,
      roles: {},
      asOf: reader.head().checkpoint.size,
      issuedAt: formatTime(Date.now() / 1000),
      ...stated,
      active,
      root: { version: 1, sha256: world.policy.root.sha256 },
    },
    signerFor('publisher'),
  );
  return (await world.append(envelope)).index;
}
