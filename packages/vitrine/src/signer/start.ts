// Where signers come from: a process of our own, which ends with us, or a socket behind which another
// user's process holds the keys.

import { connect } from 'node:net';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { realpath } from 'node:fs/promises';
import { quote } from '@vitrine/evidence';
import { errnoOf, startPiped } from '@vitrine/host';
import { fail } from '../codes.ts';
import type { Grant } from './grants.ts';
import type { TrustFiles } from '../accepted-trust.ts';
import type { KeyGrant } from './serve.ts';
import { openSigner, type Line, type Signers } from './remote.ts';

const main = fileURLToPath(new URL('../main.ts', import.meta.url));
/** Everything that the signer's process loads lies below: the repository, or the node_modules it is in. */
const code = fileURLToPath(new URL('../../../..', import.meta.url));

/**
 * Older ones than Node 25 know `--permission`, but it leaves the network open there: a signer that was started
 * by one of them would hold keys and could send them away. 26 is what is pinned, and tried.
 */
export function requireConfiningNode(version: string): void {
  const major = Number(version.split('.')[0]);
  if (major >= 26) return;
  throw fail(
    'signer.runtime',
    `couldn't start the signer: this is Node ${version.slice(0, 40)}, which doesn't keep it from the network; Node 26 does`,
  );
}

/**
 * Starts `vitrine signer run` for these keys, with the Node that runs this. It may read its code and the
 * key files; it has no network, because Node denies it where --allow-net is not given, starts no program
 * and writes nothing. This process never opens the key files.
 */
async function startSigner(keys: readonly KeyGrant[], trust: TrustFiles | undefined): Promise<Signers> {
  requireConfiningNode(process.versions.node);
  const files = keys.map(({ file }) => resolve(file));
  const trusted = trust === undefined ? [] : [resolve(trust.policy), resolve(trust.root)];
  const opened = [...files, ...trusted];
  const readable = [code, ...opened, ...(await Promise.all(opened.map(realPath)))];
  const child = await startPiped(
    process.execPath,
    [
      '--permission',
      ...[...new Set(readable)].map((path) => `--allow-fs-read=${path}`),
      main,
      'signer',
      'run',
      ...keys.flatMap(({ may }, i) => ['--key', `${may.join(',')}=${files[i]}`]),
      ...(trust === undefined ? [] : ['--policy', resolve(trust.policy), '--root', resolve(trust.root)]),
    ],
    { env: { NO_COLOR: '1' } },
  );
  const ended = async (): Promise<string> => {
    setTimeout(() => child.kill(), 1_000).unref(); // It has closed its side; there is nothing more to hear from it.
    const { code: status, signal, lastWords } = await child.exited;
    const said = lastWords.length === 0 ? '' : `; it said ${quote(lastWords.join('\n'), 500)}`;
    return `the signer ended with ${signal ?? String(status)} before it had answered${said}`;
  };
  const close = async (): Promise<void> => {
    child.input.end();
    const late = setTimeout(() => child.kill(), 5_000);
    await child.exited;
    clearTimeout(late);
  };
  return open({ input: child.input, output: child.output, ended, close });
}

export interface NeededKey {
  readonly may: readonly Grant[];
  /** The option that names its file, as the user writes it. */
  readonly option: string;
  readonly file: string | undefined;
  /** Of halves: by what grants are proven. */
  readonly trust?: TrustFiles;
}

/** The signers of a command: key files, which a process of our own opens, or the socket of a signer. */
export function openSigners(keys: readonly NeededKey[], socketPath: string | undefined): Promise<Signers> {
  const given: KeyGrant[] = [];
  for (const { may, option, file } of keys) {
    if (file !== undefined && socketPath !== undefined)
      throw fail('cli.usage', `${option} and --signer exclude each other: the signer holds the keys`);
    if (file === undefined && socketPath === undefined)
      throw fail('cli.usage', `required option '${option} <file>' not specified, nor --signer`);
    if (file !== undefined) given.push({ may, file });
  }
  const trust = keys.find((key) => key.trust !== undefined)?.trust;
  return socketPath === undefined ? startSigner(given, trust) : connectSigner(socketPath);
}

/** Signers for as long as `use` takes. */
export async function withSigners<T>(
  keys: readonly NeededKey[],
  socketPath: string | undefined,
  use: (signers: Signers) => Promise<T>,
): Promise<T> {
  const signers = await openSigners(keys, socketPath);
  try {
    return await use(signers);
  } finally {
    await signers.close();
  }
}

/** A link to a key is followed by the signer, which then reads the file it leads to. */
async function realPath(path: string): Promise<string> {
  try {
    return await realpath(path);
  } catch (error) {
    if (errnoOf(error) === undefined) throw error;
    return path; // The signer says what is wrong with it.
  }
}

/** A signer that already runs and listens on a Unix socket. */
async function connectSigner(socketPath: string): Promise<Signers> {
  const socket = connect(socketPath);
  await new Promise<void>((connected, refused) => {
    socket.once('connect', connected);
    socket.once('error', (cause) => {
      refused(
        fail(
          'signer.gone',
          `couldn't reach the signer at ${quote(socketPath, 200)}: ${errnoOf(cause) ?? ''}`,
          {
            cause,
          },
        ),
      );
    });
  });
  socket.on('error', () => {}); // The end of the stream says it.
  const line: Line = {
    input: socket,
    output: socket as AsyncIterable<Uint8Array>,
    ended: () => Promise.resolve('the signer closed the connection before it had answered'),
    close: async () => void socket.destroy(),
  };
  return open(line);
}

async function open(line: Line): Promise<Signers> {
  try {
    return await openSigner(line);
  } catch (error) {
    await line.close();
    throw error;
  }
}
