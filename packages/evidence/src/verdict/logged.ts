// A new root, a new policy: each is a statement in the log, proven under the policy in force before an
// endpoint takes it (D4, D5). The proof has the form of a publication file. One signature is enough here:
// that the threshold signed is judged on the root and the policy themselves.

import { fail } from '../codes.ts';
import { requireIncluded } from '../documents/proven.ts';
import { parseDocument, requireEnvelopeSignatures, statementIdOf } from '../dsse.ts';
import { keyAt, type TrustPolicy } from '../policy/load.ts';
import { trustPolicy } from '../policy/document.ts';
import { rootVersion } from '../predicates/root-version.ts';
import { expectKind, statementOf, subjectOf, type Statement } from '../statement.ts';
import { requirePublicationHead } from './publication.ts';
import { purePlatform, type Platform } from './verify.ts';

export interface Logged {
  readonly index: number;
  /** Witness time of the proof's checkpoint; undefined for an ended log. */
  readonly time: number | undefined;
}

/** Throws unless `proof` shows that this root, the successor of `previous`, is in the log. */
export async function requireLoggedRoot(
  proof: Uint8Array,
  root: { readonly version: number; readonly sha256: string; readonly previous: string },
  policy: TrustPolicy,
  platform: Platform = purePlatform,
): Promise<Logged> {
  const { statement, index, time } = await requireLogged(proof, policy, platform);
  const { predicate, subject } = expectKind(statement, rootVersion);
  const isThis =
    subjectOf({ subject }, 'root') === root.sha256 &&
    predicate.version === root.version &&
    predicate.previous === root.previous;
  if (!isThis)
    throw fail(
      'verdict.logged',
      `the logged statement is about another root than version ${root.version} (${root.sha256})`,
    );
  return { index, time };
}

/** Throws unless `proof` shows that this policy document, signed by a root's threshold, is in the log. */
export async function requireLoggedPolicy(
  proof: Uint8Array,
  document: Uint8Array,
  policy: TrustPolicy,
  platform: Platform = purePlatform,
): Promise<Logged> {
  const { statement, statementId, index, time } = await requireLogged(proof, policy, platform);
  expectKind(statement, trustPolicy);
  if (statementId !== statementIdOf(parseDocument(document), platform.sha256))
    throw fail('verdict.logged', 'the logged statement is about another policy');
  return { index, time };
}

/** By a key of the root that signed the policy in force, or by one that the policy lists for roots. */
async function requireLogged(
  proof: Uint8Array,
  policy: TrustPolicy,
  { sha256, verifySignature }: Platform,
): Promise<Logged & { readonly statement: Statement; readonly statementId: string }> {
  const { value } = await requirePublicationHead(proof, policy, verifySignature);
  const { file, head, time } = value;
  requireIncluded(file.statement, head, sha256);
  const { envelope, index } = file.statement;
  const { origin } = head.checkpoint;
  const spkiOf = (keyid: string): Uint8Array | undefined =>
    policy.root.keys.find((key) => key.keyid === keyid)?.spki ??
    keyAt(policy, keyid, 'root', { origin, index })?.spki;
  await requireEnvelopeSignatures(envelope, spkiOf, verifySignature, sha256);
  return { statement: statementOf(envelope), statementId: statementIdOf(envelope, sha256), index, time };
}
