// A vendor that can publish: root, policy and targets signed by four operators, a real log with two real
// witnesses, a repository folder, and supervisors that co-sign over HTTP. All keys are test keys.

import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  assembleTuf,
  buildType,
  formatEnvelope,
  formatMaterials,
  formatOutputs,
  formatVkey,
  fromUtf8,
  loadPolicy,
  noteSigner,
  noteTypes,
  order,
  provenance,
  rebuild,
  signPolicy,
  signRoot,
  signStatement,
  signTuf,
  source,
  statementIdOf,
  statementKeyOf,
  toHex,
  tufKeyidOf,
  tufKeyOf,
  utf8,
  type Envelope,
  type Role,
  type Signer,
  type StatementKey,
  type TrustPolicy,
  type TrustPolicyDocument,
} from '@vitrine/evidence';
import {
  fakeClock,
  listen,
  openStore,
  readBody,
  respond,
  sha256,
  type FakeClock,
  type Store,
} from '@vitrine/host';
import { initLog, openLog, openLogWriter, type LogReader, type LogWriter } from '@vitrine/log';
import { makeAdmissionList } from '@vitrine/log/admission';
import { initWitness, openWitness, witnessHandler } from '@vitrine/log/witness';
import { temporaryDirectory, testSigner } from '@vitrine/testkit';
import { parseTargets } from '@vitrine/tuf';
import { draftTargets, openRepository } from '@vitrine/tuf/repository';
import { httpCosigner, type Publisher } from '../src/index.ts';
import { testLimits } from './helpers.ts';

export const origin = 'log.example/release';
export const supervisors = ['supervisor-a', 'supervisor-b'] as const;
const holders = ['vendor', 'vendor', 'vendor', ...supervisors, 'trustee'];

export interface ReleaseWorld {
  readonly folder: string;
  readonly policy: TrustPolicy;
  readonly policyFile: Uint8Array;
  readonly root: Uint8Array;
  readonly rootKeys: readonly { readonly signer: Signer; readonly operator: string }[];
  readonly log: LogWriter;
  readonly reader: LogReader;
  readonly clock: FakeClock;
  readonly blobs: Store;
  readonly publisher: Publisher;
  readonly cosigners: ReadonlyMap<string, TestCosigner>;
  /** Logs what a build and blind rebuilds would have logged. Answers the order. */
  build(
    content: string,
    options?: { readonly rebuilders?: readonly string[]; readonly version?: string },
  ): Promise<string>;
  append(envelope: Envelope): Promise<{ readonly index: number }>;
  signer(role: Role, operator?: string): Signer;
}

/** A supervisor's `POST /role`: signs each version once, in order, and answers as it is told. */
export class TestCosigner {
  readonly operator: string;
  readonly signer: Signer;
  readonly signed: Map<number, string> = new Map();
  /** `lost`: it signs, and the connection ends before its answer has arrived. */
  answer: 'signed' | 'pending' | 'refused' | 'down' | 'lost' = 'signed';
  /** Versions that it never signs. */
  readonly refuses: Set<number> = new Set();
  asked: number = 0;

  constructor(operator: string) {
    this.operator = operator;
    this.signer = testSigner(`${operator} cosigner`);
  }

  async cosign(file: Uint8Array): Promise<{ readonly status: number; readonly body: object }> {
    this.asked++;
    const error = (status: number, code: string): { status: number; body: object } => ({
      status,
      body: { error: { code, message: `it says ${code}` } },
    });
    if (this.answer === 'down') return { status: 503, body: {} };
    if (this.answer === 'pending') return error(409, 'cosign.pending');
    if (this.answer === 'refused') return error(403, 'cosign.target');
    const { signed, message } = parseTargets(file);
    const digest = toHex(sha256(message));
    if (this.refuses.has(signed.version)) return error(403, 'cosign.withdrawn');
    const before = this.signed.get(signed.version);
    const next = Math.max(0, ...this.signed.keys()) + 1;
    if (before === undefined ? signed.version !== next : before !== digest)
      return error(403, 'cosign.version');
    this.signed.set(signed.version, digest);
    if (this.answer === 'lost') return { status: 503, body: {} };
    const signature = await this.signer.sign(message);
    return {
      status: 200,
      body: { keyid: tufKeyidOf(tufKeyOf(this.signer.publicKey)), sig: toHex(signature) },
    };
  }
}

/** A test context, or a whole file. */
interface Ending {
  after(work: () => unknown): void;
}

