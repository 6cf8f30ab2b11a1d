// The configuration that init writes for a Center: every key with its reason, defaults as comments.

import type { NewCenter } from './center.ts';

const q = JSON.stringify;

export function centerToml(center: NewCenter): string {
  const { origin, listen, name, log, repository, source, supervisors, git } = center;
  return `# A Transparency Center; docs/spec/center-toml.md. "vitrine center run" reads it when it starts.

# As browsers see it. Passkeys are bound to the name of this host, for ever.
origin = ${q(origin)}
# What it listens on. With https, a proxy stands before it and passes the header Host on.
listen = ${q(listen)}
# Whose Center this is; authenticators show it.
name = ${q(name)}
# Proxies whose X-Forwarded-For is believed, for limits by address: addresses, or networks as address/bits.
# trusted-proxies = ["127.0.0.1"]
# For how many days the record of reads is kept.
# keep-reads-days = 1095

[vendor]
# Nothing is believed that the pinned root and policy do not prove.
log = ${q(log)}
repository = ${q(repository)}
root = "root.json"
policy = "policy.json"
# The vendor's source store, opened for reading alone: listings and files by SHA-256.
source = ${q(source)}
${supervisors.map(supervisorToml).join('')}${git.map(gitToml).join('')}
# [sessions]
# A session ends without a request for this long, and after this time in any case.
# idle-minutes = 120
# hours = 12

# [oidc]
# Accounts of an organisation, by OpenID Connect. Its groups are those of the claim, mapped below; what is
# not mapped is no group here. The callback is ${origin}/sign-in/callback.
# name = "Example Ministry"
# issuer = "https://login.example"
# client-id = "vitrine"
# client-secret = "oidc-secret"
# scopes = ["groups"]
# groups-claim = "groups"
# [oidc.groups]
# "auditors" = "reviewers"
`;
}

function supervisorToml({ operator, url }: NewCenter['supervisors'][number]): string {
  return `
[[supervisors]]
# Where a supervisor publishes its statements itself: what is missing from the log is shown.
operator = ${q(operator)}
url = ${q(url)}
`;
}

function gitToml({ product, folder }: NewCenter['git'][number]): string {
  return `
[[git]]
# History and blame of a product; what is shown as released comes from the source store alone.
product = ${q(product)}
folder = ${q(folder)}
`;
}

export const emptyTable = `# Who may read which source; docs/spec/access-table.md. What no grant opens is closed. The Center takes a
# new table as soon as this file is replaced: "vitrine center access check" looks at it before,
# "vitrine center access publish" logs its digest after.
table = 1

# [[products]]
# name = "hello"
# critical = ["src/update/**"]

# [[grants]]
# who = "anyone"            # or "signed-in", or "group:NAME"
# product = "hello"
# tier = "overview"         # or "critical", or "everything"
# paths = ["docs/**"]
# from = "2027-01-01T00:00:00Z"
# until = "2028-01-01T00:00:00Z"
`;
