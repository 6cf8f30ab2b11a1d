// The vendor takes the agent back (D26): from the next publication on nobody installs it, however good the
// evidence about it is.

import { join } from 'node:path';
import { fail } from '../codes.ts';
import { commander } from './say.ts';
import { judge } from './judge.ts';
import { publicationFile, targetFile } from './release.ts';
import type { Scene } from './scene.ts';
import type { Judged } from './stage.ts';

export async function withdrawAgent({ chain }: Scene): Promise<Judged> {
  const { cast, files, produced } = chain;
  const { vendor, folders } = cast;
  await commander(folders.home)(['release', 'withdraw', vendor.folder, 'agent', '1', '--reason', 'defect']);
  const artifact = produced.agent.result.manifest.outputs.find(({ path }) => path === 'agent.mjs');
  if (artifact === undefined) throw fail('tour.step', 'the build gave no agent.mjs');
  return judge(
    {
      artifact: targetFile(vendor.public, 'agent', artifact),
      evidence: join(vendor.public, 'evidence', `${artifact.sha256}.json`),
      publication: await publicationFile(vendor.public),
      policy: files.policy,
      root: files.root,
    },
    folders.home,
  );
}
