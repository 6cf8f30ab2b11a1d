// vitrine supervisor: the independent third party as one daemon, and what its operator asks and decides.

import { existsSync } from 'node:fs';
import { userInfo } from 'node:os';
import { join, resolve as resolvePath } from 'node:path';
import type { Command } from 'commander';
import { fields, fromUtf8, parseJson, schema, type Json, type Schema } from '@vitrine/evidence';
import { httpObjects, requireSandbox, varySandbox } from '@vitrine/conveyor';
import { fetchBytes, listen, makeDurableDirectory } from '@vitrine/host';
import {
  httpRepository,
  httpSubmit,
  openFindings,
  openSealed,
  openSupervisor,
  resolve,
} from '@vitrine/supervisor';
import { trustIn, type TrustFiles } from '../accepted-trust.ts';
import { command, noun, option, required } from '../command.ts';
import { fail } from '../codes.ts';
import { splitAddress } from '../config.ts';
import { readFile } from '../files.ts';
import { stopRequested } from '../signals.ts';
import { withSigners, type NeededKey } from '../signer/start.ts';
import { readSupervisorFolder } from '../supervisor-folder.ts';
import { columns, reportError, wrapped, type Terminal } from '../terminal.ts';
import { deskCommands } from './supervisor-desk.ts';

interface SignerOptions {
  readonly signer?: string;
}

interface RunOptions extends SignerOptions {
  readonly listen?: string;
}

interface ResolveOptions extends SignerOptions {
  readonly outcome: string;
  readonly explanation: string;
}

/**
 * Each key for its one purpose (D4), in a process of its own: what is built here was written by strangers,
 * so the keys are not in the process that builds.
 */
const keysOf = (folder: string, socket: string | undefined): readonly NeededKey[] =>
  (
    [
      ['rebuilder', ['rebuilder', 'source-request']],
      ['supervisor', ['supervisor']],
      ['cosigner', ['tuf']],
    ] as const
  ).map(([name, may]) => ({
    may,
    option: `keys/${name}.key`,
    file: socket === undefined ? join(folder, 'keys', `${name}.key`) : undefined,
  }));

function trustFilesOf(
  folder: string,
  { policy, root }: { readonly root: string; readonly policy: string },
): TrustFiles {
  return { policy: resolvePath(folder, policy), root: resolvePath(folder, root) };
}

/** Folders that were made before there were data centers have no halves: their desk is closed. */
function halvesOf(
  folder: string,
  vendor: { readonly root: string; readonly policy: string },
): readonly NeededKey[] {
  const file = join(folder, 'keys', 'halves.secret');
  if (!existsSync(file)) return [];
  const trust = trustFilesOf(folder, vendor);
  return [{ may: ['halves'], option: 'keys/halves.secret', file, trust }];
}

async function run(folder: string, options: RunOptions, terminal: Terminal): Promise<number> {
  const { sandbox: ordered, why } = await requireSandbox(process.env['VITRINE_SANDBOX']);
  if (why !== undefined) terminal.note(`building with isolation none: ${why}`);
  const { config } = await readSupervisorFolder(folder);
  const sandbox = await varySandbox(ordered, config.vary ?? []);
  if (sandbox.varied.length > 0) terminal.note(`building with another ${sandbox.varied.join(', ')}`);
  // Builds run below its own folder, not in one that it shares with everybody on the machine.
  const work = resolvePath(folder, 'work');
  await makeDurableDirectory(work);
  process.env['TMPDIR'] = work;
  const halves = options.signer === undefined ? halvesOf(folder, config.vendor) : [];
  const keys = [...keysOf(folder, options.signer), ...halves];
  return withSigners(keys, options.signer, async (signers) => {
    const { log, repository } = config.vendor;
    const rebuilder = signers.for('rebuilder');
    const supervisor = await openSupervisor({
      folder,
      operator: config.operator,
      accepted: trustIn(trustFilesOf(folder, config.vendor)),
      signers: { rebuilder, supervisor: signers.for('supervisor'), cosigner: signers.for('tuf') },
      log,
      submit: httpSubmit(log),
      objects: httpObjects(repository, { signer: rebuilder }),
      repository: httpRepository(repository),
      sandbox,
      release: signers.release,
      peers: config.peers,
      onTrust: (line) => terminal.note(line),
      host: { node: process.version, user: userInfo().username, directory: resolvePath(folder) },
    });
    const { host, port } = splitAddress(options.listen ?? config.listen);
    const server = await listen(supervisor.handler, { host, port }).catch(async (error: unknown) => {
      await supervisor.close();
      throw error;
    });
    const ready = `supervisor ${config.operator} serves at ${server.url}, isolation ${sandbox.isolation}`;
    if (terminal.json) terminal.document({ ready });
    terminal.line(ready);
    const failure = await Promise.race([stopRequested(), supervisor.stopped]);
    await server.close();
    await supervisor.close();
    return failure === undefined ? 0 : reportError(failure, terminal.json);
  });
}