export async function makeReleaseWorld(t: Ending, start: number = Date.now()): Promise<ReleaseWorld> {
  const folder = temporaryDirectory(t);
  for (const name of ['log', 'public', 'drafts', 'blobs', 'witness']) mkdirSync(join(folder, name));
  const clock = fakeClock(start);
  const logSigner = noteSigner(origin, noteTypes.log, testSigner('release log'));
  const witnesses = supervisors.map((operator) => ({
    operator,
    signer: noteSigner(`${operator}/witness`, noteTypes.cosignature, testSigner(`${operator} witness`)),
  }));
  const rootKeys = holders.map((operator, i) => ({ operator, signer: testSigner(`release root ${i}`) }));
  const online = (name: string): { publicKey: Uint8Array; operator: string } => ({
    publicKey: testSigner(`release ${name}`).publicKey,
    operator: 'vendor',
  });
  const root = await signRoot({
    version: 1,
    expires: '2036-01-01T00:00:00Z',
    threshold: 5,
    vendor: 'vendor',
    keys: rootKeys,
    snapshot: [online('snapshot')],
    timestamp: [online('timestamp')],
  });
  const document = policyDocument(
    formatVkey(logSigner.key),
    witnesses.map(({ operator, signer }) => ({ operator, vkey: formatVkey(signer.key) })),
  );
  const policyFile = await signPolicy(
    document,
    rootKeys.slice(0, 5).map(({ signer }) => signer),
  );
  const policy = await loadPolicy(policyFile, root);

  const endpoints = await Promise.all(
    witnesses.map(async ({ operator, signer }) => {
      const dir = join(folder, 'witness', operator);
      await initWitness(dir, { vkeys: [formatVkey(signer.key)] });
      const witness = openWitness({
        dir,
        signers: [signer],
        logs: [{ origin, keys: [logSigner.key] }],
        rate: { perSecond: 1e6, burst: 1e6 },
      });
      const server = await listen(witnessHandler(witness), { port: 0, graceMs: 100 });
      t.after(async () => {
        await server.close();
        witness.close();
      });
      return { operator, url: server.url, key: signer.key };
    }),
  );
  const dir = join(folder, 'log');
  await initLog(dir, { origin, vkeys: [formatVkey(logSigner.key)] });
  const log = await openLogWriter({
    dir,
    signers: [logSigner],
    witnesses: endpoints,
    enough: (cosigners) => cosigners.length === 2,
    admission: admissionFor(policy),
    intervalMs: 2,
    graceMs: 50,
    guardMs: 0,
  });
  t.after(() => log.close());
  await log.publishNow();
  const reader = await openLog(dir, {
    origin,
    logKeys: [logSigner.key],
    witnessKeys: witnesses.map(({ signer }) => signer.key),
    enough: (cosigners) => cosigners.length === 2,
  });
  const append = async (envelope: Envelope): Promise<{ readonly index: number }> => {
    const { index } = await log.append(formatEnvelope(envelope));
    await log.wait(index);
    return { index };
  };
  const blobs = openStore(join(folder, 'blobs'));
  const cosigners = new Map(supervisors.map((operator) => [operator, new TestCosigner(operator)]));
  const repository = openRepository(join(folder, 'public'));
  await repository.writeRoot(root);
  await writeTargets(
    repository,
    policyFile,
    rootKeys.map(({ signer }) => signer),
    clock,
  );
  const signer = (role: Role, operator = 'vendor'): Signer => testSigner(`${operator} ${role}`);
  const publisher: Publisher = {
    policy,
    log: reader,
    appender: { append },
    signers: {
      releaser: signer('releaser'),
      publisher: signer('publisher'),
      role: testSigner('release role'),
      snapshot: testSigner('release snapshot'),
      timestamp: testSigner('release timestamp'),
    },
    cosigners: await Promise.all([...cosigners.values()].map((one) => serveCosigner(t, one))),
    repository,
    folder: join(folder, 'public'),
    drafts: join(folder, 'drafts'),
    blobs,
    clock,
    pages: { vendor: 'Vendor', logUrl: 'http://127.0.0.1:1' },
    expiry: { role: 180 * 86_400, snapshot: 14 * 86_400, timestamp: 2 * 86_400 },
  };
  const world = {
    folder,
    policy,
    policyFile,
    root,
    rootKeys,
    log,
    reader,
    clock,
    blobs,
    publisher,
    cosigners,
  };
  return {
    ...world,
    append,
    signer,
    build: (content, options) => logBuild({ ...world, append, signer }, content, options),
  };
}

