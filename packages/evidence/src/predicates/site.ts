import * as field from '../fields.ts';
import { list, object, oneOf } from '../schema.ts';
import { ownKind, type Kind } from '../statement.ts';

/**
 * A supervisor inspected a place (D33): what "assembled and signed in X" rests on, until it expires.
 * Subject `site`: SHA-256 of the site's identifier.
 */
export interface Site {
  readonly site: string;
  readonly country: string;
  readonly purposes: readonly ('builder' | 'datacenter' | 'signer')[];
  /** The keys that were found there, with the attestation of the devices that hold them. */
  readonly keys: readonly string[];
  readonly attestation: { readonly sha256: string; readonly size: number };
  readonly inspectedAt: string;
  readonly expires: string;
}

export const site: Kind<Site> = ownKind({
  kind: 'site',
  role: 'supervisor',
  status: 'provisional',
  subjects: ['site'],
  schema: object({
    site: field.name,
    country: field.country,
    purposes: list(oneOf('builder', 'datacenter', 'signer'), {
      least: 1,
      most: 3,
      sortedBy: (purpose: string) => purpose,
    }),
    keys: list(field.keyid, { most: 64, sortedBy: (keyid: string) => keyid }),
    attestation: field.content,
    inspectedAt: field.time,
    expires: field.time,
  }),
});
