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

interface Rule {
  readonly change: (surroundings: Surroundings, here: Here) => Surroundings;
  /** For people. */
  readonly show: (surroundings: Surroundings) => string;
}

const rules: Readonly<Record<Variation, Rule>> = {
  directory: {
    // Longer, and at another depth.
    change: (all) => ({ ...all, place: 'elsewhere/than/it/was/ordered' }),
    show: ({ place }) => `/${place}`,
  },
  home: {
    change: (all) => ({ ...all, home: 'home-of-somebody-else' }),
    show: ({ home }) => home,
  },
  user: {
    change: (all) => ({ ...all, user: { name: 'stranger', uid: 2222, gid: 3333 } }),
    show: ({ user }) => `${user.name} ${user.uid}:${user.gid}`,
  },
  'host-name': {
    change: (all) => ({ ...all, hostName: 'another-machine' }),
    show: ({ hostName }) => hostName,
  },
  locale: {
    // Other letters are one in upper case, months have other names; installed or not, programs see it.
    change: (all) => ({
      ...all,
      locale: { LC_ALL: 'tr_TR.UTF-8', LANG: 'tr_TR.UTF-8', LANGUAGE: 'tr' },
    }),
    show: ({ locale }) => locale['LC_ALL'] ?? '',
  },
  'time-zone': {
    // Fourteen hours ahead: most of the time it is tomorrow.
    change: (all) => ({ ...all, timeZone: 'Pacific/Kiritimati' }),
    show: ({ timeZone }) => timeZone,
  },
  umask: {
    change: (all) => ({ ...all, umask: '0007' }),
    show: ({ umask }) => umask,
  },
  processors: {
    change: (all, { processor }) => ({ ...all, ...(processor === undefined ? {} : { processor }) }),
    show: ({ processor }) => (processor === undefined ? 'all' : 'one'),
  },
  environment: {
    change: (all) => ({
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
    show: ({ noise }) => `${Object.keys(noise).length} more variables`,
  },
  'file-order': {
    change: (all, { otherFileSystem }) => ({
      ...all,
      unpacking: { reversed: true, ...(otherFileSystem === undefined ? {} : { folder: otherFileSystem }) },
    }),
    show: ({ unpacking }) => (unpacking.reversed ? 'last first' : 'as listed'),
  },
};

/** What a variation changes, for people: from what to what. */
export function showVariation(variation: Variation, surroundings: Surroundings): string {
  return rules[variation].show(surroundings);
}

export interface Possible {
  readonly variation: Variation;
  /** Why it cannot be varied here; undefined when it can. */
  readonly why: string | undefined;
}

/** Which variations this machine and this kind of sandbox can make. */
export async function variationsHere(sandbox: Sandbox): Promise<readonly Possible[]> {
  const needsSandbox = sandbox.isolation === 'none' ? 'there is no sandbox' : undefined;
  const processor = await oneProcessor();
  const order = await anotherOrder(sandbox);
  const reasons: Partial<Record<Variation, string | undefined>> = {
    user: needsSandbox,
    'host-name': needsSandbox,
    processors: typeof processor === 'string' ? processor : undefined,
    'file-order': typeof order === 'string' ? order : undefined,
  };
  return variations.map((variation) => ({ variation, why: reasons[variation] }));
}

/** The same sandbox, varied. Throws `sandbox.variation` where one of them is not possible here. */
export async function varySandbox(sandbox: Sandbox, wanted: readonly Variation[]): Promise<Sandbox> {
  for (const { variation, why } of await variationsHere(sandbox)) {
    if (why !== undefined && wanted.includes(variation))
      throw fail('sandbox.variation', `couldn't vary ${variation}: ${why}`, { at: variation });
  }
  const here = await whatIsHere(sandbox, wanted);
  const varied = variations.filter(
    (variation) => sandbox.varied.includes(variation) || wanted.includes(variation),
  );
  const surroundings = varied.reduce(
    (all, variation) => rules[variation].change(all, here),
    sandbox.surroundings,
  );
  return sandbox.with(surroundings, varied);
}

async function whatIsHere(sandbox: Sandbox, wanted: readonly Variation[]): Promise<Here> {
  const processor = wanted.includes('processors') ? await oneProcessor() : undefined;
  const order = wanted.includes('file-order') ? await anotherOrder(sandbox) : undefined;
  return {
    ...(typeof processor === 'number' ? { processor } : {}),
    ...(typeof order === 'object' && order.folder !== undefined ? { otherFileSystem: order.folder } : {}),
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
 * order, or on another file system (`folder`), which without a sandbox would be another directory as well.
 * Many file systems order names by a hash of their own, so it is tried. Answers why not where nothing helps.
 */
async function anotherOrder({ isolation }: Sandbox): Promise<{ readonly folder?: string } | string> {
  const usual = await listedAfter(tmpdir(), false);
  for (const folder of [tmpdir(), ...(isolation === 'none' ? [] : ['/dev/shm', '/var/tmp'])]) {
    const order = await listedAfter(folder, true);
    if (usual !== undefined && order !== undefined && order !== usual)
      return folder === tmpdir() ? {} : { folder };
  }
  return isolation === 'none'
    ? 'the file system lists files in an order of its own, and there is no sandbox'
    : 'no file system here lists files in another order';
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
