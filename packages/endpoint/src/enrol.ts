// The beginning of an endpoint: whom it believes, from files that came with the agent or by another way than
// the network (D5). Nothing is fetched.

import { readdir } from 'node:fs/promises';
import { loadPolicy, type TrustPolicy } from '@vitrine/evidence';
import { errnoOf, fileFault } from '@vitrine/host';
import { fail } from './codes.ts';
import { keepOne, makeFolder, openFolder } from './folder.ts';
import { newMemory, type Enrolment, type Memory } from './memory.ts';
import type { Agent } from './session.ts';

export interface Pinned {
  readonly root: Uint8Array;
  readonly policy: Uint8Array;
}

/** The state is written last: a run that is killed before leaves no endpoint, and may be repeated. */
export async function enrol(
  { folder: path, platform }: Pick<Agent, 'folder' | 'platform'>,
  enrolment: Enrolment,
  pinned: Pinned,
): Promise<{ readonly memory: Memory; readonly policy: TrustPolicy }> {
  const policy = await loadPolicy(pinned.policy, pinned.root, platform.verifySignature, platform.sha256);
  await requireFree(path);
  await makeFolder(path);
  const folder = openFolder(path);
  const lease = folder.lock();
  try {
    await requireFree(path);
    const memory = newMemory(enrolment, {
      root: await keepOne(folder, pinned.root),
      policy: await keepOne(folder, pinned.policy),
    });
    await folder.write(memory);
    return { memory, policy };
  } finally {
    lease.release();
  }
}

/** Only what an enrolment that was cut short leaves may be there. */
async function requireFree(path: string): Promise<void> {
  const names = await readdir(path).catch((error: unknown) => {
    if (errnoOf(error) === 'ENOENT') return [];
    throw fileFault('list', path, error);
  });
  const foreign = names.find((name) => name !== 'objects' && !name.startsWith('.'));
  if (foreign !== undefined)
    throw fail('endpoint.enrolled', `${path} is in use: it holds ${foreign}`, { at: path });
}
