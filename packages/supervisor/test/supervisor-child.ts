// A supervisor in a process of its own, that kills itself with SIGKILL at a named moment: the first time
// that this call is about to be made (`before …`) or has just returned (`after …`).
//   node supervisor-child.ts FOLDER LOG SITE POLICY ROOT [MOMENT]

import { readFileSync } from 'node:fs';
import { loadPolicy, utf8, type Signer } from '@vitrine/evidence';
import { chooseSandbox, httpObjects } from '@vitrine/conveyor';
import { listen, sha256, verifySignature } from '@vitrine/host';
import { openingKey, releaseShare } from '@vitrine/reports';
import { httpRepository, httpSubmit, openSupervisor } from '@vitrine/supervisor';
import { cosignerOf, rebuilderOf, supervisorKeyOf } from './world.ts';

const [folder = '', log = '', site = '', policyFile = '', rootFile = '', moment = ''] = process.argv.slice(2);

/** The work, with the two moments around it. */
async function around<T>(name: string, work: () => Promise<T>): Promise<T> {
  if (moment === `before ${name}`) process.kill(process.pid, 'SIGKILL');
  const result = await work();
  if (moment === `after ${name}`) process.kill(process.pid, 'SIGKILL');
  return result;
}

const dying = (name: string, signer: Signer): Signer => ({
  ...signer,
  sign: (message) => around(`the ${name} signs`, () => signer.sign(message)),
});

const root = readFileSync(rootFile);
const objects = httpObjects(site);
const repository = httpRepository(site);
const submit = httpSubmit(log);
const { sandbox } = await chooseSandbox('none');
const policy = await loadPolicy(readFileSync(policyFile), root);
const opening = await openingKey(sha256(utf8('supervisor-a halves')));
const supervisor = await openSupervisor({
  folder,
  operator: 'supervisor-a',
  accepted: () => Promise.resolve({ policy, root }),
  signers: {
    rebuilder: dying('rebuilder', rebuilderOf('supervisor-a').signer),
    supervisor: dying('supervisor', supervisorKeyOf('supervisor-a').signer),
    cosigner: dying('cosigner', cosignerOf('supervisor-a').signer),
  },
  log,
  submit: (envelope, waitMs) => around('a statement is sent', () => submit(envelope, waitMs)),
  objects: {
    blob: (digest, most) => around('a blob is fetched', () => objects.blob(digest, most)),
    source: (digest, most) => around('source is fetched', () => objects.source(digest, most)),
  },
  repository: {
    fetch: (path, most) => around('metadata is fetched', () => repository.fetch(path, most)),
  },
  sandbox: {
    ...sandbox,
    run: (folders, step) => around('the build runs', () => sandbox.run(folders, step)),
  },
  release: (ask) =>
    around('a share is opened', () =>
      releaseShare(ask, { opening, policy, now: Date.now() / 1000 }, { sha256, verifySignature }),
    ),
  pollMs: 20,
  host: { node: process.version, user: 'test', directory: folder },
});
void supervisor.stopped.then((cause) => {
  throw new Error('the supervisor has stopped', { cause });
});
const server = await listen(supervisor.handler, { port: 0 });
process.stdout.write(`serves at ${server.url}\n`);
