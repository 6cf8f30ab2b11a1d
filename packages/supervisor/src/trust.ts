// By which policy and root everything is judged. Both are accepted by hand (D5): they are files of the operator,
// which the daemon looks at again while it runs, because a key that was ended must stop counting now and not at
// the next start. What was judged by before is durable: nobody goes back, not over a restart either, because an
// older policy still lists what was ended since.

import { toHex, type Role, type Signer, type TrustPolicy } from '@vitrine/evidence';
import type { Meta } from './database.ts';
import { fail } from './codes.ts';

export interface Trust {
  readonly policy: TrustPolicy;
  /** The pinned root, as bytes. */
  readonly root: Uint8Array;
}

/** Answers what is accepted now, verified against its root; throws where the files are not sound. */
export type AcceptedTrust = () => Promise<Trust>;

/** Distinct keys for distinct roles (D4). The witness is a process of its own. */
export interface SupervisorSigners {
  /** Statements about rebuilds, and requests for source (D15). */
  readonly rebuilder: Signer;
  /** Findings and resolutions. */
  readonly supervisor: Signer;
  /** Delegated roles, and nothing else. */
  readonly cosigner: Signer;
}

/** A statement by a key that the policy does not list says nothing, so none is made. */
export function requireListed(policy: TrustPolicy, operator: string, signers: SupervisorSigners): void {
  const wanted: readonly (readonly [Role, Signer])[] = [
    ['rebuilder', signers.rebuilder],
    ['supervisor', signers.supervisor],
  ];
  for (const [role, { keyid }] of wanted) {
    const key = policy.keys.get(keyid);
    if (key?.role !== role || key.operator !== operator || key.until !== undefined)
      throw fail('supervisor.key', `the policy does not list the ${role} key ${keyid} of ${operator}`);
  }
}

/** Policy and root go forward alone, and no version is two policies. */
export function requireOnward(meta: Meta, { document, digest, root }: TrustPolicy): void {
  const version = meta.number('policy-version') ?? 0;
  const rootVersion = meta.number('root-version') ?? 0;
  if (document.version < version || root.version < rootVersion)
    throw fail(
      'supervisor.older',
      `policy ${document.version} under root ${root.version}, after policy ${version} under root ${rootVersion}`,
    );
  const known = meta.bytes('policy');
  if (document.version === version && known !== undefined && toHex(known) !== digest)
    throw fail('supervisor.older', `another policy ${version} than the one that was judged by before`);
}

/** Its digest stands beside the entries that were judged by it. */
export function rememberTrust(meta: Meta, { document, root }: TrustPolicy): void {
  meta.set('policy-version', document.version);
  meta.set('root-version', root.version);
}
