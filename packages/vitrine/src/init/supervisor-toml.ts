// The configuration that init writes for a supervisor: every key with its reason.

import type { NewSupervisor } from './supervisor.ts';

export interface SupervisorTomlParts extends NewSupervisor {
  /** Address of the supervisor's own service. */
  readonly own: string;
  readonly witnessName: string;
}

const q = JSON.stringify;

export function supervisorToml(parts: SupervisorTomlParts): {
  readonly supervisor: string;
  readonly witness: string;
} {
  return { supervisor: ownToml(parts), witness: witnessToml(parts) };
}

function ownToml({ operator, own, vendor }: SupervisorTomlParts): string {
  return `# A supervisor's folder; docs/supervisor.md. "vitrine supervisor run" reads it when it starts.

# Who we are in the trust policy. All keys below keys/ are ours, each for one purpose (D4).
operator = ${q(operator)}
# What the daemon listens on: the vendor's roles come in, our statements, signatures and blobs go out.
listen = ${q(own)}

[vendor]
# The log that we tail. Nothing is believed that our own pinned policy does not prove.
log = ${q(vendor.log?.url ?? '')}
# Where blobs are fetched, and source with our rebuilder's key (D15).
repository = ${q(vendor.repository ?? '')}
# The root and the policy that we accepted by hand: "vitrine policy accept" writes them.
root = "root.json"
policy = "policy.json"
`;
}

function witnessToml({ witnessName, listen, vendor }: SupervisorTomlParts): string {
  const { log } = vendor;
  return `# The supervisor's witness; docs/supervisor.md. "vitrine witness run" reads it when it starts.

# One key for one name: an Ed25519 cosignature does not bind the name.
name = ${q(witnessName)}
listen = ${q(listen)}
# Relative to this file.
keys = ["../keys/witness.key"]

[[logs]]
# A log that we follow, by the keys that its checkpoints must be signed with.
origin = ${q(log?.origin ?? '')}
keys = ${JSON.stringify(log?.vkeys ?? [])}
`;
}
