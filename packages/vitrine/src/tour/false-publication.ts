// The vendor leaves a hold out of what is in force (D2). No endpoint can see that from the publication
// alone: whoever follows the log recomputes it, and the omission is a logged lie.

import { setTimeout as sleep } from 'node:timers/promises';
import { openFindings } from '@vitrine/supervisor';
import { announceFalsely } from './announcing.ts';
import type { Scene } from './scene.ts';
import type { Judged } from './stage.ts';

const code = 'publication-active';

export async function hideHold({ chain }: Scene): Promise<Judged> {
  await announceFalsely(chain, (_last, snapshot) => ({ snapshot, predicate: { active: [] } }));
  const raised = await Promise.all(chain.cast.supervisors.map(({ folder }) => findingIn(folder)));
  const missing = chain.cast.supervisors.filter((_, i) => raised[i] !== true);
  if (missing.length > 0)
    return {
      exit: 0,
      code: 'unnoticed',
      detail: `${missing.map(({ operator }) => operator).join(' and ')} raised nothing`,
    };
  const who = chain.cast.supervisors.map(({ operator }) => operator).join(' and ');
  return {
    exit: 3,
    code,
    detail: `${who} recomputed what is in force and raised a critical finding, sealed in the log`,
  };
}

async function findingIn(folder: string): Promise<boolean> {
  const deadline = performance.now() + 60_000;
  while (performance.now() < deadline) {
    if (openFindings(folder).some((finding) => finding.code === code)) return true;
    await sleep(100);
  }
  return false;
}
