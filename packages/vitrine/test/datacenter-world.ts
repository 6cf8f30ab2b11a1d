// A data center's folder as its operator makes it, two real witnesses of its ledgers, a vendor's log in memory
// and the sharing.json that a repository would make of it. Time is the test's.

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import {
  countries,
  formatEnvelope,
  formatTime,
  formatVkey,
  fromBase64,
  joinSignatures,
  keyidOf,
  noteSigner,
  noteTypes,
  parseDocument,
  parseVkey,
  residencyPolicy,
  sealingKey,
  signStatement,
  statementOf,
  toBase64,
  utf8,
  type DataCenter,
  type Envelope,
  type ResidencyPolicy,
  type SealingKey,
  type TrustPolicyDocument,
} from '@vitrine/evidence';
import { fakeClock, listen, sha256, type FakeClock, type Handler } from '@vitrine/host';
import { loadSigner } from '@vitrine/keys';
import { initWitness, openWitness, witnessHandler } from '@vitrine/log/witness';
import { buildResidency, formatSharing, openingKey, type OpeningKey, type Residency } from '@vitrine/reports';
import { TestEndpoint, type TestCenter } from '@vitrine/datacenter/testing';
import {
  makeWorld,
  temporaryDirectory,
  testSigner,
  worldOrigin,
  worldTime,
  type World,
} from '@vitrine/testkit';
import { fail } from '../src/codes.ts';
import { DataCenterDaemon } from '../src/datacenter/daemon.ts';
import { identityFile, openDataCenterFolder } from '../src/datacenter/folder.ts';
import { initDataCenter } from '../src/init/datacenter.ts';
import type { OperatorFile } from '../src/operator/file.ts';

export const day = 86_400;
/** Seconds since 1970. */
export const start: number = worldTime;
const operators = ['supervisor-a', 'supervisor-b'];

interface LoggedPolicy {
  readonly document: Envelope;
  readonly keyid: string;
  readonly index: number;
}

export interface CenterWorld {
  readonly folder: string;
  readonly center: DataCenter;
  readonly clock: FakeClock;
  readonly world: World;
  /** Logs a version of the residency policy; the next sharing.json has it. */
  policy(change?: Partial<ResidencyPolicy>): Promise<Residency>;
  /** Every sealing key in the log. */
  sealingKeys(): readonly SealingKey[];
  /** Of the statements in the log, those of this kind. */
  logged(kind: string): readonly Envelope[];
  /** What the repository serves now; throws where it serves none. */
  sharing: () => Promise<Uint8Array>;
  /** While it is true, the log takes nothing. */
  logAway: boolean;
  /** Opens the daemon of the folder; what it says goes to `notes`. */
  open(options?: { readonly folder?: string }): Promise<DataCenterDaemon>;
  readonly notes: string[];
}

export async function centerWorld(t: TestContext): Promise<CenterWorld> {
  const base = temporaryDirectory(t);
  const folder = join(base, 'zurich');
  const witnesses = await Promise.all(operators.map((id) => witnessOf(t, base, id)));
  const supervisors = await Promise.all(
    operators.map((id, i) => supervisorFile(id, witnesses[i] as TestWitness)),
  );
  // The witnesses learn of the ledgers when they are made: their names and keys are in public.json.
  await initDataCenter(folder, {
    id: 'zurich',
    name: 'Data center Zurich',
    operator: 'vendor',
    country: 'CH',
    listen: '127.0.0.1:7450',
    intake: ['https://zurich.example'],
    need: 2,
    vendor: vendorFile,
    supervisors,
  });
  const opened = await openDataCenterFolder(folder);
  const { center } = opened;
  for (const { follow } of witnesses) await follow([center.ledger, center.access]);
  const world = await makeWorld({ policy: listing(center.identity) });
  writeFileSync(join(folder, 'trust', 'root.json'), world.root);
  writeFileSync(join(folder, 'trust', 'policy.json'), world.policyBytes);

  const clock = fakeClock(start * 1000);
  const notes: string[] = [];
  const policies: LoggedPolicy[] = [];
  const logged = (kind: string): readonly Envelope[] =>
    world.log.entries
      .map((bytes) => JSON.parse(Buffer.from(bytes).toString()) as Envelope)
      .filter((envelope) => statementOf(envelope).predicateType.includes(`:${kind}:`));
  const made: CenterWorld = {
    folder,
    center,
    clock,
    world,
    notes,
    logAway: false,
    logged,
    policy: async (change = {}) => {
      const policy = residencyOf(center, change);
      policies.push(await logPolicy(world, policy));
      return buildResidency(policy);
    },
    sealingKeys: () =>
      logged('sealing-key').map((one) => sealingKey.schema.check(statementOf(one).predicate)),
    sharing: async () => {
      const note = await world.checkpoint({ time: Math.floor(clock.now() / 1000) });
      const at = Number(note.split('\n')[1]);
      const prove = async <T extends { index: number }>(one: T): Promise<T & { path: string[] }> => ({
        ...one,
        path: await world.log.path(one.index, at),
      });
      const keys = world.log.entries.flatMap((bytes, index) => {
        const envelope = JSON.parse(Buffer.from(bytes).toString()) as Envelope;
        return statementOf(envelope).predicateType === sealingKey.predicateType ? [{ envelope, index }] : [];
      });
      return formatSharing({
        checkpoint: note,
        policies: await Promise.all(policies.map(prove)),
        sealingKeys: await Promise.all(keys.map(prove)),
        milestones: [],
      });
    },
    open: async ({ folder: other = folder } = {}) => {
      const daemon = await DataCenterDaemon.open({
        folder: await openDataCenterFolder(other),
        identity: await loadSigner(identityFile(other)),
        note: (line) => notes.push(line),
        clock,
        fetchSharing: () => made.sharing(),
        openLog: () =>
          Promise.resolve({
            append: async (envelope: Envelope) => {
              if (made.logAway) throw fail('log-client.refused', 'the log is away');
              const known = world.log.entries.findIndex(
                (bytes) => Buffer.from(bytes).toString() === Buffer.from(formatEnvelope(envelope)).toString(),
              );
              return Promise.resolve({ index: known < 0 ? world.log.append(envelope) : known });
            },
          }),
        rhythm: { intervalMs: 5, guardMs: 0, retryMs: 5 },
      });
      t.after(() => daemon.center.close());
      return daemon;
    },
  };
  return made;
}

