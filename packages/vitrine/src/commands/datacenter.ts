// vitrine datacenter: one data center as a daemon, and what its operator asks it.

import { join, resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Command } from 'commander';
import { isVitrineError, schema, type TrustPolicy } from '@vitrine/evidence';
import { restoreBackup, Store, writeBackup, type BackupMade, type Restored } from '@vitrine/datacenter';
import { acquireLease, errnoOf, fileFault, listen, systemClock } from '@vitrine/host';
import { openSigned, type LogReader } from '@vitrine/log';
import { lstat, rename, rm } from 'node:fs/promises';
import { command, noun, option, required, whole } from '../command.ts';
import { fail } from '../codes.ts';
import { readVkey, splitAddress } from '../config.ts';
import { accessVerbs } from '../datacenter/access-verbs.ts';
import { askControl, serveControl, type Verbs } from '../datacenter/control.ts';
import { DataCenterDaemon, wordsOf } from '../datacenter/daemon.ts';
import {
  identityFile,
  keysCopyOf,
  openDataCenterFolder,
  storeOf,
  type DataCenterFolder,
} from '../datacenter/folder.ts';
import { verbsOf } from '../datacenter/verbs.ts';
import { stopRequested } from '../signals.ts';
import { withSigners } from '../signer/start.ts';
import type { Terminal } from '../terminal.ts';
import { showSealingKeys, showStatus } from './datacenter-status.ts';

interface RunOptions {
  readonly listen?: string;
  readonly every: number;
  readonly signer?: string;
}

/** Keys of records that came since the last sweep are in no copy yet. */
const sweepMs = 120_000;
/** Between two attempts to begin, while witnesses are silent. */
const waitMs = 5_000;

async function run(path: string, options: RunOptions, terminal: Terminal): Promise<number> {
  // What the runtime throws may quote anything: its kind and place are said, and no more.
  process.once('uncaughtException', (error) => {
    terminal.note(`stopped: ${wordsOf(error)}`);
    process.exit(1);
  });
  const folder = await openDataCenterFolder(path);
  using _ = acquireLease(folder.folder, 'datacenter');
  const { signer: socket } = options;
  const key = {
    may: ['datacenter', 'access-request'] as const,
    option: 'keys/identity.key',
    file: socket === undefined ? identityFile(folder.folder) : undefined,
  };
  return await withSigners([key], socket, async (signers) => {
    const stop = new AbortController();
    const asked = stopRequested().then(() => stop.abort());
    const parts = {
      folder,
      identity: signers.for('datacenter'),
      note: (line: string) => terminal.note(line),
    };
    const daemon = await openWhenWitnessed(parts, stop.signal);
    if (daemon === undefined) return 0;
    return serve(daemon, options, terminal, stop.signal, asked);
  });
}

/** A ledger is not continued before its witnesses have said what they saw (D24): it waits for them. */
async function openWhenWitnessed(
  parts: Parameters<typeof DataCenterDaemon.open>[0],
  stop: AbortSignal,
): Promise<DataCenterDaemon | undefined> {
  let told = '';
  while (!stop.aborted) {
    try {
      return await DataCenterDaemon.open(parts);
    } catch (error) {
      if (!isVitrineError(error, 'witnesses.silent')) throw error;
      if (told !== error.message) {
        parts.note(`${error.message} (${error.code}); trying again`);
        parts.note(
          'a witness that answers 404 does not follow the ledgers yet: its supervisor runs "vitrine residency accept"',
        );
      }
      told = error.message;
      await delay(waitMs, undefined, { signal: stop }).catch(() => undefined);
    }
  }
  return undefined;
}

