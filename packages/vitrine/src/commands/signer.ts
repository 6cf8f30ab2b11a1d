// vitrine signer: the process that holds private keys and signs, for each, only what it is there for.

import { chmod } from 'node:fs/promises';
import { createServer, type Socket } from 'node:net';
import type { Command } from 'commander';
import { quote } from '@vitrine/evidence';
import { errnoOf } from '@vitrine/host';
import { command, many, noun, option } from '../command.ts';
import { fail } from '../codes.ts';
import { listenPrivately } from '../private-socket.ts';
import { stopRequested } from '../signals.ts';
import type { Terminal } from '../terminal.ts';
import { parseGrants } from '../signer/grants.ts';
import { loadKeys, refuseToStart, serveSigner, type HeldKey, type KeyGrant } from '../signer/serve.ts';
import type { TrustFiles } from '../accepted-trust.ts';

interface Options {
  readonly key: readonly string[];
  readonly socket?: string;
  readonly group?: boolean;
  readonly policy?: string;
  readonly root?: string;
}

export function signerCommand(): Command {
  return noun('signer', 'holds private keys in a process of its own', [
    command<Options>({
      usage: 'run',
      summary: 'sign for one client on stdin and stdout, or for those who reach a Unix socket',
      options: [
        many(
          '--key <role=file>',
          'a key and what it is for: a role, several with commas, or tuf',
        ).makeOptionMandatory(),
        option('--socket <path>', 'listen there, for this user alone, instead of stdin and stdout'),
        option('--group', 'let the group of the socket connect too'),
        option('--policy <file>', 'for halves: the trust policy by which grants are proven'),
        option('--root <file>', 'for halves: the pinned root of that policy'),
      ],
      example:
        'vitrine signer run --socket /run/signer.sock --group --key builder=builder.key --key tuf=targets.key',
      run: async ({ options, terminal }) => {
        if (options.socket === undefined) return serveParent(options);
        const keys = await loadKeys(options.key.map(keyGrant), trustOf(options));
        await serveSocket(options.socket, options.group ?? false, keys, terminal);
        return 0;
      },
    }),
  ]);
}

function keyGrant(text: string): KeyGrant {
  const equals = text.indexOf('=');
  if (equals < 1) throw fail('signer.grant', `--key takes ROLE=FILE, not ${quote(text, 100)}`);
  return { may: parseGrants(text.slice(0, equals)), file: text.slice(equals + 1) };
}

function trustOf({ policy, root }: Options): TrustFiles | undefined {
  if (policy === undefined && root === undefined) return undefined;
  if (policy === undefined || root === undefined) throw fail('cli.usage', '--policy and --root go together');
  return { policy, root };
}

/** Stdout is the wire, so that a fault at the start is told over it too. Ends when the parent does. */
async function serveParent(options: Options): Promise<number> {
  let keys: ReadonlyMap<string, HeldKey>;
  try {
    keys = await loadKeys(options.key.map(keyGrant), trustOf(options));
  } catch (error) {
    await refuseToStart(process.stdout, error);
    return 1;
  }
  process.stdout.on('error', () => process.exit(1)); // The parent is gone.
  await serveSigner(keys, { input: process.stdin as AsyncIterable<Uint8Array>, output: process.stdout });
  process.stdin.destroy(); // After a message that cannot be read there may be more to come.
  return 0;
}

async function serveSocket(
  path: string,
  group: boolean,
  keys: ReadonlyMap<string, HeldKey>,
  terminal: Terminal,
): Promise<void> {
  const clients = new Set<Socket>();
  const server = createServer((socket) => {
    clients.add(socket);
    socket.on('error', () => {});
    socket.once('close', () => clients.delete(socket));
    const signed = (what: string, keyid: string): void =>
      terminal.note(`signed ${what} with ${keyid.slice(0, 16)}`);
    void serveSigner(keys, { input: socket as AsyncIterable<Uint8Array>, output: socket }, signed)
      .catch((error: unknown) => {
        // A connection that broke is no fault of ours; anything else is, and ends the process.
        if (errnoOf(error) === undefined) throw error;
      })
      .finally(() => socket.destroy());
  });
  server.maxConnections = 64;
  // The group is let in afterwards.
  await listenPrivately(server, path);
  if (group) await chmod(path, 0o660);
  const ready = `the signer holds ${keys.size} keys and listens at ${path}`;
  if (terminal.json) terminal.document({ ready });
  terminal.line(ready);
  await stopRequested();
  for (const socket of clients) socket.destroy();
  await new Promise((closed) => server.close(closed));
}
