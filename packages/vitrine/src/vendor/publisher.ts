// The vendor's folder as a publisher: its log under the policy in force, its repository, its supervisors.
// The keys stay in the signer's process.

import type { TrustPolicy } from '@vitrine/evidence';
import { httpCosigner, type Publisher } from '@vitrine/conveyor';
import { systemClock, type Store } from '@vitrine/host';
import { openRepository } from '@vitrine/tuf/repository';
import { httpAppender } from '../append.ts';
import { openStores } from '../commands/build.ts';
import { fail } from '../codes.ts';
import { checkedAppender, openPolicyLog } from '../log-access.ts';
import type { Signers } from '../signer/remote.ts';
import { withSigners, type NeededKey } from '../signer/start.ts';
import type { VendorFolder, VendorKey } from './folder.ts';
import { readOperators } from './operators.ts';
import { currentPolicy } from './trust.ts';

const day = 86_400;

export type OnStep = NonNullable<Publisher['onStep']>;

export interface OpenVendorPublisher {
  readonly publisher: Publisher;
  readonly stores: { readonly source: Store; readonly blobs: Store };
}

/** `socket`: of a running signer that holds the keys; without it, one is started for as long as `use` takes. */
export function withPublisher<T>(
  vendor: VendorFolder,
  socket: string | undefined,
  onStep: OnStep,
  use: (open: OpenVendorPublisher) => Promise<T>,
): Promise<T> {
  const file = (name: VendorKey): string | undefined =>
    socket === undefined ? vendor.keyFile(name) : undefined;
  const keys: readonly NeededKey[] = [
    { may: ['releaser'], option: 'keys/releaser.key', file: file('releaser') },
    { may: ['publisher'], option: 'keys/publisher.key', file: file('publisher') },
    { may: ['tuf-targets'], option: 'keys/role.key', file: file('role') },
    { may: ['tuf-snapshot'], option: 'keys/snapshot.key', file: file('snapshot') },
    { may: ['tuf-timestamp'], option: 'keys/timestamp.key', file: file('timestamp') },
  ];
  return withSigners(keys, socket, async (signers) => use(await openPublisher(vendor, signers, onStep)));
}

export async function requirePolicy(vendor: VendorFolder): Promise<TrustPolicy> {
  const policy = await currentPolicy(vendor);
  if (policy === undefined)
    throw fail('policy-draft.missing', `${vendor.folder} has no policy yet: hold the ceremony first`);
  return policy;
}

async function openPublisher(
  vendor: VendorFolder,
  signers: Signers,
  onStep: OnStep,
): Promise<OpenVendorPublisher> {
  const { config } = vendor;
  const policy = await requirePolicy(vendor);
  const log = await openPolicyLog(config.log.url, policy);
  const stores = await openStores(vendor.store);
  const operators = await readOperators(vendor);
  const publisher: Publisher = {
    policy,
    log,
    appender: checkedAppender(httpAppender(config.log.url), log, policy),
    signers: {
      releaser: signers.for('releaser'),
      publisher: signers.for('publisher'),
      role: signers.for('tuf-targets'),
      snapshot: signers.for('tuf-snapshot'),
      timestamp: signers.for('tuf-timestamp'),
    },
    cosigners: operators.flatMap(({ operator, cosigner }) =>
      cosigner === undefined ? [] : [httpCosigner(operator.id, cosigner.url)],
    ),
    repository: openRepository(vendor.public),
    folder: vendor.public,
    drafts: vendor.drafts,
    blobs: stores.blobs,
    clock: systemClock,
    expiry: {
      role: (config.expiry?.['role-days'] ?? 180) * day,
      snapshot: (config.expiry?.['snapshot-days'] ?? 14) * day,
      timestamp: (config.expiry?.['timestamp-hours'] ?? 48) * 3_600,
    },
    pages: {
      vendor: config.name,
      logUrl: config.log.url.replace(/\/$/, ''),
      verifier: config.repository.verifier,
    },
    onStep,
  };
  return { publisher, stores };
}
