// A running data center behind real HTTP, and what its endpoints ask of it.

import { mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { listen, fakeClock, type FakeClock } from '@vitrine/host';
import {
  datacenterHandler,
  openDataCenter,
  type Auditors,
  type DataCenter,
  type DataCenterOptions,
  type RateLimits,
  type StoreOptions,
} from '@vitrine/datacenter';
import {
  initTestCenter,
  makeTestWorld,
  testCenterOptions,
  TestEndpoint,
  type TestCenter,
  type TestWorld,
} from '@vitrine/datacenter/testing';
import { temporaryDirectory } from '@vitrine/testkit';
import type { NewDatabase } from './databases.ts';

export const now = 1_795_000_000;

/** Zurich has all countries but two; Singapore has those. */
export const world: TestWorld = await makeTestWorld({ zurich: [], singapore: ['SG', 'JP'] }, now);

export function centerOf(id: string): TestCenter {
  const center = world.centers.find((one) => one.id === id);
  if (center === undefined) throw new Error(`no center ${id}`);
  return center;
}

export function endpoint(name: string, country = 'CH', center = 'zurich'): Promise<TestEndpoint> {
  return TestEndpoint.make(name, centerOf(center), world.residency, country);
}

export interface Running {
  readonly center: DataCenter;
  readonly url: string;
  readonly clock: FakeClock;
  readonly dir: string;
  readonly store: StoreOptions;
  /** What the data center itself failed at. */
  readonly trouble: readonly unknown[];
  post(path: string, body: Uint8Array): Promise<Response>;
  /** Takes a consent and throws unless it is in force. */
  consent(of: TestEndpoint): Promise<void>;
}

export interface RunningOptions {
  readonly id?: string;
  readonly auditors?: Auditors;
  readonly rate?: RateLimits;
  readonly change?: Partial<DataCenterOptions>;
  readonly bodyMs?: number;
  readonly readersEach?: number;
}

export async function startCenter(
  t: TestContext,
  database: NewDatabase,
  { id = 'zurich', auditors = new Map(), rate, change, bodyMs, readersEach }: RunningOptions = {},
): Promise<Running> {
  const dir = mkdtempSync(join(temporaryDirectory(t), `${id}-`));
  const test = centerOf(id);
  await initTestCenter(dir, test);
  const store = await database(t);
  const clock = fakeClock(now * 1000);
  const options = testCenterOptions(dir, test, world.residency, store);
  const center = await openDataCenter({ ...options, clock, intervalMs: 60_000, guardMs: 0, ...change });
  const trouble: unknown[] = [];
  const handler = datacenterHandler(center, {
    auditors,
    rate: rate ?? { perSecond: 1e6, burst: 1e6 },
    bodyMs,
    readersEach,
    onTrouble: (error) => trouble.push(error),
  });
  const server = await listen(handler, { port: 0, graceMs: 100 });
  t.after(async () => {
    await server.close();
    await center.close();
  });
  const post = (path: string, body: Uint8Array): Promise<Response> =>
    fetch(`${server.url}${path}`, { method: 'POST', body: new Uint8Array(body) });
  return {
    center,
    url: server.url,
    clock,
    dir,
    store,
    trouble,
    post,
    async consent(of) {
      const { message } = await of.consent('samples', Math.floor(clock.now() / 1000));
      const response = await post('/v1/consents', message);
      if (response.status !== 200) throw new Error(await response.text());
    },
  };
}
