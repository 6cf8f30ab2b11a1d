// Two data centers of the world, as far as a Center sees them: the residency policy in two versions, the second
// one announced; sealing keys and heads of ledgers in the log; the sharing file in the repository; and each
// center's own address. What they hold is real to the byte, so that receipts can be checked.

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  commitTo,
  accessGrant,
  canonicalJson,
  countries,
  custodyRoot,
  formatCheckpoint,
  formatNote,
  formatTime,
  formatVkey,
  fromUtf8,
  inclusionProof,
  leafHash,
  nodeHash,
  noteSigner,
  noteTypes,
  parseDocument,
  sealingKey,
  signCheckpoint,
  signStatement,
  statementKeyOf,
  toBase64,
  toHex,
  treeRoot,
  utf8,
  type DataCenter,
  type Envelope,
  type Json,
  type NodeAddress,
  type NodeReader,
  type NoteSigner,
  type ResidencyPolicy,
  type SealingKey,
  type Signer,
  type TrustPolicyDocument,
} from '@vitrine/evidence';
import { listen, respond, sha256 } from '@vitrine/host';
import {
  formatSharing,
  openingKey,
  schemaDigest,
  sealingKeyId,
  signResidency,
  type ProvenPolicy,
} from '@vitrine/reports';
import { testSigner } from '@vitrine/testkit';
import type { CenterWorld } from '../world.ts';
import { openGate, type Ending, type Gate } from './gate.ts';
import type { Logged } from './log.ts';
import { origin, rootKeys, supervisors } from './parties.ts';

const day = 86_400;
export const centerIds = ['alpine', 'nordic'] as const;
export type CenterId = (typeof centerIds)[number];

const identityOf = (id: CenterId): Signer => testSigner(`center identity ${id}`);

/** Changes the policy of a world: two operators of data centers, each with its identity key. */
export function withDataCenters(document: TrustPolicyDocument): TrustPolicyDocument {
  return {
    ...document,
    operators: [
      ...document.operators,
      ...centerIds.map((id) => ({
        id: `${id}-operator`,
        name: `Operator of ${id}`,
        jurisdiction: id === 'alpine' ? 'CH' : 'SE',
        part: 'independent' as const,
      })),
    ].toSorted((a, b) => (a.id < b.id ? -1 : 1)),
    keys: [
      ...document.keys,
      ...centerIds.map((id) => ({
        ...statementKeyOf(identityOf(id)),
        operator: `${id}-operator`,
        role: 'datacenter' as const,
        from: { origin, index: 0 },
      })),
    ].toSorted((a, b) => (a.keyid < b.keyid ? -1 : 1)),
  };
}

/** A ledger in memory, whose heads are signed by its own key and by the witnesses of the world. */
export class WorldLedger {
  readonly signer: NoteSigner;
  readonly #leaves: Uint8Array[] = [];

  constructor(signer: NoteSigner) {
    this.signer = signer;
  }

  get size(): number {
    return this.#leaves.length;
  }

  append(...entries: readonly Uint8Array[]): void {
    this.#leaves.push(...entries.map((entry) => leafHash(entry, sha256)));
  }

