// The intake of a data center: batches of 50 observations, 5 % of them the first of their subject's day. The
// generator seals and sends in a process of its own beside it, over HTTP, as endpoints do.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import {
  auditCustody,
  datacenterHandler,
  openDataCenter,
  type DataCenter,
  type StoreOptions,
} from '@vitrine/datacenter';
import {
  fileSeen,
  initTestCenter,
  makeTestWorld,
  postgresSkipReason,
  startPostgres,
  testCenterOptions,
  TestEndpoint,
  type TestCenter,
  type TestWorld,
} from '@vitrine/datacenter/testing';
import { listen } from '@vitrine/host';
import { openLog } from '@vitrine/log';
import pg from 'pg';
import type { Report } from '../tools/bench-types.ts';

export const perReport = 50;
/** Reports of one subject's day: the first is one in twenty. */
const perSubject = 20;
const reports = { full: 1_200, half: 400, postgres: 600 } as const;

export default async function (report: Report): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'vitrine-bench-'));
  try {
    await benchEmbedded(join(folder, 'sqlite'), report);
    await benchPostgres(join(folder, 'postgres'), report);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function benchEmbedded(dir: string, report: Report): Promise<void> {
  await using running = await serve(dir);
  const { center, url, made } = running;
  await load(url, made, { name: 'warm', count: 100, perSecond: 0 });
  const before = process.memoryUsage().rss;
  const cpu = process.cpuUsage();
  const full = await load(url, made, { name: 'full', count: reports.full, perSecond: 0 });
  const { user, system } = process.cpuUsage(cpu);
  const rate = (reports.full * perReport) / full.seconds;
  report({
    name: 'embedded: stored, ledgered, promised',
    value: Math.round(rate),
    unit: 'observations/s',
    goal: 10_000,
    better: 'higher',
  });
  // On a busy machine this number stays, and the one above does not.
  report({
    name: 'embedded: for each second of processor of the data center',
    value: Math.round((reports.full * perReport * 1e6) / (user + system)),
    unit: 'observations',
    goal: null,
    better: 'higher',
  });
  const half = await load(url, made, { name: 'half', count: reports.half, perSecond: rate / perReport / 2 });
  report({
    name: 'embedded: p99 of a report at half load',
    value: half.p99,
    unit: 'ms',
    goal: 250,
    better: 'lower',
  });

  await center.custody.log.publishNow();
  const size = center.custody.published()?.size ?? 0;
  const all = (100 + reports.full + reports.half) * perReport;
  report({
    name: 'proven by their deadline',
    value: (100 * size) / all,
    unit: '%',
    goal: 100,
    better: 'higher',
  });
  const grown = (process.memoryUsage().rss - before) / (1 << 20);
  report({
    name: 'memory gained over the run',
    value: Math.round(grown),
    unit: 'MiB',
    goal: null,
    better: 'lower',
  });

  const reader = await openLog(center.custody.log.dir, {
    origin: center.custody.origin,
    logKeys: [running.key],
  });
  const start = performance.now();
  const sums = await auditCustody(reader);
  const perSecond = sums.entries / ((performance.now() - start) / 1000);
  report({
    name: 'custody audit',
    value: Math.round(perSecond),
    unit: 'records/s',
    goal: 50_000,
    better: 'higher',
  });
}

/**
 * What PostgreSQL costs: the step that stores and ledgers, against its floor, the same rows by plain batched
 * inserts in transactions of the same size into tables like its own. The two take turns with nothing else.
 */
async function benchPostgres(dir: string, report: Report): Promise<void> {
  const reason = postgresSkipReason();
  if (reason !== false) {
    process.stderr.write(`bench custody: PostgreSQL is left out: ${reason}\n`);
    return;
  }
  const server = await startPostgres();
  try {
    const url = await server.database();
    await using running = await serve(dir, { url });
    await load(running.url, running.made, { name: 'warm', count: 100, perSecond: 0 });
    const { seconds } = await load(running.url, running.made, {
      name: 'full',
      count: reports.postgres,
      perSecond: 0,
    });
    const whole = (reports.postgres * perReport) / seconds;
    const shown = { unit: 'observations/s', goal: null, better: 'higher' } as const;
    report({ ...shown, name: 'PostgreSQL: stored, ledgered, promised', value: Math.round(whole) });

    const prepared = await prepare(running, reports.postgres);
    const { writer } = running.center.intake;
    const start = performance.now();
    await Promise.all(prepared.map((one) => writer.submit(() => Promise.resolve(one))));
    const stored = (prepared.length * perReport) / ((performance.now() - start) / 1000);
    const floor = await bareInsert(url);
    report({ ...shown, name: 'PostgreSQL: the step that stores', value: Math.round(stored) });
    report({ ...shown, name: 'PostgreSQL: bare insert of the same rows', value: Math.round(floor) });
    report({
      name: 'PostgreSQL: the step that stores, of the bare insert',
      value: Number((stored / floor).toFixed(2)),
      unit: '×',
      goal: 0.5,
      better: 'higher',
    });
  } finally {
    await server.stop();
  }
}

type Prepared = Awaited<ReturnType<Parameters<DataCenter['intake']['writer']['submit']>[0]>>;

/** Everything of the intake but its last step, whose input is kept. */
async function prepare({ center, made }: Serving, count: number): Promise<readonly Prepared[]> {
  const world = await makeTestWorld({ zurich: [] }, made);
  const subjects = await Promise.all(
    Array.from({ length: Math.ceil(count / perSubject) }, (_, i) =>
      TestEndpoint.make(`kept ${i}`, onlyOf(world), world.residency, 'CH'),
    ),
  );
  for (const subject of subjects)
    await center.intake.takeConsent((await subject.consent('reports', made)).message);
  const { writer } = center.intake;
  const submit = writer.submit.bind(writer);
  const kept: Prepared[] = [];
  writer.submit = async (make) => {
    kept.push(await make());
    return 'replay';
  };
  for (let i = 0; i < count; i++) {
    const subject = subjects[i % subjects.length] as TestEndpoint;
    const files = Array.from({ length: perReport }, (_, n) => fileSeen(`${i} ${n}`, made));
    await center.intake.take(await subject.seal(subject.report(files, made)));
  }
  writer.submit = submit;
  return kept;
}

/** Records a second, in transactions as large as those of the intake. */
async function bareInsert(url: string): Promise<number> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const tables = ['day_key', 'custody_leaf', 'report', 'record'] as const;
    const rows = new Map<string, readonly Record<string, unknown>[]>();
    for (const table of tables) {
      await client.query(`CREATE TABLE bare_${table} (LIKE ${table} INCLUDING ALL)`);
      rows.set(table, (await client.query(`SELECT * FROM ${table}`)).rows as Record<string, unknown>[]);
    }
    const records = rows.get('record')?.length ?? 0;
    const batches = Math.ceil(records / 2_000);
    const start = performance.now();
    for (let batch = 0; batch < batches; batch++) {
      await client.query('BEGIN');
      for (const table of tables) {
        const all = rows.get(table) ?? [];
        const part = all.slice(
          Math.floor((batch * all.length) / batches),
          Math.floor(((batch + 1) * all.length) / batches),
        );
        await insertBare(client, `bare_${table}`, part);
      }
      await client.query('COMMIT');
    }
    return records / ((performance.now() - start) / 1000);
  } finally {
    await client.end();
  }
}

