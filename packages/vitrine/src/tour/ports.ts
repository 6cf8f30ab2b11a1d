// Addresses for the tour: the daemons are configured by files, so that their ports must be known before
// they run. Each part takes two neighbouring ones, below those that systems give out by themselves.

import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';
import { fail } from '../codes.ts';

const [least, most] = [20_000, 32_000];

/** The lower ports of `count` free pairs. They were free a moment ago; nobody holds them. */
export async function freePairs(count: number): Promise<readonly number[]> {
  const pairs = new Set<number>();
  for (let tries = 0; pairs.size < count; tries++) {
    if (tries > 1_000) throw fail('tour.step', `no free ports between ${least} and ${most}`);
    const port = randomInt(least / 2, most / 2) * 2;
    if ((await isFree(port)) && (await isFree(port + 1))) pairs.add(port);
  }
  return [...pairs];
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });
}
