// Materials from the registry, through the user's own npm, so that its registry, proxy and credentials
// are honoured. Only archives are fetched: nothing of a package runs while there is a network (D14), and
// no setting of the repository is read: an .npmrc could send the vendor's environment anywhere.

import { mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { isVitrineError, quote, type Material } from '@vitrine/evidence';
import { readBounded, run } from '@vitrine/host';
import { fail } from '../codes.ts';
import { integrityOf, materialBytes, type MaterialCache } from './cache.ts';
import { withTemporary } from '../temporary.ts';
import type { NeededMaterial } from './needed.ts';

export interface NpmOptions {
  readonly timeoutMs?: number | undefined;
}

const batch = 100;

/** Every needed material, from the cache or the registry; each has the integrity that was asked for. */
export async function obtainMaterials(
  needed: readonly NeededMaterial[],
  cache: MaterialCache,
  options: NpmOptions = {},
): Promise<readonly Material[]> {
  const found = new Map<string, Material>();
  const missing: NeededMaterial[] = [];
  for (const material of needed) {
    const object = await cache.find(material.integrity);
    if (object === undefined) missing.push(material);
    else found.set(material.id, { ...material, ...object });
  }
  if (missing.length > 0) {
    for (const material of await download(missing, cache, options)) found.set(material.id, material);
  }
  return needed.map(({ id }) => found.get(id) as Material);
}

function download(
  missing: readonly NeededMaterial[],
  cache: MaterialCache,
  options: NpmOptions,
): Promise<readonly Material[]> {
  return withTemporary('materials', async (folder) => {
    const obtained = new Map<string, Material>();
    for (let i = 0; i < missing.length; i += batch) {
      const some = missing.slice(i, i + batch);
      const into = join(folder, `batch-${i}`);
      await pack(some, into, options);
      await take(some, into, cache, obtained);
    }
    // npm names archives after packages, and @a/b-c and @a-b/c meet in one name: those come alone.
    for (const [i, material] of missing.entries()) {
      if (obtained.has(material.id)) continue;
      const into = join(folder, `alone-${i}`);
      await pack([material], into, options);
      await take([material], into, cache, obtained);
      if (!obtained.has(material.id)) throw wrongIntegrity(material);
    }
    return [...obtained.values()];
  });
}

function wrongIntegrity({ id, integrity }: NeededMaterial): Error {
  return fail('material.integrity', `the registry serves ${quote(id)} without the integrity ${integrity}`, {
    at: id,
  });
}

/** Keeps every archive of the folder whose integrity is asked for; its name decides nothing. */
async function take(
  wanted: readonly NeededMaterial[],
  folder: string,
  cache: MaterialCache,
  obtained: Map<string, Material>,
): Promise<void> {
  for (const name of await readdir(folder)) {
    const bytes = await readBounded(join(folder, name), materialBytes);
    const integrity = integrityOf(bytes);
    for (const material of wanted) {
      if (material.integrity !== integrity) continue;
      obtained.set(material.id, { ...material, ...(await cache.keep(integrity, bytes)) });
    }
  }
}

async function pack(materials: readonly NeededMaterial[], into: string, options: NpmOptions): Promise<void> {
  await mkdir(into);
  const result = await run(
    'npm',
    [
      'pack',
      '--ignore-scripts',
      '--prefer-offline',
      '--loglevel=error',
      '--no-color',
      '--workspaces=false',
      // The project is the empty folder: npm looks for no .npmrc in the folders above it.
      '--prefix',
      into,
      '--pack-destination',
      into,
      '--',
      ...materials.map(({ name, version }) => `${name}@${version}`),
    ],
    {
      cwd: into,
      env: npmEnvironment(),
      timeoutMs: options.timeoutMs ?? 600_000,
      maxOutputBytes: 1 << 16,
    },
  ).catch((error: unknown) => {
    const code = ['process.not-found', 'process.timeout'].find((known) => isVitrineError(error, known));
    if (code === undefined) throw error;
    throw fail('material.unavailable', `couldn't fetch ${materials.length} packages with npm`, {
      cause: error,
    });
  });
  if (result.code !== 0) {
    const said =
      result.stderr.split('\n').find((line) => /error/i.test(line) && !line.includes('code')) ?? '';
    throw fail(
      'material.unavailable',
      `couldn't fetch ${materials.length} packages with npm: ${quote(said, 200)}`,
    );
  }
}

/** Where programs and files are, the language, the way into the network, and the user's npm tokens. */
const kept = new RegExp(
  `^(?:${[
    'PATH|HOME|TMPDIR|LANG|LC_[A-Z]+',
    '(?:HTTPS?|ALL|NO)_PROXY|(?:https?|all|no)_proxy',
    'NODE_EXTRA_CA_CERTS|NODE_USE_SYSTEM_CA|NODE_USE_ENV_PROXY|SSL_CERT_(?:FILE|DIR)',
    // Names that a user's own .npmrc conventionally refers to.
    'NPM_TOKEN|NODE_AUTH_TOKEN',
    'npm_config_.*|NPM_CONFIG_.*',
  ].join('|')})$`,
);

/** npm's settings in the environment, without those of the `npm run` that may have started us. */
function npmEnvironment(): Record<string, string> {
  const env: Record<string, string> = {};
  for (const [name, value] of Object.entries(process.env)) {
    const ofCaller = /^npm_config_(?:workspace|include_workspace|local_prefix|prefix$|offline)/i;
    if (value !== undefined && kept.test(name) && !ofCaller.test(name)) env[name] = value;
  }
  return env;
}