async function insertBare(
  client: pg.Client,
  table: string,
  rows: readonly Record<string, unknown>[],
): Promise<void> {
  for (let at = 0; at < rows.length; at += 256) {
    const part = rows.slice(at, at + 256);
    const columns = Object.keys(part[0] ?? {});
    const places = part.map(
      (_, row) => `(${columns.map((_name, i) => `$${row * columns.length + i + 1}`).join(',')})`,
    );
    const values = part.flatMap((row) => columns.map((column) => row[column]));
    await client.query(`INSERT INTO ${table} (${columns.join(',')}) VALUES ${places.join(',')}`, values);
  }
}

export interface Serving extends AsyncDisposable {
  readonly center: DataCenter;
  readonly url: string;
  readonly made: number;
  readonly key: Parameters<typeof openLog>[1]['logKeys'][number];
}

export async function serve(dir: string, store?: StoreOptions): Promise<Serving> {
  await mkdir(dir);
  const made = Math.floor(Date.now() / 1000);
  const world = await makeTestWorld({ zurich: [] }, made);
  const test = onlyOf(world);
  await initTestCenter(dir, test);
  const center = await openDataCenter(testCenterOptions(dir, test, world.residency, store));
  const unlimited = { perSecond: 1e9, burst: 1e9 };
  const server = await listen(datacenterHandler(center, { auditors: new Map(), rate: unlimited }), {
    port: 0,
  });
  return {
    center,
    url: server.url,
    made,
    key: test.custody.key,
    async [Symbol.asyncDispose]() {
      await server.close();
      await center.close();
    },
  };
}

