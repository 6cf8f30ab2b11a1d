// What the vendor's log takes from the trust policy: who may sign entries (D8), and the witnesses that
// must cosign before a checkpoint is published.

import { join } from 'node:path';
import { headKeysAt, utf8, type TrustPolicy } from '@vitrine/evidence';
import { writeDurable } from '@vitrine/host';
import { admissionOf } from '../admission.ts';
import { logConfig, readConfig, type WitnessPeer } from '../config.ts';
import { formatToml, type TomlEntries } from '../toml.ts';
import type { VendorFolder } from './folder.ts';
import { readOperators } from './operators.ts';

/** Read by "vitrine log run" at its next start. */
export async function configureLog(vendor: VendorFolder, policy: TrustPolicy): Promise<void> {
  const { origin } = policy.document.log;
  await writeDurable(join(vendor.log, 'admission.json'), admissionOf(origin, policy).bytes);
  const config = await readConfig(vendor.log, 'log.toml', logConfig);
  const toml = formatToml(
    [
      ['origin', config.origin],
      ['listen', config.listen],
      ['keys', config.keys],
      ['interval-ms', config['interval-ms'] ?? 100],
      ['quorum', policy.document.witnesses.quorum],
      ...(config.reviewers === undefined ? [] : [['reviewers', config.reviewers] as const]),
    ],
    { witnesses: (await witnessesOf(vendor, policy)).map(entriesOf) },
  );
  const head =
    '# Written from the trust policy by "vitrine ceremony finish"; docs/vendor.md explains each key.\n';
  await writeDurable(join(vendor.log, 'log.toml'), utf8(head + toml));
}

async function witnessesOf(vendor: VendorFolder, policy: TrustPolicy): Promise<readonly WitnessPeer[]> {
  const now = { origin: policy.document.log.origin, index: Number.MAX_SAFE_INTEGER };
  const listed = new Set(headKeysAt(policy, now).witnesses.map(({ vkey }) => vkey));
  return (await readOperators(vendor)).flatMap(({ operator, witness }) =>
    (witness?.vkeys ?? [])
      .filter((vkey) => listed.has(vkey))
      .map((vkey) => ({ operator: operator.id, url: witness?.url ?? '', vkey })),
  );
}

function entriesOf({ operator, url, vkey }: WitnessPeer): TomlEntries {
  return [
    ['operator', operator],
    ['url', url],
    ['vkey', vkey],
  ];
}
