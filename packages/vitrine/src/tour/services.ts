// The daemons of the tour, as their operators would run them: two witnesses, the log, the repository, and
// two supervisors, of which the second differs in what a stranger's machine may have otherwise (D37).

import { join } from 'node:path';
import { variationsHere, type Sandbox } from '@vitrine/conveyor';
import { utf8 } from '@vitrine/evidence';
import { writeDurable } from '@vitrine/host';
import { readFile } from '../files.ts';
import type { Cast } from './cast.ts';
import type { SecondNode } from './second-node.ts';
import { Service } from './processes.ts';

export interface Services {
  readonly log: Service;
  readonly repository: Service;
  readonly supervisors: readonly {
    readonly operator: string;
    readonly url: string;
    readonly service: Service;
  }[];
  readonly urls: { readonly log: string; readonly repository: string };
  /** What the second supervisor has otherwise, in words. */
  readonly varied: readonly string[];
}

export interface Surroundings {
  /** The one that the vendor builds in; a supervisor goes without one only where it is told to. */
  readonly sandbox: Sandbox;
  /** Absent where there is only one Node for this platform. */
  readonly secondNode: SecondNode | undefined;
}

/** The witnesses, and the log that waits for them. */
export async function startLog(
  { vendor, folders: { home, logs }, supervisors }: Cast,
  onStart: (service: Service) => void,
): Promise<{ readonly service: Service; readonly url: string }> {
  const start = starter(onStart);
  await Promise.all(
    supervisors.map(({ operator, folder }) =>
      start(new Service(`witness-${operator}`, ['witness', 'run', join(folder, 'witness')], { home, logs })),
    ),
  );
  const service = new Service('log', ['log', 'run', vendor.log], { home, logs });
  return { service, url: await start(service) };
}

function starter(onStart: (service: Service) => void): (service: Service) => Promise<string> {
  return async (service) => {
    const url = await service.start();
    onStart(service);
    return url;
  };
}

/** Lets a supervisor that does not run yet build in another directory and as another user, where it can. */
async function varySurroundings(folder: string, sandbox: Sandbox): Promise<readonly string[]> {
  const here = await variationsHere(sandbox);
  const vary = here
    .filter(({ variation, why }) => why === undefined && (variation === 'directory' || variation === 'user'))
    .map(({ variation }) => variation);
  const path = join(folder, 'supervisor.toml');
  const written = await readFile(path);
  // The first line: members of the document itself come before its tables.
  await writeDurable(path, Buffer.concat([utf8(`vary = ${JSON.stringify(vary)}\n`), written]));
  return vary;
}

/** `onStart` is told of each service once it runs, so that whatever happens next can stop it. */
export async function startServices(
  cast: Cast,
  { sandbox, secondNode }: Surroundings,
  onStart: (service: Service) => void,
): Promise<Services> {
  const { vendor, folders, supervisors } = cast;
  const { home, logs } = folders;
  const { service: log, url: logUrl } = await startLog(cast, onStart);
  const start = starter(onStart);
  const repository = new Service('repository', ['repository', 'run', vendor.folder], { home, logs });
  const repositoryUrl = await start(repository);

  const env = { VITRINE_SANDBOX: sandbox.isolation };
  const [, second] = supervisors;
  const varied = [
    ...(second === undefined ? [] : await varySurroundings(second.folder, sandbox)),
    ...(secondNode === undefined ? [] : [`Node ${secondNode.version}`]),
  ];
  const running = await Promise.all(
    supervisors.map(async (one) => {
      const node = one === second ? secondNode?.path : undefined;
      const args = ['supervisor', 'run', one.folder];
      const service = new Service(`supervisor-${one.operator}`, args, { home, logs, node, env });
      return { operator: one.operator, service, url: await start(service) };
    }),
  );
  return { log, repository, supervisors: running, urls: { log: logUrl, repository: repositoryUrl }, varied };
}
