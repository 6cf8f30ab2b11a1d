// Which file a tree has at a path, as far as histories have asked: a tree never changes, so it is read from its
// listing once. The oldest answers go first.

export interface FilePlace {
  readonly sha256: string;
  readonly mode: string;
}

/** Some 20 MB. */
const mostKept = 50_000;

export class FilePlaces {
  readonly #kept = new Map<string, FilePlace | undefined>();

  /** Undefined where nobody has asked. */
  get(tree: string, path: string): { readonly place: FilePlace | undefined } | undefined {
    const key = `${tree} ${path}`;
    return this.#kept.has(key) ? { place: this.#kept.get(key) } : undefined;
  }

  keep(tree: string, path: string, place: FilePlace | undefined): void {
    for (const oldest of this.#kept.keys()) {
      if (this.#kept.size < mostKept) break;
      this.#kept.delete(oldest);
    }
    this.#kept.set(`${tree} ${path}`, place && { sha256: place.sha256, mode: place.mode });
  }
}
