// kill -9 of a data center under load, hundreds of times. It runs in a process of its own behind HTTP, and is
// killed at any moment, during its start too. Endpoints send, and send again what was not acknowledged. At
// the end: acknowledged = stored = in the ledger, each once; what was erased is nowhere but in its leaves.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { statementIdOf, toHex, leafHash, type Envelope } from '@vitrine/evidence';
import { datacenterHandler, openDataCenter } from '@vitrine/datacenter';
import {
  fileSeen,
  initTestCenter,
  makeTestWorld,
  testCenterOptions,
  TestEndpoint,
  type TestCenter,
  type TestWorld,
} from '@vitrine/datacenter/testing';
import { listen, sha256, startDaemon, type Daemon } from '@vitrine/host';
import { fsck } from '@vitrine/log';
import {
  openAnswer,
  parseConfirmation,
  readConfirmation,
  readPromise,
  requirePromised,
} from '@vitrine/reports';
import type { SoakOptions } from '../tools/bench-types.ts';

const endpoints = 6;
const perReport = 10;

export default async function ({ count = 500, log: say }: SoakOptions): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'vitrine-soak-'));
  try {
    const made = Math.floor(Date.now() / 1000);
    const world = await makeTestWorld({ zurich: [] }, made);
    const center = only(world);
    await initTestCenter(folder, center);
    const target: Target = { url: undefined, over: false };
    const clients = await Promise.all(
      Array.from(
        { length: endpoints },
        async (_, i) =>
          new Client(await TestEndpoint.make(`soak ${i}`, center, world.residency, 'CH'), target, i === 0),
      ),
    );
    const running = Promise.all(clients.map((client) => client.run()));
    for (let round = 0; round < count; round++) {
      await Promise.race([runAndKill(folder, made, target, round), running]);
      if ((round + 1) % 25 === 0) say(`${round + 1} of ${count} kills: ${summary(clients)}`);
    }
    // What is still on its way is answered by a last run.
    const last = await start(folder, made);
    target.url = last.line.split(' ')[1];
    target.over = true;
    await running;
    await last.stop();
    const leaves = await judge(folder, world, clients);
    const { problems } = await fsck(join(folder, 'custody'));
    if (problems.length > 0) throw new Error(`fsck: ${JSON.stringify(problems)}`);
    say(`${count} kills survived: ${summary(clients)}; ${leaves} leaves`);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

interface Target {
  /** Where the data center was last; it may be dead. */
  url: string | undefined;
  /** No new reports; what was begun is finished. */
  over: boolean;
}

/** One endpoint with its queue of one. */
class Client {
  readonly #endpoint: TestEndpoint;
  readonly #target: Target;
  readonly #erases: boolean;
  /** Promised leaves. Of an endpoint that erases: those since its last confirmed erasure. */
  readonly leaves = new Set<string>();
  readonly erased = new Set<string>();
  again = 0;

  constructor(endpoint: TestEndpoint, target: Target, erases: boolean) {
    this.#endpoint = endpoint;
    this.#target = target;
    this.#erases = erases;
  }

  get pseudonym(): string {
    return this.#endpoint.subject.pseudonym;
  }

  async run(): Promise<void> {
    const consent = await this.#endpoint.consent('reports', now());
    await this.#send('/v1/consents', consent.message, [200]);
    for (let sent = 1; !this.#target.over; sent++) {
      await this.#report(sent);
      if (this.#erases && sent % 5 === 0) await this.#erase();
    }
  }

  async #report(sent: number): Promise<void> {
    const files = Array.from({ length: perReport }, (_, i) => fileSeen(`${sent}-${i}`, now()));
    const report = this.#endpoint.report(files, now());
    const answer = await this.#send('/v1/reports', await this.#endpoint.seal(report), [201, 409]);
    const body = (await answer.json()) as Envelope & { promise?: Envelope };
    if (answer.status === 409) {
      this.again++;
      if (body.promise === undefined)
        throw new Error('a report that nobody erased was taken without a promise');
    }
    const promise = await readPromise(body.promise ?? body, this.#endpoint.center.custody.key);
    requirePromised(promise, report, now());
    for (const { leaf } of promise.records) this.leaves.add(leaf);
  }

  async #erase(): Promise<void> {
    const { envelope, message } = await this.#endpoint.request('erase', now());
    const answer = await this.#send('/v1/requests', message, [200]);
    const sealed = new Uint8Array(await answer.arrayBuffer());
    const { subject, center } = this.#endpoint;
    const body = await openAnswer(sealed, subject.opening, statementIdOf(envelope));
    const { confirmation } = await readConfirmation(parseConfirmation(body), {
      ledger: { name: center.custody.key.name, spki: center.custody.signer.publicKey },
      request: envelope,
    });
    if (confirmation.records !== this.leaves.size)
      throw new Error(`${confirmation.records} records were erased, ${this.leaves.size} were promised`);
    for (const leaf of this.leaves) this.erased.add(leaf);
    this.leaves.clear();
  }

  /** Until it is answered, the same bytes; as an endpoint with its queue on disk would. */
  async #send(path: string, message: Uint8Array, wanted: readonly number[]): Promise<Response> {
    for (;;) {
      try {
        const response = await fetch(`${this.#target.url}${path}`, {
          method: 'POST',
          body: new Uint8Array(message),
          signal: AbortSignal.timeout(20_000),
        });
        // The body, too: a connection may be cut within it.
        const body = await response.arrayBuffer();
        if (wanted.includes(response.status)) return new Response(body, { status: response.status });
        if (response.status !== 503)
          throw new Refused(`${path}: ${response.status} ${Buffer.from(body).toString()}`);
      } catch (error) {
        if (error instanceof Refused) throw error;
      }
      await delay(20);
    }
  }
}

