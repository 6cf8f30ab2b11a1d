// What a log asks of an entry before it takes it (D8, D9, D11).

import {
  concat,
  expectKind,
  inTotoPayload,
  kindOf,
  parseStatement,
  preAuthEncoding,
  quote,
  requireListedSignature,
  statementOf,
  toHex,
  type Envelope,
  type Kind,
  type Statement,
  type VerifySignature,
} from '@vitrine/evidence';
import { sha256, verifySignature } from '@vitrine/host';
import { fail } from '../codes.ts';
import { openEnvelope } from './envelope.ts';
import type { AdmissionList } from './list.ts';

export interface Admitted {
  readonly envelope: Envelope;
  readonly statement: Statement<unknown>;
  readonly kind: Kind<unknown>;
  /** Hex SHA-256 of the PAE: the same whoever signs (D9). */
  readonly statementId: string;
  /** SHA-256(statement identifier ‖ keyid): one key signs one statement once. */
  readonly deduplicationKey: Uint8Array;
}

/** Resolves for an entry that may be logged; throws the first objection, the signature's last. */
export async function admit(
  bytes: Uint8Array,
  list: AdmissionList,
  verify: VerifySignature = verifySignature,
): Promise<Admitted> {
  const { envelope, payload, keyid, signature } = openEnvelope(bytes);
  const key = list.keys.get(keyid);
  if (key === undefined) throw fail('admission.signer', `the key ${keyid} is not on the admission list`);
  const raw = statementIn(envelope, payload);
  const kind = requireKind(raw.predicateType);
  if (!key.kinds.has(kind.kind)) {
    throw fail('admission.kind', `the key ${keyid} of ${key.operator} may not log ${kind.kind} statements`);
  }
  const statement = expectKind(raw, kind);

  const message = preAuthEncoding(envelope.payloadType, payload);
  await requireListedSignature(key, message, signature, verify, sha256);
  const id = sha256(message);
  const deduplicationKey = sha256(concat(id, key.digest));
  return { envelope, statement, kind, statementId: toHex(id), deduplicationKey };
}

/** `statementOf`, with the payload that is already decoded. */
function statementIn(envelope: Envelope, payload: Uint8Array): Statement {
  return envelope.payloadType === inTotoPayload ? parseStatement(payload) : statementOf(envelope);
}

/** Provisional kinds may still change their schema; what is logged stays. */
function requireKind(predicateType: string): Kind<unknown> {
  const kind = kindOf(predicateType);
  if (kind === undefined)
    throw fail('admission.kind', `this log takes no statements of the type ${quote(predicateType, 200)}`);
  if (kind.status === 'provisional')
    throw fail('admission.kind', `${kind.kind} statements are provisional and not logged yet`);
  return kind;
}
