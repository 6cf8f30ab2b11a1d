import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import test from 'node:test';
import fc from 'fast-check';
import {
  concat,
  consistencyProof,
  emptyRoot,
  fromBase64,
  inclusionProof,
  isVitrineError,
  leafHash,
  nodeHash,
  sha256,
  subtrees,
  toBase64,
  toHex,
  treeRoot,
  utf8,
  verifyConsistency,
  verifyInclusion,
  type NodeReader,
} from '@vitrine/evidence';
import { skipReason, vectors } from '@vitrine/testkit';
import { refuses, rejects } from './refusal.ts';

const archive = 'vectors/rfc6962-merkle.tar.gz';

/** RFC 6962 section 2.1, word for word. */
function definition(leaves: readonly Uint8Array[]): Uint8Array {
  const [only] = leaves;
  if (only === undefined) return hashOf(new Uint8Array(0));
  if (leaves.length === 1) return only;
  let k = 1;
  while (k * 2 < leaves.length) k *= 2;
  return hashOf(concat(Uint8Array.of(1), definition(leaves.slice(0, k)), definition(leaves.slice(k))));
}

function hashOf(bytes: Uint8Array): Uint8Array {
  return new Uint8Array(createHash('sha256').update(bytes).digest());
}

const leaves = Array.from({ length: 70 }, (_, i) => leafHash(utf8(`entry ${i}`)));
const read: NodeReader = (nodes) =>
  Promise.resolve(
    nodes.map(({ level, index }) => definition(leaves.slice(index * 2 ** level, (index + 1) * 2 ** level))),
  );
const rootOf = (size: number): Uint8Array => definition(leaves.slice(0, size));

test('the pure SHA-256 agrees with OpenSSL at every length around its block', () => {
  for (let length = 0; length < 260; length++) {
    const data = new Uint8Array(length).map((_, i) => i * 7 + length);
    assert.equal(toHex(sha256(data)), createHash('sha256').update(data).digest('hex'), `${length} bytes`);
  }
  const view = new Uint8Array(300).fill(9).subarray(13, 200);
  assert.equal(toHex(sha256(view)), createHash('sha256').update(view).digest('hex'));
  const large = new Uint8Array(1 << 20).fill(1);
  assert.equal(toHex(sha256(large)), createHash('sha256').update(large).digest('hex'));
});

test('leaf, node and empty root are the constants of RFC 6962', () => {
  const leaf = toHex(leafHash(utf8('L123456')));
  assert.ok(leaf.startsWith('395aa064') && leaf.endsWith('2b4d56'), leaf);
  const node = toHex(nodeHash(utf8('N123'), utf8('N456')));
  assert.ok(node.startsWith('aa217fe8') && node.endsWith('66bbb'), node);
  assert.equal(toBase64(emptyRoot()), '47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=');
  assert.equal(toHex(leafHash(utf8(''))), toHex(sha256(Uint8Array.of(0))));
});

interface InclusionCase {
  readonly leafIdx: number;
  readonly treeSize: number;
  readonly root: string | null;
  readonly leafHash: string | null;
  readonly proof: readonly string[] | null;
  readonly wantErr: boolean;
}
interface ConsistencyCase {
  readonly size1: number;
  readonly size2: number;
  readonly root1: string | null;
  readonly root2: string | null;
  readonly proof: readonly string[] | null;
  readonly wantErr: boolean;
}

function casesIn(folder: string): readonly (readonly [string, unknown])[] {
  const files = [...(vectors(archive) ?? [])];
  return files
    .filter(([path]) => path.startsWith(`testdata/${folder}/`) && path.endsWith('.json'))
    .map(([path, bytes]) => [path, JSON.parse(new TextDecoder().decode(bytes)) as unknown]);
}

const bytesOf = (text: string | null): Uint8Array => fromBase64(text ?? '');

function outcome(verify: () => void): 'accepted' | 'refused' {
  try {
    verify();
    return 'accepted';
  } catch (error) {
    assert.ok(isVitrineError(error), String(error));
    return 'refused';
  }
}

