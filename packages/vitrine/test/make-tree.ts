// For transcripts: a file of a small tree with its source proof, and the same proof under another name.

import { writeFileSync } from 'node:fs';
import { formatSourceProof, proveSource, type TreeFile } from '@vitrine/evidence';
import { sha256Hex } from '@vitrine/host';

const main = Buffer.from('int main(void) { return 0; }\n');
const files = ['README', 'bin/run', 'main.c', 'test.c', 'z'].map((path): TreeFile => {
  const bytes = path === 'main.c' ? main : Buffer.from(path);
  return { mode: '100644', path, sha256: sha256Hex(bytes), size: bytes.length };
});
const proof = proveSource({ files }, 'main.c');
if (proof === undefined) throw new Error('main.c is not in its own tree');
writeFileSync('main.c', main);
writeFileSync('tree', proof.tree);
writeFileSync('main.c.proof.json', formatSourceProof(proof));
writeFileSync('moved.proof.json', formatSourceProof({ ...proof, file: { ...proof.file, path: 'moved.c' } }));
