// Who takes part in the tour: operators with their own key files, the root they sign together and the
// trust policy. Every key is made here, in files of mode 0600, and belongs to this run.

import { join } from 'node:path';
import {
  formatVkey,
  noteSigner,
  noteTypes,
  signPolicy,
  signRoot,
  statementKeyOf,
  type NoteSigner,
  type Role,
  type Scheme,
  type Signer,
  type StatementKey,
  type TrustPolicyDocument,
} from '@vitrine/evidence';
import { makeDurableDirectory, writeDurable } from '@vitrine/host';
import { generateKey } from '@vitrine/keys';

export const builderId = 'urn:vitrine:tour:conveyor';

const operators = [
  { id: 'supervisor', name: 'Supervisor of the tour', jurisdiction: 'CH', part: 'supervisor' },
  { id: 'trustee', name: 'Trustee of the customers of the tour', jurisdiction: 'DE', part: 'independent' },
  { id: 'vendor', name: 'Vendor of the tour', jurisdiction: 'CH', part: 'vendor' },
  { id: 'watcher', name: 'Second supervisor of the tour', jurisdiction: 'FR', part: 'supervisor' },
] as const;

export interface Cast {
  readonly origin: string;
  readonly log: readonly NoteSigner[];
  readonly logKeyFiles: readonly string[];
  /** Two witnesses of two operators. */
  readonly witnesses: readonly {
    readonly operator: string;
    readonly signer: NoteSigner;
    readonly keyFile: string;
  }[];
  signer(role: Role): Signer;
  keyFile(role: Role): string;
  readonly rootSigners: readonly Signer[];
  readonly rootFile: string;
  readonly policyFile: string;
  readonly policy: TrustPolicyDocument;
}

/** The vendor holds three of six root keys and the threshold is five: nobody reaches it alone (D4). */
const rootHolders = ['vendor', 'vendor', 'vendor', 'supervisor', 'watcher', 'trustee'];

const statementKeys: readonly { readonly role: Role; readonly operator: string; readonly scheme: Scheme }[] =
  [
    { role: 'source', operator: 'vendor', scheme: 'ed25519' },
    { role: 'order', operator: 'vendor', scheme: 'ed25519' },
    { role: 'builder', operator: 'vendor', scheme: 'ed25519' },
    { role: 'releaser', operator: 'vendor', scheme: 'ecdsa-p256' },
    { role: 'publisher', operator: 'vendor', scheme: 'ed25519' },
    { role: 'rebuilder', operator: 'supervisor', scheme: 'ed25519' },
  ];

export async function makeCast(folder: string): Promise<Cast> {
  const origin = 'tour.example/log';
  const made = new Map<string, Promise<Signer>>();
  const fileOf = (operator: string, name: string): string => join(folder, operator, `${name}.key`);
  for (const { id } of operators) await makeDurableDirectory(join(folder, id));
  const key = (operator: string, name: string, scheme: Scheme = 'ed25519'): Promise<Signer> => {
    const file = fileOf(operator, name);
    const signer = made.get(file) ?? generateKey(file, scheme);
    made.set(file, signer);
    return signer;
  };

  const log = [
    noteSigner(origin, noteTypes.log, await key('vendor', 'log')),
    noteSigner(origin, noteTypes.mlDsaCosignature, await key('vendor', 'log-ml-dsa', 'ml-dsa-44')),
  ];
  const witnesses = await Promise.all(
    ['supervisor', 'watcher'].map(async (operator) => ({
      operator,
      signer: noteSigner(
        `tour.example/${operator}/witness`,
        noteTypes.cosignature,
        await key(operator, 'witness'),
      ),
      keyFile: fileOf(operator, 'witness'),
    })),
  );
  const byRole = new Map<
    Role,
    { readonly signer: Signer; readonly file: string; readonly entry: StatementKey }
  >();
  for (const { role, operator, scheme } of statementKeys) {
    const signer = await key(operator, role, scheme);
    const builder = role === 'builder' ? { builder: builderId } : {};
    const entry = { ...statementKeyOf(signer), operator, role, from: { origin, index: 0 }, ...builder };
    byRole.set(role, { signer, file: fileOf(operator, role), entry });
  }
  const rootKeys = await Promise.all(
    rootHolders.map(async (operator, i) => ({ operator, signer: await key(operator, `root-${i}`) })),
  );

  const policy = policyOf(
    origin,
    log,
    witnesses,
    [...byRole.values()].map(({ entry }) => entry),
  );
  const rootSigners = rootKeys.map(({ signer }) => signer);
  const rootFile = join(folder, 'root.json');
  const policyFile = join(folder, 'policy.json');
  await writeDurable(
    rootFile,
    await signRoot({
      version: 1,
      expires: '2036-01-01T00:00:00Z',
      threshold: 5,
      vendor: 'vendor',
      keys: rootKeys,
    }),
    {},
  );
  await writeDurable(policyFile, await signPolicy(policy, rootSigners), {});

  const held = (role: Role): { readonly signer: Signer; readonly file: string } => {
    const one = byRole.get(role);
    if (one === undefined) throw new TypeError(`nobody in the tour is ${role}`);
    return one;
  };
  return {
    origin,
    log,
    logKeyFiles: [fileOf('vendor', 'log'), fileOf('vendor', 'log-ml-dsa')],
    witnesses,
    signer: (role) => held(role).signer,
    keyFile: (role) => held(role).file,
    rootSigners,
    rootFile,
    policyFile,
    policy,
  };
}

function policyOf(
  origin: string,
  log: readonly NoteSigner[],
  witnesses: Cast['witnesses'],
  keys: readonly StatementKey[],
): TrustPolicyDocument {
  const from = { origin, index: 0 };
  const byVkey = (a: { readonly vkey: string }, b: { readonly vkey: string }): number =>
    a.vkey < b.vkey ? -1 : 1;
  return {
    version: 1,
    operators,
    log: {
      origin,
      keys: log.map(({ key }) => ({ vkey: formatVkey(key), operator: 'vendor', from })).sort(byVkey),
      frozen: [],
    },
    witnesses: {
      quorum: 2,
      faulty: 1,
      keys: witnesses
        .map(({ operator, signer }) => ({ vkey: formatVkey(signer.key), operator, from }))
        .sort(byVkey),
    },
    keys: [...keys].sort((a, b) => (a.keyid < b.keyid ? -1 : 1)),
    rebuilds: { threshold: 1, blind: true },
    freshness: { maxAge: 86_400, offlineMaxAge: 2_592_000 },
    resolutionDeadline: 604_800,
  };
}
