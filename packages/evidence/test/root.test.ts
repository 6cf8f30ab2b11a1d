import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import test from 'node:test';
import {
  assembleTuf,
  canonicalJson,
  disassembleTuf,
  draftRoot,
  fromUtf8,
  keyidOf,
  loadRoot,
  parseRoot,
  requireRootThreshold,
  signRoot,
  signTuf,
  toBase64,
  toHex,
  tufCanonicalJson,
  tufKeyidOf,
  utf8,
  type Json,
  type RootPlan,
  type Signer,
  type TufSignature,
} from '@vitrine/evidence';
import { makeWorld, testSigner } from '@vitrine/testkit';
import { rejects } from './refusal.ts';

const { rootKeys } = await makeWorld();
const plan: RootPlan = {
  version: 3,
  expires: '2036-01-01T00:00:00Z',
  threshold: 5,
  vendor: 'vendor',
  keys: rootKeys,
};
const holder = (
  operator: string,
  name: string,
  scheme: 'ed25519' | 'ecdsa-p256' = 'ed25519',
): { operator: string; signer: Signer } => ({
  operator,
  signer: testSigner(`root ${name}`, scheme),
});

interface TufKey {
  keytype: string;
  scheme: string;
  keyval: { public: string };
}
interface RootFile {
  signed: {
    version: number;
    expires: string;
    keys: Record<string, TufKey>;
    roles: Record<string, { keyids: string[]; threshold: number }>;
    'x-vitrine': { vendor: string; operators: Record<string, string> };
    [name: string]: unknown;
  };
  signatures: { keyid: string; sig: string }[];
}

const bytes = await signRoot(plan);
const fresh = (): RootFile => JSON.parse(fromUtf8(bytes)) as RootFile;
const written = (root: RootFile): Uint8Array => utf8(JSON.stringify(root));

/** Signs again what was changed, with the plan's keys under whatever keyids the file now gives them. */
async function resigned(change: (root: RootFile) => void, keys = plan.keys): Promise<Uint8Array> {
  const root = fresh();
  change(root);
  const message = tufCanonicalJson(root.signed as unknown as Json);
  const keyids = root.signed.roles['root']?.keyids ?? [];
  root.signatures = await Promise.all(
    keys.map(async ({ signer }, i) => ({ keyid: keyids[i] ?? '', sig: toHex(await signer.sign(message)) })),
  );
  return written(root);
}

test('a root is read as version, threshold and keys with their operators', async () => {
  const root = await loadRoot(bytes);
  assert.equal(root.version, 3);
  assert.equal(root.threshold, 5);
  assert.equal(root.expires, plan.expires);
  assert.equal(root.sha256, createHash('sha256').update(bytes).digest('hex'));
  assert.deepEqual(
    root.keys.map(({ operator, keyid }) => [operator, keyid]),
    plan.keys.map(({ operator, signer }) => [operator, signer.keyid]),
  );
  for (const { spki, keyid } of root.keys) assert.equal(keyidOf(spki), keyid);
});

test('its keyids are those of TUF: SHA-256 of the canonical key, line feeds as they are', () => {
  for (const [keyid, key] of Object.entries(fresh().signed.keys)) {
    const text = `{"keytype":"${key.keytype}","keyval":{"public":"${key.keyval.public}"},"scheme":"${key.scheme}"}`;
    assert.equal(keyid, createHash('sha256').update(text).digest('hex'));
    assert.equal(tufKeyidOf(key), keyid);
  }
});

test('what is signed is canonical JSON in which only quotes and backslashes are escaped', () => {
  const text = 'a"b\\c\\n\n\t\r\b\f\u0000\u001f\u007f\u2028é😀';
  const expected = `{"a":"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}","b":[1,true,null]}`;
  assert.equal(fromUtf8(tufCanonicalJson({ b: [1, true, null], a: text })), expected);
  assert.deepEqual(tufCanonicalJson({ b: 1, a: 'plain' }), canonicalJson({ b: 1, a: 'plain' }));
});

test('white space and order of members do not matter, nor do signers of the root before', async () => {
  const root = fresh();
  const { signed, signatures } = root;
  await loadRoot(utf8(JSON.stringify({ signed, signatures }, null, 4)));
  await loadRoot(written({ ...root, signatures: [{ keyid: 'f'.repeat(64), sig: 'ab' }, ...signatures] }));
});

test('the threshold is met by distinct keys only', async () => {
  const root = fresh();
  await loadRoot(written({ ...root, signatures: root.signatures.slice(1) }));
  await rejects('root.threshold', loadRoot(written({ ...root, signatures: root.signatures.slice(2) })));
  const [first, second, third, fourth] = root.signatures;
  assert.ok(first && second && third && fourth);
  const repeated = [first, second, third, fourth, fourth];
  await rejects('root.signature-twice', loadRoot(written({ ...root, signatures: repeated })));
});

