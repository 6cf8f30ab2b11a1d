// vitrine init: the folder of a vendor, of a supervisor, of a trustee who holds a root key, of a data center,
// of a Center.

import { join, resolve } from 'node:path';
import type { Command } from 'commander';
import { fields, isVitrineError, type Schema } from '@vitrine/evidence';
import { command, many, noun, option, required, whole } from '../command.ts';
import { fail } from '../codes.ts';
import { readFile } from '../files.ts';
import { address, url } from '../config.ts';
import { centerOrigin } from '../center-folder.ts';
import { initCenter } from '../init/center.ts';
import { initDataCenter } from '../init/datacenter.ts';
import { initSupervisor } from '../init/supervisor.ts';
import { initTrustee } from '../init/trustee.ts';
import { initVendor, type Made } from '../init/vendor.ts';
import { parseOperator, type OperatorFile } from '../operator/file.ts';
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
  readonly reviewers?: string;
  readonly listen: string;
}

interface SupervisorOptions extends OperatorOptions {
  readonly vendor: string;
  readonly listen: string;
}

interface DataCenterOptions {
  readonly id: string;
  readonly name: string;
  readonly operator: string;
  readonly country: string;
  readonly vendor: string;
  readonly supervisor: readonly string[];
  readonly need: number;
  readonly intake?: readonly string[];
  readonly listen: string;
}

interface CenterOptions {
  readonly origin: string;
  readonly name: string;
  readonly vendor: string;
  readonly root: string;
  readonly policy: string;
  readonly source: string;
  readonly supervisor?: readonly string[];
  readonly git?: readonly string[];
  readonly listen: string;
}

/** `NAME=VALUE` */
function pairOf(flag: string, text: string): readonly [string, string] {
  const [, name = '', value = ''] = /^([^=]+)=(.+)$/.exec(text) ?? [];
  if (name === '') throw fail('cli.usage', `${flag} takes NAME=VALUE, not "${text.slice(0, 80)}"`);
  return [name, value];
}

async function makeCenter(folder: string, options: CenterOptions, terminal: Terminal): Promise<number> {
  const { origin, name, listen } = options;
  const supervisors = (options.supervisor ?? []).map((one) => pairOf('--supervisor', one));
  const git = (options.git ?? []).map((one) => pairOf('--git', one));
  requireWords({
    '--origin': [centerOrigin, origin],
    '--name': [fields.organisation, name],
    '--listen': [address, listen],
    '--supervisor': [fields.name, supervisors.map(([operator]) => operator)],
    '--git': [fields.name, git.map(([product]) => product)],
  });
  requireWords({ '--supervisor': [url, supervisors.map(([, at]) => at)] });
  const vendor = await readVendor(options.vendor);
  await initCenter(folder, {
    origin,
    name,
    listen,
    log: vendor.log?.url ?? '',
    repository: vendor.repository ?? '',
    root: await readFile(options.root),
    policy: await readFile(options.policy),
    source: resolve(options.source),
    supervisors: supervisors.map(([operator, at]) => ({ operator, url: at })),
    git: git.map(([product, repository]) => ({ product, folder: resolve(repository) })),
  });
  const next = [
    `open source to readers in ${join(folder, 'access.toml')}, then vitrine center access publish ${folder} --vendor VENDOR`,
    `vitrine center invite ${folder} --name NAME --group GROUP`,
    `vitrine center run ${folder}`,
  ];
  if (terminal.json) terminal.document({ folder, next });
  terminal.line(`made ${folder}; all source is closed until its access.toml opens some`);
  for (const line of next) terminal.line(`next: ${line}`);
  return 0;
}

