// Signatures made by passkeys (D28): scheme `webauthn-es256` over a P-256 key. An authenticator does
// not sign our message but authenticatorData ‖ SHA-256(clientDataJSON), where the client data name
// SHA-256(message) as the challenge. All three parts travel as the bytes of one DSSE signature, in one
// encoding (docs/spec/webauthn-signature.md). They say nothing by themselves: a key is a passkey where
// it is listed with the place it signs at, and then no plain signature of it is taken, nor the reverse.

import { concat, equal, toBase64, u16, utf8 } from './bytes.ts';
import { fail } from './codes.ts';
import { isVitrineError } from './errors.ts';
import { parseJson, type Json, type JsonObject } from './json.ts';
import { object, text, where, type Schema } from './schema.ts';
import { sha256 as pureSha256, type Sha256 } from './sha256.ts';
import { lowS, requireSignature, type VerifySignature } from './signature.ts';
import { parseSpki } from './spki.ts';

/** Where a passkey may sign: it stands beside the key, wherever the key is listed. */
export interface WebauthnPlace {
  /** The relying party: the origin's host, or a parent domain of it. */
  readonly rpId: string;
  /** The one origin whose pages may ask for signatures. */
  readonly origin: string;
}

/** A key as a list names it. */
export interface ListedSigner {
  readonly spki: Uint8Array;
  /** Present: only `webauthn-es256` signatures are taken. Absent: only plain ones. */
  readonly webauthn?: WebauthnPlace | undefined;
}

const host = '[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?(?:\\.[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?){0,20}';
const places = object({
  rpId: text(new RegExp(`^${host}$`), 253, 'a host name in lower case'),
  // Browsers make passkeys over https alone, and on the machine itself.
  origin: text(
    new RegExp(`^(?:https://${host}|http://(?:[a-z0-9-]+\\.)?localhost)(?::[1-9][0-9]{0,4})?$`),
    270,
    'an https origin',
  ),
});

