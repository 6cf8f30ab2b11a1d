// A data center as a process of its own, with a repository that serves sharing.json.

import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { fileURLToPath } from 'node:url';
import { parseEnvelope, sealingKey, statementOf, type SealingKey } from '@vitrine/evidence';
import { listen, respond, run, startDaemon, type Daemon, type RunResult } from '@vitrine/host';
import { TestEndpoint, type TestCenter } from '@vitrine/datacenter/testing';
import { buildResidency } from '@vitrine/reports';
import { eventually } from '@vitrine/testkit';
import { centerWorld, type CenterWorld } from './datacenter-world.ts';

const main = fileURLToPath(new URL('../src/start.mjs', import.meta.url));

export interface CenterProcess {
  readonly url: string;
  readonly daemon: Daemon;
}

export interface ProcessWorld extends CenterWorld {
  readonly log: string;
  start(): Promise<CenterProcess>;
  command(...args: readonly string[]): Promise<RunResult>;
  /** An endpoint that seals to the key that the process made. */
  endpoint(country: string): Promise<TestEndpoint>;
}

export async function processWorld(t: TestContext): Promise<ProcessWorld> {
  const world = await centerWorld(t);
  const { folder, center } = world;
  world.clock.set(Date.now()); // The process has the time of the machine, and its witnesses, too.
  const { policy } = await world.policy();
  const repository = await listen(
    async (request, response) => {
      if (request.url !== '/sharing.json') return false;
      respond(response, 200, await world.sharing());
      return true;
    },
    { port: 0, graceMs: 50 },
  );
  t.after(() => repository.close());
  const path = join(folder, 'datacenter.toml');
  const toml = readFileSync(path, 'utf8');
  writeFileSync(path, toml.replace(/^repository = .*$/m, `repository = "${repository.url}"`));
  const log = join(folder, '..', 'daemon.log');
  const env = { PATH: process.env['PATH'] ?? '', HOME: folder, NO_COLOR: '1' };
  return {
    ...world,
    log,
    start: async () => {
      const daemon = await startDaemon(
        process.execPath,
        [main, 'datacenter', 'run', folder, '--listen', '127.0.0.1:0', '--every', '1'],
        { env, ready: /serves at http/, timeoutMs: 60_000, logFile: log },
      );
      t.after(() => daemon.stop());
      return { daemon, url: /http:\/\/\S+/.exec(daemon.line)?.[0] ?? '' };
    },
    command: (...args) =>
      run(process.execPath, [main, ...args], { env, timeoutMs: 60_000, maxOutputBytes: 1 << 20 }),
    endpoint: async (country) => {
      // It is said once the intake opens with it.
      await eventually(() => /^sealing key /m.test(readFileSync(log, 'utf8')));
      const test = { id: center.id, key: keyIn(folder) } as unknown as TestCenter;
      return TestEndpoint.make(`endpoint of ${country}`, test, buildResidency(policy), country);
    },
  };
}

function keyIn(folder: string): SealingKey {
  const [name = ''] = readdirSync(join(folder, 'statements')).filter((one) =>
    /^sealing-key-\w+\.json$/.test(one),
  );
  const { envelope } = JSON.parse(readFileSync(join(folder, 'statements', name), 'utf8')) as {
    envelope: string;
  };
  return sealingKey.schema.check(statementOf(parseEnvelope(Buffer.from(envelope))).predicate);
}

export async function post(url: string, body: Uint8Array): Promise<Response> {
  return fetch(url, { method: 'POST', body: new Uint8Array(body) });
}
