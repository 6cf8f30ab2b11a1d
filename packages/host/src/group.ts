// Process groups. A child leads a group of its own, so that it and all it started can be killed at
// once; what still lives when this process exits is killed with it.

import type { ChildProcess } from 'node:child_process';

/** Leaders of groups that run. Owned by this module. */
const live = new Set<ChildProcess>();

/** Call right after `spawn` with `detached: true`. */
export function track(child: ChildProcess): void {
  if (child.pid === undefined) return;
  if (live.size === 0) process.on('exit', killAll);
  live.add(child);
  child.once('exit', () => {
    live.delete(child);
    if (live.size === 0) process.off('exit', killAll);
  });
}

function killAll(): void {
  for (const child of live) killGroup(child);
}

/** SIGKILL to the child and to everything in its group. */
export function killGroup(child: ChildProcess): void {
  if (child.pid === undefined) return;
  if (process.platform === 'win32') {
    child.kill('SIGKILL');
    return;
  }
  try {
    process.kill(-child.pid, 'SIGKILL');
  } catch {
    // ESRCH: nobody of the group is left. EPERM: what is left runs as another user by its own means.
  }
}
