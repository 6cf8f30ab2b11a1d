import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';

/** Below those that systems give out by themselves, so that no connection of a neighbour takes one meanwhile. */
const [least, most] = [10_000, 20_000];

/** A port on loopback that was free a moment ago: for servers that must know their address before they run. */
export async function freePort(): Promise<number> {
  for (let tries = 0; tries < 1_000; tries++) {
    const port = randomInt(least, most);
    if (await isFree(port)) return port;
  }
  throw new Error(`no free port between ${least} and ${most}`);
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });
}
