// Each attack on an endpoint that has followed the repository to version 1, and meets version 2: refused
// with its own code, what was accepted before unchanged, and an honest version 3 accepted afterwards.

import assert from 'node:assert/strict';
import test from 'node:test';
import {
  fromUtf8,
  isVitrineError,
  raiser,
  tufKeyidOf,
  tufKeyOf,
  utf8,
  type Json,
  type RootSigner,
} from '@vitrine/evidence';
import {
  publicOf,
  testSigner,
  updateArtifact,
  UpdateClient,
  updateHolders,
  worldTime,
} from '@vitrine/testkit';
import { findTarget, refresh, type RefreshOptions, type TrustedMetadata } from '@vitrine/tuf';
import { Mirror, type Change, type Edit, type Edition } from './mirror.ts';

const { root, snapshot, timestamp, vendorRole, vendorSecond, cosignerA, cosignerB, trusteeRole } =
  updateHolders;
const stranger: RootSigner = { operator: 'stranger', signer: testSigner('stranger') };
const day = 86_400;
const past = '2026-11-24T08:59:59Z';

const refuse = raiser({
  'test.unproven': { exit: 3, meaning: 'Not proven.', remedy: 'None.' },
  'test.unreachable': { exit: 5, meaning: 'Not reached.', remedy: 'None.' },
});

const rootB = root[4] as RootSigner;
const fileMeta = { version: 1, length: 1, hashes: { sha256: '0'.repeat(64) } };
const target = { length: 1, hashes: { sha256: '0'.repeat(64) } };
const inRole = `/targets/${updateArtifact.path.replaceAll('/', '~1')}`;
const wrongScheme = { keytype: 'ed25519', scheme: 'ecdsa-sha2-nistp256', keyval: { public: '00' } } as const;

interface Attack {
  readonly what: string;
  readonly code: string;
  /** The second publication. */
  readonly edition?: Partial<Edition>;
  /** A second root, served before it. */
  readonly root?: { readonly change?: Change; readonly plan?: Parameters<Mirror['root']>[2] };
  /** Anything else on the mirror. */
  readonly mirror?: (mirror: Mirror, first: Mirror) => void | Promise<void>;
  readonly options?: (client: UpdateClient) => Partial<RefreshOptions>;
  /** What was accepted on the way, before the refusal. */
  readonly accepts?: readonly string[];
  /** Where time itself is the attack, or the root has been replaced: no honest third version to follow. */
  readonly final?: true;
}

const draft = (...edits: readonly Edit[]): Change => ({ draft: edits });
const onRoot = (what: string, code: string, change: Change, plan = {}): Attack => ({
  what: `root: ${what}`,
  code,
  root: { change, plan },
});
const onTimestamp = (what: string, code: string, change: Change): Attack => ({
  what: `timestamp: ${what}`,
  code,
  edition: { timestamp: change },
});
/** The timestamp is in order, and announces this snapshot. */
const onSnapshot = (what: string, code: string, change: Change, more: Partial<Attack> = {}): Attack => ({
  what: `snapshot: ${what}`,
  code,
  edition: { snapshot: change },
  accepts: ['timestamp'],
  ...more,
});
const onTargets = (what: string, code: string, change: Change): Attack => ({
  what: `targets: ${what}`,
  code,
  edition: { targets: change },
  accepts: ['timestamp', 'snapshot'],
});
const onRole = (what: string, code: string, change: Change, more: Partial<Attack> = {}): Attack => ({
  what: `role: ${what}`,
  code,
  edition: { roles: { 'agent-stable': change } },
  accepts: ['timestamp', 'snapshot', 'targets'],
  ...more,
});

