// A mirror that stands still: everything it serves is genuine, and a day old.

import { fakeClock, sha256, systemClock, verifySignatureHere } from '@vitrine/host';
import { childRunner, defaultLimits, update } from '@vitrine/endpoint';
import type { Scene } from './scene.ts';
import type { Judged } from './stage.ts';

/** The same endpoint, the same mirror, 25 hours later: only the clock is not that of the machine. */
export async function updateADayLater(scene: Scene): Promise<Judged> {
  const { folder } = await scene.victim();
  const ran = await update({
    folder,
    clock: fakeClock(systemClock.now() + 25 * 3_600_000),
    platform: { sha256, verifySignature: verifySignatureHere },
    limits: defaultLimits,
    runner: childRunner(),
  });
  if ('done' in ran) return { exit: 0, code: 'done', detail: ran.done.result };
  const { code, message, step } = ran.refused;
  return { exit: ran.exit, code, detail: `${step}: ${message}` };
}
