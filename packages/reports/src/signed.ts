// Documents signed by one key in a DSSE envelope: promises, requests, confirmations. Each has a media type
// of its own, so a signature over one can never be shown as a signature over another.

import {
  canonicalJson,
  isVitrineError,
  jsonLimits,
  keyidOf,
  parseCanonicalJson,
  payloadOf,
  requireEnvelopeSignatures,
  sha256 as pureSha256,
  signEnvelope,
  type Envelope,
  type Json,
  type Schema,
  type Sha256,
  type Signer,
  type VerifySignature,
} from '@vitrine/evidence';
import { fail, type ReportsCode } from './codes.ts';

/** Of an envelope, beside the payload: names, media type, two signatures of the longest kind. */
const frameBytes = 16_384;

export interface DocumentKind<T> {
  readonly payloadType: string;
  readonly schema: Schema<T>;
  readonly name: string;
  /** What a malformed one, and one with a foreign signature, is refused with. */
  readonly form: ReportsCode;
  readonly signature: ReportsCode;
}

export async function signDocument<T>(kind: DocumentKind<T>, value: T, signer: Signer): Promise<Envelope> {
  const payload = canonicalJson(value as unknown as Json);
  kind.schema.check(parseCanonicalJson(payload)); // Nothing is signed that would be refused.
  if (Math.ceil(payload.length / 3) * 4 > jsonLimits.bytes - frameBytes)
    throw fail(kind.form, `a ${kind.name} of ${payload.length} bytes: its envelope could not be read`);
  return signEnvelope(payload, signer, kind.payloadType);
}

/** The content of an envelope, whose signatures are not judged here. */
export function contentOf<T>(kind: DocumentKind<T>, envelope: Envelope): T {
  if (envelope.payloadType !== kind.payloadType)
    throw fail(kind.form, `not a ${kind.name}: another payload type`);
  try {
    return kind.schema.check(parseCanonicalJson(payloadOf(envelope)));
  } catch (cause) {
    if (!isVitrineError(cause)) throw cause;
    throw fail(kind.form, `not a ${kind.name}: ${cause.message}`, { at: cause.at, cause });
  }
}

/** Throws unless exactly this key signed. */
export async function requireSignedBy<T>(
  kind: DocumentKind<T>,
  envelope: Envelope,
  spki: Uint8Array,
  verify?: VerifySignature,
  sha256: Sha256 = pureSha256,
): Promise<void> {
  const keyid = keyidOf(spki, sha256);
  try {
    if (envelope.signatures.length !== 1) throw fail(kind.signature, 'not one signature');
    await requireEnvelopeSignatures(
      envelope,
      (listed) => (listed === keyid ? spki : undefined),
      verify,
      sha256,
    );
  } catch (cause) {
    if (!isVitrineError(cause) || cause.code === 'signature.platform') throw cause;
    throw fail(kind.signature, `the ${kind.name} is not signed by the key that it needs`, { cause });
  }
}
