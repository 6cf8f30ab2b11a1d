// vitrine store: what lies in the stores of a conveyor or a rebuilder, whether it is sound, and what of it
// nobody wants any more.

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Command } from 'commander';
import { isVitrineError } from '@vitrine/evidence';
import { findReferences, sweepMaterialNotes, viewOf, type References } from '@vitrine/conveyor';
import { openStore, sweepStore, systemClock, type Store, type Swept } from '@vitrine/host';
import { command, noun, option, required, whole } from '../command.ts';
import { fail } from '../codes.ts';
import { openPolicyLog, readPolicy } from '../log-access.ts';

interface GcOptions {
  readonly log: string;
  readonly policy: string;
  readonly root: string;
  readonly graceHours: number;
  readonly unreleasedDays?: number;
  readonly partial?: boolean;
  readonly dryRun?: boolean;
  readonly yes?: boolean;
}

export function storeCommand(): Command {
  return noun('store', 'the stores of a conveyor or a rebuilder', [
    command<GcOptions>({
      usage: 'gc <folder>',
      summary: 'remove objects that nothing in the log names',
      options: [
        required('--log <url or folder>', 'the log whose entries name what is kept'),
        required('--policy <file>', 'the trust policy that names log and witnesses'),
        required('--root <file>', 'the pinned root of that policy'),
        whole('--grace-hours <n>', 'keep what was wanted within this time', 1, 8_760).default(48),
        whole(
          '--unreleased-days <n>',
          'also let go what the log says of orders never released since',
          1,
          36_500,
        ),
        option('--partial', 'the stores hold a part of what the log names, as those of a rebuilder'),
        option('--dry-run', 'only say what would be removed'),
        option('--yes', 'remove it'),
      ],
      example:
        'vitrine store gc /srv/conveyor --log http://log.example --policy policy.json --root root.json --dry-run',
      run: async ({ args: [folder = ''], options, terminal }) => {
        if ((options.yes === true) === (options.dryRun === true))
          throw fail('cli.usage', 'give --dry-run to see what would be removed, or --yes to remove it');
        const folders = storeFolders(folder);
        const references = await referencesOf(folders, options);
        const swept = await sweep(folders, references, options);
        const summary = { ...swept, statements: references.statements, dropped: references.dropped };
        if (terminal.json) terminal.document({ dryRun: options.dryRun ?? false, ...summary });
        const verb = options.dryRun === true ? 'would remove' : 'removed';
        for (const name of ['source', 'blobs'] as const) {
          const { kept, young, removed, removedBytes } = swept[name];
          terminal.line(
            `${name.padEnd(8)} ${verb} ${removed} objects, ${removedBytes} bytes; kept ${kept} that the log names, ${young} that are young`,
          );
        }
        return 0;
      },
    }),
    command({
      usage: 'check <folder>',
      summary: 'hash every object and name those that are altered',
      run: async ({ args: [folder = ''], terminal }) => {
        const folders = storeFolders(folder);
        const altered: { readonly store: string; readonly sha256: string }[] = [];
        let objects = 0;
        for (const [name, path] of [
          ['source', folders.source],
          ['blobs', folders.blobs],
        ] as const) {
          const store = openStore(path);
          for (const sha256 of await store.list()) {
            objects++;
            if (!(await isSound(store, sha256))) altered.push({ store: name, sha256 });
          }
        }
        if (terminal.json) terminal.document({ objects, altered });
        for (const { store, sha256 } of altered) terminal.line(`altered  ${store}  ${sha256}`);
        terminal.line(`${objects} objects, ${altered.length} altered`);
        return altered.length === 0 ? 0 : 3;
      },
    }),
  ]);
}

interface Folders {
  readonly source: string;
  readonly blobs: string;
  readonly materials: string;
}

function storeFolders(folder: string): Folders {
  const at = (name: string): string => join(folder, name);
  const blobs = ['blob', 'blobs'].map(at).filter((path) => existsSync(path));
  const [found, ...more] = blobs;
  if (found === undefined || more.length > 0 || !existsSync(at('source')))
    throw fail('store.layout', `"${folder}" does not hold the folders source and blob`);
  return { source: at('source'), blobs: found, materials: at('materials') };
}

async function referencesOf(folders: Folders, options: GcOptions): Promise<References> {
  const log = await openPolicyLog(options.log, await readPolicy(options.policy, options.root));
  const stores = { source: openStore(folders.source), blobs: openStore(folders.blobs) };
  const now = systemClock.now() / 1000;
  const references = await findReferences(viewOf(log), stores, {
    unreleasedBefore:
      options.unreleasedDays === undefined ? undefined : now - options.unreleasedDays * 86_400,
  });
  const [absent] = references.absent;
  if (absent !== undefined && options.partial !== true) {
    throw fail(
      'store.incomplete',
      `${references.absent.length} listings or manifests that the log names are not here, for example ${absent}`,
    );
  }
  return references;
}

async function sweep(
  folders: Folders,
  references: References,
  options: GcOptions,
): Promise<{ readonly source: Swept; readonly blobs: Swept; readonly notes: number }> {
  const dryRun = options.dryRun ?? false;
  const before = systemClock.now() - options.graceHours * 3_600_000;
  const how = { keep: references.has, before, dryRun };
  const source = await sweepStore(folders.source, how);
  const blobs = await sweepStore(folders.blobs, how);
  const notes = dryRun ? 0 : await sweepMaterialNotes(openStore(folders.blobs), folders.materials);
  return { source, blobs, notes };
}

async function isSound(store: Store, sha256: string): Promise<boolean> {
  try {
    await store.check(sha256);
    return true;
  } catch (error) {
    if (isVitrineError(error, 'store.altered')) return false;
    // Swept since it was listed.
    if (isVitrineError(error, 'store.missing')) return true;
    throw error;
  }
}
