// A log with a residency policy of two data centers, a sealing key, and the files that a repository makes of it.

import {
  canonicalJson,
  formatEnvelope,
  joinSignatures,
  parseDocument,
  residencyPolicy,
  sha256,
  signStatement,
  statementKeyOf,
  toBase64,
  toHex,
  utf8,
  type Envelope,
  type Json,
  type ProvenStatement,
  type ResidencyPolicy,
  type SealingKey,
  type Signer,
  type TrustPolicyDocument,
} from '@vitrine/evidence';
import { formatSharing, schemaDigest, signSealingKey, type ProvenPolicy } from '@vitrine/reports';
import { makeWorld, testSigner, worldOrigin, worldTime, type World } from '@vitrine/testkit';

/** Seconds since 1970 of 2026-11-24T09:00:00Z, as in the world of the log. */
export const sharingTime: number = worldTime;

export const identityOf = (id: string): Signer => testSigner(`identity ${id}`);

/** The trust policy with the identity keys of these data centers, operated by the vendor. */
function listing(...ids: readonly string[]): (document: TrustPolicyDocument) => TrustPolicyDocument {
  return (document) => ({
    ...document,
    keys: [
      ...document.keys,
      ...ids.map((id) => ({
        ...statementKeyOf(identityOf(id)),
        operator: 'vendor',
        role: 'datacenter' as const,
        from: { origin: worldOrigin, index: 0 },
      })),
    ].sort((a, b) => (a.keyid < b.keyid ? -1 : 1)),
  });
}

export function keyOf(center: string, changes: Partial<SealingKey> = {}): SealingKey {
  return {
    center,
    suite: 'x25519-sha256-aes256gcm',
    publicKey: toBase64(sha256(utf8(`sealing key of ${center}`))),
    policy: 1,
    consent: schemaDigest(),
    notBefore: '2026-11-20T00:00:00Z',
    notAfter: '2026-11-27T00:00:00Z',
    graceUntil: '2026-12-04T00:00:00Z',
    ...changes,
  };
}

interface Logged {
  readonly index: number;
}
interface LoggedDocument extends Logged {
  readonly document: Envelope;
  readonly keyid: string;
}
interface LoggedEntry extends Logged {
  readonly envelope: Envelope;
}

export interface SharingWorld extends World {
  /** Logs each signature by itself; the first one is what a file proves. */
  logPolicy(policy: ResidencyPolicy, signers?: readonly Signer[]): Promise<LoggedDocument>;
  logKey(key: SealingKey, signer?: Signer): Promise<LoggedEntry>;
  logEntry(envelope: Envelope): LoggedEntry;
  file(of: {
    readonly policies: readonly LoggedDocument[];
    readonly sealingKeys?: readonly LoggedEntry[];
    readonly milestones?: readonly LoggedEntry[];
    readonly checkpoint?: string;
    readonly size?: number;
  }): Promise<Uint8Array>;
}

export async function sharingWorld(ids: readonly string[] = ['frankfurt', 'zurich']): Promise<SharingWorld> {
  const world = await makeWorld({ policy: listing(...ids) });
  const holders = world.rootKeys.map(({ signer }) => signer);
  const append = (envelope: Envelope): LoggedEntry => ({ envelope, index: world.log.append(envelope) });
  return {
    ...world,
    logEntry: append,
    logPolicy: async (policy, signers = holders.slice(0, 5)) => {
      const digest = toHex(sha256(canonicalJson(policy as unknown as Json)));
      const subject = [{ name: 'residency-policy', digest: { sha256: digest } }];
      const signed = await Promise.all(
        signers.map((signer) => signStatement(residencyPolicy, subject, policy, signer)),
      );
      const [index] = signed.map((envelope) => world.log.append(envelope));
      const document = parseDocument(formatEnvelope(joinSignatures(signed)));
      return { document, keyid: (signers[0] as Signer).keyid, index: index as number };
    },
    logKey: async (key, signer = identityOf(key.center)) => append(await signSealingKey(key, signer)),
    file: async ({ policies, sealingKeys = [], milestones = [], checkpoint, size }) => {
      const note = checkpoint ?? (await world.checkpoint(size === undefined ? {} : { size }));
      const at = Number(note.split('\n')[1]);
      const prove = async (one: LoggedEntry): Promise<ProvenStatement> => ({
        ...one,
        path: await world.log.path(one.index, at),
      });
      return formatSharing({
        checkpoint: note,
        policies: await Promise.all(
          policies.map(async (one): Promise<ProvenPolicy> => ({
            ...one,
            path: await world.log.path(one.index, at),
          })),
        ),
        sealingKeys: await Promise.all(sealingKeys.map(prove)),
        milestones: await Promise.all(milestones.map(prove)),
      });
    },
  };
}
