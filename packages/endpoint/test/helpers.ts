// A vendor over HTTP and an endpoint that follows it. The wire can be altered: what the server says instead of
// a file is what an attacker between the two, or the vendor itself, would say.

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { join } from 'node:path';
import {
  enrol,
  update,
  type Agent,
  type Limits,
  type Ran,
  type Runner,
  type Updated,
} from '@vitrine/endpoint';
import { utf8 } from '@vitrine/evidence';
import { fakeClock, hashFile, listen, respond, serveStatic, type FakeClock } from '@vitrine/host';
import {
  makeWorld,
  nodePlatform,
  openVendor,
  temporaryDirectory,
  worldTime,
  type Ending,
  type Vendor,
  type WorldOptions,
} from '@vitrine/testkit';

/** Instead of the file: other bytes, a status, or an answer of its own. */
export type Wire = (
  path: string,
  request: IncomingMessage,
  response: ServerResponse,
) => Uint8Array | number | 'answered' | undefined | Promise<Uint8Array | number | 'answered' | undefined>;

export interface Server {
  readonly url: string;
  /** What was asked for: path and headers, in order. */
  readonly requests: { readonly path: string; readonly headers: IncomingMessage['headers'] }[];
  /** Bytes that were sent, with headers. */
  sent: number;
  wire: Wire | undefined;
}

export async function serve(t: Ending, folder: string): Promise<Server> {
  const files = serveStatic(folder);
  const server: Server = { url: '', requests: [], sent: 0, wire: undefined };
  const listener = await listen(
    async (request, response) => {
      const path = (request.url ?? '').slice(1);
      server.requests.push({ path, headers: request.headers });
      const { socket } = request;
      const before = socket.bytesWritten;
      response.on('close', () => (server.sent += socket.bytesWritten - before));
      const instead = await server.wire?.(path, request, response);
      if (instead === 'answered') return true;
      if (typeof instead === 'number') respond(response, instead, 'no');
      else if (instead !== undefined) respond(response, 200, instead);
      else return files(request, response);
      return true;
    },
    { port: 0, graceMs: 100 },
  );
  t.after(() => {
    void listener.close();
  });
  return Object.assign(server, { url: listener.url });
}

export interface Stage {
  readonly vendor: Vendor;
  readonly server: Server;
  readonly clock: FakeClock;
  readonly agent: Agent;
  readonly folder: string;
  /** One run; the clock stands still. */
  readonly update: (options?: Parameters<typeof update>[1]) => Promise<Ran<Updated>>;
}

/** Starts nothing: says of itself what the file says. Real child processes have tests of their own. */
export const trustingRunner: Runner = {
  async selfTest(file, expected) {
    assert.equal((await hashFile(file)).sha256, expected.sha256, 'the bytes that are in place');
  },
};

export const quick: Limits = { requestMs: 5_000, stallMs: 5_000, leastBytesPerSecond: 1, graceMs: 5_000 };

/** A version of the product: a script that answers `self-test`. */
export function product(version: string, more = ''): Uint8Array {
  return utf8(`import { hash } from 'node:crypto';
import { readFileSync } from 'node:fs';
${more}
const sha256 = hash('sha256', readFileSync(import.meta.filename), 'hex');
process.stdout.write(JSON.stringify({ product: 'agent', version: '${version}', sha256 }) + '\\n');
`);
}

export async function stageOf(t: Ending, options: WorldOptions = {}): Promise<Stage> {
  const folder = join(temporaryDirectory(t), 'endpoint');
  const vendor = await openVendor(temporaryDirectory(t), await makeWorld(options));
  const server = await serve(t, vendor.folder);
  const clock = fakeClock((worldTime + 60) * 1000);
  const agent: Agent = { folder, clock, platform: nodePlatform, limits: quick, runner: trustingRunner };
  await enrol(
    agent,
    {
      repositories: [server.url],
      log: `${server.url}/log`,
      product: 'agent',
      channel: 'stable',
      platform: 'any',
      output: 'agent.mjs',
    },
    { root: vendor.world.root, policy: vendor.world.policyBytes },
  );
  return { vendor, server, clock, agent, folder, update: (asked) => update(agent, asked) };
}

/** An endpoint that runs version 0.1.0, sequence 1. */
export async function installed(t: Ending, options: WorldOptions = {}): Promise<Stage> {
  const stage = await stageOf(t, options);
  await stage.vendor.stage({ bytes: product('0.1.0'), version: '0.1.0', sequence: 1 });
  await stage.vendor.publish({ time: worldTime });
  const { result } = done(await stage.update());
  assert.equal(result, 'installed');
  return stage;
}

export function done<T>(ran: Ran<T>): T {
  if ('done' in ran) return ran.done;
  throw ran.error;
}

export function refused<T>(ran: Ran<T>): string {
  assert.ok('refused' in ran, 'it was not refused');
  return `${ran.refused.code} at ${ran.refused.step}, exit ${ran.exit}`;
}

export function memoryFile(folder: string): Promise<string> {
  return readFile(join(folder, 'state.json'), 'utf8');
}
