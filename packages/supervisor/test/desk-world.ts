// A supervisor at its desk: a log in memory, two data centers under a residency policy, and what they ask.

import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import {
  countries,
  formatTime,
  formatVkey,
  loadPolicy,
  noteSigner,
  noteTypes,
  parseDocument,
  sha256,
  signPolicy,
  statementIdOf,
  statementKeyOf,
  statementOf,
  parseEnvelope,
  toBase64,
  toHex,
  utf8,
  type DataCenter,
  type Envelope,
  type ResidencyPolicy,
  type Role,
  type Signer,
  type StatementKey,
  type TrustPolicyDocument,
} from '@vitrine/evidence';
import { listen, readBody, respond, type Handler } from '@vitrine/host';
import {
  formatSharing,
  newRecordKey,
  openingKey,
  signAccessRequest,
  signResidency,
  subjectOfCenter,
  type AccessRequest,
  type NewRecordKey,
  type OpeningKey,
  type SignedAccessRequest,
} from '@vitrine/reports';
import type { Supervisor, SupervisorOptions, Trust } from '@vitrine/supervisor';
import { openTestDesk } from '@vitrine/supervisor/testing';
import {
  makeWorld,
  memoryLogHandler,
  temporaryDirectory,
  testSigner,
  worldOrigin,
  type World,
} from '@vitrine/testkit';

export const operators = ['supervisor-a', 'supervisor-b'] as const;
export type Name = (typeof operators)[number];

const identityOf = (center: string): Signer => testSigner(`${center} identity`);
export const ledgerOf = (center: string, which: 'custody' | 'access'): ReturnType<typeof noteSigner> =>
  noteSigner(`${center}.example/${which}`, noteTypes.log, testSigner(`${center} ${which}`));
const halvesOf = (operator: string): Promise<OpeningKey> => openingKey(sha256(utf8(`${operator} halves`)));

function listed(signer: Signer, role: Role, operator: string): StatementKey {
  return { ...statementKeyOf(signer), operator, role, from: { origin: worldOrigin, index: 0 } };
}

const world: World = await makeWorld({
  policy: (document) => ({
    ...document,
    keys: [
      ...document.keys,
      listed(testSigner('supervisor-b supervisor'), 'supervisor', 'supervisor-b'),
      listed(identityOf('zurich'), 'datacenter', 'vendor'),
      listed(identityOf('singapore'), 'datacenter', 'vendor'),
    ].toSorted((a, b) => (a.keyid < b.keyid ? -1 : 1)),
  }),
});

export interface Asking {
  readonly envelope: Envelope;
  readonly body: Uint8Array;
  readonly signed: SignedAccessRequest;
  readonly made: NewRecordKey;
  readonly reply: OpeningKey;
}

export interface Desk {
  readonly supervisor: Supervisor;
  readonly url: string;
  readonly folder: string;
  post(body: Uint8Array): Promise<{ readonly status: number; readonly json: Record<string, unknown> }>;
  get(digest: string): Promise<Record<string, unknown>>;
  stop(): Promise<void>;
}

export interface DeskWorld {
  readonly world: World;
  readonly folder: string;
  /** Of the log. */
  readonly url: string;
  /** Serves what is below `/<center>/ledgers/<which>/`. */
  readonly ledgers: Map<string, Handler>;
  /** Milliseconds that every clock is ahead. */
  readonly clock: { ahead: number; now(): number };
  /** Grants in the log, by supervisor. */
  grants(): readonly Envelope[];
  ask(
    change?: Partial<AccessRequest>,
    by?: Signer,
    holders?: readonly (readonly [string, string])[],
  ): Promise<Asking>;
  open(name: Name, change?: Partial<SupervisorOptions>): Promise<Desk>;
  readonly append: (envelope: Envelope) => void;
  /** The residency policy that is accepted, signed. */
  readonly residency: Uint8Array;
  /** The next one, in which Singapore is left alone: as `residency accept` writes it, with those before. */
  acceptWithoutZurich(folder: string): Promise<void>;
  /** A trust policy after the world's own. */
  policyWith(change: Partial<TrustPolicyDocument>): Promise<Trust>;
}

