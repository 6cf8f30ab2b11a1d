// What this browser remembers of the log between visits, so that nobody can show it two histories: the newest
// checkpoint that it checked, and the digest of the policy that its reader pinned. Only this browser has it.

import {
  fromBase64,
  fromHex,
  isVitrineError,
  parseJson,
  schema,
  toBase64,
  toHex,
  utf8,
} from '@vitrine/evidence';

export interface RememberedHead {
  readonly size: number;
  readonly root: Uint8Array;
  /** The signed note. */
  readonly note: Uint8Array;
  /** Seconds. */
  readonly seenAt: number;
}

export interface HeadMemory {
  /** Whether what is remembered is there at the next visit. */
  readonly lasting: boolean;
  head(origin: string): RememberedHead | undefined;
  /** Answers whether it will be there at the next visit. */
  remember(origin: string, head: RememberedHead): boolean;
  pinned(): string | undefined;
  pin(digest: string | undefined): void;
}

/** The part of `Storage` that is used. */
export interface Shelf {
  getItem(key: string): string | null;
  setItem(key: string, value: string): void;
  removeItem(key: string): void;
}

const stored = schema.object({
  note: schema.text(/^[A-Za-z0-9+/=]*$/, 1 << 17, 'base64'),
  root: schema.text(/^[0-9a-f]{64}$/, 64, 'a root'),
  seenAt: schema.integer(0),
  size: schema.integer(0),
});

const headKey = (origin: string): string => `vitrine.head ${origin}`;
const pinKey = 'vitrine.policy';

export function shelfMemory(shelf: Shelf, lasting = true): HeadMemory {
  return {
    lasting,
    head(origin) {
      const text = shelf.getItem(headKey(origin));
      if (text === null) return undefined;
      try {
        const { size, root, note, seenAt } = stored.check(parseJson(utf8(text)));
        return { size, root: fromHex(root), note: fromBase64(note), seenAt };
      } catch (error) {
        // Something else wrote there: it is no memory of ours.
        if (isVitrineError(error)) return undefined;
        throw error;
      }
    },
    remember(origin, { size, root, note, seenAt }) {
      const value = { note: toBase64(note), root: toHex(root), seenAt, size };
      try {
        shelf.setItem(headKey(origin), JSON.stringify(value));
      } catch {
        // Storage that is full or was forbidden meanwhile: the check goes on, and says that it is forgotten.
        return false;
      }
      return lasting;
    },
    pinned() {
      const digest = shelf.getItem(pinKey);
      return digest !== null && /^[0-9a-f]{64}$/.test(digest) ? digest : undefined;
    },
    pin(digest) {
      if (digest === undefined) shelf.removeItem(pinKey);
      else shelf.setItem(pinKey, digest);
    },
  };
}

/** Where a browser forbids storage: gone with the page. Ours alone, and one for all of its memories. */
const untilClosed = new Map<string, string>();

/** A browser may forbid storage; then nothing outlasts the page, and the check says so. */
export function browserMemory(): HeadMemory {
  const shelf = browserShelf();
  if (shelf !== undefined) return shelfMemory(shelf);
  return shelfMemory(
    {
      getItem: (key) => untilClosed.get(key) ?? null,
      setItem: (key, value) => void untilClosed.set(key, value),
      removeItem: (key) => void untilClosed.delete(key),
    },
    false,
  );
}

/** Some browsers refuse the storage itself, some give one that takes nothing. */
function browserShelf(): Shelf | undefined {
  try {
    const shelf = globalThis.localStorage as Storage | null;
    shelf?.setItem('vitrine.probe', '');
    shelf?.removeItem('vitrine.probe');
    return shelf ?? undefined;
  } catch {
    return undefined;
  }
}
