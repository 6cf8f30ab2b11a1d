// What an endpoint remembers between verdicts: written only after an accepted one (D7).

import { canonicalJson, parseCanonicalJson } from '../canonical.ts';
import * as field from '../fields.ts';
import type { Json } from '../json.ts';
import { integer, object, oneOf, record, type Schema } from '../schema.ts';

export interface Head {
  readonly origin: string;
  readonly size: number;
  /** base64 */
  readonly root: string;
}

export interface State {
  readonly format: 'urn:vitrine:state:v1';
  /** The largest checkpoint accepted so far. */
  readonly head?: Head;
  readonly publication?: {
    readonly seq: number;
    readonly snapshot: number;
    readonly sha256: string;
    readonly index: number;
    readonly asOf: number;
  };
  /** The highest policy and root accepted: an older one would bring back what they ended. */
  readonly policy?: { readonly version: number; readonly sha256: string };
  readonly root?: { readonly version: number; readonly sha256: string };
  /** Seconds since 1970: no witness time below it will be believed to be now. */
  readonly floor: number;
  /** By product/channel: the highest sequence accepted. */
  readonly sequences: Readonly<Record<string, number>>;
}

/** Lines of products that one endpoint can follow. */
export const mostLines = 1024;

const version: Schema<{ readonly version: number; readonly sha256: string }> = object({
  version: integer(1),
  sha256: field.sha256Hex,
});

export const stateSchema: Schema<State> = object(
  {
    format: oneOf('urn:vitrine:state:v1'),
    floor: integer(0),
    sequences: record(/^[a-z0-9._-]{1,64}\/[a-z0-9._-]{1,64}$/, integer(1), mostLines),
  },
  {
    head: object({ origin: field.origin, size: field.size, root: field.hash32 }),
    publication: object({
      seq: integer(1),
      snapshot: integer(1),
      sha256: field.sha256Hex,
      index: field.index,
      asOf: field.size,
    }),
    policy: version,
    root: version,
  },
);

export const freshState: State = { format: 'urn:vitrine:state:v1', floor: 0, sequences: {} };

export function parseState(bytes: Uint8Array): State {
  return stateSchema.check(parseCanonicalJson(bytes));
}

export function formatState(state: State): Uint8Array {
  return canonicalJson(stateSchema.check(state as unknown as Json) as unknown as Json);
}
