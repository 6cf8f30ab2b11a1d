// The logs of builds: one file each, named by when it ended and what was built, the newest kept.

import { randomBytes } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { formatTime, isVitrineError, parseTime, utf8, type VitrineError } from '@vitrine/evidence';
import {
  fileFault,
  makeDurableDirectory,
  removeDurable,
  systemClock,
  writeDurable,
  type Clock,
} from '@vitrine/host';

export interface LogRetention {
  /** Files that are kept at most. */
  readonly most: number;
  /** Days after which a log goes in any case. */
  readonly days: number;
}

const logName = /^([0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}-[0-9]{2}-[0-9]{2}Z)-[a-z0-9-]{1,80}\.log$/;

export interface BuildLogs {
  readonly folder: string;
  /** Into the name: a-z, 0-9 and dashes. */
  readonly about: string;
  readonly retention: LogRetention;
  readonly clock?: Clock | undefined;
  /** Told where the log could not be kept: that is no reason to lose the build. */
  readonly onFault: (error: VitrineError) => void;
}

/** Keeps what a build says, however it ends, and removes what retention does not keep. */
export async function withBuildLog<T>(
  logs: BuildLogs,
  build: (onLog: (log: string) => void) => Promise<T>,
): Promise<T> {
  const said: string[] = [];
  try {
    return await build((log) => said.push(log));
  } finally {
    await settle(logs, said.join(''));
  }
}

async function settle({ folder, about, retention, clock, onFault }: BuildLogs, text: string): Promise<void> {
  try {
    await keepBuildLog(folder, about, text, clock);
    await pruneBuildLogs(folder, retention, clock);
  } catch (error) {
    if (!isVitrineError(error)) throw error;
    onFault(error);
  }
}

/** Writes the log of a build that has ended; answers its path. */
async function keepBuildLog(
  folder: string,
  about: string,
  text: string,
  clock: Clock = systemClock,
): Promise<string> {
  await makeDurableDirectory(folder, { mode: 0o700 });
  const time = formatTime(clock.now() / 1000).replaceAll(':', '-');
  // Two builds may end in one second.
  const path = join(folder, `${time}-${about}-${randomBytes(4).toString('hex')}.log`);
  await writeDurable(path, utf8(text), { mode: 0o600 });
  return path;
}

/** Removes what retention does not keep; files that are no build logs stay. Answers how many went. */
async function pruneBuildLogs(
  folder: string,
  { most, days }: LogRetention,
  clock: Clock = systemClock,
): Promise<number> {
  const oldest = clock.now() / 1000 - days * 86_400;
  const newestFirst = (await logsIn(folder)).toSorted((a, b) => (a < b ? 1 : -1));
  const gone = newestFirst.filter((name, i) => i >= most || timeOf(name) < oldest);
  for (const name of gone) await removeDurable(join(folder, name));
  return gone.length;
}

async function logsIn(folder: string): Promise<readonly string[]> {
  try {
    return (await readdir(folder)).filter((name) => logName.test(name));
  } catch (error) {
    throw fileFault('list', folder, error);
  }
}

function timeOf(name: string): number {
  const time = logName.exec(name)?.[1] ?? '';
  return parseTime(time.slice(0, 11) + time.slice(11).replaceAll('-', ':'));
}