const others = Array.from({ length: 6 }, (_, i): RootSigner => ({
  operator: root[i]?.operator ?? '',
  signer: testSigner(`other root ${i}`),
}));
const keyidOf = ({ signer }: RootSigner): string => tufKeyidOf(tufKeyOf(signer.publicKey));
const pemKey = tufKeyOf(vendorRole.signer.publicKey);
/** The same P-256 key, wrapped at another width: another keyid by TUF's rule. */
const twin = {
  ...pemKey,
  keyval: {
    public: pemKey.keyval.public.replace(
      /\n([^-]{64})\n([^-]+)\n/,
      (_, a: string, b: string) => `\n${a}${b}\n`,
    ),
  },
};

const manyKeys = Object.fromEntries(
  Array.from({ length: 3_000 }, (_, i) => [i.toString(16).padStart(64, '0'), { keytype: 'x', i }]),
);

const attacks: readonly Attack[] = [
  onRoot('version 3 served as version 2', 'tuf.version', draft(['/version', 3])),
  onRoot('its own version 1 again, served as version 2', 'tuf.version', draft(['/version', 1])),
  onRoot('one signature short', 'root.threshold', { signers: root.slice(1, 5) }),
  onRoot(
    'signed by its own new keys, not by those before',
    'root.threshold',
    { signers: others },
    { keys: others.map(publicOf) },
  ),
  onRoot(
    'signed by the keys before, not by its own',
    'root.threshold',
    { signers: root },
    { keys: others.map(publicOf) },
  ),
  onRoot('one key signs five times', 'root.signature-twice', {
    bytes: (honest) => {
      const file = JSON.parse(fromUtf8(honest)) as { signatures: Json[] };
      return utf8(JSON.stringify({ ...file, signatures: Array(5).fill(file.signatures[0]) }));
    },
  }),
  onRoot('a signature that does not verify', 'signature.invalid', {
    file: [
      ['/signed/version', 2],
      ['/signed/expires', '2037-01-01T00:00:00Z'],
    ],
  }),
  onRoot('a threshold of 0', 'schema.mismatch', draft(['/roles/root/threshold', 0])),
  onRoot('a negative threshold', 'schema.mismatch', draft(['/roles/timestamp/threshold', -1])),
  onRoot('a fractional threshold', 'json.number', { file: [['/signed/roles/root/threshold', 1.5]] }),
  onRoot('one operator alone reaches it', 'root.balance', draft(['/roles/root/threshold', 3])),
  onRoot('one operator alone reaches targets', 'root.balance', draft(['/roles/targets/threshold', 3])),
  onRoot(
    'a key under the keyid of another',
    'root.key',
    draft([`/keys/${keyidOf(snapshot)}`, tufKeyOf(stranger.signer.publicKey) as unknown as Json]),
  ),
  onRoot(
    'a key without an operator',
    'root.key',
    draft([`/x-vitrine/operators/${keyidOf(snapshot)}`, undefined]),
  ),
  onRoot('no keys for the snapshot', 'tuf.root', draft(['/roles/snapshot', undefined])),
  onRoot('no consistent snapshots', 'schema.mismatch', draft(['/consistent_snapshot', false])),
  onRoot('280 kB of keys, unsigned', 'schema.mismatch', { file: [['/signed/keys', manyKeys]] }),
  onRoot('not JSON', 'json.syntax', { bytes: () => utf8('{"signed":') }),
  onRoot('a member twice', 'json.duplicate', {
    bytes: (honest) => utf8(fromUtf8(honest).replace('"version":2', '"version":2,"version":2')),
  }),
  onRoot('endless', 'tuf.size', { bytes: () => new Uint8Array(512_001) }),
  {
    ...onRoot('no proof of its statement', 'test.unproven', {}),
    options: () => ({ acceptRoot: () => Promise.reject(refuse('test.unproven', 'no such root in the log')) }),
  },
  { ...onRoot('expired', 'tuf.expired', draft(['/expires', past])), accepts: ['root'], final: true },

  onTimestamp('signed by a stranger', 'tuf.threshold', { signers: [stranger] }),
  onTimestamp('signed by the key of the snapshot', 'tuf.threshold', { signers: [snapshot] }),
  onTimestamp('changed after it was signed', 'signature.invalid', { file: [['/signed/version', 9]] }),
  onTimestamp('two signatures by one keyid', 'tuf.signature-twice', {
    bytes: (honest) => {
      const file = JSON.parse(fromUtf8(honest)) as { signatures: Json[] };
      return utf8(JSON.stringify({ ...file, signatures: [...file.signatures, ...file.signatures] }));
    },
  }),
  onTimestamp('no signature', 'schema.mismatch', { file: [['/signatures', []]] }),
  onTimestamp('expired', 'tuf.expired', draft(['/expires', past])),
  onTimestamp('expires at this very second', 'tuf.expired', draft(['/expires', '2026-11-24T09:00:00Z'])),
  onTimestamp('expires "2030"', 'schema.mismatch', draft(['/expires', '2030'])),
  onTimestamp(
    'expires in the year 275760',
    'schema.mismatch',
    draft(['/expires', '+275760-09-13T00:00:00Z']),
  ),
  onTimestamp(
    'expires on a day that does not exist',
    'schema.mismatch',
    draft(['/expires', '2027-02-30T00:00:00Z']),
  ),
  onTimestamp('version 0', 'schema.mismatch', draft(['/version', 0])),
  onTimestamp('version 1.5', 'json.number', { file: [['/signed/version', 1.5]] }),
  onTimestamp('version 2^60', 'json.number', { file: [['/signed/version', 2 ** 60]] }),
  onTimestamp('specification 2', 'schema.mismatch', draft(['/spec_version', '2.0.0'])),
  onTimestamp('of the type snapshot', 'schema.mismatch', draft(['/_type', 'snapshot'])),
  onTimestamp('no digest', 'schema.mismatch', draft(['/meta/snapshot.json/hashes', {}])),
  onTimestamp('MD5 alone', 'schema.mismatch', draft(['/meta/snapshot.json/hashes', { md5: '0'.repeat(32) }])),
  onTimestamp(
    'a second digest',
    'schema.mismatch',
    draft(['/meta/snapshot.json/hashes/sha512', '0'.repeat(128)]),
  ),
  onTimestamp('no length', 'schema.mismatch', draft(['/meta/snapshot.json/length', undefined])),
  onTimestamp('announces an endless snapshot', 'tuf.size', draft(['/meta/snapshot.json/length', 2_000_001])),
  onTimestamp('endless', 'tuf.size', { bytes: () => new Uint8Array(16_385) }),
  onTimestamp('missing', 'tuf.missing', { absent: true }),
  onTimestamp('that of version 1 again', 'tuf.rollback', draft(['/version', 1])),
  onTimestamp('an older snapshot', 'tuf.rollback', draft(['/meta/snapshot.json/version', 1])),
  onTimestamp(
    'another snapshot of the same version',
    'tuf.equivocation',
    draft(['/meta/snapshot.json/version', 2]),
  ),
  { what: 'the whole first publication again', code: 'tuf.rollback', edition: { version: 1 } },
  {
    what: 'timestamp: not reached (403, not 404)',
    code: 'test.unreachable',
    options: () => ({ fetcher: { fetch: () => Promise.reject(refuse('test.unreachable', 'status 403')) } }),
  },
  {
    what: 'timestamp: its publication is not proven',
    code: 'test.unproven',
    options: () => ({ acceptSnapshot: () => Promise.reject(refuse('test.unproven', 'not in the log')) }),
  },
  {
    what: 'frozen: nothing new is served until the timestamp expires',
    code: 'tuf.expired',
    mirror: (mirror, first) => {
      mirror.files.set('metadata/timestamp.json', first.files.get('metadata/timestamp.json') as Uint8Array);
    },
    options: () => ({ now: worldTime + day }),
  },
  {
    what: 'frozen: nothing new is served, and the publication is too old',
    code: 'test.unproven',
    mirror: (mirror, first) => {
      mirror.files.set('metadata/timestamp.json', first.files.get('metadata/timestamp.json') as Uint8Array);
    },
    options: () => ({ acceptSnapshot: () => Promise.reject(refuse('test.unproven', 'older than maxAge')) }),
  },

  onSnapshot('other bytes of the same length', 'tuf.hash', {
    served: (bytes) => utf8(fromUtf8(bytes).replace('agent-stable', 'agent-stabel')),
  }),
  onSnapshot('shorter than announced', 'tuf.hash', { served: (bytes) => bytes.slice(1) }),
  onSnapshot('longer than announced', 'tuf.size', { served: (bytes) => utf8(`${fromUtf8(bytes)} `) }),
  onSnapshot('missing (mix and match)', 'tuf.missing', { absent: true }),
  onSnapshot('signed by the key of the timestamp', 'tuf.threshold', { signers: [timestamp] }),
  onSnapshot('another version than announced', 'tuf.version', draft(['/version', 9])),
  onSnapshot('expired', 'tuf.expired', draft(['/expires', past])),
  onSnapshot('a role goes back', 'tuf.rollback', draft(['/meta/agent-stable.json/version', 1])),
  onSnapshot('top-level targets go back', 'tuf.rollback', draft(['/meta/targets.json/version', 1])),
  onSnapshot('a role disappears', 'tuf.rollback', draft(['/meta/agent-deltas.json', undefined])),
  onSnapshot(
    'another role of the same version',
    'tuf.equivocation',
    draft(['/meta/agent-stable.json/version', 2]),
  ),
  onSnapshot('no targets', 'tuf.unlisted', draft(['/meta/targets.json', undefined])),
  onSnapshot('a role outside its folder', 'tuf.name', draft(['/meta/..~1..~1etc.json', fileMeta])),
  onSnapshot('a role of digits', 'tuf.name', draft(['/meta/12.json', fileMeta])),
  onSnapshot('a role in capitals', 'tuf.name', draft(['/meta/Agent.json', fileMeta])),
  onSnapshot('the root as a role', 'tuf.name', draft(['/meta/root.json', fileMeta])),
  onSnapshot('no digest for a role', 'schema.mismatch', draft(['/meta/agent-stable.json/hashes', undefined])),

  onTargets('other bytes', 'tuf.hash', { served: (bytes) => utf8(fromUtf8(bytes).replace(':2', ':3')) }),
  onTargets('one signature short', 'tuf.threshold', { signers: root.slice(2) }),
  onTargets('signed by the vendor alone', 'tuf.threshold', {
    signers: [...root.slice(0, 3), vendorRole, vendorSecond],
  }),
  onTargets('another version than announced', 'tuf.version', draft(['/version', 9])),
  onTargets('expired', 'tuf.expired', draft(['/expires', past])),
  onTargets(
    'list the artifact themselves',
    'tuf.path',
    draft([`/targets/${updateArtifact.path.replaceAll('/', '~1')}`, target]),
  ),
  onTargets(
    'a key under another keyid',
    'tuf.keyid',
    draft([`/delegations/keys/${'0'.repeat(64)}`, pemKey as unknown as Json]),
  ),
  onTargets('a keyid without a key', 'tuf.keyid', draft(['/delegations/roles/0/keyids/-', '0'.repeat(64)])),
  onTargets(
    'one key under two keyids',
    'tuf.key-twice',
    draft([`/delegations/keys/${tufKeyidOf(twin)}`, twin]),
  ),
  onTargets(
    'one keyid twice in a role',
    'tuf.key-twice',
    draft(['/delegations/roles/0/keyids/-', keyidOf(vendorRole)]),
  ),
  onTargets(
    'a root key as the key of a role',
    'tuf.key-twice',
    draft(
      [`/delegations/keys/${keyidOf(rootB)}`, tufKeyOf(rootB.signer.publicKey) as unknown as Json],
      [`/x-vitrine/operators/${keyidOf(rootB)}`, 'supervisor-b'],
      ['/delegations/roles/0/keyids/-', keyidOf(rootB)],
    ),
  ),
  onTargets(
    'a key without an operator',
    'tuf.operators',
    draft([`/x-vitrine/operators/${keyidOf(cosignerB)}`, undefined]),
  ),
  onTargets(
    'an RSA key',
    'schema.mismatch',
    draft([
      `/delegations/keys/${'0'.repeat(64)}`,
      { keytype: 'rsa', scheme: 'rsassa-pss-sha256', keyval: { public: 'x' } },
    ]),
  ),
  onTargets(
    'a key of the wrong scheme',
    'tuf.key',
    draft([`/delegations/keys/${tufKeyidOf(wrongScheme)}`, wrongScheme]),
  ),
  onTargets(
    'two delegations to one name',
    'tuf.role-twice',
    draft(['/delegations/roles/1/name', 'agent-stable']),
  ),
  onTargets('a delegation to the root', 'tuf.name', draft(['/delegations/roles/1/name', 'root'])),
  onTargets('a delegation to itself', 'tuf.name', draft(['/delegations/roles/1/name', 'targets'])),
  onTargets('a delegation to a role of digits', 'tuf.name', draft(['/delegations/roles/1/name', '0'])),
  onTargets('a delegation outside the folder', 'tuf.name', draft(['/delegations/roles/1/name', '../agent'])),
  onTargets('a delegation with threshold 0', 'schema.mismatch', draft(['/delegations/roles/0/threshold', 0])),
  onTargets(
    'a delegation without paths',
    'schema.mismatch',
    draft(['/delegations/roles/1/paths', undefined]),
  ),
  onTargets(
    'a delegation by hash prefix',
    'tuf.name',
    draft(['/delegations/roles/1/path_hash_prefixes', ['0']]),
  ),
  onTargets('succinct delegations', 'tuf.name', draft(['/delegations/succinct_roles', { bit_length: 8 }])),
  ...[
    '!agent/stable/*/*',
    'agent/{stable,beta}/*',
    'agent/**',
    'agent//x',
    '../agent/*',
    '#agent',
    'agent/[a-z]',
  ].map((pattern) =>
    onTargets(`the pattern ${pattern}`, 'tuf.name', draft(['/delegations/roles/1/paths', [pattern]])),
  ),

  onRole('two keys of the vendor instead of vendor and supervisor', 'tuf.operators', {
    signers: [vendorRole, vendorSecond],
  }),
  onRole('vendor and trustee', 'tuf.operators', { signers: [vendorRole, trusteeRole] }),
  onRole('two supervisors without the vendor', 'tuf.operators', { signers: [cosignerA, cosignerB] }),
  onRole('the vendor alone', 'tuf.threshold', { signers: [vendorRole] }),
  onRole('vendor and stranger', 'tuf.threshold', { signers: [vendorRole, stranger] }),
  onRole('vendor and a root key of the supervisor', 'tuf.threshold', { signers: [vendorRole, rootB] }),
  {
    ...onRole('a cosigner that the policy does not list as a supervisor', 'tuf.operators', {}),
    options: () => ({ supervisors: new Set(['supervisor-b']) }),
  },
  onRole('another version than announced', 'tuf.version', draft(['/version', 9])),
  onRole('expired', 'tuf.expired', draft(['/expires', past])),
  onRole('other bytes', 'tuf.hash', { served: (bytes) => bytes.with(bytes.length - 1, 0x20) }),
  onRole('missing', 'tuf.missing', { absent: true }),
  onRole('a target by length alone', 'schema.mismatch', draft([`${inRole}/hashes`, {}])),
  onRole('a target by MD5', 'schema.mismatch', draft([`${inRole}/hashes`, { md5: '0'.repeat(32) }])),
  onRole('a target of negative length', 'schema.mismatch', draft([`${inRole}/length`, -1])),
  onRole('a target outside its folder', 'tuf.name', draft(['/targets/..~1agent', target])),
  onRole('a target in a hidden folder', 'tuf.name', draft(['/targets/agent~1stable~1.x~1y', target])),
  onRole('a target of empty segments', 'tuf.name', draft(['/targets/agent~1~1y', target])),
  onRole('a target called __proto__', 'json.member-name', {
    bytes: (honest) => utf8(fromUtf8(honest).replace('"targets":{', '"targets":{"__proto__":{},')),
  }),
];

