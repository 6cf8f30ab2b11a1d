import * as field from '../fields.ts';
import { integer, object, oneOf } from '../schema.ts';
import { ownKind, type Kind } from '../statement.ts';

/**
 * The key to which reports for a data center are sealed (D20): the same for all, valid for seven days,
 * the next one published in advance, destroyed after `graceUntil`. HPKE info binds center, key, policy
 * version and consent schema. Subject `sealing-key`: SHA-256 of the public key.
 */
export interface SealingKey {
  readonly center: string;
  readonly suite: 'x25519-sha256-aes256gcm';
  /** 32 bytes in base64. */
  readonly publicKey: string;
  /** Version of the residency policy under which it was made. */
  readonly policy: number;
  /** SHA-256 of the consent schema. */
  readonly consent: string;
  readonly notBefore: string;
  readonly notAfter: string;
  readonly graceUntil: string;
}

export const sealingKey: Kind<SealingKey> = ownKind({
  kind: 'sealing-key',
  role: 'datacenter',
  status: 'frozen',
  subjects: ['sealing-key'],
  schema: object({
    center: field.name,
    suite: oneOf('x25519-sha256-aes256gcm'),
    publicKey: field.hash32,
    policy: integer(1),
    consent: field.sha256Hex,
    notBefore: field.time,
    notAfter: field.time,
    graceUntil: field.time,
  }),
});
