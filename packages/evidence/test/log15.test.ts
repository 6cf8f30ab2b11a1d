// A log that somebody else wrote, read with this package alone.

import assert from 'node:assert/strict';
import test from 'node:test';
import {
  consistencyProof,
  formatCheckpoint,
  formatNote,
  fromBase64,
  inclusionProof,
  leafHash,
  nodeHash,
  noteTypes,
  parseSignedCheckpoint,
  parseVkey,
  signCheckpoint,
  noteSigner,
  treeRoot,
  verifierKey,
  verifyConsistency,
  verifyInclusion,
  verifySignatureBy,
  type NodeReader,
  type SignedCheckpoint,
} from '@vitrine/evidence';
import { signerFromSeed, skipReason, vectors } from '@vitrine/testkit';

const archive = 'vectors/tlog-tiles-15-entries.tar.gz';
const skip = skipReason(archive);

// The public test key of tessera's testdata, PRIVATE+KEY+<name>+<id>+<algorithm and seed>.
const [name, id, secret] = [
  'example.com/log/testdata',
  '33d7b496',
  'AeymY/SZAX0jZcJ8enZ5FY1Dz+wTML2yWSkK+9DSF3eg',
];
const logSigner = noteSigner(name, noteTypes.log, signerFromSeed(fromBase64(secret).slice(1), 'ed25519'));

function file(path: string): Uint8Array {
  const bytes = vectors(archive)?.get(`testdata/log/${path}`);
  assert.ok(bytes, `${path} is not in the archive`);
  return bytes;
}

/** A bundle is entries, each after its length in two bytes, big-endian (tlog-tiles). */
function entriesOf(bundle: Uint8Array): Uint8Array[] {
  const entries: Uint8Array[] = [];
  for (let at = 0; at < bundle.length;) {
    const length = ((bundle[at] as number) << 8) | (bundle[at + 1] as number);
    entries.push(bundle.slice(at + 2, at + 2 + length));
    at += 2 + length;
  }
  return entries;
}

const heads = (): SignedCheckpoint[] =>
  Array.from({ length: 16 }, (_, size) => parseSignedCheckpoint(file(`checkpoint.${size}`)));
const entries = (): Uint8Array[] => entriesOf(file('tile/entries/000.p/15'));
const read: NodeReader = (nodes) => {
  const hash = (level: number, index: number): Uint8Array =>
    level === 0
      ? leafHash(entries()[index] as Uint8Array)
      : nodeHash(hash(level - 1, index * 2), hash(level - 1, index * 2 + 1));
  return Promise.resolve(nodes.map(({ level, index }) => hash(level, index)));
};

test('every checkpoint of the 15-entry log is signed by its key', { skip }, async () => {
  const key = parseVkey(`${name}+${id}+${Buffer.from([1, ...logSigner.key.raw]).toString('base64')}`);
  assert.deepEqual(key, verifierKey(name, noteTypes.log, logSigner.key.raw));
  for (const [size, { note, checkpoint }] of heads().entries()) {
    assert.equal(checkpoint.size, size);
    assert.equal(checkpoint.origin, name);
    assert.deepEqual(await verifySignatureBy(note, key), { key, time: undefined });
  }
});

test('its checkpoints are reproduced byte for byte from the key', { skip }, async () => {
  for (const [size, { checkpoint }] of heads().entries()) {
    const text = formatCheckpoint(checkpoint);
    const note = formatNote({ text, signatures: [await signCheckpoint(text, logSigner, 0)] });
    assert.deepEqual(note, new Uint8Array(file(`checkpoint.${size}`)), `checkpoint.${size}`);
  }
});

test('its roots follow from its entries, and every entry and every growth is proven', { skip }, async () => {
  const all = heads();
  assert.equal(entries().length, 15);
  for (const [size, { checkpoint }] of all.entries()) {
    assert.deepEqual(await treeRoot(size, read), checkpoint.root, `root of ${size}`);
    for (let index = 0; index < size; index++) {
      const leaf = leafHash(entries()[index] as Uint8Array);
      verifyInclusion(await inclusionProof(index, size, read), index, size, leaf, checkpoint.root);
    }
    for (const [earlier, { checkpoint: before }] of all.slice(0, size + 1).entries()) {
      const proof = await consistencyProof(earlier, size, read);
      verifyConsistency(proof, earlier, size, before.root, checkpoint.root);
    }
  }
});