test(
  'the 196 cases of transparency-dev come out as they say, 184 of them refused',
  {
    skip: skipReason(archive),
  },
  () => {
    const inclusion = casesIn('inclusion') as readonly (readonly [string, InclusionCase])[];
    const consistency = casesIn('consistency') as readonly (readonly [string, ConsistencyCase])[];
    assert.deepEqual([inclusion.length, consistency.length], [98, 98]);
    let refused = 0;
    for (const [path, { leafIdx, treeSize, root, leafHash: leaf, proof, wantErr }] of inclusion) {
      const found = outcome(() =>
        verifyInclusion((proof ?? []).map(bytesOf), leafIdx, treeSize, bytesOf(leaf), bytesOf(root)),
      );
      assert.equal(found, wantErr ? 'refused' : 'accepted', path);
      if (wantErr) refused++;
    }
    for (const [path, { size1, size2, root1, root2, proof, wantErr }] of consistency) {
      const found = outcome(() =>
        verifyConsistency((proof ?? []).map(bytesOf), size1, size2, bytesOf(root1), bytesOf(root2)),
      );
      assert.equal(found, wantErr ? 'refused' : 'accepted', path);
      if (wantErr) refused++;
    }
    assert.equal(refused, 184);
  },
);

test('roots, inclusion and consistency proofs follow the definition for every size below 70', async () => {
  for (let size = 0; size < 70; size++) {
    const root = rootOf(size);
    assert.deepEqual(await treeRoot(size, read), root, `root of ${size}`);
    for (let index = 0; index < size; index++) {
      const proof = await inclusionProof(index, size, read);
      verifyInclusion(proof, index, size, leaves[index] as Uint8Array, root);
    }
    for (let earlier = 0; earlier <= size; earlier++) {
      const proof = await consistencyProof(earlier, size, read);
      verifyConsistency(proof, earlier, size, rootOf(earlier), root);
    }
  }
});

test('proofs have the hashes that the example of seven leaves in RFC 6962 gives', async () => {
  const [a, b, c, d, e, f, j] = leaves as [
    Uint8Array,
    Uint8Array,
    Uint8Array,
    Uint8Array,
    Uint8Array,
    Uint8Array,
    Uint8Array,
  ];
  const g = nodeHash(a, b);
  const h = nodeHash(c, d);
  const i = nodeHash(e, f);
  const k = nodeHash(g, h);
  const l = nodeHash(i, j);
  assert.deepEqual(await inclusionProof(0, 7, read), [b, h, l]);
  assert.deepEqual(await inclusionProof(3, 7, read), [c, g, l]);
  assert.deepEqual(await inclusionProof(4, 7, read), [f, j, k]);
  assert.deepEqual(await inclusionProof(6, 7, read), [i, k]);
  assert.deepEqual(await consistencyProof(3, 7, read), [c, d, g, l]);
  assert.deepEqual(await consistencyProof(4, 7, read), [l]);
  assert.deepEqual(await consistencyProof(6, 7, read), [i, j, k]);
});

test('no other index, size, leaf or hash passes with a valid inclusion proof', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 2, max: 70 }),
      fc.nat(),
      fc.nat(),
      fc.nat(),
      async (size, i, j, bit) => {
        const index = i % size;
        const proof = await inclusionProof(index, size, read);
        const leaf = leaves[index] as Uint8Array;
        const root = rootOf(size);
        const other = j % size;
        if (other !== index)
          refuses('merkle.inclusion', () => verifyInclusion(proof, other, size, leaf, root));
        refuses('merkle.inclusion', () => verifyInclusion(proof, index, size, flipped(leaf, bit), root));
        refuses('merkle.inclusion', () => verifyInclusion(proof, index, size, leaf, flipped(root, bit)));
        refuses('merkle.inclusion', () => verifyInclusion(proof.slice(1), index, size, leaf, root));
        refuses('merkle.inclusion', () => verifyInclusion([...proof, root], index, size, leaf, root));
        const at = bit % proof.length;
        const changed = proof.with(at, flipped(proof[at] as Uint8Array, bit));
        refuses('merkle.inclusion', () => verifyInclusion(changed, index, size, leaf, root));
      },
    ),
    { numRuns: 200 },
  );
});

