// A Center on a world, with its real pages, for a real browser.

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { buildWeb, openCenter, serveCenter, type Center, type CenterOptions } from '@vitrine/center';
import { freePort, temporaryDirectory } from '@vitrine/testkit';
import { launchChromium } from '@vitrine/testkit/browser';
import type { CenterWorld } from './world.ts';
import type { Ending } from './world/gate.ts';

export interface ServedWorld {
  readonly center: Center;
  readonly origin: string;
  /** The Center's own. */
  readonly folder: string;
  readonly browser: Browser;
}

export interface ServeOptions extends Partial<Omit<CenterOptions, 'folder' | 'origin' | 'web'>> {
  /** access.toml; default: none, and all source is closed. */
  readonly table?: string;
}

export async function serveWorld(
  t: Ending,
  world: CenterWorld,
  { table, ...change }: ServeOptions = {},
): Promise<ServedWorld> {
  const folder = temporaryDirectory(t);
  if (table !== undefined) writeFileSync(join(folder, 'access.toml'), table);
  const port = await freePort();
  const origin = `http://localhost:${port}`;
  const center = await openCenter({
    root: world.root,
    policyFile: world.policyBytes,
    policy: world.policy,
    log: world.log.url,
    repository: world.repository.url,
    supervisors: world.supervisors,
    sourceStore: world.sourceFolder,
    git: { sample: world.gitFolder },
    ...change,
    folder,
    origin,
    web: await buildWeb(),
  });
  t.after(() => center.close());
  const served = await serveCenter(center, '127.0.0.1', port);
  t.after(() => served.close());
  await center.look();
  const browser = await launchChromium();
  t.after(() => browser.close());
  return { center, origin, folder, browser };
}
