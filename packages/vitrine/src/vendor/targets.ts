// Top-level targets as the next ceremony signs them: the trust policy, and to whom products are delegated.

import { assembleTuf, fromBase64, type RootHolder } from '@vitrine/evidence';
import { sha256 } from '@vitrine/host';
import { parseTargets, type Metadata, type Targets } from '@vitrine/tuf';
import { draftTargets, type PlannedDelegation, type PlannedTarget } from '@vitrine/tuf/repository';
import { fail } from '../codes.ts';
import type { OperatorFile } from '../operator/file.ts';
import type { ProductConfig, VendorConfig } from './config.ts';

/** The trust policy as a target: a client that has it pinned sees here that there is a newer one. */
const policyTarget = 'policy.json';

export interface TargetsParts {
  readonly config: VendorConfig;
  readonly others: readonly OperatorFile[];
  /** Our own keys of delegated roles. */
  readonly role: Uint8Array;
  readonly deltas: Uint8Array;
  readonly policy: PlannedTarget;
}

const defaultDays = 365;

/** The signed part of the next targets file, canonical. `now` in seconds since 1970. */
export function draftNextTargets(parts: TargetsParts, version: number, now: number): Uint8Array {
  const { config, policy } = parts;
  return draftTargets({
    version,
    expires: now + (config.root?.days ?? defaultDays) * 86_400,
    targets: { [policyTarget]: policy },
    delegations: delegationsOf(parts),
  });
}

function roleName({ name, channel }: Pick<ProductConfig, 'name' | 'channel'>): string {
  return `${name}-${channel}`;
}

/** One role for each product and channel, by us and the supervisors; one for each product's deltas, by us alone (D15). */
function delegationsOf({ config, others, role, deltas }: TargetsParts): readonly PlannedDelegation[] {
  const operator = config.operator;
  const cosigners = others.flatMap(({ operator: { id }, cosigner }): RootHolder[] =>
    cosigner === undefined ? [] : [{ publicKey: fromBase64(cosigner.publicKey), operator: id }],
  );
  const products = config.products ?? [];
  const channels = products.map((product): PlannedDelegation => {
    const threshold = product.threshold ?? 2;
    if (cosigners.length < threshold - 1)
      throw fail(
        'ceremony.cosigners',
        `${roleName(product)} asks for ${threshold - 1} supervisors, and ${cosigners.length} have a cosigner key`,
      );
    return {
      name: roleName(product),
      threshold,
      holders: [{ publicKey: role, operator }, ...cosigners],
      terminating: true,
      paths: pathsBelow(`${product.name}/${product.channel}`),
    };
  });
  const names = [...new Set(products.map(({ name }) => name))];
  return [
    ...channels,
    ...names.map((name) => ({
      name: `${name}-deltas`,
      threshold: 1,
      holders: [{ publicKey: deltas, operator }],
      terminating: true,
      paths: pathsBelow(`${name}/deltas`),
    })),
  ];
}

/** A platform, and outputs up to two folders deep: `*` does not match a slash (TUF 4.5). */
function pathsBelow(folder: string): readonly string[] {
  return [`${folder}/*/*`, `${folder}/*/*/*`, `${folder}/*/*/*/*`];
}

/** The draft as a targets file, judged by every rule but its signatures. */
export function targetsOfDraft(draft: Uint8Array): Metadata<Targets> {
  // The file form wants a signature; none is looked at here.
  return parseTargets(assembleTuf(draft, [{ keyid: '0'.repeat(64), sig: '00' }]), { sha256 });
}
