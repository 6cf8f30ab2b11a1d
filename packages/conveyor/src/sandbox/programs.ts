// Programs of this machine, by their full path: what runs inside must not learn our PATH.

import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

/** Undefined where no folder of our PATH has it. */
export function programOnPath(name: string): string | undefined {
  const folders = (process.env['PATH'] ?? '/usr/bin:/bin').split(delimiter).filter((folder) => folder !== '');
  return folders.map((folder) => join(folder, name)).find(isExecutable);
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** What to put before a command so that it and all it starts stay on one processor. */
export function onProcessor(processor: number | undefined): readonly string[] {
  return processor === undefined ? [] : [programOnPath('taskset') ?? 'taskset', '-c', String(processor)];
}
