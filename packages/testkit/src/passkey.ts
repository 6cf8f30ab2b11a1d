// An authenticator in software: makes the assertions that a passkey would, and wrong ones on demand.

import {
  concat,
  formatWebauthnSignature,
  toBase64,
  utf8,
  type ListedSigner,
  type WebauthnPlace,
  type WebauthnSignature,
} from '@vitrine/evidence';
import { sha256 } from '@vitrine/host';
import { testSigner } from './keys.ts';

/** What to make otherwise than an honest authenticator and browser would. */
export interface Mischief {
  readonly type?: string;
  readonly challenge?: Uint8Array;
  readonly origin?: string;
  readonly crossOrigin?: boolean;
  readonly rpId?: string;
  readonly flags?: number;
  readonly counter?: number;
  /** More members of the client data, or their whole text. */
  readonly more?: Readonly<Record<string, unknown>>;
  readonly clientData?: string;
}

export interface TestPasskey {
  readonly keyid: string;
  readonly listed: ListedSigner & { readonly webauthn: WebauthnPlace };
  assertion(message: Uint8Array, mischief?: Mischief): Promise<WebauthnSignature>;
  /** The bytes of the DSSE signature. */
  sign(message: Uint8Array, mischief?: Mischief): Promise<Uint8Array>;
}

const usual: WebauthnPlace = { rpId: 'center.example', origin: 'https://center.example' };

export function testPasskey(name: string, place: WebauthnPlace = usual): TestPasskey {
  const signer = testSigner(`passkey ${name}`, 'ecdsa-p256');
  const assertion = async (message: Uint8Array, mischief: Mischief = {}): Promise<WebauthnSignature> => {
    const { type = 'webauthn.get', origin = place.origin, crossOrigin = false, counter = 0 } = mischief;
    const challenge = toBase64(mischief.challenge ?? sha256(message))
      .replaceAll('+', '-')
      .replaceAll('/', '_')
      .replace(/=+$/, '');
    const data = { type, challenge, origin, crossOrigin, ...mischief.more };
    const clientDataJSON = utf8(mischief.clientData ?? JSON.stringify(data));
    const numbers = new Uint8Array(5);
    new DataView(numbers.buffer).setUint8(0, mischief.flags ?? 0x05);
    new DataView(numbers.buffer).setUint32(1, counter);
    const authenticatorData = concat(sha256(utf8(mischief.rpId ?? place.rpId)), numbers);
    const signature = await signer.sign(concat(authenticatorData, sha256(clientDataJSON)));
    return { authenticatorData, clientDataJSON, signature };
  };
  return {
    keyid: signer.keyid,
    listed: { spki: signer.publicKey, webauthn: place },
    assertion,
    sign: async (message, mischief) => formatWebauthnSignature(await assertion(message, mischief)),
  };
}
