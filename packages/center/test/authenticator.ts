// An authenticator in software that registers and signs as browsers do (WebAuthn Level 3, attestation
// "none"), and what a hostile one would send instead.

import { generateKeyPairSync, randomBytes, sign, type KeyObject } from 'node:crypto';
import { utf8 } from '@vitrine/evidence';
import { sha256 } from '@vitrine/host';

export interface Lie {
  readonly origin?: string;
  readonly rpId?: string;
  readonly challenge?: string;
  /** Default: present and verified. */
  readonly flags?: number;
  readonly type?: string;
  /** The attestation statement in CBOR, with its format. */
  readonly attestation?: { readonly format: string; readonly statement: Uint8Array };
}

interface Answer<Response> {
  readonly id: string;
  readonly rawId: string;
  readonly type: 'public-key';
  readonly response: Response;
}

export interface Authenticator {
  readonly id: string;
  register(
    challenge: string,
    lie?: Lie,
  ): Answer<{ readonly clientDataJSON: string; readonly attestationObject: string }>;
  assert(
    challenge: string,
    lie?: Lie,
  ): Answer<{
    readonly clientDataJSON: string;
    readonly authenticatorData: string;
    readonly signature: string;
  }>;
  /** The next answers count from here: a copy of the authenticator. */
  counter: number;
}

const base64url = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64url');
const userPresent = 0x01;
const userVerified = 0x04;
const attested = 0x40;

export function makeAuthenticator(origin: string): Authenticator {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const credential = randomBytes(32);
  const id = base64url(credential);
  const clientData = (type: string, challenge: string, lie: Lie): Uint8Array =>
    utf8(
      JSON.stringify({
        type: lie.type ?? type,
        challenge: lie.challenge ?? challenge,
        origin: lie.origin ?? origin,
        crossOrigin: false,
      }),
    );
  const head = (flags: number, counter: number, lie: Lie): Buffer => {
    const numbers = Buffer.alloc(5);
    numbers.writeUInt8(lie.flags ?? flags, 0);
    numbers.writeUInt32BE(counter, 1);
    return Buffer.concat([sha256(utf8(lie.rpId ?? new URL(origin).hostname)), numbers]);
  };
  const made: Authenticator = {
    id,
    counter: 0,
    register(challenge, lie = {}) {
      const length = Buffer.alloc(2);
      length.writeUInt16BE(credential.length);
      const data = Buffer.concat([
        head(userPresent | userVerified | attested, ++made.counter, lie),
        Buffer.alloc(16),
        length,
        credential,
        coseKey(publicKey),
      ]);
      const { format, statement } = lie.attestation ?? { format: 'none', statement: Uint8Array.of(0xa0) };
      const object = Buffer.concat([
        Uint8Array.of(0xa3),
        cborText('fmt'),
        cborText(format),
        cborText('attStmt'),
        statement,
        cborText('authData'),
        cborBytes(data),
      ]);
      return {
        id,
        rawId: id,
        type: 'public-key',
        response: {
          clientDataJSON: base64url(clientData('webauthn.create', challenge, lie)),
          attestationObject: base64url(object),
        },
      };
    },
    assert(challenge, lie = {}) {
      const data = head(userPresent | userVerified, ++made.counter, lie);
      const client = clientData('webauthn.get', challenge, lie);
      const signature = sign('sha256', Buffer.concat([data, sha256(client)]), privateKey);
      return {
        id,
        rawId: id,
        type: 'public-key',
        response: {
          clientDataJSON: base64url(client),
          authenticatorData: base64url(data),
          signature: base64url(signature),
        },
      };
    },
  };
  return made;
}

/** COSE_Key of an ES256 key: {1: 2, 3: -7, -1: 1, -2: x, -3: y}. */
function coseKey(key: KeyObject): Uint8Array {
  const { x = '', y = '' } = key.export({ format: 'jwk' });
  const coordinate = (text: string): Uint8Array => cborBytes(Buffer.from(text, 'base64url'));
  return Buffer.concat([
    Uint8Array.of(0xa5, 0x01, 0x02, 0x03, 0x26, 0x20, 0x01, 0x21),
    coordinate(x),
    Uint8Array.of(0x22),
    coordinate(y),
  ]);
}

export function cborText(text: string): Uint8Array {
  return Buffer.concat([cborHead(0x60, text.length), utf8(text)]);
}

export function cborBytes(bytes: Uint8Array): Uint8Array {
  return Buffer.concat([cborHead(0x40, bytes.length), bytes]);
}

function cborHead(kind: number, length: number): Uint8Array {
  if (length < 24) return Uint8Array.of(kind | length);
  if (length < 256) return Uint8Array.of(kind | 24, length);
  return Uint8Array.of(kind | 25, length >> 8, length & 0xff);
}
