// The log and its two witnesses, made and started as an operator would: folders, configuration, processes.

import { join } from 'node:path';
import { formatVkey, type TrustPolicy, utf8 } from '@vitrine/evidence';
import { makeDurableDirectory, writeDurable } from '@vitrine/host';
import { initLog } from '@vitrine/log';
import { initWitness } from '@vitrine/log/witness';
import { admissionOf } from '../admission.ts';
import { formatToml, type TomlEntries } from '../toml.ts';
import type { Cast } from './cast.ts';
import { Service } from './processes.ts';

export interface Services {
  readonly log: { readonly url: string; readonly service: Service };
  readonly all: readonly Service[];
}

export interface ServiceFolders {
  readonly data: string;
  readonly log: string;
  readonly logs: string;
  readonly home: string;
}

/** `onStart` is told of each service once it runs, so that whatever happens next can stop it. */
export async function startServices(
  cast: Cast,
  policy: TrustPolicy,
  folders: ServiceFolders,
  onStart: (service: Service) => void,
): Promise<Services> {
  const witnesses = await Promise.all(
    cast.witnesses.map((witness) => startWitness(cast, witness, folders, onStart)),
  );
  await initLog(folders.log, { origin: cast.origin, vkeys: cast.log.map(({ key }) => formatVkey(key)) });
  await writeDurable(join(folders.log, 'admission.json'), admissionOf(cast.origin, policy).bytes, {});
  const config = formatToml(
    [
      ['origin', cast.origin],
      ['listen', '127.0.0.1:0'],
      ['keys', cast.logKeyFiles],
      ['interval-ms', 50],
      ['quorum', 2],
    ],
    {
      witnesses: witnesses.map(({ operator, url, vkey }): TomlEntries => [
        ['operator', operator],
        ['url', url],
        ['vkey', vkey],
      ]),
    },
  );
  await writeDurable(join(folders.log, 'log.toml'), utf8(config), {});
  const service = new Service('log', ['log', 'run', folders.log], folders.home, folders.logs);
  const url = await service.start();
  onStart(service);
  return { log: { url, service }, all: [...witnesses.map((witness) => witness.service), service] };
}

async function startWitness(
  cast: Cast,
  { operator, signer, keyFile }: Cast['witnesses'][number],
  { data, home, logs }: ServiceFolders,
  onStart: (service: Service) => void,
): Promise<{
  readonly operator: string;
  readonly url: string;
  readonly vkey: string;
  readonly service: Service;
}> {
  const folder = join(data, `witness-${operator}`);
  await makeDurableDirectory(folder);
  const vkey = formatVkey(signer.key);
  await initWitness(folder, { vkeys: [vkey] });
  const config = formatToml(
    [
      ['name', signer.key.name],
      ['listen', '127.0.0.1:0'],
      ['keys', [keyFile]],
    ],
    {
      logs: [
        [
          ['origin', cast.origin],
          ['keys', cast.log.map(({ key }) => formatVkey(key))],
        ],
      ],
    },
  );
  await writeDurable(join(folder, 'witness.toml'), utf8(config), {});
  const service = new Service(`witness-${operator}`, ['witness', 'run', folder], home, logs);
  const url = await service.start();
  onStart(service);
  return { operator, url, vkey, service };
}
