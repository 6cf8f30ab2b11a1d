// Everything is killed in the middle of a publication and started again: what was acknowledged is there,
// once and in its place, and the publication ends in the state that it would have ended in.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { release, statementIdOf } from '@vitrine/evidence';
import { readLedger, type Produced } from '@vitrine/conveyor';
import { sha256, writeDurable } from '@vitrine/host';
import { fail } from '../codes.ts';
import { openPolicyLog } from '../log-access.ts';
import type { Cast } from './cast.ts';
import { environment } from './processes.ts';
import { publicationFile, publishArguments, releaseOf } from './release.ts';
import type { Services } from './services.ts';
import type { Stage } from './stage.ts';

const main = fileURLToPath(new URL('../start.mjs', import.meta.url));

/** Publishes the verifier across the crash. Answers a copy of the publication before the last. */
export function killAndRecover(
  stage: Stage,
  cast: Cast,
  services: Services,
  produced: Produced,
): Promise<string> {
  const { folders, vendor } = cast;
  return stage.step(
    'kill -9',
    'killed at any moment and started again, every process ends in the same published state',
    async () => {
      const line = await publishUntilKilled(cast, produced);
      const before = await entriesOf(cast, services);
      const killed = [services.log, services.repository, ...services.supervisors.map((one) => one.service)];
      await Promise.all(killed.map((service) => service.kill9()));
      for (const service of killed) await service.start();
      const { sequence, publication } = await releaseOf(vendor.folder, produced, folders.home);
      await requireOnce(cast, services, produced, before);
      const older = join(folders.data, 'publication-before.json');
      await writeDurable(older, await heartbeat(cast, services), { overwrite: true });
      return [
        older,
        `publish killed after "${line}", then log, repository and both supervisors; verifier: sequence ${sequence}, publication ${publication}`,
      ];
    },
  );
}

/** Starts a publication and kills it as soon as it says that the releases are logged. Answers what it said last. */
async function publishUntilKilled({ vendor, folders }: Cast, { statements }: Produced): Promise<string> {
  const child = spawn(process.execPath, [main, ...publishArguments(vendor.folder, statements.order.id)], {
    env: environment(folders.home),
    cwd: folders.home,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const exited = once(child, 'exit');
  let said = '';
  for await (const chunk of child.stderr as AsyncIterable<Buffer>) {
    said += chunk.toString();
    if (!/^released/m.test(said)) continue;
    child.kill('SIGKILL');
    break;
  }
  await exited;
  if (child.signalCode !== 'SIGKILL')
    throw fail('tour.step', `the publication ended before it could be killed: ${said}`);
  return /^released.*$/m.exec(said)?.[0] ?? '';
}

/** Every entry, by the bytes that the log has shown. */
async function entriesOf({ policy }: Cast, { urls }: Pick<Services, 'urls'>): Promise<readonly Uint8Array[]> {
  const reader = await openPolicyLog(urls.log, policy);
  const entries: Uint8Array[] = [];
  for await (const { entry } of reader.entries(0, reader.head().checkpoint.size)) entries.push(entry);
  return entries;
}

async function requireOnce(
  cast: Cast,
  services: Pick<Services, 'urls'>,
  { statements }: Produced,
  before: readonly Uint8Array[],
): Promise<void> {
  const after = await entriesOf(cast, services);
  const moved = before.findIndex((entry, i) => !Buffer.from(entry).equals(after[i] ?? new Uint8Array()));
  if (moved >= 0) throw fail('tour.step', `entry ${moved} has other bytes after the crash`);
  const ledger = await readLedger(await openPolicyLog(services.urls.log, cast.policy));
  const releases = ledger.of(release).filter(({ predicate }) => predicate.order === statements.order.id);
  const ids = new Set(releases.map(({ envelope }) => statementIdOf(envelope, sha256)));
  if (ids.size === 0 || releases.length !== ids.size)
    throw fail('tour.step', 'a release is missing from the log after the crash, or stands in it twice');
}

/** A repository that starts says again what is published, under the next number (D3). */
async function heartbeat(
  { vendor }: Cast,
  { repository }: Pick<Services, 'repository'>,
): Promise<Uint8Array> {
  const file = await publicationFile(vendor.public);
  const before = await readFile(file);
  await repository.stop();
  await repository.start();
  const deadline = performance.now() + 60_000;
  while (before.equals(await readFile(file))) {
    if (performance.now() > deadline) throw fail('tour.step', 'the repository does not publish again');
    await sleep(50);
  }
  return before;
}