  async root(size: number = this.size): Promise<string> {
    return toHex(await treeRoot(size, this.#read, sha256));
  }

  async path(index: number, size: number = this.size): Promise<readonly string[]> {
    return (await inclusionProof(index, size, this.#read, sha256)).map(toBase64);
  }

  /** `time` in seconds: of the witnesses. */
  async checkpoint(time: number, size: number = this.size): Promise<string> {
    const root = await treeRoot(size, this.#read, sha256);
    const text = formatCheckpoint({ origin: this.signer.key.name, size, root, extensions: [] });
    const signers = [this.signer, ...supervisors.map(witnessOf)];
    const signatures = await Promise.all(signers.map((signer) => signCheckpoint(text, signer, time)));
    return fromUtf8(formatNote({ text, signatures }));
  }

  readonly #read: NodeReader = (nodes) =>
    Promise.resolve(nodes.map(({ level, index }) => this.#node({ level, index })));

  #node({ level, index }: NodeAddress): Uint8Array {
    if (level === 0) return this.#leaves[index] ?? new Uint8Array(32);
    const [left, right] = [index * 2, index * 2 + 1].map((one) =>
      this.#node({ level: level - 1, index: one }),
    );
    return nodeHash(left as Uint8Array, right as Uint8Array, sha256);
  }
}

/** The same key as the world's witness of that operator has. */
function witnessOf(operator: string): NoteSigner {
  return noteSigner(`${operator}/witness`, noteTypes.cosignature, testSigner(`center ${operator} witness`));
}

export interface WorldCenter {
  readonly id: CenterId;
  readonly listed: DataCenter;
  readonly identity: Signer;
  readonly custody: WorldLedger;
  readonly access: WorldLedger;
  /** Between its address and who asks. */
  readonly gate: Gate;
  /** What it says at `/v1/counts`. */
  counts: Json;
  /** Logs the head of a ledger as it is now; `root`: another one than it has. */
  logHead(purpose: 'custody' | 'access', root?: string): Promise<Logged>;
  logKey(from: number, change?: Partial<SealingKey>): Promise<Logged>;
  /** Answers what it holds now. */
  honest(): Promise<Json>;
}

export interface WorldDataCenters {
  readonly centers: Readonly<Record<CenterId, WorldCenter>>;
  /** In force, and announced. */
  readonly policies: readonly [ResidencyPolicy, ResidencyPolicy];
  /** Signed by all holders of the root; `publish` serves it. */
  readonly logVersion: (policy: ResidencyPolicy) => Promise<void>;
  /** Writes `sharing.json` from these versions; default all. */
  readonly publish: (versions?: readonly number[]) => Promise<Uint8Array>;
  /** Of supervisor-a; `body` is what it commits to. */
  readonly grant: (body: Json, salt?: Uint8Array) => Promise<Logged & { readonly commitment: string }>;
}

/** Everything is logged and served when this resolves. The world was made with `withDataCenters`. */
export async function addDataCenters(t: Ending, world: CenterWorld): Promise<WorldDataCenters> {
  const now = (): number => Math.floor(world.clock.now() / 1000);
  const [alpine, nordic] = await Promise.all(centerIds.map((id) => makeCenter(t, world, id)));
  if (alpine === undefined || nordic === undefined) throw new Error('two data centers');
  const policies = policiesOf([alpine.listed, nordic.listed], now(), world.releases[0]?.at.order.id ?? '');
  const proven: (Omit<ProvenPolicy, 'path'> & { readonly version: number })[] = [];
  const logVersion = async (policy: ResidencyPolicy): Promise<void> => {
    const holders = rootKeys.map(({ signer }) => signer);
    const document = parseDocument(await signResidency(policy, holders));
    const entries = document.signatures.map((signature) => ({ ...document, signatures: [signature] }));
    const [first] = await world.log.append(...entries);
    const keyid = document.signatures[0]?.keyid ?? '';
    proven.push({ document, keyid, index: first?.index ?? 0, version: policy.version });
  };
  for (const policy of policies) await logVersion(policy);
  const keys: Logged[] = [];
  for (const center of [alpine, nordic]) {
    keys.push(await center.logKey(now() - day), await center.logKey(now() + 5 * day));
    for (let i = 0; i < 3; i++) {
      center.custody.append(utf8(`${center.id} record ${i}`));
      center.access.append(utf8(`${center.id} reading ${i}`));
      await center.logHead('custody');
      await center.logHead('access');
    }
    center.counts = await center.honest();
  }
  const publish = async (versions?: readonly number[]): Promise<Uint8Array> => {
    const checkpoint = await world.log.checkpoint();
    const chosen = proven.filter(({ version }) => versions?.includes(version) ?? true);
    const sharing = formatSharing({
      checkpoint,
      policies: await Promise.all(
        chosen.map(async ({ document, keyid, index }) => ({
          document,
          keyid,
          index,
          path: (await world.log.prove(index)).path,
        })),
      ),
      sealingKeys: await Promise.all(keys.map(({ index }) => world.log.prove(index))),
      milestones: [],
    });
    writeFileSync(join(world.repository.folder, 'sharing.json'), sharing);
    return sharing;
  };
  await publish();
  return {
    centers: { alpine, nordic },
    policies,
    logVersion,
    publish,
    grant: async (body, salt = new Uint8Array(32).fill(9)) => {
      const sealed = commitTo(salt, canonicalJson(body), 'supervisor-a', sha256);
      const subject = [{ name: 'request', digest: { sha256: sealed.commitment } }];
      const predicate = { ...sealed, issuedAt: formatTime(now()) };
      const at = await logOne(
        world,
        await signStatement(accessGrant, subject, predicate, world.signer('supervisor', 'supervisor-a')),
      );
      return { ...at, commitment: sealed.commitment };
    },
  };
}

/** The second one moves Germany and Austria from `nordic` to `alpine`. */
function policiesOf(
  centers: readonly [DataCenter, DataCenter],
  now: number,
  done: string,
): readonly [ResidencyPolicy, ResidencyPolicy] {
  const assigned = (...ofAlpine: readonly string[]): Record<string, string> =>
    Object.fromEntries(countries.map((code) => [code, ofAlpine.includes(code) ? 'alpine' : 'nordic']));
  const first: ResidencyPolicy = {
    version: 1,
    issuedAt: formatTime(now - 40 * day),
    effective: formatTime(now - 30 * day),
    notice: 7 * day,
    centers,
    countries: assigned('CH', 'LI'),
    milestones: [
      { id: 'conveyor-moved', what: 'conveyor', due: formatTime(now + 60 * day) },
      { id: 'data-moved', what: 'data', due: formatTime(now - 10 * day), done },
      { id: 'keys-moved', what: 'signing', due: formatTime(now - day) },
      { id: 'pages-moved', what: 'center', due: formatTime(now - day), done: '0'.repeat(64) },
    ],
  };
  const second: ResidencyPolicy = {
    ...first,
    version: 2,
    issuedAt: formatTime(now),
    effective: formatTime(now + 14 * day),
    countries: assigned('AT', 'CH', 'DE', 'LI'),
  };
  return [first, second];
}

async function makeCenter(t: Ending, world: CenterWorld, id: CenterId): Promise<WorldCenter> {
  const ledger = (which: string): WorldLedger =>
    new WorldLedger(noteSigner(`${id}.example/${which}`, noteTypes.log, testSigner(`center ${id} ${which}`)));
  const [custody, access, identity] = [ledger('custody'), ledger('access'), identityOf(id)];
  const gate = openGate((request, response) =>
    request.url === '/v1/counts'
      ? respond(response, 200, canonicalJson(center.counts))
      : respond(response, 404, 'not found\n'),
  );
  const server = await listen(gate.handler, { port: 0, graceMs: 100 });
  t.after(() => server.close());
  const now = (): number => Math.floor(world.clock.now() / 1000);
  const center: WorldCenter = {
    id,
    listed: {
      id,
      name: `Data center ${id}`,
      operator: `${id}-operator`,
      country: id === 'alpine' ? 'CH' : 'SE',
      identity: toBase64(identity.publicKey),
      ledger: formatVkey(custody.signer.key),
      access: formatVkey(access.signer.key),
      intake: [server.url],
    },
    identity,
    custody,
    access,
    gate,
    counts: null,
    async logHead(purpose, root) {
      const of = center[purpose];
      const subject = [{ name: 'root', digest: { sha256: root ?? (await of.root()) } }];
      const predicate = {
        ledger: of.signer.key.name,
        purpose,
        size: of.size,
        issuedAt: formatTime(now()),
      };
      return logOne(world, await signStatement(custodyRoot, subject, predicate, identity));
    },
    async logKey(from, change = {}) {
      const { publicKey } = await openingKey(sha256(utf8(`${id} sealing ${from}`)));
      const key: SealingKey = {
        center: id,
        suite: 'x25519-sha256-aes256gcm',
        publicKey: toBase64(publicKey),
        policy: 1,
        consent: schemaDigest(),
        notBefore: formatTime(from),
        notAfter: formatTime(from + 7 * day),
        graceUntil: formatTime(from + 14 * day),
        ...change,
      };
      const subject = [{ name: 'sealing-key', digest: { sha256: sealingKeyId(publicKey, sha256) } }];
      return logOne(world, await signStatement(sealingKey, subject, key, identity));
    },
    async honest() {
      return {
        center: id,
        at: formatTime(now()),
        records: [
          { kind: 'file-seen', country: 'CH', count: 40, bytes: 4_096 },
          { kind: 'detection', country: 'CH', count: 2, bytes: 512 },
        ],
        refusals: [{ day: formatTime(now()).slice(0, 10), code: 'report.center', count: 3 }],
        custody: { size: custody.size, root: await custody.root() },
        access: { size: access.size, root: await access.root() },
      };
    },
  };
  return center;
}

async function logOne(world: CenterWorld, envelope: Envelope): Promise<Logged> {
  const [at] = await world.log.append(envelope);
  if (at === undefined) throw new Error('nothing was logged');
  return at;
}
