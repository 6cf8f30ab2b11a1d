import * as field from '../fields.ts';
import { integer, object, text } from '../schema.ts';
import type { Kind } from '../statement.ts';

/**
 * in-toto release v0.2 with the members that let an endpoint say what it expected (D7, D26).
 * Subject `artifact`: the file that endpoints install.
 */
export interface Release {
  /** Package URL with version, for example pkg:generic/verifier@1.4.0. */
  readonly purl: string;
  readonly product: string;
  readonly channel: string;
  readonly platform: string;
  readonly version: string;
  /** Orders the releases of a product and channel; never reused, never decreases. */
  readonly sequence: number;
  /** The order it was built by, and its name among the outputs. */
  readonly order: string;
  readonly output: string;
}

export const release: Kind<Release> = {
  kind: 'release',
  predicateType: 'https://in-toto.io/attestation/release/v0.2',
  role: 'releaser',
  status: 'frozen',
  subjects: ['artifact'],
  schema: object({
    purl: text(/^pkg:[a-z][a-z0-9.+-]*\/[!-~]{1,200}$/, 220, 'a package URL'),
    product: field.name,
    channel: field.name,
    platform: field.name,
    version: field.version,
    sequence: integer(1),
    order: field.statementId,
    output: field.filePath,
  }),
};
