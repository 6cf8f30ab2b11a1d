// An entry of the log as a monitor takes it: what it says, who signed it, and whether it counts (D10).
// That it stands in the tree is another matter; here nothing is believed but the policy. Monitors and the
// pages of a Center judge by this one function, so that a page can be held to what a monitor would say.

import { parseEnvelope, requireEnvelopeSignatures, statementIdOf, type Envelope } from '../dsse.ts';
import { isVitrineError } from '../errors.ts';
import { kindOf } from '../kinds.ts';
import type { TrustPolicy } from '../policy/load.ts';
import { isValidAt } from '../policy/position.ts';
import type { Sha256 } from '../sha256.ts';
import type { VerifySignature } from '../signature.ts';
import { expectKind, statementOf, type Kind, type Statement } from '../statement.ts';

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

export async function judgeEntry(
  { index, bytes }: JudgedEntry,
  policy: TrustPolicy,
  verify?: VerifySignature,
  sha256?: Sha256,
): Promise<Judgement> {
  const read = readEntry(bytes, sha256);
  const { envelope, keyid, id, statement, kind } = read;
  if (envelope === undefined) return { ...nothing, index, objection: 'not-an-envelope' };
  const signer = signerOf(keyid, policy);
  const parts = { index, envelope, keyid, id, statement, kind };
  if (signer === undefined)
    return { ...parts, objection: 'unlisted-key', operator: undefined, role: undefined };
  const { operator, role } = signer;
  const objection = await objectionTo(read, signer, { index, policy, verify, sha256 });
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

/** What an entry says, whoever signed it. */
export type EntryReading = UnreadableEntry | ReadableEntry;

interface UnreadableEntry {
  readonly envelope: undefined;
  readonly keyid: undefined;
  readonly id: undefined;
  readonly statement: undefined;
  readonly kind: undefined;
  readonly fault: 'not-an-envelope';
}

interface ReadableEntry {
  readonly envelope: Envelope;
  readonly keyid: string;
  readonly id: string;
  readonly statement: Statement<unknown> | undefined;
  /** Of a kind of ours, where the statement has its form. */
  readonly kind: Kind<unknown> | undefined;
  readonly fault: Objection | undefined;
}

export function readEntry(bytes: Uint8Array, sha256?: Sha256): EntryReading {
  const envelope = attempt(() => parseEnvelope(bytes));
  if (envelope === undefined) return { ...nothing, fault: 'not-an-envelope' };
  const keyid = envelope.signatures[0]?.keyid ?? '';
  const known = { envelope, keyid, id: statementIdOf(envelope, sha256), kind: undefined };
  const statement = attempt(() => statementOf(envelope));
  if (statement === undefined) return { ...known, statement, fault: 'not-a-statement' };
  const kind = kindOf(statement.predicateType);
  if (kind === undefined) return { ...known, statement, fault: 'unknown-kind' };
  const formed = attempt(() => expectKind(statement, kind));
  if (formed === undefined) return { ...known, statement, fault: 'malformed' };
  const fault = kind.status === 'frozen' ? undefined : 'provisional-kind';
  return { ...known, statement: formed, kind, fault };
}

interface Court {
  readonly index: number;
  readonly policy: TrustPolicy;
  readonly verify: VerifySignature | undefined;
  readonly sha256: Sha256 | undefined;
}

async function objectionTo(
  { envelope, kind, fault }: ReadableEntry,
  { spki, role, validity }: ListedSigner,
  { index, policy, verify, sha256 }: Court,
): Promise<Objection | undefined> {
  try {
    await requireEnvelopeSignatures(envelope, () => spki, verify, sha256);
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
