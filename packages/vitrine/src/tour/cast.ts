// Who takes part in the tour, made as they would make themselves: each runs `vitrine init` in a folder of
// its own, the vendor drafts a policy from their public halves, and the holders of the root sign it in a
// ceremony. The tour keeps the paths of all keys, because its attacks need corrupt holders.

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  fields,
  noteSigner,
  noteTypes,
  parseJson,
  schema,
  utf8,
  type NoteSigner,
  type Signer,
  type TrustPolicy,
} from '@vitrine/evidence';
import { writeDurable } from '@vitrine/host';
import { loadSigner } from '@vitrine/keys';
import { fail } from '../codes.ts';
import { readPolicy } from '../log-access.ts';
import { openVendor, type VendorFolder, type VendorKey } from '../vendor/folder.ts';
import { draftResidencyOfTour, initDatacenters, trustFolders } from './datacenters.ts';
import { freePairs } from './ports.ts';
import { makeFolders, type Folders } from './folders.ts';
import { commander, flags, type Say } from './say.ts';

export const origin = 'tour.example/log';

/** The product whose agent endpoints install, and the one that judges evidence anywhere. */
export const products = ['agent', 'verifier'] as const;
export type ProductName = (typeof products)[number];
export const channel = 'stable';

const supervisors = [
  { operator: 'supervisor', name: 'Supervisor of the tour', jurisdiction: 'CH' },
  { operator: 'watcher', name: 'Second supervisor of the tour', jurisdiction: 'FR' },
] as const;

const trusteeOfTour = {
  operator: 'trustee',
  name: 'Trustee of the customers of the tour',
  jurisdiction: 'DE',
};

export type SupervisorKey = 'root' | 'witness' | 'rebuilder' | 'supervisor' | 'cosigner';

export interface SupervisorOfTour {
  readonly operator: string;
  readonly folder: string;
  signer(key: SupervisorKey): Promise<Signer>;
}

export interface Cast {
  readonly folders: Folders;
  readonly vendor: VendorFolder;
  readonly supervisors: readonly SupervisorOfTour[];
  readonly policy: TrustPolicy;
  readonly policyFile: string;
  readonly rootFile: string;
  signer(key: VendorKey): Promise<Signer>;
  /** The log's own keys, and those of the two witnesses: for a fork that all of them sign. */
  logSigners(): Promise<readonly NoteSigner[]>;
  witnessSigners(): Promise<readonly NoteSigner[]>;
  /** All six holders. */
  rootSigners(): Promise<readonly Signer[]>;
}

/** Folders, keys, policy and root; nothing runs yet. */
export async function makeCast(
  data: string,
  { demandBlind = true }: { readonly demandBlind?: boolean } = {},
): Promise<Cast> {
  const folders = await makeFolders(data);
  const say = commander(folders.home);
  await initAll(folders, demandBlind, say);
  await holdCeremonies(folders, say);
  const vendor = await openVendor(folders.vendor);
  const [policyFile, rootFile] = [join(vendor.public, 'policy.json'), join(vendor.public, 'root.json')];
  const policy = await readPolicy(policyFile, rootFile);
  const made = supervisors.map(({ operator }) => supervisorIn(data, operator));
  for (const into of [...made.map(({ folder }) => folder), ...trustFolders(folders)])
    await say(['policy', 'accept', policy.digest, '--from', vendor.public, '--into', into]);
  const signer = (key: VendorKey): Promise<Signer> => loadSigner(vendor.keyFile(key));
  return {
    folders,
    vendor,
    supervisors: made,
    policy,
    policyFile,
    rootFile,
    signer,
    logSigners: async () => [
      noteSigner(origin, noteTypes.log, await signer('log')),
      noteSigner(origin, noteTypes.mlDsaCosignature, await signer('log-ml-dsa')),
    ],
    witnessSigners: () =>
      Promise.all(
        made.map(async (one) =>
          noteSigner(`${one.operator}/witness`, noteTypes.cosignature, await one.signer('witness')),
        ),
      ),
    rootSigners: () => Promise.all(rootKeyFiles(folders).map((file) => loadSigner(file))),
  };
}

