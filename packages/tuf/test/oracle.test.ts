// @tufjs/models as oracle: a repository that it writes is read by our client, and what our parsers accept
// it reads as the same.

import assert from 'node:assert/strict';
import { generateKeyPairSync, sign as signBytes, type KeyObject } from 'node:crypto';
import test from 'node:test';
import {
  fromUtf8,
  isVitrineError,
  parseRoot,
  strictSignature,
  toHex,
  tufKeyidOf,
  tufKeyOf,
  utf8,
  type Json,
} from '@vitrine/evidence';
import { sha256Hex } from '@vitrine/host';
import { mutate, updateArtifact, UpdateClient, worldTime } from '@vitrine/testkit';
import {
  findTarget,
  isTargetPath,
  matchesPattern,
  parseSnapshot,
  parseTargets,
  parseTimestamp,
  refresh,
} from '@vitrine/tuf';
import fc from 'fast-check';
import {
  Key,
  Metadata,
  MetadataKind,
  MetaFile,
  Root,
  Signature,
  Snapshot,
  TargetFile,
  Targets,
  Timestamp,
} from '@tufjs/models';
import { Mirror } from './mirror.ts';

type Loose = Parameters<typeof Targets.fromJSON>[0];

/** A key of Node's own making, signing as models ask: at once, and in low s as our verifier asks. */
class Holder {
  readonly operator: string;
  readonly key: Key;
  readonly json: Loose;
  readonly #secret: KeyObject;

  constructor(operator: string, type: 'ed25519' | 'ec') {
    const pair =
      type === 'ec' ? generateKeyPairSync('ec', { namedCurve: 'P-256' }) : generateKeyPairSync('ed25519');
    const key = tufKeyOf(new Uint8Array(pair.publicKey.export({ type: 'spki', format: 'der' })));
    const keyID = tufKeyidOf(key);
    this.operator = operator;
    this.json = key as unknown as Loose;
    this.key = new Key({
      keyID,
      keyType: key.keytype,
      scheme: key.scheme,
      keyVal: { public: key.keyval.public },
    });
    this.#secret = pair.privateKey;
  }