const vendorFile = {
  operator: { id: 'vendor', name: 'Example Vendor', jurisdiction: 'CH', part: 'vendor' },
  log: { origin: worldOrigin, vkeys: [], url: 'http://127.0.0.1:7400' },
  repository: 'http://127.0.0.1:7401',
} as unknown as OperatorFile;

interface TestWitness {
  readonly url: string;
  readonly vkey: string;
  /** Opens it for these ledgers. */
  readonly follow: (vkeys: readonly string[]) => Promise<void>;
}

/** Behind its address from the beginning; what it follows is known later. */
async function witnessOf(t: TestContext, base: string, operator: string): Promise<TestWitness> {
  const signer = noteSigner(
    `${operator}.example/witness`,
    noteTypes.cosignature,
    testSigner(`${operator} witness`),
  );
  let handler: Handler | undefined;
  const server = await listen((request, response) => handler?.(request, response) ?? false, {
    port: 0,
    graceMs: 50,
  });
  t.after(() => server.close());
  const dir = join(base, operator);
  return {
    url: server.url,
    vkey: formatVkey(signer.key),
    follow: async (vkeys) => {
      await initWitness(dir, { vkeys: [formatVkey(signer.key)] });
      const witness = openWitness({
        dir,
        signers: [signer],
        logs: vkeys.map((vkey) => ({ origin: parseVkey(vkey).name, keys: [parseVkey(vkey)] })),
      });
      t.after(() => witness.close());
      handler = witnessHandler(witness);
    },
  };
}

/** Its share of record keys, as a supervisor would open it. */
const halvesOf = (operator: string): Promise<OpeningKey> => openingKey(sha256(utf8(`${operator} halves`)));

async function supervisorFile(operator: string, { url, vkey }: TestWitness): Promise<OperatorFile> {
  return {
    operator: { id: operator, name: 'A Supervisor', jurisdiction: 'DE', part: 'supervisor' },
    witness: { vkeys: [vkey], url },
    cosigner: { publicKey: '', url: 'http://127.0.0.1:7411' },
    halves: toBase64((await halvesOf(operator)).publicKey),
  } as unknown as OperatorFile;
}

function listing(identity: string): (document: TrustPolicyDocument) => TrustPolicyDocument {
  const key = {
    keyid: keyidOf(fromBase64(identity)),
    publicKey: identity,
    operator: 'vendor',
    role: 'datacenter' as const,
    from: { origin: worldOrigin, index: 0 },
  };
  return (document) => ({
    ...document,
    keys: [...document.keys, key].sort((a, b) => (a.keyid < b.keyid ? -1 : 1)),
  });
}

function residencyOf(center: DataCenter, change: Partial<ResidencyPolicy>): ResidencyPolicy {
  return {
    version: 1,
    issuedAt: formatTime(start - 10 * day),
    effective: formatTime(start - 9 * day),
    notice: 3 * day,
    centers: [center],
    countries: Object.fromEntries(countries.map((code) => [code, center.id])),
    milestones: [],
    ...change,
  };
}

async function logPolicy(world: World, policy: ResidencyPolicy): Promise<LoggedPolicy> {
  const subject = [{ name: 'residency-policy', digest: { sha256: buildResidency(policy).digest } }];
  const holders = world.rootKeys.slice(0, 5).map(({ signer }) => signer);
  const signed = await Promise.all(
    holders.map((signer) => signStatement(residencyPolicy, subject, policy, signer)),
  );
  const [index = 0] = signed.map((envelope) => world.log.append(envelope));
  const document = parseDocument(formatEnvelope(joinSignatures(signed)));
  return { document, keyid: holders[0]?.keyid ?? '', index };
}

/** An endpoint that seals to the key that lasts longest, as the log has it. */
export async function endpointOf(
  world: CenterWorld,
  daemon: DataCenterDaemon,
  country = 'CH',
): Promise<TestEndpoint> {
  const key = world.sealingKeys().toSorted((a, b) => (a.notAfter < b.notAfter ? 1 : -1))[0] as SealingKey;
  const test = { id: world.center.id, key } as unknown as TestCenter;
  return TestEndpoint.make(`endpoint of ${country}`, test, daemon.residence.inForce(), country);
}
