// Signing in the browser: the salt, the commitment and the statement are made here, from the text that is
// on the page, and the passkey signs the identifier of that statement (D28). The server gets the result
// and checks it as anybody can.

import {
  concat,
  formatEnvelope,
  formatWebauthnSignature,
  inTotoPayload,
  preAuthEncoding,
  toBase64,
  webauthnChallenge,
} from '@vitrine/evidence';
import type { SignedReview } from '../../../src/contract/reviews.ts';
import type { Draft, Prepared } from './prepare.ts';

export function newSalt(): Uint8Array {
  return crypto.getRandomValues(new Uint8Array(32));
}

/** Throws `DOMException` where the reader, or the device, did not agree. */
export async function signWithPasskey(
  { body, salt, payload }: Prepared,
  passkeys: Draft['passkeys'],
): Promise<SignedReview> {
  const message = preAuthEncoding(inTotoPayload, payload);
  const credential = await navigator.credentials.get({
    publicKey: {
      challenge: webauthnChallenge(message),
      rpId: location.hostname,
      allowCredentials: passkeys.map(({ id }) => ({ type: 'public-key', id: fromBase64url(id) })),
      userVerification: 'required',
      timeout: 300_000,
    },
  });
  const { id, response } = credential as PublicKeyCredential & {
    readonly response: AuthenticatorAssertionResponse;
  };
  const used = passkeys.find((one) => one.id === id);
  if (used === undefined) throw new DOMException('another passkey answered', 'NotAllowedError');
  const sig = formatWebauthnSignature({
    authenticatorData: new Uint8Array(response.authenticatorData),
    clientDataJSON: new Uint8Array(response.clientDataJSON),
    signature: new Uint8Array(response.signature),
  });
  const envelope = {
    payload: toBase64(payload),
    payloadType: inTotoPayload,
    signatures: [{ keyid: used.keyid, sig: toBase64(sig) }],
  };
  return { salt: toBase64(salt), body, envelope: toBase64(formatEnvelope(envelope)) };
}

function fromBase64url(text: string): Uint8Array<ArrayBuffer> {
  const binary = atob(text.replaceAll('-', '+').replaceAll('_', '/'));
  return concat(Uint8Array.from(binary, (letter) => letter.charCodeAt(0)));
}

/** A file of `vitrine review sign`; undefined for any other. */
export async function readSignedFile(file: File): Promise<SignedReview | undefined> {
  if (file.size > 1 << 20) return undefined;
  try {
    const { salt, body, envelope, publicKey } = JSON.parse(await file.text()) as Record<string, unknown>;
    const all = [salt, body, envelope, publicKey];
    if (!all.every((one) => typeof one === 'string')) return undefined;
    return { salt, body, envelope, publicKey } as SignedReview;
  } catch {
    return undefined;
  }
}
