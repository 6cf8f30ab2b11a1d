import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import {
  formatVkey,
  noteSigner,
  noteTypes,
  formatEnvelope,
  signStatement,
  source,
  utf8,
  type NoteSigner,
  type Signer,
} from '@vitrine/evidence';
import { listen, sha256Hex } from '@vitrine/host';
import {
  initLog,
  openLogWriter,
  type LogMode,
  type LogWriter,
  type WitnessEndpoint,
  type WriterOptions,
} from '@vitrine/log';
import { makeAdmissionList, type AdmissionList } from '@vitrine/log/admission';
import { initWitness, openWitness, witnessHandler, type Witness } from '@vitrine/log/witness';
import { temporaryDirectory, testSigner } from '@vitrine/testkit';

export const origin = 'log.example/test';
export const logSigner: NoteSigner = noteSigner(origin, noteTypes.log, testSigner('log'));
export const mlDsaSigner: NoteSigner = noteSigner(
  origin,
  noteTypes.mlDsaCosignature,
  testSigner('log ml-dsa', 'ml-dsa-44'),
);

export async function newLog(
  t: TestContext,
  mode: LogMode = 'raw',
  signers: readonly NoteSigner[] = [logSigner],
): Promise<string> {
  const dir = mkdtempSync(join(temporaryDirectory(t), 'log-'));
  await initLog(dir, { origin, vkeys: signers.map(({ key }) => formatVkey(key)), mode });
  return dir;
}

/** Quick rounds, closed with the test. */
export async function startLog(
  t: TestContext,
  options: Partial<WriterOptions> & { readonly dir: string },
): Promise<LogWriter> {
  const log = await openLogWriter({
    signers: [logSigner],
    intervalMs: 5,
    graceMs: 50,
    timeoutMs: 10_000,
    guardMs: 0,
    ...options,
  });
  t.after(() => log.close());
  return log;
}

export interface TestWitness {
  readonly witness: Witness;
  readonly endpoint: WitnessEndpoint;
  readonly signers: readonly NoteSigner[];
  readonly dir: string;
}

export async function startWitness(
  t: TestContext,
  operator: string,
  options: { readonly mlDsa?: boolean } = {},
): Promise<TestWitness> {
  const name = `${operator}.example/witness`;
  const signers = [noteSigner(name, noteTypes.cosignature, testSigner(`${operator} witness`))];
  if (options.mlDsa === true)
    signers.push(
      noteSigner(name, noteTypes.mlDsaCosignature, testSigner(`${operator} witness pq`, 'ml-dsa-44')),
    );
  const dir = mkdtempSync(join(temporaryDirectory(t), 'witness-'));
  await initWitness(dir, { vkeys: signers.map(({ key }) => formatVkey(key)) });
  const witness = openWitness({
    dir,
    signers,
    logs: [{ origin, keys: [logSigner.key] }],
    rate: { perSecond: 1e6, burst: 1e6 },
  });
  const server = await listen(witnessHandler(witness), { port: 0, graceMs: 100 });
  t.after(async () => {
    await server.close();
    witness.close();
  });
  const [first, ...more] = signers.map(({ key }) => key);
  if (first === undefined) throw new Error('no key');
  return { witness, signers, dir, endpoint: { url: server.url, key: first, moreKeys: more, operator } };
}

/** A server that misbehaves as told. */
export async function startServer(
  t: TestContext,
  answer: (request: IncomingMessage, response: ServerResponse) => void,
): Promise<string> {
  const server = createServer(answer);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

export function entry(i: number): Uint8Array {
  return utf8(`entry ${i}`);
}

export function admissionFor(
  signers: readonly Signer[],
  kinds: readonly string[] = ['source'],
): AdmissionList {
  return makeAdmissionList(
    origin,
    signers.map(({ publicKey }) => ({ publicKey, operator: 'vendor', kinds })),
  );
}

/** A logged statement, different for every `i`. */
export async function statement(signer: Signer, i = 0): Promise<Uint8Array> {
  const digest = (what: string): string => sha256Hex(utf8(`${what} ${i}`));
  const envelope = await signStatement(
    source,
    [{ name: 'tree', digest: { sha256: digest('tree') } }],
    {
      product: 'verifier',
      listing: { sha256: digest('listing'), size: 1_000 },
      files: 12,
      bytes: 4_096,
      gitCommit: digest('commit').slice(0, 40),
      gitTree: digest('git tree').slice(0, 40),
    },
    signer,
  );
  return formatEnvelope(envelope);
}

/** A copy with bits flipped in one byte. */
export function flipped(bytes: Uint8Array, at: number, bits = 1): Uint8Array {
  const copy = new Uint8Array(bytes);
  copy[at] = (copy[at] ?? 0) ^ bits;
  return copy;
}
