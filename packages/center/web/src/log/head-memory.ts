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
import { shelf as browserShelf, type Shelf } from '../ui/shelf.ts';

export interface RememberedHead {
  readonly size: number;
  readonly root: Uint8Array;
  /** The signed note. */
  readonly note: Uint8Array;
  /** Seconds. */
  readonly seenAt: number;
}

export interface HeadMemory {
  head(origin: string): RememberedHead | undefined;
  remember(origin: string, head: RememberedHead): void;
  /** Whether the head last remembered will be there at the next visit: a browser may forbid that. */
  keepsHead(origin: string): boolean;
  pinned(): string | undefined;
  pin(digest: string | undefined): void;
  keepsPin(): boolean;
}

const stored = schema.object({
  note: schema.text(/^[A-Za-z0-9+/=]*$/, 1 << 17, 'base64'),
  root: schema.text(/^[0-9a-f]{64}$/, 64, 'a root'),
  seenAt: schema.integer(0),
  size: schema.integer(0),
});

const headKey = (origin: string): string => `vitrine.head ${origin}`;
const pinKey = 'vitrine.policy';

export function shelfMemory(shelf: Shelf): HeadMemory {
  return {
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
      shelf.setItem(headKey(origin), JSON.stringify(value));
    },
    keepsHead: (origin) => shelf.isKept(headKey(origin)),
    pinned() {
      const digest = shelf.getItem(pinKey);
      return digest !== null && /^[0-9a-f]{64}$/.test(digest) ? digest : undefined;
    },
    pin(digest) {
      if (digest === undefined) shelf.removeItem(pinKey);
      else shelf.setItem(pinKey, digest);
    },
    keepsPin: () => shelf.isKept(pinKey),
  };
}

export function browserMemory(): HeadMemory {
  return shelfMemory(browserShelf);
}
