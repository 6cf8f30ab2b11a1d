// vendor.toml (docs/spec/vendor-toml.md): what the commands on a vendor's folder would otherwise be told
// each time.

import { fields, schema, type Schema } from '@vitrine/evidence';
import { address, url } from '../config.ts';

const { flag, integer, list, object } = schema;

export interface ProductConfig {
  readonly name: string;
  readonly channel: string;
  /** Operators that must have signed its role: the vendor and threshold − 1 supervisors (D4). */
  readonly threshold?: number;
}

export interface VendorConfig {
  readonly operator: string;
  readonly name: string;
  readonly jurisdiction: string;
  /** The builder.id that provenance carries. */
  readonly builder: string;
  readonly log: { readonly origin: string; readonly url: string };
  readonly repository: {
    readonly listen: string;
    readonly url: string;
    /** A page or file that verifies offline; release pages link to it. */
    readonly verifier?: string;
  };
  readonly products?: readonly ProductConfig[];
  readonly root?: { readonly threshold?: number; readonly days?: number };
  readonly policy?: {
    readonly quorum?: number;
    readonly faulty?: number;
    readonly rebuilds?: number;
    readonly blind?: boolean;
    readonly 'max-age'?: number;
    readonly 'offline-max-age'?: number;
    readonly 'resolution-deadline'?: number;
  };
  readonly expiry?: {
    readonly 'role-days'?: number;
    readonly 'snapshot-days'?: number;
    readonly 'timestamp-hours'?: number;
  };
}

const days = integer(1, 3_650);

export const vendorConfig: Schema<VendorConfig> = object(
  {
    operator: fields.name,
    name: fields.organisation,
    jurisdiction: fields.country,
    builder: fields.uri,
    log: object({ origin: fields.origin, url }),
    repository: object({ listen: address, url }, { verifier: url }),
  },
  {
    products: list(object({ name: fields.name, channel: fields.name }, { threshold: integer(2, 16) }), {
      most: 64,
    }),
    root: object({}, { threshold: integer(1, 64), days }),
    policy: object(
      {},
      {
        quorum: integer(1, 64),
        faulty: integer(0, 64),
        rebuilds: integer(1, 64),
        blind: flag,
        'max-age': integer(60, 31_536_000),
        'offline-max-age': integer(60, 315_360_000),
        'resolution-deadline': integer(60, 31_536_000),
      },
    ),
    expiry: object({}, { 'role-days': days, 'snapshot-days': days, 'timestamp-hours': integer(1, 8_760) }),
  },
);
