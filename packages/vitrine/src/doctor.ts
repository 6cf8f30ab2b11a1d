// What can be wrong with a machine before Vitrine is to blame: each check with a one-line remedy.

import { generateKeyPairSync } from 'node:crypto';
import { globSync } from 'node:fs';
import { mkdtemp, rm, statfs } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isVitrineError, noteTypes, parseSignedCheckpoint, utf8 } from '@vitrine/evidence';
import { fetchBytes, run, systemClock, writeDurable } from '@vitrine/host';
import { chooseSandbox } from '@vitrine/conveyor';
import { loadSigner } from '@vitrine/keys';

export interface Finding {
  readonly name: string;
  readonly state: 'ok' | 'warn' | 'fail';
  readonly detail: string;
  readonly remedy?: string;
}

export async function examine(asked: {
  readonly keys: readonly string[];
  readonly logs: readonly string[];
}): Promise<readonly Finding[]> {
  return Promise.all([
    runtime(),
    signatures(),
    tool('git', ['--version'], 'fail', 'Install git: source is read by commit.'),
    tool('npm', ['--version'], 'fail', 'Install npm 10 or later: materials are fetched with it.'),
    sandbox(),
    postgres(),
    tool('strace', ['--version'], 'warn', 'Install strace to run "npm run test:faults".'),
    tool('chromium', ['--version'], 'warn', 'Install chromium to run "npm run test:browser".'),
    disk(),
    loopback(),
    ...asked.keys.map(privateKey),
    ...asked.logs.map(reachable),
  ]);
}

function runtime(): Promise<Finding> {
  const major = Number(process.versions.node.split('.')[0]);
  return Promise.resolve(
    major >= 26
      ? { name: 'runtime', state: 'ok', detail: `Node ${process.versions.node}` }
      : {
          name: 'runtime',
          state: 'fail',
          detail: `Node ${process.versions.node}`,
          remedy: 'Start through "npm run" or "npx vitrine"; both use the pinned Node.',
        },
  );
}

/** Node says which schemes its OpenSSL has only by trying. */
function signatures(): Promise<Finding> {
  try {
    generateKeyPairSync('ed25519');
    generateKeyPairSync('ml-dsa-44');
  } catch (error) {
    const detail = error instanceof Error ? error.message : 'a scheme is missing';
    return Promise.resolve({ name: 'signatures', state: 'fail', detail, remedy: 'Use the pinned Node.' });
  }
  return Promise.resolve({ name: 'signatures', state: 'ok', detail: 'Ed25519, P-256 and ML-DSA-44' });
}

async function tool(
  name: string,
  args: readonly string[],
  absent: 'warn' | 'fail',
  remedy: string,
): Promise<Finding> {
  try {
    const { code, stdout } = await run(name, args, {
      env: { PATH: process.env['PATH'] ?? '' },
      timeoutMs: 15_000,
      maxOutputBytes: 4096,
    });
    if (code === 0) return { name, state: 'ok', detail: stdout.split('\n')[0] ?? '' };
    return { name, state: absent, detail: `ends with ${String(code)}`, remedy };
  } catch (error) {
    if (!isVitrineError(error)) throw error;
    return { name, state: absent, detail: 'not found', remedy };
  }
}

/** A data center needs none: its store is a file, unless its operator names a server. */
async function postgres(): Promise<Finding> {
  const remedy =
    'Nothing to do for a data center on SQLite; for one on PostgreSQL use a server of version 15 or later.';
  // Debian keeps the server off the PATH.
  const [newest] = globSync('/usr/lib/postgresql/*/bin/postgres').toSorted(byVersion);
  const found = await tool('postgres', ['--version'], 'warn', remedy);
  if (found.state === 'ok' || newest === undefined) return found;
  return { ...(await tool(newest, ['--version'], 'warn', remedy)), name: 'postgres' };
}

