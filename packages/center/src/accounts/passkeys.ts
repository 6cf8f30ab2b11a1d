// Passkeys: WebAuthn Level 3, user verification required, bound to our origin and its host name.

import type { DatabaseSync } from 'node:sqlite';
import {
  generateAuthenticationOptions,
  generateRegistrationOptions,
  verifyAuthenticationResponse,
  verifyRegistrationResponse,
  type AuthenticationResponseJSON,
  type PublicKeyCredentialCreationOptionsJSON,
  type PublicKeyCredentialRequestOptionsJSON,
  type RegistrationResponseJSON,
  type WebAuthnCredential,
} from '@simplewebauthn/server';
import { decodeAttestationObject } from '@simplewebauthn/server/helpers';
import { utf8 } from '@vitrine/evidence';
import type { Clock } from '@vitrine/host';
import { fail } from '../codes.ts';

export interface Passkey {
  /** The credential's identifier, base64url. */
  readonly id: string;
  readonly account: string;
  /** COSE key. */
  readonly publicKey: Uint8Array;
  /** What its owner calls it. */
  readonly label: string;
  /** Whether the authenticator keeps it on more than one device. */
  readonly synced: boolean;
  readonly created: number;
  readonly used: number | undefined;
}

export interface NewPasskey extends Omit<Passkey, 'account' | 'label' | 'created' | 'used'> {
  readonly counter: number;
  readonly transports: readonly string[];
}

export interface Passkeys {
  /** What the browser is asked; the challenge in it is ours to keep. */
  registration(owner: {
    readonly id: string;
    readonly name: string;
  }): Promise<PublicKeyCredentialCreationOptionsJSON>;
  /** A passkey that is not kept yet; throws `account.passkey`. */
  verifyRegistration(response: RegistrationResponseJSON, challenge: string): Promise<NewPasskey>;
  keep(account: string, passkey: NewPasskey, label: string): void;
  authentication(): Promise<PublicKeyCredentialRequestOptionsJSON>;
  /** The passkey that signed the challenge, its counter moved on; throws `account.passkey`. */
  verifyAuthentication(response: AuthenticationResponseJSON, challenge: string): Promise<Passkey>;
  of(account: string): readonly Passkey[];
  remove(account: string, id: string): boolean;
}

const mostPasskeys = 20;

/** ES256, EdDSA, RS256: what authenticators make. A review needs ES256 (D28), so it is asked for first. */
const algorithms = [-7, -8, -257];

interface Row {
  readonly id: string;
  readonly account: string;
  readonly public_key: Uint8Array<ArrayBuffer>;
  readonly counter: number;
  readonly transports: string;
  readonly label: string;
  readonly synced: number;
  readonly created: number;
  readonly used: number | null;
}

const passkeyOf = ({ id, account, public_key, label, synced, created, used }: Row): Passkey => ({
  id,
  account,
  publicKey: public_key,
  label,
  synced: synced === 1,
  created,
  used: used ?? undefined,
});

export interface RelyingParty {
  readonly name: string;
  readonly origin: URL;
}

export function openPasskeys(database: DatabaseSync, clock: Clock, { name, origin }: RelyingParty): Passkeys {
  const rpID = origin.hostname;
  const columns = 'id, account, public_key, counter, transports, label, synced, created, used';
  const byId = database.prepare(`SELECT ${columns} FROM accounts_passkeys WHERE id = ?`);
  const byAccount = database.prepare(
    `SELECT ${columns} FROM accounts_passkeys WHERE account = ? ORDER BY created, id`,
  );
  const insert = database.prepare(
    `INSERT INTO accounts_passkeys (id, account, public_key, counter, transports, label, synced, created)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO NOTHING`,
  );
  // A counter that went on meanwhile makes this a replay or a copy.
  const use = database.prepare(
    'UPDATE accounts_passkeys SET counter = ?, used = ? WHERE id = ? AND counter = ?',
  );
  const remove = database.prepare('DELETE FROM accounts_passkeys WHERE account = ? AND id = ?');
  const rows = (account: string): readonly Row[] => byAccount.all(account) as unknown as readonly Row[];

  return {
    of: (account) => rows(account).map(passkeyOf),
    remove: (account, id) => remove.run(account, id).changes > 0,
    registration: ({ id, name: shown }) =>
      generateRegistrationOptions({
        rpName: name,
        rpID,
        userID: new Uint8Array(utf8(id)),
        userName: shown,
        userDisplayName: shown,
        attestationType: 'none',
        supportedAlgorithmIDs: algorithms,
        authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
        excludeCredentials: rows(id).map((row) => ({
          id: row.id,
          transports: JSON.parse(row.transports) as string[],
        })),
      }),
    async verifyRegistration(response, challenge) {
      return accepted(async () => {
        requireNoCertificates(response);
        const { verified, registrationInfo } = await verifyRegistrationResponse({
          response,
          expectedChallenge: challenge,
          expectedOrigin: origin.origin,
          expectedRPID: rpID,
          requireUserVerification: true,
          supportedAlgorithmIDs: algorithms,
        });
        if (!verified) throw new Error('not verified');
        const { id, publicKey, counter } = registrationInfo.credential;
        const transports = (response.response.transports ?? []).slice(0, 8);
        return { id, publicKey, counter, transports, synced: registrationInfo.credentialBackedUp };
      });
    },
    keep(account, { id, publicKey, counter, transports, synced }, label) {
      if (rows(account).length >= mostPasskeys)
        throw fail('account.passkey', `an account has at most ${mostPasskeys} passkeys`);
      const kept = insert.run(
        id,
        account,
        publicKey,
        counter,
        JSON.stringify(transports),
        label,
        synced ? 1 : 0,
        clock.now(),
      );
      if (kept.changes === 0) throw fail('account.passkey', 'this passkey belongs to an account already');
    },
    authentication: () => generateAuthenticationOptions({ rpID, userVerification: 'required' }),
    verifyAuthentication: (response, challenge) =>
      accepted(async () => {
        const row = byId.get(response.id) as unknown as Row | undefined;
        if (row === undefined) throw new Error('no such passkey');
        const credential: WebAuthnCredential = {
          id: row.id,
          publicKey: row.public_key,
          counter: row.counter,
        };
        const { verified, authenticationInfo } = await verifyAuthenticationResponse({
          response,
          expectedChallenge: challenge,
          expectedOrigin: origin.origin,
          expectedRPID: rpID,
          credential,
          requireUserVerification: true,
        });
        const used = verified && use.run(authenticationInfo.newCounter, clock.now(), row.id, row.counter);
        if (used === false || used.changes !== 1) throw new Error('not verified');
        return passkeyOf(row);
      }),
  };
}

/**
 * We ask for no attestation, and take none with certificates: the library would fetch revocation lists from
 * the addresses that stand in them, which whoever sends the response chooses.
 */
function requireNoCertificates({ response }: RegistrationResponseJSON): void {
  const object = decodeAttestationObject(
    new Uint8Array(Buffer.from(response.attestationObject, 'base64url')),
  );
  const format = object.get('fmt');
  const bare = format === 'none' || (format === 'packed' && object.get('attStmt').get('x5c') === undefined);
  if (!bare) throw new Error('an attestation that nobody asked for');
}

/** The library says what is wrong in errors of its own, also for hostile bytes. Readers are told one thing. */
async function accepted<T>(verify: () => Promise<T>): Promise<T> {
  try {
    return await verify();
  } catch (cause) {
    throw fail('account.passkey', 'this passkey was not accepted', { cause });
  }
}