function supervisorIn(data: string, operator: string): SupervisorOfTour {
  const folder = join(data, operator);
  return { operator, folder, signer: (key) => loadSigner(join(folder, 'keys', `${key}.key`)) };
}

/** Three of the vendor, one of each supervisor, one of the trustee; five must sign (D4). */
function rootKeyFiles({ vendor, trustee, data }: Folders): readonly string[] {
  return [
    ...['root-1', 'root-2', 'root-3'].map((name) => join(vendor, 'keys', `${name}.key`)),
    ...supervisors.map(({ operator }) => join(data, operator, 'keys/root.key')),
    join(trustee, 'keys/root.key'),
  ];
}

async function initAll(folders: Folders, demandBlind: boolean, say: Say): Promise<void> {
  const { data, vendor, trustee } = folders;
  const [own, first, second, ...others] = await freePairs(3 + supervisors.length);
  const listen = (port: number | undefined): string => `127.0.0.1:${port}`;
  const who = { operator: 'vendor', name: 'Vendor of the tour', jurisdiction: 'CH' };
  const what = { origin, listen: listen(own), channel, reviewers: join(data, 'center', 'reviewers.json') };
  await say([
    'init',
    'vendor',
    vendor,
    ...flags({ ...who, ...what }),
    ...products.flatMap((product) => flags({ product })),
  ]);
  if (demandBlind) await demandBlindRebuilds(vendor);
  const publicFile = join(vendor, 'public.json');
  await Promise.all([
    ...supervisors.map((one, i) => {
      const options = { ...one, vendor: publicFile, listen: listen(others[i]) };
      return say(['init', 'supervisor', join(data, one.operator), ...flags(options)]);
    }),
    say(['init', 'trustee', trustee, ...flags(trusteeOfTour)]),
  ]);
  const witnessing = supervisors.map(({ operator }) => join(data, operator));
  await initDatacenters(folders, witnessing, [first ?? 0, second ?? 0], say);
}

/** Both supervisors must have rebuilt, and only what they logged before the vendor's provenance counts (D14). */
async function demandBlindRebuilds(vendor: string): Promise<void> {
  const file = join(vendor, 'vendor.toml');
  const toml = await readFile(file, 'utf8');
  const changed = toml
    .replace('\n# rebuilds = 1\n', '\nrebuilds = 2\n')
    .replace('\nblind = false\n', '\nblind = true\n');
  if (!/^rebuilds = 2$/m.test(changed) || !/^blind = true$/m.test(changed))
    throw fail('tour.step', 'vendor.toml has no place for rebuilds and blind');
  await writeDurable(file, utf8(changed));
}

const planned = schema.object(
  { plan: schema.text(/^[^\0]+$/, 4096, 'a path'), sha256: fields.sha256Hex },
  {},
  { open: true },
);

/** Root and policy first: the top-level targets name the signed policy. */
async function holdCeremonies(folders: Folders, say: Say): Promise<void> {
  const { vendor, trustee, data } = folders;
  const others = [...supervisors.map(({ operator }) => join(data, operator)), trustee];
  await say(['policy', 'draft', vendor, ...others.flatMap((one) => ['--import', join(one, 'public.json')])]);
  await draftResidencyOfTour(folders, say);
  await holdCeremony(folders, ['root', 'policy', 'residency'], say);
  await holdCeremony(folders, ['targets'], say);
}

async function holdCeremony(folders: Folders, what: readonly string[], say: Say): Promise<void> {
  const plan = planned.check(parseJson(utf8(await say(['ceremony', 'plan', folders.vendor, ...what]))));
  // Each on its own machine, in earnest; the digest is what the vendor told them another way.
  await Promise.all(
    rootKeyFiles(folders).map((key) =>
      say(['ceremony', 'sign', plan.plan, '--key', key, '--digest', plan.sha256]),
    ),
  );
  await say(['ceremony', 'finish', folders.vendor]);
}
