// Endpoints before two real data centers, over HTTP: a repository that serves what the log proves, witnesses that
// cosign the ledgers, and a wire between them on which anything can be said instead.

import { mkdirSync, writeFileSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import {
  datacenterHandler,
  openDataCenter,
  type DataCenter as RunningCenter,
  type DataCenterOptions,
} from '@vitrine/datacenter';
import {
  initTestCenter,
  makeTestWorld,
  testCenterOptions,
  type TestCenter,
} from '@vitrine/datacenter/testing';
import { agentCommand, type Terminal } from '@vitrine/endpoint';
import {
  formatEnvelope,
  formatTime,
  formatVkey,
  joinSignatures,
  parseDocument,
  residencyPolicy,
  sha256,
  signStatement,
  statementKeyOf,
  utf8,
  type DataCenter,
  type Envelope,
  type ResidencyPolicy,
  type SealingKey,
  type Signer,
} from '@vitrine/evidence';
import { fakeClock, listen, respond, type FakeClock } from '@vitrine/host';
import { initWitness, openWitness, witnessHandler } from '@vitrine/log/witness';
import {
  buildResidency,
  formatSharing,
  openingKey,
  signSealingKey,
  subjectOfCenter,
  type OpeningKey,
  type ProvenPolicy,
  type Residency,
} from '@vitrine/reports';
import { makeWorld, temporaryDirectory, worldOrigin, worldTime, type World } from '@vitrine/testkit';

export const now: number = worldTime + 60;
const day = 86_400;

/** A test, or a file of tests. */
interface Closing {
  after(work: () => void | Promise<void>): void;
}

/** Instead of the data center's answer: a status, or an answer of its own. */
export type Wire = (
  path: string,
  request: IncomingMessage,
  response: ServerResponse,
) => number | 'answered' | undefined | Promise<number | 'answered' | undefined>;

export interface Asked {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
}

export interface Center {
  readonly id: string;
  readonly running: RunningCenter;
  readonly test: TestCenter;
  readonly url: string;
  readonly requests: Asked[];
  wire: Wire | undefined;
  /** Cosigned and published: from now on proofs are there. */
  publish(): Promise<void>;
}

export interface Ran {
  readonly code: number;
  readonly out: string;
  readonly err: string;
  /** What was shown before anything was answered. */
  readonly shown: string;
}

export interface Scene {
  readonly world: World;
  readonly clock: FakeClock;
  readonly zurich: Center;
  readonly singapore: Center;
  readonly repository: { readonly url: string; readonly requests: Asked[]; sharing: Uint8Array | undefined };
  /** The next version of the residency policy: `SG` and `JP` to this center, all else to Zurich. */
  switchTo(centers: Readonly<Record<string, string>>, change?: Partial<DataCenter>): Promise<void>;
  /** A new endpoint that is enrolled. */
  endpoint(name: string): Promise<Endpoint>;
  /** The endpoint in this folder. */
  at(folder: string): Endpoint;
  readonly dir: string;
}

export interface Endpoint {
  readonly folder: string;
  run(...args: readonly string[]): Promise<Ran>;
  /** With a person at the terminal, who types this. */
  typed(text: string, ...args: readonly string[]): Promise<Ran>;
  /** With a person who has not answered yet when this is called, and never does. */
  silent(onAsked: () => void, ...args: readonly string[]): Promise<Ran>;
}

async function identityOf(id: string): Promise<Signer> {
  const name = `${id} identity`;
  return (await subjectOfCenter(sha256(utf8(name)).slice(0, 20), name, 1)).signer;
}

const ids = ['singapore', 'zurich'];
const countriesOf: Readonly<Record<string, string>> = { singapore: 'SG', zurich: 'CH' };

export async function makeScene(t: Closing, change: Partial<DataCenterOptions> = {}): Promise<Scene> {
  const dir = temporaryDirectory(t);
  const clock = fakeClock(now * 1000);
  const seconds = (): number => Math.floor(clock.now() / 1000);
  const identities = new Map<string, Signer>();
  for (const id of ids) identities.set(id, await identityOf(id));
  const world = await makeWorld({
    policy: (document) => ({
      ...document,
      keys: [
        ...document.keys,
        ...[...identities.values()].map((signer) => ({
          ...statementKeyOf(signer),
          operator: 'vendor',
          role: 'datacenter' as const,
          from: { origin: worldOrigin, index: 0 },
        })),
      ].sort((a, b) => (a.keyid < b.keyid ? -1 : 1)),
    }),
  });
  const made = await makeTestWorld({ zurich: [], singapore: ['SG', 'JP'] }, now);
  const witnesses = await startWitnesses(t, world, made.centers, dir, clock);

  let residency: Residency | undefined;
  const policies: { readonly document: Envelope; readonly keyid: string; readonly index: number }[] = [];
  const keys: { readonly envelope: Envelope; readonly index: number }[] = [];
  const repository: Scene['repository'] = { url: '', requests: [], sharing: undefined };
  const holders = world.rootKeys.map(({ signer }) => signer).slice(0, 5);
  const log = async (policy: ResidencyPolicy, sealing: readonly SealingKey[]): Promise<void> => {
    residency = buildResidency(policy);
    const subject = [{ name: 'residency-policy', digest: { sha256: residency.digest } }];
    const signed = await Promise.all(
      holders.map((signer) => signStatement(residencyPolicy, subject, policy, signer)),
    );
    const [index = 0] = signed.map((envelope) => world.log.append(envelope));
    const document = parseDocument(formatEnvelope(joinSignatures(signed)));
    policies.push({ document, keyid: (holders[0] as Signer).keyid, index });
    for (const key of sealing) {
      const envelope = await signSealingKey(key, identities.get(key.center) as Signer);
      keys.push({ envelope, index: world.log.append(envelope) });
    }
    repository.sharing = await sharing();
  };
  const sharing = async (): Promise<Uint8Array> => {
    const checkpoint = await world.checkpoint({ time: seconds() });
    return formatSharing({
      checkpoint,
      policies: await Promise.all(
        policies.map(async (one): Promise<ProvenPolicy> => ({
          ...one,
          path: await world.log.path(one.index),
        })),
      ),
      sealingKeys: await Promise.all(
        keys.map(async (one) => ({ ...one, path: await world.log.path(one.index) })),
      ),
      milestones: [],
    });
  };

  /** For the second version of the policy: a seal is bound to one. */
  const openings = new Map<string, OpeningKey>();
  for (const id of ids) openings.set(id, await openingKey(sha256(utf8(`${id} sealing 2`))));
  const secondKey = (of: TestCenter): SealingKey => ({
    ...of.key,
    policy: 2,
    publicKey: Buffer.from((openings.get(of.id) as OpeningKey).publicKey).toString('base64'),
  });

  const centers = new Map<string, Center>();
  for (const test of made.centers) {
    const home = join(dir, test.id);
    mkdirSync(home);
    await initTestCenter(home, test);
    const options = testCenterOptions(home, test, made.residency);
    const running = await openDataCenter({
      ...options,
      sealingKeys: [
        ...options.sealingKeys,
        { key: secondKey(test), opening: openings.get(test.id) as OpeningKey },
      ],
      residency: () => residency as Residency,
      witnesses,
      clock,
      intervalMs: 600_000,
      guardMs: 0,
      ...change,
    });
    const handler = datacenterHandler(running, {
      auditors: new Map(),
      rate: { perSecond: 1e6, burst: 1e6 },
    });
    const center: { -readonly [Name in keyof Center]: Center[Name] } = {
      id: test.id,
      running,
      test,
      url: '',
      requests: [],
      wire: undefined,
      publish: async () => {
        await running.custody.log.publishNow();
        await running.access.log.publishNow();
      },
    };
    const server = await listen(
      async (request, response) => {
        const path = request.url ?? '';
        center.requests.push({ method: request.method ?? '', path, headers: request.headers });
        const instead = await center.wire?.(path, request, response);
        if (instead === 'answered') return true;
        if (typeof instead === 'number') {
          respond(response, instead, 'no');
          return true;
        }
        return handler(request, response);
      },
      { port: 0, graceMs: 100 },
    );
    t.after(async () => {
      await server.close();
      await running.close();
    });
    center.url = server.url;
    centers.set(test.id, center);
  }
  const server = await listen(
    (request, response) => {
      const path = request.url ?? '';
      repository.requests.push({ method: request.method ?? '', path, headers: request.headers });
      if (path === '/sharing.json' && repository.sharing !== undefined)
        respond(response, 200, repository.sharing);
      else respond(response, 404, 'no');
      return Promise.resolve(true);
    },
    { port: 0, graceMs: 100 },
  );
  t.after(() => server.close());
  Object.assign(repository, { url: server.url });

  const listed = (assigned: Readonly<Record<string, string>>, more: Partial<DataCenter> = {}) => ({
    centers: made.residency.policy.centers.map((one): DataCenter => ({
      ...one,
      operator: 'vendor',
      country: countriesOf[one.id] as string,
      intake: [(centers.get(one.id) as Center).url],
      ...more,
    })),
    countries: Object.fromEntries(
      Object.keys(made.residency.policy.countries).map((code) => [code, assigned[code] ?? 'zurich']),
    ),
  });
  const first: ResidencyPolicy = {
    ...made.residency.policy,
    issuedAt: formatTime(now - 30 * day),
    effective: formatTime(now - 20 * day),
    // The next version may hold at once: what endpoints do with it is asked here, not how long it was announced.
    notice: 0,
    ...listed({ SG: 'singapore', JP: 'singapore' }),
  };
  await log(
    first,
    made.centers.map(({ key }) => key),
  );
  writeFileSync(join(dir, 'root.json'), world.root);
  writeFileSync(join(dir, 'policy.json'), world.policyBytes);

  return {
    world,
    clock,
    dir,
    repository,
    zurich: centers.get('zurich') as Center,
    singapore: centers.get('singapore') as Center,
    switchTo: (assigned, more) =>
      log(
        {
          ...first,
          version: 2,
          issuedAt: formatTime(now - 10 * day),
          effective: formatTime(now - day),
          ...listed(assigned, more),
        },
        made.centers.map(secondKey),
      ),
    at: endpointAt,
    async endpoint(name) {
      const endpoint = endpointAt(join(dir, 'endpoints', name));
      const enrolled = await endpoint.run(
        ...`enrol --repository ${repository.url} --log ${repository.url}/log`.split(' '),
        ...'--product agent --channel stable --platform any'.split(' '),
        '--root',
        join(dir, 'root.json'),
        '--policy',
        join(dir, 'policy.json'),
      );
      if (enrolled.code !== 0) throw new Error(enrolled.err);
      return endpoint;
    },
  };

  function endpointAt(folder: string): Endpoint {
    const run = async (
      typed: string | undefined,
      args: readonly string[],
      ask: Terminal['ask'] = typed === undefined ? undefined : () => Promise.resolve(typed),
    ): Promise<Ran> => {
      let [out, err, shown] = ['', '', ''];
      const code = await agentCommand(
        [...args, '--folder', folder],
        { product: 'agent', version: '0.1.0', file: import.meta.filename },
        {
          clock,
          terminal: {
            show: (text) => void (shown += `${text}\n`),
            print: (line) => void (out += `${line}\n`),
            warn: (line) => void (err += `${line}\n`),
            ask,
            input: () => Promise.resolve(typed ?? ''),
          },
        },
      );
      return { code, out, err, shown };
    };
    return {
      folder,
      run: (...args) => run(undefined, args),
      typed: (text, ...args) => run(text, args),
      silent: (onAsked, ...args) =>
        run(undefined, args, (_question, giveUp) => {
          onAsked();
          return pause(3_600_000, '', { signal: giveUp });
        }),
    };
  }
}

/** Both witnesses of the trust policy, each a process's worth of its own. */
async function startWitnesses(
  t: Closing,
  world: World,
  centers: readonly TestCenter[],
  dir: string,
  clock: FakeClock,
) {
  const logs = centers.flatMap(({ custody, access }) =>
    [custody, access].map(({ key }) => ({ origin: key.name, keys: [key] })),
  );
  const started = [];
  for (const [operator, signer] of world.witnessSigners) {
    const home = join(dir, `witness-${operator}`);
    mkdirSync(home);
    await initWitness(home, { vkeys: [formatVkey(signer.key)] });
    const witness = openWitness({ dir: home, signers: [signer], logs, clock });
    const server = await listen(witnessHandler(witness), { port: 0, graceMs: 100 });
    t.after(async () => {
      await server.close();
      witness.close();
    });
    started.push({ url: server.url, key: signer.key, operator });
  }
  return started;
}
