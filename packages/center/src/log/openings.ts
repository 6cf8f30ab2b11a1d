// Sealed bodies that somebody who may open them gave to this Center, to be shown to everyone (D11): files
// `openings/<commitment>.json` of the form that supervisors keep. What is not what was committed to is not shown.

import { join } from 'node:path';
import {
  canonicalJson,
  fromHex,
  isVitrineError,
  openCommitment,
  parseJson,
  schema,
  type Json,
} from '@vitrine/evidence';
import { readBounded, sha256 } from '@vitrine/host';

export interface Opened {
  readonly salt: string;
  readonly body: Json;
}

const file = schema.object({
  body: schema.anything,
  salt: schema.text(/^[0-9a-f]{64}$/, 64, '32 bytes in hex'),
});
const fileLimit = 1 << 20;

export class Openings {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = join(folder, 'openings');
  }

  async find(commitment: string): Promise<Opened | undefined> {
    if (!/^[0-9a-f]{64}$/.test(commitment)) return undefined;
    try {
      const { salt, body } = file.check(
        parseJson(await readBounded(join(this.#folder, `${commitment}.json`), fileLimit)),
      );
      openCommitment({ commitment, heldBy: '' }, fromHex(salt), canonicalJson(body), sha256);
      return { salt, body };
    } catch (error) {
      if (isVitrineError(error)) return undefined;
      throw error;
    }
  }
}
