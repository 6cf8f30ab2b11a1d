// An entry of the log as a monitor takes it: what it says, who signed it, and whether it counts (D10).
// That it stands in the tree is the reader's matter; here nothing is believed but the policy.

import {
  expectKind,
  isValidAt,
  isVitrineError,
  kindOf,
  parseEnvelope,
  requireEnvelopeSignatures,
  statementIdOf,
  statementOf,
  type Envelope,
  type Kind,
  type Statement,
  type TrustPolicy,
} from '@vitrine/evidence';
import { sha256, verifySignature } from '@vitrine/host';

export interface JudgedEntry {
  readonly index: number;
  readonly bytes: Uint8Array;
}

/**
 * Why an entry says nothing under the policy. `bad-signature`: under a listed key that did not make it; a log
 * that admits signatures does not hold such entries.
 */
export const objections = [
  'not-an-envelope',
  'not-a-statement',
  'unlisted-key',
  'bad-signature',
  'unknown-kind',
  'provisional-kind',
  'malformed',
  'wrong-role',
  'not-valid-here',
] as const;
export type Objection = (typeof objections)[number];

/** An entry that counts: all of it is there, and as it must be. */
export interface CountingEntry {
  readonly index: number;
  readonly objection: undefined;
  readonly envelope: Envelope;
  readonly keyid: string;
  /** Statement identifier. */
  readonly id: string;
  readonly statement: Statement<unknown>;
  readonly kind: Kind<unknown>;
  readonly operator: string;
  readonly role: string;
}

/** What could be read of an entry that does not count. */
export interface IdleEntry {
  readonly index: number;
  readonly objection: Objection;
  readonly envelope: Envelope | undefined;
  readonly keyid: string | undefined;
  readonly id: string | undefined;
  readonly statement: Statement<unknown> | undefined;
  /** Of a kind of ours, where the statement has its form. */
  readonly kind: Kind<unknown> | undefined;
  /** Whose key it names, where the policy or its root lists it. */
  readonly operator: string | undefined;
  readonly role: string | undefined;
}

export type Judgement = CountingEntry | IdleEntry;

export async function judgeEntry({ index, bytes }: JudgedEntry, policy: TrustPolicy): Promise<Judgement> {
  const envelope = attempt(() => parseEnvelope(bytes));
  if (envelope === undefined) return { ...nothing, index, objection: 'not-an-envelope' };
  const keyid = envelope.signatures[0]?.keyid ?? '';
  const signer = signerOf(keyid, policy);
  const read = readStatement(envelope);
  const { id, statement, kind } = read;
  const parts = { index, envelope, keyid, id, statement, kind };
  if (signer === undefined)
    return { ...parts, objection: 'unlisted-key', operator: undefined, role: undefined };
  const { operator, role } = signer;
  const objection = await objectionTo(envelope, read, signer, index, policy);
  if (objection === undefined && statement !== undefined && kind !== undefined)
    return { index, objection, envelope, keyid, id, statement, kind, operator, role };
  return { ...parts, objection: objection ?? 'not-a-statement', operator, role };
}

const nothing = {
  envelope: undefined,
  keyid: undefined,
  id: undefined,
  statement: undefined,
  kind: undefined,
  operator: undefined,
  role: undefined,
} as const;

interface ReadStatement {
  readonly id: string;
  readonly statement: Statement<unknown> | undefined;
  readonly kind: Kind<unknown> | undefined;
  readonly fault: Objection | undefined;
}

function readStatement(envelope: Envelope): ReadStatement {
  const id = statementIdOf(envelope, sha256);
  const statement = attempt(() => statementOf(envelope));
  if (statement === undefined) return { id, statement, kind: undefined, fault: 'not-a-statement' };
  const kind = kindOf(statement.predicateType);
  if (kind === undefined) return { id, statement, kind, fault: 'unknown-kind' };
  const formed = attempt(() => expectKind(statement, kind));
  if (formed === undefined) return { id, statement, kind: undefined, fault: 'malformed' };
  return { id, statement: formed, kind, fault: kind.status === 'frozen' ? undefined : 'provisional-kind' };
}

async function objectionTo(
  envelope: Envelope,
  { kind, fault }: ReadStatement,
  { spki, role, validity }: ListedSigner,
  index: number,
  policy: TrustPolicy,
): Promise<Objection | undefined> {
  try {
    await requireEnvelopeSignatures(envelope, () => spki, verifySignature, sha256);
  } catch (error) {
    if (isVitrineError(error)) return 'bad-signature';
    throw error;
  }
  if (fault !== undefined) return fault;
  if (kind?.role !== role) return 'wrong-role';
  const { origin } = policy.document.log;
  if (validity !== undefined && !isValidAt(validity, { origin, index }, policy.place))
    return 'not-valid-here';
  return undefined;
}

interface ListedSigner {
  readonly spki: Uint8Array;
  readonly operator: string;
  readonly role: string;
  /** Root keys are valid as long as root lists them. */
  readonly validity: Parameters<typeof isValidAt>[0] | undefined;
}

function signerOf(keyid: string, { keys, root }: TrustPolicy): ListedSigner | undefined {
  const key = keys.get(keyid);
  if (key !== undefined) return { ...key, validity: key };
  const holder = root.keys.find((one) => one.keyid === keyid);
  return holder === undefined ? undefined : { ...holder, role: 'root', validity: undefined };
}

/** Undefined where the bytes are not what they would have to be. */
function attempt<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (isVitrineError(error)) return undefined;
    throw error;
  }
}
