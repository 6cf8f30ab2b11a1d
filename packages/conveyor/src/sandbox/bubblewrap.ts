// bubblewrap: new user, mount, process, network, IPC and host-name spaces; the machine's /usr read-only;
// fixed paths, user and host name; no capability, no network, no terminal. The C library and the base
// tools are the machine's: the order says `root: host`, and they count as opaque materials.

import { lstat, readlink } from 'node:fs/promises';
import { isVitrineError, quote, utf8 } from '@vitrine/evidence';
import { errnoOf, run } from '@vitrine/host';
import { fail } from '../codes.ts';
import { stepLog } from './log.ts';
import { withUmask, type BuildFolders, type Sandbox, type Step, type StepResult } from './sandbox.ts';

const inside: BuildFolders = {
  tree: '/build',
  materials: '/materials',
  tools: '/tools',
  out: '/out',
  home: '/home',
  temporary: '/tmp',
};

/** Programs that ask who they are get the same answer everywhere. */
const passwd = utf8('build:x:1000:1000::/home:/bin/sh\n');
const group = utf8('build:x:1000:\n');

interface BubblewrapOptions {
  /** bubblewrap 0.8 and later, on kernels that allow it: no user namespaces within the sandbox. */
  readonly disableUserns: boolean;
}

function bubblewrap(options: BubblewrapOptions): Sandbox {
  return {
    isolation: 'bubblewrap',
    inside: () => inside,
    run: (folders, step) => runInside(folders, step, options),
  };
}

async function runInside(folders: BuildFolders, step: Step, options: BubblewrapOptions): Promise<StepResult> {
  const flags = [
    ...isolationFlags(options),
    ...(await rootFlags()),
    ...folderFlags(folders),
    ...Object.entries(step.env).flatMap(([name, value]) => ['--setenv', name, value]),
    '--chdir',
    step.folder === '' ? inside.tree : `${inside.tree}/${step.folder}`,
  ];
  const log = stepLog(step.logBytes);
  // Flags come over descriptor 3: no limit on their length and nothing of them in the list of processes.
  // Descriptor 4 says whether the command was started at all; 5 and 6 hold two small files.
  const { code, signal, extra, stderr } = await run(
    'bwrap',
    ['--args', '3', '--json-status-fd', '4', '--', ...withUmask(step.command)],
    {
      env: { PATH: process.env['PATH'] ?? '/usr/bin:/bin' },
      timeoutMs: step.timeoutMs,
      maxOutputBytes: 4096,
      extraFds: [
        { write: utf8(`${flags.join('\0')}\0`) },
        { read: true },
        { write: passwd },
        { write: group },
      ],
      onLine: (line) => log.add(line),
    },
  );
  const status = Buffer.from(extra[0] ?? []).toString('latin1');
  if (!status.includes('"child-pid"')) {
    throw fail('sandbox.failed', `couldn't start the sandbox: ${quote(stderr.split('\n', 1)[0] ?? '', 200)}`);
  }
  return { code, signal, log: log.text(), logTruncated: log.truncated };
}

function isolationFlags({ disableUserns }: BubblewrapOptions): readonly string[] {
  return [
    '--unshare-all',
    '--unshare-user',
    ...(disableUserns ? ['--disable-userns'] : []),
    '--uid',
    '1000',
    '--gid',
    '1000',
    '--hostname',
    'localhost',
    '--clearenv',
    '--cap-drop',
    'ALL',
    '--new-session',
    '--die-with-parent',
  ];
}

/** /usr and its like as they are on this machine; merged ones (/bin -> usr/bin) stay links. */
async function rootFlags(): Promise<readonly string[]> {
  const flags: string[] = [
    '--dev',
    '/dev',
    '--proc',
    '/proc',
    '--perms',
    '0755',
    '--dir',
    '/etc',
    '--ro-bind-data',
    '5',
    '/etc/passwd',
    '--ro-bind-data',
    '6',
    '/etc/group',
  ];
  for (const path of ['/usr', '/bin', '/lib', '/lib32', '/lib64', '/etc/ld.so.cache', '/etc/alternatives']) {
    try {
      const isLink = (await lstat(path)).isSymbolicLink();
      flags.push(...(isLink ? ['--symlink', await readlink(path), path] : ['--ro-bind', path, path]));
    } catch (error) {
      if (errnoOf(error) !== 'ENOENT') throw error;
    }
  }
  return flags;
}

function folderFlags(folders: BuildFolders): readonly string[] {
  return [
    '--bind',
    folders.tree,
    inside.tree,
    '--ro-bind',
    folders.materials,
    inside.materials,
    '--ro-bind',
    folders.tools,
    inside.tools,
    '--bind',
    folders.out,
    inside.out,
    '--bind',
    folders.home,
    inside.home,
    '--bind',
    folders.temporary,
    inside.temporary,
    '--remount-ro',
    '/',
  ];
}

/** Runs one harmless step as a build would; answers the sandbox that works here, or why none does. */
export async function probeBubblewrap(folders: BuildFolders): Promise<Sandbox | { readonly why: string }> {
  if (process.platform !== 'linux') return { why: 'bubblewrap exists on Linux only' };
  const step: Step = {
    command: ['true'],
    folder: '',
    env: { PATH: '/usr/bin:/bin' },
    timeoutMs: 10_000,
    logBytes: 4096,
  };
  let why = '';
  for (const disableUserns of [true, false]) {
    const candidate = bubblewrap({ disableUserns });
    try {
      const { code, log } = await candidate.run(folders, step);
      if (code === 0) return candidate;
      why = log.trim();
    } catch (error) {
      if (isVitrineError(error, 'process.not-found')) return { why: 'bubblewrap is not installed' };
      if (!isVitrineError(error)) throw error;
      why = error.message;
    }
  }
  return { why: `bubblewrap does not work here: ${quote(why, 200)}` };
}
