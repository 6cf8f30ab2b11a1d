/** The signature schemes of statements, checkpoints and cosignatures. */
export type Scheme = 'ed25519' | 'ecdsa-p256' | 'ml-dsa-44';

/**
 * Someone who can sign. A verifier package takes this type as an argument and never reaches a
 * private key; implementations live in `@vitrine/keys` (files, later PKCS#11 and paper).
 */
export interface Signer {
  readonly scheme: Scheme;
  /** SubjectPublicKeyInfo, DER. */
  readonly publicKey: Uint8Array;
  /** Hex SHA-256 of `publicKey` (D9). */
  readonly keyid: string;
  /**
   * Ed25519: 64 bytes. ML-DSA-44: 2,420 bytes. ECDSA P-256: strict DER with low s over SHA-256
   * of the message. Rejects when the key is out of reach; never answers a wrong signature.
   */
  sign(message: Uint8Array): Promise<Uint8Array>;
}
