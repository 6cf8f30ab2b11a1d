// vitrine log: make one, run it, add to it, prove an entry, check the files.

import { join, resolve } from 'node:path';
import type { Command } from 'commander';
import { formatTlogProof, fromUtf8, noteTypes } from '@vitrine/evidence';
import { fetchBytes, listen, writeDurable } from '@vitrine/host';
import {
  atLeast,
  fsck,
  initLog,
  logHandler,
  openLog,
  openLogWriter,
  type WitnessEndpoint,
} from '@vitrine/log';
import type { AdmissionList } from '@vitrine/log/admission';
import { admissionOf } from '../admission.ts';
import { command, many, noun, option, required, whole } from '../command.ts';
import { logConfig, readConfig, readVkey, splitAddress } from '../config.ts';
import { loadNoteSigners, vkeyOf } from '../note-signers.ts';
import { fail } from '../codes.ts';
import { readFile } from '../files.ts';
import { readPolicy } from '../log-access.ts';
import { stopRequested } from '../signals.ts';
import type { Terminal } from '../terminal.ts';
import { formatToml } from '../toml.ts';

const entryBytes = 65_535;

interface InitOptions {
  readonly origin: string;
  readonly key: readonly string[];
  readonly listen: string;
  readonly raw?: boolean;
  readonly policy?: string;
  readonly root?: string;
}

async function init(folder: string, options: InitOptions): Promise<string[]> {
  splitAddress(options.listen);
  const signers = await loadNoteSigners(process.cwd(), options.origin, options.key, noteTypes.log);
  const admission = options.raw === true ? undefined : await admissionFrom(options);
  await initLog(folder, {
    origin: options.origin,
    vkeys: signers.map(vkeyOf),
    mode: options.raw === true ? 'raw' : 'admission',
  });
  if (admission !== undefined) await writeDurable(join(folder, 'admission.json'), admission.bytes, {});
  const config = formatToml([
    ['origin', options.origin],
    ['listen', options.listen],
    ['keys', options.key.map((key) => resolve(key))],
    ['quorum', 0],
  ]);
  await writeDurable(join(folder, 'log.toml'), new TextEncoder().encode(config), {});
  return signers.map(vkeyOf);
}

/** Every identity of the policy is on the list (D8), for the kinds that its role signs. */
async function admissionFrom({ origin, policy, root }: InitOptions): Promise<AdmissionList> {
  if (policy === undefined || root === undefined) {
    throw fail(
      'cli.usage',
      'give --policy and --root: the keys of the policy are the admission list; or --raw',
    );
  }
  return admissionOf(origin, await readPolicy(policy, root));
}

interface RunOptions {
  readonly listen?: string;
}

/** Serves until it is told to stop; says on stdout when it does. */
async function serve(
  folder: string,
  options: RunOptions,
  say: (line: string) => void,
  remark: (line: string) => void,
): Promise<number> {
  const config = await readConfig(folder, 'log.toml', logConfig);
  const signers = await loadNoteSigners(folder, config.origin, config.keys, noteTypes.log);
  const witnesses: WitnessEndpoint[] = (config.witnesses ?? []).map(({ operator, url, vkey }) => ({
    operator,
    url,
    key: readVkey(vkey),
  }));
  if (config.quorum > new Set(witnesses.map(({ operator }) => operator)).size) {
    throw fail(
      'cli.config',
      `log.toml asks for a quorum of ${config.quorum} and lists fewer witness operators`,
      { at: 'quorum' },
    );
  }
  const log = await openLogWriter({
    dir: folder,
    signers,
    witnesses,
    enough: atLeast(config.quorum, witnesses),
    intervalMs: config['interval-ms'],
    reviewers: config.reviewers === undefined ? undefined : resolve(folder, config.reviewers),
    onReviewers: (trouble) => remark(trouble?.message ?? "the reviewers' list is read again"),
  });
  const { host, port } = splitAddress(options.listen ?? config.listen);
  const server = await listen(logHandler(log), { host, port });
  say(`log ${config.origin} serves at ${server.url}, size ${log.size()}`);
  const stopped = await Promise.race([stopRequested(), log.stopped]);
  await server.close();
  await log.close();
  if (stopped instanceof Error) throw stopped;
  return 0;
}

interface AddOptions {
  readonly wait?: number;
}

interface ProofOptions {
  readonly vkey: readonly string[];
  readonly origin?: string;
  readonly out?: string;
}

