// The last sharing file that this Center accepted, and what an older one is known by. Durable, so that a
// repository cannot go back before a Center that began anew. The file comes first: after a crash between the
// two writes the memory is merely older than the file, which is remembered again when it is read.

import { join } from 'node:path';
import {
  canonicalJson,
  fields,
  isVitrineError,
  parseJson,
  schema,
  type Json,
  type Schema,
} from '@vitrine/evidence';
import { makeDurableDirectory, readBounded, writeDurable } from '@vitrine/host';
import { sharingLimit, type SharingMemory } from '@vitrine/reports';

const form: Schema<SharingMemory> = schema.object(
  {
    digest: fields.sha256Hex,
    size: fields.size,
    version: schema.integer(1),
  },
  { origin: fields.origin, time: schema.integer(0) },
);

export class ResidencyMemory {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = join(folder, 'residency');
  }

  /** Bytes that were accepted under the policy of then: they are verified again. */
  file(): Promise<Uint8Array | undefined> {
    return this.#read('sharing.json', sharingLimit);
  }

  async last(): Promise<SharingMemory | undefined> {
    const bytes = await this.#read('accepted.json', 1_000);
    return bytes === undefined ? undefined : form.check(parseJson(bytes));
  }

  async keep(file: Uint8Array, accepted: SharingMemory): Promise<void> {
    await makeDurableDirectory(this.#folder);
    await writeDurable(join(this.#folder, 'sharing.json'), file);
    await writeDurable(join(this.#folder, 'accepted.json'), canonicalJson(accepted as unknown as Json));
  }

  async #read(name: string, limit: number): Promise<Uint8Array | undefined> {
    try {
      return await readBounded(join(this.#folder, name), limit);
    } catch (error) {
      if (isVitrineError(error, 'file.missing')) return undefined;
      throw error;
    }
  }
}
