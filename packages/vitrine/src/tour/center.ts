// The Transparency Center over everything that happened before: it reads what anyone may fetch and the
// source that the vendor opened, holds no key, and lets in whom its table names.

import { existsSync } from 'node:fs';
import { copyFile, readdir } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { join } from 'node:path';
import { readSource, signSource } from '@vitrine/conveyor';
import { fields, isVitrineError, parseJson, schema, utf8, type Json, type Schema } from '@vitrine/evidence';
import { fetchBytes, makeDurableDirectory, run, writeDurable } from '@vitrine/host';
import { fail } from '../codes.ts';
import { logAccess, openPolicyLog } from '../log-access.ts';
import { withSigners } from '../signer/start.ts';
import { products } from './cast.ts';
import { commander, flags, type Say } from './say.ts';
import type { Chain } from './chain.ts';
import { seeCustody } from './center-custody.ts';
import type { RunningCenter } from './datacenters.ts';
import { json } from './json.ts';
import { freePairs } from './ports.ts';
import { environment, Service } from './processes.ts';
import type { Stage } from './stage.ts';

export interface CenterOfTour {
  readonly origin: string;
  /** Lets one reviewer in, once. */
  readonly invitation: string;
  close(): Promise<void>;
}

const reviewers = 'reviewers';

/** Everybody sees that the source is there; the files are for reviewers. */
const table = [
  'table = 1',
  ...products.map(
    (name) => `[[products]]\nname = "${name}"\ncritical = ["packages/evidence/**", "packages/tuf/**"]`,
  ),
  ...products.map((product) => `[[grants]]\nwho = "anyone"\nproduct = "${product}"\ntier = "overview"`),
  ...products.map(
    (product) => `[[grants]]\nwho = "group:${reviewers}"\nproduct = "${product}"\ntier = "everything"`,
  ),
].join('\n\n');

/** `repository`: the git repository that the products were built from. */
export async function runCenter(
  stage: Stage,
  chain: Chain,
  repository: string,
  centers: readonly RunningCenter[],
): Promise<CenterOfTour> {
  const { cast } = chain;
  const say = commander(cast.folders.home);
  const folder = join(cast.folders.data, 'center');
  await stage.step(
    'earlier source',
    'what was built before is open to audit too, by its digest: releases can be compared',
    async () => [undefined, await openEarlierSource(chain, repository)],
  );
  const { origin, service } = await stage.step(
    'center',
    'reads what anyone can fetch, and holds no key: what it shows, browsers check again',
    async () => {
      const made = await startCenter(chain, repository, folder, say);
      const size = await readToTheEnd(chain, made.origin);
      return [made, `${made.origin}, all ${size} entries of the log read and judged`];
    },
  );
  try {
    if (centers.length > 0) {
      await stage.step(
        'data in the Center',
        'countries and centers, what was refused and why, who was let read what: the log, and what centers say of themselves',
        () => seeCustody(origin, centers),
      );
    }
    await stage.step(
      'closed source',
      'deny by default: no byte, no name and no count for whom no line names',
      () => seeNothing(origin),
    );
    const invitation = await stage.step(
      'invitation',
      'a link, good once: its reader makes a passkey and is asked for nothing else',
      async () => {
        const made = await say([
          'center',
          'invite',
          folder,
          ...flags({ name: 'A reviewer', group: reviewers }),
        ]);
        const { link } = invited.check(parseJson(utf8(made)));
        return [link, `for the group ${reviewers}, 7 days`];
      },
    );
    return { origin, invitation, close: () => service.stop() };
  } catch (error) {
    await service.stop();
    throw error;
  }
}

const invited = schema.object({ link: schema.text(/^http[!-~]+$/, 500, 'a link') }, {}, { open: true });

/** The vendor opens the source of an earlier commit, which it does not build here. */
async function openEarlierSource({ cast, stores, services }: Chain, repository: string): Promise<string> {
  const { vendor, policy, folders } = cast;
  const revision = await earlierCommit(repository, folders.home);
  if (revision === undefined)
    return 'this clone holds no earlier commit: there is one release to read, and none to compare it with';
  const log = await logAccess(services.urls.log, policy);
  const read = await readSource(repository, revision, stores.source);
  const key = { may: ['source'], option: 'keys/source.key', file: vendor.keyFile('source') } as const;
  const indices = await withSigners([key], undefined, async (signers) => {
    const envelopes = await Promise.all(
      products.map((name) => signSource(read, name, signers.for('source'))),
    );
    return Promise.all(envelopes.map(async (envelope) => (await log.append(envelope)).index));
  });
  return `commit ${revision.slice(0, 12)}, tree ${read.digest.slice(0, 12)}, entries ${indices.join(' and ')}`;
}

