// DSSE 1.0 envelopes in normal form (D9): standard padded base64, keyid = hex SHA-256 of the SPKI,
// no other members. As an entry of the log: one signature, in canonical JSON. As a document (trust
// policy): the signatures sorted by keyid, none twice.

import { concat, fromBase64, toBase64, toHex, utf8 } from './bytes.ts';
import { canonicalJson, parseCanonicalJson } from './canonical.ts';
import { fail } from './codes.ts';
import { inOrder } from './concurrent.ts';
import * as field from './fields.ts';
import type { Json } from './json.ts';
import { list, object, text, where, type Infer, type Schema } from './schema.ts';
import { sha256 as pureSha256, type Sha256 } from './sha256.ts';
import { requireSignature, type VerifySignature } from './signature.ts';
import type { Signer } from './signer.ts';
import { keyidOf } from './spki.ts';

/** The largest entry that a tile bundle can hold (tlog-tiles: uint16 length). */
export const entryLimit = 65_535;

const base64Text: Schema<string> = where(
  text(/^[A-Za-z0-9+/]+={0,2}$/, 1 << 20, 'canonical base64'),
  (value) => {
    try {
      fromBase64(value);
      return undefined;
    } catch {
      return 'canonical base64';
    }
  },
);

const signatureSchema = object({ keyid: field.keyid, sig: base64Text });

function envelopeWith(signatures: number): Schema<Envelope> {
  return object({
    payload: base64Text,
    payloadType: text(/^[a-z0-9.+-]+\/[a-z0-9.+-]+$/, 100, 'a media type'),
    signatures: list(signatureSchema, {
      least: 1,
      most: signatures,
      sortedBy: ({ keyid }: Infer<typeof signatureSchema>) => keyid,
    }),
  });
}

export interface Envelope {
  readonly payload: string;
  readonly payloadType: string;
  readonly signatures: readonly { readonly keyid: string; readonly sig: string }[];
}

export const inTotoPayload = 'application/vnd.in-toto+json';
export const envelopeSchema: Schema<Envelope> = envelopeWith(1);
export const documentSchema: Schema<Envelope> = envelopeWith(32);

/** Parses the bytes of an entry: canonical, one signature, at most 65,535 bytes. */
export function parseEnvelope(bytes: Uint8Array): Envelope {
  if (bytes.length > entryLimit)
    throw fail('envelope.size', `an envelope of ${bytes.length} bytes; an entry holds ${entryLimit}`);
  return envelopeSchema.check(parseCanonicalJson(bytes));
}

/** Parses a document signed by several: canonical, up to 32 signatures sorted by keyid. */
export function parseDocument(bytes: Uint8Array): Envelope {
  return documentSchema.check(parseCanonicalJson(bytes));
}

export function formatEnvelope(envelope: Envelope): Uint8Array {
  return canonicalJson(envelope as unknown as Json);
}

export function payloadOf(envelope: Envelope): Uint8Array {
  return fromBase64(envelope.payload);
}

/** DSSE pre-authentication encoding; lengths are decimal byte counts. */
export function preAuthEncoding(payloadType: string, payload: Uint8Array): Uint8Array {
  const start = payloadType === inTotoPayload ? inTotoStart : preAuthStart(payloadType);
  return concat(utf8(`${start} ${payload.length} `), payload);
}

function preAuthStart(payloadType: string): string {
  return `DSSEv1 ${utf8(payloadType).length} ${payloadType}`;
}

const inTotoStart = preAuthStart(inTotoPayload);

/** What the statement is called everywhere: hex SHA-256 of its PAE, the same whoever signs it. */
export function statementIdOf(
  envelope: Pick<Envelope, 'payload' | 'payloadType'>,
  sha256: Sha256 = pureSha256,
): string {
  return toHex(sha256(preAuthEncoding(envelope.payloadType, fromBase64(envelope.payload))));
}

export async function signEnvelope(
  payload: Uint8Array,
  signer: Signer,
  payloadType: string = inTotoPayload,
): Promise<Envelope> {
  const sig = await signer.sign(preAuthEncoding(payloadType, payload));
  return {
    payload: toBase64(payload),
    payloadType,
    signatures: [{ keyid: signer.keyid, sig: toBase64(sig) }],
  };
}

/** Joins envelopes over the same payload into one document. */
export function joinSignatures(envelopes: readonly Envelope[]): Envelope {
  const [first] = envelopes;
  if (first === undefined) throw fail('envelope.join', 'no envelope to join');
  const signatures = new Map<string, Envelope['signatures'][number]>();
  for (const { payload, payloadType, signatures: some } of envelopes) {
    if (payload !== first.payload || payloadType !== first.payloadType)
      throw fail('envelope.join', 'the envelopes hold different payloads');
    for (const signature of some) signatures.set(signature.keyid, signature);
  }
  return { ...first, signatures: [...signatures.values()].sort((a, b) => (a.keyid < b.keyid ? -1 : 1)) };
}

/** Throws unless every signature of the envelope is by the key that `keys` gives for its keyid. */
export async function requireEnvelopeSignatures(
  envelope: Envelope,
  spkiOf: (keyid: string) => Uint8Array | undefined,
  verify?: VerifySignature,
  sha256: Sha256 = pureSha256,
): Promise<void> {
  const message = preAuthEncoding(envelope.payloadType, fromBase64(envelope.payload));
  await inOrder(
    envelope.signatures.map(async ({ keyid, sig }) => {
      const spki = spkiOf(keyid);
      if (spki === undefined) throw fail('envelope.key', `no known key has the keyid ${keyid}`);
      if (keyidOf(spki, sha256) !== keyid)
        throw fail('envelope.key', `the key listed as ${keyid} has another digest`);
      await requireSignature(spki, message, fromBase64(sig), verify);
    }),
  );
}