export function logCommand(): Command {
  return noun('log', 'the transparency log', [
    command<InitOptions>({
      usage: 'init <folder>',
      summary: 'make a log in an empty folder; refuses one that is not',
      options: [
        required('--origin <name>', 'the name of the log, like log.example/vitrine'),
        many('--key <file>', 'its Ed25519 key; a second one for ML-DSA-44').makeOptionMandatory(),
        option('--policy <file>', 'the trust policy whose keys may sign entries'),
        option('--root <file>', 'the pinned root of that policy'),
        option('--raw', 'take any bytes, not only signed statements'),
        option('--listen <address>', 'where it will serve').default('127.0.0.1:7400'),
      ],
      run: async ({ args: [folder = ''], options, terminal }) => {
        const vkeys = await init(folder, options);
        if (terminal.json) terminal.document({ folder, origin: options.origin, vkeys });
        terminal.line(`made the log ${options.origin} in ${folder}`);
        for (const vkey of vkeys) terminal.line(`verifier key: ${vkey}`);
        terminal.line(
          `next: add witnesses and the quorum to ${join(folder, 'log.toml')}, then "vitrine log run ${folder}"`,
        );
        return 0;
      },
    }),
    command<RunOptions>({
      usage: 'run <folder>',
      summary: 'run the log: its one writer, and its files over HTTP',
      options: [option('--listen <address>', 'instead of the address in log.toml')],
      run: ({ args: [folder = ''], options, terminal }) =>
        serve(
          folder,
          options,
          (line) => {
            if (terminal.json) terminal.document({ ready: line });
            terminal.line(line);
          },
          (line) => terminal.note(`vitrine: ${line}`),
        ),
    }),
    command<AddOptions>({
      usage: 'add <url> <file>',
      summary: 'add a signed statement (a raw log takes any bytes)',
      options: [
        whole('--wait <ms>', 'until a published checkpoint covers it, at most this long', 0, 600_000),
      ],
      run: async ({ args: [url = '', path = ''], options: { wait = 30_000 }, terminal }) => {
        const { status, bytes } = await fetchBytes(`${url.replace(/\/$/, '')}/add?wait=${wait}`, {
          method: 'POST',
          body: await readFile(path, entryBytes),
          maxBytes: 65_536,
          timeoutMs: wait + 15_000,
          expectStatus: 'any',
        });
        return reportAdded(status, fromUtf8(bytes), terminal);
      },
    }),
    command<ProofOptions>({
      usage: 'proof <log> <index>',
      summary: 'a C2SP tlog-proof of one entry; <log> is an address or a folder',
      options: [
        many('--vkey <key>', 'a verifier key of the log').makeOptionMandatory(),
        option('--origin <name>', 'the origin of the log, where its key is named otherwise'),
        option('--out <file>', 'write it there instead of to stdout'),
      ],
      run: async ({ args: [location = '', position = ''], options, terminal }) => {
        const index = Number(position);
        if (!/^[0-9]{1,16}$/.test(position) || !Number.isSafeInteger(index))
          throw fail('cli.usage', `not an index: "${position}"`);
        const logKeys = options.vkey.map(readVkey);
        const reader = await openLog(location, { origin: options.origin ?? logKeys[0]?.name ?? '', logKeys });
        const head = reader.head();
        const proof = formatTlogProof({ index, head, path: await reader.inclusion(index), extra: undefined });
        if (options.out !== undefined) await writeDurable(options.out, proof, { overwrite: true });
        const { origin, size } = head.checkpoint;
        if (terminal.json) terminal.document({ index, origin, size, proof: fromUtf8(proof) });
        else if (options.out === undefined) process.stdout.write(proof);
        else terminal.line(`entry ${index} of ${origin} stands in the tree of ${size}: ${options.out}`);
        return 0;
      },
    }),
    command({
      usage: 'fsck <folder>',
      summary: 'derive everything again from the entries and compare',
      run: async ({ args: [folder = ''], terminal }) => {
        const report = await fsck(folder);
        if (terminal.json) terminal.document(report);
        for (const { at, message } of report.problems) terminal.line(`✗ ${at}: ${message}`);
        const found = report.problems.length === 0 ? 'as they must be' : `${report.problems.length} problems`;
        terminal.line(`${report.origin}: ${report.entries} entries, ${report.files} files: ${found}`);
        return report.problems.length === 0 ? 0 : 3;
      },
    }),
  ]);
}

function reportAdded(status: number, body: string, terminal: Terminal): number {
  const answer: unknown = /^[0-9]+$/.test(body.trim()) ? { index: Number(body) } : JSON.parse(body);
  if (terminal.json) terminal.document({ status, ...(answer as object) });
  const { index, code, message, remedy } = answer as {
    index?: number;
    code?: string;
    message?: string;
    remedy?: string;
  };
  if (status === 200) terminal.line(`entry ${index} is covered by a published checkpoint`);
  else if (status === 202) terminal.line(`entry ${index} is durable; no published checkpoint covers it yet`);
  else {
    terminal.note(`vitrine: the log answered ${status}: ${message}`);
    terminal.note(`  ${code}`);
    terminal.note(`  hint: ${remedy}`);
    return status === 403 ? 4 : status === 503 ? 5 : status >= 500 ? 1 : 3;
  }
  return 0;
}