const line: Schema<string> = schema.text(/^[^\0]*$/, 2_000, 'a line of text');

/** What is shown of it; there is more, and it may grow. */
const status = schema.object(
  {
    operator: fields.name,
    node: schema.text(/^v[0-9.]{1,20}$/, 24, 'a version of Node'),
    isolation: schema.oneOf('bubblewrap', 'none'),
    log: schema.object(
      { origin: fields.origin, read: schema.integer(0), trouble: schema.nullable(line) },
      {},
      { open: true },
    ),
    rebuilds: schema.list(
      schema.object(
        { order: fields.statementId, index: fields.index, result: fields.name, blind: schema.flag },
        {},
        { open: true },
      ),
      { most: 1_000 },
    ),
    unlogged: schema.integer(0),
    signed: schema.integer(0),
    findings: schema.record(/^(?:note|minor|major|critical)$/, schema.integer(0), 4),
  },
  {
    policy: schema.object(
      { version: schema.integer(1), root: schema.integer(1), trouble: schema.nullable(line) },
      {},
      { open: true },
    ),
    access: schema.object({ waiting: schema.integer(0), granted: schema.integer(0) }),
    custody: schema.record(/^[!-~]{1,255}$/, line, 1_000),
  },
  { open: true },
);

async function showStatus(url: string, terminal: Terminal): Promise<number> {
  const { bytes } = await fetchBytes(`${url.replace(/\/$/, '')}/status`, {
    maxBytes: 1 << 20,
    timeoutMs: 10_000,
  });
  const document: Json = parseJson(bytes);
  const { operator, node, isolation, log, findings, signed, unlogged, rebuilds, ...desk } =
    status.check(document);
  if (terminal.json) terminal.document(document);
  const say = (words: string): void => {
    for (const part of wrapped(words, ' '.repeat(10))) terminal.line(part);
  };
  const counted = Object.entries(findings).map(([severity, count]) => `${count} ${severity}`);
  terminal.line(`${operator}, Node ${node}, isolation ${isolation}`);
  say(`log       ${log.origin}, read to entry ${log.read}`);
  if (log.trouble !== null) say(`trouble   ${log.trouble}`);
  terminal.line(`findings  ${counted.join(', ')}`);
  terminal.line(`signed    ${signed} role versions`);
  terminal.line(`waiting   ${unlogged} statements are not in the log yet`);
  const { access, custody = {}, policy } = desk;
  if (policy !== undefined) {
    terminal.line(`policy    ${policy.version} under root ${policy.root}`);
    if (policy.trouble !== null) say(`not taken ${policy.trouble}`);
  }
  if (access !== undefined)
    terminal.line(`access    ${access.waiting} requests wait for a decision, ${access.granted} are granted`);
  for (const [ledger, trouble] of Object.entries(custody)) say(`ledger    ${ledger}: ${trouble}`);
  const rows = rebuilds.map(({ order, index, result, blind }) => [
    `entry ${index}`,
    `${order.slice(0, 16)}…`,
    `${result}${blind ? ' (blind)' : ''}`,
  ]);
  for (const row of columns(rows)) terminal.line(row);
  return 0;
}