async function serve(
  daemon: DataCenterDaemon,
  { listen: asked, every }: RunOptions,
  terminal: Terminal,
  stop: AbortSignal,
  stopped: Promise<void>,
): Promise<number> {
  const { folder, config } = daemon.folder;
  const onError = (error: unknown): void => daemon.tell('server', error);
  const { host, port } = splitAddress(asked ?? config.listen);
  const server = await listen(daemon.handler(), { host, port, onError });
  const control = await serveControl(folder, { ...verbsOf(daemon), ...accessOf(daemon) }, onError);
  const rounds = repeat(every * 1_000, stop, () => daemon.round());
  const sweeps = repeat(sweepMs, stop, () => daemon.attempt('sweep', () => daemon.sweep()));
  const ready = `data center ${config.id} serves at ${server.url}`;
  if (terminal.json) terminal.document({ ready });
  terminal.line(ready);
  // A round that meets a fault of ours ends with it, and so does a ledger that had to stop.
  const ended = await Promise.race([stopped, daemon.stopped(), faultOf(rounds), faultOf(sweeps)]);
  await control.close();
  await server.close();
  await daemon.close();
  if (ended === undefined) return 0;
  terminal.note(`stopped: ${wordsOf(ended)}`);
  return 1;
}

function accessOf({
  center,
  folder: { folder, config },
  identity,
  residence,
  clock,
}: DataCenterDaemon): Verbs {
  const policy = (): TrustPolicy => residence.trust();
  return accessVerbs(center, {
    folder,
    identity,
    policy,
    log: config.log,
    supervisors: config.supervisors,
    clock,
  });
}

/** Until it is told to stop; whoever has to stop waits for nothing but the work that runs. */
async function repeat(ms: number, stop: AbortSignal, work: () => Promise<unknown>): Promise<void> {
  while (!stop.aborted) {
    await work();
    await delay(ms, undefined, { signal: stop, ref: false }).catch(() => undefined);
  }
}

/** Never resolves but with an error: the end of a loop that was told to stop is no news. */
function faultOf(loop: Promise<void>): Promise<unknown> {
  return new Promise((resolvePromise) => {
    loop.catch(resolvePromise);
  });
}

const dayForm = schema.text(/^[0-9-]{10}$/, 10, 'a day');
const retentionForm = schema.object({
  expired: schema.integer(0),
  day: dayForm,
  tombstones: schema.integer(0),
  records: schema.integer(0),
  stored: schema.integer(0),
  nextDue: schema.nullable(dayForm),
});

async function runRetention(folder: string, terminal: Terminal): Promise<number> {
  const document = await askControl(folder, 'retention');
  const { expired, day, tombstones, records, stored, nextDue } = retentionForm.check(document);
  if (terminal.json) terminal.document(document);
  terminal.line(`expired    ${expired} records now`);
  terminal.line(`proof      ${tombstones} tombstones open and cover ${records} records, each due on its day`);
  terminal.line(
    `stored     ${stored} records, none due by ${day}${nextDue === null ? '' : `; the next on ${nextDue}`}`,
  );
  return 0;
}

const backupForm = schema.object({
  rows: schema.integer(0),
  custody: schema.integer(0),
  access: schema.integer(0),
});

/** By the daemon where one runs: another process that reads the store would hold up its erasures. */
async function backUp(path: string, out: string, terminal: Terminal): Promise<number> {
  const folder = await openDataCenterFolder(path);
  const made = await writeOrAsk(folder, resolve(out));
  if (terminal.json) terminal.document({ file: out, ...made });
  terminal.line(
    `backup     ${out}: ${made.rows} rows; ledgers of ${made.custody} and ${made.access} entries`,
  );
  terminal.line(`keys       ${keysCopyOf(folder)} is needed with it, as it is on the day of restoring`);
  return 0;
}

async function writeOrAsk(folder: DataCenterFolder, out: string): Promise<BackupMade> {
  try {
    return backupForm.check(await askControl(folder.folder, 'backup', { out }));
  } catch (error) {
    if (!isVitrineError(error, 'control.not-running')) throw error;
  }
  using _ = acquireLease(folder.folder, 'datacenter');
  const store = await Store.open(await storeOf(folder), folder.center.id);
  try {
    return await writeBackup(store, folder.center.id, out);
  } finally {
    await store.close();
  }
}

interface RestoreOptions {
  readonly backup: string;
  readonly keys?: string | undefined;
}

