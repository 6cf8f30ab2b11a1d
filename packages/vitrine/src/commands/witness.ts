// vitrine witness: a cosigner that any operator can run.

import { join, resolve } from 'node:path';
import type { Command } from 'commander';
import { noteTypes, parseSignedCheckpoint, toHex, utf8 } from '@vitrine/evidence';
import { fetchBytes, listen, sha256, writeDurable } from '@vitrine/host';
import { initWitness } from '@vitrine/log/witness';
import { command, many, noun, option, required } from '../command.ts';
import { splitAddress } from '../config.ts';
import { loadNoteSigners, vkeyOf } from '../note-signers.ts';
import { stopRequested } from '../signals.ts';
import { formatToml } from '../toml.ts';
import { WitnessDaemon } from '../witness-daemon.ts';

interface InitOptions {
  readonly name: string;
  readonly key: readonly string[];
  readonly listen: string;
}

interface RunOptions {
  readonly listen?: string;
}

interface StatusOptions {
  readonly origin: string;
}

async function serve(folder: string, options: RunOptions, say: (line: string) => void): Promise<number> {
  const daemon = await WitnessDaemon.open(folder, say);
  try {
    const { name, listen: address, logs } = daemon.config;
    const server = await listen(daemon.handler, splitAddress(options.listen ?? address));
    say(`witness ${name} serves at ${server.url}, ${logs.length} logs`);
    await stopRequested();
    await server.close();
  } finally {
    await daemon.close();
  }
  return 0;
}

export function witnessCommand(): Command {
  return noun('witness', 'a witness: cosigns checkpoints of logs that only grow', [
    command<InitOptions>({
      usage: 'init <folder>',
      summary: 'make a witness in an empty folder; refuses one that is not',
      options: [
        required('--name <name>', 'its key name, like supervisor.example/witness'),
        many('--key <file>', 'its Ed25519 key; a second one for ML-DSA-44').makeOptionMandatory(),
        option('--listen <address>', 'where it will serve').default('127.0.0.1:7401'),
      ],
      run: async ({ args: [folder = ''], options, terminal }) => {
        splitAddress(options.listen);
        const signers = await loadNoteSigners(
          process.cwd(),
          options.name,
          options.key,
          noteTypes.cosignature,
        );
        const vkeys = signers.map(vkeyOf);
        await initWitness(folder, { vkeys });
        const config = formatToml([
          ['name', options.name],
          ['listen', options.listen],
          ['keys', options.key.map((key) => resolve(key))],
          ['logs', []],
        ]);
        await writeDurable(join(folder, 'witness.toml'), utf8(config), {});
        if (terminal.json) terminal.document({ folder, name: options.name, vkeys });
        terminal.line(`made the witness ${options.name} in ${folder}`);
        for (const vkey of vkeys) terminal.line(`verifier key: ${vkey}`);
        terminal.line(
          `next: list the logs in ${join(folder, 'witness.toml')}, then "vitrine witness run ${folder}"`,
        );
        return 0;
      },
    }),
    command<RunOptions>({
      usage: 'run <folder>',
      summary: 'run the witness',
      options: [option('--listen <address>', 'instead of the address in witness.toml')],
      run: ({ args: [folder = ''], options, terminal }) =>
        serve(folder, options, (line) => {
          if (terminal.json) terminal.document({ ready: line });
          terminal.line(line);
        }),
    }),
    command<StatusOptions>({
      usage: 'status <url>',
      summary: 'what a witness last cosigned of a log',
      options: [required('--origin <name>', 'the log')],
      run: async ({ args: [url = ''], options: { origin }, terminal }) => {
        const id = toHex(sha256(utf8(origin)));
        const { bytes } = await fetchBytes(`${url.replace(/\/$/, '')}/${id}/checkpoint`, {
          maxBytes: 65_536,
          timeoutMs: 10_000,
        });
        const { checkpoint, note } = parseSignedCheckpoint(bytes);
        const names = note.signatures.map(({ name }) => name);
        if (terminal.json)
          terminal.document({
            origin: checkpoint.origin,
            size: checkpoint.size,
            root: toHex(checkpoint.root),
            signatures: names,
          });
        terminal.line(
          `${checkpoint.origin} size ${checkpoint.size} root ${toHex(checkpoint.root).slice(0, 16)}…`,
        );
        terminal.line(`signature lines (not checked here): ${names.join(', ')}`);
        return 0;
      },
    }),
  ]);
}
