// Builds the pages with vite, where they are not built from exactly these sources yet.

import { createRequire } from 'node:module';
import { existsSync, globSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, readFile, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { utf8 } from '@vitrine/evidence';
import { run, sha256Hex } from '@vitrine/host';
import { fail } from './codes.ts';

const packageFolder = fileURLToPath(new URL('..', import.meta.url));
const webFolder = join(packageFolder, 'web');
/** What the pages run in the browser, besides their own source. */
const packages = ['@vitrine/evidence', '@vitrine/reports'].map((name) =>
  dirname(fileURLToPath(import.meta.resolve(name))),
);

/** Of every source that the pages are made of, and of the tools' versions. */
async function stampOf(): Promise<string> {
  const files = [
    ...globSync('{web/src,src/contract}/**/*.{ts,tsx,css,svg}', { cwd: packageFolder })
      .toSorted()
      .map((path) => join(packageFolder, path)),
    ...packages.flatMap((folder) =>
      globSync('**/*.ts', { cwd: folder })
        .toSorted()
        .map((path) => join(folder, path)),
    ),
    ...['package.json', 'web/index.html', 'web/vite.config.ts'].map((path) => join(packageFolder, path)),
  ];
  const parts = await Promise.all(files.map(async (path) => `${path} ${sha256Hex(await readFile(path))}\n`));
  return sha256Hex(utf8(parts.join('')));
}

/**
 * Answers the folder of the built pages: one for each state of the sources, written once and never replaced,
 * so that a process that reads it is not in the way of one that builds.
 */
export async function buildWeb(): Promise<string> {
  const folder = join(webFolder, 'dist');
  const built = join(folder, (await stampOf()).slice(0, 32));
  if (existsSync(built)) return built;
  await mkdir(folder, { recursive: true });
  const fresh = await mkdtemp(join(folder, 'new-'));
  try {
    await bundleInto(fresh);
    // Whoever may read the sources may read what is made of them.
    await chmod(fresh, 0o755);
    await rename(fresh, built);
  } catch (error) {
    await rm(fresh, { recursive: true, force: true });
    // Whoever else built the same sources was quicker.
    if (!existsSync(built)) throw error;
  }
  return built;
}

async function bundleInto(folder: string): Promise<void> {
  const vite = join(dirname(createRequire(import.meta.url).resolve('vite/package.json')), 'bin', 'vite.js');
  const { code, stderr, stdout } = await run(
    process.execPath,
    [vite, 'build', '--outDir', folder, '--emptyOutDir', '--logLevel', 'warn'],
    { cwd: webFolder, env: { NODE_ENV: 'production' }, timeoutMs: 120_000, maxOutputBytes: 64_000 },
  );
  if (code !== 0) throw fail('center.web', `vite ended with ${code}: ${`${stdout}${stderr}`.slice(-2_000)}`);
}