class Refused extends Error {}

function now(): number {
  return Math.floor(Date.now() / 1000);
}

function only({ centers: [center] }: TestWorld): TestCenter {
  if (center === undefined) throw new Error('no center');
  return center;
}

function summary(clients: readonly Client[]): string {
  const sum = (of: (client: Client) => number): number => clients.reduce((total, one) => total + of(one), 0);
  return `${sum(({ leaves, erased }) => leaves.size + erased.size)} records promised, ${sum(({ erased }) => erased.size)} erased, ${sum(({ again }) => again)} reports acknowledged after a cut`;
}

async function start(folder: string, made: number): Promise<Daemon> {
  return startDaemon(process.execPath, [import.meta.filename, folder, String(made)], {
    env: { PATH: process.env['PATH'] ?? '', NODE_COMPILE_CACHE: join(tmpdir(), 'vitrine-soak-compiled') },
    ready: /^ready /,
    timeoutMs: 60_000,
  });
}

/** Every third round is killed at any moment of its start, the others while they take reports. */
async function runAndKill(folder: string, made: number, target: Target, round: number): Promise<void> {
  if (round % 3 === 2) return killStarting(folder, made);
  const daemon = await start(folder, made);
  target.url = daemon.line.split(' ')[1];
  await delay(Math.random() * 400);
  const { signal, code } = await daemon.kill9();
  if (signal !== 'SIGKILL')
    throw new Error(`round ${round}: the data center ended by itself with ${code ?? signal}`);
}

async function killStarting(folder: string, made: number): Promise<void> {
  const child = spawn(process.execPath, [import.meta.filename, folder, String(made)], { stdio: 'ignore' });
  const exited = once(child, 'exit') as Promise<[number | null, string | null]>;
  await delay(Math.random() * 1_500);
  child.kill('SIGKILL');
  const [code, signal] = await exited;
  if (signal !== 'SIGKILL') throw new Error(`the data center ended in its start with ${code ?? signal}`);
}

async function judge(folder: string, world: TestWorld, clients: readonly Client[]): Promise<number> {
  const center = await openDataCenter(testCenterOptions(folder, only(world), world.residency));
  try {
    const head = await center.custody.log.publishNow();
    const entries = await center.custody.entries(0, head.size);
    const places = new Map<string, number>();
    for (const [index, entry] of entries.entries()) {
      const leaf = toHex(leafHash(entry, sha256));
      if (places.has(leaf)) throw new Error(`leaf ${index} is in the ledger twice`);
      places.set(leaf, index);
    }
    const stored = await center.store.read('judge', (db) =>
      db
        .selectFrom('record')
        .innerJoin('report', 'report.first', 'record.report')
        .select(['record.idx', 'report.subject'])
        .execute(),
    );
    const owners = new Map(stored.map(({ idx, subject }) => [idx, subject]));
    let promised = 0;
    for (const { leaves, erased, pseudonym } of clients) {
      for (const leaf of leaves) {
        const index = places.get(leaf);
        if (index === undefined) throw new Error(`${leaf} was promised and is not in the ledger`);
        if (owners.get(index) !== pseudonym) throw new Error(`${leaf} was promised and is not stored`);
        promised++;
      }
      for (const leaf of erased) {
        const index = places.get(leaf);
        if (index === undefined) throw new Error(`${leaf} was erased, and its leaf, too`);
        if (owners.has(index)) throw new Error(`${leaf} was erased and is stored`);
      }
    }
    // Every client finished what it had begun, so nothing is there that nobody knows of.
    if (stored.length !== promised)
      throw new Error(`${stored.length} records are stored, ${promised} were promised`);
    if (promised === 0) throw new Error('nothing was ever acknowledged');
    return head.size;
  } finally {
    await center.close();
  }
}

/** The process that is killed. */
async function serve(folder: string, made: number): Promise<void> {
  const world = await makeTestWorld({ zurich: [] }, made);
  const options = testCenterOptions(folder, only(world), world.residency);
  const center = await openDataCenter({ ...options, intervalMs: 10 });
  const handler = datacenterHandler(center, { auditors: new Map(), rate: { perSecond: 1e6, burst: 1e6 } });
  const server = await listen(handler, { port: 0 });
  process.on('SIGTERM', () => {
    void server.close().then(() => center.close());
  });
  process.stdout.write(`ready ${server.url}\n`);
}

if (import.meta.main) {
  const [folder = '', made = ''] = process.argv.slice(2);
  await serve(folder, Number(made));
}
