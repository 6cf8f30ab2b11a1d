// Which sealing key to use (D20): one per data center, valid for seven days, the next one published in
// advance, signed by the identity key that the residency policy names.

import {
  expectKind,
  fromBase64,
  isVitrineError,
  keyidOf,
  parseTime,
  requireEnvelopeSignatures,
  sealingKey,
  sha256 as pureSha256,
  signStatement,
  statementOf,
  subjectOf,
  type Envelope,
  type SealingKey,
  type Sha256,
  type Signer,
  type Statement,
  type VerifySignature,
} from '@vitrine/evidence';
import { fail } from '../codes.ts';
import { sealingKeyId } from './seal.ts';

const day = 86_400;
/** A key is used for seven days at most, and opens for at most seven more. */
export const sealingKeyLife: { readonly use: number; readonly grace: number } = {
  use: 7 * day,
  grace: 7 * day,
};

export interface CenterIdentity {
  readonly id: string;
  /** SubjectPublicKeyInfo of the identity key, base64. */
  readonly identity: string;
}

/** Parses a `sealing-key` statement and checks that it is this center's and as short-lived as it must be. */
export async function readSealingKey(
  envelope: Envelope,
  center: CenterIdentity,
  verify?: VerifySignature,
  sha256: Sha256 = pureSha256,
): Promise<SealingKey> {
  const spki = fromBase64(center.identity);
  const keyid = keyidOf(spki, sha256);
  try {
    await requireEnvelopeSignatures(
      envelope,
      (listed) => (listed === keyid ? spki : undefined),
      verify,
      sha256,
    );
  } catch (cause) {
    if (!isVitrineError(cause) || cause.code === 'signature.platform') throw cause;
    throw fail('sealing-key.invalid', `not signed by the identity key of ${center.id}`, { cause });
  }
  const statement = statementIn(envelope);
  const key = statement.predicate;
  if (key.center !== center.id)
    throw fail('sealing-key.invalid', `a key of ${key.center}, signed by ${center.id}`);
  if (subjectOf(statement, 'sealing-key') !== sealingKeyId(fromBase64(key.publicKey), sha256))
    throw fail('sealing-key.invalid', 'the statement is about another public key');
  const [from, until, grace] = [parseTime(key.notBefore), parseTime(key.notAfter), parseTime(key.graceUntil)];
  if (until <= from || until - from > sealingKeyLife.use)
    throw fail(
      'sealing-key.invalid',
      `valid from ${key.notBefore} to ${key.notAfter}, not for up to seven days`,
    );
  if (grace < until || grace - until > sealingKeyLife.grace)
    throw fail(
      'sealing-key.invalid',
      `opens until ${key.graceUntil}, not for up to seven days after its use`,
    );
  return key;
}

function statementIn(envelope: Envelope): Statement<SealingKey> {
  try {
    return expectKind(statementOf(envelope), sealingKey);
  } catch (cause) {
    if (!isVitrineError(cause)) throw cause;
    throw fail('sealing-key.invalid', cause.message, { at: cause.at, cause });
  }
}

/** The statement, by the identity key: what the log takes and endpoints fetch. */
export function signSealingKey(key: SealingKey, signer: Signer): Promise<Envelope> {
  const subject = [{ name: 'sealing-key', digest: { sha256: sealingKeyId(fromBase64(key.publicKey)) } }];
  return signStatement(sealingKey, subject, key, signer);
}

/** May a report be sealed to it now? Seconds since 1970. */
export function isInUse(key: SealingKey, now: number): boolean {
  return parseTime(key.notBefore) <= now && now < parseTime(key.notAfter);
}

/** Does the data center still open what was sealed to it? */
export function stillOpens(key: SealingKey, now: number): boolean {
  return parseTime(key.notBefore) <= now && now < parseTime(key.graceUntil);
}

/**
 * The key to seal to: of this center, under this version of the policy and this schema of consent; of
 * several, the one that lasts longest.
 */
export function chooseSealingKey(
  keys: readonly SealingKey[],
  wanted: { readonly center: string; readonly policy: number; readonly consent: string },
  now: number,
): SealingKey {
  const usable = keys
    .filter(
      (key) =>
        key.center === wanted.center &&
        key.policy === wanted.policy &&
        key.consent === wanted.consent &&
        isInUse(key, now),
    )
    .sort((a, b) => parseTime(b.notAfter) - parseTime(a.notAfter));
  const [best] = usable;
  if (best === undefined)
    throw fail(
      'sealing-key.none',
      `no sealing key of ${wanted.center} under policy ${wanted.policy} is valid now`,
    );
  return best;
}
