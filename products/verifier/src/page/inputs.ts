// What was chosen so far. This object alone owns it; the page shows it and asks for a verdict on it.

import type { ConsistencyProof, State } from '@vitrine/evidence';
import { readState, type Artifact } from '../answer.ts';
import { parseConsistency } from '../consistency.ts';
import { digestOf, readDocument } from './read.ts';
import type { SlotName } from './slots.ts';

interface Chosen<T> {
  readonly name: string;
  readonly size: number;
  readonly value: T;
}

type DocumentName = 'evidence' | 'policy' | 'root' | 'publication';

export interface Files {
  readonly artifact: Chosen<Artifact>;
  readonly evidence: Uint8Array | undefined;
  readonly publication: Uint8Array | undefined;
  readonly policy: Uint8Array;
  readonly root: Uint8Array;
  readonly state: State | undefined;
  readonly consistency: readonly ConsistencyProof[];
}

/** What a row shows: the artifact's digest once it is known. */
export interface Shown {
  readonly name: string;
  readonly size: number;
  readonly sha256?: string;
}

export class Inputs {
  readonly #documents = new Map<DocumentName, Chosen<Uint8Array>>();
  #artifact: Chosen<Artifact> | undefined;
  #state: Chosen<State> | undefined;
  #consistency: readonly Chosen<ConsistencyProof>[] = [];
  /** Ends the hashing of an artifact that another one replaced. */
  #hashing = new AbortController();

  /** Resolves once the file has its place; a file that is refused leaves the old one where it was. */
  async put(slot: SlotName, file: File, onProgress: (read: number) => void): Promise<void> {
    const { name, size } = file;
    switch (slot) {
      case 'artifact': {
        this.remove('artifact');
        const { signal } = this.#hashing;
        this.#artifact = { name, size, value: await digestOf(file, onProgress, signal) };
        return;
      }
      case 'state':
        this.#state = { name, size, value: readState(await readDocument(file)) };
        return;
      case 'consistency': {
        const value = parseConsistency(await readDocument(file));
        this.#consistency = [...this.#consistency, { name, size, value }];
        return;
      }
      case 'evidence':
      case 'policy':
      case 'root':
      case 'publication':
        this.#documents.set(slot, { name, size, value: await readDocument(file) });
    }
  }

  remove(slot: SlotName): void {
    switch (slot) {
      case 'artifact':
        this.#hashing.abort();
        this.#hashing = new AbortController();
        this.#artifact = undefined;
        return;
      case 'state':
        this.#state = undefined;
        return;
      case 'consistency':
        this.#consistency = [];
        return;
      case 'evidence':
      case 'policy':
      case 'root':
      case 'publication':
        this.#documents.delete(slot);
    }
  }

  shown(slot: SlotName): readonly Shown[] {
    switch (slot) {
      case 'artifact':
        return this.#artifact === undefined
          ? []
          : [{ ...this.#artifact, sha256: this.#artifact.value.sha256 }];
      case 'state':
        return this.#state === undefined ? [] : [this.#state];
      case 'consistency':
        return this.#consistency;
      case 'evidence':
      case 'policy':
      case 'root':
      case 'publication': {
        const chosen = this.#documents.get(slot);
        return chosen === undefined ? [] : [chosen];
      }
    }
  }

  /** Undefined while artifact, policy or root is missing: then there is nothing to judge, or nobody to trust. */
  files(): Files | undefined {
    const policy = this.#documents.get('policy')?.value;
    const root = this.#documents.get('root')?.value;
    if (this.#artifact === undefined || policy === undefined || root === undefined) return undefined;
    return {
      artifact: this.#artifact,
      evidence: this.#documents.get('evidence')?.value,
      publication: this.#documents.get('publication')?.value,
      policy,
      root,
      state: this.#state?.value,
      consistency: this.#consistency.map(({ value }) => value),
    };
  }
}
