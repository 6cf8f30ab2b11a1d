// The checkpoints of a folder: signed as they must be, and of one tree.

import {
  equal,
  formatCheckpoint,
  noteLimits,
  parseSignedCheckpoint,
  parseVkey,
  quote,
  verifySignatureBy,
} from '@vitrine/evidence';
import { verifySignature } from '@vitrine/host';
import type { LogIdentity } from '../database.ts';
import type { Edge } from '../edge.ts';
import { Heads, type SignedHead } from '../heads.ts';
import type { LogFolder } from '../folder.ts';
import { readOptional } from './files.ts';
import type { Problems } from './problems.ts';

type NamedHead = SignedHead & { readonly at: string };

export class HeadCheck {
  readonly committed: number;
  readonly published: number;
  readonly #heads: readonly NamedHead[];
  readonly #problems: Problems;

  private constructor(heads: readonly NamedHead[], problems: Problems) {
    const size = (state: string): number => heads.find(({ at }) => at === named(state))?.size ?? 0;
    this.committed = size('committed');
    this.published = size('published');
    this.#heads = heads;
    this.#problems = problems;
  }

  /** All checkpoints of log.db and the file `checkpoint`, each with its signatures checked. */
  static async read(folder: LogFolder, problems: Problems): Promise<HeadCheck> {
    const stored = new Heads(folder.database);
    const heads: NamedHead[] = [];
    for (const state of ['committed', 'applied', 'published'] as const) {
      const head = stored.read(state);
      if (head !== undefined) heads.push({ ...head, at: named(state) });
    }
    const shown = await problems.attempt('checkpoint', async () => {
      const note = await readOptional(folder.path, 'checkpoint', noteLimits.bytes);
      return note === undefined
        ? undefined
        : { ...parseSignedCheckpoint(note).checkpoint, note, at: 'checkpoint' };
    });
    if (shown !== undefined) heads.push(shown);
    for (const head of heads)
      await problems.attempt(head.at, () => requireSigned(head, folder.identity, problems));
    const check = new HeadCheck(heads, problems);
    for (const { at, size } of heads)
      if (size > check.committed)
        problems.add(at, `its size ${size} is beyond the committed ${check.committed}`);
    return check;
  }

  /** To be called with the tree at every size. */
  compare(edge: Edge): void {
    for (const { at, size, root } of this.#heads) {
      if (size === edge.size && !equal(root, edge.root()))
        this.#problems.add(at, `the ${size} entries of the log do not lead to its root`);
    }
  }

  has(size: number): boolean {
    return this.#heads.some((head) => head.size === size);
  }
}

function named(state: string): string {
  return `log.db, ${state} checkpoint`;
}

async function requireSigned(
  { at, size, root, note: bytes }: NamedHead,
  { origin, vkeys }: LogIdentity,
  problems: Problems,
): Promise<void> {
  const { note } = parseSignedCheckpoint(bytes);
  if (note.text !== formatCheckpoint({ origin, size, root, extensions: [] }))
    problems.add(at, 'its note says something else');
  for (const vkey of vkeys) {
    if ((await verifySignatureBy(note, parseVkey(vkey), verifySignature)) === undefined)
      problems.add(at, `no signature by ${quote(vkey, 100)}`);
  }
}
