// vitrine probe: would a stranger get the same bytes, and if not, what makes the difference.

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Command } from 'commander';
import {
  chooseSandbox,
  openMaterialCache,
  probe,
  type Compared,
  type Probed,
  type ProbedVariation,
} from '@vitrine/conveyor';
import { formatTime } from '@vitrine/evidence';
import { command, option, required } from '../command.ts';
import { columns, styled, type Terminal } from '../terminal.ts';
import { openStores } from './build.ts';

interface Options {
  readonly recipe: string;
  readonly revision: string;
  readonly data?: string;
}

export function probeCommand(): Command {
  return command<Options>({
    usage: 'probe <source>',
    summary: 'build a commit with everything varied, and name what makes other bytes',
    options: [
      required('--recipe <path>', 'the recipe, from the root of the repository'),
      option('--revision <name>', 'the commit to build').default('HEAD'),
      option('--data <folder>', 'keep source, materials and outputs there'),
    ],
    example: 'vitrine probe . --recipe products/verifier/conveyor.toml',
    run: async ({ args: [repository = ''], options, terminal }) => {
      const { sandbox, why } = await chooseSandbox(process.env['VITRINE_SANDBOX']);
      if (why !== undefined) terminal.note(`building with isolation none: ${why}`);
      const probed = await withData(options.data, async (data) => {
        const stores = await openStores(data);
        return probe({
          repository,
          revision: options.revision,
          recipePath: options.recipe,
          source: stores.source,
          materials: openMaterialCache(stores.blobs, join(data, 'materials')),
          sandbox,
          onBuild: (what, ms) => terminal.note(`${what}: ${(ms / 1000).toFixed(1)} s`),
        });
      });
      if (terminal.json) terminal.document(documentOf(probed));
      show(probed, terminal);
      return probed.together.result === 'equal' ? 0 : 10;
    },
  });
}

async function withData<T>(folder: string | undefined, use: (folder: string) => Promise<T>): Promise<T> {
  if (folder !== undefined) return use(folder);
  const temporary = await mkdtemp(join(tmpdir(), 'vitrine-probe-'));
  try {
    return await use(temporary);
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
}

function documentOf(probed: Probed): unknown {
  const { product, version, treeDigest, order, isolation, plain, together, itself, causes, builds } = probed;
  return {
    product,
    version,
    tree: treeDigest,
    isolation,
    outputs: plain.digest,
    clock: order.clock,
    stable: together.result === 'equal',
    together: comparedOf(together),
    itself: itself === undefined ? null : comparedOf(itself),
    variations: probed.variations.map(variationOf),
    causes,
    builds,
  };
}

function comparedOf(compared: Compared): Record<string, unknown> {
  switch (compared.result) {
    case 'equal':
      return { result: 'equal' };
    case 'differs':
      return { result: 'differs', files: compared.files };
    case 'fails': {
      const { code, message } = compared.reason;
      return { result: 'fails', code, message };
    }
  }
}

function variationOf(one: ProbedVariation): Record<string, unknown> {
  const { variation } = one;
  if (one.result === 'not-varied') return { variation, result: one.result, why: one.why };
  return { variation, ordered: one.ordered, varied: one.varied, ...comparedOf(one) };
}

function show(probed: Probed, terminal: Terminal): void {
  const { product, version, treeDigest, isolation, plain, together, itself, order } = probed;
  terminal.line(`${product} ${version}, tree ${treeDigest.slice(0, 16)}…, isolation ${isolation}`);
  terminal.line(`as ordered    ${plain.digest}`);
  terminal.line(`all varied    ${sentence(together)}`);
  if (itself !== undefined) terminal.line(`by itself     ${sentence(itself)}`);
  terminal.line();
  const rows = probed.variations.map((one) =>
    one.result === 'not-varied'
      ? [one.variation, 'not varied', one.why]
      : [one.variation, sentence(one), `${one.ordered} → ${one.varied}`],
  );
  const clock = ['clock', 'not varied', `declared by the order: ${formatTime(order.clock)}`];
  for (const row of columns([...rows, clock])) terminal.line(row);
  terminal.line();
  for (const line of conclusion(probed)) terminal.line(line);
}

function sentence(compared: Compared): string {
  switch (compared.result) {
    case 'equal':
      return styled('green', 'equal');
    case 'differs': {
      const [first = '', ...more] = compared.files;
      return `${styled('red', 'differs')} ${first}${more.length === 0 ? '' : ` and ${more.length} more`}`;
    }
    case 'fails':
      return `${styled('red', 'fails')} ${compared.reason.code}`;
  }
}

function conclusion({ together, itself, causes, variations }: Probed): readonly string[] {
  const impossible = variations.filter(({ result }) => result === 'not-varied').length;
  if (together.result === 'equal') {
    return [
      `stable: the same bytes${impossible === 0 ? '' : `, with ${impossible} variations not tried here`}`,
      '  (The real clock moved by seconds only: what holds a day or a year shows later.)',
    ];
  }
  const lines: string[] = [];
  if (causes.length > 0) lines.push(`caused by: ${causes.join(', ')}`);
  if (itself !== undefined && itself.result !== 'equal')
    lines.push('differs by itself: the real clock, chance, or an order of parallel work');
  if (lines.length === 0) lines.push('caused by several variations together: none makes a difference alone');
  return lines;
}
