// kill -9 under load, hundreds of times. The log runs in a process of its own, with two witnesses that
// live on; it is killed at any moment, during its start too. At the end every acknowledged entry must
// be in the log once and in its place, and every checkpoint ever shown must be of the one tree.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, readFileSync, statSync, writeSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import {
  formatVkey,
  fromBase64,
  fromUtf8,
  noteSigner,
  noteTypes,
  parseVkey,
  toBase64,
  utf8,
  equal,
} from '@vitrine/evidence';
import { listen } from '@vitrine/host';
import { fsck, initLog, openLog, openLogWriter, type WitnessEndpoint } from '@vitrine/log';
import { initWitness, openWitness, witnessHandler } from '@vitrine/log/witness';
import { testSigner } from '@vitrine/testkit';
import type { SoakOptions } from '../tools/bench-types.ts';

const origin = 'log.example/soak';
const signers = [noteSigner(origin, noteTypes.log, testSigner('soak log'))];
const keys = signers.map(({ key }) => key);

export default async function ({ count = 500, log: say }: SoakOptions): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'vitrine-soak-'));
  try {
    const dir = join(folder, 'log');
    await initLog(dir, { origin, vkeys: keys.map(formatVkey), mode: 'raw' });
    await using witnesses = await startWitnesses(folder);
    const record = new Record();
    for (let round = 0; round < count; round++) {
      await runAndKill(dir, witnesses.endpoints, round, record);
      if ((round + 1) % 25 === 0)
        say(
          `${round + 1} of ${count} kills: ${record.acknowledged.size} entries acknowledged, ${record.shown.size} checkpoints shown`,
        );
    }
    if (record.acknowledged.size === 0) throw new Error('nothing was ever acknowledged');
    const entries = await judge(dir, witnesses.endpoints, record);
    say(
      `${count} kills survived: ${entries} entries, of them ${record.acknowledged.size} acknowledged; ${record.shown.size} checkpoints agree`,
    );
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** What the outside world was told. */
class Record {
  readonly acknowledged = new Map<number, string>();
  /** Root by size. */
  readonly shown = new Map<number, string>();

  take(line: string): void {
    const [word, number, text = ''] = line.split(' ', 3);
    const known = word === 'ack' ? this.acknowledged : word === 'shown' ? this.shown : undefined;
    if (known === undefined) throw new Error(`the log said ${JSON.stringify(line)}`);
    const before = known.get(Number(number));
    if (before !== undefined && before !== text)
      throw new Error(`${word} ${number} was ${before} and is ${text}`);
    known.set(Number(number), text);
  }
}

/** Every other round is killed at any moment of its start, the others while they take entries. */
async function runAndKill(
  dir: string,
  witnesses: readonly WitnessEndpoint[],
  round: number,
  record: Record,
): Promise<void> {
  const plain = witnesses.map(({ url, key, operator }) => ({ url, vkey: formatVkey(key), operator }));
  // Into a file: what a killed process has written there stays, and writing never waits for a reader.
  const said = `${dir}.said`;
  const output = openSync(said, 'w');
  const child = spawn(process.execPath, [import.meta.filename, dir, JSON.stringify(plain), String(round)], {
    stdio: ['ignore', output, 'inherit'],
  });
  closeSync(output);
  const exited = once(child, 'exit') as Promise<[number | null, string | null]>;
  if (round % 2 === 0) await delay(Math.random() * 500);
  else {
    while (statSync(said).size === 0 && child.exitCode === null) await delay(5);
    await delay(Math.random() * 300);
  }
  child.kill('SIGKILL');
  const [code, signal] = await exited;
  if (signal !== 'SIGKILL') throw new Error(`round ${round}: the log ended by itself with ${code ?? signal}`);
  const lines = readFileSync(said, 'utf8').split('\n');
  for (const line of lines.slice(0, -1)) record.take(line); // The last one may be cut.
}

async function judge(
  dir: string,
  witnesses: readonly WitnessEndpoint[],
  { acknowledged, shown }: Record,
): Promise<number> {
  const log = await openLogWriter({ dir, signers, witnesses });
  const head = await log.publishNow();
  await log.close();
  const reader = await openLog(dir, { origin, logKeys: keys });
  const places = new Map<string, number>();
  for await (const { index, entry } of reader.entries(0, head.size)) {
    const text = fromUtf8(entry);
    if (places.has(text)) throw new Error(`${text} is in the log twice`);
    places.set(text, index);
  }
  for (const [index, text] of acknowledged)
    if (places.get(text) !== index)
      throw new Error(`${text} was acknowledged as ${index} and is ${places.get(text)}`);
  for (const [size, root] of shown)
    if (!equal(await reader.root(size), fromBase64(root)))
      throw new Error(`the checkpoint of ${size} that was shown is of another tree`);
  const { problems } = await fsck(dir);
  if (problems.length > 0) throw new Error(`fsck: ${JSON.stringify(problems)}`);
  return head.size;
}

async function startWitnesses(
  folder: string,
): Promise<AsyncDisposable & { readonly endpoints: readonly WitnessEndpoint[] }> {
  const started = await Promise.all(
    ['a', 'b'].map(async (operator) => {
      const signer = noteSigner(
        `${operator}.example/witness`,
        noteTypes.cosignature,
        testSigner(`soak witness ${operator}`),
      );
      const dir = join(folder, `witness-${operator}`);
      await initWitness(dir, { vkeys: [formatVkey(signer.key)] });
      const witness = openWitness({
        dir,
        signers: [signer],
        logs: [{ origin, keys }],
        rate: { perSecond: 1_000, burst: 1_000 },
      });
      const server = await listen(witnessHandler(witness), { port: 0 });
      return { witness, server, endpoint: { url: server.url, key: signer.key, operator } };
    }),
  );
  return {
    endpoints: started.map(({ endpoint }) => endpoint),
    async [Symbol.asyncDispose]() {
      for (const { witness, server } of started) {
        await server.close();
        witness.close();
      }
    },
  };
}

/** The process that is killed: appends as fast as it can and says what it was told. */
async function load(dir: string, plain: string, round: string): Promise<void> {
  const witnesses = (JSON.parse(plain) as { url: string; vkey: string; operator: string }[]).map(
    ({ url, vkey, operator }) => ({ url, key: parseVkey(vkey), operator }),
  );
  const log = await openLogWriter({ dir, signers, witnesses, intervalMs: 10 });
  let next = 0;
  const worker = async (): Promise<never> => {
    for (;;) {
      const text = `${round}-${next++}`;
      const { index } = await log.append(utf8(text));
      writeSync(1, `ack ${index} ${text}\n`);
      await delay(1); // Half a million entries in the end are enough.
    }
  };
  const watch = async (): Promise<never> => {
    for (;;) {
      const head = log.published();
      if (head !== undefined) writeSync(1, `shown ${head.size} ${toBase64(head.root)}\n`);
      await delay(10);
    }
  };
  const stopped = log.stopped.then((error) => {
    throw new Error('the log stopped', { cause: error });
  });
  await Promise.race([stopped, watch(), ...Array.from({ length: 8 }, worker)]);
}

if (import.meta.main) {
  const [dir = '', witnesses = '', round = ''] = process.argv.slice(2);
  await load(dir, witnesses, round);
}
