// vitrine build: from a commit to logged provenance.

import { join } from 'node:path';
import type { Command } from 'commander';
import { canonicalJson } from '@vitrine/evidence';
import { chooseSandbox, openMaterialCache, produce, publishProduced, type Produced } from '@vitrine/conveyor';
import { makeDurableDirectory, openStore, writeDurable } from '@vitrine/host';
import { buildLogOptions, keepingLog, type BuildLogOptions } from '../build-log.ts';
import { command, option } from '../command.ts';
import { fail } from '../codes.ts';
import { logAccess, readPolicy } from '../log-access.ts';
import type { Signers } from '../signer/remote.ts';
import { withSigners } from '../signer/start.ts';
import type { Terminal } from '../terminal.ts';
import { openVendor } from '../vendor/folder.ts';

interface Options extends Omit<BuildLogOptions, 'data'> {
  readonly vendor?: string;
  readonly recipe?: string;
  readonly revision?: string;
  readonly log?: string;
  readonly policy?: string;
  readonly root?: string;
  readonly sourceKey?: string;
  readonly orderKey?: string;
  readonly builderKey?: string;
  readonly signer?: string;
  readonly builderId?: string;
  readonly data?: string;
  readonly publish?: string;
}

/** Everything that a build needs to be told, from the options or from a vendor's folder. */
interface Plan {
  readonly recipe: string;
  readonly log: string;
  readonly policy: string;
  readonly root: string;
  readonly keys: Readonly<Record<'source' | 'order' | 'builder', string | undefined>>;
  readonly builderId: string;
  readonly data: string;
  readonly publish: string | undefined;
  /** Where the order is noted, for `vitrine release publish`. */
  readonly note: string | undefined;
}

function planOf(options: Options): Plan {
  const given = (name: string, value: string | undefined): string => {
    if (value === undefined) throw fail('cli.usage', `give --vendor <folder>, or ${name}`);
    return value;
  };
  return {
    recipe: given('--recipe <path>', options.recipe),
    log: given('--log <url>', options.log),
    policy: given('--policy <file>', options.policy),
    root: given('--root <file>', options.root),
    keys: { source: options.sourceKey, order: options.orderKey, builder: options.builderKey },
    builderId: given('--builder-id <uri>', options.builderId),
    data: given('--data <folder>', options.data),
    publish: options.publish,
    note: undefined,
  };
}

/** Where an option is given as well, it counts. */
async function planFor(folder: string, options: Options): Promise<Plan> {
  const vendor = await openVendor(folder);
  const file = (name: 'source' | 'order' | 'builder'): string | undefined =>
    options.signer === undefined ? vendor.keyFile(name) : undefined;
  return {
    recipe: options.recipe ?? 'conveyor.toml',
    log: options.log ?? vendor.config.log.url,
    policy: options.policy ?? join(vendor.public, 'policy.json'),
    root: options.root ?? join(vendor.public, 'root.json'),
    keys: {
      source: options.sourceKey ?? file('source'),
      order: options.orderKey ?? file('order'),
      builder: options.builderKey ?? file('builder'),
    },
    builderId: options.builderId ?? vendor.config.builder,
    data: options.data ?? vendor.store,
    publish: options.publish,
    note: join(vendor.drafts, 'built.json'),
  };
}

async function build(repository: string, options: Options, terminal: Terminal): Promise<number> {
  const plan = options.vendor === undefined ? planOf(options) : await planFor(options.vendor, options);
  const { sandbox, why } = await chooseSandbox(process.env['VITRINE_SANDBOX']);
  if (why !== undefined) terminal.note(`building with isolation none: ${why}`);
  const log = await logAccess(plan.log, await readPolicy(plan.policy, plan.root));
  const stores = await openStores(plan.data);
  const keys = [
    { may: ['source'], option: '--source-key', file: plan.keys.source },
    { may: ['order'], option: '--order-key', file: plan.keys.order },
    { may: ['builder'], option: '--builder-key', file: plan.keys.builder },
  ] as const;
  const run = (signers: Signers, onLog: (log: string) => void): Promise<Produced> =>
    produce({
      repository,
      revision: options.revision ?? 'HEAD',
      clean: options.revision === undefined,
      recipePath: plan.recipe,
      signers: {
        source: signers.for('source'),
        order: signers.for('order'),
        builder: signers.for('builder'),
      },
      builderId: plan.builderId,
      log,
      source: stores.source,
      materials: openMaterialCache(stores.blobs, join(plan.data, 'materials')),
      sandbox,
      onLog,
      onStep: (step, ms) => terminal.note(`${step}: ${(ms / 1000).toFixed(1)} s`),
    });
  const produced = await withSigners(keys, options.signer, (signers) =>
    keepingLog({ ...options, data: plan.data }, 'build', terminal, (onLog) => run(signers, onLog)),
  );
  if (plan.publish !== undefined) await publishProduced(produced, stores, plan.publish);
  if (plan.note !== undefined)
    await writeDurable(plan.note, canonicalJson({ order: produced.statements.order.id }));
  report(produced, options.vendor, terminal);
  return 0;
}

function report(
  { statements, result, tree }: Produced,
  vendor: string | undefined,
  terminal: Terminal,
): void {
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
  if (vendor !== undefined) terminal.line(`next: vitrine release publish ${vendor}`);
}

export function buildCommand(): Command {
  return command<Options>({
    usage: 'build <source>',
    summary: 'build a commit by its recipe and log source, order and provenance',
    options: [
      option('--vendor <folder>', "take everything that is not given from a vendor's folder"),
      option('--recipe <path>', 'the recipe, from the root of the repository (with --vendor: conveyor.toml)'),
      option('--revision <name>', 'the commit to build; without it HEAD, of a checkout without changes'),
      option('--log <url>', 'the log to append to'),
      option('--policy <file>', 'the trust policy that names log and witnesses'),
      option('--root <file>', 'the pinned root of that policy'),
      option('--source-key <file>', 'signs the source statement'),
      option('--order-key <file>', 'signs the order'),
      option('--builder-key <file>', 'signs the provenance'),
      option('--signer <socket>', 'a running signer that holds the three keys, instead of their files'),
      option('--builder-id <uri>', 'the builder as the policy names it'),
      option('--data <folder>', 'stores for source, materials and outputs'),
      ...buildLogOptions(),
      option('--publish <folder>', 'also write blob/ and source/ there for rebuilders to fetch'),
    ],
    example: 'vitrine build . --vendor ../vendor',
    run: ({ args: [repository = ''], options, terminal }) => build(repository, options, terminal),
  });
}

export async function openStores(
  folder: string,
): Promise<{ readonly source: ReturnType<typeof openStore>; readonly blobs: ReturnType<typeof openStore> }> {
  for (const name of ['source', 'blob', 'materials']) await makeDurableDirectory(join(folder, name));
  return { source: openStore(join(folder, 'source')), blobs: openStore(join(folder, 'blob')) };
}