async function showFindings(
  folder: string,
  commitment: string | undefined,
  terminal: Terminal,
): Promise<number> {
  if (commitment === undefined) {
    const findings = openFindings(folder);
    if (terminal.json) terminal.document(findings);
    const rows = findings.map(({ raised, severity, code, about, commitment: name }) => [
      new Date(raised).toISOString(),
      severity,
      code,
      `about ${about.slice(0, 16)}…`,
      name,
    ]);
    for (const row of columns(rows)) terminal.line(row);
    return 0;
  }
  if (!/^[0-9a-f]{64}$/.test(commitment))
    throw fail('cli.usage', `not a commitment: "${commitment}"; it has 64 hex digits`);
  // Salt and body are all that it takes to open the finding to somebody (D11).
  terminal.document(await openSealed(join(folder, 'findings'), commitment));
  return 0;
}

async function resolveHold(
  folder: string,
  differs: string,
  { outcome, explanation, signer: socket }: ResolveOptions,
  terminal: Terminal,
): Promise<number> {
  if (!/^[0-9]{1,15}$/.test(differs)) throw fail('cli.usage', `not the index of an entry: "${differs}"`);
  if (outcome !== 'cleared' && outcome !== 'upheld')
    throw fail('cli.usage', `--outcome is cleared or upheld, not "${outcome}"`);
  const { config } = await readSupervisorFolder(folder);
  const text = fromUtf8(await readFile(explanation, 1 << 16));
  const resolved = await withSigners(keysOf(folder, socket), socket, (signers) =>
    resolve({
      folder,
      differs: Number(differs),
      outcome,
      explanation: text,
      operator: config.operator,
      signer: signers.for('supervisor'),
    }),
  );
  if (terminal.json) terminal.document(resolved);
  terminal.line(`${outcome}: the difference at entry ${differs}, of the order ${resolved.order}`);
  terminal.line(`the statement ${resolved.id} goes to the log as soon as "vitrine supervisor run" runs`);
  return 0;
}

function signerOption(): ReturnType<typeof option> {
  return option('--signer <socket>', 'a running signer that holds the keys, instead of the files in keys/');
}

export function supervisorCommand(): Command {
  return noun('supervisor', 'the independent third party: rebuilds, co-signs, judges publications', [
    command<RunOptions>({
      usage: 'run <folder>',
      summary: 'run the daemon',
      options: [option('--listen <address>', 'instead of the address in supervisor.toml'), signerOption()],
      run: ({ args: [folder = ''], options, terminal }) => run(folder, options, terminal),
    }),
    command({
      usage: 'status <url>',
      summary: 'what a supervisor is doing, as it says itself',
      run: ({ args: [url = ''], terminal }) => showStatus(url, terminal),
    }),
    command({
      usage: 'finding <folder> [commitment]',
      summary: 'list the findings, or open one: salt and body as they were committed to',
      run: ({ args: [folder = '', commitment], terminal }) => showFindings(folder, commitment, terminal),
    }),
    command<ResolveOptions>({
      usage: 'resolve <folder> <index>',
      summary: 'answer a difference: the entry that says "differs"',
      options: [
        required('--outcome <word>', 'cleared: it may be installed; upheld: it may not, for ever'),
        required('--explanation <file>', 'why; the log gets a commitment, the folder keeps the text'),
        signerOption(),
      ],
      example: 'vitrine supervisor resolve supervisor-a 12 --outcome upheld --explanation why.txt',
      run: ({ args: [folder = '', index = ''], options, terminal }) =>
        resolveHold(folder, index, options, terminal),
    }),
    ...deskCommands(),
  ]);
}