test('no other pair of roots passes with a valid consistency proof', async () => {
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 2, max: 70 }), fc.nat(), fc.nat(), async (size, i, bit) => {
      const earlier = 1 + (i % (size - 1));
      const proof = await consistencyProof(earlier, size, read);
      const [from, to] = [rootOf(earlier), rootOf(size)];
      refuses('merkle.consistency', () => verifyConsistency(proof, earlier, size, flipped(from, bit), to));
      refuses('merkle.consistency', () => verifyConsistency(proof, earlier, size, from, flipped(to, bit)));
      refuses('merkle.consistency', () => verifyConsistency(proof.slice(1), earlier, size, from, to));
      refuses('merkle.consistency', () => verifyConsistency([...proof, to], earlier, size, from, to));
    }),
    { numRuns: 200 },
  );
});

function flipped(hash: Uint8Array, bit: number): Uint8Array {
  return hash.with((bit >> 3) % 32, (hash[(bit >> 3) % 32] as number) ^ (1 << (bit & 7)));
}

test('sizes, indices and hashes out of range are refused before they are used', async () => {
  const root = rootOf(1);
  const leaf = leaves[0] as Uint8Array;
  for (const bad of [-1, 0.5, Number.NaN, Infinity, 2 ** 53]) {
    refuses('merkle.size', () => verifyInclusion([], bad, 1, leaf, root));
    refuses('merkle.size', () => verifyInclusion([], 0, bad, leaf, root));
    refuses('merkle.size', () => verifyConsistency([], bad, 2, root, root));
    refuses('merkle.size', () => verifyConsistency([], 1, bad, root, root));
    await rejects('merkle.size', treeRoot(bad, read));
    await rejects('merkle.size', inclusionProof(bad, 1, read));
    await rejects('merkle.size', consistencyProof(bad, 1, read));
  }
  await rejects('merkle.inclusion', inclusionProof(1, 1, read));
  await rejects('merkle.consistency', consistencyProof(2, 1, read));
  const short = root.slice(1);
  refuses('merkle.size', () => verifyInclusion([], 0, 1, short, root));
  refuses('merkle.size', () => verifyInclusion([short], 0, 2, leaf, root));
  refuses('merkle.size', () => verifyConsistency([root], 1, 2, root, short));
  const many = Array.from({ length: 64 }, () => root);
  refuses('merkle.size', () => verifyInclusion(many, 0, 2 ** 53 - 1, leaf, root));
  refuses('merkle.inclusion', () => verifyInclusion([], 0, 0, leaf, root));
});

test('growth from nothing, to nothing and to itself has an empty proof and no choice of root', () => {
  const empty = emptyRoot();
  const root = rootOf(3);
  verifyConsistency([], 0, 3, empty, root);
  verifyConsistency([], 0, 0, empty, empty);
  verifyConsistency([], 3, 3, root, root);
  refuses('merkle.consistency', () => verifyConsistency([root], 0, 3, empty, root));
  refuses('merkle.consistency', () => verifyConsistency([], 0, 3, root, root));
  refuses('merkle.consistency', () => verifyConsistency([], 3, 3, root, empty));
  refuses('merkle.consistency', () => verifyConsistency([root], 3, 3, root, root));
  refuses('merkle.consistency', () => verifyConsistency([], 3, 2, root, root));
  refuses('merkle.consistency', () => verifyConsistency([], 3, 4, root, root));
});

test('inclusion in a tree of 2^53 − 1 entries is judged without loss', () => {
  const size = Number.MAX_SAFE_INTEGER;
  const leaf = leaves[0] as Uint8Array;
  const siblings = Array.from({ length: 53 }, (_, i) => leafHash(utf8(`sibling ${i}`)));
  const first = siblings.reduce((hash, sibling) => nodeHash(hash, sibling), leaf);
  verifyInclusion(siblings, 0, size, leaf, first);
  refuses('merkle.inclusion', () => verifyInclusion(siblings, 1, size, leaf, first));
  refuses('merkle.inclusion', () => verifyInclusion(siblings.slice(1), 0, size, leaf, first));
});

test('subtrees cover a tree completely, largest first', () => {
  fc.assert(
    fc.property(fc.maxSafeNat(), (size) => {
      let at = 0;
      let last = Infinity;
      for (const { level, index } of subtrees(size)) {
        assert.ok(level < last);
        assert.equal(index * 2 ** level, at);
        at += 2 ** level;
        last = level;
      }
      assert.equal(at, size);
    }),
  );
});
