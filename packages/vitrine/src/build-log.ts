// The options of every command that builds, about the logs it keeps.

import { join } from 'node:path';
import type { Option } from 'commander';
import { withBuildLog } from '@vitrine/conveyor';
import { whole } from './command.ts';
import type { Terminal } from './terminal.ts';

export interface BuildLogOptions {
  readonly data: string;
  readonly keepLogs: number;
  readonly keepLogDays: number;
}

export function buildLogOptions(): readonly Option[] {
  return [
    whole('--keep-logs <n>', 'of the last n builds, in the folder logs of --data', 0, 100_000).default(100),
    whole('--keep-log-days <n>', 'and none that is older', 0, 36_500).default(90),
  ];
}

export function keepingLog<T>(
  { data, keepLogs, keepLogDays }: BuildLogOptions,
  about: string,
  terminal: Terminal,
  build: (onLog: (log: string) => void) => Promise<T>,
): Promise<T> {
  return withBuildLog(
    {
      folder: join(data, 'logs'),
      about,
      retention: { most: keepLogs, days: keepLogDays },
      onFault: ({ message }) => terminal.note(`the log of the build is not kept: ${message}`),
    },
    build,
  );
}