function onlyOf({ centers: [center] }: TestWorld): TestCenter {
  if (center === undefined) throw new Error('no center');
  return center;
}

export interface Load {
  readonly name: string;
  readonly count: number;
  /** 0: as many as are taken. */
  readonly perSecond: number;
}

export interface Loaded {
  readonly seconds: number;
  readonly p99: number;
}

export async function load(url: string, made: number, wanted: Load): Promise<Loaded> {
  const child = spawn(process.execPath, [import.meta.filename, url, String(made), JSON.stringify(wanted)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const exited = once(child, 'exit');
  let last = '';
  for await (const line of createInterface(child.stdout)) last = line;
  const [code] = (await exited) as [number | null];
  if (code !== 0) throw new Error(`the generator ended with ${code}`);
  return JSON.parse(last) as Loaded;
}

/** The generator: consents first, then everything else within the measured time, sealing too. */
async function generate(url: string, made: number, { name, count, perSecond }: Load): Promise<Loaded> {
  const world = await makeTestWorld({ zurich: [] }, made);
  const test = onlyOf(world);
  const subjects = await Promise.all(
    Array.from({ length: Math.ceil(count / perSubject) }, (_, i) =>
      TestEndpoint.make(`${name} ${i}`, test, world.residency, 'CH'),
    ),
  );
  const post = async (path: string, body: Uint8Array, wanted: number): Promise<void> => {
    const response = await fetch(`${url}${path}`, { method: 'POST', body: new Uint8Array(body) });
    const text = await response.text();
    if (response.status !== wanted) throw new Error(`${path}: ${response.status} ${text}`);
  };
  for (const subject of subjects)
    await post('/v1/consents', (await subject.consent('reports', made)).message, 200);

  const latencies: number[] = [];
  let next = 0;
  const start = performance.now();
  const worker = async (): Promise<void> => {
    while (next < count) {
      const i = next++;
      if (perSecond > 0) await delay(Math.max(0, start + (i * 1000) / perSecond - performance.now()));
      const subject = subjects[i % subjects.length] as TestEndpoint;
      const files = Array.from({ length: perReport }, (_, n) => fileSeen(`${i} ${n}`, made));
      const message = await subject.seal(subject.report(files, made));
      const sent = performance.now();
      await post('/v1/reports', message, 201);
      latencies.push(performance.now() - sent);
    }
  };
  await Promise.all(Array.from({ length: 32 }, worker));
  const seconds = (performance.now() - start) / 1000;
  const p99 = latencies.toSorted((a, b) => a - b)[Math.floor(latencies.length * 0.99)] ?? Number.NaN;
  return { seconds, p99: Math.round(p99) };
}

if (import.meta.main) {
  const [url = '', made = '', wanted = ''] = process.argv.slice(2);
  process.stdout.write(`${JSON.stringify(await generate(url, Number(made), JSON.parse(wanted) as Load))}\n`);
}