test('a signature by a listed key that fails is never passed over', async () => {
  const root = fresh();
  root.signed.version = 4;
  await rejects('signature.invalid', loadRoot(written(root)));
  const spoiled = fresh();
  const [first] = spoiled.signatures;
  assert.ok(first);
  first.sig = `${first.sig.slice(0, -2)}${first.sig.endsWith('00') ? '01' : '00'}`;
  await rejects('signature.invalid', loadRoot(written(spoiled)));
});

test('no operator alone reaches the threshold, and none but the vendor can block it (D4)', async () => {
  const vendor = ['v1', 'v2', 'v3'].map((name) => holder('vendor', name));
  const others = ['a', 'b', 'c'].map((name) => holder(`supervisor-${name}`, name));
  const cases: readonly (readonly [string, number, RootPlan['keys'], boolean])[] = [
    ['vendor 3, three others 1 each, threshold 5', 5, [...vendor, ...others], true],
    ['threshold 4', 4, [...vendor, ...others], true],
    ['threshold 3: the vendor reaches it alone', 3, [...vendor, ...others], false],
    ['threshold 6: any of the others blocks it', 6, [...vendor, ...others], false],
    ['one key, threshold 1', 1, [holder('vendor', 'v1')], false],
    ['two vendors keys, threshold 2', 2, vendor.slice(0, 2), false],
    [
      'vendor 2, another 2, threshold 3: the other blocks it',
      3,
      [...vendor.slice(0, 2), holder('supervisor-a', 'a'), holder('supervisor-a', 'b')],
      false,
    ],
    ['vendor 2, two others 1 each, threshold 3', 3, [...vendor.slice(0, 2), ...others.slice(0, 2)], true],
  ];
  for (const [what, threshold, keys, good] of cases) {
    const file = await signRoot({ ...plan, threshold, keys });
    if (good) assert.equal((await loadRoot(file)).threshold, threshold, what);
    else await rejects('root.balance', loadRoot(file), what);
  }
});

test('a key that is listed wrongly is refused', async () => {
  const firstOf = (root: RootFile): [string, TufKey] =>
    Object.entries(root.signed.keys)[1] as [string, TufKey];
  const cases: readonly (readonly [string, (root: RootFile) => void])[] = [
    ['a keyid without a key', (root) => delete root.signed.keys[firstOf(root)[0]]],
    ['a key without an operator', (root) => delete root.signed['x-vitrine'].operators[firstOf(root)[0]]],
    ['a keyid twice', (root) => root.signed.roles['root']?.keyids.push(firstOf(root)[0])],
    [
      'a key under the keyid of another',
      (root) => {
        const third = Object.values(root.signed.keys)[2];
        assert.ok(third);
        root.signed.keys[firstOf(root)[0]] = third;
      },
    ],
    [
      'a scheme that is not of the key type',
      (root) => {
        const [keyid, key] = firstOf(root);
        relist(root, keyid, { ...key, scheme: 'ecdsa-sha2-nistp256' });
      },
    ],
    [
      'an Ed25519 key under "ecdsa"',
      (root) => {
        const [keyid, key] = firstOf(root);
        const spki = Buffer.concat([
          Buffer.from('302a300506032b6570032100', 'hex'),
          Buffer.from(key.keyval.public, 'hex'),
        ]);
        relist(root, keyid, {
          keytype: 'ecdsa',
          scheme: 'ecdsa-sha2-nistp256',
          keyval: { public: pem(spki, 64) },
        });
      },
    ],
  ];
  for (const [what, change] of cases) await rejects('root.key', loadRoot(await resigned(change)), what);
});

/** Lists a key under the keyid that it now has. */
function relist(root: RootFile, keyid: string, key: TufKey): void {
  const own = tufKeyidOf(key);
  const { keys, roles, 'x-vitrine': more } = root.signed;
  more.operators[own] = more.operators[keyid] ?? '';
  delete keys[keyid];
  keys[own] = key;
  for (const role of Object.values(roles)) role.keyids = role.keyids.map((id) => (id === keyid ? own : id));
}

function pem(spki: Uint8Array, width: number): string {
  const lines = toBase64(spki).match(new RegExp(`.{1,${width}}`, 'g')) ?? [];
  return ['-----BEGIN PUBLIC KEY-----', ...lines, '-----END PUBLIC KEY-----', ''].join('\n');
}

test('one key in two layouts of PEM has two TUF keyids and still counts once', async () => {
  const [first] = plan.keys;
  assert.equal(first?.signer.scheme, 'ecdsa-p256');
  const twin = {
    keytype: 'ecdsa',
    scheme: 'ecdsa-sha2-nistp256',
    keyval: { public: pem(first.signer.publicKey, 32) },
  };
  const file = await resigned(
    (root) => {
      const keyid = tufKeyidOf(twin);
      root.signed.keys[keyid] = twin;
      root.signed['x-vitrine'].operators[keyid] = 'someone-else';
      root.signed.roles['root']?.keyids.push(keyid);
    },
    [...plan.keys, first],
  );
  await rejects('root.key', loadRoot(file));
});

