// The configuration that init writes for a data center: every key with its reason, defaults as comments.

import type { NewDataCenter } from './datacenter.ts';

const q = JSON.stringify;

export function datacenterToml({ id, listen, need, vendor, supervisors }: NewDataCenter): string {
  return `# A data center's folder; docs/spec/datacenter-toml.md. "vitrine datacenter run" reads it when it starts.

# As the residency policy names it. Store, ledgers and keys below keys/ belong to this name for ever.
id = ${q(id)}
# What the intake listens on; in production a web server that ends TLS stands before it.
listen = ${q(listen)}
# The database: a file in this folder. Or, instead of it, a file that holds the address of a PostgreSQL server,
# with the password in it: readable for its owner alone.
store = "custody.db"
# postgres = "keys/postgres.url"
# The one current copy of the centers' halves of record keys, without which a backup is noise (D19). Put it on
# another disk than the store; never into a backup.
keys-copy = "keys/halves.copy"

# The log that takes our sealing keys and the roots of our ledgers.
log = ${q(vendor.log?.url ?? '')}
# Where sharing.json is served: the residency policy, and everybody's sealing keys.
repository = ${q(vendor.repository ?? '')}

# Supervisors that must agree before a record can be read: shares of them are needed (D18).
halves = ${need}
# Seconds from a report to its witnessed proof, as each promise says (D17b).
promise-seconds = 600
# How often the roots of both ledgers go to the public log, where they changed.
roots-seconds = 3600
# After so many days a backup is deleted, and an erasure is final (D19).
backup-days = 30
${supervisors.map(supervisorTable).join('')}${supervisors.map(witnessTable).join('')}
# Messages that one network address may send, and have in hand at once. Where a proxy stands before the intake,
# that address is the proxy's: then count there, and be generous here.
# [rate]
# per-second = 50
# burst = 200
# at-once = 32

# Who may read the entries of the ledgers, by their Ed25519 public keys; tiles and checkpoints are for all.
# [[auditors]]
# name = "auditor"
# key = "MCowBQYDK2VwAyEA..."
`;
}

/** Shares are sealed to it; it is asked for them where its own service answers. */
function supervisorTable({ operator, halves, cosigner }: NewDataCenter['supervisors'][number]): string {
  if (halves === undefined) return '';
  return `
[[supervisors]]
operator = ${q(operator.id)}
halves = ${q(halves)}
url = ${q(cosigner?.url ?? '')}
`;
}

function witnessTable({ operator, witness }: NewDataCenter['supervisors'][number]): string {
  return (witness?.vkeys ?? [])
    .map(
      (vkey) => `
[[witnesses]]
operator = ${q(operator.id)}
url = ${q(witness?.url ?? '')}
vkey = ${q(vkey)}
`,
    )
    .join('');
}
