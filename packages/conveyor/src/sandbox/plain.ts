// No sandbox: the fixed environment in temporary folders. The build runs as this user, sees the
// machine and its network; provenance and rebuild say `isolation: none`.

import { join } from 'node:path';
import { run } from '@vitrine/host';
import { stepLog } from './log.ts';
import { withUmask, type Sandbox } from './sandbox.ts';

export const plainSandbox: Sandbox = {
  isolation: 'none',
  inside: (folders) => folders,
  async run(folders, step) {
    const log = stepLog(step.logBytes);
    const [shell = '', ...args] = withUmask(step.command);
    const { code, signal } = await run(shell, args, {
      cwd: join(folders.tree, step.folder),
      env: step.env,
      timeoutMs: step.timeoutMs,
      maxOutputBytes: 1024,
      onLine: (line) => log.add(line),
    });
    return { code, signal, log: log.text(), logTruncated: log.truncated };
  },
};
