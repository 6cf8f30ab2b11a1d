// The residency policy (D19–D21, D35): a document signed by the root's threshold, as a trust policy is (D5).
// Which version is in force is a question of witness time, never of a server's word.

import {
  canonicalJson,
  expectKind,
  formatEnvelope,
  formatTime,
  isVitrineError,
  joinSignatures,
  parseDocument,
  parseTime,
  parseVkey,
  requireEnvelopeSignatures,
  residencyPolicy,
  sha256 as pureSha256,
  signStatement,
  statementOf,
  subjectOf,
  toHex,
  type DataCenter,
  type Json,
  type ResidencyPolicy,
  type Root,
  type Sha256,
  type Signer,
  type VerifierKey,
  type VerifySignature,
} from '@vitrine/evidence';
import { fail } from '../codes.ts';

/** A policy whose signatures and rules were checked. */
export interface Residency {
  readonly policy: ResidencyPolicy;
  /** Hex SHA-256 of the canonical predicate. */
  readonly digest: string;
}

/** `document`: the bytes of a DSSE document signed by the threshold of `root`. */
export async function loadResidency(
  document: Uint8Array,
  root: Root,
  verify?: VerifySignature,
  sha256: Sha256 = pureSha256,
): Promise<Residency> {
  try {
    const envelope = parseDocument(document);
    await requireEnvelopeSignatures(
      envelope,
      (keyid) => root.keys.find((key) => key.keyid === keyid)?.spki,
      verify,
      sha256,
    );
    // parseDocument refused a keyid that stands twice, and the root an operator that reaches it alone.
    if (envelope.signatures.length < root.threshold)
      throw fail('residency.signature', `${envelope.signatures.length} of ${root.threshold} root signatures`);
    const statement = expectKind(statementOf(envelope), residencyPolicy);
    const residency = buildResidency(statement.predicate, sha256);
    if (subjectOf(statement, 'residency-policy') !== residency.digest)
      throw fail('residency.form', 'the statement is about another policy');
    return residency;
  } catch (cause) {
    if (!isVitrineError(cause) || cause.code.startsWith('residency.') || cause.code === 'signature.platform')
      throw cause;
    const code = /^(?:signature|envelope)\./.test(cause.code) ? 'residency.signature' : 'residency.form';
    throw fail(code, cause.message, { at: cause.at, cause });
  }
}

/** The rules within a policy that its schema cannot say; its signatures are `loadResidency`'s. */
export function buildResidency(policy: ResidencyPolicy, sha256: Sha256 = pureSha256): Residency {
  if (parseTime(policy.effective) < parseTime(policy.issuedAt))
    throw fail('residency.form', 'a policy in force before it was issued');
  const ledgers = policy.centers.flatMap(({ id, ledger, access }) =>
    [ledger, access].map((text) => ({ id, key: ledgerKey(text, sha256) })),
  );
  // One name or key for two ledgers would let one be shown as the other.
  for (const of of [
    ({ key }: (typeof ledgers)[number]) => key.name,
    ({ key }: (typeof ledgers)[number]) => toHex(key.raw),
  ])
    if (new Set(ledgers.map(of)).size < ledgers.length)
      throw fail('residency.form', 'two ledgers share a name or a key');
  return { policy, digest: toHex(sha256(canonicalJson(policy as unknown as Json))) };
}

function ledgerKey(text: string, sha256: Sha256): VerifierKey {
  try {
    return parseVkey(text, sha256);
  } catch (cause) {
    throw fail('residency.form', 'a ledger without a sound verifier key', { cause });
  }
}

/** The bytes of the document, signed by each of `signers` (root keys). */
export async function signResidency(
  policy: ResidencyPolicy,
  signers: readonly Signer[],
): Promise<Uint8Array> {
  const subject = [{ name: 'residency-policy', digest: { sha256: buildResidency(policy).digest } }];
  const signed = signers.map((signer) => signStatement(residencyPolicy, subject, policy, signer));
  return formatEnvelope(joinSignatures(await Promise.all(signed)));
}

/** Throws unless `next` follows `before`: its number, its time, and the notice that `before` promised. */
export function requireSuccessor(before: ResidencyPolicy, next: ResidencyPolicy): void {
  if (next.version !== before.version + 1)
    throw fail('residency.succession', `version ${next.version} after ${before.version}`);
  if (
    parseTime(next.issuedAt) < parseTime(before.issuedAt) ||
    parseTime(next.effective) < parseTime(before.effective)
  )
    throw fail('residency.succession', `version ${next.version} is older than ${before.version}`);
  if (parseTime(next.effective) - parseTime(next.issuedAt) < before.notice)
    throw fail(
      'residency.succession',
      `version ${next.version} comes into force without the notice of ${before.notice} s`,
    );
}

/**
 * The policy in force at a witness time (seconds): the highest version that is effective. All versions up to it
 * are checked as a chain, so that one left out is noticed. That notice is not claimed backwards, whoever remembers
 * the log says (`rememberSharing`).
 */
export function residencyAt(versions: readonly Residency[], time: number): Residency {
  const ascending = versions.toSorted((a, b) => a.policy.version - b.policy.version);
  let inForce: Residency | undefined;
  ascending.forEach((version, i) => {
    const before = ascending[i - 1];
    if (before !== undefined) requireSuccessor(before.policy, version.policy);
    if (parseTime(version.policy.effective) <= time) inForce = version;
  });
  if (inForce === undefined)
    throw fail('residency.none', `no residency policy is in force at ${formatTime(time)}`);
  return inForce;
}

/** The data center of a country under this policy. */
export function centerOf({ policy }: Residency, country: string): DataCenter {
  const id = Object.hasOwn(policy.countries, country) ? policy.countries[country] : undefined;
  const center = policy.centers.find((one) => one.id === id);
  if (center === undefined) throw fail('residency.country', 'no country of ISO 3166-1 has this code');
  return center;
}

/** At an intake: throws `report.center` unless the policy sends this country here. */
export function requireOwnCountry(residency: Residency, center: string, country: string): void {
  if (centerOf(residency, country).id !== center)
    throw fail(
      'report.center',
      `reports of ${country} do not belong to ${center} under version ${residency.policy.version}`,
    );
}