async function serveCosigner(t: Ending, cosigner: TestCosigner): Promise<Publisher['cosigners'][number]> {
  const server = await listen(
    async (request, response) => {
      if (request.url === '/signed') {
        const signed = [...cosigner.signed].map(([version, digest]) => ({
          role: 'tiny-stable',
          version,
          sha256: digest,
          at: '2026-11-26T12:00:00Z',
        }));
        respond(response, 200, JSON.stringify(signed));
        return true;
      }
      if (request.method !== 'POST' || !request.url?.startsWith('/role?name=')) return false;
      const { status, body } = await cosigner.cosign(
        await readBody(request, { maxBytes: 1 << 20, timeoutMs: 5_000 }),
      );
      respond(response, status, JSON.stringify(body));
      return true;
    },
    { port: 0, graceMs: 100 },
  );
  t.after(() => server.close());
  return httpCosigner(cosigner.operator, server.url);
}

function policyDocument(
  logVkey: string,
  witnesses: readonly { readonly operator: string; readonly vkey: string }[],
): TrustPolicyDocument {
  const from = { origin, index: 0 };
  const vendorRoles: readonly Role[] = ['source', 'order', 'builder', 'releaser', 'publisher'];
  const entry = (role: Role, operator: string): StatementKey => ({
    ...statementKeyOf(testSigner(`${operator} ${role}`)),
    operator,
    role,
    from,
    ...(role === 'builder' ? { builder: 'urn:vitrine:builder:test' } : {}),
  });
  const keys = [
    ...vendorRoles.map((role) => entry(role, 'vendor')),
    ...supervisors.flatMap((operator) => [entry('rebuilder', operator), entry('supervisor', operator)]),
  ];
  return {
    version: 1,
    operators: [
      { id: 'supervisor-a', name: 'Supervisor A', jurisdiction: 'DE', part: 'supervisor' },
      { id: 'supervisor-b', name: 'Supervisor B', jurisdiction: 'FR', part: 'supervisor' },
      { id: 'trustee', name: 'Trustee', jurisdiction: 'CH', part: 'independent' },
      { id: 'vendor', name: 'Vendor', jurisdiction: 'CH', part: 'vendor' },
    ],
    log: { origin, keys: [{ vkey: logVkey, operator: 'vendor', from }], frozen: [] },
    witnesses: {
      quorum: 2,
      faulty: 1,
      keys: witnesses.map((one) => ({ ...one, from })).sort((a, b) => (a.vkey < b.vkey ? -1 : 1)),
    },
    keys: keys.sort((a, b) => (a.keyid < b.keyid ? -1 : 1)),
    rebuilds: { threshold: 1, blind: false },
    freshness: { maxAge: 86_400, offlineMaxAge: 2_592_000 },
    resolutionDeadline: 604_800,
  };
}

function admissionFor(policy: TrustPolicy): ReturnType<typeof makeAdmissionList> {
  const kindsOf: Partial<Record<Role, readonly string[]>> = {
    source: ['source'],
    order: ['order'],
    builder: ['provenance'],
    releaser: ['release', 'withdrawal'],
    publisher: ['publication'],
    rebuilder: ['rebuild'],
    supervisor: ['resolution'],
  };
  return makeAdmissionList(origin, [
    ...[...policy.keys.values()].map(({ spki, operator, role }) => ({
      publicKey: spki,
      operator,
      kinds: kindsOf[role] ?? [],
    })),
    ...policy.root.keys.map(({ spki, operator }) => ({
      publicKey: spki,
      operator,
      kinds: ['root', 'trust-policy'],
    })),
  ]);
}

async function writeTargets(
  repository: ReturnType<typeof openRepository>,
  policyFile: Uint8Array,
  signers: readonly Signer[],
  clock: FakeClock,
): Promise<void> {
  const { length, sha256: digest } = await repository.stageTarget('policy.json', policyFile);
  const draft = targetsDraft(1, { length, sha256: digest }, clock);
  const signatures = await Promise.all(signers.map((signer) => signTuf(draft, signer)));
  await repository.writeRole('targets', assembleTuf(draft, signatures));
}