function byVersion(a: string, b: string): number {
  const version = (path: string): number => Number(/postgresql\/([0-9]+)/.exec(path)?.[1] ?? 0);
  return version(b) - version(a);
}

async function sandbox(): Promise<Finding> {
  const { why } = await chooseSandbox(process.env['VITRINE_SANDBOX']);
  if (why === undefined && process.getuid?.() === 0) {
    return {
      name: 'sandbox',
      state: 'warn',
      detail: 'bubblewrap isolates builds, but root starts it',
      remedy: 'Build as an ordinary user: to root the kernel applies no limit of processes.',
    };
  }
  return why === undefined
    ? { name: 'sandbox', state: 'ok', detail: 'bubblewrap isolates builds' }
    : {
        name: 'sandbox',
        state: 'warn',
        detail: `builds run with isolation none: ${why}`,
        remedy: 'Install bubblewrap and allow user namespaces; provenance says "none" until then.',
      };
}

async function disk(): Promise<Finding> {
  const folder = await mkdtemp(join(tmpdir(), 'vitrine-doctor-'));
  try {
    const started = performance.now();
    await writeDurable(join(folder, 'probe'), utf8('probe'), {});
    const ms = performance.now() - started;
    const { bavail, bsize } = await statfs(folder);
    const free = Math.floor((bavail * bsize) / 2 ** 20);
    const detail = `a durable write takes ${ms.toFixed(1)} ms, ${free} MiB free`;
    return free < 1024
      ? {
          name: 'disk',
          state: 'warn',
          detail,
          remedy: 'Free at least 1 GiB in the temporary folder, or set TMPDIR.',
        }
      : { name: 'disk', state: 'ok', detail };
  } catch (error) {
    if (!isVitrineError(error)) throw error;
    return { name: 'disk', state: 'fail', detail: error.message, remedy: error.remedy };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function loopback(): Promise<Finding> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', (error) => {
      resolve({
        name: 'loopback',
        state: 'fail',
        detail: error.message,
        remedy: 'Allow listening on 127.0.0.1.',
      });
    });
    server.listen(0, '127.0.0.1', () => {
      server.close(() =>
        resolve({ name: 'loopback', state: 'ok', detail: 'ports can be opened on 127.0.0.1' }),
      );
    });
  });
}

async function privateKey(path: string): Promise<Finding> {
  try {
    const { scheme, keyid } = await loadSigner(path);
    return { name: 'key', state: 'ok', detail: `${path}: ${scheme} ${keyid.slice(0, 16)}…` };
  } catch (error) {
    if (!isVitrineError(error)) throw error;
    return { name: 'key', state: 'fail', detail: `${path}: ${error.message}`, remedy: error.remedy };
  }
}

/** The newest cosignature tells what time the witnesses have; they are not authenticated here. */
async function reachable(url: string): Promise<Finding> {
  try {
    const { bytes } = await fetchBytes(new URL('checkpoint', url.endsWith('/') ? url : `${url}/`).href, {
      maxBytes: 65_536,
      timeoutMs: 5000,
    });
    const { checkpoint, note } = parseSignedCheckpoint(bytes);
    const times = note.signatures.flatMap(({ blob }) =>
      blob.length === 72 ? [Number(new DataView(blob.buffer, blob.byteOffset, 8).getBigUint64(0))] : [],
    );
    const detail = `${checkpoint.origin}, size ${checkpoint.size}, ${times.length} cosignatures of type ${noteTypes.cosignature}`;
    const skew = Math.max(...times, 0) - Math.floor(systemClock.now() / 1000);
    if (times.length > 0 && skew > 300) {
      return {
        name: 'log',
        state: 'fail',
        detail: `${detail}; the clock is ${skew} s behind the witnesses`,
        remedy: 'Set the clock.',
      };
    }
    return { name: 'log', state: 'ok', detail };
  } catch (error) {
    if (!isVitrineError(error)) throw error;
    return { name: 'log', state: 'fail', detail: `${url}: ${error.message}`, remedy: error.remedy };
  }
}