export const webauthnPlace: Schema<WebauthnPlace> = where(places, ({ rpId, origin }) => {
  const name = origin.replace(/^https?:\/\//, '').replace(/:[0-9]+$/, '');
  return name === rpId || name.endsWith(`.${rpId}`) ? undefined : 'an origin of the relying party rpId';
});

export interface WebauthnSignature {
  readonly authenticatorData: Uint8Array;
  readonly clientDataJSON: Uint8Array;
  /** ECDSA over P-256 with SHA-256: strict DER, low s. */
  readonly signature: Uint8Array;
}

const version = 1;
/** rpIdHash, flags, counter: an assertion without attested key and without extensions. */
const authenticatorLength = 37;
const clientDataLimit = 1024;
const flag = { present: 0x01, verified: 0x04, backupEligible: 0x08, backedUp: 0x10 } as const;
const knownFlags = flag.present | flag.verified | flag.backupEligible | flag.backedUp;

/** What the authenticator is given as the challenge. */
export function webauthnChallenge(message: Uint8Array, sha256: Sha256 = pureSha256): Uint8Array<ArrayBuffer> {
  return concat(sha256(message));
}

/**
 * 01 ‖ authenticatorData (37) ‖ length of clientDataJSON (2, big-endian) ‖ clientDataJSON ‖ DER.
 * Authenticators make either half of s; here it becomes the lower one.
 */
export function formatWebauthnSignature(parts: WebauthnSignature): Uint8Array {
  const signature = lowS(parts.signature);
  if (signature === undefined) throw refused('the ECDSA signature is not strict DER');
  const { authenticatorData, clientDataJSON } = parts;
  const bytes = concat(
    Uint8Array.of(version),
    authenticatorData,
    u16(clientDataJSON.length),
    clientDataJSON,
    signature,
  );
  if (authenticatorData.length === authenticatorLength) parseWebauthnSignature(bytes);
  else
    throw refused(
      `authenticator data of ${authenticatorData.length} bytes; an assertion without extensions has 37`,
    );
  return bytes;
}

export function parseWebauthnSignature(bytes: Uint8Array): WebauthnSignature {
  const start = 1 + authenticatorLength + 2;
  if (bytes[0] !== version || bytes.length < start) throw refused('not a passkey signature of version 1');
  const length = ((bytes[start - 2] as number) << 8) | (bytes[start - 1] as number);
  if (length > clientDataLimit) throw refused(`client data of ${length} bytes; at most ${clientDataLimit}`);
  if (bytes.length < start + length + 8) throw refused('cut short');
  return {
    authenticatorData: bytes.slice(1, 1 + authenticatorLength),
    clientDataJSON: bytes.slice(start, start + length),
    signature: bytes.slice(start + length),
  };
}

/** Throws unless the signature is by this key, in the form that its list asks of it. */
export async function requireListedSignature(
  { spki, webauthn }: ListedSigner,
  message: Uint8Array,
  signature: Uint8Array,
  verify?: VerifySignature,
  sha256: Sha256 = pureSha256,
): Promise<void> {
  if (webauthn === undefined) await requireSignature(spki, message, signature, verify);
  else await requireWebauthnSignature(spki, webauthn, message, signature, verify, sha256);
}

/**
 * WebAuthn Level 3, section 7.2, as far as bytes can be judged without the session: type, challenge,
 * origin, relying party, user presence and verification, then the mathematics.
 */
async function requireWebauthnSignature(
  spki: Uint8Array,
  place: WebauthnPlace,
  message: Uint8Array,
  bytes: Uint8Array,
  verify: VerifySignature | undefined,
  sha256: Sha256,
): Promise<void> {
  if (parseSpki(spki).scheme !== 'ecdsa-p256') throw refused('the key listed as a passkey is no P-256 key');
  const { authenticatorData, clientDataJSON, signature } = parseWebauthnSignature(bytes);
  requireClientData(clientDataJSON, toBase64url(sha256(message)), place.origin);
  requireAuthenticatorData(authenticatorData, sha256(utf8(place.rpId)));
  const signed = concat(authenticatorData, sha256(clientDataJSON));
  await requireSignature(spki, signed, signature, verify);
}

/** Chromium adds this now and then, so that nobody compares the text with a template. */
const greasing = {
  name: 'other_keys_can_be_added_here',
  value: 'do not compare clientDataJSON against a template. See https://goo.gl/yabPex',
} as const;

/** Closed, like everything that enters a log: a member of free text would be open text (D11). */
function requireClientData(bytes: Uint8Array, challenge: string, origin: string): void {
  let data: Json;
  try {
    data = parseJson(bytes, { bytes: clientDataLimit, depth: 1 });
  } catch (cause) {
    if (!isVitrineError(cause)) throw cause;
    throw refused('the client data are not strict JSON', cause);
  }
  if (typeof data !== 'object' || data === null || Array.isArray(data))
    throw refused('the client data are no object');
  const expected: JsonObject = { type: 'webauthn.get', challenge, origin };
  const optional: JsonObject = { crossOrigin: false, [greasing.name]: greasing.value };
  for (const [name, value] of Object.entries(expected))
    if ((data as JsonObject)[name] !== value) throw refused(`the client data have another ${name}`);
  for (const [name, value] of Object.entries(data as JsonObject)) {
    if (Object.hasOwn(expected, name)) continue;
    if (!Object.hasOwn(optional, name)) throw refused('the client data have a member that is not known');
    if (optional[name] !== value) throw refused(`the client data have another ${name}`);
  }
}

function requireAuthenticatorData(data: Uint8Array, rpIdHash: Uint8Array): void {
  if (!equal(data.subarray(0, 32), rpIdHash)) throw refused('made for another relying party');
  const flags = data[32] as number;
  if ((flags & flag.present) === 0) throw refused('nobody was present');
  if ((flags & flag.verified) === 0) throw refused('the person was not verified');
  if ((flags & ~knownFlags) !== 0) throw refused('flags for attested keys, extensions or the future');
  if ((flags & flag.backedUp) !== 0 && (flags & flag.backupEligible) === 0)
    throw refused('backed up, but not eligible for backup');
}

function toBase64url(bytes: Uint8Array): string {
  return toBase64(bytes).replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '');
}

function refused(what: string, cause?: unknown): Error {
  return fail('signature.webauthn', `couldn't take the passkey signature: ${what}`, { cause });
}