/** Everything that a test file needs of the world is made once; each call has a log and folders of its own. */
export async function makeDeskWorld(t: TestContext, residency = true): Promise<DeskWorld> {
  const folder = temporaryDirectory(t);
  // The statements of the release that the world begins with stay out: nothing is to be rebuilt here.
  world.log.entries.length = 0;
  const ledgers = new Map<string, Handler>();
  const log = memoryLogHandler(world.log, () => world.checkpoint());
  const append = (envelope: Envelope): void => {
    const isThere = world.log.entries.some(
      (entry) => statementIdOf(parseEnvelope(entry)) === statementIdOf(envelope),
    );
    if (!isThere) world.log.append(envelope);
  };
  const server = await listen(
    async (request, response) => {
      const [, center, which] = /^\/(\w+)\/ledgers\/(\w+)\//.exec(request.url ?? '') ?? [];
      if (center === undefined && request.method === 'POST') {
        append(parseEnvelope(await readBody(request, { maxBytes: 65_536, timeoutMs: 5_000 })));
        return respond(response, 202, '');
      }
      if (center === undefined) return log(request, response);
      return ledgers.get(`${center}/${which}`)?.(request, response) ?? false;
    },
    { port: 0, graceMs: 100 },
  );
  t.after(() => server.close());
  const clock = { ahead: 0, now: (): number => Date.now() + clock.ahead };
  const centers = ['singapore', 'zurich'].map((id): DataCenter => ({
    id,
    name: `Data center ${id}`,
    operator: 'vendor',
    country: id === 'zurich' ? 'CH' : 'SG',
    identity: toBase64(identityOf(id).publicKey),
    ledger: formatVkey(ledgerOf(id, 'custody').key),
    access: formatVkey(ledgerOf(id, 'access').key),
    intake: [`${server.url}/${id}`],
  }));
  const policy: ResidencyPolicy = {
    version: 1,
    issuedAt: '2026-01-01T00:00:00Z',
    effective: '2026-01-08T00:00:00Z',
    notice: 604_800,
    centers,
    countries: Object.fromEntries(countries.map((code) => [code, code === 'SG' ? 'singapore' : 'zurich'])),
    milestones: [],
  };
  const signers = world.rootKeys.map(({ signer }) => signer);
  const document = await signResidency(policy, signers);

  return {
    world,
    folder,
    url: server.url,
    ledgers,
    clock,
    append,
    residency: document,
    async acceptWithoutZurich(own) {
      const next = await signResidency(
        {
          ...policy,
          version: 2,
          issuedAt: '2026-02-01T00:00:00Z',
          effective: '2026-03-01T00:00:00Z',
          centers: centers.filter(({ id }) => id === 'singapore'),
          countries: Object.fromEntries(countries.map((code) => [code, 'singapore'])),
        },
        signers,
      );
      const policies = [document, next].map(parseDocument).map((one, index) => ({
        document: one,
        keyid: one.signatures[0]?.keyid ?? '',
        index,
        path: [],
      }));
      const checkpoint = await world.checkpoint();
      const sharing = formatSharing({ checkpoint, policies, sealingKeys: [], milestones: [] });
      writeFileSync(join(own, 'sharing.json'), sharing);
      writeFileSync(join(own, 'residency.json'), next);
    },
    async policyWith(change) {
      const next = { ...world.policy.document, version: 2, ...change };
      const bytes = await signPolicy(next, signers);
      return { policy: await loadPolicy(bytes, world.root), root: world.root };
    },
    grants: () =>
      world.log.entries
        .map(parseEnvelope)
        .filter((envelope) => statementOf(envelope).predicateType.includes('access-grant')),
    async ask(change = {}, by = identityOf('zurich'), holders = operators.map((name) => [name, name])) {
      const subject = await subjectOfCenter(sha256(utf8('subject')).slice(0, 20), 'zurich', 1);
      const made = await newRecordKey(
        { subject: subject.pseudonym, day: '2026-11-24', part: Math.floor(Math.random() * 1e9) },
        await Promise.all(
          holders.map(async ([supervisor, key]) => ({
            supervisor,
            publicKey: (await halvesOf(key)).publicKey,
          })),
        ),
        1,
        subject.keys.sealing,
      );
      const reply = await openingKey(crypto.getRandomValues(new Uint8Array(32)));
      const now = Math.floor(clock.now() / 1000);
      const signed = await signAccessRequest(
        {
          v: 1,
          id: toHex(crypto.getRandomValues(new Uint8Array(16))),
          center: 'zurich',
          ledger: 'zurich.example/custody',
          who: 'An analyst',
          why: 'A reason.',
          records: [{ index: 7, key: made.sealed.key }],
          keys: [made.sealed],
          until: formatTime(now + 3_600),
          at: formatTime(now),
          replyTo: toBase64(reply.publicKey),
          ...change,
        },
        by,
      );
      return { envelope: signed.envelope, body: signed.body, signed, made, reply };
    },
    async open(name, change = {}) {
      const own = change.folder ?? join(folder, name);
      mkdirSync(own, { recursive: true });
      if (residency) writeFileSync(join(own, 'residency.json'), document);
      const { supervisor, url, stop } = await openTestDesk({
        folder: own,
        operator: name,
        accepted: () => Promise.resolve(world),
        signer: (role) => testSigner(`${name} ${role}`),
        opening: await halvesOf(name),
        log: server.url,
        submit: (envelope) => Promise.resolve(append(envelope)),
        clock,
        change,
      });
      t.after(stop);
      return {
        supervisor,
        url,
        folder: own,
        stop,
        async post(body) {
          const response = await fetch(`${url}/access`, { method: 'POST', body: new Uint8Array(body) });
          return { status: response.status, json: (await response.json()) as Record<string, unknown> };
        },
        async get(digest) {
          const response = await fetch(`${url}/access/${digest}`);
          return (await response.json()) as Record<string, unknown>;
        },
      };
    },
  };
}
