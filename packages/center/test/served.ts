// A Center on a world, with its real pages, for a real browser.

import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { chromium, type Browser } from 'playwright-core';
import { buildWeb, openCenter, serveCenter, type Center } from '@vitrine/center';
import { temporaryDirectory } from '@vitrine/testkit';
import type { CenterWorld } from './world.ts';
import type { Ending } from './world/gate.ts';

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

export interface ServedWorld {
  readonly center: Center;
  readonly origin: string;
  readonly browser: Browser;
}

export async function serveWorld(t: Ending, world: CenterWorld): Promise<ServedWorld> {
  const port = await freePort();
  const origin = `http://localhost:${port}`;
  const center = await openCenter({
    folder: temporaryDirectory(t),
    origin,
    root: world.root,
    policyFile: world.policyBytes,
    policy: world.policy,
    log: world.log.url,
    repository: world.repository.url,
    supervisors: world.supervisors,
    sourceStore: world.sourceFolder,
    git: { sample: world.gitFolder },
    web: await buildWeb(),
  });
  t.after(() => center.close());
  const served = await serveCenter(center, '127.0.0.1', port);
  t.after(() => served.close());
  await center.look();
  const browser = await chromium.launch({
    executablePath: process.env['CHROMIUM'] ?? '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking'],
  });
  t.after(() => browser.close());
  return { center, origin, browser };
}
