// A log without a disk.

import {
  formatEnvelope,
  inclusionProof,
  leafHash,
  nodeHash,
  toBase64,
  treeRoot,
  type Envelope,
  type NodeAddress,
} from '@vitrine/evidence';

/** Entries in memory with the proofs of RFC 6962. */
export class MemoryLog {
  readonly entries: Uint8Array[] = [];

  append(envelope: Envelope): number {
    return this.entries.push(formatEnvelope(envelope)) - 1;
  }

  readonly read = (nodes: readonly NodeAddress[]): Promise<Uint8Array[]> =>
    Promise.resolve(nodes.map(({ level, index }) => this.#node(level, index)));

  #node(level: number, index: number): Uint8Array {
    if (level === 0) return leafHash(this.entries[index] as Uint8Array);
    return nodeHash(this.#node(level - 1, index * 2), this.#node(level - 1, index * 2 + 1));
  }

  root(size: number = this.entries.length): Promise<Uint8Array> {
    return treeRoot(size, this.read);
  }

  async path(index: number, size: number = this.entries.length): Promise<string[]> {
    return (await inclusionProof(index, size, this.read)).map(toBase64);
  }
}