test('a file that is no TUF root of this form is refused', async () => {
  const cases: readonly (readonly [string, (root: RootFile) => void])[] = [
    ['targets', (root) => (root.signed['_type'] = 'targets')],
    ['specification 2', (root) => (root.signed['spec_version'] = '2.0.0')],
    ['version 0', (root) => (root.signed.version = 0)],
    ['no consistent snapshots', (root) => (root.signed['consistent_snapshot'] = false)],
    ['no operators', (root) => delete (root.signed as Partial<RootFile['signed']>)['x-vitrine']],
    ['a member of its own', (root) => (root.signed['x'] = 1)],
    [
      'a role of its own',
      (root) => (root.signed.roles['mirrors'] = { keyids: ['f'.repeat(64)], threshold: 1 }),
    ],
    ['a threshold of 0', (root) => Object.assign(root.signed.roles['root'] ?? {}, { threshold: 0 })],
    ['no time', (root) => (root.signed.expires = 'never')],
    ['an RSA key', (root) => Object.assign(Object.values(root.signed.keys)[0] ?? {}, { keytype: 'rsa' })],
  ];
  for (const [what, change] of cases)
    await rejects('schema.mismatch', loadRoot(await resigned(change)), what);
  await rejects('json.syntax', loadRoot(utf8('root')));
  await rejects('json.size', loadRoot(new Uint8Array(512_001)));
  await rejects(
    'bytes.hex',
    loadRoot(
      await resigned((root) => {
        const [keyid, key] = Object.entries(root.signed.keys)[1] as [string, TufKey];
        relist(root, keyid, { ...key, keyval: { public: key.keyval.public.toUpperCase() } });
      }),
    ),
  );
  await rejects(
    'root.key',
    signRoot({ ...plan, keys: [{ operator: 'vendor', signer: testSigner('pq', 'ml-dsa-44') }] }),
  );
});

test('holders sign a draft apart from each other, and any threshold of them makes the file', async () => {
  const keys = plan.keys.map(({ signer: { publicKey }, operator }) => ({ publicKey, operator }));
  const draft = draftRoot({ ...plan, keys });
  const signatures = await Promise.all(plan.keys.map(({ signer }) => signTuf(draft, signer)));
  const file = assembleTuf(draft, signatures.slice(1));
  assert.equal((await loadRoot(file)).version, 3);
  assert.deepEqual(assembleTuf(draft, signatures.slice(1).reverse()), file);
  const shown = disassembleTuf(file);
  assert.deepEqual(shown.draft, draft);
  const all = assembleTuf(shown.draft, [...shown.signatures, signatures[0] as TufSignature]);
  assert.equal(disassembleTuf(all).signatures.length, signatures.length);
  await rejects('root.threshold', loadRoot(assembleTuf(draft, signatures.slice(2))));
  assert.throws(() => assembleTuf(draft, [...signatures, ...signatures]), { code: 'root.signature-twice' });
});

test('online roles have keys of their own, which every role of the file may count on', async () => {
  const online = { publicKey: testSigner('vendor snapshot').publicKey, operator: 'vendor' };
  const other = { publicKey: testSigner('vendor timestamp', 'ecdsa-p256').publicKey, operator: 'vendor' };
  const root = await loadRoot(await signRoot({ ...plan, snapshot: [online], timestamp: [other] }));
  assert.deepEqual(root.roles.targets, root.roles.root);
  assert.deepEqual(
    root.roles.snapshot?.keys.map(({ spki }) => spki),
    [online.publicKey],
  );
  assert.equal(root.roles.timestamp?.threshold, 1);
  assert.equal(root.allKeys.length, plan.keys.length + 2);
  assert.equal(root.keys.length, plan.keys.length);
});

test('top-level targets are balanced like the root (D4)', async () => {
  const change = (threshold: number) => (root: RootFile) => {
    root.signed.roles['targets'] = { ...(root.signed.roles['targets'] as { keyids: string[] }), threshold };
  };
  await loadRoot(await resigned(change(4)));
  await rejects('root.balance', loadRoot(await resigned(change(3))));
  await rejects('root.balance', loadRoot(await resigned(change(6))));
});

test('a next version is signed by the threshold of this one and by its own (TUF 5.3.4)', async () => {
  const { root } = parseRoot(bytes);
  const others = plan.keys.map(({ operator }, i) => holder(operator, `next ${i}`));
  const next = { ...plan, version: 4, keys: others };
  const draft = draftRoot({
    ...next,
    keys: others.map(({ signer: { publicKey }, operator }) => ({ publicKey, operator })),
  });
  const by = (signers: RootPlan['keys']): Promise<TufSignature[]> =>
    Promise.all(signers.map(({ signer }) => signTuf(draft, signer)));
  const both = parseRoot(assembleTuf(draft, [...(await by(plan.keys)), ...(await by(others))]));
  await requireRootThreshold(both, root.roles.root);
  await requireRootThreshold(both, both.root.roles.root);
  const own = parseRoot(assembleTuf(draft, await by(others)));
  await rejects('root.threshold', requireRootThreshold(own, root.roles.root));
});
