// Room for the keys that stay in memory for a day, in blocks that are made once. Each in an allocation of its
// own would pin the page of the heap that it happened to get among the buffers of its report: 7 KB a subject.

const keySize = 32;
const keysOfBlock = 4_096;

export class KeyRoom {
  readonly #free: Uint8Array[] = [];

  /** Moves a key here: `key` is zeros afterwards. */
  take(key: Uint8Array): Uint8Array {
    if (this.#free.length === 0) this.#grow();
    const place = this.#free.pop() as Uint8Array;
    place.set(key);
    key.fill(0);
    return place;
  }

  /** Whoever still holds the key sees zeros, or another key: nothing sealed with it may be stored. */
  giveBack(place: Uint8Array): void {
    place.fill(0);
    this.#free.push(place);
  }

  #grow(): void {
    const block = new Uint8Array(keySize * keysOfBlock);
    for (let at = 0; at < block.length; at += keySize) this.#free.push(block.subarray(at, at + keySize));
  }
}
