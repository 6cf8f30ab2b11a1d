// Two data centers of the tour, made by `vitrine init datacenter` and run as their operators would run them:
// separate folders, stores, keys and ledgers. What they share is a public policy.

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseJson, schema, utf8, type DataCenter } from '@vitrine/evidence';
import { writeDurable } from '@vitrine/host';
import { parseSharing, sharingLimit } from '@vitrine/reports';
import { fail } from '../codes.ts';
import { readIfPresent } from '../files.ts';
import { parseDataCenterFile } from '../datacenter/file.ts';
import { flags, type Say } from './say.ts';
import type { Folders } from './folders.ts';
import { Service } from './processes.ts';

const planned = [
  { id: 'zurich', name: 'Data center Zurich of the tour', country: 'CH' },
  { id: 'frankfurt', name: 'Data center Frankfurt of the tour', country: 'DE' },
] as const;

/** Zurich has two countries of its own, Frankfurt a region with everybody else: three endpoints, two centers. */
const draft = `notice = "7d"
default = "frankfurt"

[[center]]
id = "zurich"
countries = ["CH", "LI"]

[[center]]
id = "frankfurt"
regions = ["Europe"]

[[milestone]]
id = "conveyor-to-zurich"
what = "conveyor"
due = "2030-06-30T00:00:00Z"
`;

export interface DataCenterOfTour {
  readonly id: string;
  readonly folder: string;
}

function datacentersIn({ data }: Folders): readonly DataCenterOfTour[] {
  return planned.map(({ id }) => ({ id, folder: join(data, `datacenter-${id}`) }));
}

/** Where each keeps the root and the policy that its operator accepted. */
export function trustFolders(folders: Folders): readonly string[] {
  return datacentersIn(folders).map(({ folder }) => join(folder, 'trust'));
}

/** `ports`: one for each. Both ask both supervisors; one of the two must agree before a record is read. */
export async function initDatacenters(
  folders: Folders,
  supervisors: readonly string[],
  ports: readonly number[],
  say: Say,
): Promise<void> {
  const vendor = join(folders.vendor, 'public.json');
  await Promise.all(
    datacentersIn(folders).map(async ({ folder }, i) => {
      const { id, name, country } = planned[i] as (typeof planned)[number];
      const listen = `127.0.0.1:${ports[i]}`;
      await say([
        'init',
        'datacenter',
        folder,
        ...flags({ id, name, country, vendor, listen, need: '1' }),
        ...supervisors.flatMap((one) => flags({ supervisor: join(one, 'public.json') })),
      ]);
      await hurry(join(folder, 'datacenter.toml'));
    }),
  );
  for (const { folder } of datacentersIn(folders))
    await say(['residency', 'import', folders.vendor, join(folder, 'public.json')]);
}

/** What takes minutes or an hour in earnest takes seconds here: the visitor waits for it. */
async function hurry(file: string): Promise<void> {
  const toml = await readFile(file, 'utf8');
  const changed = toml
    .replace('\npromise-seconds = 600\n', '\npromise-seconds = 60\n')
    .replace('\nroots-seconds = 3600\n', '\nroots-seconds = 5\n');
  if (!/^promise-seconds = 60$/m.test(changed) || !/^roots-seconds = 5$/m.test(changed))
    throw fail('tour.step', 'datacenter.toml has no place for promise-seconds and roots-seconds');
  await writeDurable(file, utf8(changed));
}

/** The next version of the residency policy, ready for a ceremony. */
export async function draftResidencyOfTour({ vendor, data }: Folders, say: Say): Promise<void> {
  const file = join(data, 'residency.toml');
  await writeDurable(file, utf8(draft));
  await say(['residency', 'apply', vendor, file]);
}

export interface RunningCenter extends DataCenterOfTour {
  readonly url: string;
  readonly center: DataCenter;
  readonly service: Service;
}

export async function startDatacenters(
  folders: Folders,
  onStart: (service: Service) => void,
): Promise<readonly RunningCenter[]> {
  const { home, logs } = folders;
  return Promise.all(
    datacentersIn(folders).map(async (one) => {
      const args = ['datacenter', 'run', one.folder, '--every', '1'];
      const service = new Service(`datacenter-${one.id}`, args, { home, logs });
      const url = await service.start();
      onStart(service);
      const { center } = parseDataCenterFile(await readFile(join(one.folder, 'public.json')));
      return { ...one, url, center, service };
    }),
  );
}

/** Until the repository serves a sealing key of each: from then on reports can be sealed to all of them. */
export async function awaitSealingKeys(served: string, count: number): Promise<number> {
  const deadline = performance.now() + 90_000;
  for (;;) {
    const bytes = await readIfPresent(join(served, 'sharing.json'), sharingLimit);
    const found = bytes === undefined ? [] : parseSharing(bytes).sealingKeys;
    if (found.length >= count) return found.length;
    if (performance.now() > deadline)
      throw fail('tour.step', `the repository serves ${found.length} of ${count} sealing keys`);
    await sleep(200);
  }
}

const accepted = schema.object({ digest: schema.text(/^[0-9a-f]{64}$/, 64, 'a digest') }, {}, { open: true });

/** The digest of the policy in force, as a person reads it before it is accepted. */
export async function digestInForce(vendor: string, say: Say): Promise<string> {
  const shown = parseJson(utf8(await say(['residency', 'show', vendor])));
  return schema.object({ inForce: accepted }, {}, { open: true }).check(shown).inForce.digest;
}
