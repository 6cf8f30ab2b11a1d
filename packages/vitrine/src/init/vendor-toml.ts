// The configuration that init writes for a vendor: every key with its reason, defaults as comments.

import type { NewVendor } from './vendor.ts';

export interface VendorTomlParts extends NewVendor {
  readonly builder: string;
  readonly log: string;
  readonly repository: string;
}

const q = JSON.stringify;

export function vendorToml(vendor: VendorTomlParts): { readonly vendor: string; readonly log: string } {
  return { vendor: ownToml(vendor), log: logToml(vendor) };
}

function ownToml(vendor: VendorTomlParts): string {
  return `# The vendor's folder; docs/spec/vendor-toml.md. Paths of keys and stores are fixed: see docs/vendor.md.

# Who we are in the trust policy. Thresholds count operators, so this name binds all our keys together.
operator = ${q(vendor.operator)}
# The registered name and the country of the organisation, shown to customers with each key.
name = ${q(vendor.name)}
jurisdiction = ${q(vendor.jurisdiction)}
# The builder.id of our provenance: consumers accept it only together with the builder's key.
builder = ${q(vendor.builder)}

[log]
# The name of our log, fixed for ever: checkpoints are signed under it.
origin = ${q(vendor.origin)}
# Where we, supervisors and customers reach it. What it listens on stands in log/log.toml.
url = ${q(`http://${vendor.log}`)}

[repository]
# What "vitrine repository run" listens on; in production a web server or CDN stands before it.
listen = ${q(vendor.repository)}
# Where supervisors and endpoints reach it.
url = ${q(`http://${vendor.repository}`)}
# A verifier that release pages link to: a page of somebody else's is better than one of ours.
# verifier = "https://supervisor.example/verifier.html"
${vendor.products.map((name) => productToml(name, vendor.channel)).join('')}${vendor.products.length === 0 ? commented(productToml('hello', vendor.channel)) : ''}
[root]
# Signatures that root, policy and top-level targets need. Default: all holders but one of the others, so
# that nobody reaches it alone and nobody but us can block it (D4).
# threshold = 5
# For how long a root file and the top-level targets are valid: the time until the next ceremony.
days = 365

[policy]
# Witness operators that must cosign, and how many of them may collude with the log without being able to
# fork it: 2 x quorum > witnesses + faulty (D6). Default: all witnesses, and one of them.
# quorum = 2
# faulty = 1
# Operators that must have rebuilt the same bytes. Default: one.
# rebuilds = 1
# Count only rebuilds that were logged before our own provenance (D14). Our build then waits for them.
blind = false
# Seconds for which a publication is fresh; "vitrine repository run" says again at least every quarter of it.
max-age = 86400
# The same for customers that carry updates to machines without a network.
offline-max-age = 2592000
# Seconds within which a supervisor answers a hold.
resolution-deadline = 604800

[expiry]
# Product roles need a supervisor to be renewed, so they live long; snapshot and timestamp are renewed by
# the timer of "vitrine repository run" when half of this has passed.
role-days = 180
snapshot-days = 14
timestamp-hours = 48
`;
}

function productToml(name: string, channel: string): string {
  return `
[[products]]
# A product and channel have one TUF role, signed by us and by threshold - 1 supervisors (D4).
name = ${q(name)}
channel = ${q(channel)}
threshold = 2
`;
}

function commented(toml: string): string {
  return toml.replaceAll(/^(?=[^\n#])/gm, '# ');
}

function logToml(vendor: VendorTomlParts): string {
  return `# The vendor's log; docs/vendor.md. "vitrine log run" reads it when it starts.

# Fixed for ever, and known to log.db: another name here is refused.
origin = ${q(vendor.origin)}
listen = ${q(vendor.log)}
# Relative to this file. Ed25519 first; ML-DSA-44 stands should Ed25519 fall.
keys = ["../keys/log.key", "../keys/log-ml-dsa.key"]
# At most this long from an entry to the next checkpoint.
interval-ms = 100
# Witnesses that must cosign before a checkpoint is published. "vitrine ceremony finish" writes both from
# the policy.
quorum = 0
# The file by which a Transparency Center admits reviewers, for reviews alone (docs/spec/admission.md).
${vendor.reviewers === undefined ? '# reviewers = "../../center/reviewers.json"' : `reviewers = ${q(vendor.reviewers)}`}
`;
}