async function restore(path: string, { backup, keys }: RestoreOptions, terminal: Terminal): Promise<number> {
  const folder = await openDataCenterFolder(path);
  using _ = acquireLease(folder.folder, 'datacenter');
  const options = await storeOf(folder);
  const target = 'file' in options ? await freshFile(options.file) : undefined;
  const store = await Store.open(target === undefined ? options : { file: target.partial }, folder.center.id);
  const restored = await restoreInto(store, folder, { backup, keys });
  await target?.finish();
  if (terminal.json) terminal.document({ ...restored });
  terminal.line(`restored   ${restored.records} records`);
  terminal.line(`left out   ${restored.gone} that were erased or expired since`);
  terminal.line(`lost       ${restored.lost} that came after the backup: their entries stand in the ledger`);
  terminal.line(`next: vitrine datacenter run ${path}`);
  return 0;
}

async function restoreInto(
  store: Store,
  folder: DataCenterFolder,
  { backup, keys }: RestoreOptions,
): Promise<Restored> {
  try {
    return await restoreBackup({
      store,
      center: folder.center.id,
      backup: resolve(backup),
      keys: keys === undefined ? keysCopyOf(folder) : resolve(keys),
      custody: await signedLedger(folder, 'custody'),
      access: await signedLedger(folder, 'access'),
      now: Math.floor(systemClock.now() / 1000),
    });
  } finally {
    await store.close();
  }
}

/** An embedded store is made beside its place, so that a restore that is cut short leaves none. */
async function freshFile(
  file: string,
): Promise<{ readonly partial: string; readonly finish: () => Promise<void> }> {
  const found = await lstat(file).catch((error: unknown) => {
    if (errnoOf(error) !== 'ENOENT') throw fileFault('look at', file, error);
  });
  if (found !== undefined)
    throw fail('datacenter.store', `${file} is there: a backup is restored where no store is`, { at: file });
  const partial = `${file}.partial`;
  for (const end of ['', '-wal', '-shm', '-journal']) await rm(partial + end, { force: true });
  return { partial, finish: () => rename(partial, file) };
}

function signedLedger(
  { folder, center }: DataCenterFolder,
  name: 'custody' | 'access',
): Promise<LogReader | undefined> {
  const key = readVkey(name === 'custody' ? center.ledger : center.access);
  return openSigned(join(folder, name), { origin: key.name, logKeys: [key] });
}

export function datacenterCommand(): Command {
  return noun('datacenter', 'a data center: keeps reports of its countries, ledgered and by consent alone', [
    command<RunOptions>({
      usage: 'run <folder>',
      summary: 'run the daemon: intake, ledgers, rights, sealing keys, retention',
      options: [
        option('--listen <address>', 'instead of the address in datacenter.toml'),
        whole('--every <seconds>', 'between two looks at residency, keys and roots', 1, 3_600).default(30),
        option('--signer <socket>', 'a running signer that holds keys/identity.key'),
      ],
      run: ({ args: [folder = ''], options, terminal }) => run(folder, options, terminal),
    }),
    command({
      usage: 'status <folder>',
      summary: 'what the running data center holds, knows and waits for',
      run: ({ args: [folder = ''], terminal }) => showStatus(folder, terminal),
    }),
    command({
      usage: 'retention <folder>',
      summary: 'delete now what is due, and prove that all that is gone was due and nothing due is kept',
      run: ({ args: [folder = ''], terminal }) => runRetention(folder, terminal),
    }),
    command<{ readonly out: string }>({
      usage: 'backup <folder>',
      summary: 'write a backup, which opens nothing without the one copy of the keys',
      options: [required('--out <file>', 'written whole or not at all')],
      run: ({ args: [folder = ''], options, terminal }) => backUp(folder, options.out, terminal),
    }),
    command<RestoreOptions>({
      usage: 'restore <folder>',
      summary: 'a new store from a backup and the current copy of the keys; what was erased stays erased',
      options: [
        required('--backup <file>', 'as "datacenter backup" wrote it'),
        option('--keys <file>', 'the copy of the keys; default: the one that datacenter.toml names'),
      ],
      run: ({ args: [folder = ''], options, terminal }) => restore(folder, options, terminal),
    }),
    command<{ readonly renew?: boolean }>({
      usage: 'sealing-key <folder>',
      summary: 'the keys that reports are sealed to: in use, announced, in their grace',
      options: [option('--renew', 'make one more now, for example because a secret may be known')],
      run: ({ args: [folder = ''], options, terminal }) =>
        showSealingKeys(folder, options.renew ?? false, terminal),
    }),
  ]);
}
