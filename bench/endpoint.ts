// npm run bench endpoint: what an update costs an endpoint: requests and bytes with nothing new, and the full
// verification of a release by the built agent as a process, against a bare Node.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { defaultLimits, enrol, update, type Agent } from '@vitrine/endpoint';
import { utf8 } from '@vitrine/evidence';
import { listen, serveStatic, sha256, systemClock, verifySignatureHere } from '@vitrine/host';
import { makeWorld, openVendor, repositoryRoot, type Vendor } from '@vitrine/testkit';
import type { Benchmark, Report } from '../tools/bench-types.ts';

const rounds = 15;

interface Traffic {
  requests: number;
  bytes: number;
}

const endpoint: Benchmark = async (report) => {
  const folder = await mkdtemp(join(tmpdir(), 'vitrine-bench-'));
  const traffic: Traffic = { requests: 0, bytes: 0 };
  const now = (): number => Math.floor(Date.now() / 1000);
  const vendor = await openVendor(join(folder, 'public'), await makeWorld(), now);
  const files = serveStatic(vendor.folder);
  const server = await listen(
    (request, response) => {
      traffic.requests++;
      const { socket } = request;
      const before = socket.bytesWritten;
      response.on('close', () => (traffic.bytes += socket.bytesWritten - before));
      return files(request, response);
    },
    { port: 0 },
  );
  try {
    const agent = await enrolled(folder, vendor, server.url);
    await offer(vendor, 1);
    await run(agent);
    await nothingNew(agent, traffic, report);
    await offer(vendor, 2);
    await asProcess(folder, agent.folder, server.url, report);
  } finally {
    await server.close();
    await rm(folder, { recursive: true, force: true });
  }
};

export default endpoint;

async function enrolled(folder: string, { world }: Vendor, url: string): Promise<Agent> {
  const agent: Agent = {
    folder: join(folder, 'endpoint'),
    clock: systemClock,
    platform: { sha256, verifySignature: verifySignatureHere },
    limits: defaultLimits,
    runner: { selfTest: () => Promise.resolve() },
  };
  const enrolment = {
    repositories: [url],
    log: `${url}/log`,
    product: 'agent',
    channel: 'stable',
    platform: 'any',
    output: 'agent.mjs',
  };
  await enrol(agent, enrolment, { root: world.root, policy: world.policyBytes });
  return agent;
}

async function offer(vendor: Vendor, sequence: number): Promise<void> {
  await vendor.stage({ bytes: utf8(`version ${sequence}`), version: `0.${sequence}.0`, sequence });
  await vendor.publish();
}

async function run(agent: Agent): Promise<void> {
  const ran = await update(agent);
  if ('refused' in ran) throw new Error(`${ran.refused.code}: ${ran.refused.message}`);
}

async function nothingNew(agent: Agent, traffic: Traffic, report: Report): Promise<void> {
  Object.assign(traffic, { requests: 0, bytes: 0 });
  await run(agent);
  report({
    name: 'requests with nothing new',
    value: traffic.requests,
    unit: '',
    goal: 4,
    better: 'lower',
  });
  report({ name: 'bytes with nothing new', value: traffic.bytes, unit: 'B', goal: 20_000, better: 'lower' });
  const times: number[] = [];
  for (let i = 0; i < rounds; i++) {
    const start = performance.now();
    await run(agent);
    times.push(performance.now() - start);
  }
  report({
    name: 'update with nothing new, in process',
    value: median(times),
    unit: 'ms',
    goal: null,
    better: 'lower',
  });
}

/** What the agent fetches for a new release; the files differ, their number does not. */
const bareFetching = `
for (let i = 0; i < 9; i++) await (await fetch(process.argv[2] + '/metadata/timestamp.json')).arrayBuffer();
`;

/** Floors and agent in turn, so that what else the machine does hits all alike. */
async function asProcess(folder: string, endpointFolder: string, url: string, report: Report): Promise<void> {
  const out = join(folder, 'out');
  await runTime([join(repositoryRoot, 'products/agent/build.mjs')], { OUT: out });
  const script = join(out, 'agent.mjs');
  const bare = join(folder, 'bare.mjs');
  const fetching = join(folder, 'fetching.mjs');
  await writeFile(bare, '');
  await writeFile(fetching, bareFetching);
  const programs = {
    bare: [bare],
    fetching: [fetching, url],
    selfTest: [script, 'self-test'],
    check: [script, 'update', '--check', '--folder', endpointFolder],
  };
  const times = new Map<string, number[]>();
  for (let round = -2; round < rounds; round++) {
    for (const [name, args] of Object.entries(programs)) {
      const ms = await runTime(args, {});
      if (round >= 0) times.set(name, [...(times.get(name) ?? []), ms]);
    }
  }
  const took = (name: keyof typeof programs): number => median(times.get(name) ?? []);
  const row = (name: string, value: number, goal: number | null): void => {
    report({ name, value, unit: 'ms', goal, better: 'lower' });
  };
  row('bare Node', took('bare'), null);
  row('Node that fetches nine files', took('fetching'), null);
  row('three verdicts offline (self-test), beyond bare Node', took('selfTest') - took('bare'), 100);
  row('refresh and verdict (update --check), beyond bare Node', took('check') - took('bare'), null);
  row('the same, beyond the fetching', took('check') - took('fetching'), 100);
}

/** Not synchronous: this process serves what the child asks for. */
async function runTime(args: readonly string[], env: Readonly<Record<string, string>>): Promise<number> {
  const start = performance.now();
  const child = spawn(process.execPath, args, { env, stdio: ['ignore', 'ignore', 'inherit'] });
  const [code] = (await once(child, 'exit')) as [number | null];
  if (code !== 0) throw new Error(`${args.join(' ')} ended with ${String(code)}`);
  return performance.now() - start;
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] ?? Number.NaN;
}
