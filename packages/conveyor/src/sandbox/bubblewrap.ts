// bubblewrap: new user, mount, process, network, IPC and host-name spaces; the machine's /usr read-only;
// fixed paths, user and host name; no capability, no network, no terminal. The C library and the base
// tools are the machine's: the order says `root: host`, and they count as opaque materials.

import { lstat, readlink } from 'node:fs/promises';
import { release } from 'node:os';
import { isVitrineError, quote, utf8 } from '@vitrine/evidence';
import { errnoOf } from '@vitrine/host';
import { fail } from '../codes.ts';
import { onProcessor, programOnPath } from './programs.ts';
import { runStep } from './run-step.ts';
import type { BuildFolders, Sandbox, Step, StepResult } from './sandbox.ts';
import { asOrdered, type Surroundings, type Variation } from './surroundings.ts';
import { wrapped } from './wrapper.ts';

/** What this machine's bubblewrap and kernel can do. */
interface BubblewrapOptions {
  /** Its full path. */
  readonly program: string;
  /** bubblewrap 0.8 and later, on kernels that allow it: no user namespaces within the sandbox. */
  readonly disableUserns: boolean;
  /** A /dev/shm of limited size; without, there is none that can be written. */
  readonly sharedMemory: boolean;
}

function bubblewrap(
  options: BubblewrapOptions,
  surroundings: Surroundings,
  varied: readonly Variation[],
): Sandbox {
  return {
    isolation: 'bubblewrap',
    surroundings,
    varied,
    with: (others, names) => bubblewrap(options, others, names),
    inside: () => insideOf(surroundings),
    run: (folders, step) => runInside(folders, step, options, surroundings),
  };
}

function insideOf({ place, home }: Surroundings): BuildFolders {
  const below = place === '' ? '' : `/${place}`;
  return {
    tree: `${below}/build`,
    materials: `${below}/materials`,
    tools: `${below}/tools`,
    out: `${below}/out`,
    home: `/${home}`,
    temporary: `${below}/tmp`,
  };
}

async function runInside(
  folders: BuildFolders,
  step: Step,
  options: BubblewrapOptions,
  surroundings: Surroundings,
): Promise<StepResult> {
  const inside = insideOf(surroundings);
  const { name, uid, gid } = surroundings.user;
  const flags = [
    ...isolationFlags(options, surroundings),
    ...(await rootFlags(options)),
    ...folderFlags(folders, inside),
    ...Object.entries(step.env).flatMap(([variable, value]) => ['--setenv', variable, value]),
    '--chdir',
    step.folder === '' ? inside.tree : `${inside.tree}/${step.folder}`,
  ];
  const command = wrapped(step.command, {
    umask: surroundings.umask,
    fileBytes: step.limits.diskBytes,
    ...(countsInside() ? { processes: step.limits.processes + slack } : {}),
  });
  let status = '';
  // Flags come over descriptor 4: no limit on their length and nothing of them in the list of processes.
  // Descriptor 5 tells the first process of the sandbox; 6 and 7 hold two small files, so that programs
  // that ask who they are get the same answer everywhere.
  const { stderr, ...result } = await runStep(
    {
      command: [
        ...onProcessor(surroundings.processor),
        options.program,
        '--args',
        '4',
        '--json-status-fd',
        '5',
        '--',
        ...command,
      ],
      // Inside, it can be read in /proc/1/environ.
      env: {},
      extraFds: [
        { write: utf8(`${flags.join('\0')}\0`) },
        { read: true, onData: (chunk) => (status += Buffer.from(chunk).toString('latin1')) },
        { write: utf8(`${name}:x:${uid}:${gid}::${inside.home}:/bin/sh\n`) },
        { write: utf8(`${name}:x:${gid}:\n`) },
      ],
      own: 3,
      init: () => firstProcess(status),
    },
    folders,
    step,
  );
  if (firstProcess(status) === undefined) {
    throw fail('sandbox.failed', `couldn't start the sandbox: ${quote(stderr.split('\n', 1)[0] ?? '', 200)}`);
  }
  return result;
}

function firstProcess(status: string): number | undefined {
  const pid = /"child-pid": ([0-9]+)/.exec(status)?.[1];
  return pid === undefined ? undefined : Number(pid);
}