/** The client has followed the repository to version 2, of which nothing is left to fetch. */
async function follow(mirror: Mirror): Promise<UpdateClient> {
  const first = await mirror.root(1);
  await mirror.publish({ version: 2 });
  const client = new UpdateClient('', first);
  await update(client, { fetcher: mirror });
  return client;
}

async function update(client: UpdateClient, options: Partial<RefreshOptions>): Promise<unknown> {
  return findTarget(await refresh(client.options(options)), updateArtifact.path);
}

/** The names of the files that differ. */
function changedFiles(before: TrustedMetadata, after: TrustedMetadata): readonly string[] {
  const flat = ({ roles, ...top }: TrustedMetadata): Readonly<Record<string, Uint8Array>> => ({
    ...top,
    ...roles,
  });
  const [old, now] = [flat(before), flat(after)];
  return Object.keys({ ...old, ...now }).filter((name) => old[name] !== now[name]);
}

const first = new Mirror();
const followed = await follow(first);

for (const {
  what,
  code,
  edition,
  root: nextRoot,
  mirror: prepare,
  options,
  accepts = [],
  final,
} of attacks) {
  test(`${what}: ${code}`, async () => {
    const mirror = first.copy();
    const client = new UpdateClient('', followed.trusted);
    if (edition !== undefined) await mirror.publish({ version: 3, ...edition });
    if (nextRoot !== undefined) await mirror.root(2, nextRoot.change, nextRoot.plan);
    await prepare?.(mirror, first);
    await assert.rejects(update(client, { fetcher: mirror, ...options?.(client) }), (error: unknown) => {
      assert.ok(isVitrineError(error), String(error));
      assert.equal(error.code, code, error.message);
      return true;
    });
    assert.deepEqual(changedFiles(followed.trusted, client.trusted), accepts);

    if (final === true) return;
    const honest = first.copy();
    await honest.publish({ version: 4 });
    assert.ok(await update(client, { fetcher: honest }));
    assert.equal(client.judged.at(-1), 'snapshot 4');
  });
}

