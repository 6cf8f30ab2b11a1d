// The pages about source on the world of the Center's tests, for readers that the test chooses.

import { OpenAPIHono } from '@hono/zod-openapi';
import type { Ending } from './world/gate.ts';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { listen, respond } from '@vitrine/host';
import type { CenterEnv, PathFilter, Reader, SourceRead } from '../src/context.ts';
import { openFollowing } from '../src/follow/index.ts';
import { Blobs } from '../src/repository/blobs.ts';
import { addSource, openSource, treesOf } from '../src/source/index.ts';
import { errorBody, routeOf } from '../src/twin.ts';
import { makeCenterWorld, type CenterWorld } from './world.ts';

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
}

export interface SourceWorld {
  readonly world: CenterWorld;
  readonly reported: readonly string[];
  readonly reads: (SourceRead & { readonly account: string | undefined })[];
  /** Asks as this reader; undefined is nobody. */
  get(address: string, as?: string): Promise<Answer>;
  /** The answer of a twin, whatever its status. */
  json<T>(address: string, as?: string): Promise<T>;
  bytes(address: string, as?: string): Promise<Uint8Array>;
  look(): Promise<void>;
}

/** Readers by account: `reader` reads everything, `part` only `src/` but not `src/secret/`, `overview` no file. */
const filters: Readonly<Record<string, PathFilter>> = {
  reader: { tier: 'everything', allows: () => true },
  part: { tier: 'critical', allows: (path) => path.startsWith('src/') && !path.startsWith('src/secret/') },
  overview: { tier: 'overview', allows: () => false },
};
const closed: PathFilter = { tier: 'none', allows: () => false };

type WorldOptions = Parameters<typeof makeCenterWorld>[1] & {
  readonly git?: boolean;
  readonly historyMs?: number;
};

export async function makeSourceWorld(t: Ending, options: WorldOptions = {}): Promise<SourceWorld> {
  const world = await makeCenterWorld(t, { trouble: true, ...options });
  const folder = join(world.folder, 'center');
  mkdirSync(folder);
  const following = await openFollowing({
    folder,
    policy: world.policy,
    log: world.log.url,
    supervisors: [],
    clock: world.clock,
  });
  await following.look();
  const { log } = following;
  const reads: SourceWorld['reads'] = [];
  const reported: string[] = [];
  const origin = 'http://127.0.0.1:1';
  const centerOptions = {
    folder,
    origin,
    root: world.root,
    policyFile: world.policyBytes,
    policy: world.policy,
    log: world.log.url,
    repository: await underAPath(t, world.repository.url),
    supervisors: [],
    sourceStore: world.sourceFolder,
    git: options.git === false ? {} : { sample: world.gitFolder },
    web: '',
    report: (line: string) => void reported.push(line),
  };
  const context = {
    options: centerOptions,
    clock: world.clock,
    access: {
      filter: ({ account }: Reader) => filters[account ?? ''] ?? closed,
      record: ({ account }: Reader, read: SourceRead | readonly SourceRead[]) =>
        void reads.push(...[read].flat().map((one) => ({ ...one, account }))),
    },
    trees: treesOf(centerOptions, log, new Blobs(centerOptions.repository)),
  };
  const area = openSource(context, options.historyMs);
  t.after(() => {
    void area.close();
    void following.close();
  });
  const app = new OpenAPIHono<CenterEnv>({ getPath: (request) => routeOf(new URL(request.url).pathname) });
  app.use(async (c, next) => {
    const account = c.req.header('x-reader');
    const reader: Reader = { account, name: account, groups: [] };
    c.set('reader', reader);
    await next();
  });
  app.onError((error, c) => c.json(errorBody(error), 500));
  addSource(app, area);

  const request = (address: string, as?: string): Promise<Response> =>
    Promise.resolve(app.request(address, as === undefined ? {} : { headers: { 'x-reader': as } }));
  return {
    world,
    reported,
    reads,
    look: () => following.look(),
    async get(address, as) {
      const response = await request(address, as);
      const text = await response.text();
      const { status, headers } = response;
      return { status, headers, text };
    },
    json: async <T>(address: string, as?: string) => (await (await request(address, as)).json()) as T,
    bytes: async (address, as) => new Uint8Array(await (await request(address, as)).arrayBuffer()),
  };
}

/** The same repository at an address with a path and no slash at its end. */
async function underAPath(t: Ending, url: string): Promise<string> {
  const server = await listen(
    async (request, response) => {
      const [, path] = /^\/vendor(\/.*)$/.exec(request.url ?? '') ?? [];
      if (path === undefined) return false;
      const answer = await fetch(new URL(path, url));
      return respond(response, answer.status, Buffer.from(await answer.arrayBuffer()));
    },
    { port: 0, graceMs: 50 },
  );
  t.after(() => server.close());
  return `${server.url}/vendor`;
}
