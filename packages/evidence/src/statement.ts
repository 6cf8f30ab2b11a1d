// in-toto Statement v1: who (subject, by SHA-256 only) and what (predicate).

import { canonicalJson, requireCanonical } from './canonical.ts';
import { fail } from './codes.ts';
import { inTotoPayload, payloadOf, signEnvelope, type Envelope } from './dsse.ts';
import * as field from './fields.ts';
import { readJson, type Json, type JsonObject } from './json.ts';
import { anything, list, object, oneOf, text, type Schema } from './schema.ts';
import type { Signer } from './signer.ts';

export const statementType = 'https://in-toto.io/Statement/v1';

/** `digest` holds exactly sha256: matching "any acceptable algorithm" would let a weaker one decide. */
export interface Subject {
  readonly name: string;
  readonly digest: { readonly sha256: string };
}

export const subjectSchema: Schema<Subject> = object({
  name: text(/^[A-Za-z0-9][A-Za-z0-9._@+~/-]{0,199}$/, 200, 'the name of a subject'),
  digest: object({ sha256: field.sha256Hex }),
});

const statementSchema = object({
  _type: oneOf(statementType),
  subject: list(subjectSchema, { least: 1, most: 64, sortedBy: ({ name }: Subject) => name }),
  predicateType: field.uri,
  predicate: anything,
});

export interface Statement<Predicate = Json> {
  readonly _type: typeof statementType;
  readonly subject: readonly Subject[];
  readonly predicateType: string;
  readonly predicate: Predicate;
}

/** A statement kind: how it is called, what it must look like, who may sign it. */
export interface Kind<Predicate> {
  readonly kind: string;
  readonly predicateType: string;
  readonly schema: Schema<Predicate>;
  /** Names of the subjects, in order: what the statement is about. */
  readonly subjects: readonly string[];
  /** Where this member of the predicate has this value, the statement is about these instead. */
  readonly exception?: {
    readonly member: string;
    readonly value: string;
    readonly subjects: readonly string[];
  };
  /** The role in the trust policy whose keys may sign it. */
  readonly role: Role;
  /** A frozen kind changes only with a new version; a provisional one is refused by admission. */
  readonly status: 'frozen' | 'provisional';
}

/** What a key of the trust policy may sign. One operator uses distinct keys per role (D4). */
export const roles = [
  'source',
  'order',
  'builder',
  'rebuilder',
  'releaser',
  'publisher',
  'supervisor',
  'reviewer',
  'root',
  'datacenter',
] as const;
export type Role = (typeof roles)[number];

const ownPrefix = 'urn:vitrine:attestation:';
/** Standard predicates in the form that only we write. */
const writtenHere: ReadonlySet<string> = new Set([
  'https://slsa.dev/provenance/v1',
  'https://in-toto.io/attestation/release/v0.2',
]);

export function ownKind<Predicate>(kind: Omit<Kind<Predicate>, 'predicateType'>): Kind<Predicate> {
  return { ...kind, predicateType: `${ownPrefix}${kind.kind}:v1` };
}

/**
 * Payloads of our own kinds are canonical JSON: one statement, one identifier. Foreign predicates are
 * taken as they were written and never canonicalised (D32).
 */
export function parseStatement(payload: Uint8Array): Statement {
  const read = readJson(payload);
  const statement = statementSchema.check(read.value);
  if (isOwn(statement.predicateType)) requireCanonical(read, payload);
  return statement;
}

function isOwn(predicateType: string): boolean {
  return predicateType.startsWith(ownPrefix) || writtenHere.has(predicateType);
}

/** Parses the statement of an envelope; refuses other payload types. */
export function statementOf(envelope: Envelope): Statement {
  if (envelope.payloadType !== inTotoPayload)
    throw fail('statement.payload-type', `the payload type is not ${inTotoPayload}`);
  return parseStatement(payloadOf(envelope));
}

/** The statement as this kind, its predicate checked; throws `statement.kind` if it is another. */
export function expectKind<Predicate>(statement: Statement, kind: Kind<Predicate>): Statement<Predicate> {
  if (statement.predicateType !== kind.predicateType) {
    throw fail(
      'statement.kind',
      `expected a ${kind.kind} statement, found the predicate type ${statement.predicateType}`,
    );
  }
  const predicate = kind.schema.check(statement.predicate, '/predicate');
  const { exception } = kind;
  const excepted = exception !== undefined && (predicate as JsonObject)[exception.member] === exception.value;
  const wanted = excepted ? exception.subjects : kind.subjects;
  const names = statement.subject.map(({ name }) => name);
  if (names.join('\n') !== wanted.join('\n')) {
    // Names are not repeated here: they are the one text that a stranger chose.
    throw fail(
      'statement.subject',
      `a ${kind.kind} statement is about ${wanted.join(' and ')}, and about nothing else`,
    );
  }
  return { ...statement, predicate };
}

/** The canonical payload of a statement of ours, checked against its schema before anyone signs it. */
export function statementPayload<Predicate>(
  kind: Kind<Predicate>,
  subject: readonly Subject[],
  predicate: Predicate,
): Uint8Array {
  const statement = { _type: statementType, subject, predicateType: kind.predicateType, predicate };
  const payload = canonicalJson(statement as unknown as Json);
  expectKind(parseStatement(payload), kind);
  return payload;
}

export async function signStatement<Predicate>(
  kind: Kind<Predicate>,
  subject: readonly Subject[],
  predicate: Predicate,
  signer: Signer,
): Promise<Envelope> {
  return signEnvelope(statementPayload(kind, subject, predicate), signer);
}

export function subjectOf(statement: Pick<Statement, 'subject'>, name: string): string | undefined {
  return statement.subject.find((subject) => subject.name === name)?.digest.sha256;
}