/** Far enough back that there is something to compare; undefined in a clone without a history. */
async function earlierCommit(repository: string, home: string): Promise<string | undefined> {
  for (const back of [20, 1]) {
    const { code, stdout } = await run(
      'git',
      ['-C', repository, 'rev-parse', '--verify', '--quiet', `HEAD~${back}`],
      {
        env: environment(home),
        timeoutMs: 10_000,
        maxOutputBytes: 1_000,
      },
    );
    if (code === 0) return stdout.trim();
  }
  return undefined;
}

async function startCenter(
  { cast, services }: Chain,
  repository: string,
  folder: string,
  say: Say,
): Promise<{ readonly origin: string; readonly service: Service }> {
  const { vendor, folders, rootFile, policyFile } = cast;
  const [port] = await freePairs(1);
  // Passkeys are bound to a name; addresses are none.
  const own = { origin: `http://localhost:${port}`, name: 'Vendor of the tour', listen: `127.0.0.1:${port}` };
  const read = {
    vendor: join(vendor.folder, 'public.json'),
    root: rootFile,
    policy: policyFile,
    source: join(vendor.store, 'source'),
  };
  await say([
    'init',
    'center',
    folder,
    ...flags({ ...own, ...read }),
    ...services.supervisors.flatMap(({ operator, url }) => flags({ supervisor: `${operator}=${url}` })),
    ...products.flatMap((product) => flags({ git: `${product}=${repository}` })),
  ]);
  await writeDurable(join(folder, 'access.toml'), utf8(`${table}\n`), { overwrite: true });
  await say(['center', 'access', 'publish', folder, '--vendor', vendor.folder]);
  for (const supervisor of cast.supervisors) await openMatter(supervisor.folder, folder);
  const service = new Service('center', ['center', 'run', folder], {
    home: folders.home,
    logs: folders.logs,
  });
  return { origin: await service.start(), service };
}

/** A supervisor opens what it found and granted to whom it concerns (D11): here to the Center, by handing over salt and body. */
async function openMatter(supervisor: string, center: string): Promise<void> {
  const to = join(center, 'openings');
  await makeDurableDirectory(to);
  for (const from of [join(supervisor, 'findings'), join(supervisor, 'grants')]) {
    if (!existsSync(from)) continue; // It granted nothing yet.
    for (const name of await readdir(from))
      if (name.endsWith('.json')) await copyFile(join(from, name), join(to, name));
  }
}

const frame = schema.object(
  { log: schema.object({ size: schema.integer(0), trouble: schema.anything }, {}, { open: true }) },
  {},
  { open: true },
);

/** Until it has read all that the log held when this was called; answers how much. */
async function readToTheEnd({ cast, services }: Chain, origin: string): Promise<number> {
  const reader = await openPolicyLog(services.urls.log, cast.policy);
  const head = reader.head().checkpoint.size;
  const deadline = performance.now() + 60_000;
  for (;;) {
    const { size, trouble } = check(frame, await json(`${origin}/frame.json`)).log;
    if (size >= head && trouble === null) return size;
    if (performance.now() > deadline)
      throw fail('tour.step', `the Center has read ${size} of ${head} entries`);
    await sleep(100);
  }
}

const catalogue = schema.object(
  {
    products: schema.list(
      schema.object(
        {
          product: fields.name,
          tier: schema.oneOf('none', 'overview', 'critical', 'everything'),
          trees: schema.list(schema.object({ tree: fields.sha256Hex }, {}, { open: true }), { most: 1_000 }),
        },
        {},
        { open: true },
      ),
      { most: 1_000 },
    ),
  },
  {},
  { open: true },
);
const found = schema.object({ files: schema.integer(0) }, {}, { open: true });

/** What somebody sees who was not invited. */
async function seeNothing(origin: string): Promise<readonly [undefined, string]> {
  const { products: listed } = check(catalogue, await json(`${origin}/source.json`));
  const [tree] = listed[0]?.trees ?? [];
  if (tree === undefined) throw fail('tour.step', 'the Center lists no source');
  const file = `${origin}/source/${tree.tree}/file.json?path=packages/evidence/src/merkle.ts`;
  const refused = await fetchBytes(file, { maxBytes: 1 << 16, timeoutMs: 10_000 }).then(
    () => undefined,
    (error: unknown) => (isVitrineError(error, 'fetch.status') ? error.at : undefined),
  );
  if (refused !== 404) throw fail('tour.step', `${file} was answered with ${String(refused ?? 200)}`);
  const { files } = check(found, await json(`${origin}/search.json?q=leafHash`));
  if (files !== 0) throw fail('tour.step', `a search by nobody found ${files} files`);
  return [
    undefined,
    'a file is answered with 404, a search finds nothing; the recipe and the digests are open',
  ];
}

const check = <T>(shape: Schema<T>, value: Json): T => shape.check(value, '');
