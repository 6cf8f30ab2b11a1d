import { countries } from '../countries.ts';
import * as field from '../fields.ts';
import { integer, list, object, oneOf, record, text, where, type Schema } from '../schema.ts';
import { ownKind, type Kind } from '../statement.ts';

/** A promise with a date (D35): `done` is the statement that fulfils it; one that is overdue is shown. */
export interface Milestone {
  readonly id: string;
  readonly what: 'data' | 'conveyor' | 'signing' | 'center';
  readonly due: string;
  readonly done?: string;
}

export interface DataCenter {
  readonly id: string;
  /** As customers read it. */
  readonly name: string;
  readonly operator: string;
  /** Where it stands, and whose law it is under. */
  readonly country: string;
  /** The identity key that signs its sealing keys (D20): SubjectPublicKeyInfo, base64. */
  readonly identity: string;
  /** Verifier key of the custody ledger, whose key signs promises and receipts, too. */
  readonly ledger: string;
  /** Verifier key of the ledger of reads (D11). */
  readonly access: string;
  /** Where reports are sent, in the order in which they are tried. */
  readonly intake: readonly string[];
}

/**
 * Which data center keeps the data of which country (D19–D21, D35). Regions are enumerated into
 * countries, and every country is assigned. Subject `residency-policy`: SHA-256 of the canonical predicate.
 */
export interface ResidencyPolicy {
  readonly version: number;
  readonly issuedAt: string;
  /** In witness time. */
  readonly effective: string;
  /** Seconds that the next version is announced before it comes into force. */
  readonly notice: number;
  readonly centers: readonly DataCenter[];
  /** Country to center. */
  readonly countries: Readonly<Record<string, string>>;
  readonly milestones: readonly Milestone[];
}

const publicKey: Schema<string> = text(
  /^[A-Za-z0-9+/]{50,2000}={0,2}$/,
  2000,
  'a SubjectPublicKeyInfo in base64',
);
const vkey: Schema<string> = text(
  /^[!-*,-~]{1,255}\+[0-9a-f]{8}\+[A-Za-z0-9+/]{40,60}={0,2}$/,
  400,
  'a verifier key: name, key ID and key',
);
const intake: Schema<string> = text(/^https?:\/\/[!-~]{1,400}$/, 408, 'an http or https address');

/** One data center: as the policy lists it, and as its own operator hands it over before. */
export const dataCenter: Schema<DataCenter> = object({
  id: field.name,
  name: field.organisation,
  operator: field.name,
  country: field.country,
  identity: publicKey,
  ledger: vkey,
  access: vkey,
  intake: list(intake, { least: 1, most: 8 }),
});

/** That every country has a center, and each center that is named exists. */
function gap({ centers, countries: assigned }: ResidencyPolicy): string | undefined {
  const known = new Set(centers.map(({ id }) => id));
  const missing = countries.find((code) => !Object.hasOwn(assigned, code));
  if (missing !== undefined) return `a data center for every country; ${missing} has none`;
  const lost = Object.keys(assigned).find((code) => !known.has(assigned[code] as string));
  return lost === undefined ? undefined : `listed data centers; that of ${lost} is not`;
}

export const residencyPolicy: Kind<ResidencyPolicy> = ownKind({
  kind: 'residency-policy',
  role: 'root',
  status: 'frozen',
  subjects: ['residency-policy'],
  schema: where(
    object({
      version: integer(1),
      issuedAt: field.time,
      effective: field.time,
      notice: integer(0, 366 * 86_400),
      centers: list(dataCenter, { least: 1, most: 64, sortedBy: ({ id }: DataCenter) => id }),
      countries: record(/^[A-Z]{2}$/, field.name, 300),
      milestones: list(
        object(
          { id: field.name, what: oneOf('data', 'conveyor', 'signing', 'center'), due: field.time },
          { done: field.statementId },
        ),
        { most: 200, sortedBy: ({ id }: Milestone) => id },
      ),
    }),
    gap,
  ),
});
