// No sandbox: the fixed environment in temporary folders. The build runs as this user, sees the
// machine and its network; provenance and rebuild say `isolation: none`.

import { dirname, join } from 'node:path';
import { onProcessor } from './programs.ts';
import { runStep } from './run-step.ts';
import type { Sandbox, Step, StepResult, BuildFolders } from './sandbox.ts';
import { asOrdered, type Surroundings, type Variation } from './surroundings.ts';
import { wrapped } from './wrapper.ts';

function plain(surroundings: Surroundings, varied: readonly Variation[]): Sandbox {
  return {
    isolation: 'none',
    surroundings,
    varied,
    with: plain,
    inside: (folders) => folders,
    run: (folders, step) => runBeside(folders, step, surroundings),
  };
}

export const plainSandbox: Sandbox = plain(asOrdered, []);

async function runBeside(
  folders: BuildFolders,
  step: Step,
  { umask, processor }: Surroundings,
): Promise<StepResult> {
  const command = wrapped(step.command, { umask, fileBytes: step.limits.diskBytes });
  const { stderr: _, ...result } = await runStep(
    {
      command: [...onProcessor(processor), ...command],
      cwd: join(folders.tree, step.folder),
      env: step.env,
      own: 1,
      // The fresh folder of this build stands in its environment, as HOME and TMPDIR.
      marker: `${dirname(folders.out)}/`,
    },
    folders,
    step,
  );
  return result;
}