export function targetsDraft(
  version: number,
  policy: { readonly length: number; readonly sha256: string },
  clock: FakeClock,
  threshold = 2,
): Uint8Array {
  return draftTargets({
    version,
    expires: Math.floor(clock.now() / 1000) + 365 * 86_400,
    targets: { 'policy.json': policy },
    delegations: [
      {
        name: 'tiny-stable',
        threshold,
        terminating: true,
        paths: ['tiny/stable/*/*', 'tiny/stable/*/*/*'],
        holders: [
          { publicKey: testSigner('release role').publicKey, operator: 'vendor' },
          ...supervisors.map((operator) => ({
            publicKey: testSigner(`${operator} cosigner`).publicKey,
            operator,
          })),
        ],
      },
    ],
  });
}

function manifestOf(content: string): Uint8Array {
  const bytes = utf8(content);
  return formatOutputs([{ path: 'tiny.txt', sha256: toHex(sha256(bytes)), size: bytes.length }]);
}

/** What a rebuilder logs that got this content. */
export function rebuildOf(content: string, orderId: string, signer: Signer): Promise<Envelope> {
  return signStatement(
    rebuild,
    [{ name: 'outputs', digest: { sha256: toHex(sha256(manifestOf(content))) } }],
    { order: orderId, result: 'built', isolation: 'none', finishedOn: '2026-11-26T12:00:00Z' },
    signer,
  );
}

async function logBuild(
  { append, signer, blobs }: Pick<ReleaseWorld, 'append' | 'signer' | 'blobs'>,
  content: string,
  { rebuilders = supervisors, version = '1.0.0' }: Parameters<ReleaseWorld['build']>[1] = {},
): Promise<string> {
  await blobs.put(utf8(content));
  const outputs = await blobs.put(manifestOf(content));
  const materialBytes = formatMaterials([]);
  const materials = { sha256: await blobs.put(materialBytes), size: materialBytes.length };
  const digest = (what: string): string => toHex(sha256(utf8(`${what} of ${content}`)));
  const tree = [{ name: 'tree', digest: { sha256: digest('tree') } }];
  const sourced = await signStatement(
    source,
    tree,
    {
      product: 'tiny',
      listing: { sha256: digest('listing'), size: 100 },
      files: 1,
      bytes: 100,
      gitCommit: digest('commit').slice(0, 40),
      gitTree: digest('git tree').slice(0, 40),
    },
    signer('source'),
  );
  await append(sourced);
  const ordered = await signStatement(
    order,
    tree,
    {
      product: 'tiny',
      version,
      source: statementIdOf(sourced),
      environment: { platform: 'linux-x64', root: 'host', sandbox: false },
      recipe: { path: 'conveyor.toml', sha256: digest('recipe') },
      materials,
      parameters: {},
      clock: 1_700_000_000,
      limits: { ...testLimits, seconds: 60 },
    },
    signer('order'),
  );
  await append(ordered);
  const orderId = statementIdOf(ordered);
  for (const operator of rebuilders)
    await append(await rebuildOf(content, orderId, signer('rebuilder', operator)));
  await append(
    await signStatement(
      provenance,
      [{ name: 'outputs', digest: { sha256: outputs } }],
      {
        buildDefinition: {
          buildType,
          externalParameters: { order: orderId },
          internalParameters: { isolation: 'none' },
          resolvedDependencies: [
            { name: 'materials', digest: { sha256: materials.sha256 } },
            { name: 'tree', digest: { sha256: digest('tree') } },
          ],
        },
        runDetails: {
          builder: { id: 'urn:vitrine:builder:test' },
          metadata: { startedOn: '2026-11-26T12:00:00Z', finishedOn: '2026-11-26T12:00:01Z' },
        },
      },
      signer('builder'),
    ),
  );
  return orderId;
}

/** Every served file, by path, as text. */
export function filesIn(folder: string): ReadonlyMap<string, string> {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((one) => one.isFile());
  return new Map(
    files
      .map(({ parentPath, name }) => join(parentPath, name))
      .sort()
      .map((path) => [path.slice(folder.length + 1), fromUtf8(readFileSync(path))]),
  );
}

/** The object with some of its methods replaced; the others work as before. */
export function replaced<T extends object>(object: T, methods: Partial<T>): T {
  return new Proxy(object, {
    get(target, name) {
      const own: unknown = Reflect.get(methods, name);
      if (own !== undefined) return own;
      const member: unknown = Reflect.get(target, name);
      return typeof member === 'function' ? (member.bind(target) as unknown) : member;
    },
  });
}
