// What the pages remember between visits. A browser may forbid storage, or give one that takes nothing: then
// it is remembered until the page is closed, and whoever makes a claim of it can ask.

export interface Shelf {
  getItem(key: string): string | null;
  setItem(key: string, value: string): void;
  removeItem(key: string): void;
  /** Whether there is something that will be there at the next visit. */
  isKept(key: string): boolean;
}

type Storing = Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>;

/** `storage` may throw, and so may everything that it gives. */
export function shelfOver(storage: () => Storing | null): Shelf {
  const untilClosed = new Map<string, string>();
  const attempt = <T>(work: (stored: Storing) => T): T | undefined => {
    try {
      const stored = storage();
      return stored === null ? undefined : work(stored);
    } catch {
      return undefined;
    }
  };
  const stored = (key: string): string | null => attempt((all) => all.getItem(key)) ?? null;
  return {
    getItem: (key) => untilClosed.get(key) ?? stored(key),
    setItem(key, value) {
      attempt((all) => all.setItem(key, value));
      if (stored(key) === value) untilClosed.delete(key);
      else untilClosed.set(key, value);
    },
    removeItem(key) {
      untilClosed.delete(key);
      attempt((all) => all.removeItem(key));
    },
    isKept: (key) => !untilClosed.has(key) && stored(key) !== null,
  };
}

export const shelf: Shelf = shelfOver(() => globalThis.localStorage);
