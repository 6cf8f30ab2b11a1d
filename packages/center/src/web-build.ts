// Builds the pages with vite, where they are not built from exactly these sources yet.

import { createRequire } from 'node:module';
import { mkdtemp, readFile, rename, rm } from 'node:fs/promises';
import { globSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { utf8 } from '@vitrine/evidence';
import { run, sha256Hex, writeDurable } from '@vitrine/host';
import { fail } from './codes.ts';

const packageFolder = fileURLToPath(new URL('..', import.meta.url));
const webFolder = join(packageFolder, 'web');
const evidenceFolder = dirname(fileURLToPath(import.meta.resolve('@vitrine/evidence')));

/** Of every source that the pages are made of, and of the tools' versions. */
async function stampOf(): Promise<string> {
  const files = [
    ...globSync('{web/src,src/contract}/**/*.{ts,tsx,css,svg}', { cwd: packageFolder })
      .toSorted()
      .map((path) => join(packageFolder, path)),
    ...globSync('**/*.ts', { cwd: evidenceFolder })
      .toSorted()
      .map((path) => join(evidenceFolder, path)),
    ...['package.json', 'web/index.html', 'web/vite.config.ts'].map((path) => join(packageFolder, path)),
  ];
  const parts = await Promise.all(files.map(async (path) => `${path} ${sha256Hex(await readFile(path))}\n`));
  return sha256Hex(utf8(parts.join('')));
}

/** Answers the folder of the built pages. Two that build at once both end with whole pages. */
export async function buildWeb(): Promise<string> {
  const built = join(webFolder, 'dist');
  const stamp = await stampOf();
  const before = await readFile(join(built, '.stamp'), 'utf8').catch(() => undefined);
  if (before === stamp) return built;
  const vite = join(dirname(createRequire(import.meta.url).resolve('vite/package.json')), 'bin', 'vite.js');
  const fresh = await mkdtemp(`${built}-`);
  const { code, stderr, stdout } = await run(
    process.execPath,
    [vite, 'build', '--outDir', fresh, '--emptyOutDir', '--logLevel', 'warn'],
    { cwd: webFolder, env: { NODE_ENV: 'production' }, timeoutMs: 120_000, maxOutputBytes: 64_000 },
  );
  if (code !== 0) {
    await rm(fresh, { recursive: true, force: true });
    throw fail('center.web', `vite ended with ${code}: ${`${stdout}${stderr}`.slice(-2_000)}`);
  }
  await writeDurable(join(fresh, '.stamp'), utf8(stamp));
  await rm(built, { recursive: true, force: true });
  await rename(fresh, built).catch(async (error: unknown) => {
    // Another process was quicker, with the same sources.
    if ((await readFile(join(built, '.stamp'), 'utf8').catch(() => undefined)) !== stamp) throw error;
    await rm(fresh, { recursive: true, force: true });
  });
  return built;
}
