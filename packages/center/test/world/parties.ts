// Who takes part in the test world: a vendor, two supervisors and a trustee, their keys by name, the root
// and the policy that lists them. The same name gives the same key in every test; none is for anything real.

import {
  formatVkey,
  loadPolicy,
  noteSigner,
  noteTypes,
  signPolicy,
  signRoot,
  statementKeyOf,
  type NoteSigner,
  type Role,
  type RootSigner,
  type Signer,
  type StatementKey,
  type TrustPolicy,
  type TrustPolicyDocument,
} from '@vitrine/evidence';
import { makeAdmissionList } from '@vitrine/log/admission';
import { testSigner } from '@vitrine/testkit';

export const origin = 'log.example/center';
export const builderId = 'urn:vitrine:builder:center-test';
export const supervisors = ['supervisor-a', 'supervisor-b'] as const;
export type SupervisorName = (typeof supervisors)[number];

const vendorRoles = ['source', 'order', 'builder', 'releaser', 'publisher'] as const;

export function signerOf(role: Role, operator = 'vendor'): Signer {
  return testSigner(`center ${operator} ${role}`);
}

/** Keys that sign update metadata alone: `role`, `snapshot`, `timestamp`, and each supervisor's `cosigner`. */
export function tufHolder(name: string, operator = 'vendor'): RootSigner {
  return { operator, signer: testSigner(`center ${operator} tuf ${name}`) };
}

export const rootKeys: readonly RootSigner[] = ['vendor', 'vendor', 'vendor', ...supervisors, 'trustee'].map(
  (operator, i) => ({ operator, signer: testSigner(`center root ${i}`) }),
);

export interface Parties {
  readonly logSigner: NoteSigner;
  readonly witnesses: readonly { readonly operator: string; readonly signer: NoteSigner }[];
  readonly root: Uint8Array;
  readonly policyBytes: Uint8Array;
  readonly policy: TrustPolicy;
}

export async function makeParties(
  change: (document: TrustPolicyDocument) => TrustPolicyDocument,
): Promise<Parties> {
  const logSigner = noteSigner(origin, noteTypes.log, testSigner('center log'));
  const witnesses = supervisors.map((operator) => ({
    operator,
    signer: noteSigner(
      `${operator}/witness`,
      noteTypes.cosignature,
      testSigner(`center ${operator} witness`),
    ),
  }));
  const online = (name: string): { publicKey: Uint8Array; operator: string } => ({
    publicKey: tufHolder(name).signer.publicKey,
    operator: 'vendor',
  });
  const root = await signRoot({
    version: 1,
    expires: '2036-01-01T00:00:00Z',
    threshold: 5,
    vendor: 'vendor',
    keys: rootKeys,
    snapshot: [online('snapshot')],
    timestamp: [online('timestamp')],
  });
  const policyBytes = await signPolicy(
    change(policyDocument(logSigner, witnesses)),
    rootKeys.map(({ signer }) => signer),
  );
  return { logSigner, witnesses, root, policyBytes, policy: await loadPolicy(policyBytes, root) };
}

function policyDocument(logSigner: NoteSigner, witnesses: Parties['witnesses']): TrustPolicyDocument {
  const from = { origin, index: 0 };
  const entry = (role: Role, operator: string): StatementKey => ({
    ...statementKeyOf(signerOf(role, operator)),
    operator,
    role,
    from,
    ...(role === 'builder' ? { builder: builderId } : {}),
  });
  const keys = [
    ...vendorRoles.map((role) => entry(role, 'vendor')),
    ...supervisors.flatMap((operator) => [entry('rebuilder', operator), entry('supervisor', operator)]),
    entry('reviewer', 'trustee'),
  ];
  return {
    version: 1,
    operators: [
      { id: 'supervisor-a', name: 'First Supervisor', jurisdiction: 'CH', part: 'supervisor' },
      { id: 'supervisor-b', name: 'Second Supervisor', jurisdiction: 'DE', part: 'supervisor' },
      { id: 'trustee', name: 'Trustee of the Customers', jurisdiction: 'FR', part: 'independent' },
      { id: 'vendor', name: 'Example Vendor', jurisdiction: 'CH', part: 'vendor' },
    ],
    log: { origin, keys: [{ vkey: formatVkey(logSigner.key), operator: 'vendor', from }], frozen: [] },
    witnesses: {
      quorum: 2,
      faulty: 1,
      keys: witnesses
        .map(({ operator, signer }) => ({ vkey: formatVkey(signer.key), operator, from }))
        .sort((a, b) => (a.vkey < b.vkey ? -1 : 1)),
    },
    keys: keys.sort((a, b) => (a.keyid < b.keyid ? -1 : 1)),
    rebuilds: { threshold: 2, blind: true },
    freshness: { maxAge: 86_400, offlineMaxAge: 2_592_000 },
    resolutionDeadline: 604_800,
  };
}

const kindsOf: Partial<Record<Role, readonly string[]>> = {
  source: ['source'],
  order: ['order'],
  builder: ['provenance'],
  releaser: ['release', 'withdrawal'],
  publisher: ['access-table', 'publication'],
  rebuilder: ['rebuild'],
  supervisor: ['access-grant', 'finding', 'resolution'],
  reviewer: ['review'],
  datacenter: ['custody-root', 'sealing-key'],
};

export interface Admitted {
  readonly publicKey: Uint8Array;
  readonly operator: string;
  readonly kinds: readonly string[];
}

/** Every identity of the policy (D8), and who a test adds. */
export function admissionFor(
  policy: TrustPolicy,
  more: readonly Admitted[],
): ReturnType<typeof makeAdmissionList> {
  return makeAdmissionList(origin, [
    ...[...policy.keys.values()].map(({ spki, operator, role }) => ({
      publicKey: spki,
      operator,
      kinds: kindsOf[role] ?? [],
    })),
    ...policy.root.keys.map(({ spki, operator }) => ({
      publicKey: spki,
      operator,
      kinds: ['residency-policy', 'root', 'trust-policy'],
    })),
    ...more,
  ]);
}
