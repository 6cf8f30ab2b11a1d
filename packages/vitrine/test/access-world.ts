// A data center with records in it, two supervisors with their desks, and a public log: all in one process,
// over HTTP, with real keys.

import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import {
  formatEnvelope,
  utf8,
  statementIdOf,
  statementKeyOf,
  toBase64,
  type Envelope,
  type Json,
  type Role,
  type Signer,
  type StatementKey,
} from '@vitrine/evidence';
import { openDataCenter, type DataCenter } from '@vitrine/datacenter';
import {
  fileSeen,
  initTestCenter,
  makeTestWorld,
  testCenterOptions,
  TestEndpoint,
} from '@vitrine/datacenter/testing';
import { listen, sha256 } from '@vitrine/host';
import {
  openAnswer,
  openingKey,
  parseExport,
  readReadings,
  signResidency,
  type OpeningKey,
} from '@vitrine/reports';
import { approveRequest } from '@vitrine/supervisor';
import { openTestDesk } from '@vitrine/supervisor/testing';
import {
  eventually,
  makeWorld,
  memoryLogHandler,
  temporaryDirectory,
  testSigner,
  worldOrigin,
  type World,
} from '@vitrine/testkit';
import { accessVerbs, type AccessContext } from '../src/datacenter/access-verbs.ts';
import type { Verbs } from '../src/datacenter/control.ts';

export const supervisors = ['supervisor-a', 'supervisor-b'] as const;
export type Name = (typeof supervisors)[number];
export const identity: Signer = testSigner('zurich identity');
export const start = 1_795_000_000;

export interface AccessWorld {
  readonly center: DataCenter;
  readonly folder: string;
  readonly log: World['log'];
  readonly verbs: Verbs;
  readonly context: AccessContext;
  readonly supervisor: (name: Name) => { readonly folder: string; readonly url: string };
  /** Milliseconds that every clock is ahead of `start`. */
  readonly clock: { ahead: number; now(): number };
  /** Asks for these records and answers the request. */
  ask(indices: readonly number[], of?: readonly Name[]): Promise<string>;
  /** Approved, and handed out. */
  approve(name: Name, request: string): Promise<void>;
  /** What the subject sees of readings: record and statement. */
  seen(): Promise<readonly (readonly [number, string])[]>;
}

