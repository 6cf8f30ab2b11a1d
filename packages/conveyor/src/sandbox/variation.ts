// What a stranger's machine may have otherwise. Each variation is one change to the surroundings; together
// they answer "would a stranger get these bytes", one by one they name the cause. The clock of the order is
// not among them: it is declared, and SOURCE_DATE_EPOCH stays what was ordered.

import { mkdir, opendir, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isVitrineError } from '@vitrine/evidence';
import { errnoOf, readBounded } from '@vitrine/host';
import { fail } from '../codes.ts';
import { withTemporary } from '../temporary.ts';
import { programOnPath } from './programs.ts';
import type { Sandbox } from './sandbox.ts';
import { variations, type Surroundings, type Variation } from './surroundings.ts';

/** What this machine has for variations that need something of it. */
interface Here {
  readonly processor?: number;
  readonly otherFileSystem?: string;
}

type Change = (surroundings: Surroundings, here: Here) => Surroundings;

const changes: Readonly<Record<Variation, Change>> = {
  // Longer, and at another depth.
  directory: (all) => ({ ...all, place: 'elsewhere/than/it/was/ordered' }),
  home: (all) => ({ ...all, home: 'home-of-somebody-else' }),
  user: (all) => ({ ...all, user: { name: 'stranger', uid: 2222, gid: 3333 } }),
  'host-name': (all) => ({ ...all, hostName: 'another-machine' }),
  // Other letters are one in upper case, other words for months; installed or not, programs see the name.
  locale: (all) => ({
    ...all,
    locale: { LC_ALL: 'tr_TR.UTF-8', LANG: 'tr_TR.UTF-8', LANGUAGE: 'tr' },
  }),
  // Fourteen hours ahead: most of the time it is tomorrow.
  'time-zone': (all) => ({ ...all, timeZone: 'Pacific/Kiritimati' }),
  umask: (all) => ({ ...all, umask: '0007' }),
  processors: (all, { processor }) => ({ ...all, ...(processor === undefined ? {} : { processor }) }),
  environment: (all) => ({
    ...all,
    noise: {
      CI: 'true',
      COLUMNS: '71',
      EDITOR: 'true',
      FORCE_COLOR: '1',
      LOGNAME: 'stranger',
      MAKEFLAGS: '-j3',
      TERM: 'xterm-256color',
      USER: 'stranger',
      VARIED_BY_A_PROBE: 'yes',
    },
  }),
  'file-order': (all, { otherFileSystem }) => ({
    ...all,
    unpacking: { reversed: true, ...(otherFileSystem === undefined ? {} : { folder: otherFileSystem }) },
  }),
};

export interface Possible {
  readonly variation: Variation;
  /** Why it cannot be varied here; undefined when it can. */
  readonly why: string | undefined;
}

/** Which variations this machine and this kind of sandbox can make. */
export async function variationsHere(sandbox: Sandbox): Promise<readonly Possible[]> {
  const needsSandbox = sandbox.isolation === 'none' ? 'there is no sandbox' : undefined;
  const processor = await oneProcessor();
  const order = await anotherOrder();
  const reasons: Partial<Record<Variation, string | undefined>> = {
    user: needsSandbox,
    'host-name': needsSandbox,
    processors: typeof processor === 'string' ? processor : undefined,
    'file-order': order === undefined ? 'no file system here lists files in another order' : undefined,
  };
  return variations.map((variation) => ({ variation, why: reasons[variation] }));
}

/** The same sandbox, varied. Throws `sandbox.variation` where one of them is not possible here. */
export async function varySandbox(sandbox: Sandbox, wanted: readonly Variation[]): Promise<Sandbox> {
  for (const { variation, why } of await variationsHere(sandbox)) {
    if (why !== undefined && wanted.includes(variation))
      throw fail('sandbox.variation', `couldn't vary ${variation}: ${why}`, { at: variation });
  }
  const here = await whatIsHere(wanted);
  const varied = variations.filter(
    (variation) => sandbox.varied.includes(variation) || wanted.includes(variation),
  );
  const surroundings = varied.reduce((all, variation) => changes[variation](all, here), sandbox.surroundings);
  return sandbox.with(surroundings, varied);
}

async function whatIsHere(wanted: readonly Variation[]): Promise<Here> {
  const processor = wanted.includes('processors') ? await oneProcessor() : undefined;
  const order = wanted.includes('file-order') ? await anotherOrder() : undefined;
  return {
    ...(typeof processor === 'number' ? { processor } : {}),
    ...(order?.folder === undefined ? {} : { otherFileSystem: order.folder }),
  };
}

/** The last processor that this process may use, or why a build cannot be kept to it. */
async function oneProcessor(): Promise<number | string> {
  if (programOnPath('taskset') === undefined) return 'taskset is not installed';
  let status: string;
  try {
    status = Buffer.from(await readBounded('/proc/self/status', 1 << 16)).toString('latin1');
  } catch (error) {
    if (isVitrineError(error)) return 'there is no /proc here';
    throw error;
  }
  const [, list = ''] = /^Cpus_allowed_list:\s*([0-9,-]+)$/m.exec(status) ?? [];
  if (!/[,-]/.test(list)) return 'there is one processor only';
  return Number(/[0-9]+$/.exec(list)?.[0]);
}

/**
 * How the tree can be unpacked so that its files are listed in another order: by writing them in another
 * order, or on another file system (`folder`). Many file systems order names by a hash of their own, so it
 * is tried. Undefined where nothing helps.
 */
async function anotherOrder(): Promise<{ readonly folder?: string } | undefined> {
  const usual = await listedAfter(tmpdir(), false);
  if (usual === undefined) return undefined;
  for (const folder of [tmpdir(), '/dev/shm', '/var/tmp']) {
    const order = await listedAfter(folder, true);
    if (order !== undefined && order !== usual) return folder === tmpdir() ? {} : { folder };
  }
  return undefined;
}

const names = Array.from({ length: 24 }, (_, i) => `file-${String(i)}`);

/** The names of a folder as the file system lists them (readdir of Node would sort). */
async function listedAfter(parent: string, reversed: boolean): Promise<string | undefined> {
  try {
    return await withTemporary(
      'order',
      async (root) => {
        const folder = join(root, 'tree');
        await mkdir(folder);
        for (const name of reversed ? names.toReversed() : names) await writeFile(join(folder, name), '');
        const listed: string[] = [];
        for await (const { name } of await opendir(folder)) listed.push(name);
        return listed.join(' ');
      },
      parent,
    );
  } catch (error) {
    if (isVitrineError(error) || errnoOf(error) !== undefined) return undefined; // Absent or read-only.
    throw error;
  }
}
