// How fast a log takes entries. Every figure is of acknowledged, durable entries: one process, one
// disk, the integrator publishing in the background as it does in production.

import { mkdtemp, rm } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  formatEnvelope,
  formatVkey,
  fromBase64,
  noteSigner,
  noteTypes,
  parseEnvelope,
  payloadOf,
  preAuthEncoding,
  requireSignature,
  signStatement,
  source,
  utf8,
} from '@vitrine/evidence';
import { sha256Hex, verifySignature } from '@vitrine/host';
import { initLog, openLogWriter, type LogMode, type LogWriter } from '@vitrine/log';
import { makeAdmissionList, type AdmissionList } from '@vitrine/log/admission';
import { testSigner } from '@vitrine/testkit';
import type { Report } from '../tools/bench-types.ts';

// As many threads as cores, as the daemon runs: more would only take turns with the log's own thread.
process.env['UV_THREADPOOL_SIZE'] ??= String(availableParallelism());

const origin = 'log.example/bench';
const logKey = noteSigner(origin, noteTypes.log, testSigner('bench log'));
const submitter = testSigner('bench submitter');
/** Entries in flight: what a busy server holds at once. */
const parallel = 512;

export default async function (report: Report): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'vitrine-bench-'));
  try {
    await benchRaw(folder, report);
    await benchAdmission(folder, report);
    await benchRestart(folder, report);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function benchRaw(folder: string, report: Report): Promise<void> {
  const entries = Array.from({ length: 200_000 }, (_, i) => utf8(`${i} `.padEnd(300, 'x')));
  await using log = await newLog(join(folder, 'raw'), 'raw');
  const start = performance.now();
  await inParallel(entries, (entry) => log.append(entry));
  const durable = performance.now();
  await log.publishNow();
  const published = performance.now();
  const rate = (end: number): number => Math.round(entries.length / ((end - start) / 1000));
  report({
    name: 'raw append, durable',
    value: rate(durable),
    unit: 'entries/s',
    goal: 20_000,
    better: 'higher',
  });
  report({
    name: 'raw append, published',
    value: rate(published),
    unit: 'entries/s',
    goal: 20_000,
    better: 'higher',
  });
}

/**
 * The floor: the same signatures verified as strictly (D9), with as many in flight, and nothing else.
 * Floor and appends take turns, so that whatever else the machine does weighs on both.
 */
async function benchAdmission(folder: string, report: Report): Promise<void> {
  const turns = 10;
  const perTurn = 6_000;
  const admission = makeAdmissionList(origin, [
    { publicKey: submitter.publicKey, operator: 'bench', kinds: ['source'] },
  ]);
  await using log = await newLog(join(folder, 'admission'), 'admission', admission);
  const floors: number[] = [];
  const appends: number[] = [];
  for (let turn = -1; turn < turns; turn++) {
    const entries = await Promise.all(
      Array.from({ length: perTurn }, (_, i) => statement(turn * perTurn + i)),
    );
    const signed = entries.map(opened);
    const floor = await rateOf(signed, ({ message, signature }) =>
      requireSignature(submitter.publicKey, message, signature, verifySignature),
    );
    const append = await rateOf(entries, (entry) => log.append(entry));
    await log.publishNow();
    if (turn < 0) continue; // Warm.
    floors.push(floor);
    appends.push(append);
  }
  const ratios = appends.map((append, i) => append / (floors[i] ?? Number.NaN));
  const shown = { unit: 'entries/s', goal: null, better: 'higher' } as const;
  report({ ...shown, name: 'Ed25519 verification alone', value: Math.round(median(floors)) });
  report({ ...shown, name: 'append with admission', value: Math.round(median(appends)) });
  report({
    name: 'append with admission, of verification alone',
    value: Number(median(ratios).toFixed(2)),
    unit: '×',
    goal: 0.8,
    better: 'higher',
  });
}

function opened(bytes: Uint8Array): { readonly message: Uint8Array; readonly signature: Uint8Array } {
  const envelope = parseEnvelope(bytes);
  return {
    message: preAuthEncoding(envelope.payloadType, payloadOf(envelope)),
    signature: fromBase64(envelope.signatures[0]?.sig ?? ''),
  };
}

async function rateOf<T>(items: readonly T[], work: (item: T) => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await inParallel(items, work);
  return items.length / ((performance.now() - start) / 1000);
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] ?? Number.NaN;
}

/** From nothing to the first durable entry, with a million in the log and some that no checkpoint covers yet. */
async function benchRestart(folder: string, report: Report): Promise<void> {
  const dir = join(folder, 'million');
  const entry = utf8('x'.repeat(100));
  {
    await using log = await newLog(dir, 'raw');
    await inParallel({ length: 1_000_000 }, () => log.append(entry));
    await log.publishNow();
    await inParallel({ length: 1_000 }, () => log.append(entry));
  }
  const start = performance.now();
  await using again = closing(await openLogWriter({ dir, signers: [logKey] }));
  await again.append(entry);
  const seconds = (performance.now() - start) / 1000;
  report({
    name: 'restart at 1,000,000 entries',
    value: Number(seconds.toFixed(3)),
    unit: 's',
    goal: 1,
    better: 'lower',
  });
}

async function newLog(
  dir: string,
  mode: LogMode,
  admission?: AdmissionList,
): Promise<LogWriter & AsyncDisposable> {
  await initLog(dir, { origin, vkeys: [formatVkey(logKey.key)], mode });
  return closing(await openLogWriter({ dir, signers: [logKey], admission }));
}

function closing(log: LogWriter): LogWriter & AsyncDisposable {
  return { ...log, [Symbol.asyncDispose]: () => log.close() };
}

async function inParallel<T>(items: ArrayLike<T>, work: (item: T) => Promise<unknown>): Promise<void> {
  let next = 0;
  const worker = async (): Promise<void> => {
    while (next < items.length) await work(items[next++] as T);
  };
  await Promise.all(Array.from({ length: parallel }, worker));
}

async function statement(i: number): Promise<Uint8Array> {
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
    submitter,
  );
  return formatEnvelope(envelope);
}
