// vitrine build: from a commit to logged provenance.

import { join } from 'node:path';
import type { Command } from 'commander';
import { chooseSandbox, openMaterialCache, produce, publishProduced, type Produced } from '@vitrine/conveyor';
import { makeDurableDirectory, openStore } from '@vitrine/host';
import { buildLogOptions, keepingLog, type BuildLogOptions } from '../build-log.ts';
import { command, option, required } from '../command.ts';
import { logAccess, readPolicy } from '../log-access.ts';
import type { Signers } from '../signer/remote.ts';
import { withSigners } from '../signer/start.ts';

interface Options extends BuildLogOptions {
  readonly recipe: string;
  readonly revision?: string;
  readonly log: string;
  readonly policy: string;
  readonly root: string;
  readonly sourceKey?: string;
  readonly orderKey?: string;
  readonly builderKey?: string;
  readonly signer?: string;
  readonly builderId: string;
  readonly publish?: string;
}

export function buildCommand(): Command {
  return command<Options>({
    usage: 'build <source>',
    summary: 'build a commit by its recipe and log source, order and provenance',
    options: [
      required('--recipe <path>', 'the recipe, from the root of the repository'),
      option('--revision <name>', 'the commit to build; without it HEAD, of a checkout without changes'),
      required('--log <url>', 'the log to append to'),
      required('--policy <file>', 'the trust policy that names log and witnesses'),
      required('--root <file>', 'the pinned root of that policy'),
      option('--source-key <file>', 'signs the source statement'),
      option('--order-key <file>', 'signs the order'),
      option('--builder-key <file>', 'signs the provenance'),
      option('--signer <socket>', 'a running signer that holds the three keys, instead of their files'),
      required('--builder-id <uri>', 'the builder as the policy names it'),
      required('--data <folder>', 'stores for source, materials and outputs'),
      ...buildLogOptions(),
      option('--publish <folder>', 'also write blob/ and source/ there for rebuilders to fetch'),
    ],
    run: async ({ args: [repository = ''], options, terminal }) => {
      const { sandbox, why } = await chooseSandbox(process.env['VITRINE_SANDBOX']);
      if (why !== undefined) terminal.note(`building with isolation none: ${why}`);
      const log = await logAccess(options.log, await readPolicy(options.policy, options.root));
      const stores = await openStores(options.data);
      const keys = [
        { may: ['source'], option: '--source-key', file: options.sourceKey },
        { may: ['order'], option: '--order-key', file: options.orderKey },
        { may: ['builder'], option: '--builder-key', file: options.builderKey },
      ] as const;
      const build = (signers: Signers, onLog: (log: string) => void): Promise<Produced> =>
        produce({
          repository,
          revision: options.revision ?? 'HEAD',
          clean: options.revision === undefined,
          recipePath: options.recipe,
          signers: {
            source: signers.for('source'),
            order: signers.for('order'),
            builder: signers.for('builder'),
          },
          builderId: options.builderId,
          log,
          source: stores.source,
          materials: openMaterialCache(stores.blobs, join(options.data, 'materials')),
          sandbox,
          onLog,
          onStep: (step, ms) => terminal.note(`${step}: ${(ms / 1000).toFixed(1)} s`),
        });
      const produced = await withSigners(keys, options.signer, (signers) =>
        keepingLog(options, 'build', terminal, (onLog) => build(signers, onLog)),
      );
      if (options.publish !== undefined) await publishProduced(produced, stores, options.publish);
      const { statements, result, tree } = produced;
      if (terminal.json) {
        terminal.document({
          tree: tree.digest,
          order: statements.order.id,
          provenance: statements.provenance.id,
          outputs: result.digest,
          isolation: result.isolation,
          files: result.manifest.outputs,
        });
      }
      terminal.line(`tree        ${tree.digest}`);
      terminal.line(`order       ${statements.order.id}, entry ${statements.order.index}`);
      terminal.line(
        `provenance  ${statements.provenance.id}, entry ${statements.provenance.index}, isolation ${result.isolation}`,
      );
      for (const { path, sha256, size } of result.manifest.outputs)
        terminal.line(`output      ${sha256}  ${path} (${size} bytes)`);
      return 0;
    },
  });
}

export async function openStores(
  folder: string,
): Promise<{ readonly source: ReturnType<typeof openStore>; readonly blobs: ReturnType<typeof openStore> }> {
  for (const name of ['source', 'blob', 'materials']) await makeDurableDirectory(join(folder, name));
  return { source: openStore(join(folder, 'source')), blobs: openStore(join(folder, 'blob')) };
}