  readonly sign = (message: Buffer): Signature => {
    for (;;) {
      const hash = this.key.keyType === 'ecdsa' ? 'sha256' : null;
      const sig = new Uint8Array(signBytes(hash, message, this.#secret));
      if (hash === 'sha256' && strictSignature('ecdsa-p256', new Uint8Array(64), sig) !== undefined) continue;
      return new Signature({ keyID: this.key.keyID, sig: toHex(sig) });
    }
  };
}

const holders = (['vendor', 'vendor', 'vendor', 'supervisor-a', 'supervisor-b', 'trustee'] as const).map(
  (operator, i) => new Holder(operator, i % 2 === 0 ? 'ec' : 'ed25519'),
);
const online = { snapshot: new Holder('vendor', 'ed25519'), timestamp: new Holder('vendor', 'ec') };
const role = { vendor: new Holder('vendor', 'ec'), supervisor: new Holder('supervisor-a', 'ed25519') };

function operatorsOf(keys: readonly Holder[]): Record<string, string> {
  return Object.fromEntries(keys.map(({ key, operator }) => [key.keyID, operator]));
}

function written(signed: Root | Targets | Snapshot | Timestamp, signers: readonly Holder[]): Uint8Array {
  const metadata = new Metadata(signed);
  for (const { sign } of signers) metadata.sign(sign);
  return utf8(JSON.stringify(metadata.toJSON()));
}

const expires = '2027-11-24T09:00:00Z';
const head = { version: 1, specVersion: '1.0.31', expires };
const metaOf = (bytes: Uint8Array): MetaFile =>
  new MetaFile({ version: 1, length: bytes.length, hashes: { sha256: sha256Hex(bytes) } });

function rootOfModels(): Uint8Array {
  const everyone = [...holders, online.snapshot, online.timestamp];
  const root = new Root({
    ...head,
    unrecognizedFields: { 'x-vitrine': { vendor: 'vendor', operators: operatorsOf(everyone) } },
  });
  for (const { key } of holders) for (const name of ['root', 'targets']) root.addKey(key, name);
  for (const name of ['snapshot', 'timestamp'] as const) root.addKey(online[name].key, name);
  const json = root.toJSON() as Loose & { roles: Record<string, Loose> };
  for (const name of ['root', 'targets']) Object.assign(json.roles[name] ?? {}, { threshold: 5 });
  return written(Root.fromJSON(json), holders);
}

function targetsOfModels(): Uint8Array {
  const { vendor, supervisor } = role;
  const targets = Targets.fromJSON({
    _type: 'targets',
    spec_version: '1.0.31',
    version: 1,
    expires,
    targets: {},
    delegations: {
      keys: { [vendor.key.keyID]: vendor.json, [supervisor.key.keyID]: supervisor.json },
      roles: [
        {
          name: 'agent-stable',
          keyids: [vendor.key.keyID, supervisor.key.keyID],
          threshold: 2,
          terminating: true,
          paths: ['agent/stable/*/*'],
        },
      ],
    },
    'x-vitrine': { operators: operatorsOf([vendor, supervisor]) },
  });
  return written(targets, holders.slice(1));
}

function agentOfModels(): Uint8Array {
  const agent = new Targets(head);
  const { path, bytes } = updateArtifact;
  agent.addTarget(new TargetFile({ path, length: bytes.length, hashes: { sha256: sha256Hex(bytes) } }));
  return written(agent, [role.vendor, role.supervisor]);
}

const root = rootOfModels();
const targets = targetsOfModels();
const agent = agentOfModels();
const meta = { 'targets.json': metaOf(targets), 'agent-stable.json': metaOf(agent) };
const snapshot = written(new Snapshot({ ...head, meta }), [online.snapshot]);
const timestamp = written(new Timestamp({ ...head, snapshotMeta: metaOf(snapshot) }), [online.timestamp]);

test('our client reads a repository that @tufjs/models wrote, with P-256 and Ed25519 keys', async () => {
  const mirror = new Mirror();
  const files = {
    'timestamp.json': timestamp,
    '1.snapshot.json': snapshot,
    '1.targets.json': targets,
    '1.agent-stable.json': agent,
  };
  for (const [name, bytes] of Object.entries(files)) mirror.files.set(`metadata/${name}`, bytes);
  const client = new UpdateClient('', root);
  const refreshed = await refresh(client.options({ fetcher: mirror }));
  const target = await findTarget(refreshed, updateArtifact.path);
  assert.equal(target?.sha256, sha256Hex(updateArtifact.bytes));
  assert.equal(target.role, 'agent-stable');
  assert.equal(refreshed.timestamp.expires - worldTime, 365 * 86_400);
});

interface Compared {
  readonly name: string;
  readonly kind: MetadataKind;
  readonly valid: Uint8Array;
  readonly parse: (bytes: Uint8Array) => { readonly message: Uint8Array };
}

const parsers: readonly Compared[] = [
  { name: 'root', kind: MetadataKind.Root, valid: root, parse: (bytes) => parseRoot(bytes) },
  {
    name: 'timestamp',
    kind: MetadataKind.Timestamp,
    valid: timestamp,
    parse: (bytes) => parseTimestamp(bytes),
  },
  { name: 'snapshot', kind: MetadataKind.Snapshot, valid: snapshot, parse: (bytes) => parseSnapshot(bytes) },
  { name: 'targets', kind: MetadataKind.Targets, valid: targets, parse: (bytes) => parseTargets(bytes) },
  { name: 'delegated role', kind: MetadataKind.Targets, valid: agent, parse: (bytes) => parseTargets(bytes) },
];

/** What the other implementation would sign. */
function messageOfModels(kind: MetadataKind, bytes: Uint8Array): string {
  const metadata = Metadata.fromJSON(kind as MetadataKind.Root, JSON.parse(fromUtf8(bytes)) as Loose);
  let message = '';
  metadata.sign((data) => {
    message = data.toString();
    return new Signature({ keyID: '0'.repeat(64), sig: '00' });
  });
  return message;
}

for (const { name, kind, valid, parse } of parsers) {
  test(`what our ${name} parser accepts, @tufjs/models reads, and would sign the same bytes`, () => {
    let accepted = 0;
    for (const bytes of [valid, ...mutate(5, valid, 5_000)]) {
      let message: Uint8Array;
      try {
        ({ message } = parse(bytes));
      } catch (error) {
        assert.ok(isVitrineError(error), String(error));
        continue; // Stricter is fine: what we accept must be what others see.
      }
      accepted++;
      assert.equal(messageOfModels(kind, bytes), fromUtf8(message));
    }
    assert.ok(accepted > 50, `only ${accepted} variants were accepted`);
  });
}

test('control characters, quotes and backslashes are signed as TUF writes them', () => {
  const custom: Json = { text: 'a"b\\c\\n\n\t\r\b\f\u0001\u001f\u007fé\u2028😀', '\\"': '\\u000a' };
  const file = JSON.parse(fromUtf8(agent)) as { signed: { targets: Record<string, { custom?: Json }> } };
  Object.assign(file.signed.targets[updateArtifact.path] ?? {}, { custom });
  const bytes = utf8(JSON.stringify(file));
  assert.equal(fromUtf8(parseTargets(bytes).message), messageOfModels(MetadataKind.Targets, bytes));
});

test('a path pattern that we accept matches for tuf-js what it matches for us', () => {
  const file = JSON.parse(fromUtf8(targets)) as { signed: { delegations: { roles: { paths: string[] }[] } } };
  const [delegation] = file.signed.delegations.roles;
  assert.ok(delegation);
  const pattern = fc.string({
    unit: fc.constantFrom('a', 'b', '.', '-', '/', '*', '?'),
    minLength: 1,
    maxLength: 10,
  });
  const path = fc
    .string({ unit: fc.constantFrom('a', 'b', '.', '-', '/'), minLength: 1, maxLength: 10 })
    .filter(isTargetPath);
  let compared = 0;
  fc.assert(
    fc.property(pattern, fc.array(path, { minLength: 8, maxLength: 8 }), (one, paths) => {
      delegation.paths = [one];
      const bytes = utf8(JSON.stringify(file));
      try {
        parseTargets(bytes);
      } catch {
        return;
      }
      const theirs = Metadata.fromJSON(MetadataKind.Targets, JSON.parse(fromUtf8(bytes)) as Loose).signed;
      for (const other of paths) {
        const matches = theirs.delegations?.roles?.['agent-stable']?.isDelegatedPath(other);
        assert.equal(matchesPattern(one, other), matches, `${one} on ${other}`);
        compared++;
      }
    }),
    { numRuns: 2_000 },
  );
  assert.ok(compared > 1_000, `only ${compared} were compared`);
});