test('a timestamp of a version that is known already is passed over, whatever else it says', async () => {
  const mirror = first.copy();
  const client = new UpdateClient('', followed.trusted);
  await mirror.publish({ version: 3, timestamp: draft(['/version', 2], ['/meta/snapshot.json/version', 9]) });
  assert.ok(await update(client, { fetcher: mirror }));
  assert.deepEqual(changedFiles(followed.trusted, client.trusted), []);
  assert.deepEqual(client.judged, ['snapshot 2']);
});

test('a version that nobody can exceed is overcome by new online keys (5.3.11)', async () => {
  const mirror = first.copy();
  const client = new UpdateClient('', followed.trusted);
  const most = Number.MAX_SAFE_INTEGER;
  await mirror.publish({ version: 3, timestamp: draft(['/version', most]) });
  await update(client, { fetcher: mirror });
  await mirror.publish({ version: 4 });
  await assert.rejects(update(client, { fetcher: mirror }), (error) => isVitrineError(error, 'tuf.rollback'));

  const fresh: RootSigner = { operator: 'vendor', signer: testSigner('vendor tuf timestamp 2') };
  await mirror.root(2, {}, { timestamp: [publicOf(fresh)] });
  await mirror.publish({ version: 4, timestamp: { signers: [fresh] } });
  assert.ok(await update(client, { fetcher: mirror }));
  assert.deepEqual(client.judged.slice(-2), ['root 2', 'snapshot 4']);
});

test('a root that keeps the online keys keeps what they signed', async () => {
  const mirror = first.copy();
  const client = new UpdateClient('', followed.trusted);
  await mirror.root(2);
  assert.ok(await update(client, { fetcher: mirror }));
  assert.deepEqual(changedFiles(followed.trusted, client.trusted), ['root']);
});