/** `from`: seconds since 1970, for commands, whose clock is the machine's. */
export async function accessWorld(t: TestContext, need: number, from: number = start): Promise<AccessWorld> {
  const folder = temporaryDirectory(t);
  const clock = { ahead: 0, now: (): number => from * 1000 + clock.ahead };
  const world = await makeWorld({
    policy: (document) => ({
      ...document,
      keys: [
        ...document.keys,
        listed(testSigner('supervisor-b supervisor'), 'supervisor', 'supervisor-b'),
        listed(identity, 'datacenter', 'vendor'),
      ].toSorted((a, b) => (a.keyid < b.keyid ? -1 : 1)),
    }),
  });
  world.log.entries.length = 0; // Nothing is to be rebuilt here.
  const { url: log } = await served(
    t,
    memoryLogHandler(world.log, () => world.checkpoint()),
  );
  const { residency, centers } = await makeTestWorld({ zurich: [] }, from);
  const listing = residency.policy.centers.map((center) => ({
    ...center,
    operator: 'vendor',
    identity: toBase64(identity.publicKey),
  }));
  const document = await signResidency(
    { ...residency.policy, centers: listing },
    world.rootKeys.map(({ signer }) => signer),
  );
  const desks = new Map<string, { readonly folder: string; readonly url: string }>();
  for (const name of supervisors) {
    const own = join(folder, name);
    mkdirSync(own);
    writeFileSync(join(own, 'residency.json'), document);
    desks.set(name, await openDesk(t, own, name, world, log, clock));
  }

  const [test] = centers;
  if (test === undefined) throw new Error('no center');
  const dir = join(folder, 'zurich');
  mkdirSync(dir);
  await initTestCenter(dir, test);
  const holders = supervisors.map(async (supervisor) => {
    const { publicKey } = await halvesOf(supervisor);
    return { supervisor, publicKey };
  });
  const center = await openDataCenter({
    ...testCenterOptions(dir, test, residency),
    holders: await Promise.all(holders),
    need,
    clock,
    intervalMs: 60_000,
    guardMs: 0,
  });
  t.after(() => center.close());
  const endpoint = await TestEndpoint.make('one', test, residency, 'CH');
  await center.intake.takeConsent((await endpoint.consent('reports', from)).message);
  const files = [0, 1, 2].map((i) => fileSeen(`file-${i}.exe`, from));
  await center.intake.take(await endpoint.seal(endpoint.report(files, from)));

  const context: AccessContext = {
    folder: dir,
    identity,
    policy: () => world.policy,
    log,
    supervisors: [...desks].map(([operator, { url }]) => ({ operator, url })),
    clock,
  };
  const verbs = accessVerbs(center, context);
  const supervisor = (name: Name): { readonly folder: string; readonly url: string } => {
    const desk = desks.get(name);
    if (desk === undefined) throw new Error(`no ${name}`);
    return desk;
  };
  return {
    center,
    folder: dir,
    log: world.log,
    verbs,
    context,
    clock,
    supervisor,
    async ask(indices, of = ['supervisor-a']) {
      const answer = await verbs['access-request']?.({
        who: 'An analyst',
        why: 'A new family.',
        indices,
        seconds: 3_600,
        supervisors: of,
      });
      return (answer as { request: string }).request;
    },
    async approve(name, request) {
      const desk = supervisor(name);
      approveRequest(desk.folder, request, clock);
      await eventually(async () => {
        const response = await fetch(`${desk.url}/access/${request}`);
        return ((await response.json()) as { state: string }).state === 'granted';
      });
    },
    async seen() {
      const at = Math.floor(clock.now() / 1000);
      const { envelope, message } = await endpoint.request('export', at);
      const sealed = await center.rights.take(message);
      const page = parseExport(await openAnswer(sealed, endpoint.subject.opening, statementIdOf(envelope)));
      return readReadings(page).map(({ record, entry }) => [record, entry.grant] as const);
    },
  };
}

export function observationsIn(answer: Json): readonly (readonly [number, string])[] {
  const { records } = answer as unknown as {
    records: readonly { index: number; observation: { personal: { name: string } } }[];
  };
  return records.map(({ index, observation }) => [index, observation.personal.name]);
}

const halvesOf = (operator: string): Promise<OpeningKey> => openingKey(sha256(utf8(`${operator} halves`)));

function listed(signer: Signer, role: Role, operator: string): StatementKey {
  return { ...statementKeyOf(signer), operator, role, from: { origin: worldOrigin, index: 0 } };
}

async function served(
  t: TestContext,
  handler: Parameters<typeof listen>[0],
): Promise<{ readonly url: string }> {
  const server = await listen(handler, { port: 0, graceMs: 100 });
  t.after(() => server.close());
  return server;
}

async function openDesk(
  t: TestContext,
  folder: string,
  name: Name,
  world: World,
  log: string,
  clock: { now(): number },
): Promise<{ readonly folder: string; readonly url: string }> {
  const { url, stop } = await openTestDesk({
    folder,
    operator: name,
    accepted: () => Promise.resolve(world),
    signer: (role) => testSigner(`${name} ${role}`),
    opening: await halvesOf(name),
    log,
    submit: (envelope) => Promise.resolve(appendOnce(world, envelope)),
    clock,
  });
  t.after(stop);
  return { folder, url };
}

function appendOnce({ log }: World, envelope: Envelope): void {
  const bytes = Buffer.from(formatEnvelope(envelope));
  if (!log.entries.some((entry) => bytes.equals(entry))) log.append(envelope);
}
