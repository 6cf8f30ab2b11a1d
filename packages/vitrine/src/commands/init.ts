// vitrine init: the folder of a vendor, of a supervisor, of a trustee who holds a root key.

import { join } from 'node:path';
import type { Command } from 'commander';
import { fields, isVitrineError, type Schema } from '@vitrine/evidence';
import { command, many, noun, option, required } from '../command.ts';
import { fail } from '../codes.ts';
import { readFile } from '../files.ts';
import { address } from '../config.ts';
import { initSupervisor } from '../init/supervisor.ts';
import { initTrustee } from '../init/trustee.ts';
import { initVendor, type Made } from '../init/vendor.ts';
import { parseOperator } from '../operator/file.ts';
import type { Terminal } from '../terminal.ts';

interface OperatorOptions {
  readonly operator: string;
  readonly name: string;
  readonly jurisdiction: string;
}

interface VendorOptions extends OperatorOptions {
  readonly origin: string;
  readonly product?: readonly string[];
  readonly channel: string;
  readonly listen: string;
}

interface SupervisorOptions extends OperatorOptions {
  readonly vendor: string;
  readonly listen: string;
}

function operatorOptions(id?: string): ReturnType<typeof option>[] {
  const operator = '--operator <id>';
  const meaning = 'its identifier in the trust policy, for ever';
  return [
    id === undefined ? required(operator, meaning) : option(operator, meaning).default(id),
    required('--name <name>', 'the registered name of the organisation'),
    required('--jurisdiction <country>', 'its country: two capital letters'),
  ];
}

/** Words of the command line are checked before anything is made. */
function requireWords(
  words: Readonly<Record<string, readonly [Schema<string>, string | readonly string[]]>>,
): void {
  for (const [flag, [form, value]] of Object.entries(words)) {
    for (const one of [value].flat()) {
      try {
        form.check(one);
      } catch (cause) {
        if (!isVitrineError(cause)) throw cause;
        throw fail('cli.usage', `${flag}: ${cause.message.replace(/^the document: /, '')}`);
      }
    }
  }
}

function operatorWords({
  operator,
  name,
  jurisdiction,
}: OperatorOptions): Parameters<typeof requireWords>[0] {
  return {
    '--operator': [fields.name, operator],
    '--name': [fields.organisation, name],
    '--jurisdiction': [fields.country, jurisdiction],
  };
}

function report(terminal: Terminal, folder: string, { digest }: Made, next: readonly string[]): number {
  const file = join(folder, 'public.json');
  if (terminal.json) terminal.document({ folder, publicFile: file, sha256: digest, next });
  terminal.line(`made ${folder}; its keys are in ${join(folder, 'keys')}, for its owner's eyes only`);
  terminal.line(`public half  ${file}`);
  terminal.line(`sha256       ${digest}`);
  for (const line of next) terminal.line(`next: ${line}`);
  return 0;
}

export function initCommand(): Command {
  return noun('init', 'make the folder of a vendor, a supervisor or a trustee', [
    command<VendorOptions>({
      usage: 'vendor <folder>',
      summary: 'keys, log, stores and the served folder of a vendor',
      options: [
        ...operatorOptions('vendor'),
        required('--origin <name>', 'the name of its log, like log.example/vendor; fixed for ever'),
        many('--product <name>', 'a product that it will release; more can be added to vendor.toml'),
        option('--channel <name>', 'the channel of those products').default('stable'),
        option('--listen <address>', 'of the log; the repository takes the next port').default(
          '127.0.0.1:7400',
        ),
      ],
      example:
        'vitrine init vendor vendor --name "Example Vendor" --jurisdiction CH --origin log.example/vendor --product hello',
      run: async ({ args: [folder = ''], options, terminal }) => {
        const products = options.product ?? [];
        requireWords({
          ...operatorWords(options),
          '--origin': [fields.origin, options.origin],
          '--product': [fields.name, products],
          '--channel': [fields.name, options.channel],
          '--listen': [address, options.listen],
        });
        return report(terminal, folder, await initVendor(folder, { ...options, products }), [
          `give ${join(folder, 'public.json')} to your supervisors; they run "vitrine init supervisor"`,
          `vitrine policy draft ${folder} --import THEIR/public.json …`,
        ]);
      },
    }),
    command<SupervisorOptions>({
      usage: 'supervisor <folder>',
      summary: 'keys, witness and configuration of a supervisor of one vendor',
      options: [
        ...operatorOptions(),
        required('--vendor <file>', "the vendor's public.json"),
        option('--listen <address>', 'of the witness; the daemon takes the next port').default(
          '127.0.0.1:7410',
        ),
      ],
      run: async ({ args: [folder = ''], options, terminal }) => {
        requireWords({ ...operatorWords(options), '--listen': [address, options.listen] });
        const vendor = parseOperator(await readFile(options.vendor));
        if (vendor.log === undefined || vendor.repository === undefined)
          throw fail('operator.part', `${options.vendor} is not the public.json of a vendor`);
        return report(terminal, folder, await initSupervisor(folder, { ...options, vendor }), [
          `give ${join(folder, 'public.json')} to the vendor, and tell its sha256 another way`,
          `vitrine witness run ${join(folder, 'witness')}`,
        ]);
      },
    }),
    command<OperatorOptions>({
      usage: 'trustee <folder>',
      summary: 'one root key, held for the customers',
      options: operatorOptions(),
      run: async ({ args: [folder = ''], options, terminal }) => {
        requireWords(operatorWords(options));
        return report(terminal, folder, await initTrustee(folder, options), [
          `give ${join(folder, 'public.json')} to the vendor, and tell its sha256 another way`,
          'sign what the vendor plans: vitrine ceremony sign PLAN --key ' + join(folder, 'keys', 'root.key'),
        ]);
      },
    }),
  ]);
}
