import * as field from '../fields.ts';
import { integer, list, object, oneOf, record } from '../schema.ts';
import { ownKind, type Kind } from '../statement.ts';

/** A promise with a date (D35): `done` is the statement that fulfils it; one that is overdue is shown. */
export interface Milestone {
  readonly id: string;
  readonly what: 'data' | 'conveyor' | 'signing' | 'center';
  readonly due: string;
  readonly done?: string;
}

/**
 * Which data center keeps the data of which country (D19–D21, D35). Regions are enumerated into
 * countries, and every country is assigned. Subject `residency-policy`: SHA-256 of the canonical predicate.
 */
export interface ResidencyPolicy {
  readonly version: number;
  readonly effective: string;
  readonly centers: readonly {
    readonly id: string;
    readonly operator: string;
    readonly country: string;
    /** The identity key that signs the center's sealing keys. */
    readonly keyid: string;
  }[];
  /** Country to center. */
  readonly countries: Readonly<Record<string, string>>;
  readonly milestones: readonly Milestone[];
}

export const residencyPolicy: Kind<ResidencyPolicy> = ownKind({
  kind: 'residency-policy',
  role: 'root',
  status: 'provisional',
  subjects: ['residency-policy'],
  schema: object({
    version: integer(1),
    effective: field.time,
    centers: list(
      object({ id: field.name, operator: field.name, country: field.country, keyid: field.keyid }),
      { least: 1, most: 64, sortedBy: ({ id }: ResidencyPolicy['centers'][number]) => id },
    ),
    countries: record(/^[A-Z]{2}$/, field.name, 300),
    milestones: list(
      object(
        { id: field.name, what: oneOf('data', 'conveyor', 'signing', 'center'), due: field.time },
        { done: field.statementId },
      ),
      { most: 200, sortedBy: ({ id }: Milestone) => id },
    ),
  }),
});