async function makeDataCenter(
  folder: string,
  options: DataCenterOptions,
  terminal: Terminal,
): Promise<number> {
  const { id, name, operator, country, listen, need, intake = [`http://${listen}`] } = options;
  requireWords({
    '--id': [fields.name, id],
    '--name': [fields.organisation, name],
    '--operator': [fields.name, operator],
    '--country': [fields.country, country],
    '--listen': [address, listen],
    '--intake': [url, intake],
  });
  const vendor = await readVendor(options.vendor);
  const supervisors: OperatorFile[] = [];
  for (const path of options.supervisor) {
    const file = parseOperator(await readFile(path));
    if (file.halves === undefined || file.cosigner === undefined)
      throw fail('operator.part', `${path} is not the public.json of a supervisor that holds halves of keys`);
    supervisors.push(file);
  }
  if (need > new Set(supervisors.map((file) => file.operator.id)).size)
    throw fail('cli.usage', `--need ${need} asks for more supervisors than are given`);
  const made = { id, name, operator, country, listen, intake, need, vendor, supervisors };
  const { digest } = await initDataCenter(folder, made);
  return report(terminal, folder, { digest }, [
    `give ${join(folder, 'public.json')} to the vendor, and tell its sha256 another way`,
    `vitrine policy accept DIGEST --from URL --into ${join(folder, 'trust')}`,
    `vitrine datacenter run ${folder}`,
  ]);
}

/** Of a vendor, who has a log and a repository. */
async function readVendor(path: string): Promise<OperatorFile> {
  const vendor = parseOperator(await readFile(path));
  if (vendor.log === undefined || vendor.repository === undefined)
    throw fail('operator.part', `${path} is not the public.json of a vendor`);
  return vendor;
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
  return noun('init', 'make the folder of a vendor, a supervisor, a trustee, a data center or a Center', [
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
        option('--reviewers <file>', 'by which a Center will admit reviewers to the log'),
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
        return report(
          terminal,
          folder,
          await initVendor(folder, {
            ...options,
            products,
            reviewers: options.reviewers === undefined ? undefined : resolve(options.reviewers),
          }),
          [
            `give ${join(folder, 'public.json')} to your supervisors; they run "vitrine init supervisor"`,
            `vitrine policy draft ${folder} --import THEIR/public.json …`,
          ],
        );
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
        const vendor = await readVendor(options.vendor);
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
    command<DataCenterOptions>({
      usage: 'datacenter <folder>',
      summary: 'keys, ledgers and configuration of a data center of one vendor',
      options: [
        required('--id <id>', 'as the residency policy will name it, for ever'),
        required('--name <name>', 'as customers read it'),
        option('--operator <id>', 'who runs it, as the trust policy names it').default('vendor'),
        required('--country <country>', 'where it stands: two capital letters'),
        required('--vendor <file>', "the vendor's public.json"),
        many(
          '--supervisor <file>',
          'the public.json of a supervisor: it witnesses, and holds shares of keys',
        ).makeOptionMandatory(),
        whole('--need <n>', 'supervisors that must agree before a record is read', 1, 16).default(1),
        many('--intake <url>', 'where endpoints reach it, in the order in which they try'),
        option('--listen <address>', 'what it listens on').default('127.0.0.1:7450'),
      ],
      example:
        'vitrine init datacenter zurich --id zurich --name "Data center Zurich" --country CH --vendor vendor/public.json --supervisor north/public.json',
      run: ({ args: [folder = ''], options, terminal }) => makeDataCenter(folder, options, terminal),
    }),
    command<CenterOptions>({
      usage: 'center <folder>',
      summary: 'configuration and an empty access table of a Transparency Center',
      options: [
        required('--origin <url>', 'as browsers see it; passkeys are bound to it for ever'),
        required('--name <name>', 'whose Center it is; authenticators show it'),
        required('--vendor <file>', "the vendor's public.json"),
        required('--root <file>', 'the pinned root'),
        required('--policy <file>', 'the pinned trust policy'),
        required('--source <folder>', "the vendor's source store, opened for reading alone"),
        many('--supervisor <operator=url>', 'where a supervisor publishes its statements itself'),
        many('--git <product=folder>', 'a git repository, for history and blame'),
        option('--listen <address>', 'what it listens on').default('127.0.0.1:7440'),
      ],
      example:
        'vitrine init center center --origin https://center.example --name "Example Vendor" --vendor vendor/public.json --root root.json --policy policy.json --source vendor/store/source',
      run: ({ args: [folder = ''], options, terminal }) => makeCenter(folder, options, terminal),
    }),
  ]);
}