/** So many more than the order allows, so that the watch sees the excess before the kernel refuses. */
const slack = 64;

/**
 * Since Linux 5.14 RLIMIT_NPROC counts within the sandbox's own user namespace; before, everything that
 * the user runs anywhere. To root it does not apply: there the watch alone counts.
 */
function countsInside(): boolean {
  const [major = 0, minor = 0] = release().split('.').map(Number);
  return process.getuid?.() !== 0 && (major > 5 || (major === 5 && minor >= 14));
}

function isolationFlags(
  { disableUserns }: BubblewrapOptions,
  { user, hostName }: Surroundings,
): readonly string[] {
  return [
    '--unshare-all',
    '--unshare-user',
    ...(disableUserns ? ['--disable-userns'] : []),
    '--uid',
    String(user.uid),
    '--gid',
    String(user.gid),
    '--hostname',
    hostName,
    '--clearenv',
    '--cap-drop',
    'ALL',
    '--new-session',
    '--die-with-parent',
  ];
}

const sharedMemoryBytes = 64 << 20;

/** /usr and its like as they are on this machine; merged ones (/bin -> usr/bin) stay links. */
async function rootFlags({ sharedMemory }: BubblewrapOptions): Promise<readonly string[]> {
  const flags: string[] = [
    '--dev',
    '/dev',
    ...(sharedMemory ? ['--size', String(sharedMemoryBytes), '--tmpfs', '/dev/shm'] : []),
    // Else files in it would be memory without a limit.
    '--remount-ro',
    '/dev',
    '--proc',
    '/proc',
    // Without, a sandbox that root started may write /proc/sys: the user inside is root outside, and the
    // kernel asks for no more than that.
    '--remount-ro',
    '/proc',
    '--perms',
    '0755',
    '--dir',
    '/etc',
    '--ro-bind-data',
    '6',
    '/etc/passwd',
    '--ro-bind-data',
    '7',
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

function folderFlags(folders: BuildFolders, inside: BuildFolders): readonly string[] {
  const bind = (flag: '--bind' | '--ro-bind', name: keyof BuildFolders): readonly string[] => [
    flag,
    folders[name],
    inside[name],
  ];
  return [
    ...bind('--bind', 'tree'),
    ...bind('--ro-bind', 'materials'),
    ...bind('--ro-bind', 'tools'),
    ...bind('--bind', 'out'),
    ...bind('--bind', 'home'),
    ...bind('--bind', 'temporary'),
    // Many a program writes here whatever TMPDIR says.
    ...(inside.temporary === '/tmp' ? [] : ['--bind', folders.temporary, '/tmp']),
    '--remount-ro',
    '/',
  ];
}

const candidates: readonly Omit<BubblewrapOptions, 'program'>[] = [
  { disableUserns: true, sharedMemory: true },
  { disableUserns: false, sharedMemory: true },
  { disableUserns: false, sharedMemory: false },
];

/** Runs one harmless step as a build would; answers the sandbox that works here, or why none does. */
export async function probeBubblewrap(folders: BuildFolders): Promise<Sandbox | { readonly why: string }> {
  if (process.platform !== 'linux') return { why: 'bubblewrap exists on Linux only' };
  const program = programOnPath('bwrap');
  if (program === undefined) return { why: 'bubblewrap is not installed' };
  let why = '';
  for (const candidate of candidates) {
    const sandbox = bubblewrap({ program, ...candidate }, asOrdered, []);
    try {
      const { code, log, stopped } = await sandbox.run(folders, harmless());
      if (code === 0 && stopped === undefined) return sandbox;
      why = stopped?.message ?? log.trim();
    } catch (error) {
      if (!isVitrineError(error)) throw error;
      why = error.message;
    }
  }
  return { why: `bubblewrap does not work here: ${quote(why, 200)}` };
}

function harmless(): Step {
  const most = 1 << 30;
  return {
    command: ['true'],
    folder: '',
    env: { PATH: '/usr/bin:/bin' },
    limits: {
      seconds: 10,
      outputBytes: most,
      logBytes: 4096,
      memoryBytes: most,
      processes: 100,
      files: 100,
      diskBytes: most,
    },
    endBy: performance.now() + 10_000,
    placed: { files: 0, bytes: 0 },
  };
}
