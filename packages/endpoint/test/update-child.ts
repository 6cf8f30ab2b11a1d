// One update in a process of its own, to be killed: FOLDER, and the number of the step at whose beginning it
// kills itself; 0 lets it live. Says on stdout which steps began, then how it ended. Exit code 0, or that of
// the refusal; anything untyped ends it with Node's own trace. With `run`, as the one cycle of an agent by itself.

import { writeSync } from 'node:fs';
import { runByItself, update, type Agent } from '@vitrine/endpoint';
import { fakeClock } from '@vitrine/host';
import { nodePlatform, worldTime } from '@vitrine/testkit';
import { quick, trustingRunner } from './helpers.ts';

const [folder = '', killAt = '0', how = 'update'] = process.argv.slice(2);
let steps = 0;
const agent: Agent = {
  folder,
  clock: fakeClock((worldTime + 60) * 1000),
  platform: nodePlatform,
  limits: quick,
  runner: trustingRunner,
  onStep(step) {
    writeSync(1, `step ${step}\n`);
    if (++steps === Number(killAt)) process.kill(process.pid, 'SIGKILL');
  },
};
if (how === 'run') {
  const tell = (): void => {};
  const options = { every: undefined, file: import.meta.filename, stop: new AbortController().signal, tell };
  process.exit(await runByItself(agent, options));
}
const ran = await update(agent);
if ('done' in ran) writeSync(1, `done ${ran.done.result}\n`);
else {
  writeSync(1, `refused ${ran.refused.code}\n`);
  process.exitCode = ran.exit;
}
